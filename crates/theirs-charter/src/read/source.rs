//! Reads the sources: where data comes from and what its rows are.

use jiff::civil::Date;
use theirs_model::{ColumnType, Obtained, SourceKind};

use super::collect::{collect, events_have_people};
use super::column::{activity_column, columns_agree, identity_column, known_category};
use super::fields::{Fields, declared, entries};
use super::found::Problems;
use super::pull::{needs_no_file, pull, table};
use super::purpose::retention;
use super::scalar::{one_of, scalar, zone};
use super::tell::tell;
use crate::charter::{
    Activity, Collect, Evidence, Holds, Identity, PersonReference, Pull, Source, Tell,
    UnknownPerson,
};
use crate::problem::quoted;

use crate::text::{Key, Node, Place, Tree};
use crate::topic::OBJECTIONS;

/// The sources as they stand in the text.
pub(super) type Written<'n> = [(&'n Key, &'n Node)];

pub(super) fn sources(node: &Node, found: &Problems) -> Vec<Source> {
    let written = declared(node, "sources", found);
    let sources: Vec<Source> = written.iter().map(|(key, node)| source(key, node, found)).collect();
    let mut sources = sources;
    events_have_people(&written, &mut sources, found);
    persons_are_known(&written, &sources, found);
    columns_agree(&written, &sources, found);
    sources
}

#[derive(Clone, Copy)]
enum Rows {
    Identity,
    Activity,
}

fn source(key: &Key, node: &Node, found: &Problems) -> Source {
    const FIELDS: &[&str] = &[
        "kind",
        "called",
        "acquired",
        "file",
        "table",
        "collect",
        // How it is fetched; see `pull`.
        "bucket",
        "database",
        "sheet",
        "cursor",
        "deletes",
        "schema",
        "url",
        "items",
        "next",
        "every",
        "time_zone",
        "keep",
        "tell",
        "evidence",
        "open_to_all",
        "holds",
        "key",
        "time",
        "columns",
        "category",
        "person",
    ];
    if key.text == "person" {
        let hint = "that is the table of people; choose another name";
        found.add(key.place, "a source cannot be named \"person\"".into(), hint);
    }
    let what = format!("source {}", quoted(&key.text));
    let Some(mut fields) = Fields::open(node, &what, FIELDS, found) else {
        return unread(&key.text);
    };
    let kind = fields.one_of("kind", &SourceKind::ALL);
    let called = fields.maybe_text("called").unwrap_or_else(|| key.text.replace('_', " "));
    let acquired = fields.text("acquired").unwrap_or_default();
    let rows =
        fields.one_of("holds", &[("identity", Rows::Identity), ("activity", Rows::Activity)]);
    let guess = if fields.has("person") { Rows::Activity } else { Rows::Identity };
    let table = table(&mut fields, found);
    let time_zone = fields.optional("time_zone").and_then(|node| zone(node, found));
    let keep = fields.optional("keep").and_then(|node| retention(node, found));
    let tell = fields.optional("tell").map(|node| tell(node, None, found)).unwrap_or_default();
    let evidence = fields.optional("evidence").and_then(|node| evidence(node, kind, found));
    let collect = fields.optional("collect").and_then(|node| collect(node, kind, found));
    let is_collected = fields.has("collect");
    let pull = pull(&mut fields, table.as_deref(), found);
    let rows = rows.unwrap_or(guess);
    // A file beside events is not taken, and so told as what says nothing.
    let file = match rows {
        _ if is_collected => None,
        Rows::Activity if !needs_no_file(&fields) => fields.text("file"),
        Rows::Identity | Rows::Activity => fields.maybe_text("file"),
    };
    let open_to_all = match rows {
        Rows::Identity => open_to_all(&mut fields, collect.as_ref(), found),
        Rows::Activity => false,
    };
    let holds = match rows {
        Rows::Identity => Holds::Identity(identity(&mut fields, kind, found)),
        Rows::Activity => Holds::Activity(activity(&mut fields, is_collected, found)),
    };
    fields.close();
    let kind = kind.unwrap_or(SourceKind::Internal);
    let name = key.text.clone();
    Source {
        name,
        called,
        kind,
        acquired,
        file,
        table,
        collect,
        pull,
        time_zone,
        keep,
        tell,
        evidence,
        open_to_all,
        holds,
    }
}

