//! One value of a person: what is believed, who says so, what it is used for, who may be given it, how
//! long it is kept, and what the person may do about it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use theirs_charter::{Area, Charter, Purpose, Retention, category, is_theirs_to_say};
use theirs_model::{Obtained, RecordId, Value};
use theirs_notice::{UNBOUNDED, kept};
use theirs_people::{Believed, Held, Stage};

use super::UsedFor;
use crate::erase::ended;
use crate::tell::Informed;

/// One attribute of a person.
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each stands by itself on the page")]
pub struct Entry {
    /// Its column.
    pub column: String,
    /// Its key in the vocabulary of categories.
    pub category: String,
    /// What clients read, such as "Your email address".
    pub label: String,
    /// Which area of life it is about.
    #[serde(skip)]
    pub area: Area,
    /// What is believed.
    pub value: Option<String>,
    /// Who says so and since when.
    pub from: Option<Said>,
    /// Whether the person corrected it.
    pub corrected: bool,
    /// When the person had it deleted, if nothing was given since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Timestamp>,
    /// Since when it is used for nothing, as the person stopped its use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Timestamp>,
    /// Whether it is theirs to say what is right, so that a correction counts at once.
    #[serde(skip)]
    pub is_theirs_to_say: bool,
    /// Whether somebody has to have proven more to change it.
    #[serde(skip)]
    pub is_guarded: bool,
    /// How far a contest of it has come, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contested: Option<Contested>,
    /// What every source says, the most believed first.
    pub said: Vec<Said>,
    /// The purposes that use it of this person, and how exactly.
    pub used_for: Vec<Using>,
    /// The names of those who may be given it by these purposes.
    #[serde(skip)]
    pub may_go_to: Vec<String>,
    /// Who had a wrong value of it, and whether they were told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub informed: Vec<Informed>,
}

/// A purpose that uses a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Using {
    /// The purpose.
    pub purpose: String,
    /// How exactly, in words; empty for the value itself.
    pub how: String,
}

impl fmt::Display for Using {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.purpose.replace('_', " "))?;
        if self.how.is_empty() { Ok(()) } else { write!(f, " ({})", self.how) }
    }
}

impl Serialize for Using {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// What became of a value that somebody said is wrong.
#[derive(Debug, Serialize)]
pub struct Contested {
    /// Whether it is kept out of use.
    pub is_unused: bool,
    /// Whether it was found right, against the person's word.
    #[serde(skip)]
    pub is_refused: bool,
    /// In words, such as "was found right".
    pub stage: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Why, in the words of whoever said so.
    pub reason: Option<String>,
    /// What the person said is right, while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
}

/// What one source says.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The source's name, or `you`.
    pub source: String,
    /// What clients read for its name.
    pub called: String,
    /// Where that is from, in words.
    pub origin: &'static str,
    /// Whether the source is from outside.
    #[serde(skip)]
    pub outside: bool,
    /// How it was obtained.
    #[serde(skip)]
    pub obtained: Obtained,
    /// How the source got it, in a sentence.
    #[serde(skip)]
    pub acquired: String,
    /// How long it is kept, in words.
    #[serde(skip)]
    pub kept: String,
    /// The day before which it does not go by itself, if there is one.
    #[serde(skip)]
    pub kept_until: Option<Date>,
    /// Its value.
    pub value: String,
    /// Since when.
    pub since: Timestamp,
    /// How sure we are that this source's record is the person's, from 0 to 1.
    pub confidence: Option<f64>,
    /// Whether it may be used at all; outside data may not.
    pub admitted: bool,
}

