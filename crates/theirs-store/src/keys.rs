//! The secrets of a folder, kept apart from its data.
//!
//! One master secret of 32 random bytes; every other key is drawn from it with HKDF under a label
//! of its own. Losing it loses everything: the database is encrypted under it. So it is never made
//! anew where there are data already. It may lie elsewhere than the rest (`keys:` in `theirs.yaml`,
//! or `THEIRS_KEYS`), along with the key that signs the ledger; neither ever changes, so that place
//! may be one that cannot be written to. The other keys rest in `data/keys/`: those of people are
//! sealed under the master secret.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use theirs_model::{Digest, PersonId, Slot, UseId};

use crate::at_rest::DatabaseKey;
use crate::folder::Folder;
use crate::store::StoreError;

/// The file of the master secret.
pub(crate) const MASTER: &str = "master.key";
/// The file of the key that signs the ledger.
pub(crate) const LEDGER: &str = "ledger.key";

/// The bits of a file's mode that let everybody at it.
const EVERYBODY: u32 = 0o007;

/// The secrets of a folder. Its `Debug` shows none of them.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
    folder: PathBuf,
    /// Where the master secret lies, and the key that signs the ledger.
    secrets: PathBuf,
}

impl Keys {
    /// Reads the master secret of a working folder.
    ///
    /// # Errors
    /// It is missing: none is made, as nothing that is there could be read with it.
    pub fn of(folder: &Folder) -> Result<Self, StoreError> {
        let (secrets, path) = (folder.secrets(), folder.secrets().join(MASTER));
        Self::read(&path, &folder.keys(), &secrets)?.ok_or(StoreError::NoKey { secret: path })
    }

    /// Reads the master secret of a working folder that is being made, or makes one; never where
    /// there are data already.
    ///
    /// # Errors
    /// It is missing and there are data; or the place for it has keys of another folder.
    pub fn create(folder: &Folder) -> Result<Self, StoreError> {
        let (secrets, path) = (folder.secrets(), folder.secrets().join(MASTER));
        let has_data = folder.has_data();
        let is_elsewhere = secrets != folder.keys();
        if is_elsewhere && !has_data && secrets.join(LEDGER).exists() {
            return Err(StoreError::KeysOfAnother { place: secrets });
        }
        if let Some(keys) = Self::read(&path, &folder.keys(), &secrets)? {
            return Ok(keys);
        }
        if has_data {
            return Err(StoreError::NoKey { secret: path });
        }
        crate::folder::private_folder(&secrets)?;
        Self::made(folder.keys(), secrets)
    }

    /// Reads the master secret, or makes one where there is none.
    pub fn open_or_create(folder: &Path) -> Result<Self, StoreError> {
        match Self::read(&folder.join(MASTER), folder, folder)? {
            Some(keys) => Ok(keys),
            None => Self::made(folder.to_owned(), folder.to_owned()),
        }
    }

    /// Draws a master secret and keeps it.
    fn made(folder: PathBuf, secrets: PathBuf) -> Result<Self, StoreError> {
        let keys = Self { master: random()?, folder, secrets };
        keys.keep(&keys.secrets.join(MASTER), &keys.master)?;
        Ok(keys)
    }

