//! Where a governed table ends in a plan: nothing that a statement says goes below it.
//!
//! It takes no condition, no projection and no limit, and claims nothing exactly. What it guesses of
//! its size, so that a join begins with the smaller side, is made of the number of people who may be
//! seen, and of nothing that is hidden.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    SendableRecordBatchStream,
};

/// The end of a plan over a governed table.
#[derive(Debug)]
pub(super) struct Leaf {
    rows: StreamingTableExec,
    guess: usize,
}

impl Leaf {
    pub(super) fn new(
        schema: SchemaRef,
        partitions: Vec<Arc<dyn PartitionStream>>,
        guess: usize,
    ) -> Result<Self> {
        Ok(Self {
            rows: StreamingTableExec::try_new(schema, partitions, None, None, false, None)?,
            guess,
        })
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

    fn partition_statistics(&self, _: Option<usize>) -> Result<Arc<Statistics>> {
        let mut guessed = Statistics::new_unknown(&self.schema());
        guessed.num_rows = Precision::Inexact(self.guess);
        Ok(Arc::new(guessed))
    }
}
