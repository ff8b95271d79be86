//! One stream's way through the row groups that are its own.

use std::sync::Arc;
use std::vec::IntoIter;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use theirs_model::RecordId;
use theirs_store::{Reader, Shown, StoreError};

use super::{PARTITIONS, Part, Reading};
use crate::mask::arrow_type;
use crate::people::slot_at;
use crate::table::{Seen, batch};

/// How many rows are handed over at once where no page is read.
const ROWS_PER_BATCH: usize = 8192;

/// Why there are no more rows.
pub(super) enum Stop {
    /// A file does not read.
    Lost(StoreError),
    /// The rows do not fit.
    Engine(DataFusionError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Lost(error)
    }
}

impl From<DataFusionError> for Stop {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error)
    }
}

/// Where a stream is.
pub(super) struct Walk {
    part: Part,
    file: usize,
    /// The next group of the file.
    group: usize,
    /// How many groups came before, over all files.
    passed: usize,
    open: Option<Open>,
}

/// A row group that is being read.
struct Open {
    /// Its pages; none if the statement needs no column of them.
    reader: Option<Reader>,
    rows_left: usize,
    names: Names,
}

impl Walk {
    pub(super) fn new(part: Part) -> Self {
        Self { part, file: 0, group: 0, passed: 0, open: None }
    }

    /// The next governed rows, none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>, Stop> {
        loop {
            let Some(open) = &mut self.open else {
                if !self.open_next().await? {
                    return Ok(None);
                }
                continue;
            };
            let raw = match &mut open.reader {
                Some(reader) => reader.next().await?,
                None => None,
            };
            let rows =
                raw.as_ref().map_or(open.rows_left.min(ROWS_PER_BATCH), RecordBatch::num_rows);
            if rows == 0 || (raw.is_none() && open.reader.is_some()) {
                self.open = None;
                continue;
            }
            open.rows_left = open.rows_left.saturating_sub(rows);
            return Ok(Some(govern(&self.part, &mut open.names, raw.as_ref(), rows)?));
        }
    }

    /// Opens the next group of this stream's that has rows to show.
    async fn open_next(&mut self) -> Result<bool, Stop> {
        let reading = Arc::clone(&self.part.reading);
        while let Some(file) = reading.files.get(self.file) {
            if self.group == file.groups().await? {
                self.passed += self.group;
                (self.file, self.group) = (self.file + 1, 0);
                continue;
            }
            let group = self.group;
            self.group += 1;
            if !self.part.is_left(self.file, group)
                || (self.passed + group) % PARTITIONS != self.part.turn
            {
                continue;
            }
            let shown = file.shown(group, &reading.allowed).await?;
            if shown.rows == 0 {
                continue;
            }
            let columns = self.raw_columns();
            let reader = if columns.is_empty() {
                None
            } else {
                Some(file.read(&columns, group, &shown).await?)
            };
            self.open = Some(Open { reader, rows_left: shown.rows, names: Names::of(shown) });
            return Ok(true);
        }
        Ok(false)
    }

    /// The columns that are read of the pages.
    fn raw_columns(&self) -> Vec<&str> {
        let seen = self.part.columns.iter().filter_map(|at| at.checked_sub(1));
        seen.map(|at| self.part.reading.seen[at].name.as_str()).collect()
    }
}

/// What may be seen of rows that may be seen.
fn govern(
    part: &Part,
    names: &mut Names,
    raw: Option<&RecordBatch>,
    rows: usize,
) -> Result<RecordBatch, DataFusionError> {
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(part.columns.len());
    for (at, wanted) in part.columns.iter().zip(part.schema.fields()) {
        let column = match at.checked_sub(1) {
            None => names.next(&part.reading, rows),
            Some(at) => column(&part.reading, raw, &part.reading.seen[at], rows),
        };
        // Groups are cut from plain texts.
        let is_plain =
            *column.data_type() == DataType::Utf8View && *wanted.data_type() == DataType::Utf8;
        columns.push(if is_plain { cast(&column, wanted.data_type())? } else { column });
    }
    batch(&part.schema, columns, rows)
}

fn column(reading: &Reading, raw: Option<&RecordBatch>, seen: &Seen, rows: usize) -> ArrayRef {
    let kind = if seen.is_text_as_it_is() { DataType::Utf8View } else { arrow_type(seen.kind) };
    let raw = raw.and_then(|raw| raw.column_by_name(&seen.name));
    let raw = raw.map_or_else(|| new_null_array(&kind, rows), Arc::clone);
    seen.see(&raw, &reading.governor.calendar)
}

/// The pseudonyms of the rows of a group, worked out where they are asked for, once per run.
struct Names {
    runs: IntoIter<(u64, u32)>,
    name: i64,
    left: usize,
}

impl Names {
    fn of(shown: Shown) -> Self {
        Self { runs: shown.runs.into_iter(), name: -1, left: 0 }
    }

    fn next(&mut self, reading: &Reading, rows: usize) -> ArrayRef {
        let mut names: Vec<i64> = Vec::with_capacity(rows);
        while names.len() < rows {
            if self.left == 0 {
                let Some((record, length)) = self.runs.next() else { break };
                let slot = slot_at(&reading.slot_of_record, RecordId(record));
                self.name = slot.map_or(-1, |slot| reading.governor.pseudonyms.name(slot));
                self.left = length as usize;
            }
            let taken = self.left.min(rows - names.len());
            names.resize(names.len() + taken, self.name);
            self.left -= taken;
        }
        Arc::new(Int64Array::from(names))
    }
}
