//! Records column by column: each value is standardised once, however many records have it.

use super::Records;
use crate::dictionary::{Cell, MISSING, Texts};
use crate::layout::Filled;

/// The most columns that one value fills.
const MOST_COLUMNS: usize = 3;

/// A value of one field as these records know it; the default is a missing one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known([Cell; MOST_COLUMNS]);

impl Records {
    /// Standardises values of a field, by its place in the list of fields, for `push_known`.
    ///
    /// A field that there is not, or that is kept out, knows missing values only.
    pub fn know<'v>(
        &mut self,
        field: usize,
        values: impl IntoIterator<Item = Option<&'v str>>,
    ) -> Vec<Known> {
        let Some(Filled { columns, .. }) = self.layout.filled(field) else {
            return vec![Known::default(); values.into_iter().count()];
        };
        let mut texts: [Texts; MOST_COLUMNS] = Default::default();
        let (texts, values) = (&mut texts[..columns.len()], values.into_iter());
        for texts in texts.iter_mut() {
            texts.reserve(values.size_hint().0);
        }
        for value in values {
            let Some(value) = value else {
                for texts in texts.iter_mut() {
                    texts.push("");
                }
                continue;
            };
            self.layout.standardise_one(field, value, &mut self.row);
            for (texts, text) in texts.iter_mut().zip(&self.row.texts()[columns.clone()]) {
                texts.push(text);
            }
        }
        let mut known = vec![Known::default(); texts[0].len()];
        for (part, (column, texts)) in columns.zip(texts).enumerate() {
            let cells = known.iter_mut().map(|known| &mut known.0[part]);
            self.table.encode_all(column, texts, cells);
        }
        known
    }

    /// Takes records by what each field knows of their values, as many for each field.
    ///
    /// The same as `push` record by record, but for records without lasting ids only.
    pub fn push_known(&mut self, fields: &[&[Known]]) {
        let records = fields.iter().map(|known| known.len()).min().unwrap_or_default();
        let width = self.table.width();
        let rows = self.table.add_rows(records);
        for is_whole in [false, true] {
            for (field, known) in fields.iter().enumerate() {
                let Some(filled) = self.layout.filled(field) else { continue };
                if filled.is_whole != is_whole {
                    continue;
                }
                for (row, known) in rows.chunks_exact_mut(width.max(1)).zip(*known) {
                    fill(&mut row[filled.columns.clone()], known);
                }
            }
        }
    }
}

/// Parts given on their own are there already and stay.
fn fill(cells: &mut [Cell], known: &Known) {
    for (cell, known) in cells.iter_mut().zip(&known.0) {
        if cell.code == MISSING {
            *cell = *known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Field, FieldKind};

    #[test]
    fn columns_make_the_same_records_as_rows() {
        let kinds = [FieldKind::FullName, FieldKind::GivenName, FieldKind::Email];
        let fields = kinds.map(|kind| Field::new("field", kind)).to_vec();
        let names = [Some("A. Lovelace"), None, Some("Grace Hopper"), Some("A. Lovelace")];
        let given = [Some("Ada"), Some("Alan"), None, Some("Ada")];
        let emails = [Some("countess@a.org"), None, Some("n/a"), Some("countess@a.org")];
        let (mut rows, mut columns) = (Records::new(fields.clone()), Records::new(fields));
        for ((name, given), email) in names.iter().zip(given).zip(emails) {
            rows.push(&[*name, given, email]);
        }
        let known = [names, given, emails];
        let known: Vec<_> = (0..).zip(known).map(|(at, values)| columns.know(at, values)).collect();
        let known: Vec<&[Known]> = known.iter().map(Vec::as_slice).collect();
        columns.push_known(&known);
        assert_eq!(rows.len(), columns.len());
        for record in 0..4 {
            let texts = |records: &Records| -> Vec<String> {
                let cells = records.table.row(record).iter().enumerate();
                cells.map(|(at, cell)| records.table.text(at, cell.code).to_owned()).collect()
            };
            assert_eq!(texts(&rows), texts(&columns));
        }
        assert_eq!(columns.know(9, [Some("nothing")]).len(), 1);
    }
}