pub(super) fn entry(
    charter: &Charter,
    known: &Believed,
    purposes: &[UsedFor],
    is_guarded: bool,
    sure: &dyn Fn(RecordId) -> Option<f64>,
) -> Entry {
    let column = known.attribute.column();
    let used = |purpose: &Purpose| {
        let grant = purpose.columns.iter().find(|grant| grant.column == column)?;
        Some(grant.coarseness.in_words())
    };
    let used_for = match known.current {
        Some(_) => active(
            purposes,
            charter.purposes_using(column).filter_map(|one| Some((one, used(one)?))),
        ),
        None => Vec::new(),
    };
    Entry {
        column: column.to_owned(),
        area: Area::of(&known.attribute.category.0),
        is_theirs_to_say: is_theirs(known),
        is_guarded,
        stopped: known.stopped.as_ref().map(|stopped| stopped.at),
        may_go_to: receivers(purposes, &used_for),
        category: known.attribute.category.0.clone(),
        label: category(&known.attribute.category.0)
            .map_or_else(String::new, |category| category.label.clone()),
        value: known.known().map(|value| value.content().to_owned()),
        from: known.known().map(|value| said(charter, value, true, sure)),
        corrected: known.corrected,
        deleted: known.deleted,
        contested: known.contest.as_ref().map(|contest| Contested {
            is_unused: contest.stage.forbids_use(),
            is_refused: contest.stage == Stage::Dismissed,
            stage: match contest.stage {
                Stage::Open => "waits for a decision",
                Stage::Upheld => "was found wrong",
                Stage::Dismissed => "was found right",
            },
            since: contest.at,
            reason: contest.reason.clone(),
            proposed: contest.proposed.clone(),
        }),
        said: known
            .held
            .iter()
            .map(|held| said(charter, &held.value, held.admitted, sure))
            .collect(),
        used_for,
        informed: Vec::new(),
    }
}

/// Whether it is the person's to say what an attribute is: by its kind, and as it is not known by an
/// estimate alone, of ours or of somebody outside.
pub(crate) fn is_theirs(known: &Believed) -> bool {
    let is_estimate = |held: &Held| {
        let from = held.value.provenance();
        from.kind.is_outside() || matches!(from.obtained, Obtained::Derived | Obtained::Inferred)
    };
    is_theirs_to_say(&known.attribute.category.0)
        && (known.corrected || known.held.is_empty() || !known.held.iter().all(is_estimate))
}

/// Those of some purposes, each with how exactly, that use this person's data now: what a purpose may
/// see of people in general, it does not see of everyone.
pub(super) fn active<'a>(
    purposes: &[UsedFor],
    some: impl Iterator<Item = (&'a Purpose, String)>,
) -> Vec<Using> {
    let is_active = |name: &str| purposes.iter().any(|used| used.active && used.name == name);
    some.filter(|(purpose, _)| is_active(&purpose.name))
        .map(|(purpose, how)| Using { purpose: purpose.name.clone(), how })
        .collect()
}

/// Who may be given what some purposes use.
pub(super) fn receivers(purposes: &[UsedFor], using: &[Using]) -> Vec<String> {
    let mut names: Vec<String> = purposes
        .iter()
        .filter(|used| using.iter().any(|one| one.purpose == used.name))
        .flat_map(|used| used.recipients.iter().cloned())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn said(
    charter: &Charter,
    value: &Value,
    admitted: bool,
    sure: &dyn Fn(RecordId) -> Option<f64>,
) -> Said {
    let from = value.provenance();
    let own = from.record.is_none();
    let source = charter.source(&from.source);
    Said {
        outside: from.kind.is_outside(),
        obtained: from.obtained,
        acquired: source.map_or_else(String::new, |source| source.acquired.clone()),
        kept: source.map_or_else(|| UNBOUNDED.to_owned(), |source| kept(charter, source)),
        kept_until: source.and_then(|source| ends(charter, source.keep?, from.since)),
        source: from.source.clone(),
        called: source.map_or_else(|| "You".into(), |source| source.called.clone()),
        origin: match source {
            _ if own => "you told us here",
            Some(source) => source.in_words(),
            None => from.kind.in_words(),
        },
        value: value.content().to_owned(),
        since: from.since,
        confidence: from.record.and_then(sure),
        admitted,
    }
}

/// The day on which a time that begins at an instant is over.
fn ends(charter: &Charter, keep: Retention, from: Timestamp) -> Option<Date> {
    let end = ended(keep, from, &charter.time_zone);
    (end < Timestamp::MAX).then(|| charter.day(end))
}
