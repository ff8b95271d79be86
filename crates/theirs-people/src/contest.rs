//! Whether a value is right, where somebody says it is not (GDPR Art. 16 and 18(1)(a)).
//!
//! A contested value is used for nothing until a colleague decided, with a reason, or the person
//! took the contest back. Where it was upheld, the value stays out of use until somebody says what
//! is right: a correction that comes later settles every contest. Where it is not theirs to say what is
//! right, what they say is kept with the contest, for the colleague who decides.
//!
//! The person may also have a value used for nothing though it is right: that stands until they take it
//! back, whatever is corrected, decided or loaded meanwhile.

use jiff::Timestamp;
use theirs_store::{Act, ActKind};

use crate::profile::follows;

/// Before the value that somebody proposes, in an act.
const PROPOSED: &str = "is: ";
/// Before the column whose use is stopped, where others hold a purpose.
const COLUMN: &str = "column:";

/// What an act says that contests a value and proposes another.
pub fn proposing(value: &str) -> String {
    format!("{PROPOSED}{value}")
}

/// The topic of a restriction that stops the use of a column alone.
pub fn stop_of(column: &str) -> String {
    format!("{COLUMN}{column}")
}

/// The column whose use a topic of a restriction is about, if it is about one.
pub fn stopped_column(topic: &str) -> Option<&str> {
    topic.strip_prefix(COLUMN)
}

/// Since when the use of a column is stopped, among acts that still count. On merging the stop wins, as
/// every refusal does.
pub(crate) fn stop(column: &str, acts: &[&Act]) -> Option<Timestamp> {
    let stops = acts.iter().filter(|act| {
        act.kind == ActKind::Restriction
            && stopped_column(&act.topic) == Some(column)
            && act.content.as_deref() != Some("no")
    });
    stops.map(|act| act.at).max()
}

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
    /// What the person said is right, while nobody has decided.
    pub proposed: Option<String>,
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
            let content = act.content.as_deref();
            let proposed = content.and_then(|text| text.strip_prefix(PROPOSED)).map(str::to_owned);
            Some(Contest { stage, at: act.at, reason: act.reason.clone(), proposed })
        })
        .min_by_key(|contest| contest.stage)
}

#[cfg(test)]
mod tests;
