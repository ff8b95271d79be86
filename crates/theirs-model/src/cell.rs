//! One field of one source row, before and after it is read as a type.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What a reader found in one field, still in the source's own form.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, or an empty text.
    Empty,
    /// Text as it stood in the source.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// Days since 1970-01-01.
    Day(i32),
}

/// The type of a column of an activity or of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Unicode text.
    Text,
    /// A 64-bit whole number.
    Integer,
    /// A 64-bit floating point number.
    Number,
    /// A decimal with two places after the point, such as money.
    Decimal,
    /// A truth value.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant, kept in UTC with microseconds.
    Timestamp,
}

impl ColumnType {
    /// Every type with its name in a charter.
    pub const ALL: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("decimal", Self::Decimal),
        ("boolean", Self::Boolean),
        ("date", Self::Date),
        ("timestamp", Self::Timestamp),
    ];

    /// The name of the type in a charter.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("text", |(name, _)| name)
    }
}
