//! Gathers rows that stream by into a table: values spread evenly over all of them.
//!
//! Every n-th row is kept; when too many are, every other one goes and n doubles. So a thousand rows
//! or more stand for however many there were, without knowing that beforehand and without chance.

use theirs_ingest::Onlooker;

use crate::sketch::Sketch;
use crate::table::{Column, Origin, Table};

/// At most so many rows are kept, and at least half as many where there are.
const KEPT_ROWS: usize = 2_000;

/// A value is kept up to here.
const VALUE_BYTES: usize = 2_000;

/// Rows as they stream by.
#[derive(Default)]
pub(crate) struct Gather {
    names: Vec<String>,
    sketches: Vec<(Sketch, u64)>,
    kept: Vec<Vec<Option<String>>>,
    rows: u64,
    step: u64,
}

impl Onlooker for Gather {
    fn columns(&mut self, names: &[String]) {
        let sketches = names.iter().map(|_| (Sketch::default(), 0)).collect();
        *self = Self { names: names.to_vec(), sketches, step: 1, ..Self::default() };
    }

    fn row(&mut self, values: &[Option<&str>]) {
        let filled = |value: &&str| !value.trim().is_empty();
        for (value, (sketch, count)) in values.iter().zip(&mut self.sketches) {
            if let Some(value) = value.filter(filled) {
                sketch.add(value.trim());
                *count += 1;
            }
        }
        if self.rows.is_multiple_of(self.step) {
            self.kept.push(values.iter().map(|value| value.filter(filled).map(cut)).collect());
            if self.kept.len() == KEPT_ROWS {
                let mut at = 0;
                self.kept.retain(|_| {
                    at += 1;
                    at % 2 == 1
                });
                self.step *= 2;
            }
        }
        self.rows += 1;
    }
}

impl Gather {
    /// The table of what streamed by.
    pub(crate) fn table(self, origin: Origin, name: &str, is_whole: bool) -> Table {
        let Self { names, sketches, kept, rows, .. } = self;
        let values = |at: usize| kept.iter().filter_map(|row| row[at].clone()).collect();
        let columns = names.into_iter().zip(sketches).enumerate();
        let column =
            |(at, (name, (sketch, filled)))| Column { name, values: values(at), filled, sketch };
        let columns = columns.map(column).collect();
        Table { origin, name: name.to_owned(), columns, unread: Vec::new(), rows, is_whole }
    }
}

fn cut(value: &str) -> String {
    let value = value.trim();
    let end = (0..=VALUE_BYTES.min(value.len())).rev().find(|end| value.is_char_boundary(*end));
    value[..end.unwrap_or(0)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_kept_are_spread_over_all() {
        let mut gather = Gather::default();
        gather.columns(&["id".to_owned(), "note".to_owned()]);
        for row in 0..10_000 {
            gather.row(&[Some(&row.to_string()), None]);
        }
        let origin = Origin::File { path: "shop.csv".to_owned(), table: None };
        let table = gather.table(origin, "shop", true);
        let [id, note] = &table.columns[..] else { panic!("two columns") };
        assert_eq!((table.rows, id.filled, note.filled), (10_000, 10_000, 0));
        assert!((1_000..2_000).contains(&id.values.len()), "{}", id.values.len());
        assert_eq!(id.values.last().map(String::as_str), Some("9992"));
        assert!(id.is_unique() && !note.is_unique());
    }
}
