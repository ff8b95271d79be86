//! What a governed statement gives back.

use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use theirs_charter::Clause;
use theirs_model::UseId;

/// The answer to a governed statement. Its use was on record before it was made.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// The name of the use in the ledger.
    pub use_id: UseId,
    /// The purpose under which it was asked; none if no table was read.
    pub purpose: Option<String>,
    /// The role in which it was asked.
    pub role: String,
    /// How long its steps took.
    pub took: Took,
    /// How many people it concerns.
    pub people: u64,
    /// How many people the promise leaves out of this purpose, by clause.
    pub left_out: Vec<LeftOut>,
}

/// How long the steps of a statement took, in their order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    /// Reading and planning it, under the charter.
    pub plan: Duration,
    /// Putting its use on record.
    pub log: Duration,
    /// Running it.
    pub run: Duration,
}

/// People whom a clause of the charter leaves out of a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The clause.
    pub clause: Clause,
    /// What those people did, such as "said no".
    pub because: &'static str,
    /// How many they are.
    pub people: u64,
}

impl Answer {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}
