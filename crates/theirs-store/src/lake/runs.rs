//! The records of a row group, one entry for each run of rows of the same record.
//!
//! Files are sorted by record, so whether a row may be seen is decided once for each run, and
//! nothing need be decoded to decide it.

use std::ops::Range;

use parquet::arrow::arrow_reader::{RowSelection, RowSelector};
use roaring::RoaringBitmap;

/// The runs of one row group.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Runs {
    records: Vec<u64>,
    /// Where each run ends, counted in rows of the group.
    ends: Vec<u32>,
}

/// A set of records with one bit for each: a look-up is one load and one shift.
#[derive(Debug, Default, Clone)]
pub struct RecordSet(Vec<u64>);

/// The rows of a row group that may be seen.
#[derive(Debug, Default)]
pub struct Shown {
    /// How many they are.
    pub rows: usize,
    /// Which they are; all of the group if there is none.
    pub(crate) selection: Option<RowSelection>,
    /// Of which record they are, and how many in a row.
    pub runs: Vec<(u64, u32)>,
}

impl RecordSet {
    /// The records for which `holds` is true, of those below `end`.
    pub fn where_(end: usize, holds: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0_u64; end.div_ceil(64)];
        for (at, word) in words.iter_mut().enumerate() {
            for bit in 0..64.min(end - at * 64) {
                *word |= u64::from(holds(at * 64 + bit)) << bit;
            }
        }
        Self(words)
    }

    /// Whether a record is in the set.
    pub fn contains(&self, record: u64) -> bool {
        let word = usize::try_from(record / 64).ok().and_then(|at| self.0.get(at));
        word.is_some_and(|word| word >> (record % 64) & 1 == 1)
    }

    /// Takes a record out.
    pub fn remove(&mut self, record: u64) {
        if let Some(word) = usize::try_from(record / 64).ok().and_then(|at| self.0.get_mut(at)) {
            *word &= !(1 << (record % 64));
        }
    }
}

impl Runs {
    /// Adds rows, one record each.
    pub(crate) fn extend(&mut self, records: &[u64]) {
        let mut end = self.ends.last().copied().unwrap_or(0);
        for record in records {
            end += 1;
            match (self.records.last(), self.ends.last_mut()) {
                (Some(last), Some(last_end)) if last == record => *last_end = end,
                _ => {
                    self.records.push(*record);
                    self.ends.push(end);
                }
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.records.capacity() * 8 + self.ends.capacity() * 4 + 64
    }

    /// Each run's record and rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, Range<u32>)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let spans = starts.zip(&self.ends).map(|(start, end)| start..*end);
        self.records.iter().copied().zip(spans)
    }

    /// The rows of the records in the set that are not hidden; the group begins at row `first` of
    /// its file.
    pub(crate) fn shown(
        &self,
        records: &RecordSet,
        hidden: Option<&RoaringBitmap>,
        first: u32,
    ) -> Shown {
        let mut picking = Picking::default();
        for (record, rows) in self.iter() {
            if !records.contains(record) {
                picking.skip(rows.len());
            } else if let Some(hidden) = hidden {
                picking.around(record, rows, hidden, first);
            } else {
                picking.take(record, rows.len());
            }
        }
        picking.finish()
    }
}

#[derive(Default)]
struct Picking {
    selectors: Vec<RowSelector>,
    shown: Shown,
    skipped: usize,
}

impl Picking {
    fn take(&mut self, record: u64, rows: usize) {
        match self.selectors.last_mut() {
            Some(last) if !last.skip => last.row_count += rows,
            _ => self.selectors.push(RowSelector::select(rows)),
        }
        self.shown.rows += rows;
        self.shown.runs.push((record, u32::try_from(rows).unwrap_or(u32::MAX)));
    }

    fn skip(&mut self, rows: usize) {
        match self.selectors.last_mut() {
            Some(last) if last.skip => last.row_count += rows,
            _ => self.selectors.push(RowSelector::skip(rows)),
        }
        self.skipped += rows;
    }

    /// Takes a run without its hidden rows.
    fn around(&mut self, record: u64, rows: Range<u32>, hidden: &RoaringBitmap, first: u32) {
        let mut next = rows.start;
        for gone in hidden.range(first + rows.start..first + rows.end) {
            let gone = gone - first;
            if gone > next {
                self.take(record, (gone - next) as usize);
            }
            self.skip(1);
            next = gone + 1;
        }
        if rows.end > next {
            self.take(record, (rows.end - next) as usize);
        }
    }

    fn finish(mut self) -> Shown {
        if self.skipped > 0 {
            self.shown.selection = Some(self.selectors.into());
        }
        self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_set_holds_what_it_was_made_of() {
        let mut set = RecordSet::where_(130, |record| record % 3 == 0);
        assert!((0..200).all(|record| set.contains(record) == (record < 130 && record % 3 == 0)));
        set.remove(129);
        assert!(!set.contains(129) && set.contains(126) && !set.contains(u64::MAX));
    }

    #[test]
    fn runs_show_the_rows_of_the_set_without_hidden_ones() {
        let mut runs = Runs::default();
        runs.extend(&[4, 4, 4, 7]);
        runs.extend(&[7, 9, 9]);
        let all = RecordSet::where_(10, |_| true);
        assert!(runs.shown(&all, None, 0).selection.is_none());
        let set = RecordSet::where_(10, |record| record != 7);
        let hidden = RoaringBitmap::from_iter([101, 103, 105]);
        let shown = runs.shown(&set, Some(&hidden), 100);
        assert_eq!(shown.runs, [(4, 1), (4, 1), (9, 1)]);
        let picked: Vec<(bool, usize)> = shown
            .selection
            .unwrap()
            .iter()
            .map(|selector| (selector.skip, selector.row_count))
            .collect();
        assert_eq!(picked, [(false, 1), (true, 1), (false, 1), (true, 3), (false, 1)]);
        assert_eq!(shown.rows, 3);
        assert_eq!(runs.shown(&RecordSet::default(), None, 0).rows, 0);
    }
}
