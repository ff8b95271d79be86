//! A backup of the keys: one file, which ends before an erasure has to be complete everywhere.
//!
//! Among the keys are those of single people. A backup that outlived their erasure would bring the
//! link between them and the ledger back, so it carries its own end, bound into what is sealed, and
//! nothing restores from it afterwards. The law gives a month (GDPR Art. 12(3)); a backup lives two
//! weeks unless it is told otherwise, and never more than [`MOST_LIFE_DAYS`].

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::num::NonZeroU32;
use std::path::{Component, Path};

use jiff::{SignedDuration, Timestamp};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::pbkdf2;
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use theirs_model::Digest;

use super::{BackupError, below, failed, flush, make, snapshot};
use crate::folder::Folder;
use crate::keys::{Keys, LEDGER, MASTER};
use crate::store::StoreError;

/// How many days a backup of the keys lives.
pub const LIFE_DAYS: u32 = 14;
/// How many days it may live at most.
pub const MOST_LIFE_DAYS: u32 = 27;
const FORMAT: u32 = 1;
/// The largest backup of keys that is read, in bytes.
const LARGEST: u64 = 1 << 31;
/// How often a passphrase is hashed.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(599_999);

/// A passphrase. Its `Debug` does not show it.
pub struct Passphrase(pub String);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// The keys of a folder, as they were backed up.
#[derive(Serialize, Deserialize)]
pub struct KeysArtefact {
    format: u32,
    /// When it was made.
    pub at: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// Which keys these are.
    pub keys: Digest,
    /// SHA-256 of the files, or of what is sealed.
    sha256: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<Seal>,
    /// The files in hexadecimal digits, sealed or not.
    body: String,
}

/// Under what the files are sealed.
#[derive(Serialize, Deserialize)]
struct Seal {
    salt: String,
    nonce: String,
    rounds: NonZeroU32,
}

type Files = BTreeMap<String, String>;

impl KeysArtefact {
    /// Writes the keys of a folder to one file, for its owner alone.
    pub fn write(
        folder: &Folder,
        keys: &Keys,
        into: &Path,
        at: Timestamp,
        life_days: u32,
        passphrase: Option<&Passphrase>,
    ) -> Result<Self, BackupError> {
        if life_days == 0 || life_days > MOST_LIFE_DAYS {
            return Err(BackupError::TooLong);
        }
        let life = SignedDuration::from_hours(24 * i64::from(life_days));
        let expires = at.saturating_add(life).unwrap_or(Timestamp::MAX);
        let mut body = serde_json::to_vec(&files(folder)?).map_err(unwritable(into))?;
        let mut artefact = Self {
            format: FORMAT,
            at,
            expires,
            keys: keys.fingerprint(),
            sha256: Digest([0; 32]),
            seal: None,
            body: String::new(),
        };
        if let Some(passphrase) = passphrase {
            artefact.seal = Some(artefact.seal(passphrase, &mut body)?);
        }
        artefact.sha256 = sha256(&body);
        artefact.body = hex::encode(&body);
        artefact.keep(into)?;
        Ok(artefact)
    }

