//! The sums of each fold: what cross-validation and cross-fitting need, from one pass.
//!
//! The sums without a fold are those of all less its own, exactly, so leaving folds out costs no
//! further pass over rows, and whoever holds the folds' sums can do it alone. Price: a fold more is
//! a set of sums more to keep.

use serde::{Deserialize, Serialize};

use crate::gram::{Gram, Rows, check_lengths, length};
use crate::sheet::Sheet;
use crate::{Error, Folds};

/// The sums of each fold, and of all: what cross-validation and cross-fitting need, from one pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldedGram {
    folds: Vec<Gram>,
    total: Gram,
}

impl FoldedGram {
    /// Sums over the rows of each fold.
    ///
    /// # Errors
    ///
    /// As [`Gram::of`].
    pub fn of(sheet: &Sheet, folds: &Folds, rows: Rows<'_>) -> Result<Self, Error> {
        length("the folds", folds.of().len(), sheet.rows())?;
        check_lengths(sheet, rows)?;
        let fold = |fold: u8| {
            let within = folds.within(fold);
            let pick = |values: &[f64]| -> Vec<f64> {
                within.iter().map(|row| values[*row as usize]).collect()
            };
            let (target, weight) = (pick(rows.target), rows.weight.map(pick));
            let rows = Rows { target: &target, weight: weight.as_deref() };
            Gram::of(&sheet.only(&within), rows)
        };
        Self::from_folds((0..folds.count()).map(fold).collect::<Result<_, _>>()?)
    }

    /// Puts the sums of folds together, wherever they were summed.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if they are of different columns, [`Error::TooFew`] below two folds.
    pub fn from_folds(folds: Vec<Gram>) -> Result<Self, Error> {
        let [first, _, ..] = &folds[..] else {
            return Err(Error::TooFew { what: "folds", found: folds.len(), least: 2 });
        };
        let mut total = Gram::empty(first.shapes());
        for fold in &folds {
            total.add(fold)?;
        }
        Ok(Self { folds, total })
    }

    /// The sums of all folds.
    pub fn total(&self) -> &Gram {
        &self.total
    }

    /// The sums of each fold.
    pub fn folds(&self) -> &[Gram] {
        &self.folds
    }

    /// The sums of all folds but one.
    ///
    /// # Errors
    ///
    /// None in practice: the folds are of the same columns.
    pub fn without(&self, fold: usize) -> Result<Gram, Error> {
        self.total.without(&self.folds[fold])
    }

    /// As [`Gram::coarser`], fold by fold.
    #[must_use]
    pub fn coarser(&self, levels: &[u8]) -> Self {
        let folds = self.folds.iter().map(|fold| fold.coarser(levels)).collect();
        Self { folds, total: self.total.coarser(levels) }
    }

    /// As [`Gram::select`], fold by fold.
    #[must_use]
    pub fn select(&self, columns: &[usize]) -> Self {
        let folds = self.folds.iter().map(|fold| fold.select(columns)).collect();
        Self { folds, total: self.total.select(columns) }
    }
}
