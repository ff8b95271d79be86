//! What a way of deciding would have been worth, from decisions that were logged.
//!
//! Each decision was drawn with a chance that was written down, so others can be valued without
//! being tried: by inverse chances (IPS), by the same divided by their own sum (SNIPS: Swaminathan &
//! Joachims 2015), and with a model of the outcome whose errors are put right so (DR: Dudík,
//! Langford & Li 2011). Intervals are normal, with the variance of the persons' sums, so that
//! several decisions about one person are not counted as several people. Price: with few decisions
//! that agree the intervals are wide, and below a few hundred too narrow in the tails.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::gram::length;
use crate::interval::Interval;

/// Decisions as they were logged.
#[derive(Clone, Copy, Debug)]
pub struct Logged<'a> {
    /// Whom each was about; any number that is the same for one person, or household.
    pub person: &'a [u64],
    /// How likely the action taken was, over 0 and at most 1.
    pub chance: &'a [f64],
    /// What came of it, less what it cost.
    pub reward: &'a [f64],
}

/// A way of deciding, row by row of a log.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// How likely it would have taken the action that was taken: 0 or 1 if it never draws.
    pub agrees: &'a [f64],
    /// What a model expects, needed for [`Estimator::DoublyRobust`]. It must not have seen the row.
    pub model: Option<Expected<'a>>,
}

/// What a model expects of each decision.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The reward of the action that was taken.
    pub taken: &'a [f64],
    /// The reward of what the policy would take, averaged if it draws.
    pub chosen: &'a [f64],
}

/// How a value is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Estimator {
    /// Rewards over chances, averaged (IPS).
    Inverse,
    /// The same over the mean of the weights (SNIPS).
    SelfNormalised,
    /// The model's value, its errors weighed by inverse chances (DR).
    DoublyRobust,
}

/// What a way of deciding is worth per decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The estimate with its interval of 95 %.
    pub value: Interval,
    /// How many people it rests on.
    pub people: usize,
    /// How many equally weighted decisions would tell as much (Kish 1965).
    pub effective_decisions: f64,
    /// What each person adds to the error of the estimate.
    pub(crate) influence: Vec<f64>,
}

impl Logged<'_> {
    /// The value of a policy.
    ///
    /// # Errors
    ///
    /// [`Error::Length`]; [`Error::Range`] if a chance is not over 0 and at most 1;
    /// [`Error::TooFew`] below two people, or if no decision agrees; [`Error::Setting`] if a model
    /// is needed and none is given.
    pub fn value(&self, policy: &Policy<'_>, estimator: Estimator) -> Result<Value, Error> {
        let weights = self.weights(policy)?;
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return Err(Error::TooFew { what: "decisions that agree", found: 0, least: 1 });
        }
        let rows = weights.len() as f64;
        let weighted = |row: usize| weights[row] * self.reward[row];
        let (estimate, errors): (f64, Vec<f64>) = match estimator {
            Estimator::Inverse => around((0..weights.len()).map(weighted).collect()),
            Estimator::SelfNormalised => {
                let estimate = (0..weights.len()).map(weighted).sum::<f64>() / total;
                let scale = rows / total;
                let error = |row: usize| scale * weights[row] * (self.reward[row] - estimate);
                (estimate, (0..weights.len()).map(error).collect())
            }
            Estimator::DoublyRobust => around(self.robust(policy, &weights)?),
        };
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        self.told(estimate, &errors, total * total / squares)
    }

    /// Per decision the model's value, and its error weighed.
    fn robust(&self, policy: &Policy<'_>, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let Some(model) = policy.model else {
            return Err(Error::Setting { setting: "the number of models", least: 1.0, most: 1.0 });
        };
        length("the model's rewards", model.taken.len(), weights.len())?;
        length("the model's values", model.chosen.len(), weights.len())?;
        let one =
            |row: usize| model.chosen[row] + weights[row] * (self.reward[row] - model.taken[row]);
        Ok((0..weights.len()).map(one).collect())
    }

    fn weights(&self, policy: &Policy<'_>) -> Result<Vec<f64>, Error> {
        let rows = self.reward.len();
        length("the people", self.person.len(), rows)?;
        length("the chances", self.chance.len(), rows)?;
        length("the policy", policy.agrees.len(), rows)?;
        if !self.chance.iter().all(|chance| *chance > 0.0 && *chance <= 1.0) {
            return Err(Error::Range { what: "a chance, over 0,", most: 1.0 });
        }
        Ok(policy.agrees.iter().zip(self.chance).map(|(agrees, chance)| agrees / chance).collect())
    }

    fn told(&self, estimate: f64, errors: &[f64], effective: f64) -> Result<Value, Error> {
        let mut by_person: BTreeMap<u64, f64> = BTreeMap::new();
        for (person, error) in self.person.iter().zip(errors) {
            *by_person.entry(*person).or_default() += error / errors.len() as f64;
        }
        let people = by_person.len();
        if people < 2 {
            return Err(Error::TooFew { what: "people", found: people, least: 2 });
        }
        let influence: Vec<f64> = by_person.into_values().collect();
        let value = Interval::around(estimate, spread(&influence));
        Ok(Value { value, people, effective_decisions: effective, influence })
    }
}

/// The standard error that people's influences add up to.
pub(crate) fn spread(influence: &[f64]) -> f64 {
    let people = influence.len() as f64;
    let squares: f64 = influence.iter().map(|one| one * one).sum();
    libm::sqrt(squares * people / (people - 1.0).max(1.0))
}

/// The mean, and what each differs from it.
fn around(mut each: Vec<f64>) -> (f64, Vec<f64>) {
    let mean = each.iter().sum::<f64>() / each.len() as f64;
    for one in &mut each {
        *one -= mean;
    }
    (mean, each)
}

#[cfg(test)]
mod tests;
