//! A trial: rows go in, and nothing but verdicts comes out.
//!
//! The fields are private, there is no way to read a row back, to serialise one or to print one, so
//! that a source under quarantine can be judged by people who may not see it. Price: whoever wants
//! to look into a surprising verdict must ask for the rows by another door.

use std::collections::HashMap;
use std::fmt;

use super::basis::Basis;
use super::gain::Stakes;
use super::ground::Ground;
use super::inside::{Inside, Layout};
use super::score::Scores;
use super::verdict::{Finding, Measured, Necessity, Settings, Witnesses, adjusted, found};
use super::{null, paired};
use crate::Error;
use crate::gram::length;
use crate::sheet::Sheet;

/// What acting on a person brings, in money.
#[derive(Clone)]
pub enum Payoff {
    /// Whether each person responded when acted on; a response is worth so much, acting costs so
    /// much. Not acting brings nothing.
    Response {
        /// One per row.
        responded: Vec<bool>,
        /// What a response is worth.
        worth: f64,
        /// What acting costs.
        cost: f64,
    },
    /// What acting gained over not acting, less what it cost, per row: an amount of money, or in a
    /// randomised trial the doubly robust score of the effect, which is right on average.
    Gained(Vec<f64>),
}

/// When, and together with whom, people are decided on. Without either all are one batch.
#[derive(Clone, Default)]
pub struct When {
    /// The batch of each row.
    pub batch: Option<Vec<u32>>,
    /// The time of each row, in any unit; then models only learn from what was earlier.
    pub time: Option<Vec<i64>>,
}

/// A block to be judged, and the columns that are there anyway.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The name of the block.
    pub name: String,
    /// Its columns, by position in the sheet.
    pub columns: Vec<usize>,
    /// The columns it is judged beside.
    pub beside: Vec<usize>,
}

/// Rows under lock.
pub struct ClosedTrial {
    pub(super) sheet: Sheet,
    /// The household of each row; rows of one household are never on both sides of a fold.
    pub(super) keys: Vec<u64>,
    pub(super) payoff: Payoff,
    /// The batch of each row, numbered from 0.
    pub(super) batch: Vec<u32>,
    /// The slice of time of each row, numbered from 0.
    pub(super) slice: Option<Vec<u16>>,
}

/// How many slices of time there are, and into how many batches time falls where none are given.
const SLICES: usize = 6;
const TIMES: usize = 30;

/// The fewest rows, and the fewest rows of either outcome, that anything is said of.
const LEAST_ROWS: usize = 200;
const LEAST_OUTCOMES: usize = 20;

/// The greatest amount of money of one row.
const MOST_MONEY: f64 = 1e6;

impl ClosedTrial {
    /// Takes rows in. `keys` tells who belongs together: the hash of a household, else of a person.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if anything has not one entry per row, [`Error::TooFew`] below 200 rows or
    /// 20 rows of either outcome, [`Error::Range`] for money that is not finite or over a million.
    pub fn new(sheet: Sheet, keys: Vec<u64>, payoff: Payoff, when: &When) -> Result<Self, Error> {
        let rows = sheet.rows();
        length("the keys", keys.len(), rows)?;
        if rows < LEAST_ROWS {
            return Err(Error::TooFew { what: "rows", found: rows, least: LEAST_ROWS });
        }
        payoff.check(rows)?;
        if let Some(time) = &when.time {
            length("the time", time.len(), rows)?;
        }
        let slice = when.time.as_ref().map(|time| sliced(time, SLICES));
        let batch = match (&when.batch, &when.time) {
            (Some(batch), _) => numbered(batch),
            (None, Some(time)) => sliced(time, TIMES).into_iter().map(u32::from).collect(),
            (None, None) => vec![0; rows],
        };
        length("the batches", batch.len(), rows)?;
        Ok(Self { sheet, keys, payoff, batch, slice })
    }

    /// Each of these blocks as an outside source: judged beside the columns of no such block.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the sheet has no column of a block.
    pub fn sources(&self, blocks: &[&str]) -> Result<Vec<Candidate>, Error> {
        let beside = self.positions(|block| !blocks.contains(&block));
        blocks.iter().map(|block| self.candidate(block, beside.clone())).collect()
    }

    /// Each block of the sheet as a data category: judged beside all other columns.
    ///
    /// # Errors
    ///
    /// None in practice: the blocks are those of the sheet.
    pub fn categories(&self) -> Result<Vec<Candidate>, Error> {
        let mut blocks: Vec<String> = Vec::new();
        for column in self.sheet.columns() {
            if !blocks.contains(&column.shape().block) {
                blocks.push(column.shape().block.clone());
            }
        }
        let others = |name: &str| self.positions(|block| block != name);
        blocks.iter().map(|block| self.candidate(block, others(block))).collect()
    }

