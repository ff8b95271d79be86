//! A published copy of the notice, held against the notice as it would be made now.
//!
//! That a copy bears the number of the charter in force says nothing of what was taken out of it. So each
//! purpose, recipient, source, kind of data and right is looked for. Counts differ from day to day and are
//! left aside. Of a page that people read each sentence on purposes, sources and recipients is looked for, as
//! often as the notice says it, so that a time or a role that was changed in one place is missed there. Price:
//! what else stands on the page is not read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_json::Value;
use theirs_words::Speech;

use crate::drift::Drift;
use crate::notice::Notice;
use crate::paper::{Block, Section};

/// A list of the notice as JSON.
struct Part {
    /// Its field.
    list: &'static str,
    /// By what its items are told apart.
    key: &'static str,
    /// What an item is called.
    what: &'static str,
    /// What is counted in it, and no promise.
    counts: &'static [&'static str],
}

const PARTS: [Part; 6] = [
    Part { list: "purposes", key: "name", what: "purpose", counts: &["done"] },
    Part { list: "recipients", key: "name", what: "recipient", counts: &["given"] },
    Part { list: "kinds", key: "key", what: "kind of data", counts: &[] },
    Part { list: "outside", key: "source", what: "source from outside", counts: &["held"] },
    Part { list: "unused", key: "source", what: "unused source", counts: &[] },
    Part { list: "rights", key: "name", what: "right", counts: &[] },
];

/// What is said of the whole.
const WHOLE: [&str; 5] = ["controller", "is_sold", "sale", "is_located", "has_children"];

/// What a copy in JSON leaves out, adds or tells otherwise; `file` is its name.
///
/// # Errors
/// The notice could not be written as JSON.
pub fn departures(
    notice: &Notice,
    copy: &Value,
    file: &str,
) -> Result<Vec<Drift>, serde_json::Error> {
    let now = serde_json::to_value(notice)?;
    let mut list = Vec::new();
    for part in &PARTS {
        part.compare(&now, copy, file, &mut list);
    }
    for field in WHOLE.iter().filter(|field| now.get(**field) != copy.get(**field)) {
        list.push(departure(field, format!("{file} tells {field} otherwise")));
    }
    Ok(list)
}

/// What a copy that people read, a page or Markdown in the language of `t`, does not tell.
pub fn untold(notice: &Notice, t: &Speech, copy: &str, file: &str) -> Vec<Drift> {
    let read = flat(copy);
    let mut list = Vec::new();
    let mut look = |clause: String, what: &str, told: &str| {
        if !told.trim().is_empty() && !read.contains(&flat_words(told)) {
            list.push(departure(
                &clause,
                format!("{file} does not tell of the {what} in {clause}"),
            ));
        }
    };
    for one in &notice.purposes {
        look(format!("purposes.{}", one.name), "purpose", &t.again(&one.says));
    }
    for one in notice.recipients.iter().filter(|one| one.receiver.country.is_some()) {
        look(format!("recipients.{}", one.receiver.name), "recipient", &one.receiver.name);
    }
    for kind in &notice.kinds {
        look(format!("kinds.{}", kind.key), "kind of data", &t.again(&kind.label));
        for origin in &kind.from {
            look(format!("sources.{}", origin.called), "source", &t.again(&origin.called));
            look(format!("sources.{}", origin.called), "source", &t.again(&origin.acquired));
        }
    }
    for one in &notice.rights {
        look(format!("rights.{}", one.name), "right", &t.again(&one.how));
    }
    list.dedup();
    list.extend(unsaid(notice, t, &read, file));
    list
}

/// The sections that say what is promised of purposes, sources and recipients, by what their clauses are called.
const PROMISED: [(&str, &str); 3] =
    [("used", "purposes"), ("from", "sources"), ("given", "recipients")];

