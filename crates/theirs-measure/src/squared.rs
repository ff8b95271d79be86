//! The fit with squared loss, from sums alone.
//!
//! Everything is worked out from a [`Gram`]: the fit, its smoothing, and how well a model does on
//! rows that were summed elsewhere. So cross-validation needs no further pass over rows, and a
//! source that gives its sums need not give its rows. Price: the loss is the squared one.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::additive::{Additive, Link, Term};
use crate::folded::FoldedGram;
use crate::gram::{Gram, unlike};
use crate::penalty::Shape;
use crate::quadratic::{Quadratic, Sums};
use crate::smoothing::Dispersion;

/// How strongly the bins of each column are held together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Smoothing {
    /// Chosen per column by restricted maximum likelihood.
    Automatic,
    /// Chosen so, then multiplied; more than 1 is smoother.
    Times(f64),
    /// Given per column, on the scale of the sums.
    Fixed(Vec<f64>),
}

/// A fitted model and the smoothing it was fitted with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The model.
    pub model: Additive,
    /// The smoothing of each column.
    pub smoothing: Vec<f64>,
}

/// What the smoothing is multiplied with in cross-validation.
const MULTIPLES: [f64; 6] = [0.1, 0.3, 1.0, 3.0, 10.0, 100.0];

impl Gram {
    /// Fits the additive model with squared loss.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without rows or columns, [`Error::Singular`] if sums contradict each other,
    /// [`Error::Shape`] if a fixed smoothing is not one number per column.
    pub fn fit(&self, smoothing: &Smoothing) -> Result<Fit, Error> {
        let mean = self.mean()?;
        let quadratic = self.quadratic(mean);
        let automatic = || {
            let square = self.square() - mean * self.target();
            quadratic.smoothing(Dispersion::Estimated { square, rows: self.rows() as f64 })
        };
        let chosen = match smoothing {
            Smoothing::Automatic => automatic(),
            Smoothing::Times(times) => automatic().iter().map(|one| one * times).collect(),
            Smoothing::Fixed(given) if given.len() == self.shapes().len() => given.clone(),
            Smoothing::Fixed(_) => return Err(Error::Shape { column: "smoothing".to_owned() }),
        };
        let bins = quadratic.solve(&chosen)?;
        let effects = |column: usize| bins.as_slice()[quadratic.span(column)].to_vec();
        let model = additive(Link::Identity, mean, self.shapes(), effects);
        Ok(Fit { model, smoothing: chosen })
    }

    /// Σ w (y − model)² over the rows summed here, for a model fitted with squared loss.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the model is of other columns or has crossings.
    pub fn loss(&self, model: &Additive) -> Result<f64, Error> {
        let shapes: Vec<Shape> = model.shapes().cloned().collect();
        if let Some(column) = unlike(&shapes, self.shapes()) {
            return Err(Error::Shape { column });
        }
        let base = model.intercept;
        let mut loss = self.square() - 2.0 * base * self.target() + base * base * self.weight();
        for (column, term) in model.terms.iter().enumerate() {
            let (masses, sums) = (self.masses(column), self.sums(column));
            for (bin, effect) in term.effects.iter().enumerate() {
                let left = sums[bin] - base * masses[bin];
                loss += effect * (effect * masses[bin] - 2.0 * left);
            }
            for (other, second) in model.terms.iter().enumerate().skip(column + 1) {
                let (pair, wide) = (self.pair(column, other), second.effects.len());
                let cells = pair.iter().enumerate();
                let cell = |(at, count): (usize, &f64)| {
                    count * term.effects[at / wide] * second.effects[at % wide]
                };
                loss += 2.0 * cells.map(cell).sum::<f64>();
            }
        }
        Ok(loss)
    }

    /// The mean of the target.
    fn mean(&self) -> Result<f64, Error> {
        if self.weight() <= 0.0 || self.shapes().is_empty() {
            return Err(Error::TooFew { what: "rows with weight", found: 0, least: 1 });
        }
        Ok(self.target() / self.weight())
    }

    pub(crate) fn quadratic(&self, mean: f64) -> Quadratic {
        let columns = 0..self.shapes().len();
        let masses: Vec<Vec<f64>> = columns.clone().map(|column| self.masses(column)).collect();
        let right: Vec<f64> = columns
            .flat_map(|column| {
                let sums = self.sums(column).into_iter().zip(&masses[column]);
                sums.map(|(sum, mass)| sum - mean * mass).collect::<Vec<_>>()
            })
            .collect();
        let total = self.weight();
        let share = |bins: &Vec<f64>| bins.iter().map(|mass| mass / total).collect();
        let sums = Sums {
            shapes: self.shapes(),
            shares: &masses.iter().map(share).collect::<Vec<_>>(),
            masses: &masses,
            right: DVector::from_vec(right),
        };
        Quadratic::new(sums, |one, other| self.pair(one, other))
    }
}

impl FoldedGram {
    /// Fits on all folds, with the smoothing multiplied by what predicts left-out folds best.
    ///
    /// # Errors
    ///
    /// As [`Gram::fit`].
    pub fn fit_validated(&self) -> Result<Fit, Error> {
        let mut best: Option<(f64, f64)> = None;
        for times in MULTIPLES {
            let loss = self.left_out_loss(&Smoothing::Times(times))?;
            if best.is_none_or(|(least, _)| loss < least) {
                best = Some((loss, times));
            }
        }
        self.total().fit(&Smoothing::Times(best.map_or(1.0, |(_, times)| times)))
    }

    /// Σ w (y − model)² over all rows, each predicted by the model of the other folds.
    ///
    /// # Errors
    ///
    /// As [`Gram::fit`].
    pub fn left_out_loss(&self, smoothing: &Smoothing) -> Result<f64, Error> {
        let fold = |(at, fold): (usize, &Gram)| fold.loss(&self.without(at)?.fit(smoothing)?.model);
        self.folds().iter().enumerate().map(fold).sum()
    }
}

/// A model from the effects of its columns.
pub(crate) fn additive(
    link: Link,
    intercept: f64,
    shapes: &[Shape],
    effects: impl Fn(usize) -> Vec<f64>,
) -> Additive {
    let term = |(column, shape): (usize, &Shape)| Term {
        shape: shape.clone(),
        crossing: None,
        effects: effects(column),
    };
    Additive { link, intercept, terms: shapes.iter().enumerate().map(term).collect() }
}

#[cfg(test)]
mod tests;
