//! Less data, the same result: which categories at which granularity keep the outcome at least risk.
//!
//! Each category of data can be kept at one of several nested levels, or left out. Half of the
//! people (by household) are summed once; on these sums sets are searched, from all data downwards,
//! each time giving up what saves most risk per money lost, with swaps at the end, and exhaustively
//! where there are few sets. What lies on the frontier is then confirmed on the other half by the
//! decisions themselves, with bands that hold for all points at once. Price: on the sums, money is
//! that of scores with a normal law; the confirmed figures assume nothing of the kind.

mod confirm;
mod risk;
mod search;
mod utility;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::gram::{Gram, Rows, length};
use crate::necessity::Reach;
use crate::sheet::Sheet;
use crate::{Error, Folds};
use confirm::Half;
pub use risk::Risk;
use risk::Scale;
use search::{Search, Visited};

/// One category of data and what could be kept of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Its columns, by position in the sheet.
    pub columns: Vec<usize>,
    /// From fine to coarse; leaving it out is always the last choice.
    pub levels: Vec<Level>,
    /// How sensitive it is, and how questionable its source, from 0 to 1.
    pub sensitivity: f64,
    /// Where it comes from: 0 from the person themselves, 1 bought.
    pub source: f64,
}

/// A level at which a category can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// What is kept, in a word: `postcode`, `region`.
    pub says: String,
    /// How often neighbouring bins are merged ([`crate::Shape::coarser`]).
    pub merges: u8,
}

/// How much each axis of risk counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// That people can be told apart.
    pub identifiability: f64,
    /// That what is known is sensitive.
    pub sensitivity: f64,
    /// That it comes from elsewhere.
    pub source: f64,
}

/// The people, what acting on each gained, and the question.
pub struct Question<'a> {
    /// What is known of people, at the finest level.
    pub sheet: &'a Sheet,
    /// Who belongs together: the hash of a household, else of a person.
    pub keys: &'a [u64],
    /// What acting on each gained over not acting, less its cost; right on average.
    pub payoff: &'a [f64],
    /// The group of each, by which losses are told apart; may be empty.
    pub group: &'a [u8],
    /// Who is acted on.
    pub reach: Reach,
    /// The categories.
    pub categories: &'a [Category],
    /// How much each axis of risk counts.
    pub weights: Weights,
    /// The share of the outcome that may be lost.
    pub tolerance: f64,
    /// Up to how many sets all are tried; above, the search is greedy.
    pub exhaustive_up_to: usize,
    /// What people are dealt by.
    pub seed: u64,
}

/// A set: per category the level kept, one past the last if it is left out.
pub type Kept = Vec<u8>;

/// A point of the frontier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// What is kept.
    pub kept: Kept,
    /// Its risk.
    pub risk: Risk,
    /// What it brings per person, by the sums of the first half.
    pub estimated: f64,
    /// What it brings per person in the other half.
    pub value: f64,
    /// What is lost against keeping all, as a share of what that brings, with a band that holds for
    /// all points at once (95 %).
    pub loss: Band,
    /// The group that loses most of what it had, and its share; no group if none were given.
    pub worst_group: Option<(u8, f64)>,
}

/// A share with its band.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The estimate.
    pub point: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The frontier, from all data to none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frontier {
    /// The categories.
    pub categories: Vec<Category>,
    /// The points, the riskiest first; the first keeps all.
    pub points: Vec<Point>,
    /// The least risky point whose loss is shown to be within the tolerance.
    pub chosen: Option<usize>,
    /// The tolerance.
    pub tolerance: f64,
    /// The least risky set within the tolerance by the sums alone.
    pub estimated_choice: Option<(Kept, Risk)>,
    /// Whether the same point is chosen with each weight halved and half as great again.
    pub stable: bool,
    /// Whether all sets were tried.
    pub exhaustive: bool,
    /// How many sets were tried.
    pub tried: usize,
}

/// How many points are confirmed at most.
const MOST_POINTS: usize = 40;

/// The fewest rows of a half.
const LEAST_ROWS: usize = 200;

impl Frontier {
    /// Searches and confirms. The same input gives the same frontier.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::TooFew`] below 200 rows in a half, [`Error::Setting`] if a level
    /// or weight is out of bounds, and what fitting may say.
    pub fn of(question: &Question<'_>) -> Result<Self, Error> {
        question.check()?;
        let keys = question.keys.iter().map(|key| key.to_le_bytes());
        let folds = Folds::by_key(keys, 2, question.seed)?;
        let (first, second) = (folds.within(0), folds.within(1));
        let found = first.len().min(second.len());
        if found < LEAST_ROWS {
            return Err(Error::TooFew { what: "rows of a half", found, least: LEAST_ROWS });
        }
        let payoff: Vec<f64> = first.iter().map(|row| question.payoff[*row as usize]).collect();
        let known = question.sheet.only(&first);
        let gram = Gram::of(&known, Rows { target: &payoff, weight: None })?;
        Self::from_sums(question, &gram, &second)
    }

    /// The same from sums that were made of other rows than those to confirm on.
    ///
    /// # Errors
    ///
    /// As [`Frontier::of`].
    pub fn from_sums(question: &Question<'_>, gram: &Gram, confirm: &[u32]) -> Result<Self, Error> {
        question.check()?;
        let scale = Scale::of(question.sheet, question.categories, question.weights);
        let search = Search::new(question, gram, &scale)?;
        let (visited, exhaustive) = search.run()?;
        let tried = visited.len();
        let estimated_choice = search.choice(&visited).map(|one| (one.kept.clone(), one.risk));
        let kept = pareto(visited);
        let half = Half::new(question, gram, confirm);
        let points = half.confirmed(&kept, &scale)?;
        let chosen = chosen(&points, question.tolerance, |point| point.risk.total);
        let same = question
            .weights
            .varied()
            .into_iter()
            .all(|weights| chosen_with(&points, question.tolerance, weights) == chosen);
        Ok(Self {
            categories: question.categories.to_vec(),
            points,
            chosen,
            tolerance: question.tolerance,
            estimated_choice,
            stable: same,
            exhaustive,
            tried,
        })
    }
}

