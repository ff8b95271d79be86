//! How large a test must be, before there is any outcome.
//!
//! The formulas of two proportions and of two means with unequal groups (Fleiss, Levin & Paik 2003,
//! section 4.3; two-sided 5 %, seen 80 times of 100). It answers both ways round: how many people
//! and weeks a gain needs, and what gain so many weeks could show. Price: they assume that people
//! are counted once and that the base is about what was said.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::interval::quantile;

/// What is known before a test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestPlanner {
    /// How many people can be decided on per week.
    pub people_per_week: f64,
    /// Which share of them is kept as control, over 0 and under 1.
    pub control_share: f64,
    /// What is looked at.
    pub outcome: Outcome,
}

/// The outcome of a test, as it is expected without the action.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// A yes or no, and which share says yes.
    Rate(f64),
    /// An amount, and its standard deviation among people.
    Amount {
        /// The standard deviation.
        deviation: f64,
    },
}

/// A test that shows a gain.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestPlan {
    /// The gain per person that it shows, 80 times of 100.
    pub gain: f64,
    /// How many people are treated.
    pub treated: u64,
    /// How many are kept as control.
    pub control: u64,
    /// How many weeks it takes, whole ones.
    pub weeks: u64,
}

/// No plan is longer.
const MOST_WEEKS: f64 = 5_200.0;

impl TestPlanner {
    /// The test that shows a gain.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if something is out of bounds, or it would take over a hundred years.
    pub fn for_gain(&self, gain: f64) -> Result<TestPlan, Error> {
        self.check()?;
        let most = self.most_gain();
        if gain <= 0.0 || gain > most {
            return Err(Error::Setting { setting: "the gain", least: 0.0, most });
        }
        let people = self.people(gain);
        let weeks = libm::ceil(people / self.people_per_week).max(1.0);
        if weeks > MOST_WEEKS {
            let setting = "the number of weeks";
            return Err(Error::Setting { setting, least: 1.0, most: MOST_WEEKS });
        }
        Ok(self.plan(gain, people, weeks as u64))
    }

    /// The smallest gain that so many weeks can show; none if not even the largest possible.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if something is out of bounds.
    pub fn for_weeks(&self, weeks: u64) -> Result<Option<TestPlan>, Error> {
        self.check()?;
        let people = self.people_per_week * weeks as f64;
        let (mut low, mut high) = (0.0, self.most_gain());
        if self.people(high) > people {
            return Ok(None);
        }
        // Halved so often that the gain is exact to the last bits of a number.
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if self.people(middle) > people { low = middle } else { high = middle }
        }
        Ok(Some(self.plan(high, people, weeks)))
    }

    fn plan(&self, gain: f64, people: f64, weeks: u64) -> TestPlan {
        let control = libm::ceil(people * self.control_share);
        let treated = libm::ceil(people * (1.0 - self.control_share));
        TestPlan { gain, treated: treated as u64, control: control as u64, weeks }
    }

    /// How many people show a gain.
    fn people(&self, gain: f64) -> f64 {
        let (control, treated) = (self.control_share, 1.0 - self.control_share);
        let (sure, seen) = (quantile(0.975), quantile(0.8));
        let reach = match self.outcome {
            Outcome::Amount { deviation } => {
                (sure + seen) * deviation * libm::sqrt(1.0 / control + 1.0 / treated)
            }
            Outcome::Rate(base) => {
                let after = base + gain;
                let pooled = control * base + treated * after;
                let alike = pooled * (1.0 - pooled) * (1.0 / control + 1.0 / treated);
                let apart = base * (1.0 - base) / control + after * (1.0 - after) / treated;
                sure * libm::sqrt(alike) + seen * libm::sqrt(apart)
            }
        };
        (reach / gain) * (reach / gain)
    }

    fn most_gain(&self) -> f64 {
        match self.outcome {
            Outcome::Rate(base) => 1.0 - base,
            Outcome::Amount { deviation } => 1e6 * deviation,
        }
    }

    fn check(&self) -> Result<(), Error> {
        let within = |setting, value: f64, least: f64, most: f64| {
            let fits = value > least && value < most;
            if fits { Ok(()) } else { Err(Error::Setting { setting, least, most }) }
        };
        within("the number of people per week", self.people_per_week, 0.0, 1e10)?;
        within("the share kept as control", self.control_share, 0.0, 1.0)?;
        match self.outcome {
            Outcome::Rate(base) => within("the base rate", base, 0.0, 1.0),
            Outcome::Amount { deviation } => within("the standard deviation", deviation, 0.0, 1e12),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::lift::{Arm, Lift};

    fn planner(control_share: f64) -> TestPlanner {
        TestPlanner { people_per_week: 1_000.0, control_share, outcome: Outcome::Rate(0.10) }
    }

    #[test]
    fn equal_groups_are_as_large_as_the_tables_say() {
        // Fleiss: .10 against .12, 5 % two-sided, 80 %: 3,841 per group without correction.
        let plan = planner(0.5).for_gain(0.02).unwrap();
        assert!((3_839..=3_843).contains(&plan.treated), "{plan:?}");
        assert_eq!((plan.control, plan.weeks), (plan.treated, 8));
    }

    #[test]
    fn both_ways_round_agree() {
        let plan = planner(0.1).for_weeks(12).unwrap().unwrap();
        assert_eq!(planner(0.1).for_gain(plan.gain).unwrap().weeks, 12);
        assert_eq!((plan.treated, plan.control), (10_800, 1_200));
    }

    #[test]
    fn a_planned_test_shows_its_gain_four_times_of_five() {
        let plan = planner(0.2).for_gain(0.05).unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut arm = |people: u64, chance: f64| {
            let hits = (0..people).filter(|_| random.random::<f64>() < chance).count();
            Arm::counted(people, hits as u64)
        };
        let shown = (0..400).filter(|_| {
            let (treated, control) = (arm(plan.treated, 0.15), arm(plan.control, 0.10));
            Lift::between(&treated, &control).unwrap().is_shown()
        });
        let shown = shown.count();
        assert!((292..=352).contains(&shown), "{shown} of 400");
    }

    #[test]
    fn amounts_need_their_deviation_and_nothing_else() {
        let outcome = Outcome::Amount { deviation: 20.0 };
        let plan = TestPlanner { outcome, ..planner(0.5) }.for_gain(1.0).unwrap();
        assert!((6_279..=6_281).contains(&plan.treated), "{plan:?}");
    }

    #[test]
    fn what_cannot_be_shown_is_not_promised() {
        let few = TestPlanner { people_per_week: 2.0, ..planner(0.5) };
        assert!(few.for_weeks(1).unwrap().is_none());
        assert!(few.for_gain(0.001).is_err());
        assert!(planner(0.0).for_gain(0.02).is_err());
        assert!(planner(0.5).for_gain(0.95).is_err());
    }
}
