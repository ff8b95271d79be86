//! How strongly pairs of bins pull on each other in a logistic fit, from enough of the rows.
//!
//! With many rows the curvature need not be exact, since the gradient is: evenly spaced rows are
//! summed and scaled so that each bin's own mass is exact and the whole stays positive. Price: a few
//! more steps to the same optimum.

use crate::gram::couples;
use crate::parallel::in_parallel;
use crate::pass::{scattered, summed};
use crate::sheet::Sheet;

/// From how many rows on the curvature is taken from some of them.
const SAMPLE: usize = 1 << 17;

/// The rows that the curvature is taken from.
pub(crate) struct Sample<'a> {
    sheet: &'a Sheet,
    rows: Vec<u32>,
    /// Per column and bin, the root of its mass over that of the sample.
    scale: Vec<Vec<f64>>,
    pairs: Vec<Vec<f64>>,
}

impl<'a> Sample<'a> {
    pub(crate) fn of(sheet: &'a Sheet, weight: &[f64], masses: &[Vec<f64>]) -> Self {
        let every = sheet.rows().div_ceil(SAMPLE);
        let rows: Vec<u32> = (0..sheet.rows() as u32).step_by(every).collect();
        let some = if every > 1 { sheet.only(&rows) } else { sheet.clone() };
        let weight: Vec<f64> = rows.iter().map(|row| weight[*row as usize]).collect();
        let sampled = scattered(&some, &weight);
        let root = |(mass, sample): (&f64, &f64)| {
            if *sample > 0.0 { libm::sqrt(mass / sample) } else { 0.0 }
        };
        let scale = masses.iter().zip(&sampled);
        let scale = scale.map(|(all, some)| all.iter().zip(some).map(root).collect()).collect();
        let pairs = crossed(&some, &weight);
        Self { sheet, rows, scale, pairs }
    }

    pub(crate) fn pair(&self, one: usize, other: usize) -> Vec<f64> {
        let columns = self.sheet.columns().len();
        let before: usize = (0..one).map(|column| columns - 1 - column).sum();
        let mut pair = self.pairs[before + other - one - 1].clone();
        if self.rows.len() < self.sheet.rows() {
            let wide = self.scale[other].len();
            for (cell, weight) in pair.iter_mut().enumerate() {
                *weight *= self.scale[one][cell / wide] * self.scale[other][cell % wide];
            }
        }
        pair
    }
}

/// Per pair of columns, Σ weight by both bins.
fn crossed(sheet: &Sheet, weight: &[f64]) -> Vec<Vec<f64>> {
    let columns = sheet.columns();
    in_parallel(&couples(columns.len()), sheet.rows(), |(one, other)| {
        let wide = columns[other].shape().bins;
        let cells = columns[one].shape().bins * wide;
        let both = columns[one].codes().iter().zip(columns[other].codes());
        let cell = both.map(|(one, other)| usize::from(*one) * wide + usize::from(*other));
        summed(cells, cell, weight)
    })
}
