//! What was loaded when, and the rows that were set aside.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use theirs_model::{Digest, Sequence};

use crate::source_state::SourceState;
use crate::store::{Store, StoreError, instant, unsigned};

/// The most set-aside rows of a source that are kept in detail; the oldest go.
const MOST_SET_ASIDE: i64 = 100_000;

/// A load that is about to be recorded.
#[derive(Debug, Clone)]
pub struct Load {
    /// The source.
    pub source: String,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file's bytes.
    pub digest: Digest,
    /// The charter under which it was read.
    pub charter: Digest,
    /// When.
    pub at: Timestamp,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were new.
    pub added: u64,
    /// Rows that said something else before.
    pub changed: u64,
    /// Rows that said the same before.
    pub unchanged: u64,
}

/// A row that was set aside. It carries the place and the reason, never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideRow {
    /// The source.
    pub source: String,
    /// The file's name.
    pub file: String,
    /// The line or row, from 1.
    pub line: u64,
    /// The column at fault, if one is.
    pub field: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// The last load of a source.
#[derive(Debug, Clone)]
pub struct LoadSummary {
    /// The source.
    pub source: String,
    /// The file's name.
    pub file: String,
    /// The charter under which it was read.
    pub charter: Digest,
    /// When.
    pub at: Timestamp,
    /// Rows read.
    pub rows: u64,
}

impl Store {
    /// Has the next load read every source anew, even where a file is the same as last time.
    pub fn read_sources_anew(&self) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute("update load set digest = zeroblob(32)", [])?;
            crate::source_state::forget_positions(tx)
        })
    }

    /// Whether the last load of a source read these very bytes under this charter.
    pub fn is_loaded(
        &self,
        source: &str,
        digest: &Digest,
        charter: &Digest,
    ) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select digest, charter from load where source = ?1 order by id desc limit 1",
        )?;
        let last: Option<([u8; 32], [u8; 32])> =
            query.query_row([source], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(last == Some((digest.0, charter.0)))
    }

    /// What was read last of each file of a source, by the file's name, under this charter.
    pub fn loaded_files(
        &self,
        source: &str,
        charter: &Digest,
    ) -> Result<BTreeMap<String, Digest>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select file, digest, charter from load
             where id in (select max(id) from load where source = ?1 group by file)",
        )?;
        let rows = query.query_map([source], |row| {
            let (file, digest, under): (String, [u8; 32], [u8; 32]) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((under == charter.0).then_some((file, Digest(digest))))
        })?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// Records a finished load; its set-aside rows replace those of earlier loads of its file, and of
    /// all files of the source that were read under another charter.
    ///
    /// `files` are the lake files it wrote and `hidden` the rows that these replace: both take effect
    /// in this one change, or not at all.
    pub fn finish_load(
        &self,
        load: &Load,
        set_aside: &[SetAsideRow],
        files: &[crate::lake::Written],
        hidden: &[crate::lake::Hiding],
    ) -> Result<Sequence, StoreError> {
        self.finish_load_at(load, set_aside, files, hidden, None)
    }

    /// The same, and how far the reading of its source has come.
    pub fn finish_load_at(
        &self,
        load: &Load,
        set_aside: &[SetAsideRow],
        files: &[crate::lake::Written],
        hidden: &[crate::lake::Hiding],
        state: Option<&SourceState>,
    ) -> Result<Sequence, StoreError> {
        self.change(|tx, sequence| {
            let number = sequence.0.cast_signed();
            tx.execute(
                "delete from set_aside where source = ?1 and (file = ?2 or load in
                 (select id from load where source = ?1 and charter <> ?3))",
                params![load.source, load.file, load.charter.0],
            )?;
            tx.execute(
                "insert into load (source, file, digest, charter, at, rows, added, changed,
                 unchanged, set_aside, sequence)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    load.source,
                    load.file,
                    load.digest.0,
                    load.charter.0,
                    load.at.as_microsecond(),
                    load.rows.cast_signed(),
                    load.added.cast_signed(),
                    load.changed.cast_signed(),
                    load.unchanged.cast_signed(),
                    set_aside.len().try_into().unwrap_or(i64::MAX),
                    number
                ],
            )?;
            let id = tx.last_insert_rowid();
            let mut insert = tx.prepare_cached(
                "insert into set_aside (load, source, file, line, field, reason)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for row in set_aside {
                let line = row.line.cast_signed();
                insert.execute(params![id, row.source, row.file, line, row.field, row.reason])?;
            }
            if !set_aside.is_empty() {
                tx.execute(
                    "delete from set_aside where source = ?1 and rowid <= (select rowid from
                     set_aside where source = ?1 order by rowid desc limit 1 offset ?2)",
                    params![load.source, MOST_SET_ASIDE],
                )?;
            }
            crate::lake::publish(tx, &load.source, files, hidden, number)?;
            if let Some(state) = state {
                crate::source_state::write(tx, &load.source, state)?;
            }
            Ok(sequence)
        })
    }

    /// The last load of each source.
    pub fn last_loads(&self) -> Result<Vec<LoadSummary>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "select source, file, at, rows, charter from load
             where id in (select max(id) from load group by source) order by id",
        )?;
        let rows = query.query_map([], |row| {
            Ok(LoadSummary {
                source: row.get(0)?,
                file: row.get(1)?,
                at: instant(row, 2)?,
                rows: unsigned(row, 3)?,
                charter: Digest(row.get(4)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many rows are set aside of each source, of all its files.
    pub fn set_aside_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare("select source, count(*) from set_aside group by source")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The rows set aside by the last load of each file, at most `limit`.
    pub fn set_aside(&self, limit: u32) -> Result<Vec<SetAsideRow>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "select source, file, line, field, reason from set_aside
             order by source, load, line limit ?1",
        )?;
        let rows = query.query_map([limit], |row| {
            Ok(SetAsideRow {
                source: row.get(0)?,
                file: row.get(1)?,
                line: unsigned(row, 2)?,
                field: row.get(3)?,
                reason: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
