//! The records to be resolved, standardised and dictionary-encoded as they arrive.

mod known;
mod slot;

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::slice::ChunksExact;
use std::sync::Arc;

use crate::dictionary::{Cell, Dictionary, MISSING, Texts};
use crate::field::Field;
use crate::judgement::RecordId;
use crate::layout::{Column, Layout, Row};
use crate::overrides::Overrides;
pub use known::Known;

/// Records in the order they were pushed; a record is called by its index.
///
/// Raw values are not kept. `Debug` prints sizes only.
pub struct Records {
    fields: Vec<Field>,
    overrides: Overrides,
    pub(crate) layout: Layout,
    pub(crate) table: Table,
    row: Row,
    /// The lasting ids, for records that were pushed with one.
    ids: Vec<RecordId>,
    /// Those that only follow.
    followers: HashSet<RecordId>,
}

/// The values of all records, record by record, and the dictionaries behind them.
///
/// A clone shares everything until either changes.
#[derive(Clone, Default)]
pub(crate) struct Table {
    cells: Arc<Vec<Cell>>,
    dictionaries: Arc<Vec<Dictionary>>,
    /// Per column: which dictionary.
    dictionary_of: Vec<usize>,
    /// Per column: the first column of the same attribute.
    attribute_of: Vec<usize>,
    pub(crate) len: usize,
}

impl Records {
    /// Starts an empty set of records with these fields.
    pub fn new(fields: Vec<Field>) -> Self {
        Self::with(fields, Overrides::default())
    }

    /// The same, to be compared otherwise than the fields alone would have it.
    pub fn with(fields: Vec<Field>, overrides: Overrides) -> Self {
        let layout = Layout::with(&fields, &overrides);
        let columns = &layout.columns;
        let table = Table {
            cells: Arc::default(),
            dictionaries: Arc::new(columns.iter().map(Column::new_dictionary).collect()),
            dictionary_of: columns.iter().map(|column| column.dictionary).collect(),
            attribute_of: columns.iter().map(|column| column.attribute).collect(),
            len: 0,
        };
        let row = Row::new(columns.len());
        let (ids, followers) = (Vec::new(), HashSet::new());
        Self { fields, overrides, layout, table, row, ids, followers }
    }

    /// Takes one record, values in the order of the fields, and returns its index.
    ///
    /// Missing trailing values count as `None`; surplus values are ignored.
    pub fn push(&mut self, values: &[Option<&str>]) -> u32 {
        self.layout.standardise(values, &mut self.row);
        self.table.push(self.row.texts())
    }

    /// Takes one record under its lasting id, which no other record may have.
    ///
    /// Records are either all pushed with an id or all without; without, the index is the id.
    pub fn push_as(&mut self, id: RecordId, values: &[Option<&str>]) -> u32 {
        self.ids.push(id);
        self.push(values)
    }

    /// Takes one record that only follows: it goes to whoever it most resembles, and decides about no two
    /// others whether they are one.
    pub fn push_follower(&mut self, id: RecordId, values: &[Option<&str>]) -> u32 {
        self.follow(id);
        self.push_as(id, values)
    }

    pub(crate) fn follow(&mut self, id: RecordId) {
        self.followers.insert(id);
    }

    pub(crate) fn is_follower(&self, id: RecordId) -> bool {
        self.followers.contains(&id)
    }

    pub(crate) fn followers(&self) -> &HashSet<RecordId> {
        &self.followers
    }

    /// The lasting id of a record.
    pub fn id(&self, record: u32) -> RecordId {
        self.ids.get(record as usize).copied().unwrap_or(RecordId(u64::from(record)))
    }

    /// The lasting ids; empty if the index is the id.
    pub(crate) fn ids(&self) -> &[RecordId] {
        &self.ids
    }

    /// The fields these records were made for.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What overrides what follows from the fields.
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.table.len
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.table.len == 0
    }
}

impl Table {
    fn push(&mut self, texts: &[String]) -> u32 {
        let dictionaries = Arc::make_mut(&mut self.dictionaries);
        let encoded = texts.iter().zip(&self.dictionary_of);
        Arc::make_mut(&mut self.cells)
            .extend(encoded.map(|(text, &at)| dictionaries[at].encode(text)));
        let index = u32::try_from(self.len).unwrap_or(u32::MAX);
        self.len += 1;
        index
    }

