//! Writes the activities of one load.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryBuilder, RecordBatch, UInt32Array, UInt64Array};
use arrow::compute::{
    SortColumn, SortOptions, concat_batches, lexsort_to_indices, take_record_batch,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::{DIGEST, KEY, Lake, RECORD};
use crate::store::StoreError;

/// How many rows a file has at most; they are sorted together in memory.
const ROWS_PER_FILE: usize = 1 << 20;
/// How many rows a row group has: what a scan can skip.
const ROWS_PER_GROUP: usize = 1 << 17;
/// How many rows a page has: what the reading of one person can skip.
const ROWS_PER_PAGE: usize = 1 << 13;

/// A file that was written but that no change names yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name in the lake.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
}

/// Writes activities of one kind; what it wrote exists only once a change names it.
pub struct LakeWriter {
    folder: PathBuf,
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
            folder: self.folder.clone(),
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
    pub fn finish(mut self) -> Result<Vec<Written>, StoreError> {
        if self.rows > 0 {
            self.write_file()?;
        }
        File::open(&self.folder)?.sync_all()?;
        Ok(self.written)
    }

    fn write_file(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        let whole = concat_batches(&self.schema, &waiting)?;
        drop(waiting);
        let order = self.order(&whole)?;
        let name = format!("{}-{:03}.parquet", self.stem, self.written.len());
        let file = File::create(self.folder.join(&name))?;
        let mut writer = ArrowWriter::try_new(file, Arc::clone(&self.schema), Some(properties()))?;
        for start in (0..order.len()).step_by(ROWS_PER_GROUP) {
            let length = ROWS_PER_GROUP.min(order.len() - start);
            writer.write(&take_record_batch(&whole, &order.slice(start, length))?)?;
        }
        writer.into_inner()?.sync_all()?;
        self.written.push(Written { name, rows: whole.num_rows() as u64 });
        self.rows = 0;
        Ok(())
    }

    /// Sorted by record, then time, so that one person's rows lie together.
    fn order(&self, batch: &RecordBatch) -> Result<UInt32Array, StoreError> {
        let column = |name: &str| -> Option<SortColumn> {
            let values = Arc::clone(batch.column_by_name(name)?);
            Some(SortColumn { values, options: Some(SortOptions::default()) })
        };
        let by: Vec<SortColumn> = [RECORD, &self.time].into_iter().filter_map(column).collect();
        Ok(lexsort_to_indices(&by, None)?)
    }
}

pub(super) fn properties() -> WriterProperties {
    let key = ColumnPath::from(KEY);
    let digest = ColumnPath::from(DIGEST);
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_data_page_row_count_limit(ROWS_PER_PAGE)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_column_dictionary_enabled(key.clone(), false)
        .set_column_dictionary_enabled(digest.clone(), false)
        .set_column_compression(key, Compression::UNCOMPRESSED)
        .set_column_compression(digest, Compression::UNCOMPRESSED)
        .build()
}
