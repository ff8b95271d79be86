//! The bulk of the people in columns: in memory while they are few, else in a Parquet file that is
//! derived, may be deleted at any time, and is made again from the records.
//!
//! A file is valid for one charter and one build of this program, because both decide what is
//! believed of a person; what changed after its sequence is read from the records on top of it.
//! It becomes the file of the folder by a rename once it is whole on disk, so that a crash leaves
//! the old one, the new one or none. It is encrypted as [`RestKey`] says; one that is not, or that is
//! under another key, is as good as none.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat, concat_batches};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
use datafusion::common::internal_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::arrow::{ArrowWriter, ProjectionMask};
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use theirs_charter::Charter;
use theirs_model::{Digest, Sequence};
use theirs_store::{Folder, Keys, RestKey, guarded, remove_if_there};

use super::layer::Layer;

/// How many people a batch of a file holds.
pub(super) const BATCH: usize = 8_192;
/// Up to how many people a folder has no file: to read their records takes a second at most.
const MOST_IN_MEMORY: usize = 8_192;
/// How many people lie together in a file.
const GROUP: usize = 131_072;
/// The file of people, and that of whose each record is.
const PEOPLE: &str = "people.parquet";
const RECORDS: &str = "records.parquet";
/// Under which name a file says for what it is valid.
const VALID: &str = "theirs";

/// Where the people of a folder are kept in columns.
#[derive(Clone)]
pub(crate) struct Housing {
    /// The folder of the files.
    pub(crate) folder: PathBuf,
    /// Up to how many people stay in memory, without a file.
    pub(crate) most_in_memory: usize,
    /// What the files are encrypted under.
    pub(crate) key: RestKey,
}

impl Housing {
    /// That of a working folder.
    pub(crate) fn of(folder: &Folder, keys: &Keys) -> Self {
        let key = RestKey::new(keys.derive("people at rest"));
        Self { folder: folder.people(), most_in_memory: MOST_IN_MEMORY, key }
    }
}

/// What a file is valid for.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    pub(super) charter: Digest,
    pub(super) sequence: Sequence,
}

/// Some people, in the order of their slots.
pub(super) enum Base {
    Memory { slots: Vec<u32>, rows: RecordBatch },
    File { slots: Vec<u32>, file: Mutex<File>, key: RestKey },
}

impl Base {
    /// The file of a folder, if it is valid under this charter, and whose each record was then.
    pub(super) fn open(
        housing: &Housing,
        charter: &Charter,
        schema: &SchemaRef,
    ) -> Option<(Self, Sequence, Vec<u32>)> {
        guarded(|| Ok::<_, ParquetError>(Self::valid(housing, charter, schema))).ok()?
    }

    fn valid(
        housing: &Housing,
        charter: &Charter,
        schema: &SchemaRef,
    ) -> Option<(Self, Sequence, Vec<u32>)> {
        let people = File::open(housing.folder.join(PEOPLE)).ok()?;
        let records = File::open(housing.folder.join(RECORDS)).ok()?;
        let key = &housing.key;
        let builder = builder(&people, PEOPLE, key).ok()?;
        let says = said(&builder)?;
        let sequence = Sequence(says.rsplit(' ').next()?.parse().ok()?);
        let valid = Validity { charter: charter.acting(), sequence }.text();
        if says != valid || builder.schema().fields() != schema.fields() {
            return None;
        }
        let of_records = self::builder(&records, RECORDS, key).ok()?;
        if said(&of_records)? != valid {
            return None;
        }
        let slot_of_record = numbers(of_records).ok()?;
        let slots = numbers(builder).ok()?;
        let file = Self::File { slots, file: Mutex::new(people), key: key.clone() };
        Some((file, sequence, slot_of_record))
    }

    pub(super) fn slots(&self) -> &[u32] {
        match self {
            Self::Memory { slots, .. } | Self::File { slots, .. } => slots,
        }
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// A whole column.
    pub(super) fn column(&self, at: usize) -> Result<ArrayRef> {
        match self {
            Self::Memory { rows, .. } => Ok(Arc::clone(rows.column(at))),
            Self::File { .. } => {
                let mut parts: Vec<ArrayRef> = Vec::new();
                self.each_batch(&[at], |batch| {
                    parts.push(Arc::clone(batch.column(0)));
                    Ok(())
                })?;
                let parts: Vec<&dyn datafusion::arrow::array::Array> =
                    parts.iter().map(AsRef::as_ref).collect();
                Ok(concat(&parts)?)
            }
        }
    }

    /// Hands over all rows in order, of these columns, which are in theirs.
    pub(super) fn each_batch(
        &self,
        columns: &[usize],
        mut see: impl FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Memory { rows, .. } => see(&rows.project(columns)?),
            Self::File { file, key, .. } => {
                // All readers of a file share its place in it.
                let file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let mut reader = guarded(|| reader(&file, key, columns))?;
                while let Some(batch) =
                    guarded::<_, DataFusionError>(|| Ok(reader.next().transpose()?))?
                {
                    see(&batch)?;
                }
                Ok(())
            }
        }
    }
}

fn reader(file: &File, key: &RestKey, columns: &[usize]) -> Result<ParquetRecordBatchReader> {
    let builder = builder(file, PEOPLE, key)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
    Ok(builder.with_projection(mask).with_batch_size(BATCH).build()?)
}

