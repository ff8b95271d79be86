//! Brings every value into one spelling before anything is compared.
//!
//! What a person would read as the same must become the same bytes here, and no more: typing
//! errors are left for the comparisons. Values are bounded in length, so that one absurd value
//! cannot stall a comparison; what is cut off stays distinguishable by its hash.

mod address;
mod contact;
mod date;
mod name;

pub(crate) use address::{city, one_line, postcode, street};
pub(crate) use contact::{email, identifier, mailbox, phone};
pub(crate) use date::birth_date;
pub(crate) use name::{family_name, full_name, given_name};

use deunicode::deunicode;

use crate::digest::digest;

/// The longest standardised value, in bytes.
const MAX_BYTES: usize = 120;

/// Lower-case words of letters and digits without accents; punctuation separates.
pub(crate) fn words(raw: &str) -> Vec<String> {
    let folded = deunicode(clip(raw)).to_ascii_lowercase().replace(['\'', '`'], "");
    folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Any other text: its words, separated by single spaces.
pub(crate) fn other(raw: &str) -> Option<String> {
    let text = words(raw).join(" ");
    (!says_nothing(&text)).then(|| bounded(text))
}

/// Tells the ways in which people and programs write "no value".
fn says_nothing(text: &str) -> bool {
    const NOTHING: [&str; 12] = [
        "",
        "na",
        "n a",
        "none",
        "null",
        "nil",
        "nan",
        "unknown",
        "not known",
        "tbc",
        "tbd",
        "not provided",
    ];
    NOTHING.contains(&text)
}

/// Cuts a text to the longest standardised value and marks what was cut off by its hash.
fn bounded(mut text: String) -> String {
    if text.len() <= MAX_BYTES {
        return text;
    }
    let mark = format!("#{:016x}", digest(text.as_bytes()));
    let mut end = MAX_BYTES - mark.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text + &mark
}

/// Reads no more than a few kilobytes of a raw value.
fn clip(raw: &str) -> &str {
    let mut end = raw.len().min(4096);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    &raw[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(other("  Brontë, Émily! "), Some("bronte emily".into()));
        assert_eq!(words("O'Neill"), ["oneill"]);
    }

    #[test]
    fn ways_to_say_nothing_are_missing() {
        for nothing in ["", "  ", "N/A", "null", "Unknown", "--"] {
            assert_eq!(other(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn long_values_stay_bounded_and_distinct() {
        let left = other(&"a".repeat(3000)).unwrap();
        let right = other(&format!("{}b", "a".repeat(2999))).unwrap();
        assert!(left.len() <= MAX_BYTES && right.len() <= MAX_BYTES);
        assert_ne!(left, right);
    }
}
