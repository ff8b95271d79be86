//! Street, postcode and town as one comparison.

mod partial;

pub(super) use partial::believed_of_parts;

use super::{Level, LevelSpec, Levels, NEARLY, NULL, Outlook, Pair, level, outlook};
use crate::dictionary::Cell;
use crate::digest::{digest, mix};
use crate::records::Table;
use crate::similarity::{Sketch, is_one_edit, reaches};

const STREET: &[usize] = &[0];
const POSTCODE: &[usize] = &[1];
const CITY: &[usize] = &[2];

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same in street and postcode", (0.40, 1.0), (0.45, 1.0), 0.03, STREET),
    level(
        "is the same in street and town, the postcode nearly the same or missing",
        (0.10, 1.0),
        (0.1, 1.0),
        0.02,
        STREET,
    ),
    level(
        "is nearly the same in street, the same in postcode or town",
        (0.10, 0.6),
        (0.1, 1.0),
        0.02,
        &[],
    ),
    level("is the same in street, as far as known", (0.05, 1.0), (0.05, 1.0), 0.01, STREET),
    level(
        "is the same in street, but not in postcode and town",
        (0.02, 0.2),
        (0.02, 1.0),
        0.02,
        STREET,
    ),
    level("is the same in postcode, as far as known", (0.10, 1.0), (0.1, 1.0), 0.05, POSTCODE),
    level("is the same in postcode, in another street", (0.03, 0.4), (0.03, 1.0), 0.06, POSTCODE),
    level("is nearly the same in street", (0.01, 0.3), (0.01, 1.0), 0.005, &[]),
    level("is nearly the same in postcode", (0.04, 0.5), (0.02, 1.0), 0.05, &[]),
    level("is in the same postal district", (0.02, 0.4), (0.01, 1.0), 0.08, &[]),
    level("is in the same postal area", (0.02, 0.4), (0.01, 1.0), 0.08, &[]),
    level("is in the same town", (0.05, 0.8), (0.04, 1.0), 0.1, CITY),
    level("is in a town of nearly the same name", (0.01, 0.3), (0.01, 1.0), 0.02, &[]),
    level("is different", (0.05, 0.6), (0.05, 1.0), 0.455, &[]),
];

/// The levels that pairs come out at whose street is the same, and postcode or town too.
pub(super) const ONE_PLACE: [Level; 2] = [1, 2];

/// How a part of an address agrees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Missing,
    Different,
    Area,
    District,
    Near,
    Same,
}

/// Compares addresses.
pub(super) fn compare(table: &Table, column: usize, left: &[Cell], right: &[Cell]) -> Level {
    let part = |offset: usize, near: fn(Pair) -> Part| match Pair::of(
        table,
        column + offset,
        left[offset],
        right[offset],
    ) {
        None => Part::Missing,
        Some(pair) if pair.is_same() => Part::Same,
        Some(pair) => near(pair),
    };
    let (street, postcode) = (part(0, compare_street), part(1, compare_postcode));
    joint(street, postcode, part(2, compare_city))
}

fn joint(street: Part, postcode: Part, city: Part) -> Level {
    match street {
        Part::Missing | Part::Different => without_street(street, postcode, city),
        _ => with_street(street, postcode, city),
    }
}

fn with_street(street: Part, postcode: Part, city: Part) -> Level {
    use Part::{Area, Different, District, Missing, Near, Same};
    match (street, postcode, city) {
        (Same, Same, _) => 1,
        (Same, Near, _)
        | (Same, Missing | District | Area | Different, Same | Near)
        | (Same, District | Area, Missing) => 2,
        (_, Same | Near, _) | (_, _, Same) if street == Near => 3,
        (Same, Missing, Missing) => 4,
        (Same, _, _) => 5,
        (_, District, _) => 10,
        _ => 8,
    }
}

fn without_street(street: Part, postcode: Part, city: Part) -> Level {
    use Part::{Area, District, Missing, Near, Same};
    match (postcode, city) {
        (Missing, Missing) if street == Missing => NULL,
        (Same, _) if street == Missing => 6,
        (Same, _) => 7,
        (Near, _) => 9,
        (District, _) => 10,
        (_, Same) => 12,
        (Area, _) => 11,
        (_, Near) => 13,
        _ => 14,
    }
}

/// What is known of a part without its texts, in the order of their numbers in an outlook.
const KNOWN: [&[Part]; 6] = [
    &[Part::Missing],
    &[Part::Same],
    &[Part::Different],
    &[Part::Near, Part::Different],
    &[Part::Near, Part::District, Part::Area],
    &[Part::Near, Part::District, Part::Area, Part::Different],
];
/// Streets and towns need the first of these only.
const KNOWN_OF_LINES: usize = 4;

