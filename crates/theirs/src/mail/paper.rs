//! Letters that a colleague prints: each is a page in `outbox/letters/`, named by its use.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use theirs_model::UseId;
use theirs_store::put_private;

use super::remove;

/// How long a letter waits to be printed.
const LONGEST: Duration = Duration::from_hours(24 * 14);

/// Puts a letter there.
///
/// # Errors
/// It cannot be written.
pub fn lay_letter(outbox: &Path, use_id: UseId, page: &str) -> std::io::Result<()> {
    put_private(&folder(outbox).join(format!("{use_id}.html")), page.as_bytes())
}

/// Takes the letters of these uses back.
///
/// # Errors
/// One of them cannot be removed.
pub fn take_letters_back(outbox: &Path, uses: &HashSet<UseId>) -> std::io::Result<()> {
    for path in files(outbox)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if name.parse().is_ok_and(|use_id| uses.contains(&use_id)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Removes letters that nobody printed for two weeks, or did not take away.
pub(super) fn forget_old(outbox: &Path) -> std::io::Result<()> {
    for path in files(outbox)? {
        let written = std::fs::metadata(&path)?.modified()?;
        if written.elapsed().is_ok_and(|age| age > LONGEST) {
            remove(&path)?;
        }
    }
    Ok(())
}

fn folder(outbox: &Path) -> PathBuf {
    outbox.join("letters")
}

fn files(outbox: &Path) -> std::io::Result<Vec<PathBuf>> {
    let listed = match std::fs::read_dir(folder(outbox)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let paths = listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    let is_letter = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "html");
    Ok(paths.into_iter().filter(is_letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_lie_there_until_they_are_taken_back() {
        let root = tempfile::tempdir().unwrap();
        let [one, other] = [UseId([1; 16]), UseId([2; 16])];
        take_letters_back(root.path(), &HashSet::from([one])).unwrap();
        for use_id in [one, other] {
            lay_letter(root.path(), use_id, "<p>Ada Bold</p>").unwrap();
        }
        forget_old(root.path()).unwrap();
        take_letters_back(root.path(), &HashSet::from([one])).unwrap();
        let left = files(root.path()).unwrap();
        assert_eq!(left, [folder(root.path()).join(format!("{other}.html"))]);
    }
}
