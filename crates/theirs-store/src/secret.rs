//! Secrets that the operator keeps in files of their own, named in `theirs.yaml`.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::folder::Folder;
use crate::store::StoreError;

/// The longest secret, in bytes.
const LONGEST: u64 = 4096;

/// The bits of a file's mode that let others than its owner at it.
const OTHERS: u32 = 0o077;

/// Reads the secret in a file, given beside `theirs.yaml`; the end of its line is not part of it.
///
/// # Errors
/// It cannot be read, is empty or too long, or others than its owner may read it.
pub fn read_secret(folder: &Folder, file: &Path) -> Result<String, StoreError> {
    let wrong = |what: &str| StoreError::Settings(format!("{}: {what}", file.display()));
    let opened = File::open(folder.root().join(file));
    let opened = opened.map_err(|error| wrong(&error.kind().to_string()))?;
    if opened.metadata()?.permissions().mode() & OTHERS != 0 {
        return Err(wrong("others may read this secret; make it yours alone with chmod 600"));
    }
    let mut text = String::new();
    let read = opened.take(LONGEST + 1).read_to_string(&mut text);
    let length = read.map_err(|_| wrong("this secret is not text"))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() || length as u64 > LONGEST || secret.contains(['\r', '\n']) {
        return Err(wrong("a secret is one line of at most 4096 bytes"));
    }
    Ok(secret.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};

    use super::*;

    #[test]
    fn a_secret_that_others_may_read_is_refused_and_not_told() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        let file = root.path().join("password");
        let read = || read_secret(&folder, Path::new("password"));
        assert!(read().is_err(), "there is none");
        std::fs::write(&file, "correct horse\n").unwrap();
        for mode in [0o644, 0o640, 0o604] {
            set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            let message = read().unwrap_err().to_string();
            assert!(message.contains("chmod 600") && !message.contains("horse"), "{message}");
        }
        set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read().unwrap(), "correct horse");
        std::fs::write(&file, "two\nlines\n").unwrap();
        assert!(read().is_err());
    }
}
