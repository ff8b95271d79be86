//! What the rarity of agreeing values adds, at hand for as long as many pairs are scored.
//!
//! A count is looked up for every value on which a pair agrees, all over the table. So counts are
//! kept as small as they can be, and the bits of each count are taken once.

use crate::comparison::{Comparison, Level};
use crate::dictionary::{Cell, MISSING};
use crate::frequency::Frequency;
use crate::pattern::Pattern;

/// The bits of every value, column by column.
pub(crate) struct Rarity {
    columns: Vec<OfColumn>,
}

struct OfColumn {
    /// Per code: how often it occurs, as far as that can be written so.
    counts: Vec<u16>,
    /// Per count.
    bits: Vec<f64>,
}

/// The values of a pair whose rarity counts, of one comparison.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rare {
    /// Of one column.
    Of(usize),
    /// Of two columns.
    OfBoth(usize, usize),
    /// Of a comparison of several values.
    OfSeveral(usize, Level),
}

impl Rarity {
    pub(crate) fn new(frequencies: &[Frequency], counts: &[Vec<u32>]) -> Self {
        let columns = frequencies.iter().zip(counts).map(OfColumn::new).collect();
        Self { columns }
    }

    /// The bits of a value, unless it is more common than can be written here.
    pub(super) fn of(&self, column: usize, code: u32) -> Option<f64> {
        let column = self.columns.get(column)?;
        column.bits.get(usize::from(column.counts[code as usize])).copied()
    }

    /// Fetches a count without waiting for it; the number means nothing.
    pub(super) fn glance(&self, column: usize, code: u32) -> u16 {
        self.columns[column].counts[code as usize]
    }
}

impl OfColumn {
    fn new((frequency, counts): (&Frequency, &Vec<u32>)) -> Self {
        let counts: Vec<u16> =
            counts.iter().map(|&count| u16::try_from(count).unwrap_or(u16::MAX)).collect();
        let most = counts.iter().copied().max().unwrap_or_default().min(u16::MAX - 1);
        let bits = (0..=most).map(|count| frequency.rarity_of(count.into())).collect();
        Self { counts, bits }
    }
}

impl Rare {
    /// The values that count in a pattern.
    pub(super) fn values(comparisons: &[Comparison], pattern: Pattern) -> Vec<Self> {
        let of_comparison = |(at, comparison): (usize, &Comparison)| {
            let level = pattern.level(at);
            let mut columns = comparison.rare_columns(level);
            match (columns.next(), columns.next()) {
                (Some(_), _) if comparison.values > 1 => Some(Self::OfSeveral(at, level)),
                (Some(one), Some(other)) => Some(Self::OfBoth(one, other)),
                (Some(one), None) => Some(Self::Of(one)),
                _ => None,
            }
        };
        comparisons.iter().enumerate().filter_map(of_comparison).collect()
    }

    /// The columns, of a comparison of single values.
    pub(super) fn columns(self) -> impl Iterator<Item = usize> {
        let columns = match self {
            Self::Of(one) => [Some(one), None],
            Self::OfBoth(one, other) => [Some(one), Some(other)],
            Self::OfSeveral(..) => [None, None],
        };
        columns.into_iter().flatten()
    }
}

/// The bits of a single value on which two records agree: of both codes, those of the commoner.
pub(super) fn of_single(
    [left, right]: [&[Cell]; 2],
    column: usize,
    bits: impl Fn(usize, u32) -> f64,
) -> f64 {
    let (left, right) = (left[column].code, right[column].code);
    if left == MISSING || right == MISSING {
        return 0.0;
    }
    let of_left = bits(column, left);
    if left == right { of_left } else { of_left.min(bits(column, right)) }
}
