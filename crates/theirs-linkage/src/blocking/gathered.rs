//! The blocks of one rule as they are found, and how large they may be.

use std::ops::Range;

use super::sample::Sample;
use super::sort::Keyed;
use super::{LAST, Whole};

/// A rule may always give so many pairs,
const PAIRS_OF_A_RULE: usize = 200_000;
/// and one more for so many records.
const RECORDS_OF_A_PAIR: usize = 10;
/// Blocks of this size are never too large.
const LEAST_BOUND: usize = 4;

/// The blocks of one rule as they are found.
pub(super) struct Gathered {
    /// Block after block, as in `Blocks`.
    members: Vec<u32>,
    /// How many blocks there are of each size, up to the largest that may be and larger ones; of
    /// size 0 are all records that end no block.
    blocks_of_size: Vec<usize>,
    /// The sizes and keys of the blocks that may be too large.
    larger: Vec<(usize, u32)>,
    /// The blocks that a sample meets.
    pub(super) met: Vec<MetBlock>,
}

/// A block that a sample meets: its place and its key.
pub(super) struct MetBlock {
    members: Range<usize>,
    key: u32,
}

impl Gathered {
    pub(super) fn new(max_block: usize, records: usize) -> Self {
        let blocks_of_size = vec![0; max_block + 2];
        Self {
            members: Vec::with_capacity(records),
            blocks_of_size,
            larger: Vec::new(),
            met: Vec::new(),
        }
    }

    /// Takes sorted records and keeps the blocks of two or more. Who shares a key is hard to foresee,
    /// so nearly all of it takes no branch.
    pub(super) fn take(&mut self, sorted: &[Keyed], sample: Option<&Sample>) {
        let (mut end, largest) = (self.members.len(), self.blocks_of_size.len() - 1);
        self.members.resize(end + sorted.len(), 0);
        let mut before = None;
        let (mut size, mut is_met) = (0, false);
        for (at, one) in sorted.iter().enumerate() {
            let (key, record) = (one.key(), one.record());
            let goes_on = sorted.get(at + 1).is_some_and(|next| next.key() == key);
            let follows = before == Some(key);
            before = Some(key);
            size = if follows { size + 1 } else { 1 };
            is_met = (is_met & follows) | sample.is_some_and(|sample| sample.has(record));
            self.members[end] = record | if goes_on { 0 } else { LAST };
            end += usize::from(goes_on | follows);
            let is_end = follows && !goes_on;
            self.blocks_of_size[if is_end { size.min(largest) } else { 0 }] += 1;
            if is_end && size > LEAST_BOUND {
                self.larger.push((size, key));
            }
            if is_end && is_met {
                self.met.push(MetBlock { members: end - size..end, key });
            }
        }
        self.members.truncate(end);
    }

    /// The most records in a block such that the rule's blocks within it give few enough pairs.
    pub(super) fn bound(&self, records: usize) -> usize {
        let most = PAIRS_OF_A_RULE + records / RECORDS_OF_A_PAIR;
        let mut pairs = 0;
        let is_few = |(size, blocks): &(usize, &usize)| {
            pairs += *blocks * size * size.saturating_sub(1) / 2;
            pairs <= most
        };
        let (_, sizes) = self.blocks_of_size.split_last().unwrap_or((&0, &[]));
        let sizes = sizes.iter().enumerate().take_while(is_few);
        sizes.count().saturating_sub(1).max(LEAST_BOUND)
    }

    /// The records of a block under their key.
    pub(super) fn block(&self, met: &MetBlock) -> impl Iterator<Item = Keyed> {
        let key = met.key;
        let members = self.members[met.members.clone()].iter();
        members.map(move |&record| Keyed::new(key, record & !LAST))
    }

    /// The blocks, with the keys of those that are larger than the bound.
    pub(super) fn whole(self, bound: usize) -> Whole {
        let larger = self.larger.into_iter().filter(|(size, _)| *size > bound);
        Whole { members: self.members, bound, keys: larger.map(|(_, key)| key).collect() }
    }
}
