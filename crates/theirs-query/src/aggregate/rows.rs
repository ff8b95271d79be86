//! The rows of cells, made while they are read: alike within a cell.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{Float64Type, SchemaRef};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use roaring::RoaringBitmap;

use super::{CellTable, Layout};
use crate::table::{Conditions, Rows, Scan, batch};

/// How many rows a batch has at most.
const BATCH: usize = 8_192;

/// The rows of the cells that are shown.
pub(crate) struct GroupRows(Arc<Shown>);

/// The cells that are shown, in columns.
struct Shown {
    columns: Vec<Column>,
    rows: Vec<u64>,
    people: RoaringBitmap,
}

/// One column: a value for each cell, and of a measure in how many rows it is known.
struct Column {
    values: ArrayRef,
    known: Option<Vec<u64>>,
}

impl GroupRows {
    /// The rows of cells whose people are all among `alive`, in the columns of `shown`.
    pub(super) fn of(
        table: &CellTable,
        whole: &Layout,
        shown: &Layout,
        alive: &RoaringBitmap,
    ) -> Self {
        let is_alive = |cell: &usize| table.members[*cell].is_subset(alive);
        let cells: Vec<usize> = (0..table.rows.len()).filter(is_alive).collect();
        let chosen: UInt32Array =
            cells.iter().map(|cell| u32::try_from(*cell).unwrap_or(u32::MAX)).collect();
        let labels = whole.labels().count();
        let column = |(seen, _): (&crate::table::Seen, _)| {
            let at = whole.columns().position(|(one, _)| one.name == seen.name)?;
            let values = take(&table.columns[at], &chosen, None).ok()?;
            let known = at.checked_sub(labels).map(|at| &table.known[at]);
            let known = known.map(|known| cells.iter().map(|cell| known[*cell]).collect());
            Some(Column { values, known })
        };
        let columns = shown.columns().filter_map(column).collect();
        let rows = cells.iter().map(|cell| table.rows[*cell]).collect();
        let members = cells.iter().map(|cell| &table.members[*cell]);
        let people = members.fold(RoaringBitmap::new(), |all, members| all | members);
        Self(Arc::new(Shown { columns, rows, people }))
    }
}

impl Rows for GroupRows {
    /// Conditions are looked at by the engine alone: whose groups a statement reads, it reads all.
    fn scan(&self, columns: &[usize], schema: &SchemaRef, _: Option<&Conditions>) -> Result<Scan> {
        let (columns, schema) = (columns.to_vec(), Arc::clone(schema));
        let part = Part { shown: Arc::clone(&self.0), columns, schema };
        Ok(Scan::of(self.0.people.clone(), vec![Arc::new(part)]))
    }
}

/// One reading of the cells.
struct Part {
    shown: Arc<Shown>,
    columns: Vec<usize>,
    schema: SchemaRef,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("governed rows")
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (shown, columns) = (Arc::clone(&self.shown), self.columns.clone());
        let (schema, mut at) = (Arc::clone(&self.schema), Place::default());
        let batches = std::iter::from_fn(move || {
            let rows = at.advance(&shown.rows);
            (!rows.is_empty()).then(|| made(&shown, &columns, &schema, &rows))
        });
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            futures::stream::iter(batches),
        ))
    }
}

/// How far the reading has come: the cell, and the row within it.
#[derive(Default)]
struct Place {
    cell: usize,
    row: u64,
}

impl Place {
    /// The next rows, each as its cell and its place within it.
    fn advance(&mut self, rows: &[u64]) -> Vec<(u32, u64)> {
        let mut next = Vec::new();
        while next.len() < BATCH && self.cell < rows.len() {
            if self.row == rows[self.cell] {
                (self.cell, self.row) = (self.cell + 1, 0);
                continue;
            }
            next.push((u32::try_from(self.cell).unwrap_or(u32::MAX), self.row));
            self.row += 1;
        }
        next
    }
}

fn made(
    shown: &Shown,
    columns: &[usize],
    schema: &SchemaRef,
    rows: &[(u32, u64)],
) -> Result<RecordBatch> {
    let cells: UInt32Array = rows.iter().map(|(cell, _)| *cell).collect();
    let mut chosen: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for at in columns {
        let Column { values, known } = &shown.columns[*at];
        chosen.push(match known {
            None => take(values, &cells, None)?,
            Some(known) => means(values, known, rows),
        });
    }
    batch(schema, chosen, rows.len())
}

/// The mean of each row's cell, in as many rows as the measure is known in, so that sums and counts
/// come out as they are.
fn means(values: &ArrayRef, known: &[u64], rows: &[(u32, u64)]) -> ArrayRef {
    let means = values.as_primitive::<Float64Type>();
    let mean = |(cell, row): &(u32, u64)| {
        let cell = *cell as usize;
        (means.is_valid(cell) && *row < known[cell]).then(|| means.value(cell))
    };
    Arc::new(rows.iter().map(mean).collect::<Float64Array>())
}
