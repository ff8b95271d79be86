//! What a campaign decides for people, by their pseudonyms, and what is told of it later.

use std::collections::BTreeMap;

use jiff::Timestamp;
use theirs_model::UseId;

/// A run of a campaign, as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Run<'r> {
    /// The campaign's name.
    pub campaign: &'r str,
    /// What people read for it.
    pub called: &'r str,
    /// What it chose among, as JSON; people are told their own from it.
    pub actions: &'r str,
    /// What each action costs for one person, as a JSON object.
    pub costs: &'r str,
}

/// What is decided for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The person, by their pseudonym in the purpose.
    pub person: i64,
    /// What is done.
    pub action: String,
    /// The chance with which that was chosen, above 0 and at most 1.
    pub propensity: f64,
    /// The chance of every action, as JSON.
    pub chances: String,
    /// Whether the person is one of those with whom the others are compared.
    pub control: bool,
    /// What the action was worth by the scores, if there were any.
    pub score: Option<f64>,
    /// What was looked at, as JSON.
    pub looked_at: Option<String>,
    /// Why just this person, in words to them.
    pub because: Option<String>,
    /// What would have changed it, in words to them.
    pub would_change: Option<String>,
    /// What it would have been without data from outside; nothing if the same.
    pub without_outside: Option<String>,
}

/// Decisions that are on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The use under which the ledger holds them.
    pub use_id: UseId,
    /// For each of them, in their order, whether it stands: who said no meanwhile is not decided for.
    pub stands: Vec<bool>,
}

/// What a campaign decided until now, of people who may be seen now.
#[derive(Debug, Clone)]
pub struct Past {
    /// The use under which it was read.
    pub use_id: UseId,
    /// The decisions, the earliest first.
    pub decisions: Vec<Decided>,
    /// Of how many decisions the people may not be seen any more, by action: they said no since.
    pub gone: BTreeMap<String, u64>,
    /// By what each run said that it was to be judged, as JSON under `terms` of its actions; runs that
    /// did not say are not here.
    pub terms: BTreeMap<UseId, String>,
}

/// A decision of earlier.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The use under which its run is on record.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// What the action cost then, if that was kept and it cost anything.
    pub cost: Option<f64>,
    /// What it was.
    pub made: Made,
}

/// How often a campaign ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runs {
    /// How often.
    pub count: u64,
    /// When last.
    pub last: Option<Timestamp>,
    /// How many decisions there are.
    pub decisions: u64,
}
