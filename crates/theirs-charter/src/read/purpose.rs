//! Reads the purposes: what data may be used for, on which basis, for whom and how long.

use jiff::Unit;

use super::fields::{Fields, declared};
use super::found::Problems;
use super::grant::{Scope, activity_grants, person_grants};
use super::scalar::{names, scalar};
use crate::charter::{Basis, Decide, Grant, Purpose, Retention};
use crate::problem::quoted;
use crate::text::Node;
use crate::vocabulary::{purpose_term, purposes as vocabulary};

/// Families of purposes to which people may always object (GDPR Art. 21(2)).
const ALWAYS_OBJECTABLE: [&str; 3] = ["marketing.", "advertise.", "personalise."];

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
        consent: None,
        may_object: true,
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
        "says",
        "consent",
        "may_object",
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
    if basis == Some(Basis::Consent) && !fields.has("consent") {
        let hint = "add \"consent: TOPIC\", a topic that some source's column answers";
        found.add(node.place, format!("{what} rests on consent, but to what?"), hint);
    }
    purpose.consent = fields.optional("consent").and_then(|node| consent(node, scope, found));
    purpose.may_object = may_object(&mut fields, &purpose, found);
    if let Some(node) = fields.optional("activities") {
        purpose.activities = activity_grants(node, scope, found);
    }
    let before = found.count();
    if let Some(node) = fields.optional("columns") {
        purpose.columns = person_grants(node, scope, found);
    }
    if let Some(node) = fields.optional("recipients") {
        let known: Vec<&str> = scope.recipients.iter().map(|r| r.key.as_str()).collect();
        purpose.recipients = names(node, "recipients", "recipient", &known, found);
    }
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
        found.add(place, message, "take this out (GDPR Art. 21(2))");
    }
    always || said.unwrap_or(purpose.basis == Basis::LegitimateInterest)
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
