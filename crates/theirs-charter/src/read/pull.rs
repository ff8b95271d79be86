//! Reads how the rows of a source are fetched.

use super::fields::Fields;
use super::found::Problems;
use super::scalar::scalar;
use crate::charter::{Deletes, Every, NextPage, Pull, SchemaChange, Web};
use crate::problem::quoted;
use crate::text::{Node, Tree};

/// The longest time between two loads, in minutes: 31 days.
const LONGEST: u32 = 31 * 24 * 60;

/// Whether a source says itself where its rows are, without a file. That a bucket needs one is said
/// with what else belongs to it.
pub(super) fn needs_no_file(fields: &Fields) -> bool {
    ["bucket", "database", "url"].iter().any(|name| fields.has(name))
}

/// The table of a source: for a workbook it may be called the sheet that it is.
pub(super) fn table(fields: &mut Fields, found: &Problems) -> Option<String> {
    let (table, at) = (fields.maybe_text("table"), fields.place_of("sheet"));
    let sheet = fields.maybe_text("sheet");
    if let Some(place) = at.filter(|_| table.is_some()) {
        let message = "a source has a \"table\" or a \"sheet\", not both".to_owned();
        found.add(place, message, "take one of them out");
    }
    table.or(sheet)
}

/// Takes the fields that say how a source is fetched.
pub(super) fn pull(fields: &mut Fields, table: Option<&str>, found: &Problems) -> Pull {
    const DELETES: [(&str, Deletes); 2] = [("keep", Deletes::Keep), ("follow", Deletes::Follow)];
    const SCHEMA: [(&str, SchemaChange); 3] = [
        ("evolve", SchemaChange::Evolve),
        ("freeze", SchemaChange::Freeze),
        ("set_aside", SchemaChange::SetAside),
    ];
    one_place(fields, table, found);
    file_in_bucket(fields, found);
    let in_database = fields.has("database");
    let is_nameless = fields.has("person") && !fields.has("key");
    for name in ["cursor", "deletes"] {
        let Some(place) = fields.place_of(name) else { continue };
        if !in_database {
            let message = format!("{} belongs to a source in a \"database\"", quoted(name));
            found.add(place, message, "take it out: what else there is, is read whole");
        } else if is_nameless {
            let message = format!("{} needs the \"key\" of the rows", quoted(name));
            found.add(place, message, "name the column that names a row");
        }
    }
    let database = fields.maybe_text("database");
    let (items, next) = (fields.optional("items"), fields.optional("next"));
    let web = fields.maybe_text("url").map(|url| Web {
        url,
        items: items.map(|node| steps(node, "items", found)).unwrap_or_default(),
        next: next.and_then(|node| next_page(node, found)),
    });
    if web.is_none() {
        for node in items.iter().chain(&next) {
            let hint = "take it out, or say the \"url\" of the first page";
            found.add(node.place, "this belongs to a source with a \"url\"".to_owned(), hint);
        }
    }
    Pull {
        bucket: fields.maybe_text("bucket"),
        database,
        web,
        cursor: fields.maybe_text("cursor"),
        deletes: fields.maybe_one_of("deletes", &DELETES).unwrap_or_default(),
        schema: fields.maybe_one_of("schema", &SCHEMA).unwrap_or_default(),
        every: fields.optional("every").and_then(|node| every(node, found)),
    }
}

/// That a source is in one place only, and which.
fn one_place(fields: &Fields, table: Option<&str>, found: &Problems) {
    let places = ["file", "database", "url"].iter().filter_map(|name| fields.place_of(name));
    if let Some(place) = places.skip(1).last() {
        let message = "a source has a \"file\", a \"database\" or a \"url\"".to_owned();
        found.add(place, message, "leave the one that its rows come from");
    }
    if let Some(place) = fields.place_of("database").filter(|_| table.is_none()) {
        let hint = "a table or view; what a query would say, write as a view in the database";
        found.add(place, "a source in a \"database\" needs its \"table\"".to_owned(), hint);
    }
}

/// That a source in a bucket says which file of it.
fn file_in_bucket(fields: &Fields, found: &Problems) {
    if let Some(place) = fields.place_of("bucket").filter(|_| !fields.has("file")) {
        let hint = "write the name below the bucket's `url`: orders.csv, orders/ or orders/*.csv";
        found.add(place, "a source in a \"bucket\" needs its \"file\"".to_owned(), hint);
    }
}

/// The fields that lead to something, set apart by points.
fn steps(node: &Node, name: &str, found: &Problems) -> Vec<String> {
    let Some(text) = scalar(node, name, found) else { return Vec::new() };
    let steps: Vec<String> = text.split('.').map(str::to_owned).collect();
    if steps.iter().any(String::is_empty) {
        found.add(node.place, format!("{} leads nowhere", quoted(&text)), "write data.orders");
    }
    steps
}

fn next_page(node: &Node, found: &Problems) -> Option<NextPage> {
    const HINT: &str =
        "write link, { page: PARAMETER }, or { cursor: FIELD, parameter: PARAMETER }";
    if let Tree::Scalar(text) = &node.tree {
        if text == "link" {
            return Some(NextPage::Link);
        }
        found.add(node.place, format!("\"next\" cannot be {}", quoted(text)), HINT);
        return None;
    }
    let mut fields = Fields::open(node, "\"next\"", &["page", "cursor", "parameter"], found)?;
    let page = fields.maybe_text("page");
    let field = fields.optional("cursor").map(|node| steps(node, "cursor", found));
    let parameter = fields.maybe_text("parameter");
    fields.close();
    let next = match (page, field, parameter) {
        (Some(parameter), None, None) => Some(NextPage::Page { parameter }),
        (None, Some(field), Some(parameter)) => Some(NextPage::Cursor { field, parameter }),
        _ => None,
    };
    if next.is_none() {
        found.add(node.place, "\"next\" does not say how to go on".to_owned(), HINT);
    }
    next
}

fn every(node: &Node, found: &Problems) -> Option<Every> {
    let text = scalar(node, "every", found)?;
    let parsed = text.split_once(' ').and_then(|(count, unit)| {
        let minutes = match unit.trim() {
            "minute" | "minutes" => 1,
            "hour" | "hours" => 60,
            "day" | "days" => 24 * 60,
            _ => return None,
        };
        let count: u32 = count.parse().ok()?;
        let minutes = count.checked_mul(minutes).filter(|all| (1..=LONGEST).contains(all))?;
        Some(Every { minutes })
    });
    if parsed.is_none() {
        let hint = "write 15 minutes, 6 hours or 1 day; at most 31 days";
        found.add(node.place, format!("{} is not a time between loads", quoted(&text)), hint);
    }
    parsed
}
