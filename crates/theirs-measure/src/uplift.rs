//! What an action changes, person by person: the R-learner.
//!
//! Nie & Wager (2021, Biometrika 108, eq. 5): what is left of the outcome is explained by what is
//! left of the treatment, so the effect is one more weighted least-squares fit of the same additive
//! model and explains itself as a score does. The expected outcome is cross-fitted. Which form the
//! effect takes, from "the same for all" to a curve per column, is decided by the loss on left-out
//! folds ([`Form`]). Without a control group by lot there is no effect to learn, and what comes
//! back is a [`Learnt::ResponseScore`]. Price: in all forms but
//! one, effects are additive in the columns.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::additive::Additive;
use crate::effect::Effect;
use crate::expectation::Expectation;
use crate::experiment::Experiment;
use crate::form::{Form, Problem, Trial};
use crate::gram::{Gram, Rows};
use crate::merging::Merging;
use crate::squared::Smoothing;

/// What could be learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Learnt {
    /// What the action changes, from people treated and not treated by lot.
    Uplift(Uplift),
    /// Who responds when treated; not what the treatment changes.
    ResponseScore(Additive),
}

/// The effect of an action by the columns of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uplift {
    /// The change of the expected outcome.
    pub effect: Effect,
    /// The form that was chosen, and how it did.
    pub chosen: Trial,
    /// How each form did on left-out folds.
    pub trials: Vec<Trial>,
}

/// How many bins an effect is learnt on at most; above, neighbours are merged first.
const MOST_BINS: usize = 1100;

impl Experiment<'_> {
    /// Learns what the action changes, or, without a control group by lot, who responds.
    ///
    /// # Errors
    ///
    /// As [`Experiment::check`], [`Experiment::chances`] and [`Gram::fit`].
    pub fn learn(&self) -> Result<Learnt, Error> {
        self.check()?;
        match self.chances()? {
            Some(chances) if self.has_control() => Ok(Learnt::Uplift(self.uplift(&chances)?)),
            _ => Ok(Learnt::ResponseScore(self.response()?)),
        }
    }

    /// Who responds when treated.
    fn response(&self) -> Result<Additive, Error> {
        let rows = self.rows(true);
        let target: Vec<f64> = rows.iter().map(|row| self.outcome[*row as usize]).collect();
        let gram = Gram::of(&self.sheet.only(&rows), Rows { target: &target, weight: None })?;
        Ok(gram.fit(&Smoothing::Automatic)?.model)
    }

    fn uplift(&self, chances: &[f64]) -> Result<Uplift, Error> {
        let shapes = self.sheet.shapes();
        let merging = Merging::by_mass(&shapes, &self.sheet.counts(), MOST_BINS);
        let merged = self.sheet.merged(&merging);
        let learnt = Experiment { sheet: &merged, ..*self }.merged_uplift(chances)?;
        Ok(Uplift { effect: learnt.effect.refined(&shapes, &merging), ..learnt })
    }

    fn merged_uplift(&self, chances: &[f64]) -> Result<Uplift, Error> {
        let expected = Expectation::of(self, chances)?;
        let problem = Problem::new(self, chances, &expected)?;
        let trials =
            Form::ALL.into_iter().map(|form| problem.trial(form)).collect::<Result<Vec<_>, _>>()?;
        let chosen = Form::chosen(&trials);
        Ok(Uplift { effect: problem.effect(chosen)?, chosen, trials })
    }
}

#[cfg(test)]
mod tests;
