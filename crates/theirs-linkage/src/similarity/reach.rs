//! What two texts must have in common to be as similar as that, by their lengths.
//!
//! Most pairs end at this question. It is a table, made once for each similarity; asked of many
//! pairs at once it is a formula without a branch, which a processor works out for several pairs
//! in one step.

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
            #[expect(clippy::cast_possible_truncation, reason = "lengths are below 32")]
            let lengths = [left as u32, right as u32];
            common[at % 2][left][right] = letters(least, lengths, at % 2 == 1);
            at += 1;
        }
        Self { least, common }
    }

    /// Whether the two texts of each pair may be so similar, as `Sketch::may_reach` tells: 1 or 0.
    pub(crate) fn of_all(&self, pairs: impl Iterator<Item = [Sketch; 2]>) -> Vec<u32> {
        let three_jaro = [false, true].map(|start_alike| three_jaro(self.least, start_alike));
        let of_pair = |[left, right]: [Sketch; 2]| {
            let lengths = [left.length(), right.length()];
            let [here, there] = left.lacking_bits(right).map(ones);
            // What is long may lack more than its length; then anything holds.
            let common = lengths[0].wrapping_sub(here).min(lengths[1].wrapping_sub(there));
            let start_alike = left.differing_starts(right) == 0;
            let three_jaro = if start_alike { three_jaro[1] } else { three_jaro[0] };
            let is_long = lengths[0].max(lengths[1]) == Sketch::LONG;
            u32::from(is_long | are_enough(common, lengths, three_jaro))
        };
        pairs.map(of_pair).collect()
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

/// How many bits are set, without the instruction that not every processor has.
fn ones(bits: u32) -> u32 {
    let pairs = bits - (bits >> 1 & 0x5555_5555);
    let nibbles = (pairs & 0x3333_3333) + (pairs >> 2 & 0x3333_3333);
    let bytes = (nibbles + (nibbles >> 4)) & 0x0f0f_0f0f;
    let halves = bytes + (bytes >> 8);
    (halves + (halves >> 16)) & 0xff
}

/// Three times the least Jaro similarity of two such texts.
///
/// With j the Jaro similarity without any transposition: j + .4 (1 - j) ≥ least, and j ≥ least
/// where the first bytes differ.
const fn three_jaro(least: f32, start_alike: bool) -> f32 {
    let bonus = if start_alike { 0.4 } else { 0.0 };
    3.0 * (least - bonus) / (1.0 - bonus) - 1e-4
}

/// Whether so many letters in common are enough for texts of these lengths.
const fn are_enough(common: u32, [left, right]: [u32; 2], three_jaro: f32) -> bool {
    let (sum, product) = (real(left + right), real(left * right));
    real(common) * sum + product >= three_jaro * product
}

/// A length or a product of two.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "lengths are below 32, their products below 2^10, and what is signed is faster"
)]
const fn real(number: u32) -> f32 {
    number as i32 as f32
}

/// The least number of letters in common with which two texts may be so similar.
#[expect(clippy::cast_possible_truncation, reason = "lengths are below 32")]
const fn letters(least: f32, lengths: [u32; 2], start_alike: bool) -> u8 {
    let mut common = 0;
    while common < LENGTHS as u32 && !are_enough(common, lengths, three_jaro(least, start_alike)) {
        common += 1;
    }
    common as u8
}

impl fmt::Debug for Reach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Reach").field(&self.least).finish()
    }
}
