//! Where rows go once they are read, and where those go that could not be.

use std::fmt;

use arrow::record_batch::RecordBatch;

use crate::Aside;

/// Why a sink could not take what it was given.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Rows that were read. Its `Debug` shows how many, never what they hold.
#[derive(Clone)]
pub struct Rows {
    /// The rows: columns in the order and types of the shape, at most 65,536 rows, never none.
    /// Every day and instant lies within what `jiff` can represent.
    pub batch: RecordBatch,
    /// The place of each row in its file, counted from 1: the line on which it begins for CSV and
    /// JSON Lines, the row number for Parquet and `SQLite`, the number in this reading for a table
    /// of a server.
    pub lines: Vec<u64>,
}

/// A row or value that was not read: where it stands and why, without what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The place of the row, counted as in [`Rows::lines`].
    pub line: u64,
    /// The first column at fault; none where the row as a whole could not be read.
    pub field: Option<String>,
    /// What is wrong, worded to follow the name of the field or "the row".
    pub reason: String,
    /// Whether the row was set aside with it, or kept without it.
    pub aside: Aside,
}

/// Takes what reading gives, in batches and in the order of the file.
pub trait Sink {
    /// Takes rows that were read.
    fn rows(&mut self, rows: Rows) -> Result<(), SinkError>;

    /// Takes a row or value that was set aside. Those of one batch come before its rows.
    fn set_aside(&mut self, row: SetAside) -> Result<(), SinkError>;

    /// Hears how far reading has come, in bytes or rows; a `total` of zero means not known.
    fn progress(&mut self, done: u64, total: u64) {
        let _ = (done, total);
    }
}

/// What reading a file came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows given to the sink.
    pub rows: u64,
    /// Rows set aside.
    pub set_aside: u64,
    /// Values set aside of rows that were kept.
    pub values_set_aside: u64,
    /// Columns that the file has and nobody wanted: their values were never parsed.
    pub unread_columns: Vec<String>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("count", &self.lines.len()).finish_non_exhaustive()
    }
}
