//! The fit with logistic loss, over coded columns in memory.
//!
//! Newton's method with step halving on the penalised likelihood, which is convex: one optimum, no
//! seed, whatever the number of threads. The gradient is exact; the curvature, which costs far more
//! (a pass per pair of columns), is kept while it serves, and above [`SAMPLE`](crate::curvature)
//! rows it is that of evenly spaced rows, scaled so that its diagonal is exact: the optimum does not
//! depend on it, only the number of steps does. Price: bins and their counts must fit in memory, and
//! rows are passed over about ten times.

use std::borrow::Cow;

use nalgebra::DVector;

use crate::Error;
use crate::additive::{Additive, Link};
use crate::curvature::Sample;
use crate::gram::length;
use crate::pass::{Pass, passed, scattered};
use crate::penalty::Shape;
use crate::quadratic::{Quadratic, Sums};
use crate::sheet::Sheet;
use crate::smoothing::Dispersion;
use crate::squared::{Fit, Smoothing, additive};

/// How often smoothing is chosen anew, and how many steps are taken after that at most.
const ROUNDS: usize = 3;
const STEPS: usize = 60;

/// The fit rests when a step promises less than this, in nats per row.
const RESTS: f64 = 1e-10;

/// How exactly a step is worked out: the next one mends what is left. Where columns repeat each other,
/// as figures of a month do, a coarser one leaves what they say together to hundreds of steps.
const EXACT: f64 = 1e-8;

/// A kept curvature serves while a step promises no more than this part of the one before.
const SERVES: f64 = 0.2;

impl Sheet {
    /// Fits the additive model of a yes or no with logistic loss.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], and [`Error::TooFew`] unless both outcomes occur.
    pub fn fit_logistic(&self, outcome: &[bool], smoothing: &Smoothing) -> Result<Fit, Error> {
        length("the outcome", outcome.len(), self.rows())?;
        let hits = outcome.iter().filter(|hit| **hit).count();
        let rarer = hits.min(outcome.len() - hits);
        if rarer == 0 || self.columns().is_empty() {
            return Err(Error::TooFew { what: "rows of each outcome", found: rarer, least: 1 });
        }
        Ok(self.climb(outcome, hits, smoothing)?.0)
    }

    /// As [`Sheet::fit_logistic`], with what fits to nearly the same rows can start from.
    pub(crate) fn fit_logistic_whole(
        &self,
        outcome: &[bool],
        smoothing: &Smoothing,
    ) -> Result<Whole, Error> {
        let hits = outcome.iter().filter(|hit| **hit).count();
        let (fit, curvature) = self.climb(outcome, hits, smoothing)?;
        Ok(Whole { fit, curvature: Some(curvature) })
    }

    /// As [`Sheet::fit_logistic`] at the smoothing of a fit to nearly the same rows, from its model
    /// and curvature, which saves passes and leads to the same optimum; by itself if the other fit
    /// is not logistic.
    pub(crate) fn fit_logistic_near(&self, outcome: &[bool], near: &Whole) -> Result<Fit, Error> {
        let Whole { fit, curvature: Some(curvature) } = near else {
            return self.fit_logistic(outcome, &Smoothing::Automatic);
        };
        let mut climb = Climb::from(self, outcome, &fit.model);
        climb.settle(&fit.smoothing, Cow::Borrowed(curvature))?;
        Ok(climb.fitted(fit.smoothing.clone()))
    }

    fn climb(
        &self,
        outcome: &[bool],
        hits: usize,
        smoothing: &Smoothing,
    ) -> Result<(Fit, Curvature), Error> {
        let mut climb = Climb::new(self, outcome, hits);
        let (chosen, curvature) = climb.choose(smoothing)?;
        let curvature = climb.settle(&chosen, Cow::Owned(curvature))?.into_owned();
        Ok((climb.fitted(chosen), curvature))
    }
}

/// A fit, and the curvature near its optimum if it is a logistic one.
pub(crate) struct Whole {
    pub fit: Fit,
    curvature: Option<Curvature>,
}

impl From<Fit> for Whole {
    fn from(fit: Fit) -> Self {
        Self { fit, curvature: None }
    }
}

/// Where the iteration stands.
struct Climb<'a> {
    sheet: &'a Sheet,
    outcome: &'a [bool],
    shapes: Vec<Shape>,
    share: Vec<Vec<f64>>,
    intercept: f64,
    effects: Vec<Vec<f64>>,
    rows: Pass,
}

/// A step: of the intercept, of the effects, and what it promises.
struct Step {
    intercept: f64,
    effects: DVector<f64>,
    promise: f64,
}

/// The curvature at some point, and the masses it came from.
#[derive(Clone)]
struct Curvature {
    quadratic: Quadratic,
    masses: DVector<f64>,
    total: f64,
}

impl<'a> Climb<'a> {
    /// From the odds of all rows, every effect at nothing.
    fn new(sheet: &'a Sheet, outcome: &'a [bool], hits: usize) -> Self {
        let odds = hits as f64 / (sheet.rows() - hits) as f64;
        let effects = sheet.shapes().iter().map(|shape| vec![0.0; shape.bins]).collect();
        Self::at(sheet, outcome, libm::log(odds), effects)
    }

    /// From where a model stands.
    fn from(sheet: &'a Sheet, outcome: &'a [bool], model: &Additive) -> Self {
        let effects = model.terms.iter().map(|term| term.effects.clone()).collect();
        Self::at(sheet, outcome, model.intercept, effects)
    }

    fn at(sheet: &'a Sheet, outcome: &'a [bool], intercept: f64, effects: Vec<Vec<f64>>) -> Self {
        let shapes = sheet.shapes();
        let even = vec![1.0 / sheet.rows() as f64; sheet.rows()];
        let share = scattered(sheet, &even);
        let rows = passed(sheet, outcome, intercept, &effects);
        Self { sheet, outcome, shapes, share, intercept, effects, rows }
    }

