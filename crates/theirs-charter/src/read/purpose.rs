//! Reads the purposes: what data may be used for, on which basis, for whom and how long.

use jiff::Unit;

use super::fields::{Fields, declared};
use super::found::Problems;
use super::grant::{Scope, Terms, activity_grants, person_grants};
use super::scalar::{names, scalar};
use super::trial::trial;
use crate::charter::{Basis, Decide, Grant, Output, Purpose, Retention, Trial};
use crate::problem::quoted;
use crate::text::Node;
use crate::vocabulary::{purpose_term, purposes as vocabulary};

/// Families of purposes to which people may always object (GDPR Art. 21(2), CCPA 1798.120).
const ALWAYS_OBJECTABLE: [&str; 4] = ["marketing.", "advertise.", "personalise.", "share."];

/// The highest age limit, in years.
const OLDEST: u8 = 120;

/// The fewest people that a group may be said to have at least, and have if nothing is said.
const SMALLEST_GROUP: u32 = 3;
const DEFAULT_GROUP: u32 = 10;

/// Schemas that SQL keeps for itself.
const RESERVED: [&str; 2] = ["information_schema", "public"];

pub(super) fn purposes(node: &Node, scope: &Scope, found: &Problems) -> Vec<Purpose> {
    let list = declared(node, "purposes", found);
    list.into_iter()
        .map(|(key, node)| {
            if RESERVED.contains(&key.text.as_str()) {
                let message = format!("a purpose cannot be named {}", quoted(&key.text));
                found.add(key.place, message, "SQL keeps that name for itself; choose another");
            }
            purpose(&key.text, node, scope, found)
        })
        .collect()
}

/// Stands for a purpose until its fields are read.
fn unread(name: &str) -> Purpose {
    Purpose {
        name: name.to_owned(),
        category: String::new(),
        basis: Basis::Consent,
        says: String::new(),
        interest: None,
        consent: None,
        may_object: true,
        minimum_age: None,
        output: Output::Rows,
        columns: Vec::new(),
        activities: Vec::new(),
        recipients: Vec::new(),
        keep: Retention { count: 1, unit: Unit::Day },
        decide: None,
    }
}

fn purpose(name: &str, node: &Node, scope: &Scope, found: &Problems) -> Purpose {
    const FIELDS: &[&str] = &[
        "category",
        "basis",
        "interest",
        "says",
        "consent",
        "may_object",
        "minimum_age",
        "output",
        "tests",
        "minimum_group",
        "cells",
        "columns",
        "activities",
        "recipients",
        "keep",
        "decide",
    ];
    let mut purpose = unread(name);
    let what = format!("purpose {}", quoted(name));
    let Some(mut fields) = Fields::open(node, &what, FIELDS, found) else { return purpose };
    let category = fields.required("category").and_then(|node| term(node, found));
    purpose.category = category.unwrap_or_default();
    let basis = fields.one_of("basis", &Basis::ALL);
    purpose.basis = basis.unwrap_or(purpose.basis);
    purpose.says = fields.text("says").unwrap_or_default();
    purpose.interest = fields.maybe_text("interest");
    if basis == Some(Basis::Consent) && !fields.has("consent") {
        let hint = "add \"consent: TOPIC\", a topic that some source's column answers";
        found.add(node.place, format!("{what} rests on consent, but to what?"), hint);
    }
    purpose.consent = fields.optional("consent").and_then(|node| consent(node, scope, found));
    purpose.may_object = may_object(&mut fields, &purpose, found);
    purpose.minimum_age = minimum_age(&mut fields, scope, found);
    let tests = fields.optional("tests").map(|node| trial(node, scope, found));
    let (source, tested) = tests.unwrap_or_default();
    let terms = Terms { basis: purpose.basis, tested: source.as_deref() };
    if let Some(node) = fields.optional("activities") {
        purpose.activities = activity_grants(node, scope, terms, found);
    }
    let before = found.count();
    if let Some(node) = fields.optional("columns") {
        purpose.columns = person_grants(node, scope, terms, found);
    }
    if let Some(node) = fields.optional("recipients") {
        let known: Vec<&str> = scope.recipients.iter().map(|r| r.key.as_str()).collect();
        purpose.recipients = names(node, "recipients", "recipient", &known, found);
    }
    purpose.output = output(&mut fields, (&purpose, tested), scope, found);
    let is_sound = found.count() == before && !found.in_doubt();
    let keep = fields.required("keep").and_then(|node| retention(node, found));
    purpose.keep = keep.unwrap_or(purpose.keep);
    let decided = fields.optional("decide").filter(|_| is_sound);
    purpose.decide = decided.and_then(|node| decide(node, &purpose, found));
    fields.close();
    purpose
}

