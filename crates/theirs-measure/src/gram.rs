//! The sums that a squared-loss model is fitted from, and nothing else of the rows.
//!
//! Weights and targets are rounded to steps of 2^-20 and summed as integers, so sums are the same
//! bits in any order and on any number of partitions; they add, and what one fold holds is taken
//! away exactly. Whoever is given only a [`Gram`] can fit and compare without seeing a row. Price:
//! targets are rounded to a millionth, so money comes in units, not in millions.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::merging::Merging;
use crate::parallel::in_parallel;
use crate::penalty::Shape;
use crate::sheet::Sheet;

/// How many steps of the fixed point make 1.
const STEPS: f64 = (1_u64 << 20) as f64;

/// The greatest target and weighted target that a row may have.
const MOST: f64 = (1_u64 << 26) as f64;

/// The greatest weight that a row may have: 2^33 such rows fit into a sum.
const MOST_WEIGHT: f64 = 1024.0;

/// The target and the weight of each row.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// What is to be explained; at most 2^26 in size.
    pub target: &'a [f64],
    /// The weight of each row, at least 0 and at most 1,024; none is a weight of 1.
    pub weight: Option<&'a [f64]>,
}

/// Weighted co-occurrence counts and sums of the target per bin, in steps of 2^-20.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gram {
    shapes: Vec<Shape>,
    rows: u64,
    weight: i128,
    /// Σ w·y and Σ w·y².
    target: i128,
    square: i128,
    /// Per column and bin: Σ w, and Σ w·y.
    masses: Vec<Vec<i64>>,
    sums: Vec<Vec<i128>>,
    /// Per pair of columns `a < b`, in the order (0,1), (0,2), …: Σ w by `bin of a * bins of b +
    /// bin of b`.
    pairs: Vec<Vec<i64>>,
}

impl Gram {
    /// Sums over all rows of a sheet.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] and [`Error::Range`].
    pub fn of(sheet: &Sheet, rows: Rows<'_>) -> Result<Self, Error> {
        let weighed = Weighed::new(sheet, rows)?;
        let mut gram = Self::empty(&sheet.shapes());
        gram.rows = sheet.rows() as u64;
        for (weight, (linear, square)) in weighed.weight.iter().zip(weighed.targets()) {
            gram.weight += i128::from(*weight);
            gram.target += i128::from(linear);
            gram.square += square;
        }
        let columns = sheet.columns();
        for (column, (masses, sums)) in gram.masses.iter_mut().zip(&mut gram.sums).enumerate() {
            for (row, code) in columns[column].codes().iter().enumerate() {
                masses[usize::from(*code)] += weighed.weight[row];
                sums[usize::from(*code)] += i128::from(weighed.linear[row]);
            }
        }
        let couples = couples(columns.len());
        gram.pairs = in_parallel(&couples, sheet.rows(), |(one, other)| {
            let bins = columns[other].shape().bins;
            let mut counts = vec![0_i64; columns[one].shape().bins * bins];
            let both = columns[one].codes().iter().zip(columns[other].codes());
            for ((one, other), weight) in both.zip(&weighed.weight) {
                counts[usize::from(*one) * bins + usize::from(*other)] += weight;
            }
            counts
        });
        Ok(gram)
    }

    /// The sums over no row.
    pub fn empty(shapes: &[Shape]) -> Self {
        let pair = |(one, other): (usize, usize)| vec![0; shapes[one].bins * shapes[other].bins];
        Self {
            shapes: shapes.to_vec(),
            rows: 0,
            weight: 0,
            target: 0,
            square: 0,
            masses: shapes.iter().map(|shape| vec![0; shape.bins]).collect(),
            sums: shapes.iter().map(|shape| vec![0; shape.bins]).collect(),
            pairs: couples(shapes.len()).into_iter().map(pair).collect(),
        }
    }

    /// Adds the sums of other rows.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if they are of other columns.
    pub fn add(&mut self, other: &Self) -> Result<(), Error> {
        self.combine(other, 1)
    }

    /// The sums without those of some of the rows.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if they are of other columns.
    pub fn without(&self, some: &Self) -> Result<Self, Error> {
        let mut rest = self.clone();
        rest.combine(some, -1)?;
        Ok(rest)
    }

    /// The sums at coarser levels, one level per column ([`Shape::coarser`]): exactly what the
    /// coarser rows would have summed to.
    #[must_use]
    pub fn coarser(&self, levels: &[u8]) -> Self {
        let (shapes, maps) =
            self.shapes.iter().zip(levels).map(|(shape, level)| shape.coarser(*level)).unzip();
        self.merged(&Merging { shapes, maps })
    }

    /// The sums with bins merged.
    pub(crate) fn merged(&self, merging: &Merging) -> Self {
        let Merging { shapes, maps } = merging;
        let mut merged = Self {
            rows: self.rows,
            weight: self.weight,
            target: self.target,
            square: self.square,
            ..Self::empty(shapes)
        };
        for (column, map) in maps.iter().enumerate() {
            for (bin, to) in map.iter().enumerate() {
                merged.masses[column][usize::from(*to)] += self.masses[column][bin];
                merged.sums[column][usize::from(*to)] += self.sums[column][bin];
            }
        }
        for (pair, (one, other)) in couples(self.shapes.len()).into_iter().enumerate() {
            for (cell, count) in self.pairs[pair].iter().enumerate() {
                let (a, b) = (cell / self.shapes[other].bins, cell % self.shapes[other].bins);
                let place = usize::from(maps[one][a]) * shapes[other].bins;
                merged.pairs[pair][place + usize::from(maps[other][b])] += count;
            }
        }
        merged
    }

