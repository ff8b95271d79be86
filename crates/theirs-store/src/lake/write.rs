//! Writes files: those of a load, sorted in memory, and those of whoever lays rows out anew.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeBinaryBuilder, RecordBatch, UInt32Array, UInt64Array,
};
use arrow::compute::{
    SortColumn, SortOptions, concat_batches, lexsort_to_indices, take_record_batch,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimestampMicrosecondType, UInt64Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use super::place::Upload;
use super::read::numbers;
use super::shared::Shared;
use super::{DIGEST, KEY, Lake, RECORD};
use crate::store::StoreError;

/// How many rows a file of a load has at most; they are sorted together in memory.
pub(crate) const ROWS_PER_FILE: usize = 1 << 20;
/// How many rows a row group has: what a scan can skip.
pub(crate) const ROWS_PER_GROUP: usize = 1 << 17;
/// How many rows a page has: what the reading of one person can skip.
const ROWS_PER_PAGE: usize = 1 << 12;
/// How many bytes a dictionary has at most: one person's rows are read with all of it.
const DICTIONARY_BYTES: usize = 1 << 16;

/// A file that was written but that no change names yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name in the lake.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its least and its greatest record.
    pub records: (u64, u64),
}

/// Writes activities of one kind; what it wrote exists only once a change names it.
pub struct LakeWriter {
    shared: Arc<Shared>,
    stem: String,
    time: String,
    schema: SchemaRef,
    waiting: Vec<RecordBatch>,
    rows: usize,
    written: Vec<Written>,
}

impl Lake {
    /// A writer for an activity with these columns, of which `time` says when it happened.
    pub fn writer(&self, activity: &str, time: &str, load: &str, columns: &Schema) -> LakeWriter {
        let mut fields: Vec<Arc<Field>> = columns.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(RECORD, DataType::UInt64, false)));
        fields.push(Arc::new(Field::new(KEY, DataType::FixedSizeBinary(16), false)));
        fields.push(Arc::new(Field::new(DIGEST, DataType::UInt64, false)));
        LakeWriter {
            shared: Arc::clone(&self.shared),
            stem: format!("{activity}-{load}"),
            time: time.to_owned(),
            schema: Arc::new(Schema::new(fields)),
            waiting: Vec::new(),
            rows: 0,
            written: Vec::new(),
        }
    }
}

impl LakeWriter {
    /// Adds rows; `records`, `keys` and `digests` have one entry per row of `batch`.
    ///
    /// # Errors
    /// The rows do not fit, or cannot be written.
    pub fn write(
        &mut self,
        batch: &RecordBatch,
        records: Vec<u64>,
        keys: &[u128],
        digests: Vec<u64>,
    ) -> Result<(), StoreError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        columns.push(Arc::new(UInt64Array::from(records)));
        let mut binary = FixedSizeBinaryBuilder::with_capacity(keys.len(), 16);
        for key in keys {
            binary.append_value(key.to_be_bytes())?;
        }
        columns.push(Arc::new(binary.finish()));
        columns.push(Arc::new(UInt64Array::from(digests)));
        self.waiting.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        self.rows += batch.num_rows();
        if self.rows >= ROWS_PER_FILE {
            self.write_file()?;
        }
        Ok(())
    }

    /// Writes what is waiting; every file is on disk when this returns.
    ///
    /// # Errors
    /// The rows cannot be written.
    pub fn finish(mut self) -> Result<Vec<Written>, StoreError> {
        if self.rows > 0 {
            self.write_file()?;
        }
        self.shared.place.settle()?;
        Ok(self.written)
    }

    fn write_file(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        let whole = concat_batches(&self.schema, &waiting)?;
        drop(waiting);
        let stem = format!("{}-{:03}", self.stem, self.written.len());
        let time = Some(self.time.as_str());
        let mut file = FileWriter::new(&self.shared, &stem, &self.schema, time)?;
        let order = order(&whole, time)?;
        for start in (0..order.len()).step_by(ROWS_PER_GROUP) {
            let length = ROWS_PER_GROUP.min(order.len() - start);
            file.write(&take_record_batch(&whole, &order.slice(start, length))?)?;
        }
        self.written.push(file.finish()?);
        self.rows = 0;
        Ok(())
    }
}

