//! What a server says of a column.

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Native {
    /// Its name.
    pub name: String,
    /// Its type in the words of the server.
    pub kind: String,
    /// What that type comes to here.
    pub class: Class,
}

/// What a type of a server comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Text, and whatever is best read as the text that the server makes of it.
    Text,
    /// A whole number.
    Integer,
    /// A floating point number.
    Number,
    /// A number with an exact fraction.
    Exact,
    /// A truth value.
    Boolean,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// A day and a time of day, of which nobody says where.
    Civil,
    /// Bytes, a list or a row: no single value.
    Opaque,
}
