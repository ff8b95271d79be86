//! What is expected of each person without the block, by models that never saw them.
//!
//! People are dealt to folds by household; with time there are slices too, and a cell is one fold
//! in one slice. The model for a cell learns from other folds in earlier slices only. Smoothing is
//! chosen once on all rows: it is a handful of numbers, far too few to carry one person's outcome
//! into their own prediction. Price: the first slice of time is learnt from and never judged.

use super::trial::{ClosedTrial, Payoff};
use super::verdict::Settings;
use crate::additive::Additive;
use crate::gram::{Gram, Rows};
use crate::sheet::Sheet;
use crate::squared::Smoothing;
use crate::{Error, Folds};

/// Who learns from whom.
#[derive(Clone)]
pub(super) struct Layout {
    /// The cell of each row.
    pub cell: Vec<u16>,
    /// Per cell, which cells it is judged by.
    pub trains: Vec<Vec<bool>>,
}

/// What is expected of each row; of one that nobody was trained for, nothing.
pub(super) struct Inside {
    pub expected: Vec<Option<f64>>,
}

/// How many folds there are without time and with it.
const FOLDS: u8 = 10;
const FOLDS_IN_TIME: u8 = 5;

/// From how many rows on a model is learnt.
const LEAST: usize = 50;

impl Layout {
    /// As many deals as the settings ask for.
    pub fn deals(trial: &ClosedTrial, settings: &Settings) -> Vec<Self> {
        let deal = |salt: u64| Self::new(trial, settings.seed.wrapping_add(salt));
        (0..u64::from(settings.deals)).map(deal).collect()
    }

    fn new(trial: &ClosedTrial, salt: u64) -> Self {
        let (folds, slices) = match &trial.slice {
            Some(slice) => (FOLDS_IN_TIME, slice.iter().max().map_or(1, |last| last + 1)),
            None => (FOLDS, 1),
        };
        let keys = trial.keys.iter().map(|key| key.to_le_bytes());
        // Their number is within bounds, so dealing cannot fail.
        let dealt = Folds::by_key(keys, folds, salt);
        let fold = dealt.map_or_else(|_| vec![0; trial.keys.len()], |dealt| dealt.of().to_vec());
        let slice = |row: usize| trial.slice.as_ref().map_or(0, |slice| slice[row]);
        let wide = u16::from(folds);
        let cell = (0..fold.len()).map(|row| slice(row) * wide + u16::from(fold[row])).collect();
        let earlier = |one: u16, other: u16| trial.slice.is_none() || other / wide < one / wide;
        let learns = |one: u16| {
            let all = 0..wide * slices;
            all.map(|other| other % wide != one % wide && earlier(one, other)).collect()
        };
        Self { cell, trains: (0..wide * slices).map(learns).collect() }
    }

    /// The rows that a cell learns from, ascending.
    fn training(&self, cell: usize) -> Vec<u32> {
        self.rows(|other| self.trains[cell][other])
    }

    fn rows(&self, wanted: impl Fn(usize) -> bool) -> Vec<u32> {
        let numbered = self.cell.iter().enumerate();
        let kept = numbered.filter(|(_, cell)| wanted(usize::from(**cell)));
        kept.map(|(row, _)| row as u32).collect()
    }
}

impl Inside {
    /// Chooses the smoothing of the other columns.
    pub fn smoothing(trial: &ClosedTrial, beside: &Sheet) -> Result<Smoothing, Error> {
        let all: Vec<u32> = (0..beside.rows() as u32).collect();
        let fitted = Fitted::on(trial, beside, &all, &Smoothing::Automatic)?;
        Ok(Smoothing::Fixed(fitted.smoothing))
    }

    /// Fits the model of each cell and predicts its rows.
    pub fn fit(
        trial: &ClosedTrial,
        beside: &Sheet,
        layout: &Layout,
        smoothing: &Smoothing,
    ) -> Result<Self, Error> {
        let mut expected = vec![None; beside.rows()];
        for cell in 0..layout.trains.len() {
            let rows = layout.training(cell);
            let own = layout.rows(|other| other == cell);
            if rows.len() < LEAST || own.is_empty() {
                continue;
            }
            let fitted = Fitted::on(trial, beside, &rows, smoothing)?;
            for (row, value) in own.iter().zip(fitted.predict(&beside.only(&own))?) {
                expected[*row as usize] = Some(value);
            }
        }
        Ok(Self { expected })
    }
}

/// A model of the other columns; the mean where there are none, or where all outcomes are alike.
struct Fitted {
    model: Option<Additive>,
    mean: f64,
    smoothing: Vec<f64>,
}

impl Fitted {
    fn on(
        trial: &ClosedTrial,
        beside: &Sheet,
        rows: &[u32],
        smoothing: &Smoothing,
    ) -> Result<Self, Error> {
        let some = beside.only(rows);
        let none = some.columns().is_empty();
        let (fit, mean) = match &trial.payoff {
            Payoff::Response { responded, .. } => {
                let outcome: Vec<bool> = rows.iter().map(|row| responded[*row as usize]).collect();
                let hits = outcome.iter().filter(|hit| **hit).count();
                let alike = none || hits == 0 || hits == outcome.len();
                let fit = (!alike).then(|| some.fit_logistic(&outcome, smoothing)).transpose()?;
                (fit, (hits as f64 + 0.5) / (outcome.len() as f64 + 1.0))
            }
            Payoff::Gained(money) => {
                let target: Vec<f64> = rows.iter().map(|row| money[*row as usize]).collect();
                let sums = || Gram::of(&some, Rows { target: &target, weight: None });
                let fit = (!none).then(|| sums()?.fit(smoothing)).transpose()?;
                (fit, target.iter().sum::<f64>() / target.len() as f64)
            }
        };
        let smoothing = fit.as_ref().map_or_else(Vec::new, |fit| fit.smoothing.clone());
        Ok(Self { model: fit.map(|fit| fit.model), mean, smoothing })
    }

    fn predict(&self, sheet: &Sheet) -> Result<Vec<f64>, Error> {
        match &self.model {
            Some(model) => model.predict(sheet),
            None => Ok(vec![self.mean; sheet.rows()]),
        }
    }
}
