//! The pairs that weights are learnt from when there are too many records to count all pairs.
//!
//! A large data set is searched more narrowly than a small one, and narrow blocks hold fewer
//! strangers. So that the weights do not depend on how narrowly was searched, they are learnt from
//! the pairs of some records, chosen by the hash of their index, in blocks as wide as those of a
//! small data set.

use super::sort::Keyed;
use crate::digest::mix;

/// Below so many records weights are learnt from all,
const MOST_WHOLE: usize = 100_000;
/// and from the pairs of about so many of them otherwise.
const ENOUGH_RECORDS: u64 = 16_000;

/// Some records, and the pairs they make.
pub(crate) struct Sample {
    one_in: u64,
    pairs: Vec<(u32, u32)>,
}

impl Sample {
    /// Chooses among so many records; none if they are few enough to learn from all.
    pub(crate) fn of(records: usize) -> Option<Self> {
        let one_in = records as u64 / ENOUGH_RECORDS;
        (records >= MOST_WHOLE).then_some(Self { one_in, pairs: Vec::new() })
    }

    /// How many pairs each pair stands for.
    pub(crate) fn one_in(&self) -> u64 {
        self.one_in
    }

    /// Whether any record of a block was chosen.
    pub(super) fn touches(&self, block: &[Keyed]) -> bool {
        block.iter().any(|keyed| self.has(keyed.record()))
    }

    /// Takes the pairs of a block that start with a chosen record.
    pub(super) fn take(&mut self, block: &[Keyed]) {
        for (at, keyed) in block.iter().enumerate() {
            let a = keyed.record();
            if self.has(a) {
                self.pairs.extend(block[at + 1..].iter().map(|other| (a, other.record())));
            }
        }
    }

    /// The pairs, sorted, each once.
    pub(crate) fn into_pairs(mut self) -> Vec<(u32, u32)> {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.pairs
    }

    fn has(&self, record: u32) -> bool {
        mix(0, record.into()).is_multiple_of(self.one_in)
    }
}