/// The least risky point whose band stays within the tolerance.
fn chosen(points: &[Point], tolerance: f64, risk: impl Fn(&Point) -> f64) -> Option<usize> {
    let within = (0..points.len()).filter(|at| points[*at].loss.high <= tolerance);
    within.min_by(|one, other| risk(&points[*one]).total_cmp(&risk(&points[*other])))
}

fn chosen_with(points: &[Point], tolerance: f64, weights: Weights) -> Option<usize> {
    chosen(points, tolerance, |point| point.risk.weighed(weights))
}

/// The sets that no other beats in both risk and outcome, the riskiest first. If there are many,
/// evenly spaced ones.
fn pareto(mut visited: Vec<Visited>) -> Vec<Visited> {
    visited.sort_by(|one, other| {
        one.risk.total.total_cmp(&other.risk.total).then(other.utility.total_cmp(&one.utility))
    });
    let full = visited.iter().position(|one| one.kept.iter().all(|level| *level == 0));
    let full = full.map(|at| visited.remove(at));
    let mut best = f64::NEG_INFINITY;
    visited.retain(|one| {
        let better = one.utility > best;
        best = best.max(one.utility);
        better
    });
    let spaced = visited.len().div_ceil(MOST_POINTS).max(1);
    let last = visited.len().saturating_sub(1);
    let kept = visited.into_iter().enumerate().filter(|(at, _)| (last - at).is_multiple_of(spaced));
    let mut kept: Vec<Visited> = kept.map(|(_, one)| one).collect();
    kept.reverse();
    full.into_iter().chain(kept).collect()
}

impl Question<'_> {
    fn check(&self) -> Result<(), Error> {
        let rows = self.sheet.rows();
        length("the keys", self.keys.len(), rows)?;
        length("the payoffs", self.payoff.len(), rows)?;
        if !self.group.is_empty() {
            length("the groups", self.group.len(), rows)?;
        }
        let within = |setting, value: f64, least: f64, most: f64| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(Error::Setting { setting, least, most })
        };
        within("the number of categories", self.categories.len() as f64, 1.0, 64.0)?;
        for category in self.categories {
            within("the sensitivity", category.sensitivity, 0.0, 1.0)?;
            within("the source", category.source, 0.0, 1.0)?;
            within("the number of levels", category.levels.len() as f64, 1.0, 8.0)?;
            if category.columns.iter().any(|column| *column >= self.sheet.columns().len()) {
                return Err(Error::Shape { column: category.name.clone() });
            }
        }
        let Weights { identifiability, sensitivity, source } = self.weights;
        for weight in [identifiability, sensitivity, source] {
            within("a weight", weight, 0.0, 1e6)?;
        }
        within("the sum of the weights", identifiability + sensitivity + source, 1e-6, 3e6)?;
        within("the tolerance", self.tolerance, 0.0, 1.0)
    }
}

impl Weights {
    /// Each weight halved, and half as great again.
    fn varied(self) -> Vec<Self> {
        let by = |times: f64| {
            [
                Self { identifiability: self.identifiability * times, ..self },
                Self { sensitivity: self.sensitivity * times, ..self },
                Self { source: self.source * times, ..self },
            ]
        };
        [by(0.5), by(1.5)].concat()
    }
}

impl Frontier {
    /// What a point leaves out and makes coarser, in words.
    pub fn says(&self, point: &Point) -> String {
        let mut without = Vec::new();
        let mut coarser = Vec::new();
        for (category, level) in self.categories.iter().zip(&point.kept) {
            match category.levels.get(usize::from(*level)) {
                None => without.push(category.name.clone()),
                Some(_) if *level == 0 => {}
                Some(kept) => {
                    coarser.push(self.coarser(category, kept));
                }
            }
        }
        match (without.is_empty(), coarser.is_empty()) {
            (true, true) => "With all data".to_owned(),
            (false, true) => format!("Without {}", listed(&without)),
            (true, false) => format!("With {}", listed(&coarser)),
            (false, false) => {
                format!("Without {}, and with {}", listed(&without), listed(&coarser))
            }
        }
    }
}

impl Frontier {
    /// `region for postcode`, or with the category's name if others have a level called alike.
    fn coarser(&self, category: &Category, kept: &Level) -> String {
        let finest = &category.levels[0].says;
        let alike = self.categories.iter().filter(|other| other.levels[0].says == *finest).count();
        if alike > 1 {
            return format!("{} {}", category.name, kept.says);
        }
        format!("{} for {finest}", kept.says)
    }
}

impl fmt::Display for Frontier {
    /// The sentence: what can be done without, and what that costs at most.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(point) = self.chosen.and_then(|at| self.points.get(at)) else {
            let within = self.tolerance * 100.0;
            return write!(f, "No set of data is shown to keep the outcome within {within:.0} %.");
        };
        let Band { low, high, .. } = point.loss;
        let (most, less) = (high.max(-low).max(0.0) * 100.0, high.max(0.0) * 100.0);
        if -low <= self.tolerance {
            write!(f, "{}: profit within ±{most:.1} %", self.says(point))?;
        } else {
            write!(f, "{}: profit at most {less:.1} % lower", self.says(point))?;
        }
        let all = self.points[0].risk.total.max(f64::MIN_POSITIVE);
        write!(f, ", at {:.0} % of the risk.", point.risk.total / all * 100.0)
    }
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests;
