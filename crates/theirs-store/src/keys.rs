//! The secrets of a folder, kept apart from its data.
//!
//! One master secret of 32 random bytes; every other key is drawn from it with HKDF under a label
//! of its own. Losing it loses the public names and pseudonyms, never the records.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use theirs_model::{PersonId, Slot};

use crate::store::StoreError;

/// The secrets of a folder. Its `Debug` shows none of them.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
    folder: PathBuf,
}

impl Keys {
    /// Reads the master secret, or makes one where there is none.
    pub fn open_or_create(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("master.key");
        match std::fs::File::open(&path) {
            Ok(mut file) => {
                let mut master = [0; 32];
                file.read_exact(&mut master)
                    .map_err(|_| StoreError::Damaged("keys/master.key is too short"))?;
                Ok(Self { master, folder: folder.to_owned() })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Self::create(folder, &path)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn create(folder: &Path, path: &Path) -> Result<Self, StoreError> {
        let master = random()?;
        let draft = path.with_extension("new");
        let _ = std::fs::remove_file(&draft);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(&master)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        std::fs::File::open(folder)?.sync_all()?;
        Ok(Self { master, folder: folder.to_owned() })
    }

    /// Where the ledger keeps the key it signs with.
    pub fn ledger_key_file(&self) -> PathBuf {
        self.folder.join("ledger.key")
    }

    /// The public name of a slot: twelve hexadecimal digits of a keyed hash.
    pub fn person(&self, slot: Slot) -> PersonId {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive("person id"));
        let tag = hmac::sign(&key, &slot.0.to_be_bytes());
        PersonId(format!("p-{}", hex::encode(&tag.as_ref()[..6])))
    }

    /// The key of one purpose's pseudonyms.
    pub fn pseudonym(&self, purpose: &str) -> [u8; 32] {
        self.derive(&format!("pseudonym {purpose}"))
    }

    /// A key for one named use.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let info = [label.as_bytes()];
        let salt = Salt::new(HKDF_SHA256, b"theirs").extract(&self.master);
        if let Ok(okm) = salt.expand(&info, ThirtyTwo) {
            let _ = okm.fill(&mut key);
        }
        key
    }

    /// Fixed secrets.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self { master: [7; 32], folder: PathBuf::new() }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

struct ThirtyTwo;

impl KeyType for ThirtyTwo {
    fn len(&self) -> usize {
        32
    }
}

/// Thirty-two random bytes.
fn random() -> Result<[u8; 32], StoreError> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| StoreError::Damaged("the machine gives no random bytes"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once_and_keys_differ_by_label() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open_or_create(folder.path()).unwrap();
        let again = Keys::open_or_create(folder.path()).unwrap();
        assert_eq!(first.person(Slot(3)), again.person(Slot(3)));
        assert_ne!(first.pseudonym("a"), first.pseudonym("b"));
        assert_ne!(first.derive("x"), [0; 32]);
    }
}
