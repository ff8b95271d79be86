//! Rows gathered cell by cell until there are enough of them for a chunk.
//!
//! Memory is bounded: a batch is delivered at 65,536 rows or 64 MiB of text, whichever comes
//! first. A row at fault stays in its batch as nulls until the batch is delivered, so that nothing
//! has to be taken back from columns that were already filled.

use theirs_model::Cell;

use crate::column::Column;
use crate::fault::{Fault, RowFault};
use crate::outlet::{Cause, Chunk, Outlet};
use crate::{IngestError, Shape};

/// The most source rows of a batch.
pub(crate) const BATCH_ROWS: usize = 65_536;

/// The most bytes of text of a batch, give or take a row.
pub(crate) const BATCH_BYTES: usize = 64 << 20;

/// A batch being filled.
pub(crate) struct Batch<'s> {
    columns: Vec<Column<'s>>,
    lines: Vec<u64>,
    faults: Vec<(usize, Cause)>,
}

impl<'s> Batch<'s> {
    /// An empty batch.
    pub(crate) fn new(shape: &'s Shape) -> Self {
        Self { columns: Column::all(shape), lines: Vec::new(), faults: Vec::new() }
    }

    /// Adds a row, asking `cell` for each wanted column in turn.
    pub(crate) fn push<'c>(
        &mut self,
        line: u64,
        mut cell: impl FnMut(usize) -> Result<Cell<'c>, Fault>,
    ) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            if let Err(fault) = column.push(cell(at)) {
                self.faults.push((self.lines.len(), Cause::Field(at, fault)));
            }
        }
        self.lines.push(line);
    }

    /// Adds a row that could not be taken apart.
    pub(crate) fn push_fault(&mut self, line: u64, fault: RowFault) {
        self.columns.iter_mut().for_each(Column::push_null);
        self.faults.push((self.lines.len(), Cause::Row(fault)));
        self.lines.push(line);
    }

    /// Whether it is time to deliver.
    pub(crate) fn is_full(&self) -> bool {
        self.lines.len() >= BATCH_ROWS
            || self.columns.iter().map(Column::text_bytes).sum::<usize>() >= BATCH_BYTES
    }

    /// Delivers what was gathered, and begins anew.
    pub(crate) fn deliver(
        &mut self,
        outlet: &mut Outlet<'_>,
        done: u64,
        total: u64,
    ) -> Result<(), IngestError> {
        let columns = self.columns.iter_mut().map(Column::take).collect();
        let lines = std::mem::take(&mut self.lines);
        let faults = std::mem::take(&mut self.faults);
        outlet.deliver(Chunk { columns, lines, faults }, done, total)
    }
}
