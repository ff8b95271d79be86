//! Street, postcode and town as one comparison.

use super::{Level, LevelSpec, NULL, level};
use crate::records::Table;
use crate::similarity::{NEAR, is_one_edit, reaches};

const STREET: &[usize] = &[0];
const POSTCODE: &[usize] = &[1];
const CITY: &[usize] = &[2];

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same in street and postcode", (0.40, 1.0), (0.45, 1.0), STREET),
    level(
        "is the same in street and town, the postcode nearly the same or missing",
        (0.10, 1.0),
        (0.1, 1.0),
        STREET,
    ),
    level(
        "is nearly the same in street, the same in postcode or town",
        (0.10, 0.6),
        (0.1, 1.0),
        &[],
    ),
    level("is the same in street, as far as known", (0.05, 1.0), (0.05, 1.0), STREET),
    level("is the same in street, but not in postcode and town", (0.02, 0.2), (0.02, 1.0), STREET),
    level("is the same in postcode, as far as known", (0.10, 1.0), (0.1, 1.0), POSTCODE),
    level("is the same in postcode, in another street", (0.03, 0.4), (0.03, 1.0), POSTCODE),
    level("is nearly the same in street", (0.01, 0.3), (0.01, 1.0), &[]),
    level("is nearly the same in postcode", (0.04, 0.5), (0.02, 1.0), &[]),
    level("is in the same postal district", (0.02, 0.4), (0.01, 1.0), &[]),
    level("is in the same postal area", (0.02, 0.4), (0.01, 1.0), &[]),
    level("is in the same town", (0.05, 0.8), (0.04, 1.0), CITY),
    level("is in a town of nearly the same name", (0.01, 0.3), (0.01, 1.0), &[]),
    level("is different", (0.05, 0.6), (0.05, 1.0), &[]),
];

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
pub(super) fn compare(table: &Table, column: usize, a: u32, b: u32) -> Level {
    let part = |offset: usize, near: fn(&str, &str) -> Part| {
        let at = column + offset;
        agree(table, at, table.code(at, a), table.code(at, b), near)
    };
    let street = part(0, compare_street);
    if street == Part::Missing || street == Part::Different {
        return without_street(street, part(1, compare_postcode), part(2, compare_text));
    }
    with_street(street, part(1, compare_postcode), part(2, compare_text))
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

fn agree(
    table: &Table,
    column: usize,
    left: u32,
    right: u32,
    near: fn(&str, &str) -> Part,
) -> Part {
    if left == 0 || right == 0 {
        return Part::Missing;
    }
    if left == right {
        return Part::Same;
    }
    near(table.text(column, left), table.text(column, right))
}

/// Another house number is another address, however alike the lines.
fn compare_street(left: &str, right: &str) -> Part {
    let number = |text: &str| -> String {
        text.split(' ').filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())).collect()
    };
    if !reaches(left, right, 0.88) {
        return Part::Different;
    }
    let is_near = is_one_edit(left, right) || number(left) == number(right);
    if is_near { Part::Near } else { Part::Different }
}

/// One edit or all but the last two characters is near; then district, then area.
fn compare_postcode(left: &str, right: &str) -> Part {
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

fn compare_text(left: &str, right: &str) -> Part {
    if reaches(left, right, NEAR) { Part::Near } else { Part::Different }
}
