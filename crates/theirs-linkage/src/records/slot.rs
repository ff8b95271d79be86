//! Records that come and go: a place in the table is written again, or emptied.

use std::sync::Arc;

use super::{Records, Table};
use crate::dictionary::Cell;
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
        self.layout.standardise(values, &mut self.row);
        self.table.put(place, self.row.texts(), is_none);
    }

    /// Replaces all records by those of a table of the same fields.
    pub(crate) fn replace(&mut self, table: Table, ids: Vec<RecordId>) {
        (self.table, self.ids) = (table, ids);
    }

    /// Empties a place.
    pub(crate) fn clear(&mut self, place: u32) {
        self.table.row_mut(place).fill(Cell::default());
    }
}

impl Table {
    /// Tells apart what the codes of a column mean; columns of one number share their codes.
    pub(crate) fn meaning(&self, column: usize) -> usize {
        self.dictionary_of[column]
    }

    /// Puts the records into another order: each place takes the record that is named for it.
    /// Those that are not named are gone.
    pub(crate) fn arrange(&mut self, order: &[u32]) {
        let mut cells = Vec::with_capacity(self.cells.len());
        for &record in order {
            cells.extend_from_slice(self.row(record));
        }
        self.cells = Arc::new(cells);
        self.len = order.len();
    }

    fn put(&mut self, place: u32, texts: &[String], is_none: impl Fn(usize, &str) -> bool) {
        let width = self.width();
        let start = place as usize * width;
        let dictionaries = Arc::make_mut(&mut self.dictionaries);
        let cells = Arc::make_mut(&mut self.cells)[start..start + width]
            .iter_mut()
            .zip(&self.dictionary_of);
        for ((column, text), (cell, &dictionary)) in texts.iter().enumerate().zip(cells) {
            let is_told = !text.is_empty() && !is_none(column, text);
            *cell = if is_told { dictionaries[dictionary].encode(text) } else { Cell::default() };
        }
    }

    fn row_mut(&mut self, record: u32) -> &mut [Cell] {
        let (start, width) = (record as usize * self.width(), self.width());
        &mut Arc::make_mut(&mut self.cells)[start..start + width]
    }
}
