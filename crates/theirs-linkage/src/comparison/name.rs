//! Given and family name as one comparison.

use super::{Level, LevelSpec, Levels, NULL, Outlook, Pair, level, nickname, outlook};
use crate::dictionary::Cell;
use crate::records::Table;
use crate::similarity::{Reach, likeness};

const GIVEN: &[usize] = &[0];
const FAMILY: &[usize] = &[1];

pub(super) const LEVELS: &[LevelSpec] = &[
    level("is the same", (0.60, 1.0), (0.01, 0.02), 0.06, &[0, 1]),
    level("is nearly the same (Jaro-Winkler ≥ 0.92)", (0.12, 0.6), (0.01, 0.02), 0.03, &[]),
    level("is the same with given and family name swapped", (0.01, 0.2), (0.002, 0.01), 0.002, &[]),
    level(
        "has the same family name and an alike given name or its initial",
        (0.06, 0.3),
        (0.06, 0.15),
        0.03,
        FAMILY,
    ),
    level(
        "has the same given name and an alike family name",
        (0.03, 0.2),
        (0.005, 0.02),
        0.03,
        GIVEN,
    ),
    level(
        "has the same given name, the family name missing",
        (0.05, 1.0),
        (0.005, 0.02),
        0.04,
        GIVEN,
    ),
    level(
        "has the same family name, the given name missing",
        (0.05, 1.0),
        (0.1, 1.0),
        0.15,
        FAMILY,
    ),
    level("is alike in the one part that both have", (0.01, 0.3), (0.02, 0.1), 0.03, &[]),
    level("has one part standing in the other's place", (0.005, 0.1), (0.005, 0.02), 0.005, &[]),
    level("has the same given name, another family name", (0.03, 0.12), (0.005, 0.02), 0.12, GIVEN),
    level("has the same family name, another given name", (0.01, 0.05), (0.6, 1.0), 0.2, FAMILY),
    level(
        "has nearly the same given name, another family name",
        (0.01, 0.08),
        (0.02, 0.1),
        0.04,
        &[],
    ),
    level("is different", (0.005, 0.03), (0.15, 1.0), 0.33, &[]),
    level("is different in the one part that both have", (0.005, 0.05), (0.1, 1.0), 0.15, &[]),
    level(
        "has nearly the same family name, another given name",
        (0.005, 0.03),
        (0.05, 0.3),
        0.08,
        &[],
    ),
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

/// Adds the outlooks of pairs of names, which start in a column.
pub(super) fn add_outlooks(
    pairs: &[[&[Cell]; 2]],
    column: usize,
    [near, alike]: &[Reach; 2],
    out: &mut Vec<Outlook>,
) {
    let [given, family] = [column, column + 1].map(|column| outlook::values(pairs, column));
    let crossed = |left: &[[Cell; 2]], right: &[[Cell; 2]]| {
        near.of_all(left.iter().zip(right).map(|(one, other)| [one[0].sketch, other[1].sketch]))
    };
    let crossed = [crossed(&given, &family), crossed(&family, &given)];
    let alike = [&given, &family].map(|part| outlook::reached(alike, part));
    out.extend((0..pairs.len()).map(|at| {
        let [alike, crossed] = [&alike, &crossed].map(|[one, other]| [one[at], other[at]]);
        outlook_of([given[at], family[at]], alike, crossed)
    }));
}

/// The outlook of two names: whether their parts may be alike, and whether each may stand in the
/// other's place. Few names are like the one before, so this takes no branch that can be spared.
fn outlook_of([given, family]: [[Cell; 2]; 2], alike: [u32; 2], crossed: [u32; 2]) -> Outlook {
    let mut known_given = known(given, alike[0]);
    let known_family = known(family, alike[1]);
    let may_be_short = known_given == Known::Different as u8
        && known_family != Known::Different as u8
        && nickname::may_be_one_name(given.map(|cell| cell.sketch));
    known_given -= u8::from(may_be_short);
    let may_cross = |[one, other]: [Cell; 2], reaches: u32| {
        let is_same = one.code == other.code;
        outlook::are_there([one, other]) && (is_same || reaches == 1)
    };
    let crossed = u8::from(may_cross([given[0], family[1]], crossed[0]))
        + u8::from(may_cross([family[0], given[1]], crossed[1]));
    // Full agreement is not crossed.
    let is_same = known_given == Known::Same as u8 && known_family == Known::Same as u8;
    1 + (known_given * 4 + known_family) * 3 + crossed * u8::from(!is_same)
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

/// The number of what is known of a part; whether it may be alike was found out before.
fn known(part: [Cell; 2], alike: u32) -> u8 {
    let [left, right] = part;
    let (one, other) = (left.sketch, right.sketch);
    let is_initial = one.length().min(other.length()) == 1;
    let may_be_alike = if is_initial { one.may_start_alike(other) } else { alike == 1 };
    let differing = Known::Different as u8 - u8::from(may_be_alike);
    let there = if left.code == right.code { Known::Same as u8 } else { differing };
    if outlook::are_there(part) { there } else { Known::Missing as u8 }
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
