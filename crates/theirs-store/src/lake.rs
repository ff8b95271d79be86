//! The lake: activities in Parquet, each row with its record, its key and a digest.
//!
//! A load writes whole files, sorted by record and time, and the database names them in the change
//! that ends the load; a file that no change names does not exist, whatever lies on disk. Rows are
//! never rewritten here: a key in the overlay hides older rows of that key.

mod forget;
mod read;
mod write;

use std::collections::HashMap;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Transaction, params};
use theirs_model::Sequence;

use crate::store::{Store, StoreError, unsigned};

pub use self::forget::{Doing, Forgotten};
pub use self::read::{KnownKeys, PersonRows};
pub use self::write::{LakeWriter, Written};

/// The folder of activities.
#[derive(Debug, Clone)]
pub struct Lake {
    folder: PathBuf,
}

/// One file of the lake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityFile {
    /// Where it lies.
    pub path: PathBuf,
    /// How many rows it has.
    pub rows: u64,
    /// The change that published it.
    pub sequence: Sequence,
}

impl ActivityFile {
    /// Opens the file.
    pub fn open(&self) -> Result<File, StoreError> {
        File::open(&self.path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => StoreError::LakeFileMissing { name: self.name() },
            ErrorKind::PermissionDenied => self.damaged("it may not be opened"),
            _ => self.damaged("the disk failed"),
        })
    }

    /// The error that the file is there and does not read.
    pub fn damaged(&self, reason: &'static str) -> StoreError {
        StoreError::LakeFileDamaged { name: self.name(), reason }
    }

    /// The error that the file is not what was written: cut short, or changed.
    pub fn changed(&self) -> StoreError {
        self.damaged("it is not what was written")
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The keys of an activity whose rows were replaced, and when.
#[derive(Debug, Clone, Default)]
pub struct Overlay(pub HashMap<u128, Sequence>);

impl Overlay {
    /// Whether a row of a file published at `file` is hidden.
    pub fn hides(&self, key: u128, file: Sequence) -> bool {
        self.0.get(&key).is_some_and(|replaced| *replaced > file)
    }
}

/// The columns that the lake adds to every activity.
pub(crate) const RECORD: &str = "_record";
pub(crate) const KEY: &str = "_key";
pub(crate) const DIGEST: &str = "_digest";

impl Lake {
    /// The lake in this folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Removes what no change names: the remains of loads that did not end.
    pub fn sweep(&self, store: &Store) -> Result<u64, StoreError> {
        let mut removed = 0;
        let entries = std::fs::read_dir(&self.folder).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                StoreError::Damaged("the folder lake/ is missing; restore it from its backup")
            }
            _ => error.into(),
        })?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_file() && !store.is_published(&name)? {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The files of an activity, the oldest first.
    pub fn files(&self, store: &Store, activity: &str) -> Result<Vec<ActivityFile>, StoreError> {
        let connection = store.connection();
        let mut query = connection.prepare_cached(
            "select name, rows, sequence from lake_file where activity = ?1 order by sequence, name",
        )?;
        let rows = query.query_map([activity], |row| {
            Ok(ActivityFile {
                path: self.folder.join(row.get::<_, String>(0)?),
                rows: unsigned(row, 1)?,
                sequence: Sequence(unsigned(row, 2)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// The overlay of an activity.
    pub fn overlay(&self, activity: &str) -> Result<Overlay, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select key, sequence from overlay where activity = ?1")?;
        let rows = query.query_map([activity], |row| {
            Ok((u128::from_be_bytes(row.get(0)?), Sequence(unsigned(row, 1)?)))
        })?;
        Ok(Overlay(rows.collect::<Result<_, _>>()?))
    }

    /// How many rows each activity has, without those that are hidden.
    pub fn activity_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "select activity, sum(rows) - (select count(*) from overlay
             where overlay.activity = lake_file.activity)
             from lake_file group by activity order by activity",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The names of every file of the lake.
    pub(crate) fn lake_file_names(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare("select name from lake_file order by name")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn is_published(&self, name: &str) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select 1 from lake_file where name = ?1")?;
        Ok(query.exists([name])?)
    }
}

/// Publishes the files of a load and hides what they replace, within the change that ends it.
pub(crate) fn publish(
    tx: &Transaction<'_>,
    activity: &str,
    files: &[Written],
    hidden: &[u128],
    sequence: i64,
) -> Result<(), StoreError> {
    for file in files {
        tx.execute(
            "insert into lake_file (name, activity, rows, sequence) values (?1, ?2, ?3, ?4)",
            params![file.name, activity, file.rows.cast_signed(), sequence],
        )?;
    }
    let mut hide = tx.prepare_cached(
        "insert into overlay (activity, key, sequence) values (?1, ?2, ?3)
         on conflict (activity, key) do update set sequence = ?3",
    )?;
    for key in hidden {
        hide.execute(params![activity, key.to_be_bytes(), sequence])?;
    }
    Ok(())
}
