//! Columns of people beside the rows of an activity, in place of a join by `person_id`.
//!
//! Below the barrier it is known whose a row of an activity is, while a join above it looks each row's
//! name up among all names, which lie in no order that the rows have. So an inner join of an activity
//! with `person` by nothing but `person_id` becomes one scan of the activity, with the columns of
//! people that the join would have brought. It yields the same rows, of the same people, whom both
//! tables have noted when they were planned; and what stood above the join stands above the scan.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::common::JoinType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use roaring::RoaringBitmap;

use super::activity::{Column as Source, Events};
use super::leaf::Leaf;
use super::person::CutRows;

/// What a leaf can bring to a join.
#[derive(Debug)]
pub(super) enum Side {
    /// One row for each person.
    People(People),
    /// Rows whose person is known.
    Activity(Events),
    /// Neither.
    Other,
}

/// The rows of `person` in one scan.
pub(super) struct People {
    rows: CutRows,
    /// The columns of the table that the scan yields.
    columns: Vec<usize>,
    /// Of whom the conditions of the scan hold; of everybody if there are none.
    only: Option<Arc<RoaringBitmap>>,
}

impl People {
    pub(super) fn new(rows: CutRows, columns: &[usize], only: Option<Arc<RoaringBitmap>>) -> Self {
        Self { rows, columns: columns.to_vec(), only }
    }
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("people")
    }
}

/// The step that takes such joins out of a plan. It comes before all others, which then see a scan.
#[derive(Debug)]
pub(crate) struct Beside;

impl PhysicalOptimizerRule for Beside {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let changed = plan.transform_up(|node| {
            let scan = node.downcast_ref::<HashJoinExec>().map(scan_of).transpose()?.flatten();
            Ok(scan.map_or_else(|| Transformed::no(node), Transformed::yes))
        })?;
        Ok(changed.data)
    }

    fn name(&self) -> &'static str {
        "beside"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The scan that yields what a join does, if there is one.
fn scan_of(join: &HashJoinExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let is_plain = *join.join_type() == JoinType::Inner
        && join.filter().is_none()
        && !join.contains_projection();
    let [(left_key, right_key)] = join.on() else { return Ok(None) };
    if !is_plain {
        return Ok(None);
    }
    let (left, right) = (join.left(), join.right());
    let (people, events, people_first) = match (people(left, left_key), people(right, right_key)) {
        (Some(people), _) => (people, events(right, right_key), true),
        (_, Some(people)) => (people, events(left, left_key), false),
        _ => return Ok(None),
    };
    let Some(events) = events else { return Ok(None) };
    let own = events.scan.columns.len();
    let (mut columns, mut places) = (events.scan.columns.clone(), Vec::new());
    let mut fields: Vec<FieldRef> = events.scan.schema.fields().to_vec();
    let of_people = if people_first { left.schema() } else { right.schema() };
    for (column, field) in people.columns.iter().zip(of_people.fields()) {
        match people.rows.by_slot(*column)? {
            Some(values) => {
                places.push(columns.len());
                columns.push(Source::OfPeople(values));
                fields.push(Arc::clone(field));
            }
            None => places.push(events.key),
        }
    }
    let places: Vec<usize> = if people_first {
        places.into_iter().chain(0..own).collect()
    } else {
        (0..own).chain(places).collect()
    };
    let scan = events.with(columns, Arc::new(Schema::new(fields)), people.only.as_ref())?;
    let (from, to) = (scan.schema(), join.schema());
    let named = places.into_iter().zip(to.fields()).map(|(place, field)| {
        let expr: Arc<dyn PhysicalExpr> = Arc::new(Column::new(from.field(place).name(), place));
        ProjectionExpr { expr, alias: field.name().clone() }
    });
    Ok(Some(Arc::new(ProjectionExec::try_new(named, scan)?)))
}

/// The people of a side that is a scan of them, joined by their name.
fn people<'p>(plan: &'p Arc<dyn ExecutionPlan>, key: &Arc<dyn PhysicalExpr>) -> Option<&'p People> {
    let Side::People(people) = &plan.downcast_ref::<Leaf>()?.side else { return None };
    (people.columns[key_of(key)?] == 0).then_some(people)
}

/// A side that is a scan of an activity, with or without a condition above it.
struct Joined<'p> {
    leaf: &'p Leaf,
    scan: &'p Events,
    /// The condition that the engine asks of every row of the scan.
    filter: Option<&'p FilterExec>,
    /// Where the name of the person is.
    key: usize,
}

/// The activity of a side that is a scan of one, joined by its person's name.
fn events<'p>(plan: &'p Arc<dyn ExecutionPlan>, key: &Arc<dyn PhysicalExpr>) -> Option<Joined<'p>> {
    let filter = plan.downcast_ref::<FilterExec>();
    let is_plain = |one: &FilterExec| one.projection().is_none() && one.fetch().is_none();
    if !filter.is_none_or(is_plain) {
        return None;
    }
    let leaf = filter.map_or(plan, FilterExec::input).downcast_ref::<Leaf>()?;
    let Side::Activity(scan) = &leaf.side else { return None };
    let key = key_of(key)?;
    scan.is_name(key).then_some(Joined { leaf, scan, filter, key })
}

fn key_of(key: &Arc<dyn PhysicalExpr>) -> Option<usize> {
    key.downcast_ref::<Column>().map(Column::index)
}

impl Joined<'_> {
    /// The same rows in these columns, of which the first are their own, of nobody but `only`.
    fn with(
        &self,
        columns: Vec<Source>,
        schema: SchemaRef,
        only: Option<&Arc<RoaringBitmap>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let leaf = Leaf::of(self.scan.with(columns, schema, only), self.leaf.guess)?;
        let leaf: Arc<dyn ExecutionPlan> = Arc::new(leaf);
        let Some(filter) = self.filter else { return Ok(leaf) };
        let filter = FilterExecBuilder::new(Arc::clone(filter.predicate()), leaf)
            .with_default_selectivity(filter.default_selectivity());
        Ok(Arc::new(filter.build()?))
    }
}
