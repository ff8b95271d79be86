//! The secrets of a folder, kept apart from its data.
//!
//! One master secret of 32 random bytes; every other key is drawn from it with HKDF under a label
//! of its own. Losing it loses the public names and pseudonyms, never the records.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use theirs_model::{Digest, PersonId, Slot, UseId};

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
        let keys = Self { master: random()?, folder: folder.to_owned() };
        keys.keep(path, &keys.master)?;
        Ok(keys)
    }

    /// Writes a secret into the folder of keys, for its owner alone, whole or not at all.
    pub fn keep(&self, path: &Path, secret: &[u8]) -> Result<(), StoreError> {
        let draft = path.with_extension("new");
        let _ = std::fs::remove_file(&draft);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(secret)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        Ok(std::fs::File::open(&self.folder)?.sync_all()?)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the certificate of the PostgreSQL protocol and its key are kept.
    pub fn certificate_files(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("wire.crt"), self.folder.join("wire.key"))
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

    /// What a recipient knows a person by in the list of one use: it leads to nobody else's rows,
    /// and to no other list.
    pub fn reference(&self, use_id: UseId, slot: Slot) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive("list reference"));
        let tag = hmac::sign(&key, &[&use_id.0[..], &slot.0.to_be_bytes()].concat());
        hex::encode(&tag.as_ref()[..8])
    }

    /// What tells these keys from others, and nothing else of them.
    pub fn fingerprint(&self) -> Digest {
        let mut bytes = [0; 32];
        let derived = self.derive("fingerprint");
        bytes.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, &derived).as_ref());
        Digest(bytes)
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

    /// Seals a secret that has to rest in the database (AES-256-GCM): twelve bytes of nonce, then
    /// the sealed text with its tag.
    pub fn seal(&self, label: &str, secret: &[u8]) -> Result<Vec<u8>, StoreError> {
        const FAILED: StoreError = StoreError::Damaged("a secret cannot be sealed");
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| FAILED)?;
        let mut sealed = secret.to_vec();
        self.sealing(label)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut sealed,
            )
            .map_err(|_| FAILED)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed under the same label.
    pub fn unseal(&self, label: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        const FAILED: StoreError =
            StoreError::Damaged("a sealed secret cannot be opened with keys/master.key");
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or(FAILED)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| FAILED)?;
        let mut text = sealed.to_vec();
        let opened = self.sealing(label)?.open_in_place(nonce, Aad::empty(), &mut text);
        Ok(opened.map_err(|_| FAILED)?.to_vec())
    }

    fn sealing(&self, label: &str) -> Result<LessSafeKey, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, &self.derive(&format!("seal {label}")));
        Ok(LessSafeKey::new(key.map_err(|_| StoreError::Damaged("a key has the wrong length"))?))
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

/// So many random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
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

    #[test]
    fn a_sealed_secret_opens_only_whole_and_under_its_label() {
        let keys = Keys::for_tests();
        let mut sealed = keys.seal("one", b"secret").unwrap();
        assert_eq!(keys.unseal("one", &sealed).unwrap(), b"secret");
        assert!(keys.unseal("two", &sealed).is_err());
        assert!(keys.unseal("one", &sealed[..9]).is_err());
        sealed[13] ^= 1;
        assert!(keys.unseal("one", &sealed).is_err());
    }
}
