//! What is kept of an event: rows for sources of the charter, and whose they are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An event as it lies in the journal.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// Half of the SHA-256 of its stream and the id of its message, in hexadecimal.
    pub id: String,
    /// The stream.
    pub stream: String,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it came with a server's key.
    pub server: bool,
    /// Who was signed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<String>,
    /// The browser or app.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub visitor: Option<String>,
    /// The id that an alias replaces.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<String>,
    /// What it gives to each source.
    pub rows: Vec<Row>,
}

/// What an event gives to one source.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The source.
    pub source: String,
    /// The columns of the charter that have a value.
    pub cells: Map<String, Value>,
    /// What its person must have agreed to, one of these, for it to be kept; none if it is kept
    /// without.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub needs: Vec<String>,
}

impl std::fmt::Debug for Taken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Taken").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Row").field("source", &self.source).finish_non_exhaustive()
    }
}
