//! What does not act before two people have approved it, one of IT and one of marketing.
//!
//! A **subject** is one clause of the charter: a source from outside, or of what was read as one, a
//! recipient, a purpose, or a role. What is approved is its digest, which covers that clause as it acts
//! and nothing else: an unrelated edit of the charter leaves an approval as it is, and any change of the
//! clause ends it. The price is that a sentence to clients, put better, has to be approved again too.

mod choice;
mod clause;
mod feed;
mod gate;
mod on_record;
mod past;
mod receiver;
mod trust;
mod wider;

use std::fmt;

use theirs_model::{Digest, nearest};

use crate::charter::{Charter, Role};
use crate::problem::quoted;

pub use self::gate::{Gate, Need, gates};
pub use self::on_record::{Marks, OnRecord, Turn, Turning, as_person};
pub use self::past::Past;

/// What kind of clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// A source from outside.
    Source,
    /// A recipient.
    Recipient,
    /// A purpose.
    Purpose,
    /// A role, by what it lets its people do.
    Role,
}

impl SubjectKind {
    /// Every kind with its word on the command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("source", Self::Source),
        ("recipient", Self::Recipient),
        ("purpose", Self::Purpose),
        ("role", Self::Role),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }
}

/// A clause that may need approval, as it acts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// What kind of clause.
    pub kind: SubjectKind,
    /// Its name in the charter.
    pub name: String,
    /// SHA-256 over the clause as it acts.
    pub digest: Digest,
}

impl Subject {
    /// Its place in the charter, such as `purposes.birthday_offer`.
    pub fn clause(&self) -> String {
        format!("{}s.{}", self.kind.word(), self.name)
    }
}

/// As on the command line: `purpose:birthday_offer`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.word(), self.name)
    }
}

/// There is no such subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the charter in force has no {}{hint}", quoted(given))]
pub struct UnknownSubject {
    given: String,
    hint: String,
}

impl UnknownSubject {
    pub(crate) fn new<'g>(given: &str, known: impl Iterator<Item = &'g Subject>) -> Self {
        let known: Vec<String> = known.map(Subject::to_string).collect();
        let hint = match nearest(given, known.iter().map(String::as_str)) {
            Some(name) => format!("; did you mean \"{name}\"?"),
            None => format!("; write KIND:NAME, and it has {}", known.join(", ")),
        };
        Self { given: given.to_owned(), hint }
    }
}

impl Charter {
    /// Every clause that may need approval whatever the charters before said: sources from outside,
    /// recipients, purposes, each in the order of the text. The first charter of a folder is known by them,
    /// so that none may be added here.
    pub fn subjects(&self) -> Vec<Subject> {
        let outside = self.sources.iter().filter(|source| source.kind.is_outside());
        let sources = outside.map(|source| Subject {
            kind: SubjectKind::Source,
            name: source.name.clone(),
            digest: clause::source(source),
        });
        let recipients = self.recipients.iter().map(|recipient| Subject {
            kind: SubjectKind::Recipient,
            name: recipient.key.clone(),
            digest: clause::recipient(self, recipient),
        });
        let purposes = self.purposes.iter().map(|purpose| Subject {
            kind: SubjectKind::Purpose,
            name: purpose.name.clone(),
            digest: clause::purpose(self, purpose),
        });
        sources.chain(recipients).chain(purposes).collect()
    }

    /// How a clause is written here, if it is: what it says, and of a purpose the columns that say for
    /// people whether it may see them, those that feed what it sees, and the roles that may use it.
    pub fn written(&self, subject: &Subject) -> Option<Digest> {
        match subject.kind {
            SubjectKind::Role => {
                return Some(clause::role(&subject.name, self.role(&subject.name)));
            }
            SubjectKind::Source => return self.source(&subject.name).map(clause::source),
            SubjectKind::Recipient | SubjectKind::Purpose => {}
        }
        let mut all = self.subjects().into_iter();
        let found = all.find(|one| one.kind == subject.kind && one.name == subject.name)?;
        Some(match (found.kind, self.purpose(&found.name)) {
            (SubjectKind::Purpose, Some(purpose)) => {
                let heeding = clause::heeding(found.digest, &choice::voices(self, purpose));
                let fed = clause::fed(heeding, &feed::feeds(self, purpose));
                clause::used(self, &purpose.name, fed)
            }
            _ => found.digest,
        })
    }

    /// What people have to be told of before it starts: of a source from outside its clause; of a
    /// purpose what it is for, since they are told anew only of another purpose (GDPR Art. 13(3)),
    /// not of a sentence put better.
    pub fn announced(&self, subject: &Subject) -> Digest {
        match (subject.kind, self.purpose(&subject.name)) {
            (SubjectKind::Purpose, Some(purpose)) => clause::aim(purpose),
            _ => subject.digest,
        }
    }

    /// The same charter as it acts while these clauses wait: a source of what was read as data from
    /// outside is from outside still, and a role lets its people do no more than it did.
    #[must_use]
    pub(crate) fn waiting_for(&self, gates: &[Gate]) -> Self {
        let mut acting = self.clone();
        for gate in gates.iter().filter(|gate| !gate.is_approved()) {
            let name = &gate.subject.name;
            match &gate.need {
                Some(Need::Formerly { kind, .. }) => {
                    let mut sources = acting.sources.iter_mut();
                    if let Some(source) = sources.find(|source| source.name == *name) {
                        source.kind = *kind;
                    }
                }
                Some(Need::Trust { until, .. }) => {
                    let role = Role::clone(until);
                    match acting.roles.iter().position(|role| role.name == *name) {
                        Some(at) => acting.roles[at] = role,
                        None => acting.roles.push(role),
                    }
                }
                _ => {}
            }
        }
        acting
    }

    /// What the first charter of a folder brings with it as known: its clauses, what its purposes
    /// are for, and what its clients were asked for consent to.
    pub fn adopted(&self) -> Vec<(String, Digest)> {
        let subjects = self.subjects().into_iter().map(|one| (one.to_string(), one.digest));
        let aims =
            self.purposes.iter().map(|purpose| (aim_of(&purpose.name), clause::aim(purpose)));
        let topics = self.purposes.iter().filter_map(|purpose| purpose.consent.as_deref());
        let topics = topics.map(|topic| (asked_for(topic), clause::topic(topic)));
        let mut all: Vec<(String, Digest)> = subjects.chain(aims).chain(topics).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// What a purpose is for, as something that is on record as known.
fn aim_of(purpose: &str) -> String {
    format!("aim:{purpose}")
}

/// A topic of consent, as something that is on record as known.
fn asked_for(topic: &str) -> String {
    format!("consent:{topic}")
}

#[cfg(test)]
mod tests;
