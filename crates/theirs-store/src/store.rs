//! The database, its one sequence, and how a change is made.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use theirs_model::{RecordId, Sequence, Slot};

use crate::at_rest::DatabaseKey;
use crate::schema;

/// The database of a working folder.
///
/// Several may be open at once in the process that owns the folder; SQLite orders their changes.
pub struct Store {
    connection: Mutex<Connection>,
}

/// What can go wrong with the store. No message carries a stored value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused.
    #[error("the database of this folder failed")]
    Database(#[from] rusqlite::Error),
    /// The folder was written by an earlier version.
    #[error(
        "this folder has layout {found}{}, and this version works with layout {known}, encrypted: \
         run `theirs upgrade`; with --plan it says what it would do",
        if *encrypted { "" } else { " in plain" }
    )]
    Older {
        /// The layout found.
        found: i64,
        /// Whether the database found is encrypted.
        encrypted: bool,
        /// The layout known.
        known: i64,
    },
    /// The database does not open with this key.
    #[error(
        "{} cannot be opened with {}: that key is another folder's, or the file is damaged; put \
         back what belongs together from its backups",
        database.display(),
        secret.display()
    )]
    OtherKey {
        /// The database.
        database: PathBuf,
        /// The file of the master secret.
        secret: PathBuf,
    },
    /// The master secret is gone.
    #[error(
        "{} is missing; restore it from its backup, or say where it lies (`keys:` in theirs.yaml, \
         THEIRS_KEYS): without it nobody can read data/",
        secret.display()
    )]
    NoKey {
        /// The file of the master secret.
        secret: PathBuf,
    },
    /// The master secret cannot be read.
    #[error("{}: {what}", secret.display())]
    Key {
        /// The file of the master secret.
        secret: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The place for the keys of a new folder has those of another.
    #[error(
        "{} has the keys of another folder; give each folder a place of its own",
        place.display()
    )]
    KeysOfAnother {
        /// The place.
        place: PathBuf,
    },
    /// A file refused.
    #[error("a file of data/ could not be read or written")]
    Io(#[from] std::io::Error),
    /// A file of the lake is gone.
    #[error("data/lake/{name} is missing; restore it from its backup")]
    LakeFileMissing {
        /// Its name in the lake.
        name: String,
    },
    /// A file of the lake is there and does not read.
    #[error("data/lake/{name} cannot be read ({reason}); restore it from its backup")]
    LakeFileDamaged {
        /// Its name in the lake.
        name: String,
        /// Why, without any of its values.
        reason: &'static str,
    },
    /// The settings of the folder.
    #[error("theirs.yaml: {0}")]
    Settings(String),
    /// A file cannot be laid for others.
    #[error("{name} cannot be laid where theirs.yaml says under ledger: {reason}")]
    Shelf {
        /// Its name there.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file of the lake holds what was erased.
    #[error("data/lake/{name} still holds rows of somebody who was erased")]
    NotErased {
        /// Its name in the lake.
        name: String,
    },
    /// A Parquet file refused.
    #[error("a file of the lake could not be read or written")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// An Arrow kernel refused.
    #[error("activities could not be arranged in columns")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The folder was written by a later version.
    #[error("this folder has layout {found}, this version knows {known}; use a newer version")]
    Layout {
        /// The layout found.
        found: i64,
        /// The layout known.
        known: i64,
    },
    /// Something stored is not what this version wrote.
    #[error("data/ is damaged: {0}")]
    Damaged(&'static str),
}

impl Store {
    /// Opens the database, which is encrypted under this key, making it if there is none.
    ///
    /// # Errors
    /// It is in plain, of another key, or of another layout than this version's.
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        Self::over(key.open(path)?)
    }

    /// A store that is in memory alone and goes when it is dropped.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::over(Connection::open_in_memory()?)
    }

    /// The same in plain, for tests that look at every byte of its file.
    #[cfg(test)]
    pub(crate) fn in_plain(path: &Path) -> Result<Self, StoreError> {
        Self::over(Connection::open(path)?)
    }

    fn over(connection: Connection) -> Result<Self, StoreError> {
        schema::prepare(&connection)?;
        // What is committed is on disk in the write-ahead log; a short command need not also fold
        // that log into the database when it ends.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// The number of the last change.
    pub fn sequence(&self) -> Result<Sequence, StoreError> {
        sequence(&self.connection())
    }

    /// The number of the last change to what is known of people.
    pub fn people_sequence(&self) -> Result<Sequence, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select value from meta where name = 'people'")?;
        Ok(Sequence(query.query_row([], |row| unsigned(row, 0))?))
    }

    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes one change: all of it or nothing, under the next number of the sequence, on disk
    /// when this returns.
    pub(crate) fn change<T>(
        &self,
        make: impl FnOnce(&Transaction<'_>, Sequence) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = next(&change)?;
        let answer = make(&change, number)?;
        change.commit()?;
        Ok(answer)
    }
}

/// Takes the next number of the sequence.
pub(crate) fn next(change: &Transaction<'_>) -> Result<Sequence, StoreError> {
    change
        .prepare_cached("update meta set value = value + 1 where name = 'sequence'")?
        .execute([])?;
    sequence(change)
}

/// Notes that what is known of these people changes with this change; of nobody is fine too, as
/// when a record comes that is nobody's yet.
///
/// Whoever keeps people in another form reads again those who are noted here, and nobody else.
pub(crate) fn touch_people(
    tx: &Transaction<'_>,
    sequence: Sequence,
    slots: impl IntoIterator<Item = Slot>,
) -> Result<(), StoreError> {
    let number = sequence.0.cast_signed();
    let mut note = tx.prepare_cached("update slot set changed = ?2 where slot = ?1")?;
    for slot in slots {
        note.execute([i64::from(slot.0), number])?;
    }
    tx.prepare_cached("update meta set value = ?1 where name = 'people'")?.execute([number])?;
    Ok(())
}

/// The person to whom a record belongs, if it is anybody's.
pub(crate) fn holder(tx: &Transaction<'_>, record: RecordId) -> Result<Option<Slot>, StoreError> {
    let mut query = tx.prepare_cached("select slot from assignment where record = ?1")?;
    Ok(query.query_row([record.0.cast_signed()], |row| slot(row, 0)).optional()?)
}

pub(crate) fn sequence(connection: &Connection) -> Result<Sequence, StoreError> {
    let mut query = connection.prepare_cached("select value from meta where name = 'sequence'")?;
    let number: i64 = query.query_row([], |row| row.get(0))?;
    Ok(Sequence(number.cast_unsigned()))
}

/// A stored number that cannot be negative.
pub(crate) fn unsigned(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.cast_unsigned())
}

/// A stored slot number.
pub(crate) fn slot(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<theirs_model::Slot> {
    Ok(theirs_model::Slot(row.get(column)?))
}

/// A stored instant, in microseconds.
pub(crate) fn instant(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<jiff::Timestamp> {
    let micros: i64 = row.get(column)?;
    jiff::Timestamp::from_microsecond(micros)
        .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_change_takes_no_number() {
        let store = Store::in_memory().unwrap();
        let failed: Result<(), _> = store.change(|_, _| Err(StoreError::Damaged("on purpose")));
        assert!(failed.is_err());
        assert_eq!(store.sequence().unwrap(), Sequence(0));
        assert_eq!(store.change(|_, number| Ok(number)).unwrap(), Sequence(1));
        assert_eq!(store.sequence().unwrap(), Sequence(1));
    }

    #[test]
    fn a_later_layout_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.sqlite");
        let open = || Store::open(&path, &crate::Keys::for_tests().database());
        open().unwrap().connection().execute_batch("pragma user_version = 99").unwrap();
        assert!(matches!(open(), Err(StoreError::Layout { found: 99, .. })));
    }
}
