//! How many people a segment has, whom the promise leaves out, and how far segments overlap.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use serde::Serialize;
use theirs_query::{Asker, Door, LeftOut};

use super::{Segment, ask};
use crate::decide::DecideError;

/// The most segments that are held against each other at a time.
const MOST: usize = 30;

/// How many people a condition is true of.
#[derive(Debug, Clone, Serialize)]
pub struct Size {
    /// Of so many.
    pub people: i64,
    /// Of all whom the purpose may see.
    pub of: i64,
    /// Whom the promise leaves out, by clause.
    #[serde(skip)]
    pub left_out: Vec<LeftOut>,
}

/// How many people of a purpose a condition is true of.
///
/// # Errors
/// The purpose is not permitted, or the condition does not run; it may be one condition and no more.
pub fn size(
    door: &Door,
    asker: &Asker,
    purpose: &str,
    condition: &str,
) -> Result<Size, DecideError> {
    let sql = format!("select {}, count(*) from person", counted(&[condition]));
    let answer = ask(door, asker, purpose, sql)?;
    let numbers = numbers(&answer.batches)?;
    let [people, of] = numbers.as_slice() else { return Err(DecideError::Shape) };
    Ok(Size { people: *people, of: *of, left_out: answer.left_out })
}

/// How many people of a segment are in each of these others of its purpose, in their order.
///
/// # Errors
/// As [`size`].
pub fn overlaps(
    door: &Door,
    asker: &Asker,
    segment: &Segment,
    others: &[&Segment],
) -> Result<Vec<i64>, DecideError> {
    let others = &others[..others.len().min(MOST - 1)];
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let both =
        |other: &&Segment| format!("(\n{}\n) and (\n{}\n)", segment.condition, other.condition);
    let conditions: Vec<String> = others.iter().map(both).collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    let sql = format!("select {} from person", counted(&conditions));
    numbers(&ask(door, asker, &segment.purpose, sql)?.batches)
}

/// For each condition, of how many rows it is true.
fn counted(conditions: &[&str]) -> String {
    let each = conditions.iter().map(|condition| {
        format!("coalesce(sum(case when (\n{condition}\n) then 1 else 0 end), 0)")
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The numbers of one row.
fn numbers(batches: &[arrow::array::RecordBatch]) -> Result<Vec<i64>, DecideError> {
    let row = batches.iter().find(|batch| batch.num_rows() == 1).ok_or(DecideError::Shape)?;
    let number = |column: &arrow::array::ArrayRef| {
        let values = column.as_primitive_opt::<Int64Type>().ok_or(DecideError::Shape)?;
        Ok(values.value(0))
    };
    row.columns().iter().map(number).collect()
}
