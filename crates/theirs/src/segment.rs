//! The segments of a folder: `segments/NAME.yaml`, and beside each how many people it had on which day.
//!
//! They are files, as policies are, so that a team can keep them under version control. A size is a
//! number and a day and nothing of anybody; one a day is kept.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use theirs_charter::{Charter, nearest};
use theirs_marketing::Segment;

use crate::failure::Failure;

/// The most segments of a folder, the longest file, and the longest name.
const MOST: usize = 200;
const LONGEST: u64 = 64 << 10;
const LONGEST_NAME: usize = 40;
/// The most days of which sizes are read.
const MOST_DAYS: usize = 366;

/// A segment under its name.
pub struct Named {
    /// Its name, which is its file's.
    pub name: String,
    /// What it says.
    pub segment: Segment,
    /// How many people it had, the latest day last.
    pub sizes: Vec<(Date, i64)>,
}

/// Every segment of a folder that reads, by name; [`broken`] says of the others why they do not.
///
/// # Errors
/// The folder cannot be read, or holds too many.
pub fn all(root: &Path) -> Result<Vec<Named>, Failure> {
    Ok(names(root)?.iter().filter_map(|name| one(root, name).ok()).collect())
}

/// The files of a folder that are no segment, by name, each with what is wrong with it.
///
/// # Errors
/// As [`all`].
pub fn broken(root: &Path) -> Result<Vec<(String, Failure)>, Failure> {
    let fault = |name: String| one(root, &name).err().map(|fault| (name, fault));
    Ok(names(root)?.into_iter().filter_map(fault).collect())
}

fn names(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = folder(root);
    let listed = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(|error| Failure::file(&folder, error))?,
    };
    let mut names = Vec::new();
    for entry in listed {
        let path = entry.map_err(|error| Failure::file(&folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            names.push(name.to_owned());
        }
    }
    if names.len() > MOST {
        return Err(Failure::Usage(format!("segments/ may hold {MOST} segments")));
    }
    names.sort_unstable();
    Ok(names)
}

/// One segment by its name.
///
/// # Errors
/// There is none of that name, or it does not read.
pub fn one(root: &Path, name: &str) -> Result<Named, Failure> {
    is_name(name)?;
    let path = file(root, name);
    let about = std::fs::metadata(&path).map_err(|_| unknown(root, name))?;
    if about.len() > LONGEST {
        return Err(Failure::Usage(format!("segments/{name}.yaml is too long")));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, error))?;
    let segment: Segment = serde_saphyr::from_str(&text).map_err(|_| {
        let fields = "segment: 1, purpose, called and where";
        Failure::Usage(format!("segments/{name}.yaml does not read; it has {fields}"))
    })?;
    if segment.segment != 1 {
        return Err(Failure::Usage(format!("segments/{name}.yaml: write segment: 1")));
    }
    Ok(Named { sizes: sizes(root, name), name: name.to_owned(), segment })
}

/// The segments of a purpose whose condition can be asked, but one.
pub fn others(
    root: &Path,
    charter: &Charter,
    purpose: &str,
    but: Option<&str>,
) -> Result<Vec<Named>, Failure> {
    let known = |one: &Named| {
        one.segment.purpose == purpose
            && Some(one.name.as_str()) != but
            && is_sound(charter, &one.segment).is_ok()
    };
    Ok(all(root)?.into_iter().filter(known).collect())
}

/// Checks that a segment's condition is one, and can be asked.
///
/// # Errors
/// What is wrong with it.
pub fn is_sound(charter: &Charter, segment: &Segment) -> Result<(), Failure> {
    let Some(purpose) = charter.purpose(&segment.purpose) else {
        return Err(Failure::Usage(format!("the charter has no purpose {}", segment.purpose)));
    };
    match theirs_query::condition_fault(charter, purpose, &segment.condition) {
        Some(fault) => Err(Failure::Usage(format!("its condition cannot be asked: {fault}"))),
        None => Ok(()),
    }
}

