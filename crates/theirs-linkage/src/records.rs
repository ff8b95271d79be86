//! The records to be resolved, standardised and dictionary-encoded as they arrive.

mod slot;

use std::fmt;

use crate::dictionary::{Dictionary, MISSING};
use crate::field::Field;
use crate::judgement::RecordId;
use crate::layout::Layout;

/// Records in the order they were pushed; a record is called by its index.
///
/// Raw values are not kept. `Debug` prints sizes only.
pub struct Records {
    fields: Vec<Field>,
    pub(crate) layout: Layout,
    pub(crate) table: Table,
    /// The lasting ids, for records that were pushed with one.
    ids: Vec<RecordId>,
}

/// The codes of all records, column by column, and the dictionaries behind them.
#[derive(Clone, Default)]
pub(crate) struct Table {
    pub(crate) codes: Vec<Vec<u32>>,
    pub(crate) dictionaries: Vec<Dictionary>,
    /// Per column: which dictionary.
    pub(crate) dictionary_of: Vec<usize>,
    pub(crate) len: usize,
}

impl Records {
    /// Starts an empty set of records with these fields.
    pub fn new(fields: Vec<Field>) -> Self {
        let layout = Layout::new(&fields);
        let columns = layout.columns.len();
        let table = Table {
            codes: vec![Vec::new(); columns],
            dictionaries: vec![Dictionary::default(); columns],
            dictionary_of: layout.columns.iter().map(|column| column.dictionary).collect(),
            len: 0,
        };
        Self { fields, layout, table, ids: Vec::new() }
    }

    /// Takes one record, values in the order of the fields, and returns its index.
    ///
    /// Missing trailing values count as `None`; surplus values are ignored.
    pub fn push(&mut self, values: &[Option<&str>]) -> u32 {
        let row = self.layout.standardise(values);
        for (column, value) in row.into_iter().enumerate() {
            let dictionary = &mut self.table.dictionaries[self.table.dictionary_of[column]];
            let code = value.map_or(MISSING, |text| dictionary.code(&text));
            self.table.codes[column].push(code);
        }
        let index = u32::try_from(self.table.len).unwrap_or(u32::MAX);
        self.table.len += 1;
        index
    }

    /// Takes one record under its lasting id, which no other record may have.
    ///
    /// Records are either all pushed with an id or all without; without, the index is the id.
    pub fn push_as(&mut self, id: RecordId, values: &[Option<&str>]) -> u32 {
        self.ids.push(id);
        self.push(values)
    }

    /// The lasting id of a record.
    pub fn id(&self, record: u32) -> RecordId {
        self.ids.get(record as usize).copied().unwrap_or(RecordId(u64::from(record)))
    }

    /// The fields these records were made for.
    pub fn fields(&self) -> &[Field] {
        &self.fields
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
    /// The code of one record in one column.
    pub(crate) fn code(&self, column: usize, record: u32) -> u32 {
        self.codes[column][record as usize]
    }

    /// The standardised text of a code in a column.
    pub(crate) fn text(&self, column: usize, code: u32) -> &str {
        self.dictionary(column).text(code)
    }

    /// The dictionary of a column.
    pub(crate) fn dictionary(&self, column: usize) -> &Dictionary {
        &self.dictionaries[self.dictionary_of[column]]
    }

    /// How often each code occurs in a column.
    pub(crate) fn counts(&self, column: usize) -> Vec<u32> {
        let mut counts = vec![0; self.dictionary(column).bound()];
        for &code in &self.codes[column] {
            counts[code as usize] += 1;
        }
        counts[MISSING as usize] = 0;
        counts
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
