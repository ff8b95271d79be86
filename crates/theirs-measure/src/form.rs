//! The forms that an effect may take, and which of them left-out folds prefer.
//!
//! With few outcomes a bold form finds effects that are not there, so the forms run from one number
//! for all, over "in proportion to the expected outcome", to a curve per column at several
//! strengths. All are additive in the columns. The one with the least R-loss on left-out folds is
//! taken; the simpler of two that are alike within rounding. Price: as many small fits as forms times folds.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::additive::{Additive, Link};
use crate::experiment::Experiment;
use crate::gram::{FoldedGram, Gram, Rows};
use crate::penalty::Shape;
use crate::quadratic::coarse_enough;
use crate::sheet::Sheet;
use crate::squared::{Smoothing, additive};

/// The form of an effect, from the simplest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The same for all.
    Constant,
    /// A constant, and a multiple of the expected outcome.
    Proportional,
    /// Coarse bins, drawn strongly together.
    Stiff,
    /// Coarse bins.
    Coarse,
    /// All bins.
    Fine,
    /// In proportion to the expected outcome, and on top of it coarse bins.
    Mixed,
    /// The difference of two models, one per arm.
    Arms,
}

impl Form {
    /// All forms, the simplest first.
    pub const ALL: [Self; 7] = [
        Self::Constant,
        Self::Proportional,
        Self::Stiff,
        Self::Coarse,
        Self::Fine,
        Self::Mixed,
        Self::Arms,
    ];

    /// The trial with the least loss; of equals the simplest.
    pub(crate) fn chosen(trials: &[Trial]) -> Trial {
        let none = Trial { form: Self::Constant, loss: f64::INFINITY, strength: 0.0 };
        trials.iter().fold(none, |best, trial| if trial.loss < best.loss { *trial } else { best })
    }
}

/// How a form did on left-out folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The form.
    pub form: Form,
    /// The R-loss per row.
    pub loss: f64,
    /// How much of its departure from the constant is kept, 0 to 1.
    pub strength: f64,
}

/// By what the smoothing of a stiff form is multiplied.
const STIFF: f64 = 10.0;

/// How many bins a coarse form leaves a column, "missing" not counted.
const COARSE: usize = 8;

/// How many bins a coarse form has in all, if columns can be merged so far.
const COARSE_IN_ALL: usize = 260;

/// The least-squares problem of the R-learner, fold by fold.
pub(crate) struct Problem<'a> {
    experiment: &'a Experiment<'a>,
    expected: &'a [Additive],
    /// Per row the expected outcome by the model of the other folds.
    base: Vec<f64>,
    /// Per row the weight (T − e)², and the target (Y − m) / (T − e).
    weight: Vec<f64>,
    target: Vec<f64>,
    levels: Vec<u8>,
    coarse: Sheet,
    grams: FoldedGram,
    arms: [FoldedGram; 2],
}

impl<'a> Problem<'a> {
    pub(crate) fn new(
        experiment: &'a Experiment<'a>,
        chances: &[f64],
        expected: &'a [Additive],
    ) -> Result<Self, Error> {
        let (sheet, folds) = (experiment.sheet, experiment.folds);
        let base = crossfitted(sheet, folds.of(), expected)?;
        let arms = experiment.treated.iter().zip(chances);
        let left: Vec<f64> =
            arms.map(|(treated, chance)| f64::from(u8::from(*treated)) - chance).collect();
        let outcomes = experiment.outcome.iter().zip(&base);
        let target: Vec<f64> =
            outcomes.zip(&left).map(|((outcome, base), left)| (outcome - base) / left).collect();
        let weight: Vec<f64> = left.iter().map(|left| left * left).collect();
        let rows = Rows { target: &target, weight: Some(&weight) };
        let grams = FoldedGram::of(sheet, folds, rows)?;
        let levels = coarse(sheet);
        let coarse = sheet.coarser(&levels);
        let arms = [arm(experiment, &coarse, false)?, arm(experiment, &coarse, true)?];
        Ok(Self { experiment, expected, base, weight, target, levels, coarse, grams, arms })
    }