/// Reads whether anybody can write to a source of people. To one that browsers feed anybody can.
fn open_to_all(fields: &mut Fields, collect: Option<&Collect>, found: &Problems) -> bool {
    let said = fields.flag("open_to_all");
    let is_fed_by_browsers = collect.is_some_and(|collect| !collect.by_server);
    if said == Some(false)
        && is_fed_by_browsers
        && let Some(place) = fields.place_of("open_to_all")
    {
        let message = "\"open_to_all\" cannot be false here: anybody can read a browser's key";
        let hint = "take it out, or take only what a server sends (by: server)";
        found.add(place, message.to_owned(), hint);
    }
    said.unwrap_or(false)
}

/// Reads what the supplier of a source can show of consent.
fn evidence(node: &Node, kind: Option<SourceKind>, found: &Problems) -> Option<Evidence> {
    if kind.is_some_and(|kind| !kind.is_outside()) {
        let message = "\"evidence\" belongs to a source from outside".to_owned();
        found.add(node.place, message, "take it out: here the people themselves are asked");
        return None;
    }
    let mut fields = Fields::open(node, "\"evidence\"", &["says", "expires"], found)?;
    let says = fields.text("says");
    let expires = fields.required("expires").and_then(|node| {
        let text = scalar(node, "expires", found)?;
        let day: Option<Date> = text.parse().ok();
        if day.is_none() {
            let message = format!("{} is not a day", quoted(&text));
            found.add(node.place, message, "write it as 2027-03-01");
        }
        day
    });
    fields.close();
    Some(Evidence { says: says?, expires: expires? })
}

/// What people object to in a source must be a purpose or one of the topics for several.
pub(super) fn objections(sources: &Node, purposes: &[&str], found: &Problems) {
    let known: Vec<&str> = purposes.iter().copied().chain(OBJECTIONS).collect();
    let columns = values(sources).filter_map(|source| field(source, "columns")).flat_map(values);
    for topic in columns.filter_map(|column| field(column, "objection")) {
        if let Tree::Scalar(name) = &topic.tree
            && !known.contains(&name.as_str())
        {
            found.unknown(topic.place, "objection topic", name, &known);
        }
    }
}

fn values(node: &Node) -> impl Iterator<Item = &Node> {
    let entries = match &node.tree {
        Tree::Map(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(_, value)| value)
}

fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match &node.tree {
        Tree::Map(entries) => entries.iter().find(|(key, _)| key.text == name).map(|(_, v)| v),
        _ => None,
    }
}

/// Stands for a source of which nothing could be read.
fn unread(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        called: name.replace('_', " "),
        kind: SourceKind::Internal,
        acquired: String::new(),
        file: None,
        table: None,
        collect: None,
        pull: Pull::default(),
        time_zone: None,
        keep: None,
        tell: Tell::File,
        evidence: None,
        open_to_all: false,
        holds: Holds::Identity(Identity { key: String::new(), time: None, columns: Vec::new() }),
    }
}

fn identity(fields: &mut Fields, kind: Option<SourceKind>, found: &Problems) -> Identity {
    let key = fields.text("key").unwrap_or_default();
    let time = fields.maybe_text("time");
    let node = fields.optional("columns");
    let list = node.and_then(|node| entries(node, "\"columns\"", found)).unwrap_or_default();
    let obtained = kind.map_or(Obtained::Observed, SourceKind::obtained);
    let columns =
        list.into_iter().filter_map(|(key, node)| identity_column(key, node, obtained, found));
    Identity { key, time, columns: columns.collect() }
}

