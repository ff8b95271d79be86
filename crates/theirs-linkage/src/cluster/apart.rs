//! Union–find in which some groups must stay apart.

use std::collections::{BTreeMap, BTreeSet};

/// Groups of records, each called by its smallest, and which of them are kept apart.
pub(super) struct Apart {
    parents: Vec<u32>,
    /// From both sides, by the names of the groups.
    apart: BTreeMap<u32, BTreeSet<u32>>,
}

impl Apart {
    /// Everybody on their own, nobody kept apart.
    pub(super) fn new(records: u32) -> Self {
        Self { parents: (0..records).collect(), apart: BTreeMap::new() }
    }

    /// Keeps the groups of two records apart for good, unless they are one already.
    pub(super) fn keep_apart(&mut self, a: u32, b: u32) {
        let (a, b) = (self.name(a), self.name(b));
        if a != b {
            self.apart.entry(a).or_default().insert(b);
            self.apart.entry(b).or_default().insert(a);
        }
    }

    /// Joins the groups of two records; returns whether that was allowed.
    pub(super) fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.name(a), self.name(b));
        let (kept, gone) = (a.min(b), a.max(b));
        if kept == gone {
            return true;
        }
        if self.apart.get(&kept).is_some_and(|apart| apart.contains(&gone)) {
            return false;
        }
        self.parents[gone as usize] = kept;
        for other in self.apart.remove(&gone).unwrap_or_default() {
            if let Some(apart) = self.apart.get_mut(&other) {
                apart.remove(&gone);
                apart.insert(kept);
            }
            self.apart.entry(kept).or_default().insert(other);
        }
        true
    }

    /// The smallest record of a record's group.
    pub(super) fn name(&mut self, mut record: u32) -> u32 {
        while self.parents[record as usize] != record {
            let above = self.parents[self.parents[record as usize] as usize];
            self.parents[record as usize] = above;
            record = above;
        }
        record
    }

    /// The pairs of records whose groups are kept apart, each once.
    pub(super) fn pairs(&mut self) -> Vec<(u32, u32)> {
        if self.apart.is_empty() {
            return Vec::new();
        }
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for record in 0..u32::try_from(self.parents.len()).unwrap_or(u32::MAX) {
            members.entry(self.name(record)).or_default().push(record);
        }
        let members_of = |name| members.get(name).map_or(&[][..], Vec::as_slice);
        let mut pairs = Vec::new();
        for (left, apart) in &self.apart {
            for right in apart.range(left..) {
                for &a in members_of(left) {
                    pairs.extend(members_of(right).iter().map(|&b| (a, b)));
                }
            }
        }
        pairs
    }
}