/// Adds the outlooks of pairs of addresses, which start in a column.
pub(super) fn add_outlooks(pairs: &[[&[Cell]; 2]], column: usize, out: &mut Vec<Outlook>) {
    let part = |part: usize| outlook::values(pairs, column + part);
    let (streets, postcodes, cities) = (part(0), part(1), part(2));
    let near_cities = outlook::reached(&NEARLY, &cities);
    let known = |pair: [Cell; 2], differing: u8| {
        let there = if pair[0].code == pair[1].code { 1 } else { differing };
        if outlook::are_there(pair) { there } else { 0 }
    };
    out.extend((0..pairs.len()).map(|at| {
        let (street, postcode, city) = (streets[at], postcodes[at], cities[at]);
        let street = known(street, 2 + u8::from(may_be_near(street[0].sketch, street[1].sketch)));
        let postcode = known(postcode, known_of_postcodes(postcode[0].sketch, postcode[1].sketch));
        let city = known(city, if near_cities[at] == 1 { 3 } else { 2 });
        1 + (street * 6 + postcode) * 4 + city
    }));
}

/// The levels that each outlook leaves open, in the order of their numbers from 1 on.
pub(super) fn levels_open() -> impl Iterator<Item = Levels> {
    let lines = &KNOWN[..KNOWN_OF_LINES];
    lines.iter().flat_map(move |&street| {
        let of_street = move |&postcode: &&'static [Part]| {
            lines.iter().map(move |&city| levels_of(street, postcode, city))
        };
        KNOWN.iter().flat_map(of_street)
    })
}

fn levels_of(street: &[Part], postcode: &[Part], city: &[Part]) -> Levels {
    let mut open = Levels::default();
    for &street in street {
        for &postcode in postcode {
            for &city in city {
                open = open.and(joint(street, postcode, city));
            }
        }
    }
    open
}

/// What two postcodes that differ may be, by the number in `KNOWN`.
fn known_of_postcodes(one: Sketch, other: Sketch) -> u8 {
    let (one, other) = (one.number(), other.number());
    let starts_alike = if (one ^ other) >> 16 == 0 { 4 } else { 3 };
    let known = if rules_out_near(one, other) { 2 } else { starts_alike };
    if one == 0 || other == 0 { 5 } else { known }
}

/// Whether the outlines leave room for two streets to be nearly the same.
fn may_be_near(one: Sketch, other: Sketch) -> bool {
    let differ = one.number() ^ other.number();
    let letters = differ & !NUMBERS;
    let all_but_one = letters & letters.wrapping_sub(1);
    (differ & NUMBERS == 0) | (all_but_one & all_but_one.wrapping_sub(1) == 0)
}

/// Another house number is another address, however alike the lines.
fn compare_street(pair: Pair) -> Part {
    let (one, other) = pair.sketches();
    if !may_be_near(one, other) {
        return Part::Different;
    }
    let (left, right) = pair.texts();
    let is_near = (is_one_edit(left, right) || numbers(left).eq(numbers(right)))
        && reaches(left, right, 0.88);
    if is_near { Part::Near } else { Part::Different }
}

/// The bits of a street's outline that stand for its numbers; the others are for its letters.
const NUMBERS: u32 = 0xffff;

/// A hash of a street's numbers, and which letters occur, in place of a sketch.
pub(crate) fn outline_of_street(street: &[u8]) -> Sketch {
    let line = std::str::from_utf8(street).unwrap_or_default();
    let hash = numbers(line).fold(0, |hash, number| mix(hash, digest(number.as_bytes())));
    let letters = street.iter().fold(0_u32, |bits, byte| bits | 1 << (16 + byte % 16));
    Sketch::of_number(u32::try_from(hash >> 48).unwrap_or_default() | letters)
}

/// The words of a line that hold a digit.
fn numbers(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ').filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// One edit or all but the last two characters is near; then district, then area.
fn compare_postcode(pair: Pair) -> Part {
    let (one, other) = pair.sketches();
    if rules_out_near(one.number(), other.number()) {
        return Part::Different;
    }
    let (left, right) = pair.texts();
    let (left_bytes, right_bytes) = (left.as_bytes(), right.as_bytes());
    let starts = |cut: usize| {
        left_bytes.len() == right_bytes.len()
            && left_bytes.len() > cut + 1
            && left_bytes[..left_bytes.len() - cut] == right_bytes[..right_bytes.len() - cut]
    };
    let has_letters = left_bytes.iter().any(u8::is_ascii_alphabetic);
    if is_one_edit(left, right) || (has_letters && starts(2)) {
        Part::Near
    } else if starts(2) || (has_letters && starts(3)) {
        Part::District
    } else if left_bytes.get(..2) == right_bytes.get(..2) {
        Part::Area
    } else {
        Part::Different
    }
}

/// The first and the last two bytes of a postcode, in place of a sketch; 0 for a short one.
pub(crate) fn ends_of_postcode(postcode: &[u8]) -> Sketch {
    Sketch::of_number(match postcode {
        [first, second, _, .., last_but_one, last] => {
            u32::from_be_bytes([*first, *second, *last_but_one, *last])
        }
        _ => 0,
    })
}

/// One edit in the first two bytes leaves the last two as they are.
fn rules_out_near(one: u32, other: u32) -> bool {
    let differ = one ^ other;
    one != 0 && other != 0 && differ >> 16 != 0 && differ & 0xffff != 0
}

fn compare_city(pair: Pair) -> Part {
    if pair.reaches(&NEARLY) { Part::Near } else { Part::Different }
}
