//! Addresses: street line, postcode and town, also out of one free line.

use super::{bounded, clip, says_nothing, words};

/// An address in its three parts; any may be missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AddressParts {
    pub(crate) street: Option<String>,
    pub(crate) postcode: Option<String>,
    pub(crate) city: Option<String>,
}

/// Long and short forms of the commonest words in a street line.
const SHORT_FORMS: [(&str, &str); 22] = [
    ("street", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("av", "ave"),
    ("lane", "ln"),
    ("drive", "dr"),
    ("court", "ct"),
    ("place", "pl"),
    ("square", "sq"),
    ("crescent", "cres"),
    ("boulevard", "blvd"),
    ("parkway", "pkwy"),
    ("highway", "hwy"),
    ("terrace", "tce"),
    ("apartment", "apt"),
    ("flat", "apt"),
    ("unit", "apt"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("strasse", "str"),
];

/// House number and street with the common words shortened.
pub(crate) fn street(raw: &str) -> Option<String> {
    let tokens: Vec<String> = words(raw).into_iter().map(shortened).collect();
    told(tokens.join(" "))
}

/// Upper case without blanks and hyphens.
pub(crate) fn postcode(raw: &str) -> Option<String> {
    let text: String = clip(raw).chars().filter(char::is_ascii_alphanumeric).collect();
    (!says_nothing(&text.to_lowercase())).then(|| bounded(text.to_uppercase()))
}

/// The words of the town's name.
pub(crate) fn city(raw: &str) -> Option<String> {
    told(words(raw).join(" "))
}

/// Splits a line at commas: street first, then a piece with a postcode, then the town.
pub(crate) fn one_line(raw: &str) -> AddressParts {
    let mut pieces =
        clip(raw).split([',', '\n', ';']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut parts =
        AddressParts { street: pieces.next().and_then(street), ..AddressParts::default() };
    for piece in pieces {
        let (town, code) = split_postcode(piece);
        parts.postcode = parts.postcode.or(code);
        parts.city = parts.city.or(town);
    }
    parts
}

/// Words with digits at either end of a piece are its postcode; the rest is the town.
fn split_postcode(piece: &str) -> (Option<String>, Option<String>) {
    let (code, town): (Vec<&str>, Vec<&str>) = piece
        .split_whitespace()
        .partition(|word| word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_digit()));
    (city(&town.join(" ")), postcode(&code.join("")))
}

fn shortened(word: String) -> String {
    SHORT_FORMS.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| (*short).into())
}

fn told(text: String) -> Option<String> {
    (!says_nothing(&text)).then(|| bounded(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_street_words_are_the_same() {
        assert_eq!(street("12 High Street"), street("12, high st."));
    }

    #[test]
    fn one_line_falls_into_its_parts() {
        let parts = one_line("12 High Street, London, SW1A 1AA");
        assert_eq!(parts.street, street("12 High St"));
        assert_eq!(parts.postcode, postcode("sw1a1aa"));
        assert_eq!(parts.city, city("London"));
        let german = one_line("Hauptstraße 5, 10115 Berlin");
        assert_eq!(german.postcode, Some("10115".into()));
        assert_eq!(german.city, Some("berlin".into()));
    }

    #[test]
    fn a_line_without_commas_is_a_street() {
        assert_eq!(one_line("5 Harbour Lane").street, Some("5 harbour ln".into()));
    }
}