fn term(node: &Node, found: &Problems) -> Option<String> {
    let text = scalar(node, "category", found)?;
    if purpose_term(&text).is_some() {
        return Some(text);
    }
    let known: Vec<&str> = vocabulary().iter().map(|term| term.key.as_str()).collect();
    found.unknown(node.place, "purpose category", &text, &known).map(str::to_owned)
}

fn consent(node: &Node, scope: &Scope, found: &Problems) -> Option<String> {
    let topic = scalar(node, "consent", found)?;
    if !scope.topics.contains(&topic.as_str()) && !found.in_doubt() {
        found.unknown(node.place, "consent topic", &topic, &scope.topics);
    }
    Some(topic)
}

/// People may object where the charter says so, where it rests on a legitimate interest and says
/// nothing, and always to marketing.
fn may_object(fields: &mut Fields, purpose: &Purpose, found: &Problems) -> bool {
    let place = fields.place_of("may_object");
    let said = fields.flag("may_object");
    let always = ALWAYS_OBJECTABLE.iter().any(|family| purpose.category.starts_with(family));
    if let (Some(place), Some(false), true) = (place, said, always) {
        let message = format!("people may always object to {}", purpose.category);
        found.add(place, message, "take this out (GDPR Art. 21(2), CCPA 1798.120)");
    }
    always || said.unwrap_or(purpose.basis == Basis::LegitimateInterest)
}

/// Reads an age limit. It can only be kept where some source says when people were born.
fn minimum_age(fields: &mut Fields, scope: &Scope, found: &Problems) -> Option<u8> {
    let node = fields.optional("minimum_age")?;
    let text = scalar(node, "minimum_age", found)?;
    let age = text.parse().ok().filter(|age| (1..=OLDEST).contains(age));
    if age.is_none() {
        let hint = format!("give whole years from 1 to {OLDEST}, as minimum_age: 18");
        found.add(node.place, format!("{} is no age", quoted(&text)), &hint);
    } else if !scope.has_birth_dates && !found.in_doubt() {
        let message = "no source says when people were born".to_owned();
        let hint = "a column with the category demo.birthdate and type date, from inside; without \
                    it everybody would be left out";
        found.add(node.place, message, hint);
    }
    age
}

/// What the outcome of a purpose is said to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rows,
    Groups,
    Verdict,
}