/// The sentences of these sections that a copy says less often than the notice does. `read` is its text.
fn unsaid(notice: &Notice, t: &Speech, read: &str, file: &str) -> Vec<Drift> {
    // No day stands in what is looked for, so any zone will do.
    let paper = notice.paper(t, &TimeZone::UTC);
    let whole: Vec<String> =
        paper.sections.iter().flat_map(sentences).map(|(_, sentence)| sentence).collect();
    let whole = whole.join(" \u{b7} ");
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for section in &paper.sections {
        let Some((_, clause)) = PROMISED.iter().find(|(id, _)| *id == section.id) else { continue };
        for (heading, sentence) in sentences(section) {
            let times = whole.matches(&sentence).count();
            if read.matches(&sentence).count() < times && seen.insert(sentence.clone()) {
                let clause = match heading.as_str() {
                    "" => (*clause).to_owned(),
                    heading => format!("{clause}.{heading}"),
                };
                list.push(departure(
                    &clause,
                    format!(
                        "{file} does not say \u{201c}{sentence}\u{201d} as often as the notice"
                    ),
                ));
            }
        }
    }
    list
}

/// What a section says, without counts; each with the heading under which it stands.
fn sentences(section: &Section) -> Vec<(String, String)> {
    let mut heading = String::new();
    let mut all = Vec::new();
    for block in &section.blocks {
        let said: Vec<&String> = match block {
            Block::Heading(text) => {
                heading.clone_from(text);
                Vec::new()
            }
            Block::Text(text) | Block::Strong(text) | Block::Small(text) => vec![text],
            Block::Count(_) => Vec::new(),
            Block::Facts(facts) => facts.iter().map(|(_, fact)| fact).collect(),
            Block::List(items) => items.iter().collect(),
            Block::Table { rows, .. } => rows.iter().flatten().collect(),
        };
        let flat = said.into_iter().map(|text| flat_words(text));
        all.extend(flat.filter(|text| !text.is_empty()).map(|text| (heading.clone(), text)));
    }
    all
}

impl Part {
    fn compare(&self, now: &Value, copy: &Value, file: &str, list: &mut Vec<Drift>) {
        let (now, copy) = (self.items(now), self.items(copy));
        for (name, item) in &now {
            let clause = format!("{}.{name}", self.list);
            let Some(told) = copy.get(name) else {
                let says = format!("{file} does not tell of the {} {name}", self.what);
                list.push(departure(&clause, says));
                continue;
            };
            let other = self.differing(item, told);
            if !other.is_empty() {
                let fields = other.join(", ");
                let says = format!("{file} tells the {} {name} otherwise: {fields}", self.what);
                list.push(departure(&clause, says));
            }
        }
        for name in copy.keys().filter(|name| !now.contains_key(*name)) {
            let says = format!("{file} tells of the {} {name}, which there is not", self.what);
            list.push(departure(&format!("{}.{name}", self.list), says));
        }
    }

    /// The items by name, without recipients that were given something once and are in no charter.
    fn items<'v>(&self, notice: &'v Value) -> BTreeMap<&'v str, &'v Value> {
        let all = notice.get(self.list).and_then(Value::as_array).into_iter().flatten();
        let is_over = |item: &&Value| {
            self.list == "recipients" && item.get("country").is_none_or(Value::is_null)
        };
        let named = all.filter(|item| !is_over(item));
        named.filter_map(|item| Some((item.get(self.key)?.as_str()?, item))).collect()
    }

    /// The fields in which two items differ, counts aside; what is null and what is not there are one.
    fn differing<'v>(&self, now: &'v Value, copy: &'v Value) -> Vec<&'v str> {
        let fields =
            [now, copy].into_iter().filter_map(Value::as_object).flat_map(serde_json::Map::keys);
        let mut names: Vec<&str> = fields.map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let value = |of: &'v Value, name: &str| of.get(name).filter(|value| !value.is_null());
        names.retain(|name| !self.counts.contains(name) && value(now, name) != value(copy, name));
        names
    }
}

fn departure(clause: &str, says: String) -> Drift {
    let way_out = "theirs notice --output FILE, and publish that".to_owned();
    Drift { clause: clause.to_owned(), says, way_out }
}

/// The words of a page or of Markdown, without what marks them up.
fn flat(text: &str) -> String {
    let is_page = text.contains("</");
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&', '\\']) {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let (read, length) = match rest.as_bytes().first() {
            Some(b'<') if is_page => (Some(' '), rest.find('>').map_or(rest.len(), |end| end + 1)),
            Some(b'&') if is_page => entity(rest),
            // Markdown writes a mark before what would mean something to it.
            Some(b'\\') => (None, 1),
            _ => (rest.chars().next(), 1),
        };
        words.extend(read);
        rest = &rest[length..];
        if read.is_none() && !is_page {
            let next = rest.chars().next();
            words.extend(next);
            rest = &rest[next.map_or(0, char::len_utf8)..];
        }
    }
    words.push_str(rest);
    flat_words(&words)
}

