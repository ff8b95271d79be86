//! The decisions without the block, and all that the block is held against.
//!
//! Everything here is indexed by the rows that are judged, sorted by cell and household, so that
//! the sums of a cell and of a household are runs. Price: one more copy of the columns beside.

use super::inside::{Inside, Layout};
use super::trial::{ClosedTrial, Payoff};
use super::verdict::{Reach, Settings};
use crate::sheet::Sheet;

/// Judged rows, and what is decided about them without the block.
pub(super) struct Ground {
    /// The judged rows, by their position in the trial.
    pub rows: Vec<u32>,
    /// Per judged row: its cell, its household, its batch.
    pub cell: Vec<u16>,
    pub key: Vec<u64>,
    pub batch: Vec<u32>,
    /// How many batches there are.
    pub batches: usize,
    /// Per cell, which cells it learns from.
    pub trains: Vec<Vec<bool>>,
    /// What acting on the row brought, and what it was expected to bring.
    pub payoff: Vec<f64>,
    pub expected: Vec<f64>,
    /// What the model leaves of the outcome, less the level of its batch.
    pub left: Vec<f64>,
    /// How far the expected outcome moves per step on the scale of the model.
    pub slope: Vec<f64>,
    /// What one unit of the outcome is worth.
    pub worth: f64,
    /// The information of all that the model leaves.
    pub noise: f64,
    /// Whether the row is acted on, and the expected payoff at which its batch is cut.
    pub acts: Vec<bool>,
    pub cut: Vec<f64>,
    /// The standard deviation of expected payoffs within batches.
    pub spread: f64,
    /// The columns beside the block, of the judged rows.
    pub beside: Sheet,
}

impl Ground {
    pub fn new(
        trial: &ClosedTrial,
        beside: &Sheet,
        layout: &Layout,
        inside: &Inside,
        settings: &Settings,
    ) -> Self {
        let judged = |row: &u32| inside.expected[*row as usize].is_some();
        let mut rows: Vec<u32> = (0..trial.keys.len() as u32).filter(judged).collect();
        rows.sort_by_key(|row| (layout.cell[*row as usize], trial.keys[*row as usize], *row));
        let (worth, cost) = trial.payoff.terms();
        let chance = |row: usize| inside.expected[row].unwrap_or_default();
        let slope = |row: usize| match &trial.payoff {
            Payoff::Response { .. } => (chance(row) * (1.0 - chance(row))).max(1e-6),
            Payoff::Gained(_) => 1.0,
        };
        let picked = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            rows.iter().map(|row| value(*row as usize)).collect()
        };
        let mut ground = Self {
            cell: rows.iter().map(|row| layout.cell[*row as usize]).collect(),
            key: rows.iter().map(|row| trial.keys[*row as usize]).collect(),
            batch: rows.iter().map(|row| trial.batch[*row as usize]).collect(),
            batches: trial.batch.iter().max().map_or(1, |last| *last as usize + 1),
            trains: layout.trains.clone(),
            payoff: picked(&|row| trial.payoff.of(row)),
            expected: picked(&|row| worth * chance(row) - cost),
            left: picked(&|row| (trial.payoff.of(row) + cost) / worth - chance(row)),
            slope: picked(&slope),
            worth,
            noise: 0.0,
            acts: vec![false; rows.len()],
            cut: vec![0.0; rows.len()],
            spread: 0.0,
            beside: beside.only(&rows),
            rows,
        };
        ground.level();
        ground.noise = match &trial.payoff {
            Payoff::Response { .. } => ground.len() as f64,
            Payoff::Gained(_) => ground.left.iter().map(|left| left * left).sum(),
        };
        ground.decide(settings);
        ground
    }

    /// How many rows are judged.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Takes the level of each batch out of what is left: one step of the model's intercept.
    fn level(&mut self) {
        let left = self.batch_sums(&|row| self.left[row]);
        let slope = self.batch_sums(&|row| self.slope[row]);
        for row in 0..self.len() {
            let batch = self.batch[row] as usize;
            self.left[row] -= self.slope[row] * left[batch] / slope[batch];
        }
    }

    fn decide(&mut self, settings: &Settings) {
        let counts = self.batch_sums(&|_| 1.0);
        let means = self.batch_sums(&|row| self.expected[row]);
        let off = |row: usize| {
            let batch = self.batch[row] as usize;
            self.expected[row] - means[batch] / counts[batch]
        };
        let square: f64 = (0..self.len()).map(|row| off(row) * off(row)).sum();
        self.spread = libm::sqrt(square / self.len().max(1) as f64);
        for rows in self.batch_rows() {
            let pays = rows.iter().filter(|row| self.expected[**row] > 0.0).count();
            let many = match settings.reach {
                Reach::WherePays => pays,
                Reach::Share(share) => (share * rows.len() as f64).round() as usize,
            };
            let best = self.best(&rows, &self.expected, many);
            let cut = match settings.reach {
                Reach::WherePays => 0.0,
                Reach::Share(_) => best.last().map_or(0.0, |last| self.expected[*last]),
            };
            for row in best {
                self.acts[row] = true;
            }
            for row in rows {
                self.cut[row] = cut;
            }
        }
    }

    /// So many of some rows with the highest scores. Ties go by a hash of the household, which no
    /// order of rows changes.
    pub fn best(&self, rows: &[usize], scores: &[f64], many: usize) -> Vec<usize> {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|one, other| {
            let tie = || mixed(self.key[*one]).cmp(&mixed(self.key[*other]));
            scores[*other].total_cmp(&scores[*one]).then_with(tie).then(one.cmp(other))
        });
        sorted.truncate(many);
        sorted
    }

    /// The judged rows of each batch that has any.
    pub fn batch_rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.batches];
        (0..self.len()).for_each(|row| rows[self.batch[row] as usize].push(row));
        rows.retain(|batch: &Vec<usize>| !batch.is_empty());
        rows
    }

    /// Σ value by batch.
    pub fn batch_sums(&self, value: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.batches];
        (0..self.len()).for_each(|row| sums[self.batch[row] as usize] += value(row));
        sums
    }

    /// The runs of rows for which `same` tells the same.
    pub fn runs<T: PartialEq>(&self, same: impl Fn(usize) -> T) -> Vec<std::ops::Range<usize>> {
        let ends = (1..=self.len()).filter(|row| *row == self.len() || same(*row) != same(row - 1));
        let mut start = 0;
        ends.map(|end| std::mem::replace(&mut start, end)..end).collect()
    }
}

/// A hash of a household (`SplitMix64`, Steele, Lea and Flood 2014).
fn mixed(key: u64) -> u64 {
    let mut mixed = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
