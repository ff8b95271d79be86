//! What an action gained against its control group, and what each extra outcome cost.
//!
//! Only counts and sums of each arm are needed, so results can be added up as they come in, and
//! opt-outs and complaints are judged by the same arithmetic as orders. The cost of an extra order
//! has no upper end while none may have been gained at all; that is said, not hidden. Price: the
//! intervals are normal, so either arm needs some tens of outcomes.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::comparison::{Comparison, Verdict};
use crate::interval::Interval;

/// What came of one arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// How many people it has.
    pub people: u64,
    /// The sum of their outcomes.
    pub sum: f64,
    /// The sum of the squares.
    pub square: f64,
}

/// What the treated arm has over the control arm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// The mean outcome of either arm.
    pub treated: f64,
    /// The mean outcome of the control arm.
    pub control: f64,
    /// The difference per person, and whether it may be called one.
    pub comparison: Comparison,
    /// The outcomes gained in all, over the treated people.
    pub gained: Interval,
}

/// What one extra outcome cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostPerExtra {
    /// The estimate; none if nothing was gained.
    pub estimate: Option<f64>,
    /// The least it may have been; none if surely nothing was gained.
    pub low: Option<f64>,
    /// The most it may have been; none if perhaps nothing was gained.
    pub high: Option<f64>,
}

impl Arm {
    /// An arm in which so many of so many people did something.
    pub fn counted(people: u64, hits: u64) -> Self {
        Self { people, sum: hits as f64, square: hits as f64 }
    }

    /// Adds one person's outcome.
    pub fn add(&mut self, outcome: f64) {
        self.people += 1;
        self.sum += outcome;
        self.square += outcome * outcome;
    }

    fn mean(&self) -> f64 {
        self.sum / self.people as f64
    }

    /// The variance of the mean.
    fn variance(&self) -> f64 {
        let people = self.people as f64;
        let spread = (self.square - self.sum * self.mean()).max(0.0);
        spread / (people * (people - 1.0))
    }
}

impl Lift {
    /// The lift of one arm over the other.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] below two people in either arm.
    pub fn between(treated: &Arm, control: &Arm) -> Result<Self, Error> {
        let fewer = treated.people.min(control.people);
        if fewer < 2 {
            let found = fewer as usize;
            return Err(Error::TooFew { what: "people in either arm", found, least: 2 });
        }
        let error = libm::sqrt(treated.variance() + control.variance());
        let difference = Interval::around(treated.mean() - control.mean(), error);
        let people = treated.people as f64;
        Ok(Self {
            treated: treated.mean(),
            control: control.mean(),
            comparison: Comparison::told(difference, (treated.people + control.people) as usize),
            gained: Interval::around(difference.estimate * people, error * people),
        })
    }

    /// Whether the treated arm did better for sure.
    pub fn is_shown(&self) -> bool {
        self.comparison.verdict == Verdict::First
    }

    /// What each extra outcome cost, at this cost per person treated.
    pub fn cost_per_extra(&self, cost_per_person: f64) -> CostPerExtra {
        let over = |gain: f64| (gain > 0.0).then(|| cost_per_person / gain);
        let difference = self.comparison.difference;
        CostPerExtra {
            estimate: over(difference.estimate),
            low: over(difference.high),
            high: over(difference.low),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lift_and_cost_are_those_of_the_textbook() {
        // 1,000 of 10,000 against 800 of 10,000: .02 ± 1.96 √(.09 / 10,000 + .0736 / 10,000).
        let lift = Lift::between(&Arm::counted(10_000, 1_000), &Arm::counted(10_000, 800)).unwrap();
        let difference = lift.comparison.difference;
        assert!((difference.estimate - 0.02).abs() < 1e-12);
        assert!((difference.error - 0.004_045).abs() < 1e-6);
        assert!(lift.is_shown() && (lift.gained.estimate - 200.0).abs() < 1e-9);
        let cost = lift.cost_per_extra(0.1);
        assert!((cost.estimate.unwrap() - 5.0).abs() < 1e-9);
        assert!(cost.low.unwrap() < 5.0 && cost.high.unwrap() > 5.0);
    }

    #[test]
    fn while_nothing_may_have_been_gained_the_cost_has_no_upper_end() {
        let lift = Lift::between(&Arm::counted(100, 11), &Arm::counted(100, 10)).unwrap();
        let cost = lift.cost_per_extra(1.0);
        assert!(!lift.is_shown() && cost.high.is_none() && cost.estimate.is_some());
        assert!(matches!(lift.comparison.verdict, Verdict::Undecided { people_needed: Some(_) }));
    }

    #[test]
    fn an_arm_of_one_is_refused() {
        assert!(Lift::between(&Arm::counted(1, 1), &Arm::counted(10, 1)).is_err());
    }

    #[test]
    fn outcomes_in_money_add_up_as_they_come() {
        let mut arm = Arm::default();
        for outcome in [1.0, 2.0, 6.0] {
            arm.add(outcome);
        }
        // The variance of 1, 2, 6 is 7.
        assert!((arm.mean() - 3.0).abs() < 1e-12 && (arm.variance() - 7.0 / 3.0).abs() < 1e-12);
    }
}
