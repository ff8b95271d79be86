//! What holds a clause back, worked out from the charter, the marks of the press test and what is on
//! record. Nothing here asks anybody: the same three always give the same answer.

use std::collections::BTreeSet;

use theirs_model::SourceKind;

use super::choice::{freed, voices};
use super::clause;
use super::feed::more_feeds;
use super::on_record::{Marks, OnRecord, Turn, as_person};
use super::past::{Outsider, is_one_place};
use super::receiver::otherwise;
use super::trust;
use super::wider::wider;
use super::{Subject, SubjectKind, aim_of, asked_for};
use crate::charter::{Basis, Charter, Key, Purpose, Role, Source};
use crate::permit::Refusal;

/// Why a clause needs two keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It is a source from outside.
    Outside,
    /// It is a source from inside that reads what a source from outside reads or read.
    Formerly {
        /// The name of that one.
        name: String,
        /// What the source counts as until it is approved.
        kind: SourceKind,
    },
    /// It is a role that lets its people do more than in the first charter, or whose key moved.
    Trust {
        /// This.
        more: BTreeSet<String>,
        /// What it lets them do until that is approved.
        until: Box<Role>,
    },
    /// It is a recipient or a purpose that the first charter did not have.
    New,
    /// It is a recipient that the first charter had otherwise, in these ways.
    Otherwise(BTreeSet<String>),
    /// It is a purpose that does more than in the first charter: this.
    Wider(BTreeSet<String>),
    /// It is a purpose that the press test marks.
    Risky {
        /// For these reasons.
        marks: BTreeSet<String>,
        /// What it does more than in the first charter, if that had it.
        more: BTreeSet<String>,
    },
    /// It is a purpose that tests data from outside, and says how much they have to add.
    Trial,
}

impl Need {
    /// The need in words, after "because".
    pub fn in_words(&self) -> String {
        match self {
            Self::Outside => "its data come from outside".to_owned(),
            Self::Formerly { name, .. } => {
                format!("it reads what {name} reads or read, and that came from outside")
            }
            Self::Trust { more, .. } => {
                format!("it was not so in the first charter: {}", list(more))
            }
            Self::Trial => "it tests data from outside, and says how much they must add".to_owned(),
            Self::New => "the first charter did not name it".to_owned(),
            Self::Otherwise(ways) => format!("the first charter had it otherwise: {}", list(ways)),
            Self::Risky { marks, more } if more.is_empty() => {
                format!("the press test marks it: {}", list(marks))
            }
            Self::Risky { marks, more } => format!(
                "the press test marks it: {}; and it does more than in the first charter: {}",
                list(marks),
                list(more)
            ),
            Self::Wider(more) => format!("it does more than in the first charter: {}", list(more)),
        }
    }
}

fn list(items: &BTreeSet<String>) -> String {
    items.iter().map(String::as_str).collect::<Vec<_>>().join("; ")
}

/// How a clause stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The clause.
    pub subject: Subject,
    /// Why it needs two keys, if it does.
    pub need: Option<Need>,
    /// Who has turned which key of it.
    pub turned: Vec<Turn>,
    /// The veto that stands against it.
    pub veto: Option<Turn>,
    /// The purposes that are gone, were vetoed, and did with the same data what this one does.
    pub vetoed_as: BTreeSet<String>,
    /// Whether the people whom it concerns have to be told first, and were not.
    pub is_untold: bool,
}

impl Gate {
    /// The keys that are not turned yet. Two that one person turned count as one, under names that are
    /// hardly two as well.
    pub fn missing(&self) -> Vec<Key> {
        if self.need.is_none() {
            return Vec::new();
        }
        let mut hands: BTreeSet<String> = BTreeSet::new();
        let turned: Vec<Key> = self
            .turned
            .iter()
            .filter(|turn| hands.insert(as_person(&turn.principal)))
            .map(|turn| turn.key)
            .collect();
        Key::TWO.into_iter().filter(|key| !turned.contains(key)).collect()
    }

    /// Whether nobody's word keeps it from acting.
    pub fn is_approved(&self) -> bool {
        self.veto.is_none() && self.missing().is_empty()
    }

