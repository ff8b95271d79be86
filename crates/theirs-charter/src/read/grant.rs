//! Reads what a purpose may see, and how exactly.

use std::collections::BTreeSet;

use theirs_model::ColumnType;

use super::fields::entries;
use super::found::Problems;
use super::scalar::{items, scalar};
use crate::admission::Outside;
use crate::charter::{
    Activity, ActivityGrant, Basis, Grant, Holds, IdentityColumn, Meaning, Recipient, Source,
};
use crate::coarseness::Coarseness;
use crate::problem::quoted;
use crate::text::{Node, Place, Tree};
use crate::vocabulary::category;

/// What a purpose may refer to.
pub(super) struct Scope<'s> {
    /// The columns of `person`.
    person: Vec<KnownColumn<'s>>,
    activities: Vec<(&'s Source, &'s Activity)>,
    pub(super) recipients: &'s [Recipient],
    /// What people are asked to agree to.
    pub(super) topics: Vec<&'s str>,
    /// Whether a source that is not from outside says when people were born, as a date.
    pub(super) has_birth_dates: bool,
    /// The columns of which a person may have several values.
    pub(super) several: BTreeSet<&'s str>,
    /// The sources from outside.
    pub(super) outsiders: Vec<&'s str>,
    /// Which of them may feed purposes.
    outside: Outside<'s>,
}

/// A column that could be granted.
struct KnownColumn<'s> {
    name: &'s str,
    kind: ColumnType,
    /// The source from outside that alone feeds it, if none of ours does.
    outside: Option<&'s str>,
    /// Whether it is of a special category (GDPR Art. 9).
    is_special: bool,
}

impl<'s> Scope<'s> {
    pub(super) fn new(
        sources: &'s [Source],
        recipients: &'s [Recipient],
        outside: Outside<'s>,
    ) -> Self {
        let mut scope = Self {
            person: Vec::new(),
            activities: Vec::new(),
            recipients,
            topics: Vec::new(),
            has_birth_dates: false,
            several: BTreeSet::new(),
            outsiders: Vec::new(),
            outside,
        };
        for source in sources {
            if source.kind.is_outside() {
                scope.outsiders.push(&source.name);
            }
            match &source.holds {
                Holds::Activity(activity) => scope.activities.push((source, activity)),
                Holds::Identity(identity) => {
                    identity.columns.iter().for_each(|column| scope.add(source, column));
                }
            }
        }
        scope
    }

    /// The name of a source that may feed no purpose.
    fn shut(&self, source: &'s Source) -> Option<&'s str> {
        let is_shut = source.kind.is_outside() && !self.outside.admits(&source.name);
        is_shut.then_some(source.name.as_str())
    }

    fn add(&mut self, source: &'s Source, column: &'s IdentityColumn) {
        let attribute = match &column.meaning {
            Meaning::Attribute(attribute) => attribute,
            Meaning::Consent(topic) => return self.topics.push(topic),
            Meaning::Objection(_) => return,
        };
        if column.many {
            self.several.insert(attribute.column());
        }
        let outside = self.shut(source);
        let is_birth_date = crate::charter::is_birth_date(attribute, column.kind);
        self.has_birth_dates |= is_birth_date && !column.many && outside.is_none();
        match self.person.iter_mut().find(|known| known.name == attribute.column()) {
            Some(known) if outside.is_none() => known.outside = None,
            Some(_) => {}
            None => {
                let name = attribute.column();
                let is_special = is_special(&attribute.category.0);
                self.person.push(KnownColumn { name, kind: column.kind, outside, is_special });
            }
        }
    }
}

/// Under which conditions a purpose is granted something.
#[derive(Clone, Copy)]
pub(super) struct Terms<'t> {
    /// Its legal basis.
    pub(super) basis: Basis,
    /// The source from outside that it tests.
    pub(super) tested: Option<&'t str>,
}

/// Reads the columns of `person` that a purpose may see.
pub(super) fn person_grants(
    node: &Node,
    scope: &Scope,
    terms: Terms<'_>,
    found: &Problems,
) -> Vec<Grant> {
    grants(node, &scope.person, terms, found)
}

