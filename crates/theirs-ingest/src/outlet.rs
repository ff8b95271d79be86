//! The way out: a chunk of source rows is judged, split into kept and set aside, and delivered.
//!
//! The first chunk is judged before the sink sees any of it, so that a file with a column of
//! another type than wanted leaves no trace.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use crate::fault::{Fault, RowFault};
use crate::{Aside, IngestError, Rows, SetAside, Shape, Sink, Tally};

/// Consecutive rows of a source: the arrays hold all of them, those set aside too.
pub(crate) struct Chunk {
    /// One array per wanted column.
    pub(crate) columns: Vec<ArrayRef>,
    /// The place of each row.
    pub(crate) lines: Vec<u64>,
    /// What is at fault, in the order of the rows.
    pub(crate) faults: Vec<(usize, Cause)>,
}

/// Why something is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// For the wanted column at this position.
    Field(usize, Fault),
    /// As a whole.
    Row(RowFault),
}

/// Delivers chunks and keeps the tally.
pub(crate) struct Outlet<'s> {
    shape: &'s Shape,
    sink: &'s mut dyn Sink,
    tally: Tally,
    is_judged: bool,
}

impl<'s> Outlet<'s> {
    /// An outlet towards `sink`.
    pub(crate) fn new(shape: &'s Shape, sink: &'s mut dyn Sink) -> Self {
        Self { shape, sink, tally: Tally::default(), is_judged: false }
    }

    /// An outlet for rows that have nothing to do with each other, so that none judges the next.
    pub(crate) fn of_many_hands(shape: &'s Shape, sink: &'s mut dyn Sink) -> Self {
        Self { is_judged: true, ..Self::new(shape, sink) }
    }

    /// Delivers a chunk, then says how far reading has come.
    pub(crate) fn deliver(
        &mut self,
        chunk: Chunk,
        done: u64,
        total: u64,
    ) -> Result<(), IngestError> {
        if !self.is_judged && !chunk.lines.is_empty() {
            judge(self.shape, &chunk)?;
            self.is_judged = true;
        }
        let chunk = self.settled(chunk);
        for &(row, cause) in &chunk.faults {
            let aside = self.aside(chunk.lines[row], cause);
            match aside.aside {
                Aside::Row => self.tally.set_aside += 1,
                Aside::Value => self.tally.values_set_aside += 1,
            }
            self.sink.set_aside(aside).map_err(IngestError::Sink)?;
        }
        let rows = self.kept(chunk).map_err(|source| IngestError::Sink(source.into()))?;
        if !rows.lines.is_empty() {
            self.tally.rows += rows.lines.len() as u64;
            self.sink.rows(rows).map_err(IngestError::Sink)?;
        }
        self.sink.progress(done, total);
        Ok(())
    }

    /// The tally of all that was delivered.
    pub(crate) fn tally(self, unread_columns: Vec<String>) -> Tally {
        Tally { unread_columns, ..self.tally }
    }

    /// The chunk with, of each row that is set aside, the first fault for which it is.
    fn settled(&self, chunk: Chunk) -> Chunk {
        let mut faults: Vec<(usize, Cause)> = Vec::with_capacity(chunk.faults.len());
        for of_row in chunk.faults.chunk_by(|one, next| one.0 == next.0) {
            match of_row.iter().find(|(_, cause)| self.costs(*cause) == Aside::Row) {
                Some(fault) => faults.push(*fault),
                None => faults.extend(of_row),
            }
        }
        Chunk { faults, ..chunk }
    }

    /// What a fault costs; a required field that is empty costs the row.
    fn costs(&self, cause: Cause) -> Aside {
        match cause {
            Cause::Row(_) | Cause::Field(_, Fault::Missing) => Aside::Row,
            Cause::Field(column, _) => self.shape.columns[column].unreadable,
        }
    }

    fn aside(&self, line: u64, cause: Cause) -> SetAside {
        let aside = self.costs(cause);
        match cause {
            Cause::Row(fault) => SetAside { line, field: None, reason: fault.to_string(), aside },
            Cause::Field(column, fault) => {
                let wanted = &self.shape.columns[column];
                let reason = fault.reason(wanted).into_owned();
                SetAside { line, field: Some(wanted.name.clone()), reason, aside }
            }
        }
    }

    fn kept(&self, chunk: Chunk) -> Result<Rows, ArrowError> {
        let Chunk { columns, lines, faults } = chunk;
        let count = RecordBatchOptions::new().with_row_count(Some(lines.len()));
        let batch = RecordBatch::try_new_with_options(self.shape.schema(), columns, &count)?;
        let lost = faults.iter().filter(|(_, cause)| self.costs(*cause) == Aside::Row);
        let mut keep = vec![true; lines.len()];
        for (row, _) in lost {
            keep[*row] = false;
        }
        if keep.iter().all(|keep| *keep) {
            return Ok(Rows { batch, lines });
        }
        let mut kept = keep.iter();
        let lines = lines.into_iter().filter(|_| kept.next() == Some(&true)).collect();
        Ok(Rows { batch: filter_record_batch(&batch, &BooleanArray::from(keep))?, lines })
    }
}

/// How many rows are looked at to tell a column of another type from bad rows.
const JUDGED_ROWS: usize = 10_000;

/// Fewer rows than these are taken as they come.
const JUDGED_ROWS_LEAST: usize = 20;

/// Refuses a file when in more than half of its first rows the same column is at fault.
///
/// A required field that is empty does not count: it says nothing about the type.
fn judge(shape: &Shape, chunk: &Chunk) -> Result<(), IngestError> {
    let rows = chunk.lines.len().min(JUDGED_ROWS);
    let counted = chunk.faults.iter().filter_map(|(row, cause)| match cause {
        Cause::Field(column, fault) if *row < rows && *fault != Fault::Missing => {
            Some((*column, *fault))
        }
        _ => None,
    });
    let mut found: Vec<(usize, Option<Fault>)> = vec![(0, None); shape.columns.len()];
    for (column, fault) in counted {
        found[column].0 += 1;
        found[column].1.get_or_insert(fault);
    }
    let guilty = found.iter().position(|(count, _)| count * 2 > rows);
    let Some((column, (count, Some(fault)))) = guilty.map(|column| (column, found[column])) else {
        return Ok(());
    };
    if rows < JUDGED_ROWS_LEAST {
        return Ok(());
    }
    let wanted = &shape.columns[column];
    Err(IngestError::WrongType {
        file: shape.file.clone(),
        column: wanted.name.clone(),
        kind: wanted.kind,
        share: share(count, rows),
        reason: fault.reason(wanted).into_owned(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "both are at most ten thousand")]
fn share(count: usize, rows: usize) -> f64 {
    count as f64 / rows as f64
}
