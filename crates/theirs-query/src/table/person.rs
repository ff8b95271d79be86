//! The rows of `person`, and of attributes of which a person may have several: cut from the
//! snapshot before the engine starts, so that hidden rows are not in the plan at all.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use theirs_model::Slot;

use super::{Governor, Rows, Seen, batch};
use crate::people::{ManyColumn, RawColumn, Snapshot};

/// Rows that are already governed.
struct CutRows {
    columns: Vec<ArrayRef>,
    rows: usize,
}

/// The rows of `person` for a purpose.
pub(crate) fn person_rows(
    snapshot: &Snapshot,
    seen: &[Seen],
    governor: &Governor,
) -> Result<Box<dyn Rows>> {
    let columns: Vec<Option<&RawColumn>> =
        seen.iter().map(|seen| snapshot.columns.get(&seen.name)).collect();
    cut(&snapshot.slots, &columns, seen, governor)
}

/// The rows of an attribute of which a person may have several.
pub(crate) fn many_rows(
    column: &ManyColumn,
    seen: &Seen,
    governor: &Governor,
) -> Result<Box<dyn Rows>> {
    cut(&column.slots, &[Some(&column.column)], std::slice::from_ref(seen), governor)
}

fn cut(
    slots: &[Slot],
    columns: &[Option<&RawColumn>],
    seen: &[Seen],
    governor: &Governor,
) -> Result<Box<dyn Rows>> {
    let mut order: Vec<(i64, u32)> = Vec::new();
    for (row, slot) in slots.iter().enumerate() {
        if governor.eligible.contains(slot.0) {
            let row = u32::try_from(row).unwrap_or(u32::MAX);
            order.push((governor.pseudonyms.name(*slot), row));
        }
    }
    // The order of the slots is the same in every purpose, and would tell who is who in another.
    order.sort_unstable();
    let (names, kept): (Vec<i64>, Vec<u32>) = order.into_iter().unzip();
    let (rows, kept) = (kept.len(), UInt32Array::from(kept));
    let mut cut: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(names))];
    for (column, seen) in columns.iter().zip(seen) {
        let permitted = match column {
            Some(column) => take(&column.values, &kept, None)?,
            None => {
                datafusion::arrow::array::new_null_array(&crate::mask::arrow_type(seen.kind), rows)
            }
        };
        cut.push(seen.see(&permitted, &governor.calendar));
    }
    Ok(Box::new(CutRows { columns: cut, rows }))
}

impl Rows for CutRows {
    fn partitions(&self, columns: &[usize], schema: &SchemaRef) -> Vec<Arc<dyn PartitionStream>> {
        let chosen = columns.iter().map(|at| Arc::clone(&self.columns[*at])).collect();
        let made = batch(schema, chosen, self.rows)
            .unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(Schema::empty())));
        vec![Arc::new(OneBatch { schema: Arc::clone(schema), batch: made })]
    }
}

struct OneBatch {
    schema: SchemaRef,
    batch: RecordBatch,
}

impl fmt::Debug for OneBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("governed rows")
    }
}

impl PartitionStream for OneBatch {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let one = futures::stream::iter([Ok(self.batch.clone())]);
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), one))
    }
}
