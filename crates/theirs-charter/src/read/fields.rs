//! The fields of one map: each taken once, a misspelt one taken for what was meant.

use std::collections::HashMap;

use super::found::Problems;
use super::scalar::{one_of, scalar};
use crate::problem::quoted;
use crate::text::{Key, Node, Place, Tree};

/// The fields of one map.
pub(super) struct Fields<'n> {
    what: String,
    place: Place,
    entries: Vec<Entry<'n>>,
    missing: Vec<&'static str>,
    found: &'n Problems,
}

struct Entry<'n> {
    name: &'n str,
    key: &'n Key,
    node: &'n Node,
    taken: bool,
}

impl<'n> Fields<'n> {
    /// Opens a map whose fields are some of `known`; `what` is its name in messages.
    ///
    /// Where there is no map, that is the one problem, and nothing is asked of its fields.
    pub(super) fn open(
        node: &'n Node,
        what: &str,
        known: &'static [&'static str],
        found: &'n Problems,
    ) -> Option<Self> {
        let list = entries(node, what, found)?;
        let present: Vec<&str> = list.iter().map(|(key, _)| key.text.as_str()).collect();
        let mut entries = Vec::new();
        for (key, node) in list {
            let name = if known.contains(&key.text.as_str()) {
                Some(key.text.as_str())
            } else {
                let message = format!("{what} has no field {}", quoted(&key.text));
                found.misfit(key.place, message, &key.text, known)
            };
            let is_guess = name.is_some_and(|name| name != key.text);
            match name {
                Some(name) if !(is_guess && present.contains(&name)) => {
                    entries.push(Entry { name, key, node, taken: false });
                }
                _ => {}
            }
        }
        Some(Self { what: what.to_owned(), place: node.place, entries, missing: Vec::new(), found })
    }

    /// Whether a field stands in the text.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Where the value of a field stands.
    pub(super) fn place_of(&self, name: &str) -> Option<Place> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| entry.node.place)
    }

    /// Takes a field that may be left out.
    pub(super) fn optional(&mut self, name: &str) -> Option<&'n Node> {
        let entry = self.entries.iter_mut().find(|entry| entry.name == name)?;
        entry.taken = true;
        if matches!(entry.node.tree, Tree::Nothing) {
            let hint = "give it one, or take it out; a value that begins with # needs quotes";
            self.found.add(entry.key.place, format!("{} has no value", quoted(name)), hint);
            self.found.doubt();
            return None;
        }
        Some(entry.node)
    }

    /// Takes a field that must be there.
    pub(super) fn required(&mut self, name: &'static str) -> Option<&'n Node> {
        if !self.has(name) {
            self.missing.push(name);
        }
        self.optional(name)
    }

    /// Takes a text that must be there.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let node = self.required(name)?;
        scalar(node, name, self.found)
    }

    /// Takes a text that may be left out.
    pub(super) fn maybe_text(&mut self, name: &str) -> Option<String> {
        let node = self.optional(name)?;
        scalar(node, name, self.found)
    }

    /// Takes a truth value that may be left out.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let words = [("true", true), ("false", false), ("yes", true), ("no", false)];
        one_of(self.optional(name)?, name, &words, self.found)
    }

    /// Takes one of a few words.
    pub(super) fn one_of<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        one_of(self.required(name)?, name, words, self.found)
    }

    /// Takes one of a few words that may be left out.
    pub(super) fn maybe_one_of<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        one_of(self.optional(name)?, name, words, self.found)
    }

    /// Reports what is missing, and what stands where it says nothing.
    pub(super) fn close(self) {
        let names: Vec<String> = self.missing.iter().map(|name| quoted(name)).collect();
        if let Some((last, first)) = names.split_last() {
            let and = if first.is_empty() { "" } else { " and " };
            let message = format!("{} needs {}{and}{last}", self.what, first.join(", "));
            self.found.add(self.place, message, "");
        }
        for entry in self.entries.iter().filter(|entry| !entry.taken) {
            let message = format!("{} takes no {}", self.what, quoted(entry.name));
            self.found.add(
                entry.key.place,
                message,
                "take it out: beside the other fields it says nothing",
            );
        }
    }
}

/// The entries of a map whose keys are all different.
pub(super) fn entries<'n>(
    node: &'n Node,
    what: &str,
    found: &Problems,
) -> Option<Vec<(&'n Key, &'n Node)>> {
    let Tree::Map(map) = &node.tree else {
        found.add(node.place, format!("{what} must be a map"), "write \"name: value\" lines");
        found.doubt();
        return None;
    };
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut list = Vec::new();
    for (key, value) in map {
        let line = *first.entry(&key.text).or_insert(key.place.line);
        if first.len() == list.len() {
            let message = format!("{} stands twice in {what}", quoted(&key.text));
            found.add(key.place, message, &format!("the first is on line {line}"));
            found.doubt();
        } else {
            list.push((key, value));
        }
    }
    Some(list)
}

/// The entries of a map that declares names for SQL.
pub(super) fn declared<'n>(
    node: &'n Node,
    what: &str,
    found: &Problems,
) -> Vec<(&'n Key, &'n Node)> {
    let list = entries(node, what, found).unwrap_or_default();
    for (key, _) in &list {
        if !is_name(&key.text) {
            let message = format!("{} cannot be a name in {what}", quoted(&key.text));
            found.add(key.place, message, NAME_HINT);
        }
    }
    list
}

/// What a name that becomes an identifier in SQL is made of.
pub(super) const NAME_HINT: &str = "use a to z, 0 to 9 and _, beginning with a letter";

pub(super) fn is_name(text: &str) -> bool {
    const LONGEST: usize = 63;
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
