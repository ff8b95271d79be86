//! Reads what clients read of the charter in other languages. A translation is whole or refused:
//! nobody is told half a promise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use theirs_words::{Language, Speech};

use super::fields::{Fields, entries};
use super::found::Problems;
use super::scalar::{one_of, scalar};
use crate::charter::{Holds, Meaning, Purpose, Recipient, Role, Source, Translation};
use crate::problem::quoted;
use crate::text::{Node, Place};

/// How many of the things that are missing are named at once.
const MOST_NAMED: usize = 16;

/// What there is to translate.
pub(super) struct Told<'c> {
    /// The name of the authority that clients may complain to.
    pub(super) authority: Option<&'c str>,
    pub(super) sources: &'c [Source],
    pub(super) recipients: &'c [Recipient],
    pub(super) purposes: &'c [Purpose],
    pub(super) roles: &'c [Role],
}

/// Reads the language of the charter's own sentences.
pub(super) fn language(node: Option<&Node>, found: &Problems) -> Language {
    let read = node.and_then(|node| one_of(node, "language", &Language::ALL, found));
    read.unwrap_or(Language::English)
}

/// Reads the other languages.
pub(super) fn translations(
    node: &Node,
    own: Language,
    told: &Told,
    found: &Problems,
) -> Vec<Translation> {
    let known: Vec<&str> =
        Language::ALL.iter().filter(|known| known.1 != own).map(|known| known.0).collect();
    let list = entries(node, "\"translations\"", found).unwrap_or_default();
    list.into_iter()
        .filter_map(|(key, node)| {
            let code = if known.contains(&key.text.as_str()) {
                Some(key.text.as_str())
            } else {
                found.unknown(key.place, "language", &key.text, &known)
            };
            let language = code.and_then(Language::named)?;
            Some(translation(node, language, told, found))
        })
        .collect()
}

/// Reads what columns, topics and the like are called in the charter's own language. In English their
/// names do for words; in another they would be half a page of English.
pub(super) fn own_names(
    node: Option<&Node>,
    top: Place,
    language: Language,
    told: &Told,
    found: &Problems,
) -> BTreeMap<String, String> {
    let mut read = Reading { language, sentences: BTreeMap::new(), missing: Vec::new(), found };
    let names = read.names(node, &named(told));
    read.say_missing(node.map_or(top, |node| node.place));
    names
}

fn translation(node: &Node, language: Language, told: &Told, found: &Problems) -> Translation {
    const FIELDS: &[&str] = &["authority", "sources", "recipients", "purposes", "roles", "names"];
    let mut read = Reading { language, sentences: BTreeMap::new(), missing: Vec::new(), found };
    let mut names = BTreeMap::new();
    let what = format!("the translation {}", quoted(language.code()));
    if let Some(mut fields) = Fields::open(node, &what, FIELDS, found) {
        let place = node.place;
        match (told.authority, fields.maybe_text("authority")) {
            (Some(own), Some(text)) => drop(read.sentences.insert(own.to_owned(), text)),
            (Some(_), None) => read.missing.push("authority".to_owned()),
            (None, _) => {}
        }
        let own = told.sources.iter().map(|one| {
            let called = ("called", Some(one.called.as_str()));
            (one.name.as_str(), vec![called, ("acquired", Some(one.acquired.as_str()))])
        });
        read.section(fields.optional("sources"), "sources", &own.collect());
        let own = told.recipients.iter().map(|one| {
            let does = ("does", one.does.as_deref());
            (one.key.as_str(), vec![does, ("safeguard", one.safeguard.as_deref())])
        });
        read.section(fields.optional("recipients"), "recipients", &own.collect());
        let own = told.purposes.iter().map(|one| {
            let reason = one.decide.as_ref().map(|decide| decide.reason.as_str());
            let says = ("says", Some(one.says.as_str()));
            (
                one.name.as_str(),
                vec![says, ("interest", one.interest.as_deref()), ("reason", reason)],
            )
        });
        read.section(fields.optional("purposes"), "purposes", &own.collect());
        let own = told
            .roles
            .iter()
            .map(|one| (one.name.as_str(), vec![("says", Some(one.says.as_str()))]));
        read.section(fields.optional("roles"), "roles", &own.collect());
        names = read.names(fields.optional("names"), &named(told));
        fields.close();
        read.say_missing(place);
    }
    Translation { language, sentences: Arc::new(read.sentences), names: Arc::new(names) }
}

