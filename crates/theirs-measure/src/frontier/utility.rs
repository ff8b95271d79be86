//! What a set of data brings, by sums alone.
//!
//! A squared-loss model of the payoff explains so much of its variance on people it has not seen:
//! what it explains of those it was fitted on, less twice the noise that it took up (Mallows 1973).
//! If expected payoffs are spread about their mean by a normal law, that is money: acting where it
//! pays brings `m Φ(m/s) + s φ(m/s)`, acting on the best share q brings `q m + s φ(z)`. Price: the
//! normal law, which is why whatever is found is confirmed without it.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use super::Question;
use crate::Error;
use crate::gram::Gram;
use crate::necessity::Reach;
use crate::penalty::Shape;
use crate::quadratic::{Quadratic, coarse_enough};
use crate::squared::Smoothing;

/// The money of sets.
pub(super) struct Utility<'a> {
    question: &'a Question<'a>,
    gram: Gram,
    /// The level of each column that is as fine as it is looked at.
    base: Vec<u8>,
    smoothing: Vec<f64>,
    mean: f64,
    noise: f64,
}

/// A fitted set, and what is needed to tell what coarser ones would lose.
pub(super) struct Fitted {
    pub utility: f64,
    /// The variance that is explained, per row.
    explained: f64,
    columns: Vec<usize>,
    levels: Vec<u8>,
    quadratic: Quadratic,
    effects: Vec<f64>,
    inverse: DMatrix<f64>,
    /// `P M P`, the variance of the effects in units of the noise.
    variance: DMatrix<f64>,
}

/// Up to how many bins sets are searched on; above, the finest are looked at somewhat coarser.
const MOST_BINS: usize = 200;

/// Where a column has no level: it is left out.
const ABSENT: u8 = u8::MAX;

impl<'a> Utility<'a> {
    pub fn new(question: &'a Question<'a>, gram: &Gram) -> Result<Self, Error> {
        let base = coarse_enough(gram.shapes(), MOST_BINS);
        let fit = gram.coarser(&base).fit(&Smoothing::Automatic)?;
        let mean = gram.target() / gram.weight();
        let mut utility =
            Self { question, gram: gram.clone(), base, smoothing: fit.smoothing, mean, noise: 0.0 };
        let square = gram.square() - mean * gram.target();
        utility.noise = square / gram.weight();
        let full = utility.fitted(&vec![0; question.categories.len()])?;
        // Of the noise only the variance is wanted, for which one pass is near enough.
        utility.noise = (utility.noise - full.explained).max(0.05 * utility.noise);
        Ok(utility)
    }

    /// Fits a set.
    pub fn fitted(&self, kept: &[u8]) -> Result<Fitted, Error> {
        let levels = self.levels(kept);
        let columns: Vec<usize> = (0..levels.len()).filter(|at| levels[*at] != ABSENT).collect();
        let finite: Vec<u8> = levels.iter().map(|level| level.min(&8)).copied().collect();
        let gram = self.gram.select(&columns).coarser(&picked(&finite, &columns));
        let quadratic = gram.quadratic(self.mean);
        let right = self.right(&gram);
        let smoothing = picked(&self.smoothing, &columns);
        let mut fitted = Fitted {
            utility: self.value(0.0),
            explained: 0.0,
            columns,
            levels,
            effects: Vec::new(),
            inverse: DMatrix::zeros(0, 0),
            variance: DMatrix::zeros(0, 0),
            quadratic,
        };
        if fitted.columns.is_empty() {
            return Ok(fitted);
        }
        let factor = factor(&fitted.quadratic, &gram, &smoothing)?;
        let effects = factor.solve(&right);
        let along = fitted.quadratic.matrix() * &effects;
        let explained = 2.0 * effects.dot(&right) - effects.dot(&along);
        fitted.inverse = factor.inverse();
        let taken = &fitted.inverse * fitted.quadratic.matrix();
        fitted.explained = (explained - 2.0 * self.noise * taken.trace()) / self.gram.weight();
        fitted.variance = taken * &fitted.inverse;
        fitted.utility = self.value(fitted.explained);
        fitted.effects = effects.as_slice().to_vec();
        Ok(fitted)
    }