/// Keeps a new segment.
///
/// # Errors
/// The name is none, or there is one of that name.
pub fn save(root: &Path, name: &str, segment: &Segment) -> Result<(), Failure> {
    is_name(name)?;
    if segment.called.trim().is_empty() || segment.called.chars().count() > 200 {
        return Err(Failure::Usage("say what you call it, in at most 200 letters".to_owned()));
    }
    if all(root)?.len() >= MOST {
        return Err(Failure::Usage(format!("segments/ may hold {MOST} segments")));
    }
    let (folder, path) = (folder(root), file(root, name));
    std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, error))?;
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
    let mut written = match opened {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Failure::Usage(format!("there is a segment \"{name}\" already")));
        }
        opened => opened.map_err(|error| Failure::file(&path, error))?,
    };
    let text = segment.text();
    written.write_all(text.as_bytes()).map_err(|error| Failure::file(&path, error))?;
    written.sync_all().map_err(|error| Failure::file(&path, error))
}

/// Notes how many people a segment has on a day; the last of a day counts.
pub fn note_size(root: &Path, name: &str, day: Date, people: i64) -> Result<(), Failure> {
    let mut sizes = sizes(root, name);
    sizes.retain(|known| known.0 != day);
    sizes.push((day, people));
    sizes.sort_unstable();
    let from = sizes.len().saturating_sub(MOST_DAYS);
    let lines: Vec<String> =
        sizes[from..].iter().map(|(day, people)| format!("{day},{people}\n")).collect();
    let text = lines.concat();
    let path = sizes_file(root, name);
    std::fs::write(&path, text).map_err(|error| Failure::file(&path, error))
}

/// What reads of a segment's sizes; what does not is left out.
fn sizes(root: &Path, name: &str) -> Vec<(Date, i64)> {
    let text = std::fs::read_to_string(sizes_file(root, name)).unwrap_or_default();
    let line = |line: &str| {
        let (day, people) = line.split_once(',')?;
        Some((day.parse().ok()?, people.trim().parse().ok()?))
    };
    text.lines().take(MOST_DAYS).filter_map(line).collect()
}

fn unknown(root: &Path, name: &str) -> Failure {
    let known = all(root).unwrap_or_default();
    let hint = nearest(name, known.iter().map(|one| one.name.as_str()));
    let hint = hint.map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default();
    Failure::Usage(format!("there is no segment \"{name}\" in segments/{hint}"))
}

fn is_name(name: &str) -> Result<(), Failure> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(is_plain) {
        return Ok(());
    }
    let rule = "small letters, digits and _, at most 40";
    Err(Failure::Usage(format!("a segment's name has {rule}")))
}

fn folder(root: &Path) -> PathBuf {
    root.join("segments")
}

fn file(root: &Path, name: &str) -> PathBuf {
    folder(root).join(format!("{name}.yaml"))
}

fn sizes_file(root: &Path, name: &str) -> PathBuf {
    folder(root).join(format!("{name}.sizes.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_kept_once_with_one_size_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let segment = Segment::of("tips", "Everybody", &[]);
        assert!(all(root).unwrap().is_empty());
        save(root, "all_of_them", &segment).unwrap();
        assert!(save(root, "all_of_them", &segment).is_err(), "there is one already");
        for wrong in ["../x", "", "A", "a b"] {
            assert!(save(root, wrong, &segment).is_err(), "{wrong}");
        }
        let day: Date = "2026-03-02".parse().unwrap();
        note_size(root, "all_of_them", day, 5).unwrap();
        note_size(root, "all_of_them", day, 7).unwrap();
        note_size(root, "all_of_them", day.tomorrow().unwrap(), 8).unwrap();
        let read = all(root).unwrap().remove(0);
        assert_eq!(read.segment, segment);
        assert_eq!(read.sizes, [(day, 7), (day.tomorrow().unwrap(), 8)]);
        assert!(broken(root).unwrap().is_empty());
        std::fs::write(root.join("segments/torn.yaml"), "segment: 1\npurpose").unwrap();
        assert_eq!(all(root).unwrap().len(), 1);
        let (name, fault) = broken(root).unwrap().remove(0);
        assert_eq!(name, "torn");
        assert!(fault.to_string().contains("segments/torn.yaml does not read"), "{fault}");
    }
}
