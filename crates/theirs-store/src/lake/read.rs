//! Reads activities without a query engine: one person's rows, and the keys a re-load must know.
//!
//! Files whose range of records leaves no room for the person are not opened. In the others the
//! page index says which pages of the record column to read, these say which rows are the person's,
//! and of the other columns only the pages of those rows are read.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, FixedSizeBinaryArray, RecordBatch, UInt64Array};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, RowSelection};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use roaring::{RoaringBitmap, RoaringTreemap};
use theirs_model::RecordId;

use super::file::ActivityFile;
use super::{DIGEST, KEY, Lake, RECORD};
use crate::store::{Store, StoreError};
use crate::when::time_at;

/// The keys of every visible row of an activity, each with the digest of its content.
#[derive(Debug, Default)]
pub struct KnownKeys(pub HashMap<u128, u64, ByDigest>);

/// How keys of rows are looked up: they are the beginning of a digest, so nothing is left to hash.
pub type ByDigest = BuildHasherDefault<Digested>;

/// A key as its own hash.
#[derive(Debug, Default, Clone, Copy)]
pub struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = (key >> 64) as u64;
    }
}

/// One person's rows of an activity.
#[derive(Debug, Default)]
pub struct PersonRows(pub Vec<RecordBatch>);

impl Lake {
    /// The keys of every visible row: 24 bytes a row in memory.
    ///
    /// # Errors
    /// A file is gone or damaged.
    pub fn known_keys(&self, store: &Store, activity: &str) -> Result<KnownKeys, StoreError> {
        let view = self.view(store, activity)?;
        let mut known = KnownKeys::default();
        for file in &view.files {
            file.wait(note_keys(file, &view.erased, &mut known))?;
        }
        Ok(known)
    }

    /// The records with which the visible rows of an activity came, in the order of their numbers.
    ///
    /// # Errors
    /// A file is gone or damaged.
    pub fn records_of(&self, store: &Store, activity: &str) -> Result<Vec<RecordId>, StoreError> {
        let view = self.view(store, activity)?;
        let mut found = RoaringTreemap::new();
        for file in &view.files {
            file.wait(note_records(file, &mut found))?;
        }
        found -= &*view.erased;
        Ok(found.into_iter().map(RecordId).collect())
    }

