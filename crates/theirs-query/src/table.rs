//! A governed table: a leaf that hands the engine permitted rows and columns, and takes no predicate.

mod activity;
mod person;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use roaring::RoaringBitmap;
use theirs_charter::{Coarseness, Grant};
use theirs_model::ColumnType;

use crate::mask::{Calendar, arrow_type, coarsen};
use crate::pseudonym::Pseudonyms;

pub(crate) use self::activity::{ActivityRows, Reading};
pub(crate) use self::person::{many_rows, person_rows};

/// The name of the pseudonym in every governed table.
pub(crate) const PERSON_ID: &str = "person_id";

/// What governs the rows of one statement: fixed before it runs.
pub(crate) struct Governor {
    /// Who may be seen.
    pub(crate) eligible: RoaringBitmap,
    /// Their names within the purpose.
    pub(crate) pseudonyms: Arc<Pseudonyms>,
    /// For making columns coarse.
    pub(crate) calendar: Calendar,
}

/// One granted column: its raw name and type, and how exactly it may be seen.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) name: String,
    pub(crate) kind: ColumnType,
    pub(crate) coarseness: Coarseness,
}

impl Seen {
    /// A grant of a column of this type.
    pub(crate) fn new(grant: &Grant, kind: ColumnType) -> Self {
        Self { name: grant.column.clone(), kind, coarseness: grant.coarseness }
    }

    fn field(&self) -> Field {
        Field::new(&self.name, arrow_type(self.coarseness.seen_as(self.kind)), true)
    }

    pub(crate) fn see(&self, raw: &ArrayRef, calendar: &Calendar) -> ArrayRef {
        coarsen(raw, self.coarseness, calendar)
    }
}

/// Makes the partitions of a table for the columns that a statement reads; `person_id` is column
/// zero, granted column `n` is column `n + 1`.
pub(crate) trait Rows: Send + Sync {
    /// The partitions, each yielding exactly these columns in this order.
    fn partitions(&self, columns: &[usize], schema: &SchemaRef) -> Vec<Arc<dyn PartitionStream>>;
}

/// The rows of a table that is only planned with.
pub(crate) struct NoRows;

impl Rows for NoRows {
    fn partitions(&self, _: &[usize], _: &SchemaRef) -> Vec<Arc<dyn PartitionStream>> {
        Vec::new()
    }
}

/// A governed table.
pub(crate) struct GovernedTable {
    schema: SchemaRef,
    rows: Box<dyn Rows>,
}

impl GovernedTable {
    /// A table of `person_id` and the granted columns.
    pub(crate) fn new(seen: &[Seen], rows: Box<dyn Rows>) -> Self {
        let id = Field::new(PERSON_ID, DataType::Int64, false);
        let fields: Vec<Field> = std::iter::once(id).chain(seen.iter().map(Seen::field)).collect();
        Self { schema: Arc::new(Schema::new(fields)), rows }
    }

    /// The leaf of the plan. Statistics, filters and limits stay above it.
    fn leaf(&self, projection: Option<&Vec<usize>>) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let columns = projection.unwrap_or(&all);
        let schema = Arc::new(self.schema.project(columns)?);
        let partitions = self.rows.partitions(columns, &schema);
        Ok(Arc::new(StreamingTableExec::try_new(schema, partitions, None, None, false, None)?))
    }
}

impl fmt::Debug for GovernedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GovernedTable").finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl TableProvider for GovernedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.leaf(projection)
    }
}

/// A batch of these columns, which may be none at all.
fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