fn activity(fields: &mut Fields, is_collected: bool, found: &Problems) -> Activity {
    let category = fields.required("category").and_then(|node| known_category(node, found));
    let category = category.unwrap_or_default();
    let key = fields.maybe_text("key");
    let time_node = fields.required("time");
    // Whose an event is stands in the event.
    let whose = if is_collected { None } else { fields.required("person") };
    let person = whose.and_then(|node| person(node, found));
    let columns = fields.required("columns");
    if columns.is_none() {
        found.doubt();
    }
    let list = columns.map(|node| declared(node, "the columns of an activity", found));
    let columns = list.unwrap_or_default().into_iter();
    let columns = columns.filter_map(|(key, node)| activity_column(key, node, &category, found));
    let mut activity = Activity {
        category: category.clone(),
        key,
        time: String::new(),
        person: person.unwrap_or_else(nobody),
        columns: columns.collect(),
    };
    if let Some(node) = time_node
        && let Some(time) = scalar(node, "time", found)
    {
        time_is_a_time(node.place, &time, &activity, found);
        activity.time = time;
    }
    activity
}

fn time_is_a_time(place: Place, time: &str, activity: &Activity, found: &Problems) {
    match activity.columns.iter().find(|column| column.name == time) {
        Some(column) if matches!(column.kind, ColumnType::Timestamp | ColumnType::Date) => {}
        Some(column) => {
            let message = format!("column {} is of type {}", quoted(time), column.kind.name());
            found.add(place, message, "the time of an activity is a timestamp or a date");
        }
        None if found.in_doubt() => {}
        None => {
            let known: Vec<&str> = activity.columns.iter().map(|c| c.name.as_str()).collect();
            found.unknown(place, "column", time, &known);
        }
    }
}

fn person(node: &Node, found: &Problems) -> Option<PersonReference> {
    const FIELDS: &[&str] = &["source", "column", "unknown"];
    const WORDS: [(&str, UnknownPerson); 2] =
        [("set_aside", UnknownPerson::SetAside), ("create", UnknownPerson::Create)];
    let mut fields = Fields::open(node, "\"person\"", FIELDS, found)?;
    let source = fields.text("source").unwrap_or_default();
    let column = fields.text("column").unwrap_or_default();
    let unknown = fields.optional("unknown").and_then(|n| one_of(n, "unknown", &WORDS, found));
    fields.close();
    Some(PersonReference { source, column, unknown: unknown.unwrap_or(UnknownPerson::SetAside) })
}

/// Stands for a reference that could not be read.
fn nobody() -> PersonReference {
    PersonReference {
        source: String::new(),
        column: String::new(),
        unknown: UnknownPerson::SetAside,
    }
}

/// The person of an activity must be one of an identity source.
fn persons_are_known(written: &Written, sources: &[Source], found: &Problems) {
    let is_identity = |source: &&Source| matches!(source.holds, Holds::Identity(_));
    let known: Vec<&str> =
        sources.iter().filter(is_identity).map(|source| source.name.as_str()).collect();
    for source in sources {
        let Holds::Activity(activity) = &source.holds else { continue };
        let named = activity.person.source.as_str();
        if named.is_empty() || known.contains(&named) {
            continue;
        }
        let Some(place) = place_of(written, &source.name, &["person", "source"]) else { continue };
        if sources.iter().any(|source| source.name == named) {
            let message = format!("source {} holds no identities", quoted(named));
            found.misfit(place, message, "", &known);
        } else {
            found.unknown(place, "source of identities", named, &known);
        }
    }
}

/// Where the value at `path` within a source stands.
pub(super) fn place_of(written: &Written, source: &str, path: &[&str]) -> Option<Place> {
    let mut node = written.iter().find(|(key, _)| key.text == source)?.1;
    for step in path {
        let Tree::Map(map) = &node.tree else { return None };
        node = &map.iter().find(|(key, _)| key.text == *step)?.1;
    }
    Some(node.place)
}
