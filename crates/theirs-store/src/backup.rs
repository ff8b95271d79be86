//! Backups: data and keys as two artefacts, each with the digests of all it holds.
//!
//! The data are a folder: the database as of one moment, encrypted as it is, the files of the lake (which never change
//! under a name, so they are linked where the disk is the same), the ledger, what was erased, and
//! `manifest.json`, which is written last: a folder without one is no backup. The keys are one file,
//! for its owner alone, with a day on which it ends; it may be sealed under a passphrase. Sealing is
//! AES-256-GCM under PBKDF2 from the library that is here already; `age` would bring some sixty
//! packages for the same end.

mod keys;
mod manifest;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

pub use self::keys::{KeysArtefact, LIFE_DAYS, MOST_LIFE_DAYS, Passphrase};
pub use self::manifest::{FileDigest, Head, MANIFEST, Manifest};
use crate::at_rest::DatabaseKey;
use crate::folder::Folder;
use crate::keys::Keys;
use crate::store::{Store, StoreError};

/// How often the ledger is copied anew because it grew meanwhile.
const TRIES: u32 = 100;

/// Why a backup cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("{} exists already; give another place", .0.display())]
    Exists(PathBuf),
    /// It is no backup, or only half of one.
    #[error("{} is no whole backup: {reason}", path.display())]
    NotWhole {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// A file is not what was written.
    #[error("{} of the backup was changed or damaged: its digest is another", .0.display())]
    Changed(PathBuf),
    /// The keys are past their life.
    #[error(
        "this backup of the keys ended at {0}, and is not used any more: it may hold keys of people \
         who were erased since"
    )]
    Expired(Timestamp),
    /// The keys belong to another folder.
    #[error("these keys are of another folder than the data")]
    OtherKeys,
    /// The passphrase is missing.
    #[error("the backup of the keys is sealed: give its passphrase")]
    Sealed,
    /// The passphrase is wrong, or the backup was changed.
    #[error("the backup of the keys does not open: its passphrase is another, or it was changed")]
    OtherPassphrase,
    /// The keys would live too long.
    #[error("a backup of the keys lives at most {MOST_LIFE_DAYS} days")]
    TooLong,
    /// The ledger grew again and again.
    #[error("the ledger grew all the time; try again when there is less to do")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes the data of an open folder to `into`, as of one moment.
///
/// Nobody may write files of the lake meanwhile; anything else may go on. `head` says how far the
/// ledger is.
pub fn write_data(
    folder: &Folder,
    keys: &Keys,
    into: &Path,
    at: Timestamp,
    head: &dyn Fn() -> Head,
) -> Result<Manifest, BackupError> {
    if into.exists() {
        return Err(BackupError::Exists(into.to_owned()));
    }
    make(into)?;
    let ledger = copy_ledger(folder, into, head)?;
    // After the ledger: of every entry that was copied the use is stored. Uses that came between
    // are appended to the copy when it is opened.
    let database = into.join("store.sqlite");
    let key = keys.database();
    snapshot(&key.open(&folder.database())?, &database)?;
    let store = Store::open(&database, &key)?;
    let sequence = store.sequence()?;
    copy_lake(&store, &folder.lake(), &into.join("lake"))?;
    drop(store);
    settle(&database, &key)?;
    let erasures = into.join("erasures");
    make(&erasures)?;
    for file in below(&folder.erasures())? {
        copy(&folder.erasures().join(&file), &erasures.join(&file))?;
    }
    if folder.charter().exists() {
        copy(&folder.charter(), &into.join("charter.yaml"))?;
    }
    let manifest = Manifest::of(into, at, sequence, ledger, keys.fingerprint())?;
    manifest.write(into)?;
    Ok(manifest)
}

