//! What a load must not let in: whoever was erased, and what is past its time.

use jiff::Timestamp;
use theirs_charter::{Charter, Identity, Source};
use theirs_rights::{Admission, Marker, kept_since};
use theirs_store::{Blocked, Mark, StoreError};

use crate::workspace::Workspace;

/// Why a row of somebody who was erased is set aside.
const ERASED: &str =
    "it is of somebody who was erased; `theirs readmit` lets them in again if they ask for it";

/// Why a row whose key somebody had deleted is set aside.
const NAMELESS: &str = "the person had deleted what this entry is known by";

/// Why a value that somebody had deleted is set aside.
pub const DELETED: &str = "the person had this deleted";

/// Why a row is set aside.
pub fn reason(why: Blocked) -> &'static str {
    match why {
        Blocked::Erased => ERASED,
        Blocked::Deleted => NAMELESS,
    }
}

/// Guards one load of one source.
pub struct Gate {
    marker: Marker,
    since: Option<Timestamp>,
    keep: String,
}

impl Gate {
    pub fn of(workspace: &Workspace, charter: &Charter, source: &Source) -> Self {
        Self {
            marker: Marker::new(&workspace.keys),
            since: kept_since(charter, &source.name, workspace.clock.now()),
            keep: source.keep.map(|keep| keep.to_string()).unwrap_or_default(),
        }
    }

    /// What decides which rows of identities come in, and with what.
    pub fn admission<'a>(&'a self, source: &'a Source, identity: &'a Identity) -> Admission<'a> {
        Admission { marker: &self.marker, source, identity }
    }

    /// What a record of a source is known by from its key alone.
    pub fn mark(&self, source: &str, key: &str) -> Mark {
        self.marker.key(source, key)
    }

    /// Why the record of this key is not let in, if it is not.
    pub fn blocked(
        &self,
        workspace: &Workspace,
        source: &str,
        key: &str,
    ) -> Result<Option<&'static str>, StoreError> {
        Ok(workspace.store.blocked(self.mark(source, key))?.map(reason))
    }

    /// Why what happened then is not loaded any more, if it is not.
    pub fn is_past(&self, at: Option<Timestamp>) -> Option<String> {
        let (at, since) = (at?, self.since?);
        (at < since).then(|| format!("it is older than the charter keeps it ({})", self.keep))
    }
}
