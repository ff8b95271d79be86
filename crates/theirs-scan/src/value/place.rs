//! Where somebody is or lives: coordinates and postcodes.

use celes::Country;
use theirs_model::ColumnType;

use super::{Found, Profile, of_values};
use crate::kind::places;

/// Coordinates with so many digits behind the point tell a house from its neighbour.
const PRECISE_PLACES: usize = 3;

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    coordinates(profile, found);
    let share = profile.share(is_postcode);
    if share >= 0.7 {
        let why = format!("{} are written like postcodes", of_values(share));
        found.see("contact.address.postcode", 0.88 * share, why);
    }
    let five = profile.share(|v| v.len() == 5 && v.bytes().all(|b| b.is_ascii_digit()));
    let zip4 = profile
        .share(|v| v.len() == 10 && v.as_bytes()[5] == b'-' && digits(&v[..5]) && digits(&v[6..]));
    if zip4 >= 0.7 {
        let why = format!("{} are written like ZIP codes", of_values(zip4));
        found.see("contact.address.postcode", 0.8, why);
    } else if five >= 0.9 && profile.kind.of == ColumnType::Text {
        found.see(
            "contact.address.postcode",
            0.35,
            "five digits each, some with a zero first".into(),
        );
    }
    countries(profile, found);
}

fn digits(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}

fn coordinates(profile: &Profile<'_>, found: &mut Found) {
    let pairs = profile.share(is_pair);
    if pairs >= 0.7 {
        let why = format!("{} are pairs of coordinates", of_values(pairs));
        found.see("location.precise", 0.93 * pairs, why);
        return;
    }
    let is_named = profile.is_named(NAMED);
    // A point is read always; a comma for one only where the name says degrees, as 12,345 may be thousands.
    let read = |value: &str| degree(value).filter(|_| is_named || !value.contains(','));
    let within =
        |limit: f64| profile.share(|v| read(v).is_some_and(|(number, _)| number.abs() <= limit));
    let fine = profile.share(|v| read(v).is_some_and(|(_, places)| places >= PRECISE_PLACES));
    if fine >= 0.6 && within(180.0) > 0.99 {
        let wide = profile.share(|v| read(v).is_some_and(|(n, _)| n.abs() > 1.0)) > 0.5;
        let weight = match (is_named, wide && fine > 0.9) {
            (true, _) => 0.85,
            (false, true) => 0.2,
            (false, false) => 0.05,
        };
        let why = "numbers within degrees of latitude or longitude, to a street or nearer";
        found.see("location.precise", weight, why.to_owned());
    } else if profile.is_telling() && within(180.0) < 0.5 && profile.share(is_geohash) < 0.7 {
        found.deny("location.precise");
    }
}

/// Words by which a column says that it holds degrees.
const NAMED: &[&str] = &[
    "lat",
    "lon",
    "lng",
    "long",
    "latitude",
    "longitude",
    "breitengrad",
    "laengengrad",
    "langengrad",
    "latitud",
    "longitud",
];

/// A number of degrees, and how many digits stand behind its point or comma.
fn degree(value: &str) -> Option<(f64, usize)> {
    let pointed = match value.matches(',').count() {
        0 => value.to_owned(),
        1 if !value.contains('.') => value.replace(',', "."),
        _ => return None,
    };
    let number = pointed.parse::<f64>().ok()?;
    Some((number, places(&pointed).unwrap_or(0)))
}

/// `51.50, -0.12`, `51,50; -0,12`, `POINT(-0.12 51.50)`.
fn is_pair(value: &str) -> bool {
    let inner =
        value.strip_prefix("POINT").unwrap_or(value).trim_matches([' ', '(', ')', '[', ']']);
    let cut = |marks: &[char]| -> Vec<String> {
        inner.split(marks).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let are_degrees = |parts: &[String]| {
        let is_degree = |part: &String| {
            degree(part).is_some_and(|(number, places)| number.abs() <= 180.0 && places >= 2)
        };
        parts.len() == 2 && parts.iter().all(is_degree)
    };
    are_degrees(&cut(&[',', ' ', ';'])) || are_degrees(&cut(&[' ', ';']))
}

fn is_geohash(value: &str) -> bool {
    (6..=12).contains(&value.len())
        && value
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase() && !b"ailo".contains(&b))
}

/// How they are written: `9` for a digit, `A` for a letter.
const SHAPES: [&str; 16] = [
    "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "AA99AA", "AA999AA",
    "A99AA", "A999AA", "A9A 9A9", "A9A9A9", "9999 AA", "99-999", "9999-999", "A99 AAAA",
];

/// Postcodes whose form is their own: British, Canadian, Dutch, Polish, Portuguese, Irish.
fn is_postcode(value: &str) -> bool {
    let shape: String = value.trim().chars().map(shape).collect();
    SHAPES.contains(&shape.as_str())
}

fn shape(letter: char) -> char {
    match letter {
        '0'..='9' => '9',
        'a'..='z' | 'A'..='Z' => 'A',
        other => other,
    }
}

fn countries(profile: &Profile<'_>, found: &mut Found) {
    let is_long = |value: &str| value.len() > 3 && Country::from_name(value).is_ok();
    let is_code = |value: &str| {
        value.chars().all(|c| c.is_ascii_uppercase())
            && (Country::from_alpha2(value).is_ok() || Country::from_alpha3(value).is_ok())
    };
    let (names, codes) = (profile.share(is_long), profile.share(is_code));
    if names >= 0.7 {
        let why = format!("{} are names of countries", of_values(names));
        found.see("contact.address.country", 0.6, why);
    } else if codes >= 0.95 {
        found.see("contact.address.country", 0.25, "its values are codes of countries".to_owned());
    }
}
