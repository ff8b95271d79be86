//! The records in the order of their ids, so that the order in which they came cannot matter.
//!
//! A comparison of two texts need not be the same both ways round, and ties are broken by place.
//! So everything is computed on places in this order, and told by index in the end.

use crate::judgement::RecordId;
use crate::records::{Records, Table};

/// A table sorted by record id.
pub(crate) struct Ranked {
    pub(crate) table: Table,
    /// Per rank: the record's id.
    pub(crate) ids: Vec<RecordId>,
    /// Per rank: the record's index.
    pub(crate) by_rank: Vec<u32>,
}

impl Ranked {
    /// Sorts a copy of the records.
    pub(crate) fn of(records: &Records) -> Self {
        let mut by_rank: Vec<u32> = (0..u32::try_from(records.len()).unwrap_or(u32::MAX)).collect();
        let mut table = records.table.clone();
        if !by_rank.is_sorted_by_key(|&record| records.id(record)) {
            by_rank.sort_by_key(|&record| records.id(record));
            table.arrange(&by_rank);
        }
        let ids = by_rank.iter().map(|&record| records.id(record)).collect();
        Self { table, ids, by_rank }
    }

    /// Whether two records have one id.
    pub(crate) fn repeats_an_id(&self) -> bool {
        self.ids.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// The rank of a record.
    pub(crate) fn rank(&self, id: RecordId) -> Option<u32> {
        self.ids.binary_search(&id).ok().and_then(|rank| u32::try_from(rank).ok())
    }

    /// Puts what was found rank by rank into the order of the indexes.
    pub(crate) fn by_index<T: Copy + Default>(&self, found: &[T]) -> Vec<T> {
        let mut by_index = vec![T::default(); found.len()];
        for (&index, &value) in self.by_rank.iter().zip(found) {
            by_index[index as usize] = value;
        }
        by_index
    }
}
