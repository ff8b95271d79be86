//! Given and family name as one comparison.

use super::{Level, LevelSpec, Levels, NULL, Outlook, Pair, level, nickname};
use crate::dictionary::{Cell, MISSING};
use crate::records::Table;
use crate::similarity::{Reach, likeness};

const GIVEN: &[usize] = &[0];
const FAMILY: &[usize] = &[1];

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same", (0.60, 1.0), (0.01, 0.02), &[0, 1]),
    level("is nearly the same (Jaro-Winkler ≥ 0.92)", (0.12, 0.6), (0.01, 0.02), &[]),
    level("is the same with given and family name swapped", (0.01, 0.2), (0.002, 0.01), &[]),
    level(
        "has the same family name and an alike given name or its initial",
        (0.06, 0.3),
        (0.06, 0.15),
        FAMILY,
    ),
    level("has the same given name and an alike family name", (0.03, 0.2), (0.005, 0.02), GIVEN),
    level("has the same given name, the family name missing", (0.05, 1.0), (0.005, 0.02), GIVEN),
    level("has the same family name, the given name missing", (0.05, 1.0), (0.1, 1.0), FAMILY),
    level("is alike in the one part that both have", (0.01, 0.3), (0.02, 0.1), &[]),
    level("has one part standing in the other's place", (0.005, 0.1), (0.005, 0.02), &[]),
    level("has the same given name, another family name", (0.03, 0.12), (0.005, 0.02), GIVEN),
    level("has the same family name, another given name", (0.01, 0.05), (0.6, 1.0), FAMILY),
    level("has nearly the same given name, another family name", (0.01, 0.08), (0.02, 0.1), &[]),
    level("is different", (0.005, 0.03), (0.15, 1.0), &[]),
    level("is different in the one part that both have", (0.005, 0.05), (0.1, 1.0), &[]),
    level("has nearly the same family name, another given name", (0.005, 0.03), (0.05, 0.3), &[]),
];

/// The levels on which both given names are known and differ.
pub(super) const ANOTHER_GIVEN_NAME: [Level; 2] = [11, 13];
/// The levels of names of which one may lack a part.
pub(super) const ONE_PART: [Level; 5] = [6, 7, 8, 9, 14];

/// How one part of a name agrees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Missing,
    Same,
    Near,
    Alike,
    Different,
}

/// Compares names; both columns share one dictionary.
pub(super) fn compare(
    table: &Table,
    column: usize,
    left: &[Cell],
    right: &[Cell],
    near_and_alike: &[Reach; 2],
) -> Level {
    let ([given_a, family_a, ..], [given_b, family_b, ..]) = (left, right) else { return NULL };
    let part =
        |left: Cell, right: Cell| agree(Pair::of(table, column, left, right), near_and_alike);
    let (mut given, family) = (part(*given_a, *given_b), part(*family_a, *family_b));
    if given == Part::Different && family != Part::Different {
        let pair = Pair::of(table, column, *given_a, *given_b);
        if pair.is_some_and(nickname::are_one_name) {
            given = Part::Alike;
        }
    }
    let straight = grade(given, family);
    if straight <= 2 && straight != NULL {
        return straight;
    }
    let is_crossed = |left: Cell, right: Cell| {
        Pair::of(table, column, left, right)
            .is_some_and(|pair| pair.is_same() || pair.reaches(&near_and_alike[0]))
    };
    match (is_crossed(*given_a, *family_b), is_crossed(*family_a, *given_b)) {
        (true, true) => 3,
        (true, false) | (false, true) if straight == NULL || straight >= 9 => 9,
        _ => straight,
    }
}

/// What is known of a part without its texts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Missing,
    Same,
    Open,
    Different,
}

