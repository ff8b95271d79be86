//! One line and one span, with its steps, for each governed statement.

use std::time::{Duration, SystemTime};

use theirs_query::{Answer, QueryError};

use super::Event;
use super::name::Name;
use super::span::{Attribute, done};

/// Tells how a governed statement ended, which took so long until now: for which purpose, in which
/// role, under which use and how many rows; never what it asks.
pub fn asked(outcome: Result<&Answer, &QueryError>, after: Duration) {
    let began = SystemTime::now() - after;
    let answer = match outcome {
        Ok(answer) => answer,
        Err(error) => {
            let why = error.kind();
            Event::NotAsked { why, after }.tell();
            return done("statement", began, [Attribute::Failed(why)], &[]);
        }
    };
    let (role, purpose) = Name::of_answer(answer);
    let (use_id, rows) = (answer.use_id, answer.rows());
    let purpose = purpose.as_ref();
    Event::Asked { role: &role, purpose, use_id, rows, after }.tell();
    let took = answer.took;
    let steps =
        [("statement plan", took.plan), ("statement log", took.log), ("statement run", took.run)];
    let attributes = [Attribute::Role(&role), Attribute::Use(use_id), Attribute::Rows(rows as u64)];
    let attributes = attributes.into_iter().chain(purpose.map(Attribute::Purpose));
    done("statement", began, attributes, &steps);
}
