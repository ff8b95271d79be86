//! Which pairs cannot matter, whatever their texts say.
//!
//! The weight of a pair is m less the likelier of relatives and strangers, so it is at most m less
//! either; both differences are sums over the comparisons, and each summand is at most what the
//! levels that are still open allow. Two records are kin only with a contact in common. What fails
//! both tests is left out before a text is read. The true level is always open, so nothing that
//! matters is left out.

use super::FLOOR;
use crate::comparison::{Comparison, Level, Levels, Outlook};
use crate::estimate::{Likelihood, Weights};
use crate::frequency::MAX_BITS;
use crate::kin::Kinship;

/// Room for the rounding of numbers and sums.
const ROUNDING: f32 = 1e-2;

/// The most that pairs may weigh, by their outlooks.
pub(crate) struct Bound {
    start: Most,
    /// Per comparison and outlook.
    most: Vec<Vec<Most>>,
    /// The least weight of a link.
    least: f32,
}

/// The most that one comparison, or all of them, may add: for a match against relatives and against
/// strangers, for relatives against strangers, and how often the two may share a contact. Four
/// numbers are added as fast as one.
type Most = [f32; 4];

impl Bound {
    pub(super) fn new(comparisons: &[Comparison], weights: &Weights, kinship: &Kinship) -> Self {
        let of_kin = kinship.weights().map(Weights::start);
        let start = between(weights.start(), of_kin, false);
        let of_comparison = |(at, comparison): (usize, &Comparison)| {
            let of_levels = |open: Levels| most(at, comparison, open, weights, kinship);
            comparison.levels_open().into_iter().map(of_levels).collect()
        };
        let most = comparisons.iter().enumerate().map(of_comparison).collect();
        let least = (FLOOR / (1.0 - FLOOR)).log2() - weights.prior;
        Self { start, most, least: single(least) - ROUNDING }
    }

    /// Unmarks the pairs that can be neither a link nor kin, by their outlooks in each comparison.
    pub(super) fn rule_out(&self, outlooks: &[Vec<Outlook>], may_matter: &mut [bool]) {
        for (at, may_matter) in may_matter.iter_mut().enumerate() {
            let mut sum = self.start;
            for (most, outlooks) in self.most.iter().zip(outlooks) {
                let most = &most[usize::from(outlooks[at])];
                sum = [0, 1, 2, 3].map(|at| sum[at] + most[at]);
            }
            let [over_relatives, over_strangers, kin, contacts] = sum;
            // What is no number decides nothing.
            let cannot_be_link = over_relatives < self.least || over_strangers < self.least;
            let cannot_be_kin = contacts == 0.0 || kin < -ROUNDING;
            *may_matter = !(cannot_be_link && cannot_be_kin);
        }
    }
}

/// The most that one comparison may add when only these levels are open.
fn most(
    at: usize,
    comparison: &Comparison,
    open: Levels,
    weights: &Weights,
    kinship: &Kinship,
) -> Most {
    let levels = open.iter().filter(|&level| usize::from(level) <= comparison.levels().len());
    let of_level = |level: Level| {
        let number = usize::from(level).checked_sub(1);
        let parts = number.map_or(0, |number| comparison.levels()[number].rarity.len());
        let bits = MAX_BITS * f64::from(u32::try_from(parts).unwrap_or(u32::MAX));
        let added = |weights: &Weights| weights.of_level(at, level).with_rarity(bits);
        let may_share = comparison.may_share_a_contact(level);
        between(added(weights), kinship.weights().map(added), may_share)
    };
    levels.map(of_level).reduce(or).unwrap_or_default()
}

fn between(matched: Likelihood, kin: Option<Likelihood>, may_share_a_contact: bool) -> Most {
    [
        single(matched.matches - matched.relatives),
        single(matched.matches - matched.strangers),
        kin.map_or(f32::NEG_INFINITY, |kin| single(kin.relatives - kin.strangers)),
        f32::from(u8::from(may_share_a_contact)),
    ]
}

/// The more of either; what is no number stays.
fn or(one: Most, other: Most) -> Most {
    let more = |one: f32, other: f32| if one >= other || one.is_nan() { one } else { other };
    [0, 1, 2, 3].map(|at| more(one[at], other[at]))
}

/// A number in fewer digits, which `ROUNDING` leaves room for.
#[expect(clippy::cast_possible_truncation, reason = "weights are small, and need few digits")]
fn single(number: f64) -> f32 {
    number as f32
}
