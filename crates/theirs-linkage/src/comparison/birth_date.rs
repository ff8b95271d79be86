//! Birth dates, whole or partial, with the mistakes that people make in them.

use super::{Level, LevelSpec, Levels, Outlook, Pair, level, outlook};
use crate::dictionary::Cell;
use crate::similarity::{Sketch, is_one_edit};

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same", (0.80, 1.0), (0.05, 0.1), 0.02, &[0]),
    level("is the same as far as known", (0.03, 1.0), (0.01, 0.05), 0.02, &[]),
    level("has day and month swapped", (0.01, 0.2), (0.005, 0.02), 0.002, &[]),
    level("is one keystroke apart", (0.08, 0.4), (0.005, 0.02), 0.01, &[]),
    level("has the same year and month, or year and day", (0.03, 0.3), (0.02, 0.1), 0.03, &[]),
    level("has the same day and month in another year", (0.02, 0.2), (0.02, 0.05), 0.01, &[]),
    level("has the same year", (0.02, 0.3), (0.09, 0.2), 0.05, &[]),
    level("is different", (0.01, 0.1), (0.8, 1.0), 0.858, &[]),
];

/// The levels that speak for one person: the same, swapped, or one keystroke apart.
pub(super) const ONE_DATE: [Level; 3] = [1, 3, 4];

/// Compares two standardised dates.
pub(super) fn compare(pair: Pair) -> Level {
    let (one, other) = pair.sketches();
    if one.number() == 0 || other.number() == 0 {
        let (left, right) = pair.texts();
        return compare_partial(left, right);
    }
    if pair.is_same() {
        return 1;
    }
    let (one, other) = (parts(one), parts(other));
    let same = (one.0 == other.0, one.1 == other.1, one.2 == other.2);
    if same == (false, false, false) {
        return 8;
    }
    let is_swapped = same.0 && one.1 == other.2 && one.2 == other.1;
    let (left, right) = pair.texts();
    match same {
        _ if is_swapped => 3,
        _ if is_one_edit(left, right) => 4,
        (true, true, _) | (true, _, true) => 5,
        (false, true, true) => 6,
        (true, false, false) => 7,
        _ => 8,
    }
}

/// The levels that are open for two dates that differ: partial ones first, then by which of year,
/// month and day are the same, in binary.
pub(super) const OPEN: [Levels; 9] = [
    Levels::of(&[2, 7, 8]),
    Levels::of(&[8]),
    Levels::of(&[4, 8]),
    Levels::of(&[4, 8]),
    Levels::of(&[4, 6]),
    Levels::of(&[3, 4, 7]),
    Levels::of(&[3, 4, 5]),
    Levels::of(&[3, 4, 5]),
    Levels::of(&[3, 4, 5]),
];

/// The outlook of two dates.
pub(super) fn outlook(left: &[Cell], right: &[Cell]) -> Outlook {
    outlook::of_pair(left, right, outlook_of_others)
}

fn outlook_of_others(one: Sketch, other: Sketch) -> u8 {
    if (one.number() == 0) | (other.number() == 0) {
        return 0;
    }
    let (one, other) = (parts(one), parts(other));
    1 + u8::from(one.0 == other.0) * 4 + u8::from(one.1 == other.1) * 2 + u8::from(one.2 == other.2)
}

/// Year, month and day of a whole date.
fn parts(date: Sketch) -> (u32, u32, u32) {
    let date = date.number();
    (date / 10_000, date / 100 % 100, date % 100)
}

fn compare_partial(left: &str, right: &str) -> Level {
    let shared = left.len().min(right.len());
    if left.as_bytes()[..shared] == right.as_bytes()[..shared] {
        return 2;
    }
    let same_year = shared >= 4 && left.as_bytes()[..4] == right.as_bytes()[..4];
    if same_year { 7 } else { 8 }
}
