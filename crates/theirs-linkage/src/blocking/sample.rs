//! The pairs that weights are learnt from when there are too many records to count all pairs.
//!
//! A large data set is searched more narrowly than a small one, and narrow blocks hold fewer
//! strangers. So that the weights do not depend on how narrowly was searched, they are learnt from
//! the pairs of some records, chosen by the hash of their index, in blocks as wide as those of a
//! small data set. Beside them the pairs are noted that the search itself would meet, each with its
//! rule, so that each rule can be told what it is worth.

use super::parts::Parts;
use super::rule::Key;
use super::sort::Keyed;
use super::worth::Met;
use crate::digest::mix;

/// Below so many records weights are learnt from all,
const MOST_WHOLE: usize = 100_000;
/// and from the pairs of about so many of them otherwise.
const ENOUGH_RECORDS: u64 = 16_000;

/// Some records, and the pairs they make.
pub(crate) struct Sample {
    one_in: u64,
    chosen: Chosen,
    pairs: Vec<(u32, u32)>,
    /// The pairs that the search itself would meet.
    pub(super) met: Vec<Met>,
}

/// How blocks are split: as wide as they may be, and as narrow as the search is.
#[derive(Clone, Copy)]
pub(super) struct Widths {
    pub(super) most: usize,
    pub(super) bound: usize,
}

impl Sample {
    /// Chooses among so many records; none if they are few enough to learn from all.
    pub(crate) fn of(records: usize) -> Option<Self> {
        let one_in = records as u64 / ENOUGH_RECORDS;
        (records >= MOST_WHOLE).then(|| {
            let chosen = Chosen::one_in(one_in, records);
            Self { one_in, chosen, pairs: Vec::new(), met: Vec::new() }
        })
    }

    /// How many pairs each pair stands for.
    pub(crate) fn one_in(&self) -> u64 {
        self.one_in
    }

    /// Whether a record was chosen.
    pub(super) fn has(&self, record: u32) -> bool {
        self.chosen.has(record)
    }

    /// Takes the pairs of a block, or of what splitting leaves of it, that start with a chosen
    /// record.
    pub(super) fn take(
        &mut self,
        parts: &Parts,
        block: &mut [Keyed],
        further: &[Key],
        widths: Widths,
        (rule, class): (usize, usize),
    ) {
        if block.len() < 2 || !self.chosen.has_any(block) {
            return;
        }
        let Widths { mut most, bound } = widths;
        if block.len() <= most {
            self.pairs.extend(self.chosen.pairs(block));
            // What is split from here on is in these pairs already.
            most = 0;
        }
        if block.len() <= bound {
            let met = self.chosen.pairs(block).map(|pair| Met::new(pair, rule, class));
            return self.met.extend(met);
        }
        let Some((first, further)) = further.split_first() else { return };
        let block = parts.rekey_beside(block, *first, |record| self.chosen.has(record));
        for part in block.chunk_by_mut(|left, right| left.key() == right.key()) {
            self.take(parts, part, further, Widths { most, bound }, (rule, class));
        }
    }

    /// The pairs, sorted, each once.
    pub(crate) fn take_pairs(&mut self) -> Vec<(u32, u32)> {
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.sort_unstable_by_key(|&(a, b)| u64::from(a) << 32 | u64::from(b));
        pairs.dedup();
        pairs
    }
}

/// Records chosen by the hash of their index, one bit each.
struct Chosen(Vec<u64>);

impl Chosen {
    fn one_in(one_in: u64, records: usize) -> Self {
        let mut bits = vec![0; records.div_ceil(64)];
        for record in 0..records {
            let is_chosen = mix(0, record as u64).is_multiple_of(one_in);
            bits[record / 64] |= u64::from(is_chosen) << (record % 64);
        }
        Self(bits)
    }

    fn has(&self, record: u32) -> bool {
        self.0.get(record as usize / 64).is_some_and(|bits| bits >> (record % 64) & 1 == 1)
    }

    fn has_any(&self, block: &[Keyed]) -> bool {
        block.iter().any(|keyed| self.has(keyed.record()))
    }

    /// The pairs of a block that start with a chosen record.
    fn pairs(&self, block: &[Keyed]) -> impl Iterator<Item = (u32, u32)> {
        let starts = block.iter().enumerate().filter(|(_, a)| self.has(a.record()));
        starts.flat_map(|(at, a)| block[at + 1..].iter().map(|b| (a.record(), b.record())))
    }
}