/// The letter for which an entity at the beginning of a text stands, and how long that is.
fn entity(text: &str) -> (Option<char>, usize) {
    const NAMES: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
    const LONGEST: usize = 10;
    let Some(end) = text.find(';').filter(|end| *end <= LONGEST) else { return (Some('&'), 1) };
    let name = &text[1..end];
    let numbered = name.strip_prefix('#').and_then(|number| {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        char::from_u32(code.ok()?)
    });
    let named = NAMES.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter);
    match numbered.or(named) {
        Some(letter) => (Some(letter), end + 1),
        None => (Some('&'), 1),
    }
}

/// A text with one space between words, however it was broken into lines.
fn flat_words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use theirs_charter::Charter;
    use theirs_words::Language;

    use super::*;

    fn sample() -> Charter {
        let text = include_str!("../../../samples/harbour_books/charter.yaml");
        Charter::read("charter.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn found(copy: &Value) -> Vec<String> {
        let notice = Notice::of(&sample(), None, None);
        let found = departures(&notice, copy, "copy.json").expect("it is plain data");
        found.into_iter().map(|one| one.clause).collect()
    }

    #[test]
    fn a_copy_from_which_something_was_taken_is_found_out_and_a_whole_one_is_not() {
        let notice = Notice::of(&sample(), None, None);
        let mut copy = serde_json::to_value(&notice).expect("it is plain data");
        assert_eq!(found(&copy), [""; 0]);
        copy["recipients"] = Value::Array(Vec::new());
        copy["purposes"].as_array_mut().expect("a list").truncate(2);
        copy["purposes"][1]["says"] = "We do nothing.".into();
        let clauses = found(&copy);
        for clause in ["recipients.Royal Letters", "purposes.answer_you", "purposes.birthday_offer"]
        {
            assert!(clauses.iter().any(|one| one == clause), "{clause}: {clauses:?}");
        }
        assert!(!clauses.iter().any(|one| one == "purposes.fulfil_order"), "{clauses:?}");
    }

    #[test]
    fn a_text_from_which_something_was_taken_is_found_out_in_each_language() {
        let charter = sample();
        let notice = Notice::of(&charter, None, None);
        for language in [Language::English, Language::French] {
            let t = charter.speech(language);
            let text = notice.paper(&t, &charter.time_zone).markdown();
            let missing = untold(&notice, &t, &text, "copy.md");
            assert!(missing.is_empty(), "{missing:?}");
            let less = text.replace("Royal Letters", "");
            let missing = untold(&notice, &t, &less, "copy.md");
            assert_eq!(missing[0].clause, "recipients.Royal Letters", "{missing:?}");
        }
    }

    #[test]
    fn a_time_or_a_role_that_was_changed_in_one_place_is_found_out() {
        let charter = sample();
        let notice = Notice::of(&charter, None, None);
        let t = charter.speech(Language::English);
        let text = notice.paper(&t, &charter.time_zone).markdown();
        let kept = t.again(&notice.purposes[0].keep);
        let heading = format!("### {}", t.title(&notice.purposes[0].name));
        let from = text.find(&heading).expect("it has a heading");
        let at = from + text[from..].find(kept.as_str()).expect("it is said");
        let less = format!("{}1 day{}", &text[..at], &text[at + kept.len()..]);
        assert!(!untold(&notice, &t, &less, "copy.md").is_empty(), "{kept}");
        let role = notice.recipients[0].receiver.role.clone().expect("it has one");
        let role = t.with("report-role", "role", t.again(&role));
        let less = text.replacen(&role, "It does as it likes.", 1);
        assert_ne!(less, text);
        assert!(!untold(&notice, &t, &less, "copy.md").is_empty());
    }

    #[test]
    fn marks_of_pages_and_of_markdown_are_no_words() {
        assert_eq!(flat("<p>Who &amp; what&#39;s <b>it</b></p>"), "Who & what's it");
        assert_eq!(flat("a\\_b \\& c"), "a_b & c");
    }
}