    /// Whether it acts.
    pub fn is_open(&self) -> bool {
        self.is_approved() && !self.is_untold
    }

    /// Why it does not act, if it does not.
    pub fn refusal(&self) -> Option<Refusal> {
        let (name, subject) = (&self.subject.name, &self.subject);
        let missing = self.missing();
        let (because, change) = if self.veto.is_some() {
            let change =
                format!("its veto would have to be lifted (theirs veto {subject} --withdraw)");
            (format!("\"{name}\" is vetoed"), change)
        } else if !missing.is_empty() {
            let change = format!("theirs approve {subject} turns one; theirs pending says why");
            (format!("\"{name}\" waits for {}", of_keys(&missing)), change)
        } else if self.is_untold {
            let because = format!("\"{name}\" is new, and the people it concerns were not told");
            (because, format!("theirs inform {subject} tells them"))
        } else {
            return None;
        };
        Some(Refusal::new(&subject.clause(), because, change))
    }
}

/// Keys as a sentence names them.
fn of_keys(keys: &[Key]) -> String {
    match keys {
        [one] => format!("the key of {}", one.in_words()),
        several => {
            let names: Vec<&str> = several.iter().map(|key| key.in_words()).collect();
            format!("the keys of {}", names.join(" and of "))
        }
    }
}

/// How every clause stands that may need approval, in the order of [`Charter::subjects`].
pub fn gates(charter: &Charter, marks: &Marks, record: &OnRecord) -> Vec<Gate> {
    let gate = |subject: Subject| Gate {
        need: need(charter, &subject, marks, record),
        turned: record.turned(&subject).into_values().cloned().collect(),
        veto: record.veto(&subject, &former(charter, &subject, record)).cloned(),
        vetoed_as: vetoed_as(charter, &subject, record),
        is_untold: charter.purpose(&subject.name).is_some_and(|purpose| {
            subject.kind == SubjectKind::Purpose && is_untold(purpose, &subject, record)
        }),
        subject,
    };
    let subjects = charter.subjects().into_iter().chain(relabelled(charter, record));
    let subjects = subjects.chain(trust::subjects(record.first.as_deref(), charter));
    subjects.map(|subject| gate(as_heeding(charter, subject, record))).collect()
}

/// The sources from inside that read what a source from outside reads or read, but for those of the first
/// charter that read the same there.
fn relabelled(charter: &Charter, record: &OnRecord) -> Vec<Subject> {
    let inside = charter.sources.iter().filter(|source| !source.kind.is_outside());
    let is_known = |source: &Source| {
        let first = record.first.as_deref().and_then(|first| first.source(&source.name));
        first.is_some_and(|first| !first.kind.is_outside() && is_one_place(first, source))
    };
    let new = inside.filter(|source| !is_known(source));
    let relabelled = new.filter(|source| !record.past.read_by(source, charter).is_empty());
    let subject = |source: &Source| Subject {
        kind: SubjectKind::Source,
        name: source.name.clone(),
        digest: clause::source(source),
    };
    relabelled.map(subject).collect()
}

/// What a source was called before: the sources from outside that read what it reads.
fn former(charter: &Charter, subject: &Subject, record: &OnRecord) -> BTreeSet<String> {
    let names = formerly(charter, subject, record).into_iter();
    names.map(|one| format!("{}:{}", SubjectKind::Source.word(), one.name)).collect()
}

fn formerly(charter: &Charter, subject: &Subject, record: &OnRecord) -> BTreeSet<Outsider> {
    let source = charter.source(&subject.name);
    let source = source.filter(|_| subject.kind == SubjectKind::Source);
    source.map(|source| record.past.read_by(source, charter)).unwrap_or_default()
}

/// The purposes that were vetoed and are gone, whose veto a purpose would be rid of by its name.
fn vetoed_as(charter: &Charter, subject: &Subject, record: &OnRecord) -> BTreeSet<String> {
    let purpose = charter.purpose(&subject.name);
    let Some(purpose) = purpose.filter(|_| subject.kind == SubjectKind::Purpose) else {
        return BTreeSet::new();
    };
    let mut names = record.past.resembling(purpose);
    names.retain(|name| charter.purpose(name).is_none() && record.is_vetoed(name));
    names
}

