//! The fit with logistic loss, over coded columns in memory.
//!
//! Newton's method with step halving on the penalised likelihood, which is convex: one optimum, no
//! seed, whatever the number of threads. The gradient is exact; above [`SAMPLE`] rows the curvature
//! is that of evenly spaced rows, scaled so that its diagonal is exact, and is kept while it serves:
//! the optimum does not depend on it, only the number of steps does. Price: bins and their counts
//! must fit in memory, and rows are passed over about ten times.

use nalgebra::DVector;

use crate::Error;
use crate::additive::Link;
use crate::curvature::{SAMPLE, Sample};
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
        let mut climb = Climb::new(self, outcome, hits);
        let chosen = climb.choose(smoothing)?;
        climb.settle(&chosen)?;
        Ok(climb.fitted(chosen))
    }

    /// As [`Sheet::fit_logistic`], from a model of nearly the same rows, which saves steps and
    /// leads to the same optimum.
    pub(crate) fn fit_logistic_near(&self, outcome: &[bool], near: &Fit) -> Result<Fit, Error> {
        let mut climb = Climb::new(self, outcome, outcome.iter().filter(|hit| **hit).count());
        climb.intercept = near.model.intercept;
        climb.effects = near.model.terms.iter().map(|term| term.effects.clone()).collect();
        climb.rows = passed(self, outcome, climb.intercept, &climb.effects);
        climb.settle(&near.smoothing)?;
        Ok(climb.fitted(near.smoothing.clone()))
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
struct Curvature {
    quadratic: Quadratic,
    masses: DVector<f64>,
    total: f64,
}

impl<'a> Climb<'a> {
    fn new(sheet: &'a Sheet, outcome: &'a [bool], hits: usize) -> Self {
        let shapes = sheet.shapes();
        let even = vec![1.0 / sheet.rows() as f64; sheet.rows()];
        let share = scattered(sheet, &even);
        let odds = hits as f64 / (sheet.rows() - hits) as f64;
        let effects = shapes.iter().map(|shape| vec![0.0; shape.bins]).collect::<Vec<_>>();
        let intercept = libm::log(odds);
        let rows = passed(sheet, outcome, intercept, &effects);
        Self { sheet, outcome, shapes, share, intercept, effects, rows }
    }

    fn fitted(self, smoothing: Vec<f64>) -> Fit {
        let Self { shapes, intercept, effects, .. } = self;
        let model = additive(Link::Logit, intercept, &shapes, |column| effects[column].clone());
        Fit { model, smoothing }
    }

    /// Takes a few steps, choosing the smoothing at each.
    fn choose(&mut self, smoothing: &Smoothing) -> Result<Vec<f64>, Error> {
        let times = match smoothing {
            Smoothing::Fixed(given) if given.len() == self.shapes.len() => return Ok(given.clone()),
            Smoothing::Fixed(_) => return Err(Error::Shape { column: "smoothing".to_owned() }),
            Smoothing::Times(times) => *times,
            Smoothing::Automatic => 1.0,
        };
        let mut chosen = Vec::new();
        for round in 0..ROUNDS {
            let quadratic = self.quadratic();
            chosen = quadratic.smoothing(Dispersion::Known(1.0));
            if round + 1 < ROUNDS {
                let curvature = self.curvature(quadratic);
                let step = self.step(&curvature, &chosen)?;
                self.walk(&step, &chosen, &curvature.quadratic);
            }
        }
        for one in &mut chosen {
            *one *= times;
        }
        Ok(chosen)
    }

    /// Steps until nothing is left to gain.
    fn settle(&mut self, smoothing: &[f64]) -> Result<(), Error> {
        let exact = self.sheet.rows() <= SAMPLE;
        let mut curvature = self.curvature(self.quadratic());
        let mut before = f64::INFINITY;
        for _ in 0..STEPS {
            let step = self.step(&curvature, smoothing)?;
            if step.promise <= RESTS * self.sheet.rows() as f64 {
                return Ok(());
            }
            let whole = self.walk(&step, smoothing, &curvature.quadratic);
            // A kept curvature serves while each step promises far less than the one before.
            if exact || !whole || step.promise > 0.2 * before {
                curvature = self.curvature(self.quadratic());
            }
            before = step.promise;
        }
        Ok(())
    }

    /// The least-squares problem whose solution is the next step of Newton's method.
    fn quadratic(&self) -> Quadratic {
        let masses = scattered(self.sheet, &self.rows.weight);
        let sample = Sample::of(self.sheet, &self.rows.weight, &masses);
        let flat = DVector::from_vec(masses.concat());
        let sums = Sums {
            shapes: &self.shapes,
            shares: &self.share,
            masses: &masses,
            right: DVector::zeros(flat.len()),
        };
        let mut quadratic = Quadratic::new(sums, |one, other| sample.pair(one, other));
        let asked = self.gradient(&flat, self.rows.weight_sum());
        let here = DVector::from_vec(self.effects.concat());
        let right = quadratic.matrix() * here + asked;
        quadratic.aim(right);
        quadratic
    }

    fn curvature(&self, quadratic: Quadratic) -> Curvature {
        let masses = DVector::from_vec(scattered(self.sheet, &self.rows.weight).concat());
        Curvature { quadratic, masses, total: self.rows.weight_sum() }
    }

    /// What the rows ask of each bin, the intercept's share taken out.
    fn gradient(&self, masses: &DVector<f64>, total: f64) -> DVector<f64> {
        let asked = DVector::from_vec(scattered(self.sheet, &self.rows.left).concat());
        asked - masses * (self.rows.left_sum() / total)
    }

    fn step(&self, curvature: &Curvature, smoothing: &[f64]) -> Result<Step, Error> {
        let here = DVector::from_vec(self.effects.concat());
        let asked = self.gradient(&curvature.masses, curvature.total)
            - curvature.quadratic.pull(smoothing, &here);
        let effects = curvature.quadratic.solver(smoothing)?.solve(&asked)?;
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