/// The outlook of two names.
pub(super) fn outlook(left: &[Cell], right: &[Cell], near_and_alike: &[Reach; 2]) -> Outlook {
    let ([given_a, family_a, ..], [given_b, family_b, ..]) = (left, right) else {
        return super::outlook::OPEN;
    };
    let [near, alike] = near_and_alike;
    let mut given = known(*given_a, *given_b, alike);
    let family = known(*family_a, *family_b, alike);
    // Full agreement is not crossed.
    if (given, family) == (Known::Same, Known::Same) {
        return number(given, family, 0);
    }
    if given == Known::Different
        && family != Known::Different
        && nickname::may_be_one_name([given_a.sketch, given_b.sketch])
    {
        given = Known::Open;
    }
    let may_cross = |one: Cell, other: Cell| {
        let are_there = one.code != MISSING && other.code != MISSING;
        are_there && (one.code == other.code || one.sketch.may_reach(other.sketch, near))
    };
    let crossed =
        u8::from(may_cross(*given_a, *family_b)) + u8::from(may_cross(*family_a, *given_b));
    number(given, family, crossed)
}

fn number(given: Known, family: Known, crossed: u8) -> Outlook {
    1 + (given as u8 * 4 + family as u8) * 3 + crossed
}

/// The levels that each outlook leaves open, in the order of their numbers from 1 on.
pub(super) fn levels_open() -> impl Iterator<Item = Levels> {
    const ALL: [Known; 4] = [Known::Missing, Known::Same, Known::Open, Known::Different];
    let parts = ALL.into_iter().flat_map(|given| ALL.map(|family| (given, family)));
    parts.flat_map(|(given, family)| {
        let mut open = Levels::default();
        for &given in given.parts() {
            for &family in family.parts() {
                open = open.and(grade(given, family));
            }
        }
        [open, open.and(9), open.and(9).and(3)]
    })
}

fn known(left: Cell, right: Cell, alike: &Reach) -> Known {
    if left.code == MISSING || right.code == MISSING {
        return Known::Missing;
    }
    if left.code == right.code {
        return Known::Same;
    }
    let (one, other) = (left.sketch, right.sketch);
    let may_be_alike = match one.length().min(other.length()) {
        1 => one.may_start_alike(other),
        _ => one.may_reach(other, alike),
    };
    if may_be_alike { Known::Open } else { Known::Different }
}

impl Known {
    /// What the part may be.
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Missing => &[Part::Missing],
            Self::Same => &[Part::Same],
            Self::Open => &[Part::Near, Part::Alike, Part::Different],
            Self::Different => &[Part::Different],
        }
    }
}

fn grade(given: Part, family: Part) -> Level {
    use Part::{Alike, Different, Missing, Near, Same};
    match (given, family) {
        (Missing, Missing) => NULL,
        (Same, Same) => 1,
        (Same | Near, Same | Near) => 2,
        (Alike, Same | Near) => 4,
        (Same | Near, Alike) => 5,
        (Same, Missing) => 6,
        (Missing, Same) => 7,
        (Near | Alike, Missing) | (Missing, Near | Alike) => 8,
        (Same, Different) => 10,
        (Different, Same) => 11,
        (Near, Different) => 12,
        (Different, Near) => 15,
        (Different | Alike, Different | Alike) => 13,
        (Different, Missing) | (Missing, Different) => 14,
    }
}

fn agree(pair: Option<Pair>, [near, alike]: &[Reach; 2]) -> Part {
    let Some(pair) = pair else { return Part::Missing };
    if pair.is_same() {
        return Part::Same;
    }
    let (one, other) = pair.sketches();
    if one.length().min(other.length()) == 1 {
        let (left, right) = pair.texts();
        let same_initial = left.as_bytes().first() == right.as_bytes().first();
        return if same_initial { Part::Alike } else { Part::Different };
    }
    if !one.may_reach(other, alike) {
        return Part::Different;
    }
    let (left, right) = pair.texts();
    let [near, alike] = [near, alike].map(|reach| f64::from(reach.least()));
    match likeness(left, right, near.min(alike)) {
        score if score >= near => Part::Near,
        score if score >= alike => Part::Alike,
        _ => Part::Different,
    }
}
