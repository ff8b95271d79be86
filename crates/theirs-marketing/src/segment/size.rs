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

/// Two segments, and how many people are in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// One, by its place in the list that was given.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// How many are in both.
    pub people: i64,
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

/// How many people each two of these segments of one purpose share; empty if there is only one.
///
/// # Errors
/// As [`size`].
pub fn overlaps(
    door: &Door,
    asker: &Asker,
    purpose: &str,
    segments: &[&Segment],
) -> Result<Vec<Overlap>, DecideError> {
    let segments = &segments[..segments.len().min(MOST)];
    let pairs: Vec<(usize, usize)> = (0..segments.len())
        .flat_map(|one| (one + 1..segments.len()).map(move |other| (one, other)))
        .collect();
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let both = |(one, other): &(usize, usize)| {
        format!("(\n{}\n) and (\n{}\n)", segments[*one].condition, segments[*other].condition)
    };
    let conditions: Vec<String> = pairs.iter().map(both).collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    let sql = format!("select {} from person", counted(&conditions));
    let answer = ask(door, asker, purpose, sql)?;
    let found = numbers(&answer.batches)?;
    let overlap = |((one, other), people)| Overlap { one, other, people };
    Ok(pairs.into_iter().zip(found).map(overlap).collect())
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
