//! What would have been decided if one thing about a person were different.
//!
//! Every answer is a score worked out again by the model itself, never an approximation of it, so
//! what a person is told is what would happen. The smallest change is looked for one column at a
//! time, in ranks: half the people between is a larger step than a tenth. Price: what only two
//! changes together would do is not found.

use serde::{Deserialize, Serialize};

use crate::additive::Additive;
use crate::effect::Effect;
use crate::penalty::{Scale, Shape};

/// One changed column, and what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The position of the column.
    pub column: usize,
    /// The bin it is changed to.
    pub bin: u8,
    /// How far that is: the share of the column's bins in between, 1 where bins have no order.
    pub distance: f64,
    /// The score then.
    pub score: f64,
}

impl Additive {
    /// The score if a column had another bin.
    pub fn what_if(&self, bins: &[u8], column: usize, bin: u8) -> f64 {
        self.score(&changed(bins, column, bin))
    }

    /// The smallest change of one column that takes the score to the other side of a threshold (a
    /// score over the threshold is a yes). Of equally small ones that which goes furthest. Becoming
    /// unknown ("missing") is not a change that anybody could make.
    pub fn smallest_flip(&self, bins: &[u8], threshold: f64) -> Option<Change> {
        let shapes: Vec<&Shape> = self.shapes().take(self.columns()).collect();
        smallest_flip(&shapes, bins, threshold, |bins| self.score(bins))
    }
}

impl Effect {
    /// The effect if a column had another bin.
    pub fn what_if(&self, bins: &[u8], column: usize, bin: u8) -> f64 {
        self.score(&changed(bins, column, bin))
    }

    /// As [`Additive::smallest_flip`]; the threshold is what treating one person costs over what an
    /// outcome is worth.
    pub fn smallest_flip(&self, bins: &[u8], threshold: f64) -> Option<Change> {
        let shapes: Vec<&Shape> = self.shapes().collect();
        smallest_flip(&shapes, bins, threshold, |bins| self.score(bins))
    }
}

fn changed(bins: &[u8], column: usize, bin: u8) -> Vec<u8> {
    let mut changed = bins.to_vec();
    if let Some(place) = changed.get_mut(column) {
        *place = bin;
    }
    changed
}

fn smallest_flip(
    shapes: &[&Shape],
    bins: &[u8],
    threshold: f64,
    score: impl Fn(&[u8]) -> f64,
) -> Option<Change> {
    let is_yes = score(bins) > threshold;
    let mut smallest: Option<Change> = None;
    for (column, (shape, from)) in shapes.iter().zip(bins).enumerate() {
        for bin in (1..shape.bins).map(|bin| bin as u8).filter(|bin| bin != from) {
            let score = score(&changed(bins, column, bin));
            let change = Change { column, bin, distance: distance(shape, *from, bin), score };
            let flips = (score > threshold) != is_yes;
            if flips && smallest.is_none_or(|other| change.is_before(&other, threshold)) {
                smallest = Some(change);
            }
        }
    }
    smallest
}

impl Change {
    /// Whether it is nearer than another, or as near and goes further beyond the threshold.
    fn is_before(&self, other: &Self, threshold: f64) -> bool {
        let beyond = |change: &Self| (change.score - threshold).abs();
        let nearer = self.distance.total_cmp(&other.distance);
        nearer.then(beyond(other).total_cmp(&beyond(self))).is_lt()
    }
}

fn distance(shape: &Shape, from: u8, to: u8) -> f64 {
    match shape.scale {
        Scale::Ordered if from > 0 => f64::from(from.abs_diff(to)) / (shape.bins - 1) as f64,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::additive::{Link, Term};

    fn model() -> Additive {
        let term = |name: &str, scale, effects: &[f64]| Term {
            shape: Shape {
                name: name.to_owned(),
                block: "b".to_owned(),
                scale,
                bins: effects.len(),
            },
            crossing: None,
            effects: effects.to_vec(),
        };
        Additive {
            link: Link::Identity,
            intercept: 0.1,
            terms: vec![
                term("orders", Scale::Ordered, &[0.0, -1.0, -0.5, 0.2, 0.9]),
                term("city", Scale::Nominal, &[0.0, 0.0, 2.0, -2.0]),
            ],
        }
    }

    #[test]
    fn every_if_is_what_scoring_again_says() {
        let model = model();
        for column in 0..2 {
            for bin in 0..4 {
                let mut bins = [2, 1];
                bins[column] = bin;
                let again = model.score(&bins);
                assert!((model.what_if(&[2, 1], column, bin) - again).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_nearest_bin_that_flips_is_found_and_flips() {
        let change = model().smallest_flip(&[1, 1], 0.0).unwrap();
        assert_eq!((change.column, change.bin), (0, 3));
        assert!(change.score > 0.0 && model().score(&[1, 1]) < 0.0);
        let back = model().smallest_flip(&[4, 1], 0.0).unwrap();
        assert_eq!((back.column, back.bin), (0, 2));
    }

    #[test]
    fn where_one_change_is_not_enough_none_is_told() {
        assert!(model().smallest_flip(&[1, 1], 50.0).is_none());
    }
}
