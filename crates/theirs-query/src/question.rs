//! What is asked, and what an answer to it would look like.

use std::time::Duration;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;

use crate::error::QueryError;

/// How many parameters a statement may have.
const MOST_PARAMETERS: usize = 1_000;

/// A statement as somebody asks it.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The statement.
    pub sql: String,
    /// The purpose of tables that are named without one.
    pub purpose: Option<String>,
    /// The values of `$1`, `$2` and so on.
    pub parameters: Vec<ScalarValue>,
    /// How long it may run, if less than any statement may.
    pub patience: Option<Duration>,
}

impl From<&str> for Question {
    fn from(sql: &str) -> Self {
        Self { sql: sql.to_owned(), ..Self::default() }
    }
}

/// What an answer would look like. To know it, nothing is read of anybody.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The columns.
    pub schema: SchemaRef,
    /// The types of `$1`, `$2` and so on, as far as the statement tells them.
    pub parameters: Vec<Option<DataType>>,
}

impl Shape {
    /// What the answer to a plan looks like.
    ///
    /// # Errors
    /// One parameter is used as two types.
    pub fn of(plan: &LogicalPlan) -> Result<Self, QueryError> {
        let found = plan.get_parameter_types().map_err(|error| QueryError::planning(&error))?;
        let kind = |at: usize| found.get(&format!("${at}")).cloned().flatten();
        let highest = found.keys().filter_map(|name| name.strip_prefix('$')?.parse().ok()).max();
        if highest.unwrap_or(0) > MOST_PARAMETERS {
            let message = format!("a statement has at most {MOST_PARAMETERS} parameters");
            return Err(QueryError::Statement { message });
        }
        Ok(Self {
            schema: crate::plain::schema(plan.schema().as_arrow()),
            parameters: (1..=highest.unwrap_or(0)).map(kind).collect(),
        })
    }
}
