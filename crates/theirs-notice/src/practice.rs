//! What was really done, as the ledger counts it: the practice that stands beside the promise.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use theirs_model::Digest;

/// What was really done, up to a moment. It counts and names roles; it names nobody.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Practice {
    /// The moment up to which it counts.
    pub until: Timestamp,
    /// The first use on record.
    pub since: Option<Timestamp>,
    /// How many people are known.
    pub people: u64,
    /// How many uses are on record, whatever they were.
    pub uses: u64,
    /// What was done for each purpose, by its name.
    pub purposes: BTreeMap<String, Done>,
    /// How many records or activities each source holds.
    pub held: BTreeMap<String, u64>,
    /// How often sources from outside were read in.
    pub enrichments: u64,
    /// How often colleagues opened somebody's record.
    pub opened: u64,
    /// How often something was refused, whatever was asked.
    pub refusals: u64,
    /// How often people acted on their own data: opened it, put it right, chose, had it erased.
    pub own_acts: u64,
    /// What waits, and since when.
    pub waiting: Vec<Waiting>,
}

/// What was done for one purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// How often it was used: questions that were asked, and lists that were made.
    pub uses: u64,
    /// Of how many people.
    pub people: u64,
    /// Who was given something, by name.
    pub given: BTreeMap<String, Given>,
    /// When it was used last.
    pub last: Option<Timestamp>,
    /// What it saw.
    pub columns: BTreeSet<String>,
    /// Which activities it saw.
    pub activities: BTreeSet<String>,
    /// The roles that used it, each with when it last did.
    pub roles: BTreeMap<String, Timestamp>,
    /// The charters under which it was used.
    pub charters: BTreeSet<Digest>,
}

/// What one recipient was given for a purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Given {
    /// How many lists.
    pub lists: u64,
    /// Of how many people, each counted once.
    pub people: u64,
    /// When it was last given one.
    pub last: Option<Timestamp>,
}

/// Something that is promised and late, or not as promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// What, in words.
    pub what: String,
    /// How many.
    pub count: u64,
    /// What is to be done.
    pub way_out: String,
}