    fn keep(&self, into: &Path) -> Result<(), BackupError> {
        use std::os::unix::fs::OpenOptionsExt;
        let text = serde_json::to_vec_pretty(self).map_err(unwritable(into))?;
        if into.exists() {
            return Err(BackupError::Exists(into.to_owned()));
        }
        let above = into.parent().filter(|above| *above != Path::new("")).unwrap_or(Path::new("."));
        make(above)?;
        let draft = into.with_extension("part");
        let _ = std::fs::remove_file(&draft);
        let mut options = std::fs::OpenOptions::new();
        let opened = options.write(true).create_new(true).mode(0o600).open(&draft);
        let mut file = opened.map_err(failed(&draft))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed(&draft))?;
        std::fs::rename(&draft, into).map_err(failed(into))?;
        flush(above)
    }

    /// Reads a backup of keys, whatever its age.
    pub fn read(from: &Path) -> Result<Self, BackupError> {
        let not_whole = |reason| BackupError::NotWhole { path: from.to_owned(), reason };
        let file = std::fs::File::open(from).map_err(failed(from))?;
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text).map_err(failed(from))?;
        let artefact: Self =
            serde_json::from_slice(&text).map_err(|_| not_whole("it cannot be read"))?;
        if artefact.format != FORMAT {
            return Err(not_whole("it is of another version"));
        }
        Ok(artefact)
    }

    /// Puts the keys into a folder that has none, unless this backup is past its life.
    pub fn restore(
        &self,
        folder: &Folder,
        passphrase: Option<&Passphrase>,
        now: Timestamp,
    ) -> Result<(), BackupError> {
        if now > self.expires {
            return Err(BackupError::Expired(self.expires));
        }
        let keys = folder.keys();
        let changed = || BackupError::Changed(keys.clone());
        let mut body = hex::decode(&self.body).map_err(|_| changed())?;
        if sha256(&body) != self.sha256 {
            return Err(changed());
        }
        if let Some(seal) = &self.seal {
            let passphrase = passphrase.ok_or(BackupError::Sealed)?;
            self.open(seal, passphrase, &mut body)?;
        }
        let files: Files = serde_json::from_slice(&body).map_err(|_| changed())?;
        make(&keys)?;
        for (name, text) in files {
            let is_plain = Path::new(&name).components().all(|c| matches!(c, Component::Normal(_)));
            let bytes = hex::decode(text).ok().filter(|_| is_plain).ok_or_else(changed)?;
            keep(&keys.join(&name), &bytes)?;
        }
        flush(&keys)
    }

    /// What is bound into the seal beside the files: nobody prolongs a sealed backup.
    fn bound(&self) -> String {
        format!("{} {} {} {}", self.format, self.at, self.expires, self.keys)
    }

    fn seal(&self, passphrase: &Passphrase, body: &mut Vec<u8>) -> Result<Seal, BackupError> {
        const FAILED: StoreError = StoreError::Damaged("the keys cannot be sealed");
        let (mut salt, mut nonce) = ([0; 16], [0; NONCE_LEN]);
        let random = SystemRandom::new();
        random.fill(&mut salt).and_then(|()| random.fill(&mut nonce)).map_err(|_| FAILED)?;
        let key = derived(passphrase, &salt, ROUNDS)?;
        let bound = self.bound();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(bound.as_bytes()),
            body,
        )
        .map_err(|_| FAILED)?;
        Ok(Seal { salt: hex::encode(salt), nonce: hex::encode(nonce), rounds: ROUNDS })
    }

    fn open(
        &self,
        seal: &Seal,
        passphrase: &Passphrase,
        body: &mut Vec<u8>,
    ) -> Result<(), BackupError> {
        let bytes = |text: &str| hex::decode(text).map_err(|_| BackupError::OtherPassphrase);
        // More rounds than we write would only keep the reader busy.
        let rounds = seal.rounds.min(ROUNDS);
        let key = derived(passphrase, &bytes(&seal.salt)?, rounds)?;
        let nonce = Nonce::try_assume_unique_for_key(&bytes(&seal.nonce)?);
        let nonce = nonce.map_err(|_| BackupError::OtherPassphrase)?;
        let bound = self.bound();
        let opened = key.open_in_place(nonce, Aad::from(bound.as_bytes()), body);
        let length = opened.map_err(|_| BackupError::OtherPassphrase)?.len();
        body.truncate(length);
        Ok(())
    }
}

fn derived(
    passphrase: &Passphrase,
    salt: &[u8],
    rounds: NonZeroU32,
) -> Result<LessSafeKey, BackupError> {
    let mut key = [0; 32];
    let text = passphrase.0.as_bytes();
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, text, &mut key);
    let key = UnboundKey::new(&AES_256_GCM, &key);
    Ok(LessSafeKey::new(key.map_err(|_| StoreError::Damaged("a key has the wrong length"))?))
}

/// The files of the keys, those that lie elsewhere too; a database among them as of one moment.
fn files(folder: &Folder) -> Result<Files, BackupError> {
    let (keys, secrets) = (folder.keys(), folder.secrets());
    let mut files = Files::new();
    for name in [MASTER, LEDGER].into_iter().filter(|_| keys != secrets) {
        let whole = secrets.join(name);
        let bytes = std::fs::read(&whole).map_err(failed(&whole))?;
        files.insert(name.to_owned(), hex::encode(bytes));
    }
    for path in below(&keys)? {
        let name = path.to_string_lossy().into_owned();
        let is_beside =
            [".sqlite-wal", ".sqlite-shm", ".new"].iter().any(|end| name.ends_with(end));
        if is_beside {
            continue;
        }
        let whole = keys.join(&path);
        let bytes = if name.ends_with(".sqlite") {
            database(&whole)?
        } else {
            std::fs::read(&whole).map_err(failed(&whole))?
        };
        files.insert(name, hex::encode(bytes));
    }
    Ok(files)
}

fn database(path: &Path) -> Result<Vec<u8>, BackupError> {
    let copy = path.with_extension("sqlite.new");
    let _ = std::fs::remove_file(&copy);
    snapshot(&Connection::open(path).map_err(StoreError::from)?, &copy)?;
    let bytes = std::fs::read(&copy).map_err(failed(&copy))?;
    std::fs::remove_file(&copy).map_err(failed(&copy))?;
    Ok(bytes)
}

fn keep(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(above) = path.parent() {
        make(above)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.map_err(failed(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed(path))
}

fn sha256(bytes: &[u8]) -> Digest {
    let mut found = [0; 32];
    found.copy_from_slice(digest(&SHA256, bytes).as_ref());
    Digest(found)
}

fn unwritable(path: &Path) -> impl FnOnce(serde_json::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |error| BackupError::Io { path, source: error.into() }
}