/// A clause as it is approved. Where columns free people whom a charter before kept out of a purpose, each of
/// those columns counts in its digest, so that another one ends the approval; where none does, what was
/// approved before these columns counted stands. So does each column that feeds what it sees and did not in
/// the first charter, and so do the roles that may use a purpose which the first
/// charter did not have: its keys are turned for them.
fn as_heeding(charter: &Charter, subject: Subject, record: &OnRecord) -> Subject {
    let purpose = charter.purpose(&subject.name);
    let purpose = purpose.filter(|_| subject.kind == SubjectKind::Purpose);
    let (Some(first), Some(is)) = (record.first.as_deref(), purpose) else { return subject };
    let was = first.purpose(&is.name);
    let mut digest = subject.digest;
    if !freed((first, was.unwrap_or(is)), (charter, is), record.past.heard()).is_empty() {
        digest = clause::heeding(digest, &voices(charter, is));
    }
    let fed = more_feeds(first, charter, is);
    if !fed.is_empty() {
        digest = clause::fed(digest, &fed);
    }
    if was.is_none() {
        digest = clause::used(charter, &is.name, digest);
    }
    Subject { digest, ..subject }
}

fn need(charter: &Charter, subject: &Subject, marks: &Marks, record: &OnRecord) -> Option<Need> {
    match subject.kind {
        SubjectKind::Source => {
            if charter.source(&subject.name)?.kind.is_outside() {
                return Some(Need::Outside);
            }
            let one = formerly(charter, subject, record).into_iter().next()?;
            Some(Need::Formerly { name: one.name, kind: one.kind })
        }
        SubjectKind::Role => {
            let (more, until) = trust::more(record.first.as_deref()?, charter, &subject.name)?;
            Some(Need::Trust { more, until: Box::new(until) })
        }
        SubjectKind::Recipient => {
            let known = record.adopted.contains(&(subject.to_string(), subject.digest));
            if known {
                return None;
            }
            let is = charter.recipient(&subject.name)?;
            let ways = record.first.as_deref().and_then(|first| otherwise(first, charter, is));
            Some(ways.filter(|ways| !ways.is_empty()).map_or(Need::New, Need::Otherwise))
        }
        SubjectKind::Purpose => {
            let other = purpose_need(charter, charter.purpose(&subject.name)?, record);
            let Some(marks) = marks.of(&subject.name).cloned() else { return other };
            let more = match other {
                Some(Need::Wider(more)) => more,
                _ => BTreeSet::new(),
            };
            Some(Need::Risky { marks, more })
        }
    }
}

/// Why a purpose that no press test marks needs two keys: it tests data from outside, the first charter
/// did not have it, or it does more than it did there.
fn purpose_need(charter: &Charter, purpose: &Purpose, record: &OnRecord) -> Option<Need> {
    if purpose.tests().is_some() {
        return Some(Need::Trial);
    }
    let first = record.first.as_deref()?;
    let Some(was) = first.purpose(&purpose.name) else { return Some(Need::New) };
    let more = wider((first, was), (charter, purpose), record.past.heard());
    (!more.is_empty()).then_some(Need::Wider(more))
}

/// Whether a purpose is new, and the people whom it concerns were not told of it. Who is asked for
/// consent anew is told by being asked, and a legal obligation waits for nobody.
fn is_untold(purpose: &Purpose, subject: &Subject, record: &OnRecord) -> bool {
    let aim = clause::aim(purpose);
    if purpose.basis == Basis::LegalObligation
        || record.adopted.contains(&(aim_of(&purpose.name), aim))
        || record.told.contains(&(subject.to_string(), aim))
    {
        return false;
    }
    // Where nothing is on record, no topic is known to be new.
    let asked_anew = purpose.basis == Basis::Consent
        && !record.adopted.is_empty()
        && purpose.consent.as_deref().is_some_and(|topic| {
            !record.adopted.contains(&(asked_for(topic), clause::topic(topic)))
        });
    !asked_anew
}
