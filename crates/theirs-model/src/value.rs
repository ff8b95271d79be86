//! A value and where it comes from, never one without the other.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::{Obtained, RecordId, SourceKind};

/// Where one value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The source's name in the charter, or `you` for the person's own correction.
    pub source: String,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The record it stands in; none for the person's own correction.
    pub record: Option<RecordId>,
    /// How it was obtained.
    pub obtained: Obtained,
    /// Since when the source says so, else when it was loaded.
    pub since: Timestamp,
}

/// A value of one attribute with its provenance.
///
/// There is no way to build one without a provenance, and its `Debug` shows no content.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    content: String,
    provenance: Provenance,
}

impl Value {
    /// A value as `provenance` gives it, in the canonical text of its type.
    pub fn new(content: String, provenance: Provenance) -> Self {
        Self { content, provenance }
    }

    /// What the source says, in the canonical text of its type.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Where it comes from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("provenance", &self.provenance).finish_non_exhaustive()
    }
}
