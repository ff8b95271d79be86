//! Which format a file has, by its extension.

use std::path::Path;

use crate::IngestError;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Text with a header row and this delimiter (RFC 4180).
    Delimited(u8),
    /// One flat JSON object per line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
    /// A `SQLite` database.
    Sqlite,
}

/// The extensions, in the order in which a message names them.
const KNOWN: [(&str, Format); 8] = [
    ("csv", Format::Delimited(b',')),
    ("tsv", Format::Delimited(b'\t')),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
    ("parquet", Format::Parquet),
    ("sqlite", Format::Sqlite),
    ("sqlite3", Format::Sqlite),
    ("db", Format::Sqlite),
];

/// Whether the name of `file` is that of a file that can be read.
pub fn is_readable(file: &Path) -> bool {
    format_of(file).is_ok()
}

/// The format of `file`; upper and lower case are alike.
pub(crate) fn format_of(file: &Path) -> Result<Format, IngestError> {
    let extension = file.extension().unwrap_or_default();
    let known = KNOWN.iter().find(|(name, _)| extension.eq_ignore_ascii_case(name));
    known.map(|(_, format)| *format).ok_or_else(|| IngestError::UnknownFormat {
        file: file.to_owned(),
        known: KNOWN.iter().map(|(name, _)| format!(".{name}")).collect(),
    })
}
