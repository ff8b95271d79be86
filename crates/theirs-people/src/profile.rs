//! What is believed of a person, and every source that says otherwise.
//!
//! The person's own correction outranks every source (GDPR Art. 16). Below it the charter's order
//! of sources decides, then the later statement, then the higher record number. Values from
//! outside sources are shown to the person but not believed until they are admitted, and after those
//! from inside then: they are quarantined. So are those of a record that is not surely this person's:
//! somebody else's would be used as theirs. A value that
//! is contested is not believed either, whoever gives it, until that is decided; one that the person
//! had deleted is not even held, until they give it anew. One whose use they stopped is believed, but
//! for nothing that is done here.

use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use theirs_charter::{Charter, IdentityColumn, Meaning, Source};
use theirs_model::{Attribute, ColumnType, Obtained, Provenance, RecordId, SourceKind, Value};
use theirs_store::{Act, ActKind, Record};

use crate::choice::Choices;
use crate::contest::{Contest, contest, stop};

/// One person as the charter reads their records.
#[derive(Debug)]
pub struct Profile {
    /// Each attribute that any record, correction or deletion speaks of, in the order of the charter.
    pub attributes: Vec<Believed>,
    /// What the person agreed to, objected to and put on hold.
    pub choices: Choices,
    /// The day of birth that is believed.
    pub born: Option<Date>,
}

impl Profile {
    /// What is known of the attribute of a column.
    pub fn attribute(&self, column: &str) -> Option<&Believed> {
        self.attributes.iter().find(|one| one.attribute.column() == column)
    }
}

/// What is known of one attribute.
#[derive(Debug)]
pub struct Believed {
    /// The attribute.
    pub attribute: Attribute,
    /// The type of its values.
    pub kind: ColumnType,
    /// The value that is believed and may be used; none if the person took it away, stopped its use,
    /// it is contested, or only outsiders have one.
    pub current: Option<Value>,
    /// Every value that any source gives, the most believed first.
    pub held: Vec<Held>,
    /// Whether the person corrected it.
    pub corrected: bool,
    /// What stands of a contest of it, if there was one.
    pub contest: Option<Contest>,
    /// When the person had it deleted, if nothing was given since.
    pub deleted: Option<Timestamp>,
    /// That the person stopped its use, if they did.
    pub stopped: Option<Stopped>,
}

/// That the use of a value is stopped.
#[derive(Debug)]
pub struct Stopped {
    /// Since when.
    pub at: Timestamp,
    /// What would be used.
    pub value: Option<Value>,
}

impl Believed {
    /// Whether it may not be used because it is contested, or its use is stopped.
    pub fn is_kept_out(&self) -> bool {
        let contest = self.contest.as_ref();
        self.stopped.is_some() || contest.is_some_and(|contest| contest.stage.forbids_use())
    }

    /// The value that is believed, whether it may be used or its use is stopped. It is for the person
    /// themselves: to be shown to them, and to reach them on their own page.
    pub fn known(&self) -> Option<&Value> {
        let stopped = self.stopped.as_ref().and_then(|stopped| stopped.value.as_ref());
        self.current.as_ref().or(stopped)
    }
}

/// A value as one source gives it.
#[derive(Debug)]
pub struct Held {
    /// The value.
    pub value: Value,
    /// Whether it may be believed: data from outside only while their source is admitted, and only what
    /// is surely the person's.
    pub admitted: bool,
    /// Whether it is how to reach them, of a record that came later than its source's first: whoever signs
    /// up in somebody's name brings an address of their own. It is believed after all others.
    pub is_later: bool,
}

/// Reads one person's records and acts under the charter.
pub fn profile(charter: &Charter, records: &[Record], acts: &[Act]) -> Profile {
    let acts = standing(acts);
    let attributes: Vec<Believed> = charter
        .attributes()
        .into_iter()
        .filter_map(|(attribute, kind)| believed(charter, attribute, kind, records, &acts))
        .collect();
    let birth_date = charter.birth_date();
    let born = attributes.iter().find(|known| Some(&known.attribute) == birth_date.as_ref());
    let born = born.and_then(|known| known.current.as_ref()?.content().parse().ok());
    Profile { attributes, choices: Choices::read(charter, records, &acts), born }
}

/// Whether a source that is not from outside speaks of somebody. Whom only outsiders speak of is
/// nobody's client: no purpose sees them, not even as a number.
pub fn is_known_inside(charter: &Charter, records: &[Record]) -> bool {
    records.iter().any(|record| {
        let source = charter.source(&record.source);
        record.is_sure && source.is_some_and(|source| !source.kind.is_outside())
    })
}

/// Whether any source speaks of somebody that is neither from outside nor open to whoever may make
/// things up.
pub(crate) fn is_proven(charter: &Charter, records: &[Record]) -> bool {
    let is_proven = |source: &Source| !source.kind.is_outside() && !source.is_unproven();
    let is_surely =
        |record: &Record| record.is_sure && charter.source(&record.source).is_some_and(is_proven);
    records.iter().any(is_surely)
}

/// Whether a value that anybody may have sent from a browser may be used: of somebody who is known by
/// no better source, and never to reach them, or others in their name.
fn may_be_made_up(source: &Source, attribute: &Attribute, is_known: bool) -> bool {
    source.is_unproven() && (is_known || attribute.category.0.starts_with("contact."))
}