    /// What a set would bring if one category were kept coarser, by constraints on the fitted set.
    pub fn without(&self, fitted: &Fitted, kept: &[u8], category: usize, to: u8) -> f64 {
        let mut after = kept.to_vec();
        after[category] = to;
        let contrasts = self.contrasts(fitted, &self.levels(&after), category);
        if contrasts.is_empty() {
            return fitted.utility;
        }
        let size = contrasts.len();
        let form = |matrix: &DMatrix<f64>| {
            DMatrix::from_fn(size, size, |one, other| {
                let ((a, b), (c, d)) = (contrasts[one], contrasts[other]);
                matrix[(a, c)] - matrix[(a, d)] - matrix[(b, c)] + matrix[(b, d)]
            })
        };
        let mut held = form(&fitted.inverse);
        let least = 1e-9 * held.trace() / size as f64;
        (0..size).for_each(|at| held[(at, at)] += least);
        let Some(factor) = held.cholesky() else { return fitted.utility };
        let steps = DVector::from_iterator(
            size,
            contrasts.iter().map(|(a, b)| fitted.effects[*a] - fitted.effects[*b]),
        );
        let lost = steps.dot(&factor.solve(&steps));
        let taken = factor.solve(&form(&fitted.variance)).trace();
        let lost = (lost - 2.0 * self.noise * taken) / self.gram.weight();
        self.value(fitted.explained - lost)
    }

    /// What the rows of each bin ask for, beyond the mean.
    fn right(&self, gram: &Gram) -> DVector<f64> {
        let column = |column: usize| {
            let both = gram.sums(column).into_iter().zip(gram.masses(column));
            both.map(|(sum, mass)| sum - self.mean * mass).collect::<Vec<f64>>()
        };
        DVector::from_vec((0..gram.shapes().len()).flat_map(column).collect())
    }

    /// Which pairs of bins become one when a category is kept at other levels.
    fn contrasts(&self, fitted: &Fitted, after: &[u8], category: usize) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for column in &self.question.categories[category].columns {
            let Some(place) = fitted.columns.iter().position(|other| other == column) else {
                continue;
            };
            let shape: &Shape = &self.gram.shapes()[*column];
            let (_, now) = shape.coarser(fitted.levels[*column]);
            let then = match after[*column] {
                ABSENT => vec![0; now.len()],
                level => shape.coarser(level).1,
            };
            let start = fitted.quadratic.span(place).start;
            let mut first = vec![None; 257];
            let mut known = vec![false; 257];
            for (now, then) in now.iter().zip(&then) {
                if std::mem::replace(&mut known[usize::from(*now)], true) {
                    continue;
                }
                let bin = start + usize::from(*now);
                match first[usize::from(*then)] {
                    None => first[usize::from(*then)] = Some(bin),
                    Some(first) => pairs.push((first, bin)),
                }
            }
        }
        pairs
    }

    /// Per column the level at which a set keeps it.
    fn levels(&self, kept: &[u8]) -> Vec<u8> {
        let mut levels = vec![ABSENT; self.base.len()];
        for (category, level) in self.question.categories.iter().zip(kept) {
            let Some(level) = category.levels.get(usize::from(*level)) else { continue };
            for column in &category.columns {
                levels[*column] = level.merges.max(self.base[*column]).min(8);
            }
        }
        levels
    }

    /// The money per person of expected payoffs with such a variance.
    fn value(&self, variance: f64) -> f64 {
        let (mean, spread) = (self.mean, libm::sqrt(variance.max(0.0)));
        let normal = Normal::standard();
        match self.question.reach {
            Reach::Share(share) => {
                share * mean + spread * normal.pdf(normal.inverse_cdf(1.0 - share))
            }
            Reach::WherePays if spread <= 0.0 => mean.max(0.0),
            Reach::WherePays => {
                mean * normal.cdf(mean / spread) + spread * normal.pdf(mean / spread)
            }
        }
    }
}

/// The factor of the penalised problem, the mean of each column held at zero.
fn factor(
    quadratic: &Quadratic,
    gram: &Gram,
    smoothing: &[f64],
) -> Result<Cholesky<f64, Dyn>, Error> {
    let mut matrix = quadratic.matrix().clone();
    let total = gram.weight();
    for (column, smoothing) in smoothing.iter().enumerate() {
        let span = quadratic.span(column);
        let share = DVector::from_vec(gram.masses(column)) / total;
        let mut block = matrix.view_mut((span.start, span.start), (span.len(), span.len()));
        block += quadratic.penalty(column) * *smoothing;
        block.ger(total, &share, &share, 1.0);
    }
    (0..matrix.nrows()).for_each(|bin| matrix[(bin, bin)] += 1e-10 * total);
    Cholesky::new(matrix).ok_or(Error::Singular)
}

fn picked<T: Clone>(values: &[T], columns: &[usize]) -> Vec<T> {
    columns.iter().map(|column| values[*column].clone()).collect()
}