    /// How a form does on left-out folds, each by the fit of the others.
    pub(crate) fn trial(&self, form: Form) -> Result<Trial, Error> {
        let (mut loss, mut product, mut square) = (0.0, 0.0, 0.0);
        for fold in 0..self.experiment.folds.count() {
            let constant = self.fit(Form::Constant, Some(fold))?.intercept;
            let rows = self.experiment.folds.within(fold);
            let part = self.experiment.sheet.only(&rows);
            let effects = self.fit(form, Some(fold))?.scores(&part)?;
            for (row, effect) in rows.iter().zip(effects) {
                let (weight, target) = (self.weight[*row as usize], self.target[*row as usize]);
                let (left, departure) = (target - constant, effect - constant);
                loss += weight * left * left;
                product += weight * left * departure;
                square += weight * departure * departure;
            }
        }
        let strength = if square > 0.0 { (product / square).clamp(0.0, 1.0) } else { 0.0 };
        loss += strength * (strength * square - 2.0 * product);
        Ok(Trial { form, loss: loss / self.target.len() as f64, strength })
    }

    /// The effect that a trial found best, fitted on all folds.
    pub(crate) fn effect(&self, trial: Trial) -> Result<Additive, Error> {
        let constant = self.fit(Form::Constant, None)?;
        let kept = scaled(&constant, 0.0, 1.0 - trial.strength);
        Ok(sum(&kept, &self.fit(trial.form, None)?, trial.strength))
    }

    /// The effect in a form, fitted on all folds or all but one.
    fn fit(&self, form: Form, left_out: Option<u8>) -> Result<Additive, Error> {
        match form {
            Form::Constant => {
                let gram = self.sums(&self.grams, left_out)?;
                let mean = gram.target() / gram.weight();
                let shapes = self.experiment.sheet.shapes();
                let none = |column: usize| vec![0.0; shapes[column].bins];
                Ok(additive(Link::Identity, mean, &shapes, none))
            }
            Form::Proportional => self.proportional(left_out),
            Form::Stiff => self.coarse(left_out, &Smoothing::Times(STIFF)),
            Form::Coarse => self.coarse(left_out, &Smoothing::Automatic),
            Form::Fine => Ok(self.sums(&self.grams, left_out)?.fit(&Smoothing::Automatic)?.model),
            Form::Mixed => self.mixed(left_out),
            Form::Arms => self.two_arms(left_out),
        }
    }

    fn sums(&self, grams: &FoldedGram, left_out: Option<u8>) -> Result<Gram, Error> {
        left_out.map_or_else(|| Ok(grams.total().clone()), |fold| grams.without(usize::from(fold)))
    }

    fn coarse(&self, left_out: Option<u8>, smoothing: &Smoothing) -> Result<Additive, Error> {
        let gram = self.sums(&self.grams, left_out)?.coarser(&self.levels);
        Ok(self.refined(&gram.fit(smoothing)?.model))
    }

    /// `a + b m(x)`, by weighted least squares on the cross-fitted expectation.
    fn proportional(&self, left_out: Option<u8>) -> Result<Additive, Error> {
        let (intercept, slope) = self.line(left_out);
        // The fold that is left out has an expectation of its own, which has not seen it either.
        let folds = left_out
            .map_or(0..self.expected.len(), |fold| usize::from(fold)..usize::from(fold) + 1);
        let mean = averaged(&self.expected[folds]);
        Ok(scaled(&mean, intercept, slope))
    }

    fn line(&self, left_out: Option<u8>) -> (f64, f64) {
        let (mut weight, mut base, mut target) = (0.0, 0.0, 0.0);
        let (mut square, mut product) = (0.0, 0.0);
        for (row, fold) in self.experiment.folds.of().iter().enumerate() {
            if Some(*fold) != left_out {
                let (w, x, y) = (self.weight[row], self.base[row], self.target[row]);
                weight += w;
                base += w * x;
                target += w * y;
                square += w * x * x;
                product += w * x * y;
            }
        }
        let spread = square - base * base / weight;
        let slope =
            if spread > 1e-12 * weight { (product - base * target / weight) / spread } else { 0.0 };
        ((target - slope * base) / weight, slope)
    }

