//! The outcome that is expected of each person, by models that never saw them.
//!
//! Two ways are fitted fold by fold: one additive model over both arms, and one model per arm (with
//! logistic loss if the outcome is yes or no), mixed by the chance of treatment. What the R-learner
//! takes away from the outcome is the one that is nearer to it on left-out folds; both serve as forms
//! of the effect as well. Price: three models per fold.

use crate::Error;
use crate::additive::{Additive, Link};
use crate::effect::Effect;
use crate::experiment::Experiment;
use crate::folded::FoldedGram;
use crate::form::coarse;
use crate::gram::{Gram, Rows};
use crate::interaction::MOST_CROSSINGS;
use crate::logistic::Whole;
use crate::pair::Crossing;
use crate::sheet::Sheet;
use crate::squared::Smoothing;

/// What is expected, fold by fold and on all folds.
pub(crate) struct Expectation {
    /// Per row, the expectation to take away.
    pub mean: Vec<f64>,
    /// Per row, the expectation of the additive model.
    pub level: Vec<f64>,
    /// The additive model without each fold, and on all.
    additive: Vec<Additive>,
    /// The models of the treated and of the control arm, in the same order.
    arms: [Vec<Additive>; 2],
}

impl Expectation {
    pub(crate) fn of(experiment: &Experiment<'_>, chances: &[f64]) -> Result<Self, Error> {
        let additive = both_arms(experiment)?;
        let level = crossfitted(experiment, &additive)?;
        let arms = [arm(experiment, true)?, arm(experiment, false)?];
        let treated = crossfitted(experiment, &arms[0])?;
        let control = crossfitted(experiment, &arms[1])?;
        let each = treated.iter().zip(&control).zip(chances);
        let mixed: Vec<f64> =
            each.map(|((one, other), chance)| chance * one + (1.0 - chance) * other).collect();
        let far = |means: &[f64]| -> f64 {
            let each = means.iter().zip(experiment.outcome);
            each.map(|(mean, outcome)| (outcome - mean) * (outcome - mean)).sum()
        };
        let mean = if far(&mixed) < far(&level) { mixed } else { level.clone() };
        Ok(Self { mean, level, additive, arms })
    }

    /// The additive model without a fold, or on all.
    pub(crate) fn additive(&self, left_out: Option<u8>) -> &Additive {
        &self.additive[place(&self.additive, left_out)]
    }

    /// The difference of the arms without a fold, or on all.
    pub(crate) fn arms(&self, left_out: Option<u8>) -> Effect {
        let at = place(&self.additive, left_out);
        let [treated, control] = self.arms.each_ref().map(|models| models[at].clone());
        Effect::Arms { treated, control, constant: 0.0, strength: 1.0 }
    }
}

fn place(models: &[Additive], left_out: Option<u8>) -> usize {
    left_out.map_or(models.len() - 1, usize::from)
}

/// The additive model of both arms, from sums.
fn both_arms(experiment: &Experiment<'_>) -> Result<Vec<Additive>, Error> {
    let rows = Rows { target: experiment.outcome, weight: None };
    let grams = FoldedGram::of(experiment.sheet, experiment.folds, rows)?;
    let whole = grams.total().fit(&Smoothing::Automatic)?;
    let fixed = Smoothing::Fixed(whole.smoothing);
    let mut models = Vec::new();
    for fold in 0..grams.folds().len() {
        models.push(grams.without(fold)?.fit(&fixed)?.model);
    }
    models.push(whole.model);
    Ok(models)
}

/// The models of one arm, on coarse bins, with the crossings that its rows ask for.
fn arm(experiment: &Experiment<'_>, treated: bool) -> Result<Vec<Additive>, Error> {
    let shapes = experiment.sheet.shapes();
    let merging = coarse(experiment.sheet);
    let merged = experiment.sheet.merged(&merging);
    let plain = one_arm(experiment, &merged, treated, None)?;
    let crossings = crossings(experiment, &merged, treated, &plain.fit.model)?;
    let sheet = merged.crossed(&crossings);
    let whole =
        if crossings.is_empty() { plain } else { one_arm(experiment, &sheet, treated, None)? };
    let mut models = Vec::new();
    for fold in 0..experiment.folds.count() {
        models.push(one_arm(experiment, &sheet, treated, Some((fold, &whole)))?.fit.model);
    }
    models.push(whole.fit.model);
    let refined = |model: Additive| model.with_crossings(&crossings).refined(&shapes, &merging);
    Ok(models.into_iter().map(refined).collect())
}

/// What the additive model of an arm leaves of a yes or no that columns say only in pairs.
fn crossings(
    experiment: &Experiment<'_>,
    sheet: &Sheet,
    treated: bool,
    model: &Additive,
) -> Result<Vec<Crossing>, Error> {
    if model.link != Link::Logit {
        return Ok(Vec::new());
    }
    let rows = experiment.rows(treated);
    let outcome: Vec<bool> =
        rows.iter().map(|row| experiment.outcome[*row as usize] > 0.5).collect();
    sheet.only(&rows).crossings(model, &outcome, MOST_CROSSINGS)
}

/// The model of an arm, or that without a fold, at the smoothing of the whole.
fn one_arm(
    experiment: &Experiment<'_>,
    sheet: &Sheet,
    treated: bool,
    without: Option<(u8, &Whole)>,
) -> Result<Whole, Error> {
    let mut rows = experiment.rows(treated);
    let left_out = without.map(|(fold, _)| fold);
    rows.retain(|row| Some(experiment.folds.of()[*row as usize]) != left_out);
    let (sheet, target) = (sheet.only(&rows), picked(experiment.outcome, &rows));
    let yes = target.iter().filter(|one| **one > 0.5).count();
    if is_yes_or_no(experiment.outcome) && yes > 0 && yes < target.len() {
        let outcome: Vec<bool> = target.iter().map(|one| *one > 0.5).collect();
        return match without {
            Some((_, whole)) => sheet.fit_logistic_near(&outcome, whole).map(Whole::from),
            None => sheet.fit_logistic_whole(&outcome, &Smoothing::Automatic),
        };
    }
    let smoothing = without
        .map_or(Smoothing::Automatic, |(_, whole)| Smoothing::Fixed(whole.fit.smoothing.clone()));
    let fit = Gram::of(&sheet, Rows { target: &target, weight: None })?.fit(&smoothing)?;
    Ok(fit.into())
}

fn is_yes_or_no(outcome: &[f64]) -> bool {
    outcome.iter().all(|one| one.to_bits() == 0 || (one - 1.0).abs() < f64::EPSILON)
}

/// What each row's own fold is expected to have, by the model that left it out.
fn crossfitted(experiment: &Experiment<'_>, models: &[Additive]) -> Result<Vec<f64>, Error> {
    let mut expected = vec![0.0; experiment.sheet.rows()];
    for (fold, model) in (0..experiment.folds.count()).zip(models) {
        let rows = experiment.folds.within(fold);
        for (row, one) in rows.iter().zip(model.predict(&experiment.sheet.only(&rows))?) {
            expected[*row as usize] = one;
        }
    }
    Ok(expected)
}

fn picked(values: &[f64], rows: &[u32]) -> Vec<f64> {
    rows.iter().map(|row| values[*row as usize]).collect()
}
