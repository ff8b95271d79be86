//! The marketing spectrum of one campaign: from gut through segments and personas to one to one.
//!
//! Each way of deciding is learnt on four fifths of the people and earns its money on the last, in
//! turn, by household; so a finer way is not better only because it is finer. Ways are compared
//! person by person, which tells small differences from none. Segments are the leaves of a tree that
//! splits one column at a time where payoffs differ most. Price: what a campaign would have brought
//! is only known where acting was tried, so payoffs come from a trial with a control group, or from
//! people who were all acted on.

mod segment;

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::gram::{Gram, Rows, length};
use crate::persona::Personas;
use crate::sheet::Sheet;
use crate::squared::Smoothing;
use crate::{Error, Folds};
use segment::Tree;

/// What a campaign knows of people and what acting on each gained.
pub struct Campaign<'a> {
    /// What is known of them.
    pub sheet: &'a Sheet,
    /// Who belongs together: the hash of a household, else of a person.
    pub keys: &'a [u64],
    /// What acting on each gained over not acting, less its cost; right on average.
    pub payoff: &'a [f64],
    /// Whom the marketer's rule acts on, if there is one.
    pub rule: Option<&'a [bool]>,
    /// Into how many segments people are put.
    pub segments: &'a [u8],
}

/// A way of deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// One action for all: act on everybody or on nobody.
    Gut,
    /// The marketer's rule.
    Rule,
    /// So many segments.
    Segments(u8),
    /// Personas, each decided on as a whole.
    Personas,
    /// Every person alone.
    OneToOne,
}

/// An amount of money per person, with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// The estimate.
    pub point: f64,
    /// The interval at 95 %.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// What a way of deciding brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// The way.
    pub way: Way,
    /// What it brings per person.
    pub value: Amount,
    /// What it brings beyond gut.
    pub beyond_gut: Amount,
    /// The share of people who are acted on.
    pub acted_on: f64,
}

/// The spectrum: one point per way of deciding, from coarse to fine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spectrum {
    /// The ways, from coarse to fine.
    pub stops: Vec<Stop>,
    /// The coarsest way that no finer one is shown to beat, by its place among the stops.
    pub far_enough: usize,
}

/// How many folds people are dealt to, and how many personas there may be.
const FOLDS: u8 = 5;
const MOST_PERSONAS: u8 = 8;

/// The fewest rows that a spectrum is drawn of.
const LEAST_ROWS: usize = 200;

impl Spectrum {
    /// Draws the spectrum of a campaign. The same input and seed give the same points.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::TooFew`] below 200 rows, [`Error::Setting`] unless segments are 2
    /// to 64, and what fitting may say.
    pub fn of(campaign: &Campaign<'_>, seed: u64) -> Result<Self, Error> {
        campaign.check()?;
        let folds = Folds::by_key(campaign.keys.iter().map(|key| key.to_le_bytes()), FOLDS, seed)?;
        let ways = campaign.ways();
        let mut acts = vec![vec![false; campaign.payoff.len()]; ways.len()];
        for fold in 0..FOLDS {
            let (learnt, own) = (folds.without(fold), folds.within(fold));
            for (way, acts) in ways.iter().zip(&mut acts) {
                let decided = campaign.decided(*way, &learnt, &own, seed)?;
                own.iter().zip(decided).for_each(|(row, act)| acts[*row as usize] = act);
            }
        }
        let brought = |acts: &Vec<bool>| -> Vec<f64> {
            acts.iter()
                .zip(campaign.payoff)
                .map(|(act, payoff)| if *act { *payoff } else { 0.0 })
                .collect()
        };
        let brought: Vec<Vec<f64>> = acts.iter().map(brought).collect();
        let stop = |at: usize| Stop {
            way: ways[at],
            value: campaign.amount(&brought[at], 0.975),
            beyond_gut: campaign.amount(&less(&brought[at], &brought[0]), 0.975),
            acted_on: acts[at].iter().filter(|act| **act).count() as f64 / acts[at].len() as f64,
        };
        let stops = (0..ways.len()).map(stop).collect();
        Ok(Self { stops, far_enough: campaign.far_enough(&brought) })
    }
}

