//! What sets of data really bring, on people the search never saw.
//!
//! Each set's model is fitted on the sums of the first half and decides about the second. Losses
//! against keeping all data are paired person by person; their bands hold for all points at once, by
//! the greatest of correlated normal errors, drawn by a seed (max-t; Dudoit and van der Laan 2008).
//! Price: each point rests on half of the people.

use std::collections::HashMap;

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::risk::Scale;
use super::search::Visited;
use super::{Band, Point, Question};
use crate::Error;
use crate::gram::Gram;
use crate::necessity::{Reach, normals};
use crate::sheet::Sheet;
use crate::squared::Smoothing;

pub(super) struct Half<'a> {
    question: &'a Question<'a>,
    gram: &'a Gram,
    rows: &'a [u32],
    sheet: Sheet,
}

/// How many draws the bands rest on.
const DRAWS: usize = 1_999;

/// The fewest people of a group whose loss is told.
const LEAST_GROUP: usize = 50;

impl<'a> Half<'a> {
    pub fn new(question: &'a Question<'a>, gram: &'a Gram, rows: &'a [u32]) -> Self {
        Self { question, gram, rows, sheet: question.sheet.only(rows) }
    }

    /// Points for sets, the first of which keeps all.
    pub fn confirmed(&self, sets: &[Visited], scale: &Scale) -> Result<Vec<Point>, Error> {
        let smoothing = self.gram.fit(&Smoothing::Automatic)?.smoothing;
        let mut values = Vec::new();
        for set in sets {
            values.push(self.values(&set.kept, &smoothing)?);
        }
        let Some(full) = values.first().cloned() else { return Ok(Vec::new()) };
        let losses: Vec<Vec<f64>> =
            values.iter().map(|own| full.iter().zip(own).map(|(a, b)| a - b).collect()).collect();
        let bands = self.bands(&full, &losses);
        let point = |(at, set): (usize, &Visited)| Point {
            kept: set.kept.clone(),
            risk: scale.exact(&set.kept),
            estimated: set.utility,
            value: mean(&values[at]),
            loss: bands[at],
            worst_group: self.worst_group(&full, &losses[at]),
        };
        Ok(sets.iter().enumerate().map(point).collect())
    }

    /// What the decisions on a set bring, person by person.
    fn values(&self, kept: &[u8], smoothing: &[f64]) -> Result<Vec<f64>, Error> {
        let mut levels = vec![None; smoothing.len()];
        for (category, level) in self.question.categories.iter().zip(kept) {
            let level = category.levels.get(usize::from(*level)).map(|level| level.merges);
            category.columns.iter().for_each(|column| levels[*column] = level);
        }
        let columns: Vec<usize> = (0..levels.len()).filter(|at| levels[*at].is_some()).collect();
        let merges: Vec<u8> = columns.iter().filter_map(|column| levels[*column]).collect();
        let scores = if columns.is_empty() {
            vec![self.gram.target() / self.gram.weight(); self.rows.len()]
        } else {
            let fixed = columns.iter().map(|column| smoothing[*column]).collect();
            let fit = self.gram.select(&columns).coarser(&merges).fit(&Smoothing::Fixed(fixed))?;
            fit.model.scores(&self.sheet.select(&columns).coarser(&merges))?
        };
        let payoff = |row: usize| self.question.payoff[self.rows[row] as usize];
        let acts = self.acts(&scores);
        Ok((0..scores.len()).map(|row| if acts[row] { payoff(row) } else { 0.0 }).collect())
    }

    /// Who is acted on. Ties go by a hash of the household.
    fn acts(&self, scores: &[f64]) -> Vec<bool> {
        let Reach::Share(share) = self.question.reach else {
            return scores.iter().map(|score| *score > 0.0).collect();
        };
        let key = |row: usize| self.question.keys[self.rows[row] as usize];
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|one, other| {
            let tie = || super::risk::mixed(key(*one)).cmp(&super::risk::mixed(key(*other)));
            scores[*other].total_cmp(&scores[*one]).then_with(tie)
        });
        let mut acts = vec![false; scores.len()];
        let many = (share * scores.len() as f64).round() as usize;
        order.into_iter().take(many).for_each(|row| acts[row] = true);
        acts
    }

    /// The losses as shares of what all data bring, with their bands.
    fn bands(&self, full: &[f64], losses: &[Vec<f64>]) -> Vec<Band> {
        let middle = mean(full);
        let whole = middle.abs().max(f64::MIN_POSITIVE);
        let means: Vec<f64> = losses.iter().map(|loss| mean(loss)).collect();
        let shares: Vec<f64> = means.iter().map(|loss| loss / whole).collect();
        let mut households: HashMap<u64, usize> = HashMap::new();
        let mut sums: Vec<f64> = Vec::new();
        let wide = losses.len();
        for row in 0..full.len() {
            let next = households.len();
            let key = self.question.keys[self.rows[row] as usize];
            let place = *households.entry(key).or_insert(next);
            sums.resize(sums.len().max((place + 1) * wide), 0.0);
            // The influence of a row on a ratio of two means.
            let off = (full[row] - middle) * middle.signum();
            for (at, sum) in sums[place * wide..][..wide].iter_mut().enumerate() {
                *sum += (losses[at][row] - means[at] - shares[at] * off) / whole;
            }
        }
        let mut square = DMatrix::zeros(wide, wide);
        for sum in sums.chunks_exact(wide) {
            crate::necessity::add_square(&mut square, sum, 1.0);
        }
        square.fill_lower_triangle_with_upper_triangle();
        let rows = full.len().max(1) as f64;
        let errors: Vec<f64> = (0..wide).map(|at| libm::sqrt(square[(at, at)]) / rows).collect();
        let reach = greatest(&square, self.question.seed);
        let band = |(point, error): (f64, f64)| Band {
            point,
            low: point - reach * error,
            high: point + reach * error,
        };
        shares.into_iter().zip(errors).map(band).collect()
    }

    fn worst_group(&self, full: &[f64], loss: &[f64]) -> Option<(u8, f64)> {
        let mut groups = vec![(0_usize, 0.0, 0.0); 256];
        for (place, row) in self.rows.iter().enumerate() {
            let group = self.question.group.get(*row as usize)?;
            let sums = &mut groups[usize::from(*group)];
            *sums = (sums.0 + 1, sums.1 + full[place], sums.2 + loss[place]);
        }
        let told =
            (0..=u8::MAX).zip(groups).filter(|(_, sums)| sums.0 >= LEAST_GROUP && sums.1 > 0.0);
        let shares = told.map(|(group, (_, had, lost))| (group, lost / had));
        shares.max_by(|one, other| one.1.total_cmp(&other.1))
    }
}

/// The 95 % point of the greatest of errors that vary together, in standard errors.
fn greatest(square: &DMatrix<f64>, seed: u64) -> f64 {
    let live: Vec<usize> = (0..square.nrows()).filter(|at| square[(*at, *at)] > 0.0).collect();
    if live.is_empty() {
        return 0.0;
    }
    let scale = |at: usize| libm::sqrt(square[(live[at], live[at])]);
    let mut correlation = DMatrix::from_fn(live.len(), live.len(), |one, other| {
        square[(live[one], live[other])] / scale(one) / scale(other)
    });
    (0..live.len()).for_each(|at| correlation[(at, at)] += 1e-6);
    let Some(factor) = correlation.cholesky() else { return 4.0 };
    let root = factor.l();
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let mut most: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn: DVector<f64> = &root * normals(&mut source, live.len());
            drawn.amax()
        })
        .collect();
    most.sort_by(f64::total_cmp);
    most[DRAWS * 95 / 100]
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
