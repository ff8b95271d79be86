//! Any other property of a person.

use super::{Level, LevelSpec, Levels, NEARLY, Outlook, Pair, level, outlook};
use crate::dictionary::Cell;
use crate::similarity::contains_words;

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same", (0.80, 1.0), (0.6, 1.0), 0.25, &[0]),
    level("is nearly the same (Jaro-Winkler ≥ 0.92)", (0.06, 0.4), (0.03, 1.0), 0.03, &[]),
    level("is the same in part", (0.04, 0.4), (0.05, 1.0), 0.05, &[]),
    level("is different", (0.10, 0.6), (0.32, 1.0), 0.67, &[]),
];

/// Compares two texts.
pub(super) fn compare(pair: Pair) -> Level {
    if pair.is_same() {
        return 1;
    }
    if pair.reaches(&NEARLY) {
        return 2;
    }
    let (left, right) = pair.texts();
    if contains_words(left, right) { 3 } else { 4 }
}

/// The levels that are open for two texts that differ, by whether they may be nearly the same and
/// whether one may hold the words of the other, in binary.
pub(super) const OPEN: [Levels; 4] =
    [Levels::of(&[4]), Levels::of(&[3, 4]), Levels::of(&[2, 4]), Levels::of(&[2, 3, 4])];

/// The outlook of two texts.
pub(super) fn outlook(left: &[Cell], right: &[Cell]) -> Outlook {
    outlook::of_pair(left, right, |one, other| {
        u8::from(one.may_reach(other, &NEARLY)) * 2 + u8::from(one.may_be_contained(other))
    })
}
