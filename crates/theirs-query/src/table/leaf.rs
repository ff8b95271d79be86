//! Where a governed table ends in a plan: nothing that a statement says goes below it.
//!
//! It takes no condition and no limit, of columns only which are needed, and claims nothing exactly. What it guesses of
//! its size, so that a join begins with the smaller side, is made of the number of people who may be
//! seen, and of nothing that is hidden.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    SendableRecordBatchStream,
};

use super::activity::{Column as Source, Events};
use super::beside::Side;

/// The end of a plan over a governed table.
#[derive(Debug)]
pub(super) struct Leaf {
    rows: StreamingTableExec,
    /// About how many rows there are.
    pub(super) guess: usize,
    /// What a join by `person_id` can be made of.
    pub(super) side: Side,
}

impl Leaf {
    pub(super) fn new(
        schema: SchemaRef,
        partitions: Vec<Arc<dyn PartitionStream>>,
        guess: usize,
        side: Side,
    ) -> Result<Self> {
        Ok(Self {
            rows: StreamingTableExec::try_new(schema, partitions, None, None, false, None)?,
            guess,
            side,
        })
    }
}

impl Leaf {
    /// An activity, with or without columns of people beside it.
    pub(super) fn of(events: Events, guess: usize) -> Result<Self> {
        let streams = events.streams();
        Self::new(Arc::clone(&events.schema), streams, guess, Side::Activity(events))
    }
}

impl DisplayAs for Leaf {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("governed rows")
    }
}

impl ExecutionPlan for Leaf {
    fn name(&self) -> &'static str {
        "GovernedRows"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.rows.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, part: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.rows.execute(part, context)
    }

    /// Of an activity, columns that nobody asks for are not read.
    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Side::Activity(events) = &self.side else { return Ok(None) };
        let place = |one: &ProjectionExpr| one.expr.downcast_ref::<Column>().map(Column::index);
        let places: Option<Vec<usize>> = projection.expr().iter().map(place).collect();
        // That two columns are one is known to the projection, and to whatever builds on it.
        let is_one =
            |places: &Vec<usize>| places.iter().collect::<BTreeSet<_>>().len() == places.len();
        let Some(places) = places.filter(is_one) else { return Ok(None) };
        let columns: Vec<Source> =
            places.into_iter().map(|place| events.columns[place].clone()).collect();
        let events = events.with(columns, projection.schema(), None);
        Ok(Some(Arc::new(Self::of(events, self.guess)?)))
    }

    fn partition_statistics(&self, _: Option<usize>) -> Result<Arc<Statistics>> {
        let mut guessed = Statistics::new_unknown(&self.schema());
        guessed.num_rows = Precision::Inexact(self.guess);
        Ok(Arc::new(guessed))
    }
}
