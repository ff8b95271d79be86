//! Bringing the database to this version's layout: in a copy beside it, which takes its name once it
//! is whole.
//!
//! All of it happens in `data/before-upgrade/`. The old database is copied there as it is, but
//! encrypted if it was not; a copy of that is brought on step by step and checked; then one rename
//! makes it the database. Whenever we crash, the old one or the new one has the name, and is whole.
//! What is kept of the old one leads back for as long as nothing was changed since. It never outlives
//! an erasure: whoever erases removes it first. A database of before that was in plain is not kept in
//! plain; going back writes it in plain again, which is what its version can read.
//!
//! The price is the size of the database twice more on the disk while this runs, and once while the
//! old one is kept.

mod check;

use std::fs::{File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use serde::{Deserialize, Serialize};
use theirs_model::{Digest, Sequence};

use crate::at_rest::{DatabaseKey, Form, in_plain};
use crate::folder::{Folder, file_digest, private_folder, put_private, remove_if_there};
use crate::keys::Keys;
use crate::schema;
use crate::store::{self, StoreError};

/// The old database, encrypted, in the folder of what is kept.
const OLD: &str = "store.sqlite";
/// The copy that is brought on; it is gone once it has become the database.
const NEW: &str = "new.sqlite";
/// The old database in plain, before it gets its name back.
const BACK: &str = "back.sqlite";
/// What is noted of the upgrade.
const NOTE: &str = "upgrade.json";

/// How a database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its layout.
    pub layout: i64,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// What is kept of before an upgrade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upgraded {
    /// How the database stood.
    pub from: Standing,
    /// How it stands since.
    pub to: Standing,
    /// When.
    pub at: Timestamp,
    /// The last change that both know.
    pub sequence: Sequence,
    /// How many entries the ledger had.
    pub ledger: u64,
    /// SHA-256 of the new database, as it took the name.
    sha256: Digest,
}

/// What an upgrade is about to do. On the disk the step before is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The old database is folded into one file.
    Fold,
    /// It is copied.
    Copy,
    /// The copy is brought to this layout, of so many.
    Layout(i64, i64),
    /// The copy is checked.
    Check,
    /// It is noted how to go back.
    Note,
    /// The copy takes the name of the database.
    Swap,
    /// All is done.
    End,
}

