//! Reads which events a source takes, and finds whose they are.

use theirs_model::{SourceKind, nearest};

use super::fields::{Fields, is_name};
use super::found::Problems;
use super::scalar::{items, one_of, scalar};
use super::source::{Written, place_of};
use crate::charter::{Call, Collect, Holds, PersonReference, Source, UnknownPerson};
use crate::problem::quoted;
use crate::text::{Node, Place, Tree};

const FIELDS: &[&str] = &["stream", "calls", "events", "by"];
const BY: [(&str, bool); 2] = [("anyone", false), ("server", true)];

/// Reads `collect: STREAM`, or the same with the calls and events that are taken.
pub(super) fn collect(node: &Node, kind: Option<SourceKind>, found: &Problems) -> Option<Collect> {
    if kind.is_some_and(SourceKind::is_outside) {
        let message = "a source from outside collects no events".to_owned();
        found.add(node.place, message, "what your own site sends is internal, or of the subject");
        return None;
    }
    if let Tree::Scalar(_) = &node.tree {
        let stream = stream(node, found)?;
        return Some(Collect { stream, calls: Vec::new(), events: Vec::new(), by_server: false });
    }
    let mut fields = Fields::open(node, "\"collect\"", FIELDS, found)?;
    let stream = fields.required("stream").and_then(|node| stream(node, found));
    let calls = fields.optional("calls").map(|node| {
        let calls = items(node, "calls", found).into_iter();
        calls.filter_map(|node| one_of(node, "calls", &Call::ALL, found)).collect()
    });
    let events = fields.optional("events").map(|node| {
        let events = items(node, "events", found).into_iter();
        events.filter_map(|node| scalar(node, "events", found)).collect()
    });
    let by_server = fields.maybe_one_of("by", &BY).unwrap_or(false);
    fields.close();
    Some(Collect {
        stream: stream?,
        calls: calls.unwrap_or_default(),
        events: events.unwrap_or_default(),
        by_server,
    })
}

fn stream(node: &Node, found: &Problems) -> Option<String> {
    let name = scalar(node, "stream", found)?;
    if is_name(&name) {
        return Some(name);
    }
    let message = format!("{} cannot name a stream", quoted(&name));
    found.add(node.place, message, super::fields::NAME_HINT);
    None
}

/// What a name that begins with `$` leads to must be a signal that there is.
fn signal_is_known(written: &Written, source: &str, column: &str, found: &Problems) {
    let Some(signal) = column.strip_prefix('$') else { return };
    let is_known = match signal.split_once('.') {
        None => signal == "gpc",
        Some(("tcf", purpose)) => {
            purpose.parse().is_ok_and(|number: u8| (1..=24).contains(&number))
        }
        Some(("consent", category)) => !category.is_empty(),
        Some(_) => false,
    };
    if !is_known && let Some(place) = place_of(written, source, &["columns", column]) {
        let message = format!("there is no signal {}", quoted(column));
        found.add(place, message, "there are $gpc, $consent.CATEGORY, and $tcf.1 to $tcf.24");
    }
}

/// The fields that an event has by its specification.
const OF_AN_EVENT: &[&str] = &[
    "messageId",
    Collect::USER,
    Collect::VISITOR,
    "previousId",
    "groupId",
    "timestamp",
    "originalTimestamp",
    "receivedAt",
];
/// What a path can begin with.
const BEGINNINGS: &[&str] = &["properties", "traits", "context", "integrations"];

/// A path must begin with something that an event has, and no name may be one of its fields but for
/// the case of a letter: nothing would ever stand there.
fn path_is_known(path: &str, place: Option<Place>, found: &Problems) {
    let Some(place) = place.filter(|_| !path.starts_with('$')) else { return };
    if let Some((first, rest)) = path.split_once('.') {
        if BEGINNINGS.contains(&first) {
            return;
        }
        let message = format!("no event has {}", quoted(path));
        let hint = match nearest(first, BEGINNINGS.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}.{rest}\"?"),
            None => format!("a path begins with {}", BEGINNINGS.join(", ")),
        };
        found.add(place, message, &hint);
    } else if let Some(meant) =
        OF_AN_EVENT.iter().find(|known| known.eq_ignore_ascii_case(path) && **known != path)
    {
        let message = format!("no event has {}", quoted(path));
        let hint =
            format!("did you mean \"{meant}\"? a property of that name is \"properties.{path}\"");
        found.add(place, message, &hint);
    }
}

/// Finds for each activity that is collected the people of its stream: those who are signed in, else
/// browsers.
pub(super) fn events_have_people(written: &Written, sources: &mut [Source], found: &Problems) {
    let people = |stream: &str, key: &str| {
        let is_it = |source: &&Source| {
            source.collect.as_ref().is_some_and(|collect| collect.stream == stream)
                && matches!(&source.holds, Holds::Identity(identity) if identity.key == key)
        };
        let source = sources.iter().find(is_it)?;
        let (source, column) = (source.name.clone(), key.to_owned());
        Some(PersonReference { source, column, unknown: UnknownPerson::Create })
    };
    let wanted: Vec<Option<PersonReference>> = sources
        .iter()
        .map(|source| {
            let stream = &source.collect.as_ref()?.stream;
            people(stream, Collect::USER).or_else(|| people(stream, Collect::VISITOR))
        })
        .collect();
    for (source, person) in sources.iter_mut().zip(wanted) {
        let Some(collect) = &source.collect else { continue };
        let place = place_of(written, &source.name, &["collect"]);
        if let Holds::Activity(activity) = &source.holds {
            for column in &activity.columns {
                let at = |from: &[&str]| {
                    place_of(written, &source.name, &[&["columns", &column.name], from].concat())
                };
                let from = column.from.as_deref();
                let at = from.and_then(|_| at(&["from"])).or_else(|| at(&[]));
                path_is_known(from.unwrap_or(&column.name), at, found);
            }
        }
        match (&mut source.holds, person) {
            (Holds::Activity(activity), Some(person)) => activity.person = person,
            (Holds::Activity(_), None) => {
                let Some(place) = place.filter(|_| !found.in_doubt()) else { continue };
                let message = format!("nobody is known in the stream {}", quoted(&collect.stream));
                let hint = "add a source of identities that collects it, with the key userId or \
                            anonymousId";
                found.add(place, message, hint);
            }
            (Holds::Identity(identity), _) => {
                for column in &identity.columns {
                    let at = place_of(written, &source.name, &["columns", &column.name]);
                    path_is_known(&column.name, at, found);
                    signal_is_known(written, &source.name, &column.name, found);
                }
                if [Collect::USER, Collect::VISITOR, ""].contains(&identity.key.as_str()) {
                    continue;
                }
                let place = place_of(written, &source.name, &["key"]).or(place);
                let Some(place) = place else { continue };
                let message = format!("{} names nobody in an event", quoted(&identity.key));
                found.add(place, message, "the key is userId or anonymousId");
            }
        }
    }
}
