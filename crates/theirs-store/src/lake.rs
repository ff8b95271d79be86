//! The lake: activities in Parquet, each row with its record, its key and a digest.
//!
//! Files are written whole, sorted by record and time, and the database names them in the change
//! that publishes them; a file that no change names does not exist, whatever lies at its place. No
//! file is ever changed: a row that a later load replaced is hidden by its place in its file, a
//! person who was erased by their records, and both act in every view that is taken afterwards.
//! Compaction and rewriting lay the rest out anew and swap files in one change. Price: whoever
//! writes waits for their turn, one at a time.
//!
//! Files are encrypted as [`RestKey`] says, and their names end in `.sealed.parquet`: the database,
//! which names them, thereby says that they are, and no plain file can be laid in their stead. Those
//! of before, which do not, are read as they were, until compaction or rewriting replaces them.

mod cache;
mod compact;
mod file;
mod forget;
mod hidden;
mod place;
mod prove;
mod publish;
mod read;
mod rewrite;
mod runs;
mod seal;
mod settings;
mod shared;
mod write;

use std::path::Path;
use std::sync::{Arc, PoisonError};

use roaring::{RoaringBitmap, RoaringTreemap};
use rusqlite::{Connection, Row};
use theirs_model::Sequence;

use self::shared::{Pin, Shared};
use crate::at_rest::RestKey;
use crate::keys::Keys;
use crate::store::{Store, StoreError, unsigned};

pub use self::compact::{Compacted, Layout};
pub use self::file::{ActivityFile, Reader};
pub use self::forget::{Doing, Forgotten};
pub use self::hidden::Hiding;
pub use self::prove::Proof;
pub use self::read::{ByDigest, KnownKeys, PersonRows};
pub use self::rewrite::Rewritten;
pub use self::runs::{RecordSet, Shown};
pub use self::shared::Turn;
pub use self::write::{LakeWriter, Written};

pub(crate) use self::place::Place;
pub(crate) use self::publish::publish;
pub(crate) use self::settings::bucket;

/// The activities. Handles of one place share what they read and whose turn it is.
#[derive(Clone)]
pub struct Lake {
    shared: Arc<Shared>,
}

/// The files of an activity and the erased records as of one change; the files stay for as long as
/// this does.
pub struct View {
    /// The files, the oldest first.
    pub files: Vec<ActivityFile>,
    /// The records whose rows are hidden everywhere.
    pub erased: Arc<RoaringTreemap>,
    /// The change that erased the last of them.
    pub(crate) erased_through: u64,
}

/// The columns that the lake adds to every activity.
pub(crate) const RECORD: &str = "_record";
pub(crate) const KEY: &str = "_key";
pub(crate) const DIGEST: &str = "_digest";

/// The secret of a folder's lake.
fn key(keys: &Keys) -> RestKey {
    RestKey::new(keys.derive("lake at rest"))
}

impl Lake {
    /// The lake in this folder, under these keys.
    pub fn new(folder: &Path, keys: &Keys) -> Self {
        Self { shared: Shared::of(Place::folder(folder), Some(key(keys))) }
    }

    /// A lake in this folder whose files are not encrypted, as before there were keys for it, and as
    /// other programs read them: for whoever measures the difference.
    pub fn plain(folder: &Path) -> Self {
        Self { shared: Shared::of(Place::folder(folder), None) }
    }

    /// A lake in memory: gone when its last handle is. Its secret is none; nothing of it rests.
    pub fn in_memory(name: &str) -> Self {
        Self { shared: Shared::of(Place::memory(name), Some(RestKey::new([0; 32]))) }
    }

    /// Waits until nobody else writes the lake; nobody will while the turn lives.
    pub fn turn(&self) -> Turn {
        self.shared.turn()
    }

    /// The turn to write the lake, unless somebody has it.
    pub fn try_turn(&self) -> Option<Turn> {
        self.shared.try_turn()
    }