/// Why a database was not brought on, or not back. What has the name is whole.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// The copy is not what it should be.
    #[error("the database was not upgraded, and is as it was: in its copy {0}")]
    Check(String),
    /// There is nothing to go back to.
    #[error("nothing is kept of before an upgrade, so there is nothing to go back to")]
    NothingKept,
    /// The folder was worked on.
    #[error(
        "the folder was changed since the upgrade of {0}: going back would lose that. \
         `theirs restore` makes a folder from a backup, without whoever was erased since"
    )]
    Changed(Timestamp),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for UpgradeError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<std::io::Error> for UpgradeError {
    fn from(error: std::io::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Is told of every step before it is taken; an error ends the work there.
pub type Tell<'t> = &'t mut dyn FnMut(Step) -> Result<(), UpgradeError>;

impl Standing {
    /// What this version writes.
    pub fn current() -> Self {
        Self { layout: schema::known(), encrypted: true }
    }

    /// How the database of a folder stands; nothing is changed.
    pub fn of(folder: &Folder, keys: &Keys) -> Result<Self, StoreError> {
        let path = folder.database();
        let (encrypted, connection) = match Form::of(&path)? {
            Form::Nothing => return Err(StoreError::Damaged("there is no database")),
            Form::Plain => (false, in_plain(&path)?),
            Form::Encrypted => (true, keys.database().open(&path)?),
        };
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let layout = schema::layout(&connection)?;
        Ok(Self { layout, encrypted })
    }
}

/// A copy of the database that is being brought on.
pub struct Draft<'f> {
    folder: &'f Folder,
    key: DatabaseKey,
    from: Standing,
}

impl<'f> Draft<'f> {
    /// Copies the database of a folder that this process owns; nothing if it is of this layout.
    /// What was kept of an earlier upgrade is removed.
    ///
    /// # Errors
    /// It is of a later layout, or does not open.
    pub fn begin(
        folder: &'f Folder,
        keys: &Keys,
        tell: Tell<'_>,
    ) -> Result<Option<Self>, UpgradeError> {
        let (from, to) = (Standing::of(folder, keys)?, Standing::current());
        if from == to {
            return Ok(None);
        }
        if from.layout > to.layout {
            return Err(StoreError::Layout { found: from.layout, known: to.layout }.into());
        }
        let draft = Self { folder, key: keys.database(), from };
        tell(Step::Fold)?;
        forget(folder)?;
        private_folder(&folder.before_upgrade())?;
        let old = folder.database();
        draft.fold()?;
        tell(Step::Copy)?;
        let kept = draft.at(OLD);
        if from.encrypted {
            std::fs::copy(&old, &kept)?;
        } else {
            draft.key.write_encrypted(&old, &kept)?;
        }
        owner_only(&kept)?;
        std::fs::copy(&kept, draft.path())?;
        owner_only(&draft.path())?;
        Ok(Some(draft))
    }

    /// Where the copy is.
    pub fn path(&self) -> PathBuf {
        self.at(NEW)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.before_upgrade().join(name)
    }

    /// Folds the log of the old database into it, so that one file is all of it.
    fn fold(&self) -> Result<(), UpgradeError> {
        let path = self.folder.database();
        let connection =
            if self.from.encrypted { self.key.open(&path)? } else { Connection::open(&path)? };
        let mode: String =
            connection.query_row("pragma journal_mode = delete", [], |row| row.get(0))?;
        drop(connection);
        if mode != "delete" || beside(&path, "-wal").exists() {
            return Err(StoreError::Damaged("its log cannot be folded into the database").into());
        }
        Ok(File::open(&path)?.sync_all()?)
    }

    /// Brings the copy to this layout, step by step, each of them held against what it may do, and
    /// looks at the whole of it.
    pub fn bring(&self, tell: Tell<'_>) -> Result<(), UpgradeError> {
        let connection = self.key.open(&self.path())?;
        // Of a copy that is not whole nothing is kept: it need not be safe on the way.
        connection.execute_batch(
            "pragma journal_mode = memory; pragma synchronous = off; pragma temp_store = memory;
             pragma foreign_keys = on; pragma secure_delete = on;",
        )?;
        let mut rows = check::rows(&connection)?;
        for (number, step) in schema::steps_after(self.from.layout) {
            tell(Step::Layout(number, schema::known()))?;
            schema::take(&connection, step, number)?;
            let now = check::rows(&connection)?;
            check::kept(&rows, &now, schema::adds_rows_to(step), number)?;
            rows = now;
        }
        tell(Step::Check)?;
        check::whole(&connection)?;
        drop(connection);
        Ok(File::open(self.path())?.sync_all()?)
    }

    /// Gives the copy the name of the database. `ledger` is how many entries the ledger has.
    pub fn publish(
        self,
        ledger: u64,
        at: Timestamp,
        tell: Tell<'_>,
    ) -> Result<Upgraded, UpgradeError> {
        tell(Step::Note)?;
        let connection = self.key.open(&self.path())?;
        // It is worked on in this mode: opening it will change no byte.
        connection.query_row("pragma journal_mode = wal", [], |_| Ok(()))?;
        connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        let sequence = store::sequence(&connection)?;
        drop(connection);
        if beside(&self.path(), "-wal").exists() {
            return Err(UpgradeError::Check("its log is not folded in".to_owned()));
        }
        File::open(self.path())?.sync_all()?;
        let to = Standing::current();
        let (sha256, _) = file_digest(&self.path())?;
        let done = Upgraded { from: self.from, to, at, sequence, ledger, sha256 };
        let text = serde_json::to_vec_pretty(&done).map_err(std::io::Error::from)?;
        put_private(&self.at(NOTE), &text)?;
        tell(Step::Swap)?;
        rename(&self.path(), &self.folder.database())?;
        File::open(self.folder.before_upgrade())?.sync_all()?;
        tell(Step::End)?;
        Ok(done)
    }
}

/// What is kept of before the last upgrade, if anything.
pub fn kept(folder: &Folder) -> Result<Option<Upgraded>, UpgradeError> {
    let place = folder.before_upgrade();
    if place.join(NEW).exists() {
        return Ok(None);
    }
    match std::fs::read(place.join(NOTE)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        text => Ok(Some(serde_json::from_slice(&text?).map_err(std::io::Error::from)?)),
    }
}

/// Gives the old database its name back, in plain if it was in plain, and keeps nothing more.
///
/// # Errors
/// Something was changed since, or nothing is kept.
pub fn back(
    folder: &Folder,
    keys: &Keys,
    ledger: u64,
    tell: Tell<'_>,
) -> Result<Upgraded, UpgradeError> {
    let done = kept(folder)?.ok_or(UpgradeError::NothingKept)?;
    // A crash may have come after the name was given back.
    if Standing::of(folder, keys)? == done.from {
        forget(folder)?;
        return Ok(done);
    }
    let (database, place) = (folder.database(), folder.before_upgrade());
    if ledger != done.ledger || !is_untouched(&database, &done)? {
        return Err(UpgradeError::Changed(done.at));
    }
    tell(Step::Copy)?;
    let mut old = place.join(OLD);
    if !done.from.encrypted {
        let plain = place.join(BACK);
        remove_if_there(&plain)?;
        keys.database().write_plain(&old, &plain)?;
        owner_only(&plain)?;
        old = plain;
    }
    tell(Step::Swap)?;
    for end in ["-wal", "-shm"] {
        remove_if_there(&beside(&database, end))?;
    }
    rename(&old, &database)?;
    forget(folder)?;
    tell(Step::End)?;
    Ok(done)
}

/// Removes what is kept of before an upgrade; says whether there was anything. When this returns it
/// is gone from the disk.
pub fn forget(folder: &Folder) -> std::io::Result<bool> {
    match std::fs::remove_dir_all(folder.before_upgrade()) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
        Ok(()) => File::open(folder.data())?.sync_all().map(|()| true),
    }
}

/// Whether the database is, to the byte, as it was when it took the name, and its log is empty.
fn is_untouched(database: &Path, done: &Upgraded) -> std::io::Result<bool> {
    let log = std::fs::metadata(beside(database, "-wal")).map_or(0, |found| found.len());
    Ok(log == 0 && file_digest(database)?.0 == done.sha256)
}

fn beside(database: &Path, end: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(from, to)?;
    File::open(to.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn owner_only(path: &Path) -> std::io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests;
