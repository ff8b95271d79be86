//! Addresses: street line, postcode and town, also out of one free line.

use super::{Hyphen, clip, fold_words, settle};

/// House number and street with the common words shortened.
pub(crate) fn street(raw: &str, out: &mut String) {
    fold_words(raw, Hyphen::Separates, out, |line, start| {
        if let Some(short) = short_form(&line[start..]) {
            line.truncate(start);
            line.push_str(short);
        }
    });
    settle(out);
}

/// Upper case without blanks and hyphens.
pub(crate) fn postcode(raw: &str, out: &mut String) {
    out.clear();
    let bytes = clip(raw).bytes().filter(u8::is_ascii_alphanumeric);
    out.extend(bytes.map(|byte| char::from(byte.to_ascii_lowercase())));
    settle(out);
    out.make_ascii_uppercase();
}

/// The words of the town's name.
pub(crate) fn city(raw: &str, out: &mut String) {
    super::other(raw, out);
}

/// Splits a line at commas into street, postcode and town; what was found before stays.
pub(crate) fn one_line(raw: &str, [street_out, code_out, town_out]: [&mut String; 3]) {
    let mut pieces =
        clip(raw).split([',', '\n', ';']).map(str::trim).filter(|piece| !piece.is_empty());
    street(pieces.next().unwrap_or_default(), street_out);
    code_out.clear();
    town_out.clear();
    for piece in pieces {
        let (code, town): (Vec<&str>, Vec<&str>) =
            piece.split_whitespace().partition(|word| is_of_postcode(word));
        if code_out.is_empty() {
            postcode(&code.concat(), code_out);
        }
        if town_out.is_empty() {
            city(&town.join(" "), town_out);
        }
    }
}

/// Words with digits at either end of a piece are its postcode; the rest is the town.
fn is_of_postcode(word: &str) -> bool {
    word.len() >= 3 && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// The short form of the commonest words in a street line.
fn short_form(word: &str) -> Option<&'static str> {
    // Most words are none of these, and their first letter says so.
    Some(match word.as_bytes().first()? {
        b'a' if matches!(word, "avenue" | "av") => "ave",
        b'a' if word == "apartment" => "apt",
        b'b' if word == "boulevard" => "blvd",
        b'c' if word == "court" => "ct",
        b'c' if word == "crescent" => "cres",
        b'd' if word == "drive" => "dr",
        b'e' if word == "east" => "e",
        b'f' if word == "flat" => "apt",
        b'h' if word == "highway" => "hwy",
        b'l' if word == "lane" => "ln",
        b'n' if word == "north" => "n",
        b'p' if word == "parkway" => "pkwy",
        b'p' if word == "place" => "pl",
        b'r' if word == "road" => "rd",
        b's' if word == "street" => "st",
        b's' if word == "south" => "s",
        b's' if word == "square" => "sq",
        b's' if word == "strasse" => "str",
        b't' if word == "terrace" => "tce",
        b'u' if word == "unit" => "apt",
        b'w' if word == "west" => "w",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::made;
    use super::*;

    fn split(raw: &str) -> [String; 3] {
        let mut parts = [String::new(), String::new(), String::new()];
        one_line(raw, parts.each_mut());
        parts
    }

    #[test]
    fn long_and_short_street_words_are_the_same() {
        assert_eq!(made(street, "12 High Street"), "12 high st");
        assert_eq!(made(street, "12, high st."), "12 high st");
        assert_eq!(made(street, "5 North Road Flat 2"), "5 n rd apt 2");
        assert_eq!(made(street, "Av Road 7 Crescent"), "ave rd 7 cres");
        assert_eq!(made(street, "12 Av"), "12 ave");
    }

    #[test]
    fn one_line_falls_into_its_parts() {
        assert_eq!(split("12 High Street, London, SW1A 1AA"), ["12 high st", "SW1A1AA", "london"]);
        assert_eq!(split("Hauptstraße 5, 10115 Berlin"), ["hauptstrasse 5", "10115", "berlin"]);
    }

    #[test]
    fn a_line_without_commas_is_a_street() {
        assert_eq!(split("5 Harbour Lane"), ["5 harbour ln", "", ""]);
    }
}
