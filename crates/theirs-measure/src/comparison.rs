//! Which of two ways of deciding is better, or how many people it would take to know.
//!
//! Both are valued on the same log, so their difference is taken person by person, which is far
//! more certain than the difference of two intervals. While the interval of the difference spans
//! zero no winner is named: there is no way to read one out of the type. Price: an answer may be
//! "not yet".

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::gram::length;
use crate::interval::{Interval, quantile};
use crate::value::{Value, spread};

/// How one way of deciding compares with another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The first less the second, per decision.
    pub difference: Interval,
    /// How many people it rests on.
    pub people: usize,
    /// What may be said.
    pub verdict: Verdict,
}

/// What may be said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The first is better.
    First,
    /// The second is better.
    Second,
    /// The interval spans zero.
    Undecided {
        /// How many people would show a difference of the size estimated, 80 times of 100; none if
        /// no number below ten thousand million would.
        people_needed: Option<u64>,
    },
}

/// Beyond so many people a difference is as good as none.
const MOST_PEOPLE: f64 = 1e10;

impl Comparison {
    /// Compares two values of one log.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if they are not of the same people.
    pub fn of(first: &Value, second: &Value) -> Result<Self, Error> {
        length("the second value", second.influence.len(), first.influence.len())?;
        let each = first.influence.iter().zip(&second.influence);
        let apart: Vec<f64> = each.map(|(one, other)| one - other).collect();
        let difference = first.value.estimate - second.value.estimate;
        Ok(Self::told(Interval::around(difference, spread(&apart)), first.people))
    }

    /// What may be said of a difference that rests on so many people.
    pub fn told(difference: Interval, people: usize) -> Self {
        let verdict = if difference.low > 0.0 {
            Verdict::First
        } else if difference.high < 0.0 {
            Verdict::Second
        } else {
            Verdict::Undecided { people_needed: needed(difference, people) }
        };
        Self { difference, people, verdict }
    }
}

/// The standard error falls with the root of the number of people, and must fall to the difference
/// over 2.8 (the quantiles of 97.5 % and 80 %).
fn needed(difference: Interval, people: usize) -> Option<u64> {
    let ratio = (quantile(0.975) + quantile(0.8)) * difference.error / difference.estimate.abs();
    let needed = people as f64 * ratio * ratio;
    (needed < MOST_PEOPLE).then(|| libm::ceil(needed) as u64)
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::value::{Estimator, Logged, Policy};

    /// Everybody against nobody, by lot; treatment pays this much on average.
    fn compared(people: u64, gain: f64, seed: u64) -> Comparison {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let treated: Vec<f64> =
            (0..people).map(|_| f64::from(u8::from(random.random::<f64>() < 0.5))).collect();
        let reward: Vec<f64> =
            treated.iter().map(|one| random.random::<f64>() + gain * one).collect();
        let person: Vec<u64> = (0..people).collect();
        let chance = vec![0.5; treated.len()];
        let nobody: Vec<f64> = treated.iter().map(|one| 1.0 - one).collect();
        let logged = Logged { person: &person, chance: &chance, reward: &reward };
        let value = |agrees: &[f64]| {
            logged.value(&Policy { agrees, model: None }, Estimator::SelfNormalised).unwrap()
        };
        Comparison::of(&value(&treated), &value(&nobody)).unwrap()
    }

    #[test]
    fn a_clear_difference_has_a_winner_whichever_stands_first() {
        assert_eq!(compared(2_000, 0.2, 1).verdict, Verdict::First);
        assert_eq!(compared(2_000, -0.2, 1).verdict, Verdict::Second);
    }

    #[test]
    fn without_a_difference_a_winner_is_named_one_time_in_twenty() {
        let named =
            |seed: &u64| !matches!(compared(300, 0.0, *seed).verdict, Verdict::Undecided { .. });
        let named = (0..400).filter(named).count();
        assert!((6..=36).contains(&named), "{named} of 400");
    }

    #[test]
    fn as_many_people_as_it_asks_for_decide_four_times_of_five() {
        let told = Comparison::told(Interval::around(0.02, 0.02), 800);
        let Verdict::Undecided { people_needed: Some(people) } = told.verdict else { panic!() };
        assert_eq!(people, 6_280);
        let none = Comparison::told(Interval::around(0.0, 0.02), 800).verdict;
        assert_eq!(none, Verdict::Undecided { people_needed: None });
    }
}