impl Campaign<'_> {
    fn check(&self) -> Result<(), Error> {
        let rows = self.sheet.rows();
        length("the keys", self.keys.len(), rows)?;
        length("the payoffs", self.payoff.len(), rows)?;
        self.rule.map_or(Ok(()), |rule| length("the rule", rule.len(), rows))?;
        if rows < LEAST_ROWS {
            return Err(Error::TooFew { what: "rows", found: rows, least: LEAST_ROWS });
        }
        if self.segments.iter().any(|count| !(2..=64).contains(count)) {
            let setting = "the number of segments";
            return Err(Error::Setting { setting, least: 2.0, most: 64.0 });
        }
        Ok(())
    }

    fn ways(&self) -> Vec<Way> {
        let mut segments = self.segments.to_vec();
        segments.sort_unstable();
        segments.dedup();
        let rule = self.rule.map(|_| Way::Rule);
        let ends = [Way::Personas, Way::OneToOne];
        let middle = segments.into_iter().map(Way::Segments);
        [Way::Gut].into_iter().chain(rule).chain(middle).chain(ends).collect()
    }

    /// Who is acted on among some rows, decided by what others brought.
    fn decided(
        &self,
        way: Way,
        learnt: &[u32],
        own: &[u32],
        seed: u64,
    ) -> Result<Vec<bool>, Error> {
        let payoff: Vec<f64> = learnt.iter().map(|row| self.payoff[*row as usize]).collect();
        let known = || self.sheet.only(learnt);
        let asked = || self.sheet.only(own);
        match way {
            Way::Gut => Ok(vec![payoff.iter().sum::<f64>() > 0.0; own.len()]),
            Way::Rule => {
                let rule = self.rule.unwrap_or_default();
                Ok(own.iter().map(|row| rule[*row as usize]).collect())
            }
            Way::Segments(count) => {
                let tree = Tree::grown(&known(), &payoff, usize::from(count));
                let asked = asked();
                Ok((0..own.len()).map(|row| tree.acts(&asked, row)).collect())
            }
            Way::Personas => {
                let keys: Vec<u64> = learnt.iter().map(|row| self.keys[*row as usize]).collect();
                let personas = Personas::find(&known(), &keys, MOST_PERSONAS, seed)?;
                let mut sums: HashMap<u8, f64> = HashMap::new();
                for (persona, payoff) in personas.of(&known())?.into_iter().zip(&payoff) {
                    *sums.entry(persona).or_default() += payoff;
                }
                let acts = |persona: u8| sums.get(&persona).is_some_and(|sum| *sum > 0.0);
                Ok(personas.of(&asked())?.into_iter().map(acts).collect())
            }
            Way::OneToOne => {
                let gram = Gram::of(&known(), Rows { target: &payoff, weight: None })?;
                let scores = gram.fit(&Smoothing::Automatic)?.model.scores(&asked())?;
                Ok(scores.into_iter().map(|score| score > 0.0).collect())
            }
        }
    }

    /// The coarsest way that no finer one beats: Bonferroni over all pairs.
    fn far_enough(&self, brought: &[Vec<f64>]) -> usize {
        let pairs = (brought.len() * (brought.len() - 1) / 2).max(1);
        let beats = |fine: usize, coarse: usize| {
            let more = less(&brought[fine], &brought[coarse]);
            self.amount(&more, 1.0 - 0.05 / pairs as f64).low > 0.0
        };
        let unbeaten =
            |coarse: &usize| (coarse + 1..brought.len()).all(|fine| !beats(fine, *coarse));
        (0..brought.len()).find(unbeaten).unwrap_or(brought.len() - 1)
    }

    /// A mean with the error that households leave.
    fn amount(&self, values: &[f64], level: f64) -> Amount {
        let rows = values.len().max(1) as f64;
        let point = values.iter().sum::<f64>() / rows;
        let mut households: HashMap<u64, f64> = HashMap::new();
        for (key, value) in self.keys.iter().zip(values) {
            *households.entry(*key).or_default() += value - point;
        }
        let mut sums: Vec<f64> = households.into_values().collect();
        sums.sort_by(f64::total_cmp);
        let error = libm::sqrt(sums.iter().map(|sum| sum * sum).sum::<f64>()) / rows;
        let reach = Normal::standard().inverse_cdf(level) * error;
        Amount { point, low: point - reach, high: point + reach }
    }
}

fn less(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one - other).collect()
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gut => f.write_str("one action for all"),
            Self::Rule => f.write_str("the marketer's rule"),
            Self::Segments(count) => write!(f, "{count} segments"),
            Self::Personas => f.write_str("personas"),
            Self::OneToOne => f.write_str("one to one"),
        }
    }
}

impl fmt::Display for Spectrum {
    /// How far it is worth going, in a sentence or two.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(stop) = self.stops.get(self.far_enough) else { return Ok(()) };
        let [point, low, high] = [stop.beyond_gut.point, stop.beyond_gut.low, stop.beyond_gut.high]
            .map(|amount| amount * 1000.0);
        if self.far_enough == 0 {
            return f
                .write_str("One action for all is far enough: no finer way is shown to beat it.");
        }
        write!(f, "It is worth going as far as {}, which brings {point:.2} more per ", stop.way)?;
        write!(f, "thousand people than one action for all ({low:.2} to {high:.2}); ")?;
        f.write_str("no finer way is shown to beat it.")
    }
}

#[cfg(test)]
mod tests;
