//! What was seen of a table: its columns, and values spread over its rows.
//!
//! Values stay here. Whatever leaves this crate is words about them, counts and names of columns;
//! the `Debug` of a column shows neither.

use std::fmt;

use serde::Serialize;

use crate::sketch::Sketch;

/// Where a table was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// A file that can be a source as it is.
    File {
        /// Its path, as it was given.
        path: String,
        /// The table in it, if it is a database.
        table: Option<String>,
    },
    /// A sheet of a workbook.
    Sheet {
        /// The workbook's path, as it was given.
        path: String,
        /// The sheet.
        sheet: String,
    },
    /// A table of a PostgreSQL database.
    Postgres {
        /// The database.
        database: String,
        /// The table, with its schema unless that is `public`.
        table: String,
    },
    /// A table of a `MariaDB` or `MySQL` database.
    #[serde(rename = "mariadb")]
    MariaDb {
        /// The database.
        database: String,
        /// The table.
        table: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, table: None } => f.write_str(path),
            Self::File { path, table: Some(table) } | Self::Sheet { path, sheet: table } => {
                write!(f, "{path}, {table}")
            }
            Self::Postgres { database, table } | Self::MariaDb { database, table } => {
                write!(f, "database {database}, {table}")
            }
        }
    }
}

/// A table, as far as it was looked at.
#[derive(Debug, Clone)]
pub struct Table {
    /// Where it was seen.
    pub origin: Origin,
    /// Its name, by which it is guessed what it is of.
    pub name: String,
    /// Its columns, in its order.
    pub columns: Vec<Column>,
    /// Columns that could not be looked into, and why.
    pub unread: Vec<(String, String)>,
    /// How many rows were looked at.
    pub rows: u64,
    /// Whether those were all.
    pub is_whole: bool,
}

/// A column, as far as it was looked at.
#[derive(Clone, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Values spread over the rows, without empty ones.
    pub values: Vec<String>,
    /// In how many rows it had a value.
    pub filled: u64,
    /// Which values it had, by their hashes.
    pub(crate) sketch: Sketch,
}

impl Column {
    /// A column of these values; empty ones count as none.
    pub fn new<'v>(name: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut column = Self { name: name.to_owned(), ..Self::default() };
        for value in values.into_iter().map(str::trim).filter(|value| !value.is_empty()) {
            column.filled += 1;
            column.sketch.add(value);
            column.values.push(value.to_owned());
        }
        column
    }

    /// Whether every row that had a value had another one.
    pub fn is_unique(&self) -> bool {
        let least = if self.sketch.is_exact() { 0.999 } else { 0.93 };
        self.filled > 1 && self.sketch.distinct() >= least * self.filled_rows()
    }

    /// About how many different values it has for each value, from 0 to 1.
    pub fn variety(&self) -> f64 {
        if self.filled == 0 { 0.0 } else { (self.sketch.distinct() / self.filled_rows()).min(1.0) }
    }

    #[expect(clippy::cast_precision_loss, reason = "rows are looked at up to a small bound")]
    fn filled_rows(&self) -> f64 {
        self.filled as f64
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column").field("name", &self.name).finish_non_exhaustive()
    }
}
