//! The latest entries by use id, so that appending the same entry twice is appending it once.
//!
//! Only the last [`REMEMBERED`] entries are remembered: about 17 MB at most, rebuilt at open from
//! at most 1,024 bundles. A retry comes from the store's pending entries, which are drained at
//! start and number as many as there are statements at work, so it always falls among them. Were
//! an older entry appended again, the log would tell one use twice: it may overstate, never
//! understate.

use std::collections::{HashMap, VecDeque};

use theirs_model::UseId;

use crate::LeafIndex;

/// How many entries are remembered.
pub(crate) const REMEMBERED: u64 = 1 << 18;

/// The use ids of the last entries and where each of them stands.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    by_use: HashMap<UseId, LeafIndex>,
    in_order: VecDeque<(UseId, LeafIndex)>,
}

impl Recent {
    /// Where the entry of a use stands, if it is among the last.
    pub(crate) fn find(&self, use_id: &UseId) -> Option<LeafIndex> {
        self.by_use.get(use_id).copied()
    }

    /// Remembers an entry, and forgets the oldest if there are too many.
    pub(crate) fn remember(&mut self, use_id: UseId, index: LeafIndex) {
        self.by_use.insert(use_id, index);
        self.in_order.push_back((use_id, index));
        if self.in_order.len() as u64 <= REMEMBERED {
            return;
        }
        let Some((oldest, at)) = self.in_order.pop_front() else { return };
        // A use told again after it was forgotten stands at its newer place.
        if self.by_use.get(&oldest) == Some(&at) {
            self.by_use.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_entries_are_remembered() {
        let mut recent = Recent::default();
        let name = |index: u64| UseId(u128::from(index).to_be_bytes());
        (0..=REMEMBERED).for_each(|index| recent.remember(name(index), LeafIndex(index)));
        assert_eq!(recent.find(&name(0)), None);
        assert_eq!(recent.find(&name(1)), Some(LeafIndex(1)));
        assert_eq!(recent.find(&name(REMEMBERED)), Some(LeafIndex(REMEMBERED)));
    }
}
