//! The rows of an activity: read from the lake, without those of others, made coarse, and only then
//! handed to the engine.
//!
//! Which rows may be seen is decided once per run of rows of the same record, from what the lake
//! keeps in memory; the pages of others are not even read. A scan for nobody's columns reads no page
//! at all. Row groups whose least and greatest values leave no room for a harmless condition are
//! passed over, and whoever is only in those is not touched. The streams of a scan take the others in
//! turn.

mod allowed;
mod prune;
mod walk;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use roaring::{RoaringBitmap, RoaringTreemap};
use theirs_store::{ActivityFile, RecordSet, StoreError, View};

use self::prune::Left;
use self::walk::Walk;
use super::beside::Side;
use super::{Conditions, Governor, PARTITIONS, Rows, Scan, Seen};

/// How many rows a person is guessed to have: what counts is that they are more than one.
const ROWS_OF_A_PERSON: usize = 16;

/// The rows of an activity for a purpose.
pub(crate) struct ActivityRows(pub(crate) Arc<Reading>);

/// What every stream of one scan shares.
#[derive(Clone)]
pub(crate) struct Reading {
    files: Vec<ActivityFile>,
    allowed: Arc<RecordSet>,
    slot_of_record: Arc<Vec<u32>>,
    erased: Arc<RoaringTreemap>,
    seen: Vec<Seen>,
    governor: Arc<Governor>,
}

impl Reading {
    /// What a statement reads of a view of the lake.
    pub(crate) fn of(
        view: View,
        slot_of_record: &Arc<Vec<u32>>,
        seen: &[Seen],
        governor: &Arc<Governor>,
    ) -> Self {
        Self {
            allowed: allowed::records(slot_of_record, &governor.eligible, &view.erased),
            files: view.files,
            erased: view.erased,
            slot_of_record: Arc::clone(slot_of_record),
            seen: seen.to_vec(),
            governor: Arc::clone(governor),
        }
    }

    /// The same of nobody but these, who are all among those who may be seen.
    fn of_these(&self, people: &Arc<RoaringBitmap>) -> Self {
        let allowed = allowed::records(&self.slot_of_record, people, &self.erased);
        Self { allowed, ..self.clone() }
    }
}

impl Rows for ActivityRows {
    fn scan(
        &self,
        columns: &[usize],
        schema: &SchemaRef,
        conditions: Option<&Conditions>,
    ) -> Result<Scan> {
        let left = conditions.and_then(|conditions| prune::left(&self.0, conditions));
        let people = match &left {
            None => RoaringBitmap::clone(&self.0.governor.eligible),
            Some(left) => prune::people(&self.0, left).map_err(lost)?,
        };
        let events = Events {
            schema: Arc::clone(schema),
            columns: columns.iter().copied().map(Column::Own).collect(),
            reading: Arc::clone(&self.0),
            left: left.map(Arc::new),
        };
        Ok(Scan { people, partitions: events.streams(), side: Side::Activity(events) })
    }

    fn rows_of_a_person(&self) -> usize {
        ROWS_OF_A_PERSON
    }
}

/// A column that a scan yields.
#[derive(Clone)]
pub(super) enum Column {
    /// One of the table.
    Own(usize),
    /// One of people, by slot.
    OfPeople(ArrayRef),
}

/// What one scan reads.
#[derive(Clone)]
pub(super) struct Events {
    pub(super) schema: SchemaRef,
    pub(super) columns: Vec<Column>,
    reading: Arc<Reading>,
    /// The row groups that may hold what is asked for, file by file; all if that is not known.
    left: Option<Arc<Left>>,
}

impl Events {
    /// The same rows in other columns, and of nobody but `only`, who are all among those who may be
    /// seen.
    pub(super) fn with(
        &self,
        columns: Vec<Column>,
        schema: SchemaRef,
        only: Option<&Arc<RoaringBitmap>>,
    ) -> Self {
        let reading = match only {
            Some(only) => Arc::new(self.reading.of_these(only)),
            None => Arc::clone(&self.reading),
        };
        Self { schema, columns, reading, left: self.left.clone() }
    }

    /// Whether a column says whose a row is.
    pub(super) fn is_name(&self, at: usize) -> bool {
        matches!(self.columns[at], Column::Own(0))
    }

    /// The streams that share the work.
    pub(super) fn streams(&self) -> Vec<Arc<dyn PartitionStream>> {
        let part = |turn| Arc::new(Part { events: self.clone(), turn }) as Arc<dyn PartitionStream>;
        (0..PARTITIONS).map(part).collect()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("governed rows")
    }
}

/// Every second row group, so that the streams share the work.
#[derive(Clone, Debug)]
struct Part {
    events: Events,
    turn: usize,
}

impl Events {
    /// Whether a row group of a file may hold what is asked for.
    fn is_left(&self, file: usize, group: usize) -> bool {
        let Some(left) = &self.left else { return true };
        left.get(file).and_then(|groups| groups.get(group)).is_none_or(|left| *left)
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.events.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let walk = Walk::new(self.clone());
        let rows = futures::stream::try_unfold(walk, |mut walk| async move {
            let batch = walk.next().await.map_err(|error| match error {
                walk::Stop::Lost(error) => lost(error),
                walk::Stop::Engine(error) => error,
            })?;
            Ok(batch.map(|batch| (batch, walk)))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(self.schema()), rows))
    }
}

/// Carries the name of a file that does not read through the engine.
fn lost(error: StoreError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
