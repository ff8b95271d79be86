//! Any other property of a person.

use super::{Level, LevelSpec, Pair, level};
use crate::similarity::{NEAR, contains_words};

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same", (0.80, 1.0), (0.6, 1.0), &[0]),
    level("is nearly the same (Jaro-Winkler ≥ 0.92)", (0.06, 0.4), (0.03, 1.0), &[]),
    level("is the same in part", (0.04, 0.4), (0.05, 1.0), &[]),
    level("is different", (0.10, 0.6), (0.32, 1.0), &[]),
];

/// Compares two texts.
pub(super) fn compare(pair: Pair) -> Level {
    if pair.is_same() {
        return 1;
    }
    if pair.reaches(NEAR) {
        return 2;
    }
    let (left, right) = pair.texts();
    if contains_words(left, right) { 3 } else { 4 }
}
