//! A governed table: a leaf that hands the engine permitted rows and columns.
//!
//! It looks at harmless conditions alone, and says whom a scan may touch while it is planned, which is
//! before it runs.

mod activity;
mod beside;
mod harmless;
mod leaf;
mod person;
mod touched;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::PartitionStream;
use roaring::RoaringBitmap;
use theirs_charter::{Coarseness, Grant};
use theirs_model::ColumnType;

use crate::mask::{Calendar, arrow_type, coarsen};
use crate::pseudonym::Pseudonyms;

pub(crate) use self::activity::{ActivityRows, Reading};
pub(crate) use self::beside::Beside;
use self::beside::Side;
pub(crate) use self::harmless::Conditions;
use self::harmless::is_harmless;
use self::leaf::Leaf;
pub(crate) use self::person::{Columns, CutRows};
pub(crate) use self::touched::Touched;

/// How many streams read a table at once.
const PARTITIONS: usize = 2;
/// The name of the pseudonym in every governed table.
pub(crate) const PERSON_ID: &str = "person_id";

/// What governs the rows of one statement: fixed before it runs.
pub(crate) struct Governor {
    /// Who may be seen.
    pub(crate) eligible: Arc<RoaringBitmap>,
    /// Their names within the purpose.
    pub(crate) pseudonyms: Arc<Pseudonyms>,
    /// For making columns coarse.
    pub(crate) calendar: Calendar,
    /// Whom the statement may touch.
    pub(crate) touched: Arc<Touched>,
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

    /// The type of the column as it is seen.
    pub(crate) fn arrow_type(&self) -> DataType {
        arrow_type(self.coarseness.seen_as(self.kind))
    }

    fn field(&self) -> Field {
        Field::new(&self.name, self.arrow_type(), true)
    }

    fn is_text_as_it_is(&self) -> bool {
        self.kind == ColumnType::Text && self.coarseness == Coarseness::Exact
    }

    pub(crate) fn see(&self, raw: &ArrayRef, calendar: &Calendar) -> ArrayRef {
        coarsen(raw, self.coarseness, calendar)
    }
}

/// The rows of a governed table; `person_id` is column zero, granted column `n` is column `n + 1`.
pub(crate) trait Rows: Send + Sync {
    /// Whether a scan yields just the rows for which all conditions hold, so that the engine need
    /// not ask again. Only for a table that holds no row of anybody who may not be seen: there, a
    /// wrong claim would give a wrong answer, but show nobody more.
    fn are_exact(&self) -> bool {
        false
    }

    /// What is read of a table by a statement that needs these columns of it, and only of rows for
    /// which all conditions hold; more rows are no fault, more people than it says would be.
    fn scan(
        &self,
        columns: &[usize],
        schema: &SchemaRef,
        conditions: Option<&Conditions>,
    ) -> Result<Scan>;

    /// About how many rows a person has, so that the engine joins from the right side.
    fn rows_of_a_person(&self) -> usize {
        1
    }
}

/// What is read of a table, fixed before anything runs.
pub(crate) struct Scan {
    /// Everybody of whom a row may be read.
    pub(crate) people: RoaringBitmap,
    /// The partitions, each yielding exactly the wanted columns in their order.
    pub(crate) partitions: Vec<Arc<dyn PartitionStream>>,
    /// What a join by `person_id` can be made of.
    side: Side,
}

impl Scan {
    /// Rows of which no join is made but by the engine.
    pub(crate) fn of(people: RoaringBitmap, partitions: Vec<Arc<dyn PartitionStream>>) -> Self {
        Self { people, partitions, side: Side::Other }
    }
}

/// The rows of a table that is only planned with.
pub(crate) struct NoRows;

impl Rows for NoRows {
    fn scan(&self, _: &[usize], _: &SchemaRef, _: Option<&Conditions>) -> Result<Scan> {
        Ok(Scan::of(RoaringBitmap::new(), Vec::new()))
    }
}

/// A governed table in one statement.
pub(crate) struct GovernedTable {
    schema: SchemaRef,
    rows: Arc<dyn Rows>,
    touched: Arc<Touched>,
}

impl GovernedTable {
    /// A table with a schema from [`schema_of`], or of groups, for a statement that notes whom it
    /// touches.
    pub(crate) fn new(schema: SchemaRef, rows: Arc<dyn Rows>, touched: &Arc<Touched>) -> Self {
        Self { schema, rows, touched: Arc::clone(touched) }
    }

    /// The leaf of the plan. Statistics and limits stay above it, and so do all conditions.
    fn leaf(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let columns = projection.unwrap_or(&all);
        let schema = Arc::new(self.schema.project(columns)?);
        if self.rows.are_exact() && !filters.iter().all(|one| is_harmless(one, &self.schema)) {
            let lost = "a condition was claimed and cannot be asked".to_owned();
            return Err(DataFusionError::Internal(lost));
        }
        let conditions = Conditions::of(filters, &self.schema, session)?;
        let scan = self.rows.scan(columns, &schema, conditions.as_ref())?;
        let Scan { people, partitions, side } = scan;
        self.touched.note(&people)?;
        let people = usize::try_from(people.len()).unwrap_or(usize::MAX);
        let guess = people.saturating_mul(self.rows.rows_of_a_person());
        Ok(Arc::new(Leaf::new(schema, partitions, guess, side)?))
    }
}

/// The columns of a table: `person_id` and the granted ones.
pub(crate) fn schema_of(seen: &[Seen]) -> SchemaRef {
    let id = Field::new(PERSON_ID, DataType::Int64, false);
    let fields: Vec<Field> = std::iter::once(id).chain(seen.iter().map(Seen::field)).collect();
    Arc::new(Schema::new(fields))
}

/// The same of an activity: its texts are views into the pages that they were read from.
pub(crate) fn schema_of_activity(seen: &[Seen]) -> SchemaRef {
    let id = Field::new(PERSON_ID, DataType::Int64, false);
    let field = |seen: &Seen| {
        let field = seen.field();
        let is_view = seen.is_text_as_it_is();
        if is_view { field.with_data_type(DataType::Utf8View) } else { field }
    };
    let fields: Vec<Field> = std::iter::once(id).chain(seen.iter().map(field)).collect();
    Arc::new(Schema::new(fields))
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
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.leaf(session, projection, filters)
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let harmless = if self.rows.are_exact() {
            TableProviderFilterPushDown::Exact
        } else {
            TableProviderFilterPushDown::Inexact
        };
        let judge = |filter: &&Expr| {
            if is_harmless(filter, &self.schema) {
                harmless.clone()
            } else {
                TableProviderFilterPushDown::Unsupported
            }
        };
        Ok(filters.iter().map(judge).collect())
    }
}

/// A batch of these columns, which may be none at all.
pub(crate) fn batch(
    schema: &SchemaRef,
    columns: Vec<ArrayRef>,
    rows: usize,
) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
