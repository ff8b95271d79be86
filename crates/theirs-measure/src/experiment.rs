//! People, what was done with each, how likely that was, and what came of it.
//!
//! Whether a difference may be called an effect depends on how it was decided who is treated, so
//! that is said here once, in the type, and checked: an effect needs chances that were logged and
//! that left somebody out. Price: a campaign sent to all teaches who responds, not who is moved.

use crate::gram::length;
use crate::sheet::Sheet;
use crate::{Error, Folds};

/// How it was decided who is treated.
#[derive(Clone, Copy, Debug)]
pub enum Assignment<'a> {
    /// By lot, at one chance for all.
    Randomised(f64),
    /// By lot, at the chance that was logged for each.
    Logged(&'a [f64]),
    /// Otherwise, or nobody knows.
    Unknown,
}

/// What is learnt from: rows, decisions and outcomes.
#[derive(Clone, Copy, Debug)]
pub struct Experiment<'a> {
    /// What is known of each person at the time of the decision.
    pub sheet: &'a Sheet,
    /// Whether each was treated.
    pub treated: &'a [bool],
    /// What came of it: 0 and 1, or money.
    pub outcome: &'a [f64],
    /// How it was decided.
    pub assignment: Assignment<'a>,
    /// For cross-fitting, dealt by person or household.
    pub folds: &'a Folds,
}

/// The least chance that a person may have of either arm.
pub const LEAST_CHANCE: f64 = 0.001;

/// How many people either arm needs.
const LEAST_ARM: usize = 20;

impl Experiment<'_> {
    /// The chance of treatment of each row, if people were treated by lot.
    ///
    /// # Errors
    ///
    /// [`Error::Length`]; [`Error::Setting`] if a chance is under 0.001 or over 0.999.
    pub fn chances(&self) -> Result<Option<Vec<f64>>, Error> {
        let rows = self.sheet.rows();
        let chances = match self.assignment {
            Assignment::Randomised(chance) => vec![chance; rows],
            Assignment::Logged(chances) => chances.to_vec(),
            Assignment::Unknown => return Ok(None),
        };
        length("the chances", chances.len(), rows)?;
        let (least, most) = (LEAST_CHANCE, 1.0 - LEAST_CHANCE);
        if chances.iter().all(|chance| (least..=most).contains(chance)) {
            return Ok(Some(chances));
        }
        Err(Error::Setting { setting: "the chance of treatment", least, most })
    }

    /// Checks that all describes the same rows and that the treated arm is there.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::TooFew`].
    pub fn check(&self) -> Result<(), Error> {
        let rows = self.sheet.rows();
        length("the treatment", self.treated.len(), rows)?;
        length("the outcome", self.outcome.len(), rows)?;
        length("the folds", self.folds.of().len(), rows)?;
        let treated = self.arm(true);
        if treated < LEAST_ARM {
            return Err(Error::TooFew { what: "people treated", found: treated, least: LEAST_ARM });
        }
        Ok(())
    }

    /// Whether there is a control group to speak of.
    pub fn has_control(&self) -> bool {
        self.arm(false) >= LEAST_ARM
    }

    /// The rows of an arm, ascending.
    pub fn rows(&self, treated: bool) -> Vec<u32> {
        let numbered = self.treated.iter().enumerate().filter(|(_, arm)| **arm == treated);
        numbered.map(|(row, _)| row as u32).collect()
    }

    fn arm(&self, treated: bool) -> usize {
        self.treated.iter().filter(|arm| **arm == treated).count()
    }
}
