//! Names as a charter can bear them.

use std::collections::BTreeSet;

use crate::name::words_of;

/// The longest name that a charter takes, in letters.
const LONGEST: usize = 63;

/// Whether an activity can have a column of this name: small letters, digits and `_`.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && text != "person_id"
}

/// The nearest such name.
pub(super) fn name_of(text: &str) -> String {
    let mut name = if is_name(text) { text.to_owned() } else { words_of(text).join("_") };
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.insert_str(0, "n_");
    }
    name.truncate(LONGEST - 3);
    if name == "person_id" { "person_number".to_owned() } else { name }
}

/// A name that is not among those taken, and is from now on.
pub(super) fn untaken(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..1_000).map(|number| format!("{name}_{number}"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or_else(|| name.to_owned());
    taken.insert(free.clone());
    free
}

/// A text as YAML writes it: bare where that is plain, else in quotes.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./ ".contains(c))
        && !text.ends_with(' ');
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// A name in words: `order_lines` is `Order lines`.
pub(super) fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_one_that_a_charter_takes() {
        for (text, name) in [
            ("Order Date", "order_date"),
            ("crm", "crm"),
            ("2024 export", "n_2024_export"),
            ("Straße", "strasse"),
            ("person_id", "person_number"),
        ] {
            assert_eq!(name_of(text), name);
            assert!(is_name(&name_of(text)));
        }
        assert!(is_name(&name_of(&"é".repeat(200))) && is_name(&name_of("")));
    }

    #[test]
    fn a_text_that_yaml_could_misread_is_quoted() {
        assert_eq!(quoted("customers.csv"), "customers.csv");
        assert_eq!(quoted("a: b # c"), "\"a: b # c\"");
        assert_eq!(quoted("a \"b\""), "\"a \\\"b\\\"\"");
    }
}
