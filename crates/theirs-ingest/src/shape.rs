//! What is wanted of a file: which columns, read as which types.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::tz::TimeZone;
use theirs_model::ColumnType;

/// A file and the columns wanted of it.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The file; its extension tells its format. For a table of a server, what messages call that.
    pub file: PathBuf,
    /// The table or view, for a `SQLite` file.
    pub table: Option<String>,
    /// The zone of instants written without an offset; without it such an instant is set aside.
    ///
    /// A time that a clock change skips or repeats is read as RFC 5545 says: in the offset that
    /// was valid before the change.
    pub zone: Option<TimeZone>,
    /// The columns, in the order that the batches will have.
    pub columns: Vec<Wanted>,
}

/// One wanted column.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its name in the file, matched exactly.
    pub name: String,
    /// The type to read it as.
    pub kind: ColumnType,
    /// How a date or timestamp is written, in the directives of [`jiff::fmt::strtime`].
    pub format: Option<String>,
    /// Whether a row without it is set aside.
    pub required: bool,
    /// What is set aside where it does not read.
    pub unreadable: Aside,
}

/// What is set aside where a value does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// The whole row: without this value it must not be kept.
    Row,
    /// This value alone: the row is kept without it.
    Value,
}

impl Shape {
    /// The schema of the batches that reading gives.
    pub(crate) fn schema(&self) -> SchemaRef {
        let field = |wanted: &Wanted| Field::new(&wanted.name, arrow_type(wanted.kind), true);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }
}

/// Digits of a decimal, and how many of them stand after the point.
pub(crate) const DECIMAL: (u8, i8) = (18, 2);

/// The Arrow type in which a column of `kind` is given.
pub(crate) fn arrow_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(DECIMAL.0, DECIMAL.1),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}
