//! What two texts must have in common to be as similar as that, by their lengths.
//!
//! It is a table, made once for each similarity, because most pairs end at this question.

use std::fmt;

use super::Sketch;

/// The lengths that a sketch tells apart.
const LENGTHS: usize = Sketch::LONG as usize + 1;

/// A Jaro-Winkler similarity, and how many letters it takes.
#[derive(Clone)]
pub(crate) struct Reach {
    least: f32,
    /// By whether the texts start alike, and by their lengths.
    common: [[[u8; LENGTHS]; LENGTHS]; 2],
}

impl Reach {
    /// Counts the letters for all lengths.
    pub(crate) const fn new(least: f32) -> Self {
        let mut common = [[[0; LENGTHS]; LENGTHS]; 2];
        let mut at = 0;
        // Texts of the last length are left at 0: they have no bound.
        while at < 2 * (LENGTHS - 1) * (LENGTHS - 1) {
            let (left, right) = (at / 2 % (LENGTHS - 1), at / 2 / (LENGTHS - 1));
            common[at % 2][left][right] = letters(least, left, right, at % 2 == 1);
            at += 1;
        }
        Self { least, common }
    }

    /// The similarity.
    pub(crate) fn least(&self) -> f32 {
        self.least
    }

    /// The letters that texts of these lengths must have in common.
    pub(super) fn least_common(&self, [left, right]: [u32; 2], start_alike: bool) -> u32 {
        self.common[usize::from(start_alike)][left as usize % LENGTHS][right as usize % LENGTHS]
            .into()
    }
}

/// The least number of letters in common with which two texts may be so similar.
///
/// With j the Jaro similarity without any transposition: j + .4 (1 - j) ≥ least, and j ≥ least
/// where the first bytes differ.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "lengths are below 32, their products below 2^10"
)]
const fn letters(least: f32, left: usize, right: usize, start_alike: bool) -> u8 {
    let bonus = if start_alike { 0.4 } else { 0.0 };
    let least_jaro = (least - bonus) / (1.0 - bonus);
    let (sum, product) = ((left + right) as f32, (left * right) as f32);
    let mut common = 0;
    while common < LENGTHS && (common as f32) * sum + product < (3.0 * least_jaro - 1e-4) * product
    {
        common += 1;
    }
    common as u8
}

impl fmt::Debug for Reach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Reach").field(&self.least).finish()
    }
}
