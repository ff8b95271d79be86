//! Brings every value into one spelling before anything is compared.
//!
//! What a person would read as the same must become the same bytes here, and no more: typing
//! errors are left for the comparisons. Letters of other scripts and letters with marks become
//! plain ones (ü, Ж, ł). Values are bounded in length, so that one absurd value cannot stall a
//! comparison; what is cut off stays distinguishable by its hash. Each function writes into a
//! text that the caller reuses, and leaves it empty when the value says nothing.

mod address;
mod contact;
mod date;
mod name;

pub(crate) use address::{city, one_line, postcode, street};
pub(crate) use contact::{email, identifier, mailbox, phone};
pub(crate) use date::{birth_date, packed_date};
pub(crate) use name::{family_name, full_name, given_name};

use std::borrow::Cow;

use deunicode::deunicode;

use crate::digest::digest;

/// The longest standardised value, in bytes.
const MAX_BYTES: usize = 120;

/// What a hyphen does between two words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hyphen {
    Joins,
    Separates,
}

/// Writes lower-case words of letters and digits without accents, separated by single spaces.
fn fold(raw: &str, hyphen: Hyphen, out: &mut String) {
    fold_words(raw, hyphen, out, |_, _| ());
}

/// The same; each word can be changed once it is written, from where it starts to the end.
fn fold_words(
    raw: &str,
    hyphen: Hyphen,
    out: &mut String,
    mut change: impl FnMut(&mut String, usize),
) {
    out.clear();
    let raw = plain(clip(raw));
    let (mut run, mut word) = (0, None);
    let ends = [b' '];
    for (at, byte) in raw.bytes().chain(ends).enumerate() {
        if IS_OF_WORD[usize::from(byte)] {
            continue;
        }
        if run < at {
            if word.is_none() {
                out.push_str(if out.is_empty() { "" } else { " " });
                word = Some(out.len());
            }
            out.push_str(&raw[run..at]);
        }
        run = at + 1;
        let is_inside = matches!(byte, b'\'' | b'`') || (byte == b'-' && hyphen == Hyphen::Joins);
        if let Some(start) = word.take_if(|_| !is_inside) {
            out[start..].make_ascii_lowercase();
            change(out, start);
        }
    }
}

/// The letters and digits.
const IS_OF_WORD: [bool; 256] = {
    let mut is_of_word = [false; 256];
    let mut at = 0;
    while at < is_of_word.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256 bytes")]
        let byte = at as u8;
        is_of_word[at] = byte.is_ascii_alphanumeric();
        at += 1;
    }
    is_of_word
};

/// The same in plain letters.
fn plain(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() { Cow::Borrowed(raw) } else { Cow::Owned(deunicode(raw)) }
}

/// Any other text: its words, separated by single spaces.
pub(crate) fn other(raw: &str, out: &mut String) {
    fold(raw, Hyphen::Separates, out);
    settle(out);
}

/// Empties a text that says nothing and bounds any other.
fn settle(out: &mut String) {
    if says_nothing(out) {
        out.clear();
    } else if out.len() > MAX_BYTES {
        bound(out);
    }
}

/// The longest way of saying nothing.
const LONGEST_NOTHING: usize = "not provided".len();

/// Tells the ways in which people and programs write "no value".
fn says_nothing(text: &str) -> bool {
    text.len() <= LONGEST_NOTHING
        && matches!(
            text,
            "" | "na"
                | "n a"
                | "none"
                | "null"
                | "nil"
                | "nan"
                | "unknown"
                | "not known"
                | "tbc"
                | "tbd"
                | "not provided"
        )
}

/// Cuts a text to the longest standardised value and marks what was cut off by its hash.
fn bound(text: &mut String) {
    let mark = format!("#{:016x}", digest(text.as_bytes()));
    let mut end = MAX_BYTES - mark.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push_str(&mark);
}

/// Reads no more than a few kilobytes of a raw value.
fn clip(raw: &str) -> &str {
    let mut end = raw.len().min(4096);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    &raw[..end]
}

/// What a standardiser makes of a value.
#[cfg(test)]
fn made(standardise: fn(&str, &mut String), raw: &str) -> String {
    let mut out = "left over".to_owned();
    standardise(raw, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(made(other, "  Brontë, Émily! "), "bronte emily");
        assert_eq!(made(other, "O'Neill"), "oneill");
    }

    #[test]
    fn other_scripts_become_plain_letters() {
        assert_eq!(made(other, "Владимир"), "vladimir");
        assert_eq!(made(other, "Łukasz Weiß Øster"), "lukasz weiss oster");
    }

    #[test]
    fn ways_to_say_nothing_are_missing() {
        for nothing in ["", "  ", "N/A", "null", "Unknown", "--"] {
            assert_eq!(made(other, nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn long_values_stay_bounded_and_distinct() {
        let left = made(other, &"a".repeat(3000));
        let right = made(other, &format!("{}b", "a".repeat(2999)));
        assert!(left.len() <= MAX_BYTES && right.len() <= MAX_BYTES);
        assert_ne!(left, right);
    }
}
