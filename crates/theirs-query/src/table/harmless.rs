//! Which conditions of a statement may be looked at below the barrier, and how.
//!
//! A condition is harmless if it compares permitted columns, as they may be seen, with values of
//! their own type and can neither fail nor call anything: comparisons with a literal, `IN`,
//! `BETWEEN`, `IS NULL`, and `AND`, `OR`, `NOT` of them. Such a one decides who is touched by the
//! statement and which rows leave the table. It is asked only of people who may be seen, so that a
//! condition that is wrongly let through shows nobody more.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions,
};
use datafusion::arrow::compute::prep_null_mask_filter;
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::error::Result;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, Operator};
use datafusion::physical_plan::PhysicalExpr;

/// The harmless conditions of one scan, all of which must hold.
pub(crate) struct Conditions {
    /// The columns of the table that they look at.
    pub(crate) columns: Vec<usize>,
    /// What they say of a batch of exactly these columns.
    pub(crate) says: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
}

impl Conditions {
    /// The harmless ones among these, over a table with this schema; none if there are none.
    pub(crate) fn of(
        filters: &[Expr],
        table: &SchemaRef,
        session: &dyn Session,
    ) -> Result<Option<Self>> {
        let kept: Vec<Expr> =
            filters.iter().filter(|filter| is_harmless(filter, table)).cloned().collect();
        let named: BTreeSet<usize> = kept
            .iter()
            .flat_map(Expr::column_refs)
            .filter_map(|column| table.index_of(column.name()).ok())
            .collect();
        let Some(all) = conjunction(kept) else { return Ok(None) };
        let columns: Vec<usize> = named.into_iter().collect();
        let schema = Arc::new(table.project(&columns)?);
        let known = DFSchema::try_from(Schema::clone(&schema))?;
        Ok(Some(Self { columns, says: session.create_physical_expr(all, &known)?, schema }))
    }

    /// For which rows they hold, given [`Conditions::columns`] of them.
    pub(crate) fn hold(&self, columns: Vec<ArrayRef>, rows: usize) -> Result<BooleanArray> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        let said = self.says.evaluate(&batch)?.into_array(rows)?;
        let said = said.as_boolean();
        // Where nobody knows whether they hold, they do not.
        Ok(if said.null_count() > 0 { prep_null_mask_filter(said) } else { said.clone() })
    }
}

/// Whether a condition can be asked without harm of any row of a table with this schema.
pub(crate) fn is_harmless(condition: &Expr, table: &SchemaRef) -> bool {
    let kind = |expr: &Expr| kind(expr, table);
    let same = |one: &Expr, other: &Expr| is_column(one) && kind(one) == literal(other);
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => {
            is_harmless(left, table) && is_harmless(right, table)
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            compares(*op) && (same(left, right) || same(right, left))
        }
        Expr::Not(inner) => is_harmless(inner, table),
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => kind(inner).is_some(),
        Expr::Between(Between { expr, low, high, .. }) => same(expr, low) && same(expr, high),
        Expr::InList(list) => list.list.iter().all(|value| same(&list.expr, value)),
        Expr::Column(_) => kind(condition) == Some(DataType::Boolean),
        Expr::Literal(value, _) => value.data_type() == DataType::Boolean,
        _ => false,
    }
}

fn compares(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(_))
}

/// The type of a column of the table.
fn kind(expr: &Expr, table: &SchemaRef) -> Option<DataType> {
    let Expr::Column(column) = expr else { return None };
    table.field_with_name(column.name()).ok().map(|field| field.data_type().clone())
}

/// The type of a literal that is a value.
fn literal(expr: &Expr) -> Option<DataType> {
    match expr {
        Expr::Literal(value, _) if !value.is_null() => Some(value.data_type()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::Field;
    use datafusion::functions::string::expr_fn::upper;
    use datafusion::prelude::{cast, col, lit};

    use super::*;

    fn table() -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("person_id", DataType::Int64, false),
            Field::new("city", DataType::Utf8, true),
            Field::new("loyal", DataType::Boolean, true),
        ]))
    }

    #[test]
    fn comparisons_of_a_column_with_a_value_of_its_type_are_harmless() {
        let by_city = || col("city").eq(lit("Saltmouth"));
        for condition in [
            by_city(),
            lit("Oldhaven").lt(col("city")),
            by_city().and(col("person_id").gt(lit(7_i64))),
            by_city().or(col("loyal")),
            by_city().and(lit(true)),
            !by_city(),
            col("city").is_null(),
            col("city").is_not_null(),
            col("person_id").between(lit(1_i64), lit(9_i64)),
            col("city").in_list(vec![lit("Saltmouth"), lit("Oldhaven")], true),
        ] {
            assert!(is_harmless(&condition, &table()), "{condition}");
        }
    }

    #[test]
    fn what_can_fail_or_calls_something_stays_above() {
        let by_city = || col("city").eq(lit("Saltmouth"));
        for condition in [
            cast(col("city"), DataType::Int64).eq(lit(1_i64)),
            col("person_id").eq(lit(1_i32)),
            (col("person_id") / lit(0_i64)).eq(lit(1_i64)),
            upper(col("city")).eq(lit("SALTMOUTH")),
            col("city").like(lit("S%")),
            col("city").eq(col("city")),
            col("hidden").eq(lit("x")),
            col("city").eq(lit(datafusion::common::ScalarValue::Utf8(None))),
            lit(1_i64),
            by_city().or(col("city").like(lit("S%"))),
            !(upper(col("city")).is_null()),
            col("city").in_list(vec![lit("Saltmouth"), col("city")], false),
        ] {
            assert!(!is_harmless(&condition, &table()), "{condition}");
        }
    }
}
