//! One file of the lake: its footer, its runs of records, and the rows that are asked for.
//!
//! Footers, page indexes and runs are read once and kept, so that a reader goes to its pages at
//! once. Nothing is read that is not asked for: columns by name, rows by selection.

use std::future::Future;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::push_decoder::{ParquetPushDecoder, ParquetPushDecoderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataPushDecoder};
use roaring::RoaringBitmap;
use theirs_model::Sequence;

use super::RECORD;
use super::runs::{RecordSet, Runs, Shown};
use super::seal::is_sealed;
use super::shared::Pin;
use crate::at_rest::{RestKey, guarded, reason};
use crate::store::StoreError;

/// How many rows are handed over at once.
const ROWS_PER_BATCH: usize = 8192;

/// One file of the lake, which stays for as long as this does.
#[derive(Clone)]
pub struct ActivityFile {
    pub(crate) pin: Arc<Pin>,
    /// How many rows it has, hidden ones too.
    pub rows: u64,
    /// The change that published it.
    pub sequence: Sequence,
    /// The sorted sequence of files that it is part of.
    pub(crate) run: String,
    /// Its least and its greatest record.
    pub(crate) records: (u64, u64),
    /// Its size, if it was noted.
    pub(crate) bytes: Option<u64>,
    /// The rows that a later file replaced, by their place.
    pub(crate) hidden: Option<Arc<RoaringBitmap>>,
    /// The last erasure of which it is known to hold nothing.
    pub(crate) clean: u64,
}

impl ActivityFile {
    /// Its name in the lake.
    pub fn name(&self) -> &str {
        &self.pin.name
    }

    /// The error that the file is there and does not read.
    pub fn damaged(&self, reason: &'static str) -> StoreError {
        StoreError::LakeFileDamaged { name: self.name().to_owned(), reason }
    }

    /// The error that the file is not what was written: cut short, or changed.
    pub fn changed(&self) -> StoreError {
        self.damaged("it is not what was written")
    }

