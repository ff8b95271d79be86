//! What campaigns decided for a person, for the person: what, why, and what would have changed it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use theirs_model::UseId;
use theirs_store::{DecisionRun, KeptDecision, Person};

use crate::desk::{Desk, RightsError};

/// One decision about a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecidedForYou {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// What the campaign is called.
    pub campaign: String,
    /// The purpose that it acted for.
    pub purpose: String,
    /// The action's name; `none` if nothing is sent.
    pub action: String,
    /// What the action is, in the words of whoever decided.
    pub says: Option<String>,
    /// Why somebody gets it, in the words that the recipient has too.
    pub reason: Option<String>,
    /// The chance with which it was chosen, from 0 to 1.
    pub chance: f64,
    /// Whether they were drawn to get nothing, so that the others can be compared with them.
    pub control: bool,
    /// The share of people who are.
    pub control_share: Option<f64>,
    /// Why just them; nothing where it was drawn by lot.
    pub because: Option<String>,
    /// What would have changed it; nothing where it was drawn by lot.
    pub would_change: Option<String>,
    /// What it would have been without data from outside; nothing if the same.
    pub without_outside: Option<String>,
    /// What was looked at.
    pub looked_at: BTreeMap<String, serde_json::Value>,
    /// What was said of it, in other languages, by their codes.
    #[serde(skip)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is kept of a run.
#[derive(Default, Deserialize)]
struct Kept {
    actions: BTreeMap<String, Words>,
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is kept of one action of a run.
#[derive(Default, Deserialize)]
struct Words {
    says: Option<String>,
    reason: Option<String>,
    control: Option<f64>,
}

impl Desk {
    /// What campaigns decided for a person, the latest first. Reading this list is itself no use: it
    /// is read for them, with the page or the copy that is on record.
    pub fn decided_for(&self, person: &Person) -> Result<Vec<DecidedForYou>, RightsError> {
        let found = self.store.decisions_for(person.slot)?;
        Ok(found.into_iter().map(|(run, kept)| told(run, kept)).collect())
    }
}

fn told(run: DecisionRun, kept: KeptDecision) -> DecidedForYou {
    let Kept { actions: mut all, words: others } =
        serde_json::from_str(&run.actions).unwrap_or_default();
    let made = kept.made;
    let control_share = all.get("none").and_then(|none| none.control);
    let words = all.remove(&made.action).unwrap_or_default();
    let looked_at = made.looked_at.and_then(|text| serde_json::from_str(&text).ok());
    DecidedForYou {
        use_id: run.use_id,
        at: run.at,
        campaign: run.called,
        purpose: run.purpose,
        action: made.action,
        says: words.says,
        reason: words.reason,
        chance: made.propensity,
        control: made.control,
        control_share,
        because: made.because,
        would_change: made.would_change,
        without_outside: made.without_outside,
        looked_at: looked_at.unwrap_or_default(),
        words: others,
    }
}
