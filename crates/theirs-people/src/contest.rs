//! Whether a value is right, where somebody says it is not (GDPR Art. 16 and 18(1)(a)).
//!
//! A contested value is used for nothing until a colleague decided, with a reason, or the person
//! took the contest back. Where it was upheld, the value stays out of use until somebody says what
//! is right: a correction that comes later settles every contest.

use jiff::Timestamp;
use theirs_store::{Act, ActKind};

use crate::profile::follows;

/// How far a contest has come, the strongest first: on merging the refusal wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nobody has decided yet.
    Open,
    /// It was decided that the value is wrong.
    Upheld,
    /// It was decided that the value is right.
    Dismissed,
}

/// What stands of a contest of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// How far it has come.
    pub stage: Stage,
    /// Since when.
    pub at: Timestamp,
    /// Why: of an open one, what the person said is wrong; else why it was decided so.
    pub reason: Option<String>,
}

impl Stage {
    /// Its name in an act.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "yes",
            Self::Upheld => "upheld",
            Self::Dismissed => "dismissed",
        }
    }

    /// What an act says: nothing if the contest was taken back. What cannot be read is open.
    fn of(act: &Act) -> Option<Self> {
        match act.content.as_deref() {
            Some("no") => None,
            Some("upheld") => Some(Self::Upheld),
            Some("dismissed") => Some(Self::Dismissed),
            _ => Some(Self::Open),
        }
    }

    /// Whether the value may not be used.
    pub fn forbids_use(self) -> bool {
        self != Self::Dismissed
    }
}

/// What stands of the contests of a column, among acts that still count.
pub(crate) fn contest(column: &str, acts: &[&Act]) -> Option<Contest> {
    let is_settled = |contest: &Act| {
        acts.iter().any(|act| {
            act.kind == ActKind::Correction && act.topic == column && follows(act, contest)
        })
    };
    acts.iter()
        .filter(|act| act.kind == ActKind::Contest && act.topic == column && !is_settled(act))
        .filter_map(|act| {
            let stage = Stage::of(act)?;
            Some(Contest { stage, at: act.at, reason: act.reason.clone() })
        })
        .min_by_key(|contest| contest.stage)
}

#[cfg(test)]
mod tests;