/// Copies the data of a backup into a folder's `data/`, every file held against its digest.
pub fn read_data(from: &Path, folder: &Folder) -> Result<Manifest, BackupError> {
    let manifest = Manifest::read(from)?;
    for file in &manifest.files {
        let source = from.join(&file.path);
        if FileDigest::of(from, &file.path)? != *file {
            return Err(BackupError::Changed(file.path.clone()));
        }
        let target = match file.path.to_str() {
            Some("charter.yaml") => folder.charter(),
            _ => folder.data().join(&file.path),
        };
        if let Some(above) = target.parent() {
            make(above)?;
        }
        // Never a link: what is restored is worked on, and the backup must not be.
        copy(&source, &target)?;
    }
    Ok(manifest)
}

fn copy_ledger(folder: &Folder, into: &Path, head: &dyn Fn() -> Head) -> Result<Head, BackupError> {
    let (from, to) = (folder.ledger(), into.join("ledger"));
    for _ in 0..TRIES {
        let before = head();
        let _ = std::fs::remove_dir_all(&to);
        let copied = copy_tree(&from, &to);
        if head() == before {
            copied?;
            return Ok(before);
        }
    }
    Err(BackupError::Busy)
}

/// Copies all files below a folder to a place where there are none.
pub fn copy_tree(from: &Path, to: &Path) -> Result<(), BackupError> {
    make(to)?;
    for file in below(from)? {
        let target = to.join(&file);
        if let Some(above) = target.parent() {
            make(above)?;
        }
        copy(&from.join(&file), &target)?;
    }
    Ok(())
}

/// Copies the files of a folder over those of another, each whole.
pub fn copy_over(from: &Path, to: &Path) -> Result<(), BackupError> {
    make(to)?;
    for file in below(from)? {
        let (target, draft) = (to.join(&file), to.join(&file).with_extension("new"));
        let _ = std::fs::remove_file(&draft);
        copy(&from.join(&file), &draft)?;
        std::fs::rename(&draft, &target).map_err(failed(&target))?;
    }
    flush(to)
}

/// The database as of one moment, in one file without free pages, so that nothing that was deleted
/// comes along; encrypted as it is.
pub(crate) fn snapshot(from: &Connection, to: &Path) -> Result<(), BackupError> {
    let target = to.to_string_lossy().into_owned();
    from.execute_batch("pragma busy_timeout = 60000;")
        .and_then(|()| from.execute("vacuum into ?1", [target]))
        .map_err(StoreError::from)?;
    flush(to)
}

/// Folds what opening a database wrote beside it into the file.
fn settle(database: &Path, key: &DatabaseKey) -> Result<(), BackupError> {
    let connection = key.open(database)?;
    connection
        .query_row("pragma journal_mode = delete", [], |_| Ok(()))
        .map_err(StoreError::from)?;
    drop(connection);
    flush(database)
}

fn copy_lake(store: &Store, from: &Path, to: &Path) -> Result<(), BackupError> {
    make(to)?;
    for name in store.lake_file_names()? {
        let (source, target) = (from.join(&name), to.join(&name));
        if std::fs::hard_link(&source, &target).is_err() {
            copy(&source, &target)?;
        }
    }
    Ok(())
}

/// The files below a folder, in order; none if there is no such folder.
fn below(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(inner) = waiting.pop() {
        let here = folder.join(&inner);
        let listed = match std::fs::read_dir(&here) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            listed => listed.map_err(failed(&here))?,
        };
        for entry in listed {
            let entry = entry.map_err(failed(&here))?;
            let path = inner.join(entry.file_name());
            match entry.file_type().map_err(failed(&here))? {
                kind if kind.is_dir() => waiting.push(path),
                kind if kind.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn make(folder: &Path) -> Result<(), BackupError> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder).map_err(failed(folder))
}

fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut source = File::open(from).map_err(failed(from))?;
    let mut options = std::fs::OpenOptions::new();
    let mut target =
        options.write(true).create_new(true).mode(0o600).open(to).map_err(failed(to))?;
    io::copy(&mut source, &mut target).map_err(failed(to))?;
    target.sync_all().map_err(failed(to))
}

pub(crate) fn flush(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed(path))
}

pub(crate) fn failed(path: &Path) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |source| BackupError::Io { path, source }
}

#[cfg(test)]
mod tests;