/// The texts of something that has a name: each field with the charter's own text, if it has one.
type Own<'c> = Vec<(&'c str, Vec<(&'static str, Option<&'c str>)>)>;

struct Reading<'f> {
    language: Language,
    sentences: BTreeMap<String, String>,
    /// What is not translated, as a way through the map.
    missing: Vec<String>,
    found: &'f Problems,
}

impl Reading<'_> {
    /// Reads the texts of one section, and says which are missing.
    fn section(&mut self, node: Option<&Node>, section: &str, own: &Own<'_>) {
        let found = self.found;
        let known: Vec<&str> = own.iter().map(|one| one.0).collect();
        let mut given: BTreeMap<&str, &Node> = BTreeMap::new();
        for (key, node) in
            node.and_then(|node| entries(node, &quoted(section), found)).unwrap_or_default()
        {
            if let Some(name) = known.iter().find(|name| **name == key.text) {
                given.insert(name, node);
            } else {
                found.unknown(key.place, section.trim_end_matches('s'), &key.text, &known);
            }
        }
        for (name, texts) in own {
            let wanted: Vec<_> =
                texts.iter().filter_map(|(field, own)| Some((*field, (*own)?))).collect();
            let node = given.get(name).copied();
            let fields = match node {
                Some(node) => entries(node, &quoted(name), found).unwrap_or_default(),
                None => Vec::new(),
            };
            for (key, _) in &fields {
                let known: Vec<&str> = wanted.iter().map(|one| one.0).collect();
                if !known.contains(&key.text.as_str()) {
                    let message = format!(
                        "{} {} has no {} to translate",
                        section,
                        quoted(name),
                        quoted(&key.text)
                    );
                    found.misfit(key.place, message, &key.text, &known);
                }
            }
            for (field, own) in wanted {
                match fields.iter().find(|(key, _)| key.text == field) {
                    Some((_, node)) => {
                        if let Some(text) = scalar(node, field, found) {
                            self.sentences.insert(own.to_owned(), text);
                        }
                    }
                    None => self.missing.push(format!("{section}.{name}.{field}")),
                }
            }
        }
    }

    /// Reads what names are called, and says which are missing that we have no word for.
    fn names(&mut self, node: Option<&Node>, wanted: &BTreeSet<&str>) -> BTreeMap<String, String> {
        let found = self.found;
        let mut names = BTreeMap::new();
        let known: Vec<&str> = wanted.iter().copied().collect();
        for (key, node) in
            node.and_then(|node| entries(node, "\"names\"", found)).unwrap_or_default()
        {
            if !wanted.contains(key.text.as_str()) {
                found.unknown(key.place, "name", &key.text, &known);
            } else if let Some(text) = scalar(node, &key.text, found) {
                names.insert(key.text.clone(), text);
            }
        }
        let plain = Speech::plain(self.language);
        for name in wanted.iter().filter(|name| !plain.knows(name)) {
            if !names.contains_key(*name) {
                self.missing.push(format!("names.{name}"));
            }
        }
        names
    }

    /// Says all that is missing at once: whoever translates needs the whole list.
    fn say_missing(&self, place: Place) {
        if self.missing.is_empty() {
            return;
        }
        let (first, rest) = self.missing.split_at(self.missing.len().min(MOST_NAMED));
        let more =
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        let what = format!("{}{more}", first.join(", "));
        let message = format!("not yet in {}: {what}", quoted(self.language.code()));
        let hint = "a translation is whole: clients are told all or nothing in a language";
        self.found.add(place, message, hint);
    }
}

/// The names that clients read: columns, activities, topics and purposes.
fn named<'c>(told: &Told<'c>) -> BTreeSet<&'c str> {
    let mut names = BTreeSet::new();
    for source in told.sources {
        match &source.holds {
            Holds::Identity(identity) => {
                for column in &identity.columns {
                    names.insert(match &column.meaning {
                        Meaning::Attribute(attribute) => attribute.column(),
                        Meaning::Consent(topic) | Meaning::Objection(topic) => topic.as_str(),
                    });
                }
            }
            Holds::Activity(activity) => {
                names.insert(source.name.as_str());
                names.extend(activity.columns.iter().map(|column| column.name.as_str()));
            }
        }
    }
    for purpose in told.purposes {
        names.insert(purpose.name.as_str());
        names.extend(purpose.consent.as_deref());
    }
    // These have messages of their own.
    for topic in ["all", "marketing", "sale"] {
        names.remove(topic);
    }
    names
}
