//! How many pairs have which weight: the picture in which matches and others part.

use serde::{Deserialize, Serialize};

use crate::resolve::Link;

/// How many bins there are.
const BINS: usize = 40;

/// A histogram of the weights of all pairs that could matter, in bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spectrum {
    /// The weight at which the first bin starts, just below the least probable pair that is kept.
    pub from: f64,
    /// The width of each bin.
    pub width: f64,
    /// The number of pairs in each bin; the last one holds all heavier pairs too.
    pub pairs: Vec<u64>,
}

impl Default for Spectrum {
    fn default() -> Self {
        Self { from: -7.0, width: 1.0, pairs: vec![0; BINS] }
    }
}

impl Spectrum {
    pub(crate) fn note_all(&mut self, links: &[Link]) {
        for link in links {
            self.note(link.weight);
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is no bin is clamped to the outer ones"
    )]
    fn note(&mut self, weight: f64) {
        let bin = ((weight - self.from) / self.width) as usize;
        self.pairs[bin.min(BINS - 1)] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_weight_falls_into_its_bin_and_the_extremes_into_the_outer_ones() {
        let mut spectrum = Spectrum::default();
        for weight in [-6.6, -6.0, -5.5, 0.0, 31.9, 32.0, 90.0, f64::INFINITY] {
            spectrum.note(weight);
        }
        let filled = spectrum.pairs.iter().enumerate().filter(|(_, pairs)| **pairs > 0);
        let filled: Vec<(usize, u64)> = filled.map(|(bin, &pairs)| (bin, pairs)).collect();
        assert_eq!(filled, [(0, 1), (1, 2), (7, 1), (38, 1), (39, 3)]);
    }
}