    /// Finishes what a crash or an older version left: hides by place what was hidden by key, and
    /// removes what no change names. Says how many files went.
    ///
    /// # Errors
    /// The place or the store cannot be read.
    pub fn sweep(&self, store: &Store) -> Result<u64, StoreError> {
        let _turn = self.turn();
        self.adopt(store)?;
        let mut removed = 0;
        for name in self.shared.place.names()? {
            if !store.is_published(&name)? {
                self.shared.place.remove_left(&name)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The files of an activity as they are now, pinned, and what is hidden.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn view(&self, store: &Store, activity: &str) -> Result<View, StoreError> {
        let mut reading = self.shared.reading();
        let connection = store.connection();
        let moment = connection.unchecked_transaction()?;
        let (erased_through, erased) = self.erased(&moment)?;
        let mut query = moment.prepare_cached(
            "select name, rows, sequence, run, least, greatest, bytes, hidden, clean
             from lake_file where activity = ?1 order by sequence, name",
        )?;
        let rows = query.query_map([activity], row)?.collect::<Result<Vec<_>, _>>()?;
        let files = rows.into_iter().map(|row| {
            let pin = Arc::new(Pin::new(&self.shared, &mut reading, row.name));
            ActivityFile {
                pin,
                rows: row.rows,
                sequence: row.sequence,
                run: row.run,
                records: row.records,
                bytes: row.bytes,
                hidden: row.hidden.map(Arc::new),
                clean: row.clean,
            }
        });
        Ok(View { files: files.collect(), erased, erased_through })
    }

    /// How many files that were replaced are still there, for those who began to read them.
    pub fn retired(&self) -> usize {
        self.shared.retired()
    }

    /// The erased records: those of the last look, if nobody was erased since.
    fn erased(&self, moment: &Connection) -> Result<(u64, Arc<RoaringTreemap>), StoreError> {
        let mut last = moment.prepare_cached("select max(sequence) from erased_record")?;
        let last: Option<u64> =
            last.query_row([], |row| Ok(row.get::<_, Option<i64>>(0)?.map(i64::cast_unsigned)))?;
        let Some(last) = last else { return Ok((0, Arc::default())) };
        let mut known = self.shared.erased.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != last {
            let mut query = moment.prepare_cached("select record from erased_record")?;
            let records = query.query_map([], |row| unsigned(row, 0))?;
            *known = (last, Arc::new(records.collect::<Result<_, _>>()?));
        }
        Ok((last, Arc::clone(&known.1)))
    }
}

/// A file as the database names it.
struct FileRow {
    name: String,
    rows: u64,
    sequence: Sequence,
    run: String,
    records: (u64, u64),
    bytes: Option<u64>,
    hidden: Option<RoaringBitmap>,
    clean: u64,
}

fn row(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    let number =
        |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(i64::cast_unsigned));
    let name: String = row.get(0)?;
    let hidden: Option<Vec<u8>> = row.get(7)?;
    let hidden = hidden.map(|bytes| RoaringBitmap::deserialize_from(&*bytes)).transpose();
    Ok(FileRow {
        run: row.get::<_, Option<String>>(3)?.unwrap_or_else(|| name.clone()),
        name,
        rows: unsigned(row, 1)?,
        sequence: Sequence(unsigned(row, 2)?),
        records: (number(4)?.unwrap_or(0), number(5)?.unwrap_or(u64::MAX)),
        bytes: number(6)?,
        hidden: hidden.map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Blob, error.into())
        })?,
        clean: unsigned(row, 8)?,
    })
}

impl Store {
    /// How many rows each activity has, without those that are hidden.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn activity_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "select activity, sum(rows) - sum(hidden_rows) - (select count(*) from overlay
             where overlay.activity = lake_file.activity)
             from lake_file group by activity order by activity",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The activities that have files.
    pub(crate) fn lake_activities(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select distinct activity from lake_file")?;
        let rows = query.query_map([], |row| row.get(0))?;
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

#[cfg(test)]
mod tests;
