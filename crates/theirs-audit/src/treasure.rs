//! Unused treasure: what the shop knows from its own dealings and no purpose uses yet.
//!
//! A marketer who was just told what to stop is told here what to begin: harmless columns inside the
//! relationship with the campaigns that they might serve, and for each bought column what the shop's
//! own sources say of the same.

use std::collections::BTreeMap;

use serde::Serialize;
use theirs_charter::{Charter, Holds, Outline, Source};

use crate::done::Done;
use crate::finding::Finding;
use crate::flow::said::given_away;
use crate::practice::{is_of_devices, unused_columns};
use crate::rule::is_risky;

/// Something inside that is unused, or could stand for something outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Treasure {
    /// The source it lies in.
    pub source: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// What it is, in words.
    pub what: &'static str,
    /// What it might serve.
    pub serves: Vec<&'static str>,
    /// The bought columns that it could stand for, if that is what it is here for.
    pub instead_of: Vec<String>,
    /// How many records or rows there are, where somebody counted.
    pub held: Option<u64>,
    /// Of how many people each column says something, where somebody counted.
    pub says_of: BTreeMap<String, u64>,
    /// How many people are known.
    pub people: Option<u64>,
    /// How many the bought source has.
    pub held_outside: Option<u64>,
    /// The line of the charter.
    pub line: Option<usize>,
}

/// What might serve whom: a category and ideas that people accept, the most welcome first.
const IDEAS: [(&str, &[&str]); 13] = [
    (
        "behaviour.browsing_own",
        &[
            "a reminder of what somebody left in the cart, once and by a letter they asked for",
            "suggestions from the pages that people look at while signed in",
            "a word when something they looked at is there again or costs less",
        ],
    ),
    (
        "behaviour.engagement",
        &[
            "writing at the hour at which somebody reads, and less often to who does not",
            "asking those who stopped reading whether they still want letters",
        ],
    ),
    (
        "behaviour.service",
        &[
            "asking once, after an answer, whether it helped",
            "leaving people with an open complaint out of offers until it is answered",
        ],
    ),
    (
        "behaviour.location_store",
        &["news of the shop that people buy in, such as readings and opening hours"],
    ),
    (
        "purchase.value",
        &[
            "vouchers for those who use them, and none for those who buy anyway",
            "thanking the most loyal, by what they spend rather than by a bought income",
        ],
    ),
    (
        "purchase.history",
        &[
            "what goes with what they bought: two things that lie in one basket",
            "a reminder when something is used up",
        ],
    ),
    (
        "preference.stated",
        &["suggestions by what people said they like: the most welcome data there is"],
    ),
    ("profile.segment", &["early entry to a sale for regulars"]),
    ("demo.language", &["letters in people's own language"]),
    (
        "demo.birthdate",
        &["a birthday offer, of the day and month alone: the most welcome practice of a survey"],
    ),
    ("contact.phone", &["a text when the parcel is there, for who wants one"]),
    ("contact.address", &["a card by post to who does not read e-mail"]),
    ("location.coarse", &["events near people, by town"]),
];

/// For a category that firms buy: the categories of their own that answer the same, and how. For
/// families and events in a life there is none: those are asked, never worked out.
const INSTEAD: [(&str, &[&str], &str); 4] = [
    (
        "inferred.income",
        &["purchase.value"],
        "what they spend here says what they will spend here; an income does not",
    ),
    ("finance", &["purchase.value"], "what they spend here says what they will spend here"),
    ("demo.age_range", &["demo.birthdate"], "an age group from the birth date that they gave"),
    (
        "inferred.interest",
        &["preference.stated", "purchase.history", "behaviour.browsing_own"],
        "what they said, bought and looked at here",
    ),
];

/// What lies unused and harmless, then what could stand for what was bought; nothing that a finding says
/// to delete, or to keep less exactly.
pub(crate) fn find(
    charter: &Charter,
    done: Option<&Done>,
    outline: &Outline,
    findings: &[Finding],
) -> Vec<Treasure> {
    let inside = charter.sources.iter().filter(|source| !source.kind.is_outside());
    let mut all: Vec<Treasure> =
        inside.flat_map(|source| unused(charter, source, done, outline)).collect();
    for source in charter.sources.iter().filter(|source| source.kind.is_outside()) {
        all.extend(substitutes(charter, source, done, outline));
    }
    for treasure in &mut all {
        let source = charter.source(&treasure.source);
        treasure.columns.retain(|column| {
            source.is_none_or(|source| !is_named(charter, source, column, findings))
        });
    }
    all.retain(|treasure| !treasure.columns.is_empty());
    for treasure in &mut all {
        let of = |column: &String| {
            let key = (treasure.source.clone(), column.clone());
            Some((column.clone(), *done?.spoken.get(&key)?))
        };
        treasure.says_of = treasure.columns.iter().filter_map(of).collect();
    }
    all
}

