//! The forms that an effect may take, and which of them left-out folds prefer.
//!
//! With few outcomes a bold form finds effects that are not there, so the forms run from one number
//! for all, over "in proportion to the expected outcome" and a curve per column at several
//! strengths, to a model per arm. Each is drawn towards the constant by the factor that left-out
//! folds ask for (a stack of two, as Nie & Wager 2021, section 4, propose), and the one with the
//! least R-loss there is taken. Price: as many small fits as forms times folds.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::additive::{Additive, Link};
use crate::effect::Effect;
use crate::expectation::Expectation;
use crate::experiment::Experiment;
use crate::folded::FoldedGram;
use crate::gram::{Gram, Rows};
use crate::merging::Merging;
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
    /// The difference of two models, one per arm, with the crossings that stand out.
    Arms,
}

impl Form {
    /// All forms, the simplest first.
    pub const ALL: [Self; 6] =
        [Self::Constant, Self::Proportional, Self::Stiff, Self::Coarse, Self::Fine, Self::Arms];

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
const COARSE_IN_ALL: usize = 620;

/// The least-squares problem of the R-learner, fold by fold.
pub(crate) struct Problem<'a> {
    experiment: &'a Experiment<'a>,
    expected: &'a Expectation,
    /// Per row the weight (T − e)², and the target (Y − m) / (T − e).
    weight: Vec<f64>,
    target: Vec<f64>,
    merging: Merging,
    grams: FoldedGram,
}

impl<'a> Problem<'a> {
    pub(crate) fn new(
        experiment: &'a Experiment<'a>,
        chances: &[f64],
        expected: &'a Expectation,
    ) -> Result<Self, Error> {
        let arms = experiment.treated.iter().zip(chances);
        let left: Vec<f64> =
            arms.map(|(treated, chance)| f64::from(u8::from(*treated)) - chance).collect();
        let outcomes = experiment.outcome.iter().zip(&expected.mean);
        let target: Vec<f64> =
            outcomes.zip(&left).map(|((outcome, mean), left)| (outcome - mean) / left).collect();
        let weight: Vec<f64> = left.iter().map(|left| left * left).collect();
        let rows = Rows { target: &target, weight: Some(&weight) };
        let grams = FoldedGram::of(experiment.sheet, experiment.folds, rows)?;
        let merging = coarse(experiment.sheet);
        Ok(Self { experiment, expected, weight, target, merging, grams })
    }

    /// How a form does on left-out folds, each by the fit of the others.
    pub(crate) fn trial(&self, form: Form) -> Result<Trial, Error> {
        let (mut loss, mut product, mut square) = (0.0, 0.0, 0.0);
        for fold in 0..self.experiment.folds.count() {
            let constant = self.constant(Some(fold))?;
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
    pub(crate) fn effect(&self, trial: Trial) -> Result<Effect, Error> {
        let (constant, strength) = (self.constant(None)?, trial.strength);
        Ok(match self.fit(trial.form, None)? {
            Effect::Additive(effect) => {
                Effect::Additive(scaled(&effect, (1.0 - strength) * constant, strength))
            }
            Effect::Arms { treated, control, .. } => {
                Effect::Arms { treated, control, constant, strength }
            }
        })
    }

    /// The effect in a form, fitted on all folds or all but one.
    fn fit(&self, form: Form, left_out: Option<u8>) -> Result<Effect, Error> {
        Ok(Effect::Additive(match form {
            Form::Constant => self.same_for_all(left_out)?,
            Form::Proportional => self.proportional(left_out),
            Form::Stiff => self.coarse(left_out, &Smoothing::Times(STIFF))?,
            Form::Coarse => self.coarse(left_out, &Smoothing::Automatic)?,
            Form::Fine => self.sums(left_out)?.fit(&Smoothing::Automatic)?.model,
            Form::Arms => return Ok(self.expected.arms(left_out)),
        }))
    }

    fn sums(&self, left_out: Option<u8>) -> Result<Gram, Error> {
        match left_out {
            None => Ok(self.grams.total().clone()),
            Some(fold) => self.grams.without(usize::from(fold)),
        }
    }

    fn constant(&self, left_out: Option<u8>) -> Result<f64, Error> {
        let gram = self.sums(left_out)?;
        Ok(gram.target() / gram.weight())
    }

    fn same_for_all(&self, left_out: Option<u8>) -> Result<Additive, Error> {
        let shapes = self.experiment.sheet.shapes();
        let none = |column: usize| vec![0.0; shapes[column].bins];
        Ok(additive(Link::Identity, self.constant(left_out)?, &shapes, none))
    }

    fn coarse(&self, left_out: Option<u8>, smoothing: &Smoothing) -> Result<Additive, Error> {
        let gram = self.sums(left_out)?.merged(&self.merging);
        let fit = gram.fit(smoothing)?;
        Ok(fit.model.refined(&self.experiment.sheet.shapes(), &self.merging))
    }

    /// `a + b m(x)`, by weighted least squares on the cross-fitted additive expectation.
    fn proportional(&self, left_out: Option<u8>) -> Additive {
        let (intercept, slope) = self.line(left_out);
        scaled(self.expected.additive(left_out), intercept, slope)
    }

    fn line(&self, left_out: Option<u8>) -> (f64, f64) {
        let (mut weight, mut base, mut target) = (0.0, 0.0, 0.0);
        let (mut square, mut product) = (0.0, 0.0);
        for (row, fold) in self.experiment.folds.of().iter().enumerate() {
            if Some(*fold) != left_out {
                let (w, x, y) = (self.weight[row], self.expected.level[row], self.target[row]);
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
}

/// Each column with few bins.
pub(crate) fn coarse(sheet: &Sheet) -> Merging {
    let (shapes, counts) = (sheet.shapes(), sheet.counts());
    let each = Merging::to(&shapes, &counts, COARSE);
    let bins: usize = each.shapes.iter().map(|shape| shape.bins).sum();
    if bins <= COARSE_IN_ALL { each } else { Merging::by_mass(&shapes, &counts, COARSE_IN_ALL) }
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
