//! The effect of an action on one person, and what each column adds to it.
//!
//! An effect is one additive model, or the difference of what two models expect, one per arm. In
//! both cases the columns' contributions sum to it exactly: a difference of chances is shared along
//! the straight line from the average person to this one (Aumann & Shapley 1974), which for additive
//! scores means in proportion to what each column adds to the score. Price: for two arms a
//! contribution depends on the other columns, as chances do.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::additive::Additive;
use crate::merging::Merging;
use crate::penalty::Shape;
use crate::sheet::Sheet;

/// What an action changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// One additive model of the effect.
    Additive(Additive),
    /// The difference of two models, drawn towards one number for all.
    Arms {
        /// What is expected of those treated.
        treated: Additive,
        /// What is expected of the others.
        control: Additive,
        /// The number for all.
        constant: f64,
        /// How much of the difference is kept, 0 to 1.
        strength: f64,
    },
}

impl Effect {
    /// The effect on each row.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the sheet has other columns than the model.
    pub fn scores(&self, sheet: &Sheet) -> Result<Vec<f64>, Error> {
        match self {
            Self::Additive(effect) => effect.scores(sheet),
            Self::Arms { treated, control, constant, strength } => {
                let both = treated.predict(sheet)?.into_iter().zip(control.predict(sheet)?);
                let kept = |(one, other): (f64, f64)| {
                    (1.0 - strength) * constant + strength * (one - other)
                };
                Ok(both.map(kept).collect())
            }
        }
    }

    /// The effect on the person whose every contribution is zero.
    pub fn base(&self) -> f64 {
        match self {
            Self::Additive(effect) => effect.intercept,
            Self::Arms { treated, control, constant, strength } => {
                let average = |model: &Additive| model.predicted(model.intercept);
                (1.0 - strength) * constant + strength * (average(treated) - average(control))
            }
        }
    }

    /// The effect on one person, given by the bin of each column.
    pub fn score(&self, bins: &[u8]) -> f64 {
        match self {
            Self::Additive(effect) => effect.score(bins),
            Self::Arms { treated, control, constant, strength } => {
                let expected = |model: &Additive| model.predicted(model.score(bins));
                (1.0 - strength) * constant + strength * (expected(treated) - expected(control))
            }
        }
    }

    /// What each column adds: with [`Effect::base`] they sum to [`Effect::score`], but for rounding
    /// (under 1e-9).
    pub fn contributions(&self, bins: &[u8]) -> Vec<f64> {
        match self {
            Self::Additive(effect) => effect.contributions(bins),
            Self::Arms { treated, control, strength, .. } => {
                let both = shared(treated, bins).into_iter().zip(shared(control, bins));
                both.map(|(one, other)| strength * (one - other)).collect()
            }
        }
    }

    /// The shapes of the columns.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        match self {
            Self::Additive(model) | Self::Arms { treated: model, .. } => model.shapes(),
        }
    }

    /// The effect by merged bins as one by the bins that were merged.
    pub(crate) fn refined(&self, shapes: &[Shape], merging: &Merging) -> Self {
        match self {
            Self::Additive(effect) => Self::Additive(effect.refined(shapes, merging)),
            Self::Arms { treated, control, constant, strength } => Self::Arms {
                treated: treated.refined(shapes, merging),
                control: control.refined(shapes, merging),
                constant: *constant,
                strength: *strength,
            },
        }
    }
}

/// What each column adds to what a model expects.
fn shared(model: &Additive, bins: &[u8]) -> Vec<f64> {
    let (score, start) = (model.score(bins), model.intercept);
    let far = score - start;
    let slope = if far.abs() > 1e-9 {
        (model.predicted(score) - model.predicted(start)) / far
    } else {
        let nudge = 1e-4;
        (model.predicted(start + nudge) - model.predicted(start - nudge)) / (2.0 * nudge)
    };
    model.contributions(bins).into_iter().map(|one| slope * one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::additive::{Link, Term};
    use crate::penalty::Scale;

    fn arm(intercept: f64, effects: [f64; 3]) -> Additive {
        let shape = |name: &str| Shape {
            name: name.to_owned(),
            block: "b".to_owned(),
            scale: Scale::Ordered,
            bins: 3,
        };
        let term = |name: &str, times: f64| Term {
            shape: shape(name),
            crossing: None,
            effects: effects.iter().map(|effect| times * effect).collect(),
        };
        Additive { link: Link::Logit, intercept, terms: vec![term("x", 1.0), term("y", -2.5)] }
    }

    #[test]
    fn contributions_of_two_arms_sum_to_the_difference_of_chances() {
        let effect = Effect::Arms {
            treated: arm(-1.0, [0.3, -0.7, 1.9]),
            control: arm(-1.4, [0.0, 0.4, -0.2]),
            constant: 0.05,
            strength: 0.8,
        };
        for bins in [[0, 0], [0, 1], [1, 2], [2, 1], [2, 2]] {
            let sum: f64 = effect.base() + effect.contributions(&bins).iter().sum::<f64>();
            assert!((sum - effect.score(&bins)).abs() < 1e-9);
        }
    }
}
