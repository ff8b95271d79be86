//! What the caller says otherwise: which pairs to compare, by which levels, and shares not to learn.
//!
//! All else is derived from the fields. The words are those of Splink. Overrides are part of a
//! model, because its weights mean nothing under others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is not derived and not learnt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overrides {
    /// The probability that two records taken at random are one person's.
    pub probability_two_random_records_match: Option<f64>,
    /// Which pairs are compared; empty for the derived rules.
    pub blocking_rules: Vec<BlockingRule>,
    /// By the name of a comparison: `name`, `address`, or that of a field.
    pub comparisons: BTreeMap<String, ComparisonOverride>,
}

/// Which pairs are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockingRule {
    /// Those of all rules that are derived from the fields.
    Derived,
    /// Those that agree in all of these.
    BlockOn(Vec<BlockingPart>),
}

/// What two records must agree in to be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockingPart {
    /// The name of a field.
    pub field: String,
    /// What of its standardised value.
    pub of: PartOf,
}

/// A part of a standardised value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartOf {
    /// All of it.
    Whole,
    /// So many of its first bytes; shorter values are in no block.
    First(usize),
    /// Its Soundex, for a family or given name.
    Sound,
}

/// How a comparison departs from what is derived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonOverride {
    /// Whether agreement on a rare value says more than on a common one.
    pub term_frequency_adjustments: bool,
    /// The levels below full agreement and above difference, best first; `None` for the derived.
    /// A comparison of several fields (name, address) keeps its own.
    pub levels: Option<Vec<Measure>>,
    /// Shares that are not learnt, by the number of the level, from 1 on.
    pub fixed: BTreeMap<usize, Fixed>,
    /// For the name: from which Jaro-Winkler similarities a part is nearly the same, and alike.
    pub near_and_alike: Option<[f32; 2]>,
}

impl Default for ComparisonOverride {
    fn default() -> Self {
        let fixed = BTreeMap::new();
        Self { term_frequency_adjustments: true, levels: None, fixed, near_and_alike: None }
    }
}

/// The shares of one level that are not learnt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fixed {
    /// Its share among matches.
    pub m: Option<f64>,
    /// Its share among all other pairs that are compared.
    pub u: Option<f64>,
}

impl Fixed {
    /// Whether all is learnt.
    pub fn is_none(&self) -> bool {
        self.m.is_none() && self.u.is_none()
    }

    /// Says which of the two are set: `m set by the charter`.
    pub fn words(&self) -> Option<&'static str> {
        match (self.m, self.u) {
            (None, None) => None,
            (Some(_), None) => Some("m set by the charter"),
            (None, Some(_)) => Some("u set by the charter"),
            (Some(_), Some(_)) => Some("m and u set by the charter"),
        }
    }
}

/// When two values that differ come out at a level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// Their Jaro-Winkler similarity is this or more.
    JaroWinkler(f32),
    /// So many insertions, deletions and replacements of a byte, or fewer, make them the same.
    Levenshtein(usize),
    /// The same, a swap of two neighbours counted as one.
    DamerauLevenshtein(usize),
    /// They are dates and so many days, or fewer, apart.
    Days(u32),
}

#[cfg(test)]
mod tests;