    /// Judges candidates. The same trial, candidates and settings give the same verdicts.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if a setting is out of bounds, [`Error::TooFew`] if a candidate has no
    /// columns, [`Error::Range`] if it has more effects than are kept in memory,
    /// [`Error::Singular`] if the equations have no solution.
    pub fn judge(&self, candidates: &[Candidate], settings: &Settings) -> Result<Necessity, Error> {
        settings.check()?;
        let layouts = Layout::deals(self, settings);
        let mut known: HashMap<&[usize], Vec<Ground>> = HashMap::new();
        let mut findings = Vec::new();
        for (place, candidate) in candidates.iter().enumerate() {
            if !known.contains_key(&candidate.beside[..]) {
                // Grounds are large, and candidates with the same columns beside stand together.
                known.clear();
                known.insert(&candidate.beside, self.grounds(&layouts, candidate, settings)?);
            }
            let grounds = &known[&candidate.beside[..]];
            let draws =
                null::Draws::new(settings, place, candidates.len() + settings.beside as usize);
            findings.push(self.finding(candidate, grounds, &draws, settings)?);
        }
        Ok(adjusted(findings, settings))
    }

    /// The decisions without a candidate, once per deal of the folds.
    fn grounds(
        &self,
        layouts: &[Layout],
        candidate: &Candidate,
        settings: &Settings,
    ) -> Result<Vec<Ground>, Error> {
        let beside = self.sheet.select(&candidate.beside);
        let smoothing = Inside::smoothing(self, &beside)?;
        let ground = |layout: &Layout| {
            let inside = Inside::fit(self, &beside, layout, &smoothing)?;
            Ok(Ground::new(self, &beside, layout, &inside, settings))
        };
        layouts.iter().map(ground).collect()
    }

    fn finding(
        &self,
        candidate: &Candidate,
        grounds: &[Ground],
        draws: &null::Draws,
        settings: &Settings,
    ) -> Result<Finding, Error> {
        let ground = &grounds[0];
        let basis = Basis::of(&self.sheet, &candidate.columns, ground)?;
        let scores = Scores::of(&basis, ground);
        let stakes = Stakes::of(&basis, &scores, ground)?;
        let tested = null::tested(&scores, &stakes, draws)?;
        let strongest = tested.strongest();
        let nearby = strongest.map(|family| stakes.nearby(family, &scores, ground)).transpose()?;
        let (near_cut, error) = nearby.unwrap_or_default();
        let witnesses = Witnesses {
            paired: paired::compared(&basis, &stakes, grounds)?,
            near_cut: Measured { mean: near_cut, error },
        };
        Ok(found(&candidate.name, &basis, ground, &tested, &witnesses, settings))
    }

    fn candidate(&self, block: &str, beside: Vec<usize>) -> Result<Candidate, Error> {
        let columns = self.positions(|other| other == block);
        if columns.is_empty() {
            return Err(Error::Shape { column: block.to_owned() });
        }
        Ok(Candidate { name: block.to_owned(), columns, beside })
    }

    fn positions(&self, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
        let columns = self.sheet.columns().iter().enumerate();
        columns.filter(|(_, column)| wanted(&column.shape().block)).map(|(at, _)| at).collect()
    }
}

impl fmt::Debug for ClosedTrial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClosedTrial({} rows)", self.keys.len())
    }
}

impl Payoff {
    fn check(&self, rows: usize) -> Result<(), Error> {
        let fits = |value: &f64| value.abs() <= MOST_MONEY;
        let range = Err(Error::Range { what: "money", most: MOST_MONEY });
        match self {
            Self::Response { responded, worth, cost } => {
                length("the responses", responded.len(), rows)?;
                let hits = responded.iter().filter(|hit| **hit).count();
                let found = hits.min(rows - hits);
                if found < LEAST_OUTCOMES {
                    let (what, least) = ("rows of either outcome", LEAST_OUTCOMES);
                    return Err(Error::TooFew { what, found, least });
                }
                if fits(worth) && fits(cost) && *worth > 0.0 { Ok(()) } else { range }
            }
            Self::Gained(money) => {
                length("the money", money.len(), rows)?;
                if money.iter().all(fits) { Ok(()) } else { range }
            }
        }
    }

    /// What acting on a row brought.
    pub(super) fn of(&self, row: usize) -> f64 {
        match self {
            Self::Response { responded, worth, cost } => {
                if responded[row] {
                    worth - cost
                } else {
                    -cost
                }
            }
            Self::Gained(money) => money[row],
        }
    }

    /// What one unit of the modelled outcome is worth, and what acting costs beside it.
    pub(super) fn terms(&self) -> (f64, f64) {
        match self {
            Self::Response { worth, cost, .. } => (*worth, *cost),
            Self::Gained(_) => (1.0, 0.0),
        }
    }
}

/// Batches numbered from 0 in the order of their names.
fn numbered(batch: &[u32]) -> Vec<u32> {
    let mut names = batch.to_vec();
    names.sort_unstable();
    names.dedup();
    batch.iter().map(|name| names.partition_point(|other| other < name) as u32).collect()
}

/// Slices of about equally many rows, equal times together.
fn sliced(time: &[i64], slices: usize) -> Vec<u16> {
    let mut sorted = time.to_vec();
    sorted.sort_unstable();
    let first = |slice: usize| sorted[slice * sorted.len() / slices];
    let mut firsts: Vec<i64> = (1..slices).map(first).filter(|at| *at > sorted[0]).collect();
    firsts.dedup();
    time.iter().map(|at| firsts.partition_point(|first| first <= at) as u16).collect()
}