/// Whether a finding names a column of one's own, by what is held for nothing, kept too exactly or written
/// in it; or its name gives away an illness, a belief or a child.
fn is_named(charter: &Charter, source: &Source, column: &str, findings: &[Finding]) -> bool {
    let attribute = match &source.holds {
        Holds::Identity(identity) => identity.attribute_of(column),
        Holds::Activity(_) => None,
    };
    let part = attribute.and_then(|attribute| attribute.part.as_deref());
    if part.and_then(given_away).or_else(|| given_away(&column.to_lowercase())).is_some() {
        return true;
    }
    let is_held_for_nothing = || {
        let unused = unused_columns(charter, source);
        let is_risk = unused.iter().any(|(name, key, _)| name == column && is_risky(key));
        is_risk && findings.iter().any(|one| one.flow == source.name)
    };
    let ending = format!(", {column}");
    let is_said = |one: &Finding| {
        attribute.is_some_and(|known| one.flow == known.column()) || one.flow.ends_with(&ending)
    };
    is_held_for_nothing() || findings.iter().any(is_said)
}

/// The columns of activities of one's own that no purpose uses, as source and column: whoever counts
/// what was done counts of how many people they say something.
pub fn idle(charter: &Charter) -> Vec<(String, String)> {
    let inside = charter.activities().filter(|(source, _)| !source.kind.is_outside());
    let of = |source: &Source| -> Vec<(String, String)> {
        let columns = unused_columns(charter, source).into_iter();
        columns.map(|(column, ..)| (source.name.clone(), column)).collect()
    };
    inside.flat_map(|(source, _)| of(source)).collect()
}

fn unused(
    charter: &Charter,
    source: &Source,
    done: Option<&Done>,
    outline: &Outline,
) -> Vec<Treasure> {
    let mut all: Vec<Treasure> = Vec::new();
    if is_of_devices(charter, source) {
        return all;
    }
    for (column, key, _) in unused_columns(charter, source) {
        let Some((_, ideas)) = IDEAS.iter().find(|(known, _)| key == *known) else { continue };
        let is_harmless = !is_risky(&key);
        let what = crate::flow::words::noun(&key);
        match all.iter_mut().find(|known| known.what == what) {
            Some(known) => known.columns.push(column),
            None if is_harmless => all.push(Treasure {
                source: source.name.clone(),
                columns: vec![column],
                what,
                serves: ideas.to_vec(),
                instead_of: Vec::new(),
                held: done.and_then(|done| done.held.get(&source.name).copied()),
                says_of: BTreeMap::new(),
                people: done.map(|done| done.people),
                held_outside: None,
                line: crate::practice::line(outline, &["sources", &source.name]),
            }),
            None => {}
        }
    }
    all
}

fn substitutes(
    charter: &Charter,
    outside: &Source,
    done: Option<&Done>,
    outline: &Outline,
) -> Vec<Treasure> {
    let mut all: Vec<Treasure> = Vec::new();
    for (column, key, _) in unused_columns(charter, outside) {
        let Some((_, own, why)) = INSTEAD.iter().find(|(bought, ..)| is_below(&key, bought)) else {
            continue;
        };
        let Some((source, columns, what)) = own.iter().find_map(|wanted| inside(charter, wanted))
        else {
            continue;
        };
        let bought = format!("{}.{column}", outside.name);
        if let Some(known) = all.iter_mut().find(|known| known.what == what) {
            known.instead_of.push(bought);
            continue;
        }
        let held = |name: &str| done.and_then(|done| done.held.get(name).copied());
        all.push(Treasure {
            columns,
            what,
            serves: vec![why],
            instead_of: vec![bought],
            held: held(&source.name),
            says_of: BTreeMap::new(),
            people: done.map(|done| done.people),
            held_outside: held(&outside.name),
            line: crate::practice::line(outline, &["sources", &outside.name, "columns", &column]),
            source: source.name.clone(),
        });
    }
    all
}

/// The first source of one's own that holds a category, with its columns of it.
fn inside<'c>(
    charter: &'c Charter,
    wanted: &str,
) -> Option<(&'c Source, Vec<String>, &'static str)> {
    charter.sources.iter().filter(|source| !source.kind.is_outside()).find_map(|source| {
        let columns: Vec<String> = match &source.holds {
            theirs_charter::Holds::Identity(identity) => identity
                .columns
                .iter()
                .filter(|column| match &column.meaning {
                    theirs_charter::Meaning::Attribute(attribute) => {
                        is_below(&attribute.category.0, wanted)
                    }
                    _ => false,
                })
                .map(|column| column.name.clone())
                .collect(),
            theirs_charter::Holds::Activity(activity) => {
                let of =
                    activity.columns.iter().filter(|column| is_below(&column.category, wanted));
                let plain =
                    |name: &str| name != activity.time && activity.key.as_deref() != Some(name);
                of.map(|column| column.name.clone()).filter(|name| plain(name)).collect()
            }
        };
        (!columns.is_empty()).then(|| (source, columns, crate::flow::words::noun(wanted)))
    })
}

fn is_below(key: &str, other: &str) -> bool {
    key.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
