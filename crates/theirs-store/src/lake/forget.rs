//! Takes rows out of the files that hold them: those of erased records, and those past their time.
//!
//! The rows of erased records are hidden from the moment of erasure, as their record belongs to
//! nobody any more; here their bytes go. Files are written anew without them and take the old ones'
//! place in one change. If we crash before, the new files are named by nothing and are removed at
//! opening; if after, the old ones are.

use std::collections::BTreeSet;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use theirs_model::RecordId;

use super::publish::swap;
use super::{ActivityFile, Lake};
use crate::store::{Store, StoreError};
use crate::when::time_at;

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Files that were written anew, or removed.
    pub files: u64,
    /// Rows that are gone.
    pub rows: u64,
}

/// Whether rows are taken out, or only counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// They go.
    Writing,
    /// They stay, and are counted.
    Counting,
}

impl Lake {
    /// Takes every row of these records out of every file.
    ///
    /// # Errors
    /// A file is gone or damaged, or cannot be written.
    pub fn forget(
        &self,
        store: &Store,
        records: &BTreeSet<RecordId>,
    ) -> Result<Forgotten, StoreError> {
        if records.is_empty() {
            return Ok(Forgotten::default());
        }
        store.erase_activities(&records.iter().copied().collect::<Vec<_>>())?;
        let done = self.rewrite(store)?;
        Ok(Forgotten { files: done.files as u64, rows: done.rows })
    }

    /// Takes the rows of an activity out that happened before `cutoff`, or only counts them.
    ///
    /// A row without a time stays.
    ///
    /// # Errors
    /// A file is gone or damaged, or cannot be written.
    pub fn expire(
        &self,
        store: &Store,
        activity: &str,
        time: &str,
        cutoff: Timestamp,
        doing: Doing,
    ) -> Result<Forgotten, StoreError> {
        let _turn = self.turn();
        let view = self.view(store, activity)?;
        let (mut done, mut swaps, number) = (Forgotten::default(), Vec::new(), store.sequence()?.0);
        for file in &view.files {
            let rows = file.wait(before(file, time, cutoff))?;
            if rows.is_empty() {
                continue;
            }
            done.files += 1;
            done.rows +=
                file.hidden.as_ref().map_or(rows.len(), |hidden| (&rows - &**hidden).len());
            if doing == Doing::Counting {
                continue;
            }
            swaps.push(self.swap_without(activity, file, &rows, number, file.clean)?);
        }
        if !swaps.is_empty() {
            self.shared.place.settle()?;
            swap(store, &swaps, &[])?;
            let gone: Vec<String> = swaps.into_iter().flat_map(|swap| swap.gone).collect();
            self.shared.retire(&gone);
        }
        Ok(done)
    }
}

/// The rows of a file that happened before a moment, hidden ones too.
async fn before(
    file: &ActivityFile,
    time: &str,
    cutoff: Timestamp,
) -> Result<RoaringBitmap, StoreError> {
    let mut reader = file.reader(&[time], None, None).await?;
    let (mut rows, mut place) = (RoaringBitmap::new(), 0_u32);
    while let Some(batch) = reader.next().await? {
        for row in 0..batch.num_rows() {
            if time_at(&batch, time, row).is_some_and(|at| at < cutoff) {
                rows.insert(place);
            }
            place += 1;
        }
    }
    Ok(rows)
}