    fn fitted(self, smoothing: Vec<f64>) -> Fit {
        let Self { shapes, intercept, effects, .. } = self;
        let model = additive(Link::Logit, intercept, &shapes, |column| effects[column].clone());
        Fit { model, smoothing }
    }

    /// Takes a few steps, choosing the smoothing at each; hands over the last curvature as well.
    fn choose(&mut self, smoothing: &Smoothing) -> Result<(Vec<f64>, Curvature), Error> {
        let times = match smoothing {
            Smoothing::Fixed(given) if given.len() == self.shapes.len() => {
                return Ok((given.clone(), self.curvature()));
            }
            Smoothing::Fixed(_) => return Err(Error::Shape { column: "smoothing".to_owned() }),
            Smoothing::Times(times) => *times,
            Smoothing::Automatic => 1.0,
        };
        let (mut chosen, mut curvature) = self.chosen();
        for _ in 1..ROUNDS {
            let step = self.step(&curvature, &chosen)?;
            self.walk(&step, &chosen, &curvature.quadratic);
            (chosen, curvature) = self.chosen();
        }
        for one in &mut chosen {
            *one *= times;
        }
        Ok((chosen, curvature))
    }

    /// The smoothing by the least-squares problem whose solution is the next step of Newton's
    /// method, and its curvature.
    fn chosen(&self) -> (Vec<f64>, Curvature) {
        let mut curvature = self.curvature();
        let here = DVector::from_vec(self.effects.concat());
        let right = curvature.quadratic.matrix() * here + self.gradient(&curvature);
        curvature.quadratic.aim(right);
        (curvature.quadratic.smoothing(Dispersion::Known(1.0)), curvature)
    }

    /// Steps until nothing is left to gain; hands over the last curvature.
    fn settle<'c>(
        &mut self,
        smoothing: &[f64],
        mut curvature: Cow<'c, Curvature>,
    ) -> Result<Cow<'c, Curvature>, Error> {
        let mut before = f64::INFINITY;
        for _ in 0..STEPS {
            let step = self.step(&curvature, smoothing)?;
            if step.promise <= RESTS * self.sheet.rows() as f64 {
                break;
            }
            let whole = self.walk(&step, smoothing, &curvature.quadratic);
            if !whole || step.promise > SERVES * before {
                curvature = Cow::Owned(self.curvature());
            }
            before = step.promise;
        }
        Ok(curvature)
    }

    fn curvature(&self) -> Curvature {
        let masses = scattered(self.sheet, &self.rows.weight);
        let sample = Sample::of(self.sheet, &self.rows.weight, &masses);
        let flat = DVector::from_vec(masses.concat());
        let sums = Sums {
            shapes: &self.shapes,
            shares: &self.share,
            masses: &masses,
            right: DVector::zeros(flat.len()),
        };
        let quadratic = Quadratic::new(sums, |one, other| sample.pair(one, other));
        Curvature { quadratic, masses: flat, total: self.rows.weight_sum() }
    }

    /// What the rows ask of each bin, the intercept's share taken out.
    fn gradient(&self, curvature: &Curvature) -> DVector<f64> {
        let asked = DVector::from_vec(scattered(self.sheet, &self.rows.left).concat());
        asked - &curvature.masses * (self.rows.left_sum() / curvature.total)
    }

    fn step(&self, curvature: &Curvature, smoothing: &[f64]) -> Result<Step, Error> {
        let here = DVector::from_vec(self.effects.concat());
        let asked = self.gradient(curvature) - curvature.quadratic.pull(smoothing, &here);
        let effects = curvature.quadratic.solver(smoothing)?.solve_to(&asked, EXACT)?;
        let left = self.rows.left_sum();
        let intercept = (left - curvature.masses.dot(&effects)) / curvature.total;
        let promise = asked.dot(&effects) + left * left / curvature.total;
        Ok(Step { intercept, effects, promise })
    }

    /// Goes along a step, half as far while that does not gain; tells whether it went all the way.
    fn walk(&mut self, step: &Step, smoothing: &[f64], quadratic: &Quadratic) -> bool {
        let price = |effects: &[Vec<f64>]| {
            let flat = DVector::from_vec(effects.concat());
            0.5 * flat.dot(&quadratic.pull(smoothing, &flat))
        };
        let now = self.rows.loss + price(&self.effects);
        let mut part = 1.0;
        for _ in 0..30 {
            let (intercept, effects) = self.moved(step, part, quadratic);
            let rows = passed(self.sheet, self.outcome, intercept, &effects);
            if rows.loss + price(&effects) <= now {
                (self.intercept, self.effects, self.rows) = (intercept, effects, rows);
                return part >= 1.0;
            }
            part /= 2.0;
        }
        false
    }

    /// Intercept and effects after part of a step, each column's mean moved to the intercept.
    fn moved(&self, step: &Step, part: f64, quadratic: &Quadratic) -> (f64, Vec<Vec<f64>>) {
        let mut intercept = self.intercept + part * step.intercept;
        let column = |(column, effects): (usize, &Vec<f64>)| {
            let by = &step.effects.as_slice()[quadratic.span(column)];
            let mut after: Vec<f64> =
                effects.iter().zip(by).map(|(effect, by)| effect + part * by).collect();
            let shares = after.iter().zip(&self.share[column]);
            let mean: f64 = shares.map(|(effect, share)| effect * share).sum();
            for effect in &mut after {
                *effect -= mean;
            }
            intercept += mean;
            after
        };
        let effects = self.effects.iter().enumerate().map(column).collect();
        (intercept, effects)
    }
}

#[cfg(test)]
mod tests;
