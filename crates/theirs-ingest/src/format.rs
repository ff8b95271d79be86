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
    /// An Excel workbook.
    Workbook,
}

/// The extensions, in the order in which a message names them.
const KNOWN: [(&str, Format); 9] = [
    ("csv", Format::Delimited(b',')),
    ("tsv", Format::Delimited(b'\t')),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
    ("parquet", Format::Parquet),
    ("sqlite", Format::Sqlite),
    ("sqlite3", Format::Sqlite),
    ("db", Format::Sqlite),
    ("xlsx", Format::Workbook),
];

/// Whether the name of `file` is that of a file that can be read.
pub fn is_readable(file: &Path) -> bool {
    format_of(file).is_ok()
}

/// Whether a file is packed by gzip, by its name.
pub(crate) fn is_packed(file: &Path) -> bool {
    file.extension().unwrap_or_default().eq_ignore_ascii_case("gz")
}

/// The format of `file`; upper and lower case are alike. A text may be packed (`.csv.gz`).
pub(crate) fn format_of(file: &Path) -> Result<Format, IngestError> {
    let inner = file.file_stem().map(Path::new).filter(|_| is_packed(file));
    let extension = inner.unwrap_or(file).extension().unwrap_or_default();
    let known = KNOWN.iter().find(|(name, _)| extension.eq_ignore_ascii_case(name));
    let format = known.map(|(_, format)| *format);
    let is_text = |format: &Format| matches!(format, Format::Delimited(_) | Format::JsonLines);
    format.filter(|format| inner.is_none() || is_text(format)).ok_or_else(|| {
        IngestError::UnknownFormat {
            file: file.to_owned(),
            known: KNOWN.iter().map(|(name, _)| format!(".{name}")).collect(),
        }
    })
}
