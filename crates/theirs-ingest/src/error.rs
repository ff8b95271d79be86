//! What can be wrong with a file as a whole, by cause.

use std::fmt;
use std::io;
use std::path::PathBuf;

use theirs_model::ColumnType;

use crate::SinkError;

/// Why a file could not be read. No message holds a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// There is no such file.
    #[error("there is no file {file}", file = .file.display())]
    NotFound {
        /// The file.
        file: PathBuf,
    },
    /// It is a folder.
    #[error("{file} is a folder: name one file in it", file = .file.display())]
    Folder {
        /// The folder.
        file: PathBuf,
    },
    /// The extension names no format that can be read.
    #[error("{file} has no known format: its name should end in {known}", file = .file.display(), known = .known.join(", "))]
    UnknownFormat {
        /// The file.
        file: PathBuf,
        /// The extensions that are known.
        known: Vec<String>,
    },
    /// There is nothing in it.
    #[error("{file} is empty: not even a header or a first row stands in it", file = .file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// The disk failed, or the file may not be read.
    #[error("could not read {file}", file = .file.display())]
    Disk {
        /// The file.
        file: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// It is text in UTF-16.
    #[error("{file} is written in UTF-16: save it as UTF-8", file = .file.display())]
    Utf16 {
        /// The file.
        file: PathBuf,
    },
    /// It is not what its extension says.
    #[error("{file} does not read as {format}", file = .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The format that its extension names.
        format: &'static str,
        /// What its reader answered, where it did.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// A database has tables, and which is meant was not said.
    #[error("{file} is a database: say which table to read (it has: {present})", file = .file.display(), present = listed(.present))]
    NoTable {
        /// The file.
        file: PathBuf,
        /// The tables and views that it has.
        present: Vec<String>,
    },
    /// The table is not there.
    #[error("{file} has no table {table:?}{hint} (it has: {present})", file = .file.display(), hint = meant(.nearest.as_ref()), present = listed(.present))]
    MissingTable {
        /// The file.
        file: PathBuf,
        /// The table that was asked for.
        table: String,
        /// The one most like it.
        nearest: Option<String>,
        /// The tables and views that it has.
        present: Vec<String>,
    },
    /// A wanted column is not there.
    #[error("{file} has no column {column:?}{hint} ({present})", file = .file.display(), hint = meant(.nearest.as_ref()))]
    MissingColumn {
        /// The file.
        file: PathBuf,
        /// The column that was asked for.
        column: String,
        /// The one most like it.
        nearest: Option<String>,
        /// The columns that it has.
        present: Present,
    },
    /// A wanted column is there more than once.
    #[error("{file} has more than one column {column:?}: rename all but one", file = .file.display())]
    RepeatedColumn {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
    },
    /// The first line seems to hold values, which are therefore not quoted.
    #[error("{file} has no header: its first line should name the columns", file = .file.display())]
    NoHeader {
        /// The file.
        file: PathBuf,
    },
    /// A column is of another type than wanted: most of its values do not read.
    #[error(
        "{file}: column {column:?} does not read as {kind}: in {percent} % of its first rows it {reason}",
        file = .file.display(), percent = percent(*.share), kind = .kind.name()
    )]
    WrongType {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// The type that was wanted.
        kind: ColumnType,
        /// The share of the rows looked at that are set aside for this column, from 0 to 1.
        share: f64,
        /// What is wrong with the first of them.
        reason: String,
    },
    /// A database did not answer as it should.
    #[error("{at}: {reason}", at = .at.display())]
    Database {
        /// The table, by what messages call it.
        at: PathBuf,
        /// What the server or the network said, without a value of a row.
        reason: String,
    },
    /// A bucket did not answer as it should.
    #[error("{at}: {reason}")]
    Bucket {
        /// What was read, by what messages call it.
        at: PathBuf,
        /// What is wrong with it, without a key and without what the server repeated.
        reason: String,
    },
    /// The sink could not take what was read.
    #[error("what was read could not be kept")]
    Sink(#[source] SinkError),
}

/// The columns of a file, as far as a message may tell them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Present {
    /// Their names.
    Names(Vec<String>),
    /// How many there are: a first line without any name that was asked for may be no header at all
    /// but a person's values.
    Count(usize),
}

impl fmt::Display for Present {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Names(names) => write!(f, "it has: {}", listed(names)),
            Self::Count(1) => f.write_str("its first line has 1 field"),
            Self::Count(count) => write!(f, "its first line has {count} fields"),
        }
    }
}

/// How many names a message lists.
const LISTED: usize = 40;

fn listed(names: &[String]) -> String {
    match names.split_at_checked(LISTED) {
        Some((first, rest)) if !rest.is_empty() => {
            format!("{} and {} more", first.join(", "), rest.len())
        }
        _ if names.is_empty() => "none".to_owned(),
        _ => names.join(", "),
    }
}

fn meant(nearest: Option<&String>) -> String {
    nearest.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

/// A share in whole hundredths, rounded down so that "100" means all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between 0 and 1"
)]
fn percent(share: f64) -> u8 {
    (share * 100.0).floor() as u8
}
