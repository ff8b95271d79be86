//! Reads activities without a query engine: one person's rows, and the keys a re-load must know.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;

use arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, RecordBatch, UInt64Array};
use arrow::compute::filter_record_batch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
    RowFilter,
};
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::statistics::Statistics;
use theirs_model::{RecordId, Sequence};

use super::{ActivityFile, DIGEST, KEY, Lake, Overlay, RECORD};
use crate::store::{Store, StoreError};
use crate::when::time_at;

/// The keys of every visible row of an activity, each with the digest of its content.
#[derive(Debug, Default)]
pub struct KnownKeys(pub HashMap<u128, u64>);

/// One person's rows of an activity.
#[derive(Debug, Default)]
pub struct PersonRows(pub Vec<RecordBatch>);

impl Lake {
    /// The keys of every visible row: 24 bytes a row in memory.
    pub fn known_keys(&self, store: &Store, activity: &str) -> Result<KnownKeys, StoreError> {
        let overlay = store.overlay(activity)?;
        let mut known = KnownKeys::default();
        for file in self.files(store, activity)? {
            note_keys(&file, &overlay, &mut known).map_err(|error| named(error, &file))?;
        }
        Ok(known)
    }

    /// The visible rows that came with any of these records.
    ///
    /// Row groups and pages that cannot hold them are skipped by their statistics.
    pub fn rows_of(
        &self,
        store: &Store,
        activity: &str,
        records: &[RecordId],
    ) -> Result<PersonRows, StoreError> {
        let wanted: BTreeSet<u64> = records.iter().map(|record| record.0).collect();
        let overlay = store.overlay(activity)?;
        let mut found = PersonRows::default();
        for file in self.files(store, activity)? {
            let batches = read_file(file.open()?, &wanted).map_err(|error| named(error, &file))?;
            for batch in batches {
                let batch = visible(batch, &overlay, file.sequence)?;
                if batch.num_rows() > 0 {
                    found.0.push(batch);
                }
            }
        }
        Ok(found)
    }
}

impl PersonRows {
    /// When each row happened, by the column that says so.
    pub fn times<'t>(
        &'t self,
        column: &'t str,
    ) -> impl Iterator<Item = Option<jiff::Timestamp>> + 't {
        let of = move |batch: &RecordBatch| -> Vec<Option<jiff::Timestamp>> {
            (0..batch.num_rows()).map(|row| time_at(batch, column, row)).collect()
        };
        self.0.iter().flat_map(of)
    }
}

/// Adds the keys of the visible rows of one file.
fn note_keys(
    file: &ActivityFile,
    overlay: &Overlay,
    known: &mut KnownKeys,
) -> Result<(), StoreError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file.open()?)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), [KEY, DIGEST]);
    for batch in builder.with_projection(mask).with_batch_size(8192).build()? {
        let batch = batch?;
        let (keys, digests) = (keys(&batch)?, numbers(&batch, DIGEST)?);
        for row in 0..batch.num_rows() {
            let key = key_at(keys, row);
            if !overlay.hides(key, file.sequence) {
                known.0.insert(key, digests.value(row));
            }
        }
    }
    Ok(())
}

/// An error of reading one file of the lake, with the name of the file.
pub(super) fn named(error: StoreError, file: &ActivityFile) -> StoreError {
    match error {
        StoreError::Parquet(_) | StoreError::Arrow(_) | StoreError::Damaged(_) => file.changed(),
        other => other,
    }
}

fn read_file(file: File, wanted: &BTreeSet<u64>) -> Result<Vec<RecordBatch>, StoreError> {
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let metadata = ArrowReaderMetadata::load(&file, options)?;
    let groups: Vec<usize> = (0..metadata.metadata().num_row_groups())
        .filter(|group| may_hold(&metadata, *group, wanted))
        .collect();
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let mask = ProjectionMask::columns(builder.parquet_schema(), [RECORD]);
    let wanted = wanted.clone();
    let predicate = ArrowPredicateFn::new(mask, move |batch: RecordBatch| {
        let column = batch.column(0).as_any().downcast_ref::<UInt64Array>();
        Ok(column.map_or_else(
            || BooleanArray::from(vec![false; batch.num_rows()]),
            |ids| ids.values().iter().map(|id| Some(wanted.contains(id))).collect(),
        ))
    });
    let reader = builder
        .with_row_groups(groups)
        .with_row_filter(RowFilter::new(vec![Box::new(predicate)]))
        .build()?;
    Ok(reader.collect::<Result<Vec<_>, _>>()?)
}

/// Whether the statistics of a row group leave room for any of the records.
pub(super) fn may_hold(
    metadata: &ArrowReaderMetadata,
    group: usize,
    wanted: &BTreeSet<u64>,
) -> bool {
    let group = metadata.metadata().row_group(group);
    let column = group.columns().iter().find(|column| column.column_path().string() == RECORD);
    let Some(Statistics::Int64(statistics)) = column.and_then(|column| column.statistics()) else {
        return true;
    };
    let (Some(min), Some(max)) = (statistics.min_opt(), statistics.max_opt()) else { return true };
    wanted.range(min.cast_unsigned()..=max.cast_unsigned()).next().is_some()
}

fn visible(
    batch: RecordBatch,
    overlay: &Overlay,
    file: Sequence,
) -> Result<RecordBatch, StoreError> {
    if overlay.0.is_empty() {
        return Ok(batch);
    }
    let keys = keys(&batch)?;
    let shown: BooleanArray =
        (0..batch.num_rows()).map(|row| Some(!overlay.hides(key_at(keys, row), file))).collect();
    Ok(filter_record_batch(&batch, &shown)?)
}

fn keys(batch: &RecordBatch) -> Result<&FixedSizeBinaryArray, StoreError> {
    batch
        .column_by_name(KEY)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or(StoreError::Damaged("a lake file has no keys"))
}

pub(super) fn numbers<'b>(
    batch: &'b RecordBatch,
    name: &str,
) -> Result<&'b UInt64Array, StoreError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or(StoreError::Damaged("a lake file has no digests"))
}

fn key_at(keys: &FixedSizeBinaryArray, row: usize) -> u128 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(keys.value(row));
    u128::from_be_bytes(bytes)
}