/// Reads the activities that a purpose may see, with their columns.
pub(super) fn activity_grants(
    node: &Node,
    scope: &Scope,
    terms: Terms<'_>,
    found: &Problems,
) -> Vec<ActivityGrant> {
    let names: Vec<&str> =
        scope.activities.iter().map(|(source, _)| source.name.as_str()).collect();
    let mut list = Vec::new();
    for (key, node) in entries(node, "\"activities\"", found).unwrap_or_default() {
        let Some((source, activity)) = scope.activities.iter().find(|a| a.0.name == key.text)
        else {
            if !found.in_doubt() {
                found.unknown(key.place, "activity", &key.text, &names);
            }
            continue;
        };
        if scope.shut(source).is_some_and(|shut| Some(shut) != terms.tested) {
            let message = format!("activity {} comes from outside", quoted(&key.text));
            found.add(key.place, message, NOT_ADMITTED);
        }
        let columns: Vec<KnownColumn> = activity
            .columns
            .iter()
            .map(|column| KnownColumn {
                name: &column.name,
                kind: column.kind,
                outside: None,
                is_special: is_special(&activity.category) || is_special(&column.category),
            })
            .collect();
        let columns = grants(node, &columns, terms, found);
        list.push(ActivityGrant { source: key.text.clone(), columns });
    }
    list
}

const NOT_ADMITTED: &str = "data from outside is not admitted to any purpose";

fn is_special(key: &str) -> bool {
    let special = category(key).and_then(|term| term.special.as_deref());
    special.is_some_and(|law| law.contains("GDPR Art 9"))
}

/// Special categories need a yes, a law, or somebody's life in danger (GDPR Art. 9(2)(a) to (c)).
fn may_be_special(basis: Basis) -> bool {
    matches!(basis, Basis::Consent | Basis::LegalObligation | Basis::VitalInterests)
}

fn grants(node: &Node, known: &[KnownColumn], terms: Terms<'_>, found: &Problems) -> Vec<Grant> {
    let mut list: Vec<Grant> = Vec::new();
    for item in items(node, "columns", found) {
        let Some((grant, place)) = grant(item, known, terms, found) else { continue };
        if list.iter().any(|other| other.column == grant.column) {
            let message = format!("column {} is listed twice", quoted(&grant.column));
            found.add(place, message, "keep the coarser of the two");
            continue;
        }
        let is_special =
            known.iter().any(|column| column.name == grant.column && column.is_special);
        if is_special && !may_be_special(terms.basis) {
            let message = format!("column {} is protected specially", quoted(&grant.column));
            let hint = "it may be used only where people said yes to it: \"basis: consent\" with a \
                        topic of its own (GDPR Art. 9)";
            found.add(place, message, hint);
        }
        list.push(grant);
    }
    list
}

fn grant(
    item: &Node,
    known: &[KnownColumn],
    terms: Terms<'_>,
    found: &Problems,
) -> Option<(Grant, Place)> {
    let (name, place, coarse) = named(item, found)?;
    let Some(column) = known.iter().find(|column| column.name == name) else {
        if !found.in_doubt() {
            let names: Vec<&str> = known.iter().map(|column| column.name).collect();
            found.unknown(place, "column", &name, &names);
        }
        return None;
    };
    if let Some(source) = column.outside.filter(|source| Some(*source) != terms.tested) {
        let message = format!("column {} comes only from outside", quoted(&name));
        let hint = format!("{NOT_ADMITTED}, and this comes from \"{source}\"");
        found.add(place, message, &hint);
    }
    let coarseness = match coarse {
        Some(node) => coarseness(node, column, found)?,
        None => Coarseness::Exact,
    };
    Some((Grant { column: name, coarseness }, place))
}

/// Reads `city`, or `city: initial`.
fn named<'n>(item: &'n Node, found: &Problems) -> Option<(String, Place, Option<&'n Node>)> {
    match &item.tree {
        Tree::Scalar(_) => Some((scalar(item, "columns", found)?, item.place, None)),
        Tree::Map(map) if map.len() == 1 => {
            let (key, node) = &map[0];
            Some((key.text.clone(), key.place, Some(node)))
        }
        _ => {
            let hint = "write \"- city\", or \"- city: initial\", on a line of its own";
            found.add(item.place, "each item of \"columns\" is one column".to_owned(), hint);
            None
        }
    }
}

fn coarseness(node: &Node, column: &KnownColumn, found: &Problems) -> Option<Coarseness> {
    let text = scalar(node, column.name, found)?;
    let Some(coarseness) = Coarseness::parse(&text) else {
        let message = format!("unknown coarseness {}", quoted(&text));
        if text.starts_with("rounded") {
            found.add(node.place, message, "write the step, as in \"rounded 5\"");
        } else {
            found.misfit(node.place, message, &text, &Coarseness::WORDS);
        }
        return None;
    };
    if !coarseness.suits(column.kind) {
        let (name, kind) = (column.name, column.kind.name());
        let message = format!("column \"{name}\" of type {kind} cannot be {coarseness}");
        let suited = Coarseness::suited(column.kind).join(", ");
        found.add(node.place, message, &format!("it can be {suited}"));
    }
    Some(coarseness)
}
