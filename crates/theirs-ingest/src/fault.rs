//! Why a row is set aside. No reason ever holds a value.

use std::borrow::Cow;
use std::fmt;

use theirs_model::ColumnType;

use crate::Wanted;

/// What is wrong with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not read as the wanted type.
    Unlike,
    /// It reads as the wanted type but lies outside what the type can hold.
    Range,
    /// It is an instant without an offset and the shape names no zone.
    Zoneless,
    /// It is required and empty.
    Missing,
    /// It is text beyond [`TEXT_LIMIT_BYTES`].
    Long,
    /// It holds a NUL character.
    Nul,
    /// It is not UTF-8.
    Encoding,
    /// It is a list, an object or raw bytes.
    Nested,
    /// It stands in the row more than once.
    Repeated,
}

/// The longest text that is taken.
pub(crate) const TEXT_LIMIT_BYTES: usize = 100_000;

impl Fault {
    /// The fault in words that follow the name of the column.
    pub(crate) fn reason(self, wanted: &Wanted) -> Cow<'static, str> {
        match self {
            Self::Unlike => unlike(wanted),
            Self::Range => "is out of range".into(),
            Self::Zoneless => {
                "is not an instant with an offset; give the source a time_zone".into()
            }
            Self::Missing => "is empty and must not be".into(),
            Self::Long => "is longer than 100,000 bytes".into(),
            Self::Nul => "holds a NUL character".into(),
            Self::Encoding => "is not valid UTF-8".into(),
            Self::Nested => "is not a single value".into(),
            Self::Repeated => "stands twice in the row".into(),
        }
    }
}

fn unlike(wanted: &Wanted) -> Cow<'static, str> {
    let written = wanted.format.as_deref();
    match (wanted.kind, written) {
        (ColumnType::Text, _) => "is not text".into(),
        (ColumnType::Integer, _) => "is not a whole number".into(),
        (ColumnType::Number, _) => "is not a number".into(),
        (ColumnType::Decimal, _) => "is not a decimal number".into(),
        (ColumnType::Boolean, _) => "is not yes or no".into(),
        (ColumnType::Date, Some(format)) => format!("is not a date written as {format}").into(),
        (ColumnType::Date, None) => "is not a date written as YYYY-MM-DD".into(),
        (ColumnType::Timestamp, Some(format)) => {
            format!("is not an instant written as {format}").into()
        }
        (ColumnType::Timestamp, None) => {
            "is not an instant written as YYYY-MM-DDTHH:MM:SS with an offset".into()
        }
    }
}

/// What is wrong with a row as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowFault {
    /// It has another number of fields than the header.
    Width { found: usize, header: usize },
    /// It does not end within [`crate::window::RECORD_LIMIT_BYTES`].
    Long,
    /// A quote in it is not closed, or is followed by more than the delimiter.
    Quote,
    /// Its line is not JSON.
    Json,
    /// Its line is JSON but no object.
    NoObject,
    /// Its line is not UTF-8.
    Encoding,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Width { found, header } => {
                write!(f, "has {found} fields where the header has {header}")
            }
            Self::Long => f.write_str("does not end within 1 MiB"),
            Self::Quote => f.write_str("has a quote out of place"),
            Self::Json => f.write_str("is not valid JSON"),
            Self::NoObject => f.write_str("is not a JSON object"),
            Self::Encoding => f.write_str("is not valid UTF-8"),
        }
    }
}
