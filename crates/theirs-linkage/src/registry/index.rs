//! Which records have a blocking key.
//!
//! Every record stands under all its keys, also under those that have become too common to be
//! compared, so that it is known when they no longer are. The upper half of a key is the number of
//! its rule, which tells how common it may be.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Growth;
use crate::digest::ByNumber;

/// No further record.
const END: u32 = u32::MAX;

/// Records by key, in chains through one list.
pub(super) struct Index {
    heads: HashMap<u64, Head, ByNumber>,
    nodes: Vec<Node>,
    free: Vec<u32>,
    /// Per rule: beyond what a block has grown, and beyond what it is not compared.
    bounds: Vec<(u32, u32)>,
    growth: Growth,
}

/// The start of a key's chain.
#[derive(Clone, Copy)]
struct Head {
    first: u32,
    count: u32,
}

/// One record under one key.
#[derive(Clone, Copy)]
struct Node {
    place: u32,
    next: u32,
}

impl Index {
    /// Per rule: blocks beyond the first bound have grown, those beyond the second are not compared.
    pub(super) fn new(bounds: &[(usize, usize)]) -> Self {
        let bound = |size| u32::try_from(size).unwrap_or(u32::MAX - 1);
        Self {
            heads: HashMap::default(),
            nodes: Vec::new(),
            free: Vec::new(),
            bounds: bounds.iter().map(|&(grown, most)| (bound(grown), bound(most))).collect(),
            growth: Growth::default(),
        }
    }

    /// Puts a record under a key; returns whether that made the key too common.
    pub(super) fn insert(&mut self, key: u64, place: u32) -> bool {
        let (grown, most) = self.bounds(key);
        let head = self.heads.entry(key).or_insert(Head { first: END, count: 0 });
        let node = Node { place, next: head.first };
        head.count += 1;
        let count = head.count;
        let at = self.free.pop().unwrap_or_else(|| {
            self.nodes.push(node);
            u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
        });
        self.nodes[at as usize] = node;
        head.first = at;
        self.growth.grown += u64::from(count == grown + 1);
        self.growth.set_aside += u64::from(count == most + 1);
        count == most + 1
    }

    /// Takes a record from under a key; returns whether the key is no longer too common.
    pub(super) fn remove(&mut self, key: u64, place: u32) -> bool {
        let (grown, most) = self.bounds(key);
        let Entry::Occupied(mut entry) = self.heads.entry(key) else { return false };
        let (mut before, mut at) = (END, entry.get().first);
        while at != END && self.nodes[at as usize].place != place {
            (before, at) = (at, self.nodes[at as usize].next);
        }
        if at == END {
            return false;
        }
        let next = self.nodes[at as usize].next;
        match before {
            END => entry.get_mut().first = next,
            before => self.nodes[before as usize].next = next,
        }
        self.free.push(at);
        entry.get_mut().count -= 1;
        let count = entry.get().count;
        if count == 0 {
            entry.remove();
        }
        self.growth.grown -= u64::from(count == grown);
        self.growth.set_aside -= u64::from(count == most);
        count == most
    }

    /// All records under a key.
    pub(super) fn members(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.heads.get(&key).map_or(END, |head| head.first);
        std::iter::from_fn(move || {
            let node = self.nodes.get(at as usize)?;
            at = node.next;
            Some(node.place)
        })
    }

    /// The records under a key that is compared; none if it is too common.
    pub(super) fn compared(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let count = if self.is_compared(key) { usize::MAX } else { 0 };
        self.members(key).take(count)
    }

    /// Whether a key is not too common.
    pub(super) fn is_compared(&self, key: u64) -> bool {
        self.heads.get(&key).is_some_and(|head| head.count <= self.bounds(key).1)
    }

    fn bounds(&self, key: u64) -> (u32, u32) {
        let rule = usize::try_from(key >> 32).unwrap_or(usize::MAX);
        self.bounds.get(rule).copied().unwrap_or((0, 0))
    }

    /// How many keys have outgrown the bounds.
    pub(super) fn growth(&self) -> Growth {
        Growth { grown: self.growth.grown - self.growth.set_aside, ..self.growth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(index: &Index, key: u64) -> Vec<u32> {
        let mut members: Vec<u32> = index.compared(key).collect();
        members.sort_unstable();
        members
    }

    #[test]
    fn records_come_and_go_in_any_order() {
        let mut index = Index::new(&[(2, 4)]);
        for place in 0..3 {
            assert!(!index.insert(7, place));
        }
        assert!(!index.remove(7, 1));
        assert!(!index.remove(7, 9));
        index.insert(7, 5);
        index.insert(8, 6);
        assert_eq!(members(&index, 7), [0, 2, 5]);
        assert_eq!(members(&index, 8), [6]);
        assert_eq!(members(&index, 9), [0_u32; 0]);
    }

    #[test]
    fn a_key_closes_and_opens_at_its_bound_and_is_counted() {
        let mut index = Index::new(&[(2, 4)]);
        let closed: Vec<bool> = (0..6).map(|place| index.insert(7, place)).collect();
        assert_eq!(closed, [false, false, false, false, true, false]);
        assert_eq!(index.growth(), Growth { grown: 0, set_aside: 1 });
        assert!(members(&index, 7).is_empty());
        let opened: Vec<bool> = (0..6).map(|place| index.remove(7, place)).collect();
        assert_eq!(opened, [false, true, false, false, false, false]);
        assert_eq!(index.growth(), Growth::default());
    }
}
