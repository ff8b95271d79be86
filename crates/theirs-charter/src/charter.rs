//! The charter as types: every name in it resolves to something else in it, or to the vocabulary.

mod choice;
mod collect;
mod feeder;
mod linkage;
mod party;
mod pull;
mod purpose;
mod source;
mod translation;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ring::digest::{Context, SHA256};
use theirs_model::{Attribute, ColumnType, Digest};
use theirs_words::Language;

pub use self::choice::Voice;
pub use self::collect::{Call, Collect};
pub use self::feeder::Feeder;
pub(crate) use self::linkage::comparable;
pub use self::linkage::{
    BlockingPart, BlockingRule, Compared, Comparison, Fixed, Linkage, Measure, PartOf,
    is_hashed_address,
};
pub use self::party::{
    Brand, Controller, Key, Law, Limits, Recipient, Role, SupervisoryAuthority, Tell, country_name,
};
pub use self::pull::{Deletes, Every, NextPage, Pull, SchemaChange, Web};
pub use self::purpose::{
    ActivityGrant, Basis, Decide, Grant, Margin, Output, Purpose, Retention, Trial,
};
pub use self::source::{
    Activity, ActivityColumn, Evidence, Holds, Identity, IdentityColumn, Meaning, PersonReference,
    Source, Survivorship, UnknownPerson,
};
pub use self::translation::Translation;

/// The promise: what is held, from where, for which purposes, for whom and how long.
#[derive(Debug, Clone)]
pub struct Charter {
    /// SHA-256 of the text, by which every version is kept and every ledger entry refers to it.
    pub digest: Digest,
    /// The bytes as they were written.
    pub text: String,
    /// The controller's time zone, in which ages, months and periods are counted.
    pub time_zone: TimeZone,
    /// The language of its sentences.
    pub language: Language,
    /// What columns, activities, topics and purposes are called in it, where that is said.
    pub names: Arc<BTreeMap<String, String>>,
    /// The same sentences in other languages.
    pub translations: Vec<Translation>,
    /// Who answers for the data.
    pub controller: Controller,
    /// How its pages look.
    pub brand: Brand,
    /// Where data comes from, in the order of the text.
    pub sources: Vec<Source>,
    /// Which source is believed.
    pub survivorship: Survivorship,
    /// How records are joined.
    pub linkage: Linkage,
    /// Who may be given data.
    pub recipients: Vec<Recipient>,
    /// What data may be used for.
    pub purposes: Vec<Purpose>,
    /// Who may use which purposes.
    pub roles: Vec<Role>,
    /// The sources from outside whose data may be used now; see [`crate::Admission`].
    pub admitted: BTreeSet<String>,
}

impl Charter {
    /// The day of a moment in the controller's calendar.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.time_zone.clone()).date()
    }

    /// The source with this name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// Whether the rows of an activity may come with records of another source: of the one that it
    /// names, or, of events, of any that knows people of the same stream.
    pub fn may_be_of(&self, activity: &str, people: &str) -> bool {
        let Some(source) = self.source(activity) else { return false };
        let Holds::Activity(of) = &source.holds else { return false };
        let stream = |source: &Source| Some(source.collect.as_ref()?.stream.clone());
        let same_stream = || {
            let own = stream(source);
            own.is_some() && self.source(people).and_then(stream) == own
        };
        of.person.source == people || same_stream()
    }

    /// Whether the data of a source may be used: those from outside only once they are admitted.
    pub fn admits(&self, source: &Source) -> bool {
        !source.kind.is_outside() || self.admitted.contains(&source.name)
    }

    /// The purpose that tests whether a source from outside is needed, if there is one.
    pub fn trial_of(&self, source: &str) -> Option<(&Purpose, &Trial)> {
        let mut trials =
            self.purposes.iter().filter_map(|purpose| Some((purpose, purpose.tests()?)));
        trials.find(|(_, trial)| trial.source == source)
    }

    /// What its answers depend on: the text alone, until something from outside is admitted.
    pub fn acting(&self) -> Digest {
        if self.admitted.is_empty() {
            return self.digest;
        }
        let mut hash = Context::new(&SHA256);
        hash.update(&self.digest.0);
        for name in &self.admitted {
            hash.update(&(name.len() as u64).to_be_bytes());
            hash.update(name.as_bytes());
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.finish().as_ref());
        Digest(bytes)
    }

    /// The purpose with this name.
    pub fn purpose(&self, name: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.name == name)
    }

    /// The role with this name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// The recipient with this key.
    pub fn recipient(&self, key: &str) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.key == key)
    }

    /// The sources whose rows say who somebody is.
    pub fn identities(&self) -> impl Iterator<Item = (&Source, &Identity)> {
        self.sources.iter().filter_map(|source| match &source.holds {
            Holds::Identity(identity) => Some((source, identity)),
            Holds::Activity(_) => None,
        })
    }

    /// The sources whose rows tell what happened.
    pub fn activities(&self) -> impl Iterator<Item = (&Source, &Activity)> {
        self.sources.iter().filter_map(|source| match &source.holds {
            Holds::Activity(activity) => Some((source, activity)),
            Holds::Identity(_) => None,
        })
    }

    /// Every attribute that some source feeds, with its type, in the order of the text.
    pub fn attributes(&self) -> Vec<(Attribute, ColumnType)> {
        let mut list: Vec<(Attribute, ColumnType)> = Vec::new();
        for (_, identity) in self.identities() {
            for column in &identity.columns {
                let Meaning::Attribute(attribute) = &column.meaning else { continue };
                if !list.iter().any(|(known, _)| known == attribute) {
                    list.push((attribute.clone(), column.kind));
                }
            }
        }
        list
    }

    /// The attribute that stands in this column of `person`, with its type.
    pub fn attribute(&self, column: &str) -> Option<(Attribute, ColumnType)> {
        self.attributes().into_iter().find(|(attribute, _)| attribute.column() == column)
    }

    /// The attribute that says when people were born, if some source gives it as a date.
    pub fn birth_date(&self) -> Option<Attribute> {
        let mut all = self.attributes().into_iter();
        all.find(|(attribute, kind)| is_birth_date(attribute, *kind)).map(|found| found.0)
    }

    /// What linkage compares, with how many values a record may have of each, in the order of the
    /// text.
    pub fn compared(&self) -> Vec<(Attribute, Compared, usize)> {
        let is_left_out = |attribute: &Attribute| {
            self.linkage.leave_out.iter().any(|column| column == attribute.column())
        };
        let all = comparable(&self.sources).into_iter();
        all.filter(|(attribute, ..)| !is_left_out(attribute)).collect()
    }

    /// How far a source is believed for an attribute: zero is most.
    pub fn rank(&self, attribute: &Attribute, source: &str) -> usize {
        let exact = attribute.to_string();
        let order = &self.survivorship.order;
        let list = order
            .iter()
            .find(|(key, _)| *key == exact)
            .or_else(|| order.iter().find(|(key, _)| *key == attribute.category.0));
        list.and_then(|(_, sources)| sources.iter().position(|name| name == source))
            .unwrap_or(usize::MAX)
    }

    /// The purposes whose use of this column a person should know of.
    pub fn purposes_using(&self, column: &str) -> impl Iterator<Item = &Purpose> {
        self.purposes.iter().filter(move |p| p.columns.iter().any(|g| g.column == column))
    }
}

/// Whether an attribute of this type says on which day somebody was born.
pub(crate) fn is_birth_date(attribute: &Attribute, kind: ColumnType) -> bool {
    kind == ColumnType::Date && *attribute == Attribute::new("demo.birthdate", None)
}