/// Opens a file under its key; a plain one is not opened.
fn builder(
    file: &File,
    name: &str,
    key: &RestKey,
) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let mut begins = [0; RestKey::MAGIC.len()];
    let mut file = file.try_clone()?;
    file.rewind()?;
    file.read_exact(&mut begins)?;
    if begins != RestKey::MAGIC {
        return internal_err!("the columns of people are not encrypted");
    }
    let opening = key.opening(name).map_err(|error| DataFusionError::External(error.into()))?;
    let options = ArrowReaderOptions::new().with_file_decryption_properties(opening);
    Ok(ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?)
}

/// The first column of a file, of numbers.
fn numbers(builder: ParquetRecordBatchReaderBuilder<File>) -> Result<Vec<u32>> {
    let mask = ProjectionMask::roots(builder.parquet_schema(), [0]);
    let mut all = Vec::new();
    for batch in builder.with_projection(mask).with_batch_size(GROUP).build()? {
        all.extend_from_slice(batch?.column(0).as_primitive::<UInt32Type>().values());
    }
    Ok(all)
}

fn said(builder: &ParquetRecordBatchReaderBuilder<File>) -> Option<String> {
    let said = builder.metadata().file_metadata().key_value_metadata()?;
    said.iter().find(|pair| pair.key == VALID)?.value.clone()
}

impl Validity {
    /// Written so that a file of another charter, moment or build of this program reads otherwise.
    fn text(self) -> String {
        let build = std::env::current_exe().and_then(|path| path.metadata());
        let build = build.map(|found| (found.len(), found.modified().ok()));
        let build = match build {
            Ok((length, Some(at))) => {
                let since = at.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                format!("{length}-{}", since.as_micros())
            }
            _ => "unknown".to_owned(),
        };
        let Self { charter, sequence: Sequence(sequence) } = self;
        format!("{} {build} {charter} {sequence}", env!("CARGO_PKG_VERSION"))
    }

    fn pair(self) -> KeyValue {
        KeyValue::new(VALID.to_owned(), self.text())
    }
}

/// A base that is being written, in the order of slots.
pub(super) struct BaseWriter<'h> {
    housing: &'h Housing,
    schema: SchemaRef,
    slots: Vec<u32>,
    kept: Vec<RecordBatch>,
    writer: Option<ArrowWriter<File>>,
}

impl<'h> BaseWriter<'h> {
    pub(super) fn new(housing: &'h Housing, schema: &SchemaRef) -> Self {
        let schema = Arc::clone(schema);
        Self { housing, schema, slots: Vec::new(), kept: Vec::new(), writer: None }
    }

    pub(super) fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.slots.extend_from_slice(batch.column(0).as_primitive::<UInt32Type>().values());
        if let Some(writer) = &mut self.writer {
            return Ok(writer.write(&batch)?);
        }
        self.kept.push(batch);
        if self.slots.len() > self.housing.most_in_memory {
            let mut writer = start(self.housing, PEOPLE, &self.schema)?;
            for batch in self.kept.drain(..) {
                writer.write(&batch)?;
            }
            self.writer = Some(writer);
        }
        Ok(())
    }

    pub(super) fn add(&mut self, layer: Layer) -> Result<()> {
        if layer.slots.is_empty() { Ok(()) } else { self.write(layer.rows) }
    }

    /// Makes what was written the people of the folder.
    pub(super) fn finish(self, valid: Validity, slot_of_record: &[u32]) -> Result<Base> {
        let Self { housing, schema, slots, kept, writer } = self;
        let Some(writer) = writer else {
            // Of what was larger once, no copy stays behind.
            clear(housing)?;
            let rows = concat_batches(&schema, &kept)?;
            return Ok(Base::Memory { slots, rows });
        };
        let field = Field::new("slot", DataType::UInt32, false);
        let of_records = Arc::new(Schema::new(vec![field]));
        let mut records = start(housing, RECORDS, &of_records)?;
        let column: ArrayRef = Arc::new(UInt32Array::from(slot_of_record.to_vec()));
        records.write(&RecordBatch::try_new(of_records, vec![column])?)?;
        finish(housing, RECORDS, records, valid)?;
        finish(housing, PEOPLE, writer, valid)?;
        let file = File::open(housing.folder.join(PEOPLE))?;
        Ok(Base::File { slots, file: Mutex::new(file), key: housing.key.clone() })
    }
}

fn part(housing: &Housing, name: &str) -> PathBuf {
    housing.folder.join(format!("{name}.part"))
}

fn start(housing: &Housing, name: &str, schema: &SchemaRef) -> Result<ArrowWriter<File>> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&housing.folder)?;
    let path = part(housing, name);
    remove_if_there(&path)?;
    let file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    let sealing = housing.key.sealing(name);
    let sealing = sealing.map_err(|error| DataFusionError::External(error.into()))?;
    let properties = WriterProperties::builder()
        .with_file_encryption_properties(sealing)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP))
        .build();
    Ok(ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))?)
}

fn finish(
    housing: &Housing,
    name: &str,
    mut writer: ArrowWriter<File>,
    valid: Validity,
) -> Result<()> {
    writer.append_key_value_metadata(valid.pair());
    writer.into_inner()?.sync_all()?;
    Ok(std::fs::rename(part(housing, name), housing.folder.join(name))?)
}

/// Removes the files of people; who has them open keeps what they have.
fn clear(housing: &Housing) -> std::io::Result<()> {
    for name in [PEOPLE, RECORDS] {
        remove_if_there(&part(housing, name))?;
        remove_if_there(&housing.folder.join(name))?;
    }
    Ok(())
}