    /// Encodes standardised texts of a column.
    fn encode_all<'c>(
        &mut self,
        column: usize,
        texts: &Texts,
        cells: impl Iterator<Item = &'c mut Cell>,
    ) {
        let dictionaries = Arc::make_mut(&mut self.dictionaries);
        dictionaries[self.dictionary_of[column]].encode_all(texts, cells);
    }

    /// Keeps no more than it takes to compare: no further value may be added.
    pub(crate) fn close(&mut self) {
        // Where the dictionaries are shared, somebody may add to them.
        for dictionary in Arc::get_mut(&mut self.dictionaries).into_iter().flatten() {
            dictionary.close();
        }
    }

    /// Adds records without any values.
    fn add_rows(&mut self, records: usize) -> &mut [Cell] {
        let (start, width) = (self.cells.len(), self.width());
        let cells = Arc::make_mut(&mut self.cells);
        cells.resize(start + records * width, Cell::default());
        self.len += records;
        &mut cells[start..]
    }

    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        self.dictionary_of.len()
    }

    /// The values of one record.
    pub(crate) fn row(&self, record: u32) -> &[Cell] {
        let start = record as usize * self.width();
        &self.cells[start..start + self.width()]
    }

    /// The values of some records, record by record.
    pub(crate) fn rows(&self, records: Range<u32>) -> ChunksExact<'_, Cell> {
        let width = self.width();
        let cells = &self.cells[records.start as usize * width..records.end as usize * width];
        cells.chunks_exact(width.max(1))
    }

    /// The code of one record in one column.
    pub(crate) fn code(&self, column: usize, record: u32) -> u32 {
        self.row(record)[column].code
    }

    /// The standardised text of a code in a column.
    pub(crate) fn text(&self, column: usize, code: u32) -> &str {
        self.dictionary(column).text(code)
    }

    /// Looks at the texts of some columns in which two records differ, so that they are at hand
    /// when they are compared; the number means nothing.
    pub(crate) fn glance(&self, columns: Range<usize>, left: &[Cell], right: &[Cell]) -> u32 {
        let mut seen = 0;
        let cells = left[columns.clone()].iter().zip(&right[columns.clone()]);
        for ((left, right), &dictionary) in cells.zip(&self.dictionary_of[columns]) {
            if left.code != right.code && left.code != MISSING && right.code != MISSING {
                let dictionary = &self.dictionaries[dictionary];
                seen ^= dictionary.glance(left.code) ^ dictionary.glance(right.code);
            }
        }
        seen
    }

    /// The dictionary of a column.
    pub(crate) fn dictionary(&self, column: usize) -> &Dictionary {
        &self.dictionaries[self.dictionary_of[column]]
    }

    /// The columns that hold further values of a column's attribute, itself among them.
    pub(crate) fn siblings(&self, column: usize) -> Vec<usize> {
        let of_attribute = |&at: &usize| self.attribute_of[at] == self.attribute_of[column];
        (0..self.width()).filter(of_attribute).collect()
    }

    /// How often each code occurs in each column and its siblings.
    pub(crate) fn counts(&self) -> Vec<Vec<u32>> {
        let is_first = |at: usize| self.attribute_of[at] == at;
        let room = |at| if is_first(at) { vec![0; self.dictionary(at).bound()] } else { vec![] };
        let mut counts: Vec<Vec<u32>> = (0..self.width()).map(room).collect();
        for row in self.cells.chunks_exact(self.width().max(1)) {
            for (cell, &attribute) in row.iter().zip(&self.attribute_of) {
                counts[attribute][cell.code as usize] += 1;
            }
        }
        for counts in counts.iter_mut().filter(|counts| !counts.is_empty()) {
            counts[MISSING as usize] = 0;
        }
        for at in (0..self.width()).filter(|&at| !is_first(at)) {
            let same = counts[self.attribute_of[at]].clone();
            counts[at] = same;
        }
        counts
    }

    /// How often each code occurs in all columns that share a column's dictionary, by their counts.
    pub(crate) fn occurrences(&self, column: usize, counts: &[Vec<u32>]) -> Vec<u32> {
        let shares = |at: usize| self.dictionary_of[at] == self.dictionary_of[column];
        let mut attributes =
            (0..self.width()).filter(|&at| shares(at) && self.attribute_of[at] == at);
        let mut sum = attributes.next().map_or_else(Vec::new, |first| counts[first].clone());
        for attribute in attributes {
            sum.iter_mut().zip(&counts[attribute]).for_each(|(sum, count)| *sum += count);
        }
        sum
    }

    /// Takes the values of some columns away, where they are marked, by column and code; returns how
    /// many of each column.
    pub(crate) fn blank(&mut self, marked: &[(usize, Vec<bool>)]) -> Vec<u64> {
        let (width, mut blanked) = (self.width(), vec![0; marked.len()]);
        if marked.is_empty() {
            return blanked;
        }
        for row in Arc::make_mut(&mut self.cells).chunks_exact_mut(width.max(1)) {
            for ((column, is_marked), blanked) in marked.iter().zip(&mut blanked) {
                let cell = &mut row[*column];
                if cell.code != MISSING && is_marked[cell.code as usize] {
                    cell.code = MISSING;
                    *blanked += 1;
                }
            }
        }
        blanked
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Records")
            .field("fields", &self.fields)
            .field("len", &self.table.len)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldKind;

    #[test]
    fn debug_shows_no_value_of_any_record() {
        let mut records = Records::new(vec![Field::new("name", FieldKind::FullName)]);
        assert!(records.is_empty());
        assert_eq!(records.push(&[Some("Ada Lovelace")]), 0);
        assert_eq!(records.push(&[]), 1);
        let shown = format!("{records:?}").to_lowercase();
        assert!(!shown.contains("ada") && !shown.contains("lovelace"), "{shown}");
    }
}
