//! Reads the columns of sources: what each means, and of what type it is.

use std::collections::BTreeMap;

use theirs_model::{Attribute, ColumnType, Obtained, nearest};

use super::fields::{Fields, NAME_HINT, is_name};
use super::found::Problems;
use super::scalar::{one_of, scalar};
use super::source::{Written, place_of};
use crate::charter::{ActivityColumn, Holds, IdentityColumn, Meaning, Source};
use crate::problem::quoted;
use crate::text::{Key, Node, Place, Tree};
use crate::vocabulary::{categories, category};

/// The column that the engine gives to people and activities.
const RESERVED: &str = "person_id";

/// Reads a column that says something about a person.
pub(super) fn identity_column(
    key: &Key,
    node: &Node,
    obtained: Obtained,
    found: &Problems,
) -> Option<IdentityColumn> {
    let column = match &node.tree {
        Tree::Scalar(text) => attribute(text.trim(), node.place, found).map(|attribute| {
            let kind = customary_type(&attribute);
            plain_column(key, Meaning::Attribute(attribute), kind, obtained)
        }),
        _ => described_column(key, node, obtained, found),
    };
    if column.is_none() {
        found.doubt();
    }
    column
}

fn plain_column(
    key: &Key,
    meaning: Meaning,
    kind: ColumnType,
    obtained: Obtained,
) -> IdentityColumn {
    IdentityColumn { name: key.text.clone(), meaning, kind, format: None, many: false, obtained }
}

fn described_column(
    key: &Key,
    node: &Node,
    obtained: Obtained,
    found: &Problems,
) -> Option<IdentityColumn> {
    const FIELDS: &[&str] =
        &["category", "part", "consent", "objection", "type", "format", "many", "obtained"];
    let what = format!("column {}", quoted(&key.text));
    let mut fields = Fields::open(node, &what, FIELDS, found)?;
    if fields.has("consent") || fields.has("objection") {
        let consent = fields.maybe_text("consent").map(Meaning::Consent);
        let objection = || fields.maybe_text("objection").map(Meaning::Objection);
        let meaning = consent.or_else(objection);
        fields.close();
        return Some(plain_column(key, meaning?, ColumnType::Boolean, obtained));
    }
    let category = fields.required("category");
    let part = fields.maybe_text("part");
    let attribute = category.and_then(|node| {
        let text = scalar(node, "category", found)?;
        let text = part.map_or(text.clone(), |part| format!("{text}.{part}"));
        attribute(&text, node.place, found)
    });
    let has_type = fields.has("type");
    let kind = fields.maybe_one_of("type", &ColumnType::ALL);
    let format = fields.maybe_text("format");
    let many = fields.flag("many").unwrap_or(false);
    let own = fields.maybe_one_of("obtained", &OBTAINED);
    fields.close();
    let attribute = attribute?;
    let kind = if has_type { kind? } else { customary_type(&attribute) };
    let column = plain_column(key, Meaning::Attribute(attribute), kind, own.unwrap_or(obtained));
    Some(IdentityColumn { format, many, ..column })
}

const OBTAINED: [(&str, Obtained); 4] = [
    ("stated", Obtained::Stated),
    ("observed", Obtained::Observed),
    ("derived", Obtained::Derived),
    ("inferred", Obtained::Inferred),
];

fn customary_type(attribute: &Attribute) -> ColumnType {
    match attribute.category.0.as_str() {
        "demo.birthdate" => ColumnType::Date,
        _ => ColumnType::Text,
    }
}

/// Reads `contact.address.city` as a category of the vocabulary and its part.
pub(super) fn attribute(text: &str, place: Place, found: &Problems) -> Option<Attribute> {
    let known = || categories().iter().map(|category| category.key.as_str());
    if category(text).is_some() {
        return Some(Attribute::new(text, None));
    }
    let (head, part) = text.rsplit_once('.').unwrap_or_default();
    if category(head).is_some() {
        return part_of(head, part, place, found);
    }
    // Of "contact.adress.city" the category is misspelt, and the part is kept.
    if let Some(meant) = nearest(head, known().filter(|_| head.contains('.')))
        && is_name(part)
    {
        let hint = format!("did you mean \"{meant}.{part}\"?");
        found.add(place, format!("unknown category {}", quoted(text)), &hint);
        return Some(Attribute::new(meant, Some(part)));
    }
    let known: Vec<&str> = known().collect();
    let meant = found.unknown(place, "category", text, &known)?;
    Some(Attribute::new(meant, None))
}