impl Kind {
    const ALL: [(&'static str, Self); 3] =
        [("rows", Self::Rows), ("aggregate", Self::Groups), ("verdict", Self::Verdict)];
}

/// Reads whether a purpose sees people, groups of them, or nobody: how large groups are and what
/// makes them, and what is tested.
fn output(
    fields: &mut Fields,
    (purpose, tested): (&Purpose, Option<Trial>),
    scope: &Scope,
    found: &Problems,
) -> Output {
    let place = fields.place_of("output");
    let kind = place.and_then(|_| fields.one_of("output", &Kind::ALL)).unwrap_or(Kind::Rows);
    if kind != Kind::Groups {
        for name in ["minimum_group", "cells"] {
            if let Some(node) = fields.optional(name) {
                let message = format!("{} belongs to a purpose of groups", quoted(name));
                found.add(node.place, message, "add \"output: aggregate\", or take this out");
            }
        }
    }
    if kind != Kind::Rows {
        gives_nothing_away(fields, found);
    }
    match (kind, tested) {
        (Kind::Rows, None) => Output::Rows,
        (Kind::Groups, None) => groups(fields, purpose, scope, found),
        (Kind::Verdict, Some(trial)) => Output::Verdict(trial),
        (Kind::Verdict, None) => {
            if let (Some(place), false) = (place, fields.has("tests")) {
                let hint = "add \"tests: { source: …, margin: 1 %, ends: 2027-03-01 }\"";
                found.add(place, "a verdict on what?".to_owned(), hint);
            }
            Output::Rows
        }
        (Kind::Rows | Kind::Groups, Some(trial)) => {
            if let Some(place) = fields.place_of("tests") {
                let message = "whoever tests data from outside may see no row and no group of them";
                found.add(place, message.to_owned(), "add \"output: verdict\"");
            }
            Output::Verdict(trial)
        }
    }
}

/// What shows nobody alone picks nobody and has no recipient.
fn gives_nothing_away(fields: &Fields, found: &Problems) {
    for name in ["recipients", "decide"] {
        if let Some(place) = fields.place_of(name) {
            let message = format!("a purpose of groups or of a verdict has no {}", quoted(name));
            found.add(
                place,
                message,
                "it picks nobody and gives nobody's data away; take this out",
            );
        }
    }
}

fn groups(fields: &mut Fields, purpose: &Purpose, scope: &Scope, found: &Problems) -> Output {
    let minimum_group = fields.optional("minimum_group").and_then(|node| group(node, found));
    let granted: Vec<&str> = purpose.columns.iter().map(|grant| grant.column.as_str()).collect();
    let single = |name: &&&str| !scope.several.contains(**name);
    let single: Vec<&str> = granted.iter().filter(single).copied().collect();
    let cells = match fields.optional("cells") {
        Some(node) => {
            names(node, "cells", "column of this purpose, one per person,", &single, found)
        }
        None => single.iter().map(|name| (*name).to_owned()).collect(),
    };
    Output::Aggregate { minimum_group: minimum_group.unwrap_or(DEFAULT_GROUP), cells }
}

/// Reads how many people a group has at least.
fn group(node: &Node, found: &Problems) -> Option<u32> {
    let text = scalar(node, "minimum_group", found)?;
    let number = text.parse().ok().filter(|number| (SMALLEST_GROUP..=1_000_000).contains(number));
    if number.is_none() {
        let hint = format!(
            "give a whole number from {SMALLEST_GROUP} on; it is {DEFAULT_GROUP} if you say nothing"
        );
        found.add(node.place, format!("{} is no size of a group", quoted(&text)), &hint);
    }
    number
}

/// Reads a period of days, months or years, at most a century.
pub(super) fn retention(node: &Node, found: &Problems) -> Option<Retention> {
    let text = scalar(node, "keep", found)?;
    let parsed = text.split_once(' ').and_then(|(count, unit)| {
        let (unit, most) = match unit.trim() {
            "day" | "days" => (Unit::Day, 36_525),
            "month" | "months" => (Unit::Month, 1_200),
            "year" | "years" => (Unit::Year, 100),
            _ => return None,
        };
        let count = count.parse().ok().filter(|count| (1..=most).contains(count))?;
        Some(Retention { count, unit })
    });
    if parsed.is_none() {
        let hint = "write 30 days, 12 months or 6 years; at most 100 years";
        found.add(node.place, format!("{} is not a period", quoted(&text)), hint);
    }
    parsed
}

/// Reads how people are picked: only what the purpose may see, only for its recipients. Where
/// those could not be read in full, this cannot be held against them.
fn decide(node: &Node, purpose: &Purpose, found: &Problems) -> Option<Decide> {
    const FIELDS: &[&str] = &["due", "reason", "to", "columns"];
    let mut fields = Fields::open(node, "\"decide\"", FIELDS, found)?;
    let due_at = fields.place_of("due");
    let due = fields.text("due");
    let reason = fields.text("reason");
    let to = fields.required("to").and_then(|node| recipient(node, purpose, found));
    let granted = |grant: &Grant| grant.column.clone();
    let granted: Vec<String> = purpose.columns.iter().map(granted).collect();
    let known: Vec<&str> = granted.iter().map(String::as_str).collect();
    let columns = fields
        .required("columns")
        .map(|node| names(node, "columns", "column of this purpose", &known, found));
    fields.close();
    Some(Decide { due: due?, due_at: due_at?, reason: reason?, to: to?, columns: columns? })
}

fn recipient(node: &Node, purpose: &Purpose, found: &Problems) -> Option<String> {
    let to = scalar(node, "to", found)?;
    if !purpose.recipients.contains(&to) {
        let message = format!("{} is no recipient of this purpose", quoted(&to));
        found.add(node.place, message, "list it under the \"recipients\" of this purpose");
    }
    Some(to)
}
