//! Why the sample could not be written.

use std::{io, path::PathBuf};

/// What stopped the sample from being written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A row could not be turned into CSV.
    #[error("cannot write a row as CSV")]
    Csv(#[from] csv::Error),
    /// A row could not be turned into JSON.
    #[error("cannot write a row as JSON")]
    Json(#[from] serde_json::Error),
    /// The shop's database could not be written.
    #[error("cannot write the shop's database")]
    Sqlite(#[from] rusqlite::Error),
    /// The invented people lack one that the stories need; a fault of this crate.
    #[error("the sample has no {0}")]
    Missing(&'static str),
}