fn part_of(head: &str, part: &str, place: Place, found: &Problems) -> Option<Attribute> {
    if part == RESERVED {
        let message = format!("a part cannot be named {}", quoted(part));
        found.add(place, message, "that is the engine's own column; choose another name");
        return None;
    }
    if !is_name(part) {
        found.add(place, format!("{} cannot be a part of {head}", quoted(part)), NAME_HINT);
        return None;
    }
    Some(Attribute::new(head, Some(part)))
}

/// Reads the category of an activity or of one of its columns; it has no part.
pub(super) fn known_category(node: &Node, found: &Problems) -> Option<String> {
    let text = scalar(node, "category", found)?;
    if category(&text).is_some() {
        return Some(text);
    }
    let known: Vec<&str> = categories().iter().map(|category| category.key.as_str()).collect();
    found.unknown(node.place, "category", &text, &known).map(str::to_owned)
}

/// Reads a column of an activity; one without a category has that of the activity.
pub(super) fn activity_column(
    key: &Key,
    node: &Node,
    inherited: &str,
    found: &Problems,
) -> Option<ActivityColumn> {
    if key.text == RESERVED {
        let message = format!("a column cannot be named {}", quoted(RESERVED));
        found.add(key.place, message, "that is the engine's own column; choose another name");
    }
    let column = described_activity_column(key, node, inherited, found);
    if column.is_none() {
        found.doubt();
    }
    column
}

fn described_activity_column(
    key: &Key,
    node: &Node,
    inherited: &str,
    found: &Problems,
) -> Option<ActivityColumn> {
    let name = key.text.clone();
    if matches!(node.tree, Tree::Scalar(_)) {
        let kind = one_of(node, "type", &ColumnType::ALL, found)?;
        let category = inherited.to_owned();
        return Some(ActivityColumn { name, kind, category, format: None, from: None });
    }
    let what = format!("column {}", quoted(&name));
    let mut fields = Fields::open(node, &what, &["type", "category", "format", "from"], found)?;
    let kind = fields.one_of("type", &ColumnType::ALL);
    let own = fields.optional("category").and_then(|node| known_category(node, found));
    let format = fields.maybe_text("format");
    let from = fields.maybe_text("from");
    fields.close();
    let category = own.unwrap_or_else(|| inherited.to_owned());
    Some(ActivityColumn { name, kind: kind?, category, format, from })
}

/// A column of `person` has one meaning and one type, whichever source feeds it.
pub(super) fn columns_agree(written: &Written, sources: &[Source], found: &Problems) {
    let mut seen: BTreeMap<&str, (&Attribute, ColumnType, &str)> = BTreeMap::new();
    for source in sources {
        let Holds::Identity(identity) = &source.holds else { continue };
        for column in &identity.columns {
            let Meaning::Attribute(attribute) = &column.meaning else { continue };
            let here = (attribute, column.kind, source.name.as_str());
            let (first, kind, elsewhere) = *seen.entry(attribute.column()).or_insert(here);
            if first == attribute && kind == column.kind {
                continue;
            }
            let name = attribute.column();
            let (message, hint) = if first == attribute {
                let (here, there) = (column.kind.name(), kind.name());
                let there = format!("but {there} in source {}", quoted(elsewhere));
                let message = format!("column {} is of type {here}, {there}", quoted(name));
                (message, "give both the same type")
            } else {
                let there = format!("{first} of source {}", quoted(elsewhere));
                let message = format!("{attribute} would share its column \"{name}\" with {there}");
                (message, "give one of them another part")
            };
            let place = place_of(written, &source.name, &["columns", &column.name]);
            found.add(place.unwrap_or(Place::START), message, hint);
        }
    }
}
