//! What holds a clause back, worked out from the charter, the marks of the press test and what is on
//! record. Nothing here asks anybody: the same three always give the same answer.

use std::collections::BTreeSet;

use super::clause;
use super::on_record::{Marks, OnRecord, Turn};
use super::wider::wider;
use super::{Subject, SubjectKind, aim_of, asked_for};
use crate::charter::{Basis, Charter, Key, Purpose};
use crate::permit::Refusal;

/// Why a clause needs two keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It is a source from outside.
    Outside,
    /// It is a recipient that the first charter did not have so, or a purpose that it did not have.
    New,
    /// It is a purpose that does more than in the first charter: this.
    Wider(BTreeSet<String>),
    /// It is a purpose that the press test marks, for these reasons.
    Risky(BTreeSet<String>),
    /// It is a purpose that tests data from outside, and says how much they have to add.
    Trial,
}

impl Need {
    /// The need in words, after "because".
    pub fn in_words(&self) -> String {
        match self {
            Self::Outside => "its data come from outside".to_owned(),
            Self::Trial => "it tests data from outside, and says how much they must add".to_owned(),
            Self::New => "the first charter did not name it, or not so".to_owned(),
            Self::Risky(found) => format!("the press test marks it: {}", list(found)),
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
    /// Whether the people whom it concerns have to be told first, and were not.
    pub is_untold: bool,
}

impl Gate {
    /// The keys that are not turned yet. Two that one person turned count as one.
    pub fn missing(&self) -> Vec<Key> {
        if self.need.is_none() {
            return Vec::new();
        }
        let mut hands: BTreeSet<&str> = BTreeSet::new();
        let turned: Vec<Key> = self
            .turned
            .iter()
            .filter(|turn| hands.insert(&turn.principal))
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
        veto: record.veto(&subject).cloned(),
        is_untold: charter.purpose(&subject.name).is_some_and(|purpose| {
            subject.kind == SubjectKind::Purpose && is_untold(purpose, &subject, record)
        }),
        subject,
    };
    charter.subjects().into_iter().map(gate).collect()
}

fn need(charter: &Charter, subject: &Subject, marks: &Marks, record: &OnRecord) -> Option<Need> {
    match subject.kind {
        SubjectKind::Source => Some(Need::Outside),
        SubjectKind::Recipient => {
            let known = record.adopted.contains(&(subject.to_string(), subject.digest));
            (!known).then_some(Need::New)
        }
        SubjectKind::Purpose => {
            let risky = marks.of(&subject.name).cloned().map(Need::Risky);
            risky.or_else(|| purpose_need(charter, charter.purpose(&subject.name)?, record))
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
    let more = wider((first, was), (charter, purpose));
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
