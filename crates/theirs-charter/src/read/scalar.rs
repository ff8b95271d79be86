//! Single values and lists of them, read as what they must be.

use celes::Country;
use jiff::tz::{self, TimeZone};
use theirs_model::nearest;

use super::found::Problems;
use crate::problem::quoted;
use crate::text::{Node, Tree};

/// The text of a scalar.
pub(super) fn scalar(node: &Node, what: &str, found: &Problems) -> Option<String> {
    match &node.tree {
        Tree::Scalar(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Tree::Scalar(_) | Tree::Nothing => {
            found.add(node.place, format!("{} is empty", quoted(what)), "");
            None
        }
        Tree::List(_) | Tree::Map(_) => {
            found.add(node.place, format!("{} must be a single text", quoted(what)), "");
            None
        }
    }
}

/// The items of a list; a single scalar counts as a list of one.
pub(super) fn items<'n>(node: &'n Node, what: &str, found: &Problems) -> Vec<&'n Node> {
    match &node.tree {
        Tree::List(items) => items.iter().collect(),
        Tree::Scalar(_) => vec![node],
        Tree::Nothing => Vec::new(),
        Tree::Map(_) => {
            let message = format!("{} must be a list", quoted(what));
            found.add(node.place, message, "begin each of its lines with \"- \"");
            found.doubt();
            Vec::new()
        }
    }
}

/// A list of names, each one of `known` and none of them twice.
pub(super) fn names(
    node: &Node,
    list: &str,
    what: &str,
    known: &[&str],
    found: &Problems,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in items(node, list, found) {
        let Some(given) = scalar(item, list, found) else { continue };
        if !known.contains(&given.as_str()) {
            found.unknown(item.place, what, &given, known);
        } else if names.contains(&given) {
            let message = format!("{what} {} is listed twice", quoted(&given));
            found.add(item.place, message, "once is enough");
        } else {
            names.push(given);
        }
    }
    names
}

/// One of a few words; a misspelt one counts as what was meant.
pub(super) fn one_of<T: Copy>(
    node: &Node,
    what: &str,
    words: &[(&str, T)],
    found: &Problems,
) -> Option<T> {
    let given = scalar(node, what, found)?;
    let value = |word: &str| words.iter().find(|(known, _)| *known == word).map(|(_, v)| *v);
    value(&given).or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("{} cannot be {}", quoted(what), quoted(&given));
        found.misfit(node.place, message, &given, &known).and_then(value)
    })
}

/// A time zone of the IANA database.
pub(super) fn zone(node: &Node, found: &Problems) -> Option<TimeZone> {
    let name = scalar(node, "time_zone", found)?;
    let zone = TimeZone::get(&name).ok();
    if zone.is_none() {
        let all: Vec<String> = tz::db().available().map(|zone| zone.to_string()).collect();
        let hint = nearest(&name, all.iter().map(String::as_str)).map_or_else(
            || "use a name such as Europe/London or America/Toronto".to_owned(),
            |name| format!("did you mean \"{name}\"?"),
        );
        found.add(node.place, format!("unknown time zone {}", quoted(&name)), &hint);
    }
    zone
}

/// Whether there is a country of these two letters.
pub(super) fn is_code(text: &str) -> bool {
    text.bytes().all(|letter| letter.is_ascii_uppercase()) && Country::from_alpha2(text).is_ok()
}

/// A country by its two letters (ISO 3166-1 alpha-2).
pub(super) fn country(node: &Node, found: &Problems) -> Option<String> {
    let text = scalar(node, "country", found)?;
    if !is_code(&text) {
        let message = format!("{} is not the code of a country", quoted(&text));
        found.add(node.place, message, "write its two letters, such as GB or DE");
    }
    Some(text)
}