    fn read(path: &Path, folder: &Path, secrets: &Path) -> Result<Option<Self>, StoreError> {
        let mut file = match std::fs::File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(StoreError::Key { secret: path.to_owned(), what: error.to_string() });
            }
            Ok(file) => file,
        };
        let wrong = |what: &str| StoreError::Key { secret: path.to_owned(), what: what.to_owned() };
        // In `data/keys/` nobody else can come at it.
        let is_elsewhere = folder != secrets;
        if is_elsewhere && file.metadata()?.permissions().mode() & EVERYBODY != 0 {
            return Err(wrong("everybody may read it; make it yours alone with chmod 600"));
        }
        let mut master = [0; 32];
        file.read_exact(&mut master).map_err(|_| wrong("it has fewer than 32 bytes"))?;
        Ok(Some(Self { master, folder: folder.to_owned(), secrets: secrets.to_owned() }))
    }

    /// Writes a secret into the folder of keys, for its owner alone, whole or not at all.
    pub fn keep(&self, path: &Path, secret: &[u8]) -> Result<(), StoreError> {
        let draft = path.with_extension("new");
        let _ = std::fs::remove_file(&draft);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(secret)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        let above = path.parent().unwrap_or(&self.folder);
        Ok(std::fs::File::open(above)?.sync_all()?)
    }

    /// Whether the place that a folder to come keeps its secrets in may take these: it is among its
    /// other keys, or has none yet, or the same.
    ///
    /// # Errors
    /// It has those of another folder.
    pub fn fit(fingerprint: Digest, folder: &Folder) -> Result<(), StoreError> {
        let place = folder.secrets();
        if place == folder.keys() {
            return Ok(());
        }
        match Self::read(&place.join(MASTER), &folder.keys(), &place)? {
            Some(keys) if keys.fingerprint() != fingerprint => {
                Err(StoreError::KeysOfAnother { place })
            }
            _ => Ok(()),
        }
    }

    /// Moves the secrets to where another folder keeps them, if that is elsewhere. What is there
    /// already stays: it was seen that it fits.
    pub fn move_to(&self, folder: &Folder) -> Result<(), StoreError> {
        let place = folder.secrets();
        if place == folder.keys() {
            return Ok(());
        }
        crate::folder::private_folder(&place)?;
        for name in [MASTER, LEDGER] {
            let (from, to) = (self.secrets.join(name), place.join(name));
            if !to.exists() {
                self.keep(&to, &std::fs::read(&from)?)?;
            }
            std::fs::remove_file(from)?;
        }
        Ok(())
    }

    /// The key that the database is encrypted under.
    pub fn database(&self) -> DatabaseKey {
        DatabaseKey::new(self.derive("database at rest"), self.secrets.join(MASTER))
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
        self.secrets.join(LEDGER)
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
        drawn(&self.master, b"theirs", &[label.as_bytes()]).unwrap_or_default()
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
        Self { master: [7; 32], folder: PathBuf::new(), secrets: PathBuf::new() }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// A key that is drawn from a secret with HKDF (RFC 5869).
pub(crate) fn drawn(
    secret: &[u8; 32],
    salt: &[u8],
    info: &[&[u8]],
) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    let secret = Salt::new(HKDF_SHA256, salt).extract(secret);
    secret.expand(info, &AES_256_GCM)?.fill(&mut key)?;
    Ok(key)
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
    fn no_secret_is_made_where_there_are_data_and_none_is_taken_from_another_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::create(root.path()).unwrap();
        assert!(matches!(Keys::of(&folder), Err(StoreError::NoKey { .. })));
        let made = Keys::create(&folder).unwrap();
        assert_eq!(Keys::of(&folder).unwrap().fingerprint(), made.fingerprint());
        std::fs::write(folder.database(), "anything").unwrap();
        let master = folder.keys().join(MASTER);
        std::fs::remove_file(&master).unwrap();
        for missing in [Keys::of(&folder), Keys::create(&folder)] {
            let message = missing.unwrap_err().to_string();
            assert!(message.contains("master.key is missing"), "{message}");
        }
        assert!(!master.exists());
    }

    #[test]
    fn the_secret_may_lie_elsewhere_and_the_keys_of_people_stay() {
        let (root, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secrets = place.path().join("secrets");
        let text = format!("keys: {}\n", secrets.display());
        std::fs::write(root.path().join("theirs.yaml"), &text).unwrap();
        let folder = Folder::create(root.path()).unwrap();
        let keys = Keys::create(&folder).unwrap();
        assert_eq!(secrets.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert!(secrets.join(MASTER).exists() && !folder.keys().join(MASTER).exists());
        assert_eq!(keys.ledger_key_file(), secrets.join(LEDGER));
        assert_eq!(keys.person_key_file(), folder.keys().join("people.sqlite"));
        std::fs::write(secrets.join(LEDGER), "").unwrap();
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join("theirs.yaml"), text).unwrap();
        let other = Folder::create(other.path()).unwrap();
        assert!(matches!(Keys::create(&other), Err(StoreError::KeysOfAnother { .. })));
        let open = std::fs::Permissions::from_mode(0o604);
        std::fs::set_permissions(secrets.join(MASTER), open).unwrap();
        let message = Keys::of(&folder).unwrap_err().to_string();
        assert!(message.contains("chmod 600"), "{message}");
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
