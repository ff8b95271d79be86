//! Drafts a charter of what was found: a text to argue with, which the engine can read as it is.
//!
//! What a human must decide is said where it stands: who stands behind a source, how it was got, what
//! the data is for. The one purpose is to answer people, and whatever looks bought is a broker's, so
//! that a draft that is applied unread lets nobody do marketing.

mod meaning;
mod plan;
mod reference;
mod unplaced;
mod word;
mod write;

use std::collections::BTreeMap;

use crate::finding::ScannedTable;

pub use self::unplaced::{Slip, Unplaced, of_nobody, slips, unplaced};

/// A charter for these tables, in YAML.
pub fn draft(tables: &[ScannedTable]) -> String {
    write::charter(&plan::plan(tables))
}

/// The part of a charter that says what these tables are, in YAML.
pub fn section(tables: &[ScannedTable]) -> String {
    write::section(&plan::plan(tables))
}

/// How many rows the sources of that charter have, where all were looked at.
pub fn rows(tables: &[ScannedTable]) -> BTreeMap<String, u64> {
    let planned = plan::plan(tables).sources;
    let whole = planned.iter().filter_map(|one| Some((one, one.table.filter(|t| t.is_whole)?)));
    whole.map(|(one, table)| (one.name.clone(), table.rows)).collect()
}

#[cfg(test)]
mod tests;
