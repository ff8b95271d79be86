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

/// Room for the rounding of sums.
const ROUNDING: f64 = 1e-3;

/// The most that pairs may weigh, by their outlooks.
pub(crate) struct Bound {
    start: Most,
    /// Per comparison and outlook.
    most: Vec<Vec<Most>>,
    /// The least weight of a link.
    least: f64,
}

/// The most that one comparison, or all of them, may add.
#[derive(Clone, Copy, Debug, Default)]
struct Most {
    /// For a match, against relatives.
    over_relatives: f64,
    /// For a match, against strangers.
    over_strangers: f64,
    /// For relatives, against strangers.
    kin: f64,
    may_share_a_contact: bool,
}

impl Bound {
    pub(super) fn new(comparisons: &[Comparison], weights: &Weights, kinship: &Kinship) -> Self {
        let of_kin = kinship.weights().map(Weights::start);
        let start = Most::between(weights.start(), of_kin);
        let of_comparison = |(at, comparison): (usize, &Comparison)| {
            let of_levels = |open: Levels| most(at, comparison, open, weights, kinship);
            comparison.levels_open().into_iter().map(of_levels).collect()
        };
        let most = comparisons.iter().enumerate().map(of_comparison).collect();
        let least = (FLOOR / (1.0 - FLOOR)).log2() - weights.prior - ROUNDING;
        Self { start, most, least }
    }

    /// Unmarks the pairs that can be neither a link nor kin, by their outlooks in each comparison.
    pub(super) fn rule_out(&self, outlooks: &[Vec<Outlook>], may_matter: &mut [bool]) {
        for (at, may_matter) in may_matter.iter_mut().enumerate() {
            let mut sum = self.start;
            for (most, outlooks) in self.most.iter().zip(outlooks) {
                sum.add(&most[usize::from(outlooks[at])]);
            }
            // What is no number decides nothing.
            let cannot_be_link = sum.over_relatives < self.least || sum.over_strangers < self.least;
            let cannot_be_kin = !sum.may_share_a_contact || sum.kin < -ROUNDING;
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
        Most {
            may_share_a_contact: comparison.may_share_a_contact(level),
            ..Most::between(added(weights), kinship.weights().map(added))
        }
    };
    levels.map(of_level).reduce(Most::or).unwrap_or_default()
}

impl Most {
    fn between(matched: Likelihood, kin: Option<Likelihood>) -> Self {
        Self {
            over_relatives: matched.matches - matched.relatives,
            over_strangers: matched.matches - matched.strangers,
            kin: kin.map_or(f64::NEG_INFINITY, |kin| kin.relatives - kin.strangers),
            may_share_a_contact: false,
        }
    }

    fn add(&mut self, other: &Self) {
        self.over_relatives += other.over_relatives;
        self.over_strangers += other.over_strangers;
        self.kin += other.kin;
        self.may_share_a_contact |= other.may_share_a_contact;
    }

    /// The more of either; what is no number stays.
    fn or(self, other: Self) -> Self {
        let more = |one: f64, other: f64| if one >= other || one.is_nan() { one } else { other };
        Self {
            over_relatives: more(self.over_relatives, other.over_relatives),
            over_strangers: more(self.over_strangers, other.over_strangers),
            kin: more(self.kin, other.kin),
            may_share_a_contact: self.may_share_a_contact || other.may_share_a_contact,
        }
    }
}