    /// The sums of some of the columns, in ascending order of their positions.
    #[must_use]
    pub fn select(&self, columns: &[usize]) -> Self {
        let kept = |column: &usize| columns.contains(column);
        let positions: Vec<usize> = (0..self.shapes.len()).filter(kept).collect();
        let couples = couples(self.shapes.len()).into_iter().zip(&self.pairs);
        let inside = couples.filter(|((one, other), _)| kept(one) && kept(other));
        Self {
            shapes: positions.iter().map(|at| self.shapes[*at].clone()).collect(),
            masses: positions.iter().map(|at| self.masses[*at].clone()).collect(),
            sums: positions.iter().map(|at| self.sums[*at].clone()).collect(),
            pairs: inside.map(|(_, pair)| pair.clone()).collect(),
            ..*self
        }
    }

    /// The shapes of the columns.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// How many rows were summed.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Σ w.
    pub fn weight(&self) -> f64 {
        self.weight as f64 / STEPS
    }

    /// Σ w·y.
    pub fn target(&self) -> f64 {
        self.target as f64 / STEPS
    }

    /// Σ w·y².
    pub fn square(&self) -> f64 {
        self.square as f64 / STEPS
    }

    /// Σ w in each bin of a column.
    pub fn masses(&self, column: usize) -> Vec<f64> {
        self.masses[column].iter().map(|mass| *mass as f64 / STEPS).collect()
    }

    /// Σ w·y in each bin of a column.
    pub fn sums(&self, column: usize) -> Vec<f64> {
        self.sums[column].iter().map(|sum| *sum as f64 / STEPS).collect()
    }

    /// Σ w by the bins of two columns, `one < other`, row by row of the first.
    pub fn pair(&self, one: usize, other: usize) -> Vec<f64> {
        let before: usize = (0..one).map(|column| self.shapes.len() - 1 - column).sum();
        self.pairs[before + other - one - 1].iter().map(|count| *count as f64 / STEPS).collect()
    }

    fn combine(&mut self, other: &Self, sign: i8) -> Result<(), Error> {
        if let Some(odd) = unlike(&self.shapes, &other.shapes) {
            return Err(Error::Shape { column: odd });
        }
        let (short, long) = (i64::from(sign), i128::from(sign));
        self.rows = self.rows.wrapping_add_signed(short * other.rows.cast_signed());
        self.weight += long * other.weight;
        self.target += long * other.target;
        self.square += long * other.square;
        let mine = self.masses.iter_mut().chain(&mut self.pairs).flatten();
        let theirs = other.masses.iter().chain(&other.pairs).flatten();
        mine.zip(theirs).for_each(|(sum, more)| *sum += short * more);
        let mine = self.sums.iter_mut().flatten();
        mine.zip(other.sums.iter().flatten()).for_each(|(sum, more)| *sum += long * more);
        Ok(())
    }
}

/// Weights and weighted targets in fixed point.
struct Weighed<'a> {
    weight: Vec<i64>,
    linear: Vec<i64>,
    target: &'a [f64],
}

impl<'a> Weighed<'a> {
    fn new(sheet: &Sheet, rows: Rows<'a>) -> Result<Self, Error> {
        check_lengths(sheet, rows)?;
        let fits = |value: &f64| value.abs() <= MOST;
        let weights = rows.weight.unwrap_or_default();
        if !rows.target.iter().all(fits) {
            return Err(Error::Range { what: "a target", most: MOST });
        }
        if !weights.iter().all(|weight| (0.0..=MOST_WEIGHT).contains(weight)) {
            return Err(Error::Range { what: "a weight", most: MOST_WEIGHT });
        }
        let weight = |row: usize| weights.get(row).copied().unwrap_or(1.0);
        let numbered = || rows.target.iter().enumerate();
        if !numbered().all(|(row, target)| fits(&(weight(row) * target))) {
            return Err(Error::Range { what: "a weighted target", most: MOST });
        }
        Ok(Self {
            weight: (0..rows.target.len()).map(|row| fixed(weight(row))).collect(),
            linear: numbered().map(|(row, target)| fixed(weight(row) * target)).collect(),
            target: rows.target,
        })
    }

    /// Per row w·y and w·y².
    fn targets(&self) -> impl Iterator<Item = (i64, i128)> {
        self.linear.iter().zip(self.target).map(|(linear, target)| {
            let square = (*linear as f64 * target).round_ties_even() as i128;
            (*linear, square)
        })
    }
}

fn fixed(value: f64) -> i64 {
    (value * STEPS).round_ties_even() as i64
}

pub(crate) fn check_lengths(sheet: &Sheet, rows: Rows<'_>) -> Result<(), Error> {
    length("the target", rows.target.len(), sheet.rows())?;
    rows.weight.map_or(Ok(()), |weight| length("the weight", weight.len(), sheet.rows()))
}

/// Checks that something has as many rows as the sheet.
pub(crate) fn length(what: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(Error::Length { what, found, expected }) }
}

/// The name of the first column whose shape differs.
pub(crate) fn unlike(some: &[Shape], others: &[Shape]) -> Option<String> {
    let longer = if some.len() < others.len() { others } else { some };
    let odd = |at: &usize| some.get(*at) != others.get(*at);
    (0..longer.len()).find(odd).map(|at| longer[at].name.clone())
}

/// All pairs of columns in the order in which their counts are kept.
pub(crate) fn couples(columns: usize) -> Vec<(usize, usize)> {
    (0..columns).flat_map(|one| (one + 1..columns).map(move |other| (one, other))).collect()
}

#[cfg(test)]
mod tests;
