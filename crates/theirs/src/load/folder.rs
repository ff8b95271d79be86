//! A source of several files: a folder, or those whose names match a pattern, in the order of their
//! names. Each is read once, known by its bytes; what was read stays when a file goes.

use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use crate::failure::Failure;

/// The most files of one source.
const MOST: usize = 100_000;

/// The path of a file that must lie below a folder.
pub(super) fn below(folder: &Path, name: &str) -> Result<PathBuf, Failure> {
    let inside = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if Path::new(name).components().all(inside) {
        return Ok(folder.join(name));
    }
    let message = format!("the file \"{name}\" must lie below the folder of --input");
    Err(Failure::Usage(message))
}

/// The files that a name stands for, as names below the folder; none if it is that of one file.
pub(super) fn files(folder: &Path, name: &str) -> Result<Option<Vec<String>>, Failure> {
    let (within, last) = name.rsplit_once('/').unwrap_or(("", name));
    if within.contains('*') {
        let message = format!("\"{name}\": only the name of the file may have a *");
        return Err(Failure::Usage(message));
    }
    let (within, pattern) = if last.contains('*') {
        (within, Some(last))
    } else if below(folder, name)?.is_dir() {
        (name.trim_end_matches('/'), None)
    } else {
        return Ok(None);
    };
    let inside = below(folder, within)?;
    let fault = |error| Failure::file(&inside, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&inside).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let fits = match pattern {
            Some(pattern) => theirs_ingest::fits(pattern, &name),
            None => theirs_ingest::is_readable(Path::new(&name)),
        };
        if fits && !name.starts_with('.') && entry.path().is_file() {
            found.push(if within.is_empty() { name } else { format!("{within}/{name}") });
        }
    }
    if found.len() > MOST {
        let message = format!("\"{name}\" stands for more than {MOST} files");
        return Err(Failure::Usage(message));
    }
    found.sort();
    Ok(Some(found))
}

/// The files that a name stands for, with their lengths and when they were last written; none where
/// they cannot be looked at.
pub fn look(folder: &Path, name: &str) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let names = files(folder, name).ok().flatten().unwrap_or_else(|| vec![name.to_owned()]);
    let seen = names.iter().filter_map(|name| {
        let path = below(folder, name).ok()?;
        let found = std::fs::metadata(&path).ok()?;
        Some((path, found.len(), found.modified().ok()))
    });
    seen.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_names_and_lie_below() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("orders")).unwrap();
        for name in ["orders/b.csv", "orders/a.jsonl.gz", "orders/.c.csv", "orders/d.txt", "x.csv"]
        {
            std::fs::write(root.path().join(name), "a").unwrap();
        }
        let of = |name: &str| files(root.path(), name).unwrap();
        let listed = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(of("orders/"), listed(&["orders/a.jsonl.gz", "orders/b.csv"]));
        assert_eq!(of("orders"), of("orders/"));
        assert_eq!(of("orders/*.csv"), listed(&["orders/b.csv"]));
        assert_eq!(of("*.csv"), listed(&["x.csv"]));
        assert_eq!(of("x.csv"), None);
        for wrong in ["../*.csv", "/etc/*", "../x.csv", "o*/a.csv"] {
            assert!(files(root.path(), wrong).is_err(), "{wrong}");
        }
    }
}
