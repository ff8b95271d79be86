//! Letters that a colleague prints: each is a page in `outbox/letters/`, named by its use.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use theirs_model::UseId;
use theirs_store::{put_private, remove_if_there};

use super::letter::files_ending;

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
    for path in letters(outbox)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if name.parse().is_ok_and(|use_id| uses.contains(&use_id)) {
            remove_if_there(&path)?;
        }
    }
    Ok(())
}

/// Removes letters that nobody printed for two weeks, or did not take away.
pub(super) fn forget_old(outbox: &Path) -> std::io::Result<()> {
    for path in letters(outbox)? {
        let written = std::fs::metadata(&path)?.modified()?;
        if written.elapsed().is_ok_and(|age| age > LONGEST) {
            remove_if_there(&path)?;
        }
    }
    Ok(())
}

fn folder(outbox: &Path) -> PathBuf {
    outbox.join("letters")
}

/// The files of the letters that lie there.
///
/// # Errors
/// The folder cannot be read.
pub fn letters(outbox: &Path) -> std::io::Result<Vec<PathBuf>> {
    files_ending(&folder(outbox), "html")
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
        let left = letters(root.path()).unwrap();
        assert_eq!(left, [folder(root.path()).join(format!("{other}.html"))]);
    }
}
