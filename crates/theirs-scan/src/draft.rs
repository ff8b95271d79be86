//! Drafts a charter of what was found: a text to argue with, which the engine can read as it is.
//!
//! What a human must decide is said where it stands: who stands behind a source, how it was got, what
//! the data is for. The one purpose is to answer people, and whatever looks bought is a broker's, so
//! that a draft that is applied unread lets nobody do marketing.

mod meaning;
mod plan;
mod reference;
mod word;
mod write;

use crate::finding::ScannedTable;

/// A charter for these tables, in YAML.
pub fn draft(tables: &[ScannedTable]) -> String {
    write::charter(&plan::plan(tables))
}

#[cfg(test)]
mod tests;
