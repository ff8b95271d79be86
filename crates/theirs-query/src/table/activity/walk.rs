//! One stream's way through the row groups that are its own.

use std::sync::Arc;
use std::vec::IntoIter;

use datafusion::arrow::array::{
    Array, ArrayRef, Int64Array, RecordBatch, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use theirs_model::{RecordId, Slot};
use theirs_store::{Reader, Shown, StoreError};

use super::{Column, Events, PARTITIONS, Part, Reading};
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
    owners: Owners,
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
            return Ok(Some(govern(&self.part.events, &mut open.owners, raw.as_ref(), rows)?));
        }
    }

    /// Opens the next group of this stream's that has rows to show.
    async fn open_next(&mut self) -> Result<bool, Stop> {
        let reading = Arc::clone(&self.part.events.reading);
        while let Some(file) = reading.files.get(self.file) {
            if self.group == file.groups().await? {
                self.passed += self.group;
                (self.file, self.group) = (self.file + 1, 0);
                continue;
            }
            let group = self.group;
            self.group += 1;
            if !self.part.events.is_left(self.file, group)
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
            self.open = Some(Open { reader, rows_left: shown.rows, owners: Owners::of(shown) });
            return Ok(true);
        }
        Ok(false)
    }

    /// The columns that are read of the pages.
    fn raw_columns(&self) -> Vec<&str> {
        let events = &self.part.events;
        let seen = events.columns.iter().filter_map(|column| match column {
            Column::Own(at) => at.checked_sub(1),
            Column::OfPeople(_) => None,
        });
        seen.map(|at| events.reading.seen[at].name.as_str()).collect()
    }
}

/// What may be seen of rows that may be seen.
fn govern(
    events: &Events,
    owners: &mut Owners,
    raw: Option<&RecordBatch>,
    rows: usize,
) -> Result<RecordBatch, DataFusionError> {
    let reading = &*events.reading;
    let is_own = |column: &Column| matches!(column, Column::Own(1..));
    let whose =
        if events.columns.iter().all(is_own) { Vec::new() } else { owners.next(reading, rows) };
    let mut slots: Option<UInt32Array> = None;
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(events.columns.len());
    for (source, wanted) in events.columns.iter().zip(events.schema.fields()) {
        let column = match source {
            Column::Own(0) => names(reading, &whose, rows),
            Column::Own(at) => column(reading, raw, &reading.seen[at - 1], rows),
            Column::OfPeople(values) => {
                take(values, slots.get_or_insert_with(|| slots_of(&whose, rows)), None)?
            }
        };
        // Groups are cut from plain texts.
        let is_plain =
            *column.data_type() == DataType::Utf8View && *wanted.data_type() == DataType::Utf8;
        columns.push(if is_plain { cast(&column, wanted.data_type())? } else { column });
    }
    batch(&events.schema, columns, rows)
}

fn column(reading: &Reading, raw: Option<&RecordBatch>, seen: &Seen, rows: usize) -> ArrayRef {
    let kind = if seen.is_text_as_it_is() { DataType::Utf8View } else { arrow_type(seen.kind) };
    let raw = raw.and_then(|raw| raw.column_by_name(&seen.name));
    let raw = raw.map_or_else(|| new_null_array(&kind, rows), Arc::clone);
    seen.see(&raw, &reading.governor.calendar)
}

/// Whose some rows in a row are, and how many.
type Run = (Option<Slot>, usize);

/// The pseudonyms of rows, each worked out once per run.
fn names(reading: &Reading, whose: &[Run], rows: usize) -> ArrayRef {
    let mut names: Vec<i64> = Vec::with_capacity(rows);
    for (slot, length) in whose {
        let name = slot.map_or(-1, |slot| reading.governor.pseudonyms.name(slot));
        names.resize(names.len() + length, name);
    }
    Arc::new(Int64Array::from(names))
}

/// The slots of rows; null for nobody's.
fn slots_of(whose: &[Run], rows: usize) -> UInt32Array {
    let mut slots: Vec<Option<u32>> = Vec::with_capacity(rows);
    for (slot, length) in whose {
        slots.resize(slots.len() + length, slot.map(|slot| slot.0));
    }
    slots.into()
}

/// Whose the rows of a group are, run by run.
struct Owners {
    runs: IntoIter<(u64, u32)>,
    slot: Option<Slot>,
    left: usize,
}

impl Owners {
    fn of(shown: Shown) -> Self {
        Self { runs: shown.runs.into_iter(), slot: None, left: 0 }
    }

    fn next(&mut self, reading: &Reading, rows: usize) -> Vec<Run> {
        let (mut found, mut count) = (Vec::new(), 0);
        while count < rows {
            if self.left == 0 {
                let Some((record, length)) = self.runs.next() else { break };
                self.slot = slot_at(&reading.slot_of_record, RecordId(record));
                self.left = length as usize;
            }
            let taken = self.left.min(rows - count);
            found.push((self.slot, taken));
            count += taken;
            self.left -= taken;
        }
        found
    }
}
