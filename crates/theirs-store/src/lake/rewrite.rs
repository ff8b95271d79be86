//! Writes files without the rows of people who were erased, and unlinks the ones that had them.
//!
//! All files that hold such rows are replaced in one change. Who began to read the old ones reads
//! on; they are unlinked when the last reader ends, and swept at the next start if the process dies
//! before. [`Lake::prove`](super::Lake::prove) shows that nothing is left.

use roaring::{RoaringBitmap, RoaringTreemap};
use rusqlite::params;

use super::compact::time_of;
use super::publish::{Swap, swap};
use super::read::{places_of, within_groups};
use super::seal::bare;
use super::write::{FileWriter, Written};
use super::{ActivityFile, Lake, View};
use crate::store::{Store, StoreError};

/// What rewriting did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// How many files held rows of erased records, and were replaced.
    pub files: usize,
    /// How many rows went.
    pub rows: u64,
    /// How many replaced files are still there because somebody reads them.
    pub waiting: usize,
}

impl Lake {
    /// Writes every file that holds rows of erased records anew without them.
    ///
    /// # Errors
    /// A file is gone or damaged, or cannot be written; nothing changed then.
    pub fn rewrite(&self, store: &Store) -> Result<Rewritten, StoreError> {
        let _turn = self.turn();
        let (mut swaps, mut clean) = (Vec::new(), Vec::new());
        let mut done = Rewritten::default();
        for activity in store.lake_activities()? {
            let view = self.view(store, &activity)?;
            for file in &view.files {
                let Some(rows) = Self::erased_rows(store, file, &view)? else { continue };
                if rows.is_empty() {
                    clean.push((file.name().to_owned(), view.erased_through));
                    continue;
                }
                done.files += 1;
                done.rows += rows.len();
                let through = view.erased_through;
                swaps.push(self.swap_without(&activity, file, &rows, through, through)?);
            }
        }
        if !swaps.is_empty() || !clean.is_empty() {
            self.shared.place.settle()?;
            swap(store, &swaps, &clean)?;
        }
        let gone: Vec<String> = swaps.into_iter().flat_map(|swap| swap.gone).collect();
        self.shared.retire(&gone);
        done.waiting = self.retired();
        Ok(done)
    }

    /// A file for another one without some of its rows; `clean` says through which change nobody in
    /// it was erased.
    pub(super) fn swap_without(
        &self,
        activity: &str,
        file: &ActivityFile,
        rows: &RoaringBitmap,
        number: u64,
        clean: u64,
    ) -> Result<Swap, StoreError> {
        let written = self.without(file, rows, number)?;
        Ok(Swap {
            activity: activity.to_owned(),
            gone: vec![file.name().to_owned()],
            come: written.into_iter().map(|new| (new, file.run.clone())).collect(),
            sequence: file.sequence,
            clean,
        })
    }

    /// Where rows of erased records lie in a file, hidden ones too; none if the file is known to
    /// hold none.
    fn erased_rows(
        store: &Store,
        file: &ActivityFile,
        view: &View,
    ) -> Result<Option<RoaringBitmap>, StoreError> {
        if !store.was_erased_since(file.clean, file.records)? {
            return Ok(None);
        }
        let erased = &view.erased;
        let may_hold = |least, greatest| any_between(erased, least, greatest);
        file.wait(places_of(file, may_hold, |record| erased.contains(record))).map(Some)
    }

    /// Writes a file anew without these rows and those that are hidden; none if nothing is left.
    pub(super) fn without(
        &self,
        file: &ActivityFile,
        rows: &RoaringBitmap,
        through: u64,
    ) -> Result<Option<Written>, StoreError> {
        let end = u32::try_from(file.rows).map_err(|_| file.changed())?;
        let mut kept: RoaringBitmap = (0..end).collect();
        kept -= rows;
        if let Some(hidden) = &file.hidden {
            kept -= &**hidden;
        }
        if kept.is_empty() {
            return Ok(None);
        }
        let footer = file.wait(file.footer())?;
        let schema = footer.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let (groups, selection) = within_groups(&footer, &kept);
        let stem = format!("{}-e{through:08}", stem(file.name()));
        let time = time_of(&footer);
        let mut writer = FileWriter::new(&self.shared, &stem, schema, time.as_deref())?;
        let mut reader = file.wait(file.reader(&names, Some(groups), Some(selection)))?;
        while let Some(batch) = file.wait(reader.next())? {
            writer.write(&batch)?;
        }
        writer.finish().map(Some)
    }
}

/// The name of a file without its ending and what an earlier rewriting added.
fn stem(name: &str) -> &str {
    let name = bare(name);
    match name.rsplit_once("-e") {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => name,
    }
}

pub(crate) fn any_between(records: &RoaringTreemap, least: u64, greatest: u64) -> bool {
    let below = least.checked_sub(1).map_or(0, |below| records.rank(below));
    least <= greatest && records.rank(greatest) > below
}

impl Store {
    /// Whether a record of this range was erased after that change.
    fn was_erased_since(
        &self,
        clean: u64,
        (least, greatest): (u64, u64),
    ) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select 1 from erased_record where sequence > ?1 and record >= ?2 and record <= ?3",
        )?;
        let most = i64::try_from(greatest).unwrap_or(i64::MAX);
        Ok(query.exists(params![clean.cast_signed(), least.cast_signed(), most])?)
    }
}
