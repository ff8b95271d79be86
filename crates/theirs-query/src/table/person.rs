//! The rows of `person`, and of attributes of which a person may have several: those of the people
//! whom the purpose may see, so that hidden rows are not in the plan at all.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt32Array, new_empty_array,
};
use datafusion::arrow::compute::{filter_record_batch, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use roaring::RoaringBitmap;

use super::beside::{People, Side};
use super::{Conditions, PARTITIONS, Rows, Scan, batch};
use crate::people::{Block, Cut, Stock, value_type};

/// From how many blocks on they are read in parallel; below it, rows come in one order.
const FEW: usize = 4;

/// What a table of people is cut from.
#[derive(Clone)]
pub(crate) struct CutRows {
    pub(crate) cut: Arc<Cut>,
    pub(crate) stock: Arc<Stock>,
    /// Everybody who is in the cut.
    pub(crate) eligible: Arc<RoaringBitmap>,
    /// Which column of the cut each column of the table is, after `person_id`.
    pub(crate) columns: Columns,
}

/// The columns of a table of people.
#[derive(Clone)]
pub(crate) enum Columns {
    /// One row for each person.
    One(Vec<usize>),
    /// One row for each value of this column.
    Several(usize),
}

impl Rows for CutRows {
    fn are_exact(&self) -> bool {
        true
    }

    fn scan(
        &self,
        columns: &[usize],
        schema: &SchemaRef,
        conditions: Option<&Conditions>,
    ) -> Result<Scan> {
        let asked = conditions.map_or(&[][..], |conditions| &conditions.columns);
        let wanted: BTreeSet<usize> = columns.iter().chain(asked).copied().collect();
        let read = self.read(&wanted)?;
        let pick = |columns: &[usize], at: usize| -> Vec<ArrayRef> {
            let place = |column: &usize| wanted.iter().position(|one| one == column);
            columns.iter().filter_map(place).map(|column| Arc::clone(&read[column][at])).collect()
        };
        let mut all: Vec<Chosen<'_>> = Vec::with_capacity(self.cut.blocks().len());
        for (at, block) in self.cut.blocks().iter().enumerate() {
            let slots = self.slots(block, at)?;
            let rows = match conditions {
                Some(one) => Some(one.hold(pick(&one.columns, at), slots.len())?),
                None => None,
            };
            let count = rows.as_ref().map_or(slots.len(), BooleanArray::true_count);
            all.push(Chosen { slots, rows, count });
        }
        let people = self.people(&all);
        let mut parts: Vec<Part> = Vec::new();
        for (at, Chosen { slots, rows, count }) in all.into_iter().enumerate() {
            if count > 0 {
                let chosen = rows.filter(|_| count < slots.len());
                parts.push(Part { rows: batch(schema, pick(columns, at), slots.len())?, chosen });
            }
        }
        let only = conditions.is_some().then(|| Arc::new(people.clone()));
        let side = match self.columns {
            Columns::One(_) => Side::People(People::new(self.clone(), columns, only)),
            Columns::Several(_) => Side::Other,
        };
        Ok(Scan { people, partitions: spread(&parts, schema), side })
    }
}

/// The rows of a block that a scan yields: all, or those that are chosen.
struct Chosen<'b> {
    slots: Cow<'b, [u32]>,
    rows: Option<BooleanArray>,
    count: usize,
}

