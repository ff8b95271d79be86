//! What the charter in force names and no load has read yet.
//!
//! A charter may be extended after its sources were loaded. Until they are loaded again the new
//! columns are empty, which looks like knowing nothing of anybody.

use serde::Serialize;
use theirs_charter::{Charter, Outside, Source};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// The columns of a source that wait for its next load.
#[derive(Debug, Serialize)]
pub struct Unread {
    /// The source.
    pub source: String,
    /// The columns.
    pub columns: Vec<String>,
}

/// The columns that the charter in force has and the last load of their source had not.
pub fn unread(workspace: &Workspace, charter: &Charter) -> Result<Vec<Unread>, Failure> {
    let mut list = Vec::new();
    for load in workspace.store.last_loads()? {
        let Some(source) = charter.source(&load.source) else { continue };
        if load.charter == charter.digest {
            continue;
        }
        // A version that cannot be read any more says nothing; the next load settles it.
        let Some(version) = workspace.store.charter_version(&load.charter)? else { continue };
        let Ok(before) = Charter::read_with("charter.yaml", &version.text, Outside::AsApplied)
        else {
            continue;
        };
        let known = before.source(&load.source).map(Source::kept).unwrap_or_default();
        let new = source.kept().into_iter().filter(|name| !known.contains(name));
        let columns: Vec<String> = new.map(str::to_owned).collect();
        if !columns.is_empty() {
            list.push(Unread { source: load.source, columns });
        }
    }
    Ok(list)
}
