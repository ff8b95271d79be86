//! The kinds of data that are held: where each is from, how long it is kept, what it is used for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use theirs_charter::{Basis, Charter, Holds, Meaning, Purpose, Source, category};
use theirs_words::Speech;

/// One kind of data that is held.
#[derive(Debug, Clone, Serialize)]
pub struct HeldKind {
    /// Its key in the vocabulary.
    pub key: String,
    /// What clients read.
    pub label: String,
    /// Its term in the Data Privacy Vocabulary.
    pub dpv: String,
    /// The law that protects it specially, if any (GDPR Art. 9 and 10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
    /// Where it is from, and how long it is kept there.
    pub from: Vec<Origin>,
    /// The purposes that may see it where it is not locked away, by their names.
    pub used_for: Vec<String>,
    /// Whether it is compared to find which records are one person's.
    pub joins: bool,
}

/// A source of a kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// What clients read for its name.
    pub called: String,
    /// Who stands behind it, in words.
    #[serde(rename = "origin")]
    pub kind: &'static str,
    /// How the data was got.
    pub acquired: String,
    /// How long it is kept, in words.
    pub kept: String,
    /// Whether it came from outside the relationship.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
    /// Whether it did and is locked away, so that no purpose sees it but one that tests it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
}

/// A source, as clients are told of it.
pub fn origin(charter: &Charter, source: &Source) -> Origin {
    Origin {
        called: source.called.clone(),
        kind: source.in_words(),
        acquired: source.acquired.clone(),
        kept: kept(charter, source),
        outside: source.kind.is_outside(),
        locked: !charter.admits(source),
    }
}

/// How long what has no end of its own is kept.
pub const UNBOUNDED: &str = "with no set end, until you have it erased";

/// How long what a source says is kept, in words.
pub fn kept(charter: &Charter, source: &Source) -> String {
    let since = match source.holds {
        Holds::Identity(_) => "after you last did something with us",
        Holds::Activity(_) => "after it happened",
    };
    let Some(own) = source.keep else { return UNBOUNDED.to_owned() };
    let duty = charter.purposes.iter().find(|purpose| {
        purpose.basis == Basis::LegalObligation
            && purpose.activities.iter().any(|grant| grant.source == source.name)
    });
    match duty {
        Some(duty) => format!("{own} {since}; what the law asks us to keep, {}", duty.keep),
        None => format!("{own} {since}"),
    }
}

/// Every kind that some source brings, in the order of the vocabulary's keys.
pub(super) fn held(charter: &Charter) -> Vec<HeldKind> {
    let mut found: BTreeMap<String, Vec<Origin>> = BTreeMap::new();
    for source in &charter.sources {
        let from = origin(charter, source);
        for key in categories(source) {
            let of = found.entry(key).or_default();
            if !of.contains(&from) {
                of.push(from.clone());
            }
        }
    }
    let uses = uses(charter);
    let compared: BTreeSet<String> =
        charter.compared().into_iter().map(|(attribute, ..)| attribute.category.0).collect();
    found
        .into_iter()
        .map(|(key, from)| {
            let term = category(&key);
            let used_for = uses.get(&key).cloned().unwrap_or_default();
            HeldKind {
                label: term.map_or_else(|| key.clone(), |term| term.label.clone()),
                dpv: term.map(|term| term.dpv.clone()).unwrap_or_default(),
                special: term.and_then(|term| term.special.clone()),
                from,
                used_for,
                joins: compared.contains(&key),
                key,
            }
        })
        .collect()
}

/// The categories of what a source brings.
pub(crate) fn categories(source: &Source) -> BTreeSet<String> {
    match &source.holds {
        Holds::Identity(identity) => identity
            .columns
            .iter()
            .map(|column| match &column.meaning {
                Meaning::Attribute(attribute) => attribute.category.0.clone(),
                Meaning::Consent(_) | Meaning::Objection(_) => "preference.consent".to_owned(),
            })
            .collect(),
        Holds::Activity(activity) => {
            let columns = activity.columns.iter().map(|column| &column.category);
            columns.chain([&activity.category]).filter(|key| !key.is_empty()).cloned().collect()
        }
    }
}

/// That a law protects a kind specially, in the language of `t`.
pub(crate) fn protected(label: &str, law: &str, t: &Speech) -> String {
    let name = if law.contains("GDPR Art 9") { "report-special" } else { "report-sensitive" };
    t.with_two(name, "kind", t.again(label), "law", t.again(law))
}

/// The columns of `person` that a source feeds.
pub(crate) fn columns(source: &Source) -> BTreeSet<String> {
    let Holds::Identity(identity) = &source.holds else { return BTreeSet::new() };
    let attributes = identity.columns.iter().filter_map(|column| match &column.meaning {
        Meaning::Attribute(attribute) => Some(attribute.column().to_owned()),
        Meaning::Consent(_) | Meaning::Objection(_) => None,
    });
    attributes.collect()
}

/// Whether a source says what people agree or object to.
pub(super) fn has_choice(source: &Source) -> bool {
    let Holds::Identity(identity) = &source.holds else { return false };
    identity.columns.iter().any(|column| !matches!(column.meaning, Meaning::Attribute(_)))
}

/// By category, the purposes that see something of it.
fn uses(charter: &Charter) -> BTreeMap<String, Vec<String>> {
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for purpose in &charter.purposes {
        for key in seen(charter, purpose) {
            uses.entry(key).or_default().push(purpose.name.clone());
        }
    }
    uses
}

/// The categories of everything that a purpose sees.
pub(crate) fn seen(charter: &Charter, purpose: &Purpose) -> BTreeSet<String> {
    let of_people = purpose.columns.iter().filter(|grant| purpose.shows(&grant.column));
    let of_people = of_people.filter_map(|grant| {
        charter.attribute(&grant.column).map(|(attribute, _)| attribute.category.0)
    });
    let of_activities = purpose.activities.iter().flat_map(|granted| {
        let found = charter.activities().find(|(source, _)| source.name == granted.source);
        let columns = found.map(|(_, activity)| activity.columns.as_slice()).unwrap_or_default();
        let is_granted = |name: &str| granted.columns.iter().any(|grant| grant.column == name);
        let seen = columns.iter().filter(move |column| is_granted(&column.name));
        seen.map(|column| column.category.clone())
    });
    of_people.chain(of_activities).filter(|key| !key.is_empty()).collect()
}