impl CutRows {
    /// A column of the table by slot, where each person has one row; none of `person_id`.
    pub(super) fn by_slot(&self, column: usize) -> Result<Option<ArrayRef>> {
        match (&self.columns, column.checked_sub(1)) {
            (Columns::One(columns), Some(at)) => {
                self.cut.by_slot(columns[at], &self.stock).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whose the chosen rows are. If those are most, it is quicker to say who is not among them.
    fn people(&self, all: &[Chosen<'_>]) -> RoaringBitmap {
        let rows: usize = all.iter().map(|block| block.slots.len()).sum();
        let count: usize = all.iter().map(|block| block.count).sum();
        let is_one = matches!(self.columns, Columns::One(_));
        if is_one && count == rows {
            return RoaringBitmap::clone(&self.eligible);
        }
        let others = is_one && 2 * count > rows;
        let mut bits = Bits::default();
        for Chosen { slots, rows, .. } in all {
            match rows {
                Some(rows) if others => {
                    let left = !rows.values();
                    left.set_indices().for_each(|row| bits.set(slots[row]));
                }
                Some(rows) => rows.values().set_indices().for_each(|row| bits.set(slots[row])),
                None if others => {}
                None => slots.iter().for_each(|slot| bits.set(*slot)),
            }
        }
        if others { &*self.eligible - &bits.into_bitmap() } else { bits.into_bitmap() }
    }

    /// These columns of the table, block by block.
    fn read(&self, wanted: &BTreeSet<usize>) -> Result<Vec<Vec<ArrayRef>>> {
        let blocks = self.cut.blocks();
        let mut read = Vec::with_capacity(wanted.len());
        for column in wanted {
            read.push(match (&self.columns, column.checked_sub(1)) {
                (Columns::One(_), None) => blocks.iter().map(|b| Arc::clone(&b.names)).collect(),
                (Columns::One(columns), Some(at)) => {
                    self.cut.column(columns[at], &self.stock)?.to_vec()
                }
                (Columns::Several(of), None) => {
                    let lists = self.cut.column(*of, &self.stock)?;
                    let named = blocks.iter().zip(&*lists);
                    named.map(|(block, list)| names(block, list)).collect::<Result<_>>()?
                }
                (Columns::Several(of), Some(_)) => {
                    let lists = self.cut.column(*of, &self.stock)?;
                    lists.iter().map(values).collect()
                }
            });
        }
        Ok(read)
    }

    /// Whose each row of a block is.
    fn slots<'b>(&self, block: &'b Block, at: usize) -> Result<Cow<'b, [u32]>> {
        match &self.columns {
            Columns::One(_) => Ok((&block.slots).into()),
            Columns::Several(of) => {
                let lists = self.cut.column(*of, &self.stock)?;
                let rows = owners(&lists[at]);
                Ok(rows.values().iter().map(|row| block.slots[*row as usize]).collect())
            }
        }
    }
}

/// For each value in a block of lists, the row of its list.
fn owners(lists: &ArrayRef) -> UInt32Array {
    let mut rows: Vec<u32> = Vec::new();
    let Some(lists) = lists.as_list_opt::<i32>() else { return rows.into() };
    for (row, ends) in (0_u32..).zip(lists.offsets().windows(2)) {
        rows.extend((ends[0]..ends[1]).map(|_| row));
    }
    rows.into()
}

fn names(block: &Block, lists: &ArrayRef) -> Result<ArrayRef> {
    Ok(take(&block.names, &owners(lists), None)?)
}

/// The values in a block of lists.
fn values(lists: &ArrayRef) -> ArrayRef {
    let Some(found) = lists.as_list_opt::<i32>() else {
        return new_empty_array(value_type(lists.data_type()));
    };
    let ends = found.offsets();
    let (first, last) = (ends.first().copied(), ends.last().copied());
    let size = |end: Option<i32>| end.and_then(|end| usize::try_from(end).ok()).unwrap_or(0);
    found.values().slice(size(first), size(last) - size(first))
}

/// Slots, gathered in any order.
#[derive(Default)]
struct Bits(Vec<u8>);

impl Bits {
    fn set(&mut self, slot: u32) {
        let (at, bit) = ((slot / 8) as usize, slot % 8);
        if at >= self.0.len() {
            self.0.resize(at + 1 + self.0.len(), 0);
        }
        self.0[at] |= 1 << bit;
    }

    fn into_bitmap(self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.0)
    }
}

/// Rows of a block, and which of them.
#[derive(Clone)]
struct Part {
    rows: RecordBatch,
    chosen: Option<BooleanArray>,
}

impl Part {
    fn rows(self) -> Result<RecordBatch> {
        match self.chosen {
            Some(chosen) => Ok(filter_record_batch(&self.rows, &chosen)?),
            None => Ok(self.rows),
        }
    }
}

/// Shares parts out among streams, in their order.
fn spread(parts: &[Part], schema: &SchemaRef) -> Vec<Arc<dyn PartitionStream>> {
    let each = if parts.len() < FEW { parts.len() } else { parts.len().div_ceil(PARTITIONS) };
    let stream = |parts: &[Part]| {
        let (schema, parts) = (Arc::clone(schema), parts.to_vec());
        Arc::new(Parts { schema, parts }) as Arc<dyn PartitionStream>
    };
    if parts.is_empty() { vec![stream(&[])] } else { parts.chunks(each).map(stream).collect() }
}

struct Parts {
    schema: SchemaRef,
    parts: Vec<Part>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("governed rows")
    }
}

impl PartitionStream for Parts {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches = futures::stream::iter(self.parts.clone().into_iter().map(Part::rows));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}
