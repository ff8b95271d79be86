//! What a comparison may come out at, told by codes and sketches alone.
//!
//! Most pairs cannot be one person, whatever their texts say. An outlook is a small number for what
//! is known of two values without a look at the texts; each leaves some levels open, the true one
//! always among them. It may leave open too many, which costs time and changes nothing.

use super::{Level, NULL};
use crate::dictionary::{Cell, MISSING};
use crate::similarity::{Reach, Sketch};

/// The number of an outlook; each comparison has its own.
pub(crate) type Outlook = u8;

/// Every level is open.
pub(super) const OPEN: Outlook = 0;
/// One of two single values is missing.
const ABSENT: Outlook = 1;
/// Two single values are the same.
const ALIKE: Outlook = 2;
/// The first outlook of two single values that differ.
const FURTHER: Outlook = 3;

/// Some levels of one comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels(u16);

impl Levels {
    /// These levels.
    pub(super) const fn of(levels: &[Level]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < levels.len() {
            bits |= 1 << levels[at];
            at += 1;
        }
        Self(bits)
    }

    /// The missing one and so many further ones.
    pub(super) fn first(levels: usize) -> Self {
        Self(u16::try_from((1_u32 << (levels + 1)) - 1).unwrap_or(u16::MAX))
    }

    /// These and one more.
    pub(super) fn and(self, level: Level) -> Self {
        Self(self.0 | 1 << level)
    }

    /// The level, if no other is open.
    pub(super) fn only(self) -> Option<Level> {
        let first = self.iter().next()?;
        (self == Self::of(&[first])).then_some(first)
    }

    /// The levels, ascending.
    pub(crate) fn iter(self) -> impl Iterator<Item = Level> {
        (0..16).filter(move |level| self.0 >> level & 1 == 1)
    }
}

/// The outlook of two single values, each the first; `of_others` tells that of two that differ,
/// from 0 on.
pub(super) fn of_pair(
    left: &[Cell],
    right: &[Cell],
    of_others: impl FnOnce(Sketch, Sketch) -> u8,
) -> Outlook {
    let pair = [left[0], right[0]];
    let is_differing = are_there(pair) && pair[0].code != pair[1].code;
    of_known(pair, if is_differing { of_others(pair[0].sketch, pair[1].sketch) } else { 0 })
}

/// The same where that of two that differ is known.
pub(super) fn of_known(pair: [Cell; 2], of_others: u8) -> Outlook {
    let there = if pair[0].code == pair[1].code { ALIKE } else { FURTHER + of_others };
    if are_there(pair) { there } else { ABSENT }
}

/// Whether neither of two values is missing.
pub(super) fn are_there([left, right]: [Cell; 2]) -> bool {
    left.code != MISSING && right.code != MISSING
}

/// The values of pairs in one column.
pub(super) fn values(pairs: &[[&[Cell]; 2]], column: usize) -> Vec<[Cell; 2]> {
    pairs.iter().map(|[left, right]| [left[column], right[column]]).collect()
}

/// Whether the two values of each pair may be as similar as that: 1 or 0.
pub(super) fn reached(reach: &Reach, pairs: &[[Cell; 2]]) -> Vec<u32> {
    reach.of_all(pairs.iter().map(|[left, right]| [left.sketch, right.sketch]))
}

/// The levels that the outlooks of single values leave open: the first two, then those given.
pub(super) fn levels_of_pair(
    alike: &'static [Level],
    further: &'static [Levels],
) -> impl Iterator<Item = Levels> {
    let [absent, alike] = [Levels::of(&[NULL]), Levels::of(alike)];
    [absent, alike].into_iter().chain(further.iter().copied())
}
