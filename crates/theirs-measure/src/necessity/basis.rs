//! What a block could say, as a few effects per column, less what the other columns say already.
//!
//! An ordered column has orthogonal polynomials of its normal scores up to the fourth degree, a
//! column of categories an indicator for each but the most frequent, and both have one for
//! "missing". Each effect is made orthogonal to the other columns within batches (Frisch and Waugh
//! 1933), so a duplicate of an inside column has nothing left and is dropped. Price: effects that
//! jump between neighbouring bins are seen only as far as a polynomial follows them.

use statrs::distribution::{ContinuousCDF, Normal};

use super::ground::Ground;
use crate::Error;
use crate::penalty::Scale;
use crate::sheet::{Coded, Sheet};

/// The effects of a block on the judged rows.
pub(super) struct Basis {
    /// How many effects there are.
    pub wide: usize,
    /// Row by row.
    values: Vec<f64>,
    /// The effects that are linear, an indicator or "missing".
    pub linear: Vec<usize>,
    /// Per effect the column of the block.
    pub column: Vec<usize>,
    /// How many columns the block has, and how many of them say nothing beyond the others.
    pub columns: usize,
    pub said: usize,
}

/// Up to which degree, and for how many categories, effects are made: the richest that fits.
const RICHNESS: [(usize, usize); 4] = [(4, 32), (1, 32), (1, 8), (1, 2)];

/// How many effects a block may have, and how many values they may have on all rows (512 MiB).
const MOST_EFFECTS: usize = 256;
const MOST_VALUES: usize = 1 << 26;

/// A bin with fewer rows has no effect of its own.
const LEAST_ROWS: usize = 10;

/// An effect with less of its variance than this left is said by the other columns.
const SAID: f64 = 1e-3;

impl Basis {
    /// The effects of some columns of a sheet.
    pub fn of(sheet: &Sheet, columns: &[usize], ground: &Ground) -> Result<Self, Error> {
        if columns.is_empty() {
            return Err(Error::TooFew { what: "columns of a block", found: 0, least: 1 });
        }
        let block = sheet.select(columns).only(&ground.rows);
        let made = |(degree, categories)| -> Vec<Table> {
            let column = |(at, coded)| Table::of(at, coded, degree, categories);
            block.columns().iter().enumerate().flat_map(column).collect()
        };
        let fits = |tables: &Vec<Table>| {
            tables.len() <= MOST_EFFECTS && tables.len() * ground.len() <= MOST_VALUES
        };
        let range = Error::Range { what: "the number of effects", most: MOST_EFFECTS as f64 };
        let tables = RICHNESS.into_iter().map(made).find(fits).ok_or(range)?;
        let mut values = Vec::with_capacity(tables.len() * ground.len());
        for row in 0..ground.len() {
            let effect = |table: &Table| table.value[usize::from(block.code(row, table.column))];
            values.extend(tables.iter().map(effect));
        }
        Self::beyond(&tables, values, columns.len(), ground)
    }

    /// The effects of a judged row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.wide..(row + 1) * self.wide]
    }

    /// The values with their weighted means of batches taken out.
    pub fn centred(&self, ground: &Ground, weight: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let mut values = self.values.clone();
        ground.centre(&mut values, self.wide, weight);
        values
    }

    /// Leaves only what the other columns do not say, at variance one.
    fn beyond(
        tables: &[Table],
        mut values: Vec<f64>,
        columns: usize,
        ground: &Ground,
    ) -> Result<Self, Error> {
        let wide = tables.len();
        ground.centre(&mut values, wide, &|row| ground.slope[row]);
        let before = ground.squares(&values, wide);
        ground.beyond(&mut values, wide)?;
        let after = ground.squares(&values, wide);
        let total: f64 = ground.slope.iter().sum();
        let kept: Vec<usize> = (0..wide)
            .filter(|effect| after[*effect] > SAID * before[*effect].max(1e-9 * total))
            .collect();
        let scale: Vec<f64> =
            kept.iter().map(|effect| libm::sqrt(total / after[*effect])).collect();
        let mut left = Vec::with_capacity(kept.len() * ground.len());
        for row in values.chunks_exact(wide.max(1)) {
            left.extend(kept.iter().zip(&scale).map(|(effect, scale)| row[*effect] * scale));
        }
        let column: Vec<usize> = kept.iter().map(|effect| tables[*effect].column).collect();
        let linear = (0..kept.len()).filter(|at| tables[kept[*at]].linear).collect();
        let said = (0..columns).filter(|at| !column.contains(at)).count();
        Ok(Self { wide: kept.len(), values: left, linear, column, columns, said })
    }
}

/// One effect of one column: a value per bin.
struct Table {
    column: usize,
    linear: bool,
    value: Vec<f64>,
}

impl Table {
    fn of(column: usize, coded: &Coded, degree: usize, categories: usize) -> Vec<Self> {
        let mut counts = vec![0_usize; coded.shape().bins];
        coded.codes().iter().for_each(|code| counts[usize::from(*code)] += 1);
        let enough = |bin: &usize| counts[*bin] >= LEAST_ROWS;
        let indicator = |bin: usize| {
            let value = (0..counts.len()).map(|other| f64::from(u8::from(other == bin))).collect();
            Self { column, linear: true, value }
        };
        let missing = Some(0).filter(|bin| enough(bin) && counts[0] < coded.codes().len());
        let mut tables: Vec<Self> = missing.map(indicator).into_iter().collect();
        if coded.shape().scale == Scale::Ordered {
            let power = |(at, value)| Self { column, linear: at == 0, value };
            tables.extend(polynomials(&counts, degree).into_iter().enumerate().map(power));
            return tables;
        }
        let bins = (1..counts.len()).filter(enough);
        let usual = bins.clone().max_by_key(|bin| (counts[*bin], usize::MAX - bin));
        let others = bins.filter(|bin| Some(*bin) != usual);
        tables.extend(others.take(categories).map(indicator));
        tables
    }
}

/// Polynomials of the normal scores of bins 1, 2, …, orthogonal over the rows and of variance one;
/// "missing" has 0.
fn polynomials(counts: &[usize], degree: usize) -> Vec<Vec<f64>> {
    let total: usize = counts[1..].iter().sum();
    let distinct = counts[1..].iter().filter(|count| **count > 0).count();
    let share: Vec<f64> = counts.iter().map(|count| *count as f64 / total.max(1) as f64).collect();
    let mut below = 0.0;
    let mut scores = vec![0.0; counts.len()];
    for bin in 1..counts.len() {
        let rank: f64 = below + share[bin] / 2.0;
        scores[bin] = Normal::standard().inverse_cdf(rank.clamp(1e-4, 1.0 - 1e-4));
        below += share[bin];
    }
    let product = |one: &[f64], other: &[f64]| -> f64 {
        (1..counts.len()).map(|bin| share[bin] * one[bin] * other[bin]).sum()
    };
    let mut known: Vec<Vec<f64>> = Vec::new();
    for power in 0..=degree.min(distinct.saturating_sub(1)) {
        let mut next: Vec<f64> =
            scores.iter().map(|score| libm::pow(*score, power as f64)).collect();
        next[0] = 0.0;
        for other in &known {
            let along = product(&next, other);
            next.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
        }
        let norm = libm::sqrt(product(&next, &next));
        if norm > 1e-6 {
            for value in &mut next {
                *value /= norm;
            }
            known.push(next);
        }
    }
    known.into_iter().skip(1).collect()
}
