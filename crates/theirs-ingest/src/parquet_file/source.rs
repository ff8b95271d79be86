//! The Parquet file itself: its footer, and its batches of the wanted columns.
//!
//! The reader panics on some damaged pages. A damaged file is not our bug, so that such a panic is
//! caught here and becomes the error that it should have been; the reader is not used again.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Type;
use parquet::errors::ParquetError;

use crate::IngestError;
use crate::batch::{BATCH_BYTES, BATCH_ROWS};

/// A Parquet file whose footer was read.
pub(super) struct Source {
    path: PathBuf,
    file: File,
    metadata: ArrowReaderMetadata,
}

impl Source {
    /// Opens a file and reads its footer.
    pub(super) fn open(path: &Path) -> Result<Self, IngestError> {
        let path = path.to_owned();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(source) => return Err(IngestError::Disk { file: path, source }),
        };
        let footer = || {
            ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
                .and_then(|metadata| microsecond_instants(&metadata))
        };
        let metadata = caught(footer).map_err(|source| malformed(&path, source))?;
        Ok(Self { path, file, metadata })
    }

    /// The names of the top-level columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.metadata.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows the footer says there are.
    pub(super) fn rows(&self) -> u64 {
        self.metadata.metadata().file_metadata().num_rows().try_into().unwrap_or(0)
    }

    /// Reads the columns at `places`, which come in the order of the file.
    pub(super) fn batches(
        self,
        places: &[usize],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, IngestError>>, IngestError> {
        let rows = batch_rows(&self.metadata, places);
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), places.iter().copied());
        let Self { path, file, metadata } = self;
        let build = || {
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
                .with_projection(mask)
                .with_batch_size(rows)
                .build()
        };
        let mut reader = caught(build).map_err(|source| malformed(&path, source))?;
        Ok(std::iter::from_fn(move || {
            caught(|| Ok(reader.next().transpose()?))
                .map_err(|source| malformed(&path, source))
                .transpose()
        }))
    }
}

/// The error that a file is no Parquet that can be read.
pub(super) fn malformed(file: &Path, source: ParquetError) -> IngestError {
    IngestError::Malformed { file: file.to_owned(), format: "Parquet", source: Some(source.into()) }
}

/// What `read` gives; a panic is an error.
fn caught<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    let damaged = |_| Err(ParquetError::General("a page or the footer is damaged".to_owned()));
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(damaged)
}

/// Has the old 96-bit instants read as microseconds: nanoseconds end in the year 2262, and a
/// contract "until 9999" would silently become another date.
fn microsecond_instants(
    metadata: &ArrowReaderMetadata,
) -> Result<ArrowReaderMetadata, ParquetError> {
    let roots = metadata.parquet_schema().root_schema().get_fields();
    let fields = metadata.schema().fields().iter().zip(roots).map(|(field, root)| {
        if root.is_primitive() && root.get_physical_type() == Type::INT96 {
            let kind = DataType::Timestamp(TimeUnit::Microsecond, None);
            Arc::new(Field::new(field.name(), kind, field.is_nullable()))
        } else {
            Arc::clone(field)
        }
    });
    let fields: Vec<_> = fields.collect();
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
}

/// How many rows to read at once so that the wanted columns stay within a batch's bytes.
fn batch_rows(metadata: &ArrowReaderMetadata, places: &[usize]) -> usize {
    let descriptor = metadata.parquet_schema();
    let (mut rows, mut bytes) = (0_i64, 0_i64);
    for group in metadata.metadata().row_groups() {
        rows = rows.saturating_add(group.num_rows().max(0));
        for (leaf, column) in group.columns().iter().enumerate() {
            if places.contains(&descriptor.get_column_root_idx(leaf)) {
                bytes = bytes.saturating_add(column.uncompressed_size().max(0));
            }
        }
    }
    let row_bytes = usize::try_from(bytes / rows.max(1)).unwrap_or(BATCH_BYTES);
    (BATCH_BYTES / row_bytes.max(1)).clamp(1, BATCH_ROWS)
}
