//! What a person agreed to, objected to and put on hold.
//!
//! The person's own act outranks imports; among imports the latest stated time wins and ties
//! refuse; where the acts of two people who turned out to be one differ, the refusal wins.

use std::collections::BTreeMap;

use jiff::Timestamp;
use theirs_charter::{Charter, IdentityColumn, Meaning, Source};
use theirs_store::{Act, ActKind, Record};

use crate::profile::is_proven;

/// What a person agreed to, objected to and put on hold, by topic.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Consents given and refused.
    pub consents: BTreeMap<String, Stated>,
    /// Objections made and taken back.
    pub objections: BTreeMap<String, Stated>,
    /// Restrictions made and lifted (GDPR Art. 18): of `all`, of one purpose, or of the use of one
    /// column (see [`crate::stop_of`]).
    pub restrictions: BTreeMap<String, Stated>,
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

impl Choices {
    /// Whether the person objects to just this topic.
    pub fn objects(&self, topic: &str) -> bool {
        self.objections.get(topic).is_some_and(|stated| stated.yes)
    }

    /// Whether the person put just this topic on hold, or stopped the use of its column.
    pub fn restricts(&self, topic: &str) -> bool {
        self.restrictions.get(topic).is_some_and(|stated| stated.yes)
    }

    pub(crate) fn read(charter: &Charter, records: &[Record], acts: &[&Act]) -> Self {
        let mut choices = Self::default();
        let is_known = is_proven(charter, records);
        for record in records {
            choices.import(charter, record, is_known);
        }
        for kind in [ActKind::Consent, ActKind::Objection, ActKind::Restriction] {
            choices.act(kind, acts);
        }
        choices
    }

    fn import(&mut self, charter: &Charter, record: &Record, is_known: bool) {
        let Some((source, identity)) =
            charter.identities().find(|(source, _)| source.name == record.source)
        else {
            return;
        };
        // What a browser chose goes with whoever signed in there.
        let stream = |source: &Source| Some(source.collect.as_ref()?.stream.clone());
        let same_stream = |other: &Source| {
            other.name != source.name && stream(other).is_some() && stream(other) == stream(source)
        };
        let others = charter.identities().filter(|(other, _)| same_stream(other));
        let others = others.flat_map(|(_, other)| &other.columns);
        let others: Vec<&IdentityColumn> =
            others.filter(|column| column.attribute().is_none()).collect();
        for column in identity.columns.iter().chain(others) {
            let (topics, topic, refusal) = match &column.meaning {
                Meaning::Consent(topic) => (&mut self.consents, topic, false),
                Meaning::Objection(topic) => (&mut self.objections, topic, true),
                Meaning::Attribute(_) => continue,
            };
            let Some(said) = record.columns.get(&column.name) else { continue };
            let yes = said == "true";
            // An outside source may refuse for a person, but never agree; nor may a browser for
            // somebody whom a better source knows, nor a record that may be somebody else's.
            let is_others = source.kind.is_outside() || (source.is_unproven() && is_known);
            let may_refuse_only = is_others || !record.is_sure;
            if may_refuse_only && yes != refusal {
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
            ActKind::Restriction => (&mut self.restrictions, true),
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
}

#[cfg(test)]
mod tests;