    /// The visible rows that came with any of these records.
    ///
    /// # Errors
    /// A file is gone or damaged.
    pub fn rows_of(
        &self,
        store: &Store,
        activity: &str,
        records: &[RecordId],
    ) -> Result<PersonRows, StoreError> {
        let view = self.view(store, activity)?;
        let is_known = |record: &u64| !view.erased.contains(*record);
        let wanted: BTreeSet<u64> = records.iter().map(|r| r.0).filter(is_known).collect();
        let mut found = PersonRows::default();
        for file in &view.files {
            if may_hold(file.records, &wanted) {
                found.0.extend(file.wait(rows_in(file, &wanted))?);
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
async fn note_keys(
    file: &ActivityFile,
    erased: &RoaringTreemap,
    known: &mut KnownKeys,
) -> Result<(), StoreError> {
    let mut reader = file.reader(&[RECORD, KEY, DIGEST], None, None).await?;
    let mut place = 0_u32;
    while let Some(batch) = reader.next().await? {
        let (keys, digests) = (keys(&batch)?, numbers(&batch, DIGEST)?);
        let records = numbers(&batch, RECORD)?;
        for row in 0..batch.num_rows() {
            let is_hidden = file.hidden.as_ref().is_some_and(|hidden| hidden.contains(place));
            place += 1;
            if !is_hidden && !erased.contains(records.value(row)) {
                known.0.insert(key_at(keys, row), digests.value(row));
            }
        }
    }
    Ok(())
}

/// Adds the records of the visible rows of one file.
async fn note_records(file: &ActivityFile, found: &mut RoaringTreemap) -> Result<(), StoreError> {
    let mut reader = file.reader(&[RECORD], None, None).await?;
    let mut place = 0_u32;
    while let Some(batch) = reader.next().await? {
        for record in numbers(&batch, RECORD)?.values() {
            let is_hidden = file.hidden.as_ref().is_some_and(|hidden| hidden.contains(place));
            place += 1;
            if !is_hidden {
                found.insert(*record);
            }
        }
    }
    Ok(())
}

/// The visible rows of the wanted records in a file.
async fn rows_in(
    file: &ActivityFile,
    wanted: &BTreeSet<u64>,
) -> Result<Vec<RecordBatch>, StoreError> {
    let mut rows = places_of(
        file,
        |least, greatest| may_hold((least, greatest), wanted),
        |record| wanted.contains(&record),
    )
    .await?;
    if let Some(hidden) = &file.hidden {
        rows -= &**hidden;
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let footer = file.footer().await?;
    let columns: Vec<&str> = footer.schema().fields().iter().map(|f| f.name().as_str()).collect();
    let (groups, selection) = within_groups(&footer, &rows);
    let mut reader = file.reader(&columns, Some(groups), Some(selection)).await?;
    let mut batches = Vec::new();
    while let Some(batch) = reader.next().await? {
        batches.push(batch);
    }
    Ok(batches)
}

/// Where in a file the rows of certain records lie, hidden ones too; only pages whose range of
/// records may hold some are read.
pub(crate) async fn places_of(
    file: &ActivityFile,
    may_hold: impl Fn(u64, u64) -> bool,
    is_wanted: impl Fn(u64) -> bool,
) -> Result<RoaringBitmap, StoreError> {
    let footer = file.footer().await?;
    let pages = pages(&footer, may_hold);
    let mut places = RoaringBitmap::new();
    if pages.is_empty() {
        return Ok(places);
    }
    let candidates: RoaringBitmap = pages.iter().flat_map(Clone::clone).collect();
    let (groups, selection) = within_groups(&footer, &candidates);
    let mut reader = file.reader(&[RECORD], Some(groups), Some(selection)).await?;
    let mut rows = pages.into_iter().flatten();
    while let Some(batch) = reader.next().await? {
        for (record, row) in numbers(&batch, RECORD)?.values().iter().zip(&mut rows) {
            if is_wanted(*record) {
                places.insert(row);
            }
        }
    }
    Ok(places)
}

/// The rows of the pages of the record column whose least and greatest record leave room.
pub(crate) fn pages(
    footer: &ArrowReaderMetadata,
    may_hold: impl Fn(u64, u64) -> bool,
) -> Vec<Range<u32>> {
    let metadata = footer.metadata();
    let mut found = Vec::new();
    let mut first = 0_u32;
    for (at, group) in metadata.row_groups().iter().enumerate() {
        let rows = u32::try_from(group.num_rows()).unwrap_or(0);
        let end = first + rows;
        let column = group.columns().iter().position(|c| c.column_path().string() == RECORD);
        let index = column.and_then(|column| {
            let ColumnIndexMetaData::INT64(index) =
                &metadata.column_index()?.get(at)?.get(column)?
            else {
                return None;
            };
            Some((index, metadata.offset_index()?.get(at)?.get(column)?.page_locations()))
        });
        match index {
            None => found.push(first..end),
            Some((index, locations)) => {
                for (page, location) in locations.iter().enumerate() {
                    let start = first + u32::try_from(location.first_row_index).unwrap_or(0);
                    let next = locations.get(page + 1).map_or(end, |next| {
                        first + u32::try_from(next.first_row_index).unwrap_or(0)
                    });
                    let range = index.min_value(page).zip(index.max_value(page));
                    if range.is_none_or(|(least, greatest)| {
                        may_hold(least.cast_unsigned(), greatest.cast_unsigned())
                    }) {
                        found.push(start..next);
                    }
                }
            }
        }
        first = end;
    }
    found
}

/// The groups that hold any of these rows of a file, and the rows as a selection within them.
pub(crate) fn within_groups(
    footer: &ArrowReaderMetadata,
    rows: &RoaringBitmap,
) -> (Vec<usize>, RowSelection) {
    let (mut groups, mut ranges) = (Vec::new(), Vec::new());
    let (mut first, mut before, mut total) = (0_u32, 0_usize, 0_usize);
    for (at, group) in footer.metadata().row_groups().iter().enumerate() {
        let length = u32::try_from(group.num_rows()).unwrap_or(0);
        let mut picked = rows.range(first..first + length).map(|row| row - first).peekable();
        if picked.peek().is_some() {
            groups.push(at);
            total += length as usize;
            for row in picked {
                let row = before + row as usize;
                match ranges.last_mut() {
                    Some(Range { end, .. }) if *end == row => *end += 1,
                    _ => ranges.push(row..row + 1),
                }
            }
            before += length as usize;
        }
        first += length;
    }
    (groups, RowSelection::from_consecutive_ranges(ranges.into_iter(), total))
}

/// Whether a range of records leaves room for any of them.
pub(crate) fn may_hold((least, greatest): (u64, u64), wanted: &BTreeSet<u64>) -> bool {
    least <= greatest && wanted.range(least..=greatest).next().is_some()
}

pub(crate) fn keys(batch: &RecordBatch) -> Result<&FixedSizeBinaryArray, StoreError> {
    batch
        .column_by_name(KEY)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or(StoreError::Damaged("a lake file has no keys"))
}

pub(crate) fn numbers<'b>(
    batch: &'b RecordBatch,
    name: &str,
) -> Result<&'b UInt64Array, StoreError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref())
        .ok_or(StoreError::Damaged("a lake file has no records or digests"))
}

pub(crate) fn key_at(keys: &FixedSizeBinaryArray, row: usize) -> u128 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(keys.value(row));
    u128::from_be_bytes(bytes)
}

/// The footers of files, for those who need them all.
pub(crate) fn footers(files: &[ActivityFile]) -> Result<Vec<Arc<ArrowReaderMetadata>>, StoreError> {
    files.iter().map(|file| file.wait(file.footer())).collect()
}