    fn refined(&self, coarse: &Additive) -> Additive {
        coarse.refined(&self.experiment.sheet.shapes(), &self.levels)
    }

    /// The proportional form, and coarse bins for what it leaves.
    fn mixed(&self, left_out: Option<u8>) -> Result<Additive, Error> {
        let (intercept, slope) = self.line(left_out);
        let folds = self.experiment.folds;
        let rows: Vec<u32> = left_out
            .map_or_else(|| (0..self.target.len() as u32).collect(), |fold| folds.without(fold));
        let left: Vec<f64> = rows
            .iter()
            .map(|row| self.target[*row as usize] - intercept - slope * self.base[*row as usize])
            .collect();
        let weight: Vec<f64> = rows.iter().map(|row| self.weight[*row as usize]).collect();
        let some = Rows { target: &left, weight: Some(&weight) };
        let gram = Gram::of(&self.coarse.only(&rows), some)?;
        let above = self.refined(&gram.fit(&Smoothing::Automatic)?.model);
        Ok(sum(&self.proportional(left_out)?, &above, 1.0))
    }

    fn two_arms(&self, left_out: Option<u8>) -> Result<Additive, Error> {
        let one = |arm: usize| -> Result<Additive, Error> {
            let gram = self.sums(&self.arms[arm], left_out)?;
            Ok(self.refined(&gram.fit(&Smoothing::Automatic)?.model))
        };
        Ok(sum(&one(1)?, &one(0)?, -1.0))
    }
}

/// The scores of each row by the model of its fold.
fn crossfitted(sheet: &Sheet, of: &[u8], models: &[Additive]) -> Result<Vec<f64>, Error> {
    let mut base = vec![0.0; sheet.rows()];
    for (fold, model) in models.iter().enumerate() {
        let numbered = of.iter().enumerate().filter(|(_, of)| usize::from(**of) == fold);
        let rows: Vec<u32> = numbered.map(|(row, _)| row as u32).collect();
        for (row, score) in rows.iter().zip(model.scores(&sheet.only(&rows))?) {
            base[*row as usize] = score;
        }
    }
    Ok(base)
}

/// The sums of the outcome in one arm: rows of the other have no weight.
fn arm(experiment: &Experiment<'_>, sheet: &Sheet, treated: bool) -> Result<FoldedGram, Error> {
    let weight: Vec<f64> =
        experiment.treated.iter().map(|arm| f64::from(u8::from(*arm == treated))).collect();
    let rows = Rows { target: experiment.outcome, weight: Some(&weight) };
    FoldedGram::of(sheet, experiment.folds, rows)
}

/// The level of each column at which few bins are left.
fn coarse(sheet: &Sheet) -> Vec<u8> {
    let few = |shape: &Shape| {
        let fits = |level: &u8| shape.coarser(*level).0.bins <= COARSE + 1;
        (0..8).find(fits).unwrap_or(8)
    };
    let shapes = sheet.shapes();
    let in_all = coarse_enough(&shapes, COARSE_IN_ALL);
    shapes.iter().map(few).zip(in_all).map(|(one, other)| one.max(other)).collect()
}

/// The mean of models of the same columns.
fn averaged(models: &[Additive]) -> Additive {
    let part = 1.0 / models.len() as f64;
    let mut mean = scaled(&models[0], 0.0, part);
    for model in &models[1..] {
        mean = sum(&mean, model, part);
    }
    mean
}

/// `constant + times * model`.
fn scaled(model: &Additive, constant: f64, times: f64) -> Additive {
    let mut scaled = model.clone();
    scaled.intercept = constant + times * model.intercept;
    for effect in scaled.terms.iter_mut().flat_map(|term| &mut term.effects) {
        *effect *= times;
    }
    scaled
}

/// `one + times * other`.
fn sum(one: &Additive, other: &Additive, times: f64) -> Additive {
    let mut sum = one.clone();
    sum.intercept += times * other.intercept;
    for (term, more) in sum.terms.iter_mut().zip(&other.terms) {
        for (effect, more) in term.effects.iter_mut().zip(&more.effects) {
            *effect += times * more;
        }
    }
    sum
}
