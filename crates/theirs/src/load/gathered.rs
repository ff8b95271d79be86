//! What the reading of one source brought together.

use std::collections::BTreeSet;

use theirs_charter::Source;
use theirs_ingest::{Aside, SetAside};
use theirs_model::RecordId;
use theirs_store::{Hiding, SetAsideRow, Written};

/// The most set-aside rows of one load that are kept in detail.
const MOST_SET_ASIDE: usize = 100_000;

/// What the reading of one source brought together.
pub(super) struct Gathered {
    /// What messages call what was read.
    pub(super) file: String,
    pub(super) rows: u64,
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) set_aside: Vec<SetAsideRow>,
    pub(super) set_aside_count: u64,
    pub(super) values_set_aside: u64,
    /// The keys of the records that the source spoke of.
    pub(super) brought: BTreeSet<String>,
    /// The keys of records of which something was set aside, each with its column.
    pub(super) held_back: BTreeSet<(String, String)>,
    pub(super) files: Vec<Written>,
    pub(super) hidden: Vec<Hiding>,
    /// Rows that are gone, and those that seem to be.
    pub(super) gone: u64,
    pub(super) doubted: u64,
    pub(super) gone_records: Vec<RecordId>,
    /// Whether rows were set aside because their person is not known.
    pub(super) waiting: bool,
    pub(super) unread_columns: Vec<String>,
}

impl Gathered {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            rows: 0,
            added: 0,
            changed: 0,
            unchanged: 0,
            set_aside: Vec::new(),
            set_aside_count: 0,
            values_set_aside: 0,
            brought: BTreeSet::new(),
            held_back: BTreeSet::new(),
            files: Vec::new(),
            hidden: Vec::new(),
            gone: 0,
            doubted: 0,
            gone_records: Vec::new(),
            waiting: false,
            unread_columns: Vec::new(),
        }
    }

    pub(super) fn set_aside(&mut self, source: &Source, row: SetAside) {
        let reason = match row.aside {
            Aside::Row => {
                self.set_aside_count += 1;
                row.reason
            }
            Aside::Value => {
                self.values_set_aside += 1;
                format!("{}; the row is kept without it", row.reason)
            }
        };
        if self.set_aside.len() < MOST_SET_ASIDE {
            self.set_aside.push(SetAsideRow {
                source: source.name.clone(),
                file: self.file.clone(),
                line: row.line,
                field: row.field,
                reason,
            });
        }
    }
}