/// The acts that still count: a later act supersedes an earlier one of the same kind and topic,
/// unless the two were made by people who were only later found to be one.
///
/// What supersedes one that supersedes a third supersedes that too, so that each is held against
/// those alone that stand: somebody who changes their mind thousands of times holds up nobody.
pub fn standing(acts: &[Act]) -> Vec<&Act> {
    let supersedes = |later: &Act, earlier: &Act| {
        later.kind == earlier.kind && later.topic == earlier.topic && follows(later, earlier)
    };
    let mut order: Vec<usize> = (0..acts.len()).collect();
    order.sort_by_key(|at| Reverse(acts[*at].sequence));
    let mut stand: Vec<usize> = Vec::new();
    for at in order {
        if !stand.iter().any(|other| supersedes(&acts[*other], &acts[at])) {
            stand.push(at);
        }
    }
    stand.sort_unstable();
    stand.into_iter().map(|at| &acts[at]).collect()
}

/// Whether an act was made by the same person after another; those of two people who were only
/// later found to be one do not follow each other.
pub(crate) fn follows(later: &Act, earlier: &Act) -> bool {
    later.sequence > earlier.sequence
        && (later.anchor == earlier.anchor || later.sequence > earlier.anchored.max(later.anchored))
}

fn believed(
    charter: &Charter,
    attribute: Attribute,
    kind: ColumnType,
    records: &[Record],
    acts: &[&Act],
) -> Option<Believed> {
    let mut held: Vec<Held> = Vec::new();
    let is_known = is_proven(charter, records);
    let says_how_to_reach = attribute.category.0.starts_with("contact.");
    for record in records {
        held.extend(values_of(charter, &attribute, record, is_known));
    }
    held.sort_by_cached_key(|one| {
        let from = one.value.provenance();
        let rank = charter.rank(&attribute, &from.source);
        let is_outside = from.kind.is_outside();
        // What anybody may have sent from a browser is believed after all that is proven; so is how to
        // reach somebody where anybody can sign up in their name.
        let source = charter.source(&from.source);
        let is_unproven = source.is_some_and(Source::is_unproven);
        let is_open = says_how_to_reach && source.is_some_and(Source::is_open_to_all);
        let last = (is_outside, is_unproven, is_open, one.is_later);
        (!one.admitted, last, rank, Reverse(from.since), Reverse(from.record))
    });
    let column = attribute.column();
    let deletion = deletion(column, acts);
    if let Some(act) = deletion {
        held.retain(|one| is_given_since(charter, &one.value, act));
        if held.is_empty() {
            return Some(gone(attribute, kind, act.at));
        }
    }
    let corrections = acts.iter().filter(|a| a.kind == ActKind::Correction && a.topic == column);
    let correction = corrections
        .filter(|act| deletion.is_none_or(|deletion| follows(act, deletion)))
        .max_by_key(|act| act.sequence);
    if held.is_empty() && correction.is_none() {
        return None;
    }
    let contest = contest(column, acts);
    let current = match correction {
        _ if contest.as_ref().is_some_and(|contest| contest.stage.forbids_use()) => None,
        Some(act) => act.content.clone().map(|content| Value::new(content, own_word(act))),
        None => held.first().filter(|one| one.admitted).map(|one| one.value.clone()),
    };
    let corrected = correction.is_some();
    let (current, stopped) = match stop(column, acts) {
        Some(at) => (None, Some(Stopped { at, value: current })),
        None => (current, None),
    };
    Some(Believed { attribute, kind, current, held, corrected, contest, deleted: None, stopped })
}

/// What stands of deletions of a column: none if the person said since what the value is. On merging
/// the deletion wins, as every refusal does.
fn deletion<'a>(column: &str, acts: &[&'a Act]) -> Option<&'a Act> {
    let is_lifted = |deletion: &Act| {
        acts.iter().any(|act| {
            act.kind == ActKind::Correction
                && act.topic == column
                && act.content.is_some()
                && follows(act, deletion)
        })
    };
    let of_column = acts.iter().filter(|act| act.kind == ActKind::Deletion && act.topic == column);
    of_column.filter(|act| !is_lifted(act)).max_by_key(|act| act.at).copied()
}

/// Whether the person gave a value themselves after they had it deleted; what a page sent may be
/// somebody else's.
fn is_given_since(charter: &Charter, value: &Value, deletion: &Act) -> bool {
    let from = value.provenance();
    charter.source(&from.source).is_some_and(Source::is_own_word) && from.since > deletion.at
}

fn gone(attribute: Attribute, kind: ColumnType, at: Timestamp) -> Believed {
    Believed {
        attribute,
        kind,
        current: None,
        held: Vec::new(),
        corrected: false,
        contest: None,
        deleted: Some(at),
        stopped: None,
    }
}

/// The values that one record gives an attribute.
fn values_of<'r>(
    charter: &'r Charter,
    attribute: &'r Attribute,
    record: &'r Record,
    is_known: bool,
) -> impl Iterator<Item = Held> + 'r {
    let source = charter.identities().find(|(source, _)| source.name == record.source);
    source.into_iter().flat_map(move |(source, identity)| {
        let gives = move |column: &&IdentityColumn| {
            matches!(&column.meaning, Meaning::Attribute(given) if given == attribute)
        };
        identity.columns.iter().filter(gives).filter_map(move |column| {
            let content = record.columns.get(&column.name)?.clone();
            let provenance = Provenance {
                source: source.name.clone(),
                kind: source.kind,
                record: Some(record.id),
                obtained: column.obtained,
                since: record.since,
            };
            let admitted = record.is_sure
                && charter.admits(source)
                && !may_be_made_up(source, attribute, is_known);
            let is_later = record.is_later && attribute.category.0.starts_with("contact.");
            Some(Held { value: Value::new(content, provenance), admitted, is_later })
        })
    })
}

fn own_word(act: &Act) -> Provenance {
    Provenance {
        source: "you".to_owned(),
        kind: SourceKind::Subject,
        record: None::<RecordId>,
        obtained: Obtained::Stated,
        since: act.at,
    }
}

#[cfg(test)]
mod tests;
