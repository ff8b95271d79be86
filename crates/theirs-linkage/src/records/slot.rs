//! Records that come and go: a place in the table is written again, or emptied.

use super::{Records, Table};
use crate::dictionary::MISSING;
use crate::judgement::RecordId;

impl Records {
    /// Writes a record into a place, the next new one or one there is, without the values that
    /// `is_none` tells are none.
    pub(crate) fn put(
        &mut self,
        place: u32,
        values: &[Option<&str>],
        is_none: impl Fn(usize, &str) -> bool,
    ) {
        if place as usize == self.table.len {
            self.push(&[]);
        }
        let row = self.layout.standardise(values);
        for (column, value) in row.into_iter().enumerate() {
            let dictionary = &mut self.table.dictionaries[self.table.dictionary_of[column]];
            let told = value.filter(|text| !is_none(column, text));
            let code = told.map_or(MISSING, |text| dictionary.code(&text));
            self.table.codes[column][place as usize] = code;
        }
    }

    /// Replaces all records by those of a table of the same fields.
    pub(crate) fn replace(&mut self, table: Table, ids: Vec<RecordId>) {
        (self.table, self.ids) = (table, ids);
    }

    /// Empties a place.
    pub(crate) fn clear(&mut self, place: u32) {
        for codes in &mut self.table.codes {
            codes[place as usize] = MISSING;
        }
    }
}

impl Table {
    /// Tells apart what the codes of a column mean; columns of one number share their codes.
    pub(crate) fn meaning(&self, column: usize) -> usize {
        self.dictionary_of[column]
    }

    /// Puts the records into another order: each place takes the record that is named for it.
    pub(crate) fn arrange(&mut self, order: &[u32]) {
        for codes in &mut self.codes {
            *codes = order.iter().map(|&record| codes[record as usize]).collect();
        }
    }

    /// Takes the values that `is_none` tells are none out of every record.
    pub(crate) fn blank_all(&mut self, is_none: impl Fn(usize, &str) -> bool) {
        for column in 0..self.codes.len() {
            let dictionary = self.dictionary(column);
            let codes = 0..u32::try_from(dictionary.bound()).unwrap_or(u32::MAX);
            let blanked: Vec<bool> = codes
                .map(|code| code != MISSING && is_none(column, dictionary.text(code)))
                .collect();
            if blanked.contains(&true) {
                let codes = self.codes[column].iter_mut();
                codes.filter(|code| blanked[**code as usize]).for_each(|code| *code = MISSING);
            }
        }
    }
}
