//! The model: an intercept and one number per bin of each column.
//!
//! A score is the intercept plus one effect per column, so it is its own explanation: nothing is
//! approximated, and what would change it is found by scoring again. The effects of a column have
//! mean zero over the rows it was fitted on. Price: what two columns say only together needs a
//! crossing of its own, whose effect is shared equally between them.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::gram::unlike;
use crate::merging::Merging;
use crate::pair::Crossing;
use crate::penalty::Shape;
use crate::sheet::Sheet;

/// What the score stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// The expected target itself.
    Identity,
    /// The logarithm of the odds.
    Logit,
}

/// An additive model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Additive {
    /// What the score stands for.
    pub link: Link,
    /// The score of a row whose every effect is zero.
    pub intercept: f64,
    /// One term per column, in the order of the sheet, then the crossings.
    pub terms: Vec<Term>,
}

/// What one column, or a crossing of two, adds to the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The name and the bins.
    pub shape: Shape,
    /// The two columns, if it is a crossing.
    pub crossing: Option<Crossing>,
    /// The effect of each bin.
    pub effects: Vec<f64>,
}

impl Additive {
    /// The score of each row.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] if the sheet has other columns than the model.
    pub fn scores(&self, sheet: &Sheet) -> Result<Vec<f64>, Error> {
        self.check(sheet)?;
        let mut scores = vec![self.intercept; sheet.rows()];
        for (column, term) in self.terms.iter().enumerate() {
            let crossed = term.crossing.as_ref().map(|crossing| crossing.column(sheet));
            let codes = crossed.as_ref().unwrap_or_else(|| &sheet.columns()[column]).codes();
            for (score, code) in scores.iter_mut().zip(codes) {
                *score += term.effects[usize::from(*code)];
            }
        }
        Ok(scores)
    }

    /// What the model predicts for each row: the expected target, for [`Link::Logit`] the
    /// probability.
    ///
    /// # Errors
    ///
    /// As [`Additive::scores`].
    pub fn predict(&self, sheet: &Sheet) -> Result<Vec<f64>, Error> {
        let mut scores = self.scores(sheet)?;
        for score in &mut scores {
            *score = self.predicted(*score);
        }
        Ok(scores)
    }

    /// What a score predicts.
    pub fn predicted(&self, score: f64) -> f64 {
        match self.link {
            Link::Identity => score,
            Link::Logit => sigmoid(score),
        }
    }

    /// The score of one row, given by the bin of each column of the sheet. A bin that the model
    /// does not know adds nothing.
    pub fn score(&self, bins: &[u8]) -> f64 {
        self.terms
            .iter()
            .enumerate()
            .fold(self.intercept, |score, (column, term)| score + term.effect(column, bins))
    }

    /// What each column of the sheet adds to the score of one row. The intercept plus these is the
    /// score, but for rounding (under 1e-9). Crossings are shared equally by their two columns.
    pub fn contributions(&self, bins: &[u8]) -> Vec<f64> {
        let mut shares = vec![0.0; self.columns()];
        for (column, term) in self.terms.iter().enumerate() {
            let effect = term.effect(column, bins);
            match &term.crossing {
                None => shares[column] += effect,
                Some(crossing) => {
                    shares[crossing.columns.0] += effect / 2.0;
                    shares[crossing.columns.1] += effect / 2.0;
                }
            }
        }
        shares
    }

    /// How many columns of a sheet the model looks at, crossings not counted.
    pub fn columns(&self) -> usize {
        self.terms.iter().filter(|term| term.crossing.is_none()).count()
    }

    /// The model of a crossed sheet, its last terms told to be these crossings.
    pub(crate) fn with_crossings(mut self, crossings: &[Crossing]) -> Self {
        let plain = self.terms.len() - crossings.len();
        for (term, crossing) in self.terms[plain..].iter_mut().zip(crossings) {
            term.crossing = Some(crossing.clone());
        }
        self
    }

    /// The model of merged bins as one of the bins that were merged.
    pub(crate) fn refined(&self, shapes: &[Shape], merging: &Merging) -> Self {
        let numbered = self.terms.iter().zip(shapes.iter().zip(&merging.maps));
        let term = |(term, (shape, map)): (&Term, (&Shape, &Vec<u8>))| {
            let effects = map.iter().map(|bin| term.effects[usize::from(*bin)]).collect();
            Term { shape: shape.clone(), crossing: None, effects }
        };
        let mut terms: Vec<Term> = numbered.map(term).collect();
        let crossed = self.terms.iter().filter_map(|term| {
            let crossing = term.crossing.as_ref()?.refined(&merging.maps);
            Some(Term { crossing: Some(crossing), ..term.clone() })
        });
        terms.extend(crossed);
        Self { link: self.link, intercept: self.intercept, terms }
    }

    /// The shapes of all terms.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        self.terms.iter().map(|term| &term.shape)
    }

    fn check(&self, sheet: &Sheet) -> Result<(), Error> {
        let own: Vec<Shape> = self.shapes().take(self.columns()).cloned().collect();
        match unlike(&own, &sheet.shapes()) {
            Some(column) => Err(Error::Shape { column }),
            None => Ok(()),
        }
    }
}

impl Term {
    /// The effect for one row; nothing for a bin that is not known.
    fn effect(&self, column: usize, bins: &[u8]) -> f64 {
        let bin = |column: usize| bins.get(column).copied().unwrap_or(0);
        let place = match &self.crossing {
            None => bin(column),
            Some(crossing) => crossing.code(bin(crossing.columns.0), bin(crossing.columns.1)),
        };
        self.effects.get(usize::from(place)).copied().unwrap_or(0.0)
    }
}

/// The probability for a logarithm of odds.
pub(crate) fn sigmoid(score: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-score))
}
