//! Lays many small sorted files out anew as few large ones, so that one person's rows lie in few
//! places.
//!
//! A *run* is a set of files that one compaction wrote, sorted as a whole; a file of a load is a run
//! of its own. When a size tier (a factor of four) has four runs, they are merged into one of the
//! next tier (O'Neil et al., The log-structured merge-tree, 1996), so each row is written again
//! once per tier, and one person's rows lie in at most three runs per tier. Rows are merged
//! range of records by range of records: memory is bounded by the rows of a range, whatever the
//! size of the runs. Within a run rows may be kept apart by *class*, so that a scan for some
//! people passes over whole row groups of others.

mod merge;
mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;

use theirs_model::Sequence;

use super::publish::{Swap, swap};
use super::shared::Turn;
use super::{ActivityFile, Lake};
use crate::store::{Store, StoreError};

use self::merge::Merge;

pub(crate) use self::merge::time_of;

/// How rows are laid out beside their order by record.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The class of each record by its number; records beyond its end are of class 0.
    pub classes: Arc<Vec<u8>>,
}

/// What a compaction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compacted {
    /// The activity.
    pub activity: String,
    /// How many files there were.
    pub files: usize,
    /// How many there are instead.
    pub into: usize,
    /// How many rows those have.
    pub rows: u64,
    /// How many rows went: replaced, or of people who were erased.
    pub dropped: u64,
}

impl Lake {
    /// Merges the smallest runs that are due, of the first activity that has some; says what was
    /// done, or that nothing was due or `goes_on` became false.
    ///
    /// # Errors
    /// A file is gone or damaged, or cannot be written; nothing changed then.
    pub fn compact(
        &self,
        store: &Store,
        layout: &Layout,
        _turn: &Turn,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Option<Compacted>, StoreError> {
        for activity in store.lake_activities()? {
            if let Some(done) = self.merge(store, &activity, layout, goes_on, plan::due)? {
                return Ok(Some(done));
            }
        }
        Ok(None)
    }

    /// Merges all runs of an activity into one, whatever their sizes.
    ///
    /// # Errors
    /// As [`Lake::compact`].
    pub fn compact_whole(
        &self,
        store: &Store,
        activity: &str,
        layout: &Layout,
        _turn: &Turn,
    ) -> Result<Option<Compacted>, StoreError> {
        self.merge(store, activity, layout, &|| true, <[ActivityFile]>::to_vec)
    }

    /// How many files each activity has, and how many of them are due to be merged.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn layout(&self, store: &Store) -> Result<BTreeMap<String, (usize, usize)>, StoreError> {
        let mut found = BTreeMap::new();
        for activity in store.lake_activities()? {
            let files = self.view(store, &activity)?.files;
            let due = plan::due(&files).len();
            found.insert(activity, (files.len(), due));
        }
        Ok(found)
    }

    fn merge(
        &self,
        store: &Store,
        activity: &str,
        layout: &Layout,
        goes_on: &dyn Fn() -> bool,
        pick: impl FnOnce(&[ActivityFile]) -> Vec<ActivityFile>,
    ) -> Result<Option<Compacted>, StoreError> {
        let view = self.view(store, activity)?;
        let picked = pick(&view.files);
        let Some(merge) = Merge::of(&self.shared, activity, &picked, &view, layout)? else {
            return Ok(None);
        };
        let before: u64 = merge.files.iter().map(|file| file.rows).sum();
        let gone: Vec<String> = merge.files.iter().map(|file| file.name().to_owned()).collect();
        let sequence = merge.files.iter().map(|file| file.sequence).max().unwrap_or(Sequence(0));
        let Some(come) = merge.write(goes_on)? else { return Ok(None) };
        self.shared.place.settle()?;
        let rows = come.iter().map(|file| file.rows).sum();
        let run = come.first().map(|file| file.name.clone()).unwrap_or_default();
        let done = Compacted {
            activity: activity.to_owned(),
            files: gone.len(),
            into: come.len(),
            rows,
            dropped: before - rows,
        };
        let come = come.into_iter().map(|file| (file, run.clone())).collect();
        let (activity, clean) = (activity.to_owned(), view.erased_through);
        swap(store, &[Swap { activity, gone: gone.clone(), come, sequence, clean }], &[])?;
        self.shared.retire(&gone);
        Ok(Some(done))
    }
}