/// The order by record, then time, in which one person's rows lie together.
pub(crate) fn order(batch: &RecordBatch, time: Option<&str>) -> Result<UInt32Array, StoreError> {
    if let Some(order) = order_of_numbers(batch, time) {
        return Ok(order);
    }
    let column = |name: &str| -> Option<SortColumn> {
        let values = Arc::clone(batch.column_by_name(name)?);
        Some(SortColumn { values, options: Some(SortOptions::default()) })
    };
    let by = [Some(RECORD), time].into_iter().flatten().filter_map(column);
    Ok(lexsort_to_indices(&by.collect::<Vec<_>>(), None)?)
}

/// The same where both are plain numbers without gaps, as nearly always.
fn order_of_numbers(batch: &RecordBatch, time: Option<&str>) -> Option<UInt32Array> {
    let records = batch.column_by_name(RECORD)?.as_primitive_opt::<UInt64Type>()?;
    let times = batch.column_by_name(time?)?.as_primitive_opt::<TimestampMicrosecondType>()?;
    if records.null_count() + times.null_count() > 0 {
        return None;
    }
    let rows = records.values().iter().zip(times.values()).zip(0_u32..);
    let mut rows: Vec<(u64, i64, u32)> = rows.map(|((r, t), row)| (*r, *t, row)).collect();
    rows.sort_unstable();
    Some(rows.into_iter().map(|(_, _, row)| row).collect::<Vec<_>>().into())
}

/// Writes one file of rows that come in their order.
pub(crate) struct FileWriter<'p> {
    name: String,
    parquet: ArrowWriter<Vec<u8>>,
    upload: Upload<'p>,
    rows: u64,
    records: (u64, u64),
}

impl<'p> FileWriter<'p> {
    /// Begins a file, whose name this stem begins.
    pub(crate) fn new(
        shared: &'p Shared,
        stem: &str,
        schema: &SchemaRef,
        time: Option<&str>,
    ) -> Result<Self, StoreError> {
        let name = shared.named(stem);
        let properties = shared.sealed(&name, properties(schema, time))?.build();
        Ok(Self {
            parquet: ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(properties))?,
            upload: shared.place.upload(&name)?,
            name,
            rows: 0,
            records: (u64::MAX, 0),
        })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        for record in numbers(batch, RECORD)?.values() {
            self.records = (self.records.0.min(*record), self.records.1.max(*record));
        }
        self.rows += batch.num_rows() as u64;
        self.parquet.write(batch)?;
        self.upload.write(&std::mem::take(self.parquet.inner_mut()))
    }

    /// Ends the file; it outlasts a crash once its place is settled.
    pub(crate) fn finish(mut self) -> Result<Written, StoreError> {
        let rest = self.parquet.finish();
        if let Err(error) = rest {
            self.upload.abandon();
            return Err(error.into());
        }
        self.upload.write(&std::mem::take(self.parquet.inner_mut()))?;
        let bytes = self.upload.finish()?;
        Ok(Written { name: self.name, rows: self.rows, bytes, records: self.records })
    }
}

fn properties(schema: &Schema, time: Option<&str>) -> WriterPropertiesBuilder {
    let key = ColumnPath::from(KEY);
    let digest = ColumnPath::from(DIGEST);
    let sorted = [Some(RECORD), time].into_iter().flatten();
    let sorted = sorted.filter_map(|name| {
        let column_idx = i32::try_from(schema.index_of(name).ok()?).ok()?;
        Some(SortingColumn { column_idx, descending: false, nulls_first: true })
    });
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_data_page_row_count_limit(ROWS_PER_PAGE)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_write_batch_size(1024)
        .set_sorting_columns(Some(sorted.collect()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_column_dictionary_enabled(key.clone(), false)
        .set_column_dictionary_enabled(digest.clone(), false)
        .set_column_compression(key, Compression::UNCOMPRESSED)
        .set_column_compression(digest, Compression::UNCOMPRESSED)
}
