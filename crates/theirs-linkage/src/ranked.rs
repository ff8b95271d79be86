//! The records in the order of their ids, so that the order in which they came cannot matter.
//!
//! A comparison of two texts need not be the same both ways round, and ties are broken by place.
//! So everything is computed on places in this order, and told by index in the end.

use std::collections::HashSet;

use crate::judgement::RecordId;
use crate::records::{Records, Table};

/// A table sorted by record id.
pub(crate) struct Ranked {
    pub(crate) table: Table,
    /// Per rank: the record's id; empty where the rank is the id.
    ids: Vec<RecordId>,
    /// Per rank: the record's index; empty where the rank is the index.
    by_rank: Vec<u32>,
    /// Per rank: whether the record only follows; empty where none does.
    follows: Vec<bool>,
}

impl Ranked {
    /// Sorts a copy of the records.
    pub(crate) fn of(records: &Records) -> Self {
        Self::sorted(records.table.clone(), records.ids().to_vec(), records.followers())
    }

    /// Sorts the records themselves and leaves none behind.
    pub(crate) fn taking(records: &mut Records) -> Self {
        let ids = records.ids().to_vec();
        let mut table = std::mem::take(&mut records.table);
        table.close();
        Self::sorted(table, ids, records.followers())
    }

    fn sorted(mut table: Table, mut ids: Vec<RecordId>, followers: &HashSet<RecordId>) -> Self {
        let mut by_rank = Vec::new();
        if !ids.is_sorted() {
            by_rank.extend(0..u32::try_from(table.len).unwrap_or(u32::MAX));
            by_rank.sort_by_key(|&record| ids[record as usize]);
            table.arrange(&by_rank);
            ids.sort_unstable();
        }
        let follows = if followers.is_empty() {
            Vec::new()
        } else {
            ids.iter().map(|id| followers.contains(id)).collect()
        };
        Self { table, ids, by_rank, follows }
    }

    /// The records themselves, in this order.
    pub(crate) fn into_parts(self) -> (Table, Vec<RecordId>) {
        (self.table, self.ids)
    }

    /// Whether two records have one id.
    pub(crate) fn repeats_an_id(&self) -> bool {
        self.ids.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// The rank of a record.
    pub(crate) fn rank(&self, id: RecordId) -> Option<u32> {
        if self.ids.is_empty() {
            return u32::try_from(id.0).ok().filter(|&rank| (rank as usize) < self.table.len);
        }
        self.ids.binary_search(&id).ok().and_then(|rank| u32::try_from(rank).ok())
    }

    /// The id of the record of a rank.
    pub(crate) fn id(&self, rank: u32) -> RecordId {
        self.ids.get(rank as usize).copied().unwrap_or(RecordId(u64::from(rank)))
    }

    /// Whether the record of a rank only follows.
    pub(crate) fn follows(&self, rank: u32) -> bool {
        self.follows.get(rank as usize).copied().unwrap_or(false)
    }

    /// The records that decide, without those that only follow; none if nobody follows.
    pub(crate) fn leading(&self) -> Option<Table> {
        if !self.follows.contains(&true) {
            return None;
        }
        let ranks = (0..).zip(&self.follows).filter(|(_, follows)| !**follows);
        let ranks: Vec<u32> = ranks.map(|(rank, _)| rank).collect();
        let mut table = self.table.clone();
        table.arrange(&ranks);
        Some(table)
    }

    /// The index of the record of a rank.
    pub(crate) fn index(&self, rank: u32) -> u32 {
        self.by_rank.get(rank as usize).copied().unwrap_or(rank)
    }

    /// Puts what was found rank by rank into the order of the indexes.
    pub(crate) fn by_index<T: Copy + Default>(&self, found: Vec<T>) -> Vec<T> {
        if self.by_rank.is_empty() {
            return found;
        }
        let mut by_index = vec![T::default(); found.len()];
        for (&index, value) in self.by_rank.iter().zip(found) {
            by_index[index as usize] = value;
        }
        by_index
    }
}