    /// Waits for work on the file.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.pin.shared.place.wait(work)
    }

    /// How many row groups it has.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub async fn groups(&self) -> Result<usize, StoreError> {
        Ok(self.footer().await?.metadata().num_row_groups())
    }

    /// Its footer and page indexes.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub async fn footer(&self) -> Result<Arc<ArrowReaderMetadata>, StoreError> {
        let (shared, name) = (&self.pin.shared, &self.pin.name);
        let key = (name.clone(), false);
        if let Some(known) = shared.footers.get(&key) {
            return Ok(known);
        }
        let size = match self.bytes {
            Some(bytes) => bytes,
            None => shared.place.size(name).await?,
        };
        let mut decoder = ParquetMetaDataPushDecoder::try_new(size)
            .map_err(|_| self.changed())?
            .with_page_index_policy(PageIndexPolicy::Optional)
            .with_file_decryption_properties(shared.opening(name)?);
        let mut ends_as_named = false;
        let metadata = loop {
            let found = guarded(|| decoder.try_decode());
            match found.map_err(|error| self.damaged(reason(&error)))? {
                DecodeResult::NeedsData(ranges) => {
                    let bytes = shared.place.fetch(name, &ranges).await?;
                    // The first piece is the end, where a plain file says that it is one.
                    let end = bytes.last().is_some_and(|end| end.ends_with(&RestKey::MAGIC));
                    ends_as_named |= end == is_sealed(name);
                    if !ends_as_named {
                        return Err(self.changed());
                    }
                    decoder.push_ranges(ranges, bytes).map_err(|_| self.changed())?;
                }
                DecodeResult::Data(metadata) => break Arc::new(metadata),
                DecodeResult::Finished => return Err(self.changed()),
            }
        };
        let bytes = metadata.memory_size();
        let footer = ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::new());
        let footer = Arc::new(footer.map_err(|_| self.changed())?);
        shared.footers.put(key, &footer, bytes);
        Ok(footer)
    }

    /// The same footer, for reading texts as views into the pages.
    async fn viewing(&self) -> Result<Arc<ArrowReaderMetadata>, StoreError> {
        let key = (self.pin.name.clone(), true);
        if let Some(known) = self.pin.shared.footers.get(&key) {
            return Ok(known);
        }
        let plain = self.footer().await?;
        let field = |field: &Arc<Field>| match field.data_type() {
            DataType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
            _ => Arc::clone(field),
        };
        let schema: Vec<Arc<Field>> = plain.schema().fields().iter().map(field).collect();
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(schema)));
        let viewing = ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options);
        let viewing = Arc::new(viewing.map_err(|_| self.changed())?);
        // What is large is shared with the plain one.
        self.pin.shared.footers.put(key, &viewing, 1024);
        Ok(viewing)
    }

    /// The rows of a group that may be seen.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub async fn shown(&self, group: usize, records: &RecordSet) -> Result<Shown, StoreError> {
        let first = self.first_row(group).await?;
        let runs = self.runs(group).await?;
        Ok(runs.shown(records, self.hidden.as_deref(), first))
    }

    /// The row of the file at which a group begins.
    pub(crate) async fn first_row(&self, group: usize) -> Result<u32, StoreError> {
        let footer = self.footer().await?;
        let before = footer.metadata().row_groups().iter().take(group);
        u32::try_from(before.map(parquet::file::metadata::RowGroupMetaData::num_rows).sum::<i64>())
            .map_err(|_| self.changed())
    }

    /// The records of a group, in runs.
    pub(crate) async fn runs(&self, group: usize) -> Result<Arc<Runs>, StoreError> {
        let key = (self.pin.name.clone(), group);
        if let Some(known) = self.pin.shared.runs.get(&key) {
            return Ok(known);
        }
        let mut runs = Runs::default();
        let mut reader = self.reader(&[RECORD], Some(vec![group]), None).await?;
        while let Some(batch) = reader.next().await? {
            runs.extend(super::read::numbers(&batch, RECORD)?.values());
        }
        let runs = Arc::new(runs);
        self.pin.shared.runs.put(key, &runs, runs.bytes());
        Ok(runs)
    }

    /// Reads the rows of a group that may be seen, of those columns that the file has; texts come
    /// as views.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub async fn read(
        &self,
        columns: &[&str],
        group: usize,
        shown: &Shown,
    ) -> Result<Reader, StoreError> {
        let footer = self.viewing().await?;
        self.reader_of(&footer, columns, Some(vec![group]), shown.selection.clone())
    }

    /// Reads rows of these columns: of all groups unless some are named, and of those all rows
    /// unless some are selected.
    pub(crate) async fn reader(
        &self,
        columns: &[&str],
        groups: Option<Vec<usize>>,
        selection: Option<RowSelection>,
    ) -> Result<Reader, StoreError> {
        let footer = self.footer().await?;
        self.reader_of(&footer, columns, groups, selection)
    }

    fn reader_of(
        &self,
        footer: &ArrowReaderMetadata,
        columns: &[&str],
        groups: Option<Vec<usize>>,
        selection: Option<RowSelection>,
    ) -> Result<Reader, StoreError> {
        let mask = ProjectionMask::columns(footer.parquet_schema(), columns.iter().copied());
        let mut builder = ParquetPushDecoderBuilder::new_with_metadata(footer.clone())
            .with_projection(mask)
            .with_batch_size(ROWS_PER_BATCH);
        if let Some(groups) = groups {
            builder = builder.with_row_groups(groups);
        }
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        let decoder = builder.build().map_err(|_| self.changed())?;
        Ok(Reader { file: self.clone(), decoder })
    }
}

/// Rows of a file, batch after batch.
pub struct Reader {
    file: ActivityFile,
    decoder: ParquetPushDecoder,
}

impl Reader {
    /// The next rows, none at the end.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, StoreError> {
        let changed = |file: &ActivityFile| {
            let error = file.changed();
            move |_: ParquetError| error
        };
        loop {
            match guarded(|| self.decoder.try_decode()).map_err(changed(&self.file))? {
                DecodeResult::Data(batch) => return Ok(Some(batch)),
                DecodeResult::Finished => return Ok(None),
                DecodeResult::NeedsData(ranges) => {
                    let pin = &self.file.pin;
                    let bytes = pin.shared.place.fetch(&pin.name, &ranges).await?;
                    self.decoder.push_ranges(ranges, bytes).map_err(changed(&self.file))?;
                }
            }
        }
    }
}
