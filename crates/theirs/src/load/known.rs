//! Which files of a source were read already, where it has several.
//!
//! A file is known by its name and by what was read of it last: one that is written anew is read
//! again, also where it says once more what it said before. Rows without a key are told from the same
//! words elsewhere by the name of their file alone; of them a file under another name is not read
//! that was read under its old one.

use std::collections::{BTreeMap, BTreeSet};

use theirs_charter::{Charter, Source};
use theirs_model::Digest;

use super::feed;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// What was read last of the files of a source.
pub(super) struct Known {
    last: BTreeMap<String, Digest>,
    /// What was read under any name, if rows have no key.
    moved: BTreeSet<[u8; 32]>,
}

impl Known {
    pub(super) fn of(
        workspace: &Workspace,
        charter: &Charter,
        source: &Source,
    ) -> Result<Self, Failure> {
        let last = workspace.store.loaded_files(&source.name, &charter.digest)?;
        let is_nameless = feed::key(source).is_none();
        let moved = last.values().filter(|_| is_nameless).map(|digest| digest.0).collect();
        Ok(Self { last, moved })
    }

    /// Whether this is what was read of a file last.
    pub(super) fn has(&self, file: &str, digest: &Digest) -> bool {
        match self.last.get(file) {
            Some(last) => last == digest,
            None => self.moved.contains(&digest.0),
        }
    }
}
