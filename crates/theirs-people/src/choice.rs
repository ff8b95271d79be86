//! What a person agreed and objected to, and which purposes that takes them out of.
//!
//! The person's own act outranks imports; among imports the latest stated time wins and ties
//! refuse; where the acts of two people who turned out to be one differ, the refusal wins.

use std::collections::BTreeMap;

use jiff::Timestamp;
use theirs_charter::{Charter, Clause, Meaning, Purpose};
use theirs_store::{Act, ActKind, Record};

/// What a person agreed and objected to, by topic.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Consents given and refused.
    pub consents: BTreeMap<String, Stated>,
    /// Objections made and taken back.
    pub objections: BTreeMap<String, Stated>,
}

/// What was said on one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Whether the person said yes.
    pub yes: bool,
    /// When.
    pub at: Timestamp,
    /// The source that says so, or `you`.
    pub source: String,
}

/// Why a purpose leaves a person out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exclusion {
    /// The person never said yes to its topic.
    NoConsent,
    /// The person said no to its topic.
    ConsentRefused,
    /// The person objected.
    Objected,
}

impl Exclusion {
    /// The clause of the charter that leaves the person out.
    pub fn clause(&self, purpose: &Purpose) -> Clause {
        let field = match self {
            Self::NoConsent | Self::ConsentRefused => "consent",
            Self::Objected => "may_object",
        };
        Clause(format!("purposes.{}.{field}", purpose.name))
    }

    /// The words for a colleague.
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::NoConsent => "never said yes",
            Self::ConsentRefused => "said no",
            Self::Objected => "objected",
        }
    }
}

impl Choices {
    pub(crate) fn read(charter: &Charter, records: &[Record], acts: &[&Act]) -> Self {
        let mut choices = Self::default();
        for record in records {
            choices.import(charter, record);
        }
        for kind in [ActKind::Consent, ActKind::Objection] {
            choices.act(kind, acts);
        }
        choices
    }

    fn import(&mut self, charter: &Charter, record: &Record) {
        let Some((source, identity)) =
            charter.identities().find(|(source, _)| source.name == record.source)
        else {
            return;
        };
        for column in &identity.columns {
            let (topics, topic, refusal) = match &column.meaning {
                Meaning::Consent(topic) => (&mut self.consents, topic, false),
                Meaning::Objection(topic) => (&mut self.objections, topic, true),
                Meaning::Attribute(_) => continue,
            };
            let Some(said) = record.columns.get(&column.name) else { continue };
            let yes = said == "true";
            // An outside source may refuse for a person, but never agree.
            if source.kind.is_outside() && yes != refusal {
                continue;
            }
            let stated = Stated { yes, at: record.since, source: source.name.clone() };
            match topics.get(topic) {
                Some(known) if known.at > stated.at => {}
                Some(known) if known.at == stated.at && known.yes == refusal => {}
                _ => {
                    topics.insert(topic.clone(), stated);
                }
            }
        }
    }

    /// Lays the person's own acts over what was imported.
    fn act(&mut self, kind: ActKind, acts: &[&Act]) {
        let (topics, refusal) = match kind {
            ActKind::Objection => (&mut self.objections, true),
            _ => (&mut self.consents, false),
        };
        let mut own: BTreeMap<String, Stated> = BTreeMap::new();
        for act in acts.iter().filter(|act| act.kind == kind) {
            let yes = act.content.as_deref() == Some("yes");
            let stated = Stated { yes, at: act.at, source: "you".to_owned() };
            let known = own.entry(act.topic.clone()).or_insert_with(|| stated.clone());
            if yes == refusal {
                *known = stated;
            }
        }
        topics.extend(own);
    }

    fn agreed(&self, topic: &str) -> Result<(), Exclusion> {
        match self.consents.get(topic) {
            Some(stated) if stated.yes => Ok(()),
            Some(_) => Err(Exclusion::ConsentRefused),
            None => Err(Exclusion::NoConsent),
        }
    }
}

/// Why a purpose leaves out a person who chose so, if it does.
///
/// An objection to `marketing` stops every purpose of direct marketing and its profiling
/// (GDPR Art. 21(2) and (3)); one to `all`, or to a purpose by its name, stops what may be objected to.
pub fn exclusion(purpose: &Purpose, choices: &Choices) -> Option<Exclusion> {
    let objected = choices
        .objections
        .iter()
        .filter(|(_, stated)| stated.yes)
        .any(|(topic, _)| concerns(topic, purpose));
    if objected {
        return Some(Exclusion::Objected);
    }
    purpose.consent.as_deref().and_then(|topic| choices.agreed(topic).err())
}

fn concerns(topic: &str, purpose: &Purpose) -> bool {
    let marketing = ["marketing.", "advertise.", "personalise."];
    purpose.may_object
        && match topic {
            "all" => true,
            "marketing" => marketing.iter().any(|family| purpose.category.starts_with(family)),
            name => name == purpose.name,
        }
}

#[cfg(test)]
mod tests;
