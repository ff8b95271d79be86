//! Drift: where practice is not as promised.
//!
//! The engine enforces the charter, so a purpose cannot do more than the charter in force when it was
//! used. What can drift is the rest: a published copy of the notice that is older than the charter,
//! values that are kept beyond their time, sources that hold more than is said, answers that are late.

use std::collections::BTreeSet;

use serde::Serialize;
use theirs_charter::Charter;

use crate::practice::{Done, Practice};

/// Something in which practice is not as promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The clause of the charter that says otherwise, or should say it.
    pub clause: String,
    /// What is promised, and what is done.
    pub says: String,
    /// What puts it right.
    pub way_out: String,
}

impl Drift {
    fn new(clause: String, says: String, way_out: &str) -> Self {
        Self { clause, says, way_out: way_out.to_owned() }
    }
}

/// Where the practice is not what the charter in force says.
pub fn drift(charter: &Charter, practice: &Practice) -> Vec<Drift> {
    let mut list = Vec::new();
    for (name, done) in &practice.purposes {
        // What was done before this version came in force was done under what was said then; the
        // notice tells of it as of something that is over.
        if done.charters.contains(&charter.digest) {
            purpose(charter, name, done, &mut list);
        }
    }
    for (source, held) in practice.held.iter().filter(|(_, held)| **held > 0) {
        if charter.source(source).is_none() {
            list.push(Drift::new(
                format!("sources.{source}"),
                format!("{held} entries of {source} are held, which the charter does not name."),
                "Name the source again, or have its entries erased.",
            ));
        }
    }
    list.extend(practice.waiting.iter().map(|late| Drift {
        clause: String::new(),
        says: format!("{}: {}", late.what, late.count),
        way_out: late.way_out.clone(),
    }));
    list
}

fn purpose(charter: &Charter, name: &str, done: &Done, list: &mut Vec<Drift>) {
    let clause = format!("purposes.{name}");
    let Some(purpose) = charter.purpose(name) else {
        list.push(Drift::new(
            clause,
            format!("The log tells of uses for {name}, which the charter does not have."),
            "Look at data/ and at the log: somebody may have changed one of them.",
        ));
        return;
    };
    let named: BTreeSet<&str> = purpose
        .recipients
        .iter()
        .filter_map(|key| charter.recipient(key))
        .map(|one| one.name.as_str())
        .collect();
    // A purpose that was used under several versions may have seen more under an earlier one.
    if done.charters.len() > 1 {
        return;
    }
    for to in done.given.keys().filter(|to| !named.contains(to.as_str())) {
        list.push(Drift::new(
            format!("{clause}.recipients"),
            format!("{to} was given data for {name}, and the charter does not list it there."),
            "List it there, or ask it to erase what it has.",
        ));
    }
    let columns: BTreeSet<&str> =
        purpose.columns.iter().map(|grant| grant.column.as_str()).collect();
    for column in done.columns.iter().filter(|column| !columns.contains(column.as_str())) {
        let is_of_activity = purpose
            .activities
            .iter()
            .any(|grant| grant.columns.iter().any(|of| of.column == **column));
        if !is_of_activity && column.as_str() != "person_id" {
            list.push(Drift::new(
                format!("{clause}.columns"),
                format!("{name} saw {column}, which the charter does not let it see."),
                "Look at data/ and at the log: somebody may have changed one of them.",
            ));
        }
    }
}
