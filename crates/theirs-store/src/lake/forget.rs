//! Takes rows out of the files that hold them: those of erased records, and those past their time.
//!
//! The rows of erased records are hidden from the moment of erasure, as their record belongs to
//! nobody any more; here their bytes go. A file is written anew without them, under a new name and as of the same change,
//! and takes the old one's place in one change. If we crash before, the new file is named by nothing
//! and is removed at opening; if after, the old one is.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use rusqlite::params;
use theirs_model::RecordId;

use super::read::{may_hold, named, numbers};
use super::write::properties;
use super::{ActivityFile, Lake, RECORD};
use crate::store::{Store, StoreError, touch_people};
use crate::when::time_at;

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Files that were written anew, or removed.
    pub files: u64,
    /// Rows that are gone.
    pub rows: u64,
}

/// Whether rows are taken out, or only counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// They go.
    Writing,
    /// They stay, and are counted.
    Counting,
}

/// Whether a row of a batch goes.
type Goes<'g> = &'g dyn Fn(&RecordBatch, usize) -> Result<bool, StoreError>;

impl Lake {
    /// Takes every row of these records out of every file.
    pub fn forget(
        &self,
        store: &Store,
        records: &BTreeSet<RecordId>,
    ) -> Result<Forgotten, StoreError> {
        let wanted: BTreeSet<u64> = records.iter().map(|record| record.0).collect();
        let mut done = Forgotten::default();
        if wanted.is_empty() {
            return Ok(done);
        }
        let goes = |batch: &RecordBatch, row: usize| -> Result<bool, StoreError> {
            Ok(wanted.contains(&numbers(batch, RECORD)?.value(row)))
        };
        for activity in self.activities(store)? {
            let some = self.take_out(store, &activity, Some(&wanted), &goes, Doing::Writing)?;
            done.files += some.files;
            done.rows += some.rows;
        }
        Ok(done)
    }

    /// Takes the rows of an activity out that happened before `cutoff`, or only counts them.
    ///
    /// A row without a time stays.
    pub fn expire(
        &self,
        store: &Store,
        activity: &str,
        time: &str,
        cutoff: Timestamp,
        doing: Doing,
    ) -> Result<Forgotten, StoreError> {
        let goes = |batch: &RecordBatch, row: usize| -> Result<bool, StoreError> {
            Ok(time_at(batch, time, row).is_some_and(|at| at < cutoff))
        };
        self.take_out(store, activity, None, &goes, doing)
    }

    fn activities(&self, store: &Store) -> Result<Vec<String>, StoreError> {
        Ok(store.activity_counts()?.into_iter().map(|(activity, _)| activity).collect())
    }

    fn take_out(
        &self,
        store: &Store,
        activity: &str,
        records: Option<&BTreeSet<u64>>,
        goes: Goes<'_>,
        doing: Doing,
    ) -> Result<Forgotten, StoreError> {
        let mut done = Forgotten::default();
        for file in self.files(store, activity)? {
            let gone = self
                .take_out_of(store, activity, &file, records, goes, doing)
                .map_err(|error| named(error, &file))?;
            done.files += u64::from(gone > 0);
            done.rows += gone;
        }
        Ok(done)
    }

    /// The same in one file; says how many rows went.
    fn take_out_of(
        &self,
        store: &Store,
        activity: &str,
        file: &ActivityFile,
        records: Option<&BTreeSet<u64>>,
        goes: Goes<'_>,
        doing: Doing,
    ) -> Result<u64, StoreError> {
        let metadata = ArrowReaderMetadata::load(&file.open()?, ArrowReaderOptions::new())?;
        let groups = metadata.metadata().num_row_groups();
        if records.is_some_and(|wanted| !(0..groups).any(|at| may_hold(&metadata, at, wanted))) {
            return Ok(0);
        }
        let kept = rest(file, metadata.clone(), goes)?;
        let rows: u64 = kept.iter().map(|batch| batch.num_rows() as u64).sum();
        if rows == file.rows || doing == Doing::Counting {
            return Ok(file.rows - rows);
        }
        let new = if rows == 0 { None } else { Some(self.anew(store, file, &metadata, &kept)?) };
        store.change(|tx, sequence| {
            tx.execute("delete from lake_file where name = ?1", [file.name()])?;
            if let Some(name) = &new {
                tx.execute(
                    "insert into lake_file (name, activity, rows, sequence) values (?1, ?2, ?3, ?4)",
                    params![name, activity, rows.cast_signed(), file.sequence.0.cast_signed()],
                )?;
            }
            touch_people(tx, sequence, None)
        })?;
        std::fs::remove_file(&file.path)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(file.rows - rows)
    }

    fn anew(
        &self,
        store: &Store,
        file: &ActivityFile,
        metadata: &ArrowReaderMetadata,
        kept: &[RecordBatch],
    ) -> Result<String, StoreError> {
        let stem = file.name();
        let stem = stem.split_once('~').map_or(stem.trim_end_matches(".parquet"), |(stem, _)| stem);
        let name = format!("{stem}~{:08}.parquet", store.sequence()?.0);
        let new = File::create(self.folder.join(&name))?;
        let schema = Arc::clone(metadata.schema());
        let mut writer = ArrowWriter::try_new(new, schema, Some(properties()))?;
        for batch in kept {
            writer.write(batch)?;
        }
        writer.into_inner()?.sync_all()?;
        File::open(&self.folder)?.sync_all()?;
        Ok(name)
    }
}

/// The rows of a file that stay.
fn rest(
    file: &ActivityFile,
    metadata: ArrowReaderMetadata,
    goes: Goes<'_>,
) -> Result<Vec<RecordBatch>, StoreError> {
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.open()?, metadata);
    let mut kept = Vec::new();
    for batch in reader.build()? {
        let batch = batch?;
        let stays = (0..batch.num_rows())
            .map(|row| Ok(Some(!goes(&batch, row)?)))
            .collect::<Result<BooleanArray, StoreError>>()?;
        kept.push(filter_record_batch(&batch, &stays)?);
    }
    Ok(kept)
}
