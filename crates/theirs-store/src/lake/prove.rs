//! Shows that nothing of erased records is left: every file at the place of the lake is opened,
//! named or not, and looked through, both as it lies there and unpacked.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use memchr::memmem::Finder;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use roaring::RoaringTreemap;
use theirs_model::{RecordId, Sequence};

use super::read::numbers;
use super::shared::Pin;
use super::{ActivityFile, Lake, RECORD};
use crate::store::StoreError;

/// How many bytes are looked through at once.
const STEP_BYTES: u64 = 8 << 20;

/// What was looked through, with nothing found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// How many files.
    pub files: u64,
    /// How many rows.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl Lake {
    /// Opens every file of the lake and shows that no row of these records and none of these byte
    /// strings is left in any.
    ///
    /// # Errors
    /// The first file that still holds some, or one that cannot be read.
    pub fn prove(&self, records: &[RecordId], canaries: &[Vec<u8>]) -> Result<Proof, StoreError> {
        let search = Search {
            records: records.iter().map(|record| record.0).collect(),
            canaries: canaries.iter().map(Finder::new).collect(),
            overlap: canaries.iter().map(Vec::len).max().unwrap_or(1).saturating_sub(1) as u64,
        };
        let mut proof = Proof::default();
        for name in self.shared.place.names()? {
            let file = self.bare(name);
            let bytes = file.wait(self.shared.place.size(file.name()))?;
            let is_clean = file.wait(search.raw(&file, bytes))?;
            let rows = if file.name().ends_with(".parquet") {
                file.wait(search.unpacked(&file))?
            } else {
                Some(0)
            };
            // One that no change names may yet be written again under this name.
            self.shared.footers.forget(|(known, _)| known == file.name());
            let Some(rows) = rows.filter(|_| is_clean) else {
                return Err(StoreError::NotErased { name: file.name().to_owned() });
            };
            proof.files += 1;
            proof.rows += rows;
            proof.bytes += bytes;
        }
        Ok(proof)
    }

    /// A file of which only the name is known.
    fn bare(&self, name: String) -> ActivityFile {
        let pin = Arc::new(Pin::new(&self.shared, &mut self.shared.reading(), name));
        ActivityFile {
            rows: 0,
            sequence: Sequence(0),
            run: String::new(),
            records: (0, u64::MAX),
            bytes: None,
            hidden: None,
            clean: 0,
            pin,
        }
    }
}

struct Search<'c> {
    records: RoaringTreemap,
    canaries: Vec<Finder<'c>>,
    /// By how much two steps overlap, so that nothing hides between them.
    overlap: u64,
}

impl Search<'_> {
    fn is_in(&self, bytes: &[u8]) -> bool {
        self.canaries.iter().any(|canary| canary.find(bytes).is_some())
    }

    /// Whether the bytes of a file are clean as they lie there.
    async fn raw(&self, file: &ActivityFile, size: u64) -> Result<bool, StoreError> {
        let mut start = 0;
        while start < size && !self.canaries.is_empty() {
            let end = (start + STEP_BYTES + self.overlap).min(size);
            let part = vec![Range { start, end }];
            let bytes = file.pin.shared.place.fetch(file.name(), &part).await?;
            if bytes.iter().any(|bytes| self.is_in(bytes)) {
                return Ok(false);
            }
            start += STEP_BYTES;
        }
        Ok(true)
    }

    /// How many rows a file has, if all its values are clean.
    async fn unpacked(&self, file: &ActivityFile) -> Result<Option<u64>, StoreError> {
        let footer: Arc<ArrowReaderMetadata> = file.footer().await?;
        let names: Vec<&str> = footer.schema().fields().iter().map(|f| f.name().as_str()).collect();
        let mut reader = file.reader(&names, None, None).await?;
        let mut rows = 0;
        while let Some(batch) = reader.next().await? {
            rows += batch.num_rows() as u64;
            let records = numbers(&batch, RECORD)?.values();
            if records.iter().any(|record| self.records.contains(*record)) || self.is_among(&batch)
            {
                return Ok(None);
            }
        }
        Ok(Some(rows))
    }

    fn is_among(&self, batch: &RecordBatch) -> bool {
        batch.columns().iter().any(|column| {
            if let Some(texts) = column.as_string_opt::<i32>() {
                return self.is_in(texts.value_data());
            }
            let data = column.to_data();
            data.buffers().iter().any(|buffer| self.is_in(buffer.as_slice()))
        })
    }
}
