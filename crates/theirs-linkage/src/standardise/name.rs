//! Names of people, from parts or from one line, into one given and one family name.
//!
//! Only the first given name is kept: second names are too often left out to tell people apart.
//! Titles and generation suffixes are dropped; particles belong to the family name.

use super::{Hyphen, fold, says_nothing, settle};

const SUFFIXES: [&str; 9] = ["jr", "sr", "junior", "senior", "ii", "iii", "iv", "esq", "phd"];
const PARTICLES: [&str; 20] = [
    "de", "la", "le", "del", "della", "di", "da", "dos", "du", "van", "von", "den", "der", "ter",
    "ten", "bin", "ibn", "al", "el", "st",
];

/// Takes the first of the given names.
pub(crate) fn given_name(raw: &str, out: &mut String) {
    name_words(raw, out);
    let start = untitled(out);
    let length = out.as_bytes()[start..].iter().position(|&byte| byte == b' ');
    let end = length.map_or(out.len(), |length| start + length);
    out.truncate(end);
    out.drain(..start);
    told(out);
}

/// Joins the words of a family name, without a generation suffix.
pub(crate) fn family_name(raw: &str, out: &mut String) {
    name_words(raw, out);
    drop_suffixes(out);
    out.retain(|c| c != ' ');
    told(out);
}

/// Splits a whole name: `given … family`, or `family, given`.
pub(crate) fn full_name(raw: &str, given: &mut String, family: &mut String) {
    if let Some((before, after)) = comma_form(raw, given) {
        given_name(after, given);
        return family_name(before, family);
    }
    name_words(raw, given);
    drop_suffixes(given);
    given.drain(..untitled(given));
    family.clear();
    if let Some((_, rest)) = given.split_once(' ') {
        family.extend(rest[family_start(rest)..].chars().filter(|&c| c != ' '));
        given.truncate(given.find(' ').unwrap_or_default());
    }
    told(given);
    told(family);
}

/// Where the first word that is no title starts; 0 if all are.
fn untitled(words: &str) -> usize {
    let mut start = 0;
    while is_title(words[start..].split(' ').next().unwrap_or_default()) {
        match words[start..].find(' ') {
            Some(length) => start += length + 1,
            None => return 0,
        }
    }
    start
}

/// The family name is the last word with the particles before it.
fn family_start(rest: &str) -> usize {
    let mut start = rest.rfind(' ').map_or(0, |at| at + 1);
    while let Some(before) = rest[..start].strip_suffix(' ') {
        let word = before.rfind(' ').map_or(0, |at| at + 1);
        if !PARTICLES.contains(&&before[word..]) {
            break;
        }
        start = word;
    }
    start
}

/// `family, given` has one comma and something that is no suffix after it.
fn comma_form<'r>(raw: &'r str, scratch: &mut String) -> Option<(&'r str, &'r str)> {
    let (family, given) = raw.split_once(',')?;
    name_words(given, scratch);
    let first = scratch.split(' ').next().filter(|word| !word.is_empty())?;
    if SUFFIXES.contains(&first) {
        return None;
    }
    name_words(family, scratch);
    (!scratch.is_empty()).then_some((family, given))
}

/// Hyphens join (`Anne-Marie`); everything else that is no letter or digit separates.
fn name_words(raw: &str, out: &mut String) {
    fold(raw, Hyphen::Joins, out);
    if says_nothing(out) {
        out.clear();
    }
}

fn drop_suffixes(words: &mut String) {
    while let Some((before, last)) = words.rsplit_once(' ')
        && SUFFIXES.contains(&last)
    {
        words.truncate(before.len());
    }
}

fn is_title(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "mx"
            | "dr"
            | "prof"
            | "sir"
            | "dame"
            | "rev"
            | "herr"
            | "frau"
            | "mme"
            | "m"
    )
}

fn told(out: &mut String) {
    if out == "test" {
        out.clear();
    }
    settle(out);
}

#[cfg(test)]
mod tests {
    use super::super::made;
    use super::*;

    fn split(raw: &str) -> (String, String) {
        let (mut given, mut family) = (String::new(), String::new());
        full_name(raw, &mut given, &mut family);
        (given, family)
    }

    fn parts(given: &str, family: &str) -> (String, String) {
        (given.to_owned(), family.to_owned())
    }

    #[test]
    fn full_names_split_like_their_parts() {
        assert_eq!(split("Ada Lovelace"), parts("ada", "lovelace"));
        assert_eq!(split("Dr. Ada King Lovelace"), parts("ada", "lovelace"));
        assert_eq!(split("Lovelace, Ada"), parts("ada", "lovelace"));
        assert_eq!(split("Vincent van Gogh"), parts("vincent", "vangogh"));
        assert_eq!(split("Ludwig Mies van der Rohe"), parts("ludwig", "vanderrohe"));
        assert_eq!(split("John Smith, Jr."), parts("john", "smith"));
        assert_eq!(split("Cher"), parts("cher", ""));
        assert_eq!(split("Mr"), parts("mr", ""));
        assert_eq!(split("  "), parts("", ""));
    }

    #[test]
    fn parts_are_folded_alike() {
        assert_eq!(made(given_name, "Anne-Marie Louise"), "annemarie");
        assert_eq!(made(given_name, "Dr Ada"), "ada");
        assert_eq!(made(family_name, "van Gogh"), "vangogh");
        assert_eq!(made(family_name, "O’Brien"), made(family_name, "O'Brien"));
        assert_eq!(made(given_name, "n/a"), "");
    }
}
