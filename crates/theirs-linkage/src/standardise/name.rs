//! Names of people, from parts or from one line, into one given and one family name.
//!
//! Only the first given name is kept: second names are too often left out to tell people apart.
//! Titles and generation suffixes are dropped; particles belong to the family name.

use super::{bounded, says_nothing, words};

/// A name in its two parts; either may be missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct NameParts {
    pub(crate) given: Option<String>,
    pub(crate) family: Option<String>,
}

const TITLES: [&str; 14] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "rev", "herr", "frau", "mme", "m",
];
const SUFFIXES: [&str; 9] = ["jr", "sr", "junior", "senior", "ii", "iii", "iv", "esq", "phd"];
const PARTICLES: [&str; 20] = [
    "de", "la", "le", "del", "della", "di", "da", "dos", "du", "van", "von", "den", "der", "ter",
    "ten", "bin", "ibn", "al", "el", "st",
];

/// Takes the first of the given names.
pub(crate) fn given_name(raw: &str) -> Option<String> {
    let tokens = name_words(raw);
    let untitled = tokens.iter().find(|token| !is_title(token)).or(tokens.first())?;
    told(untitled.clone())
}

/// Joins the words of a family name, without a generation suffix.
pub(crate) fn family_name(raw: &str) -> Option<String> {
    let mut tokens = name_words(raw);
    drop_suffixes(&mut tokens);
    told(tokens.concat())
}

/// Splits a whole name: `given … family`, or `family, given`.
pub(crate) fn full_name(raw: &str) -> NameParts {
    if let Some((family, given)) = comma_form(raw) {
        return NameParts { given: given_name(given), family: family_name(family) };
    }
    let mut tokens = name_words(raw);
    drop_suffixes(&mut tokens);
    while tokens.len() > 1 && is_title(&tokens[0]) {
        tokens.remove(0);
    }
    let Some((first, rest)) = tokens.split_first() else { return NameParts::default() };
    let family_start = family_start(rest);
    NameParts { given: told(first.clone()), family: told(rest[family_start..].concat()) }
}

/// The family name is the last word with the particles before it.
fn family_start(rest: &[String]) -> usize {
    let mut start = rest.len().saturating_sub(1);
    while start > 0 && PARTICLES.contains(&rest[start - 1].as_str()) {
        start -= 1;
    }
    start
}

/// `family, given` has one comma and something that is no suffix after it.
fn comma_form(raw: &str) -> Option<(&str, &str)> {
    let (family, given) = raw.split_once(',')?;
    let first = name_words(given).into_iter().next()?;
    let is_form = !SUFFIXES.contains(&first.as_str()) && !name_words(family).is_empty();
    is_form.then_some((family, given))
}

/// Hyphens join (`Anne-Marie`); everything else that is no letter or digit separates.
fn name_words(raw: &str) -> Vec<String> {
    let tokens = words(&super::clip(raw).replace(['-', '\u{2010}', '\u{2011}'], ""));
    if says_nothing(&tokens.join(" ")) { Vec::new() } else { tokens }
}

fn drop_suffixes(tokens: &mut Vec<String>) {
    while tokens.len() > 1 && tokens.last().is_some_and(|last| SUFFIXES.contains(&last.as_str())) {
        tokens.pop();
    }
}

fn is_title(token: &str) -> bool {
    TITLES.contains(&token)
}

fn told(text: String) -> Option<String> {
    (!says_nothing(&text) && text != "test").then(|| bounded(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(given: &str, family: &str) -> NameParts {
        NameParts {
            given: (!given.is_empty()).then(|| given.to_owned()),
            family: (!family.is_empty()).then(|| family.to_owned()),
        }
    }

    #[test]
    fn full_names_split_like_their_parts() {
        assert_eq!(full_name("Ada Lovelace"), parts("ada", "lovelace"));
        assert_eq!(full_name("Dr. Ada King Lovelace"), parts("ada", "lovelace"));
        assert_eq!(full_name("Lovelace, Ada"), parts("ada", "lovelace"));
        assert_eq!(full_name("Vincent van Gogh"), parts("vincent", "vangogh"));
        assert_eq!(full_name("John Smith, Jr."), parts("john", "smith"));
        assert_eq!(full_name("Cher"), parts("cher", ""));
        assert_eq!(full_name("  "), parts("", ""));
    }

    #[test]
    fn parts_are_folded_alike() {
        assert_eq!(given_name("Anne-Marie Louise"), Some("annemarie".into()));
        assert_eq!(family_name("van Gogh"), Some("vangogh".into()));
        assert_eq!(family_name("O’Brien"), family_name("O'Brien"));
        assert_eq!(given_name("n/a"), None);
    }
}
