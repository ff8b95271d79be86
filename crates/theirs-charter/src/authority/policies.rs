//! The operator's own policies: they narrow what the charter permits, and never widen it.

use std::collections::BTreeMap;

use theirs_model::Digest;

/// Files of policies in Cedar, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    files: BTreeMap<String, String>,
}

impl Policies {
    /// No policies: the charter alone decides.
    pub fn none() -> Self {
        Self::default()
    }

    /// These texts, by the names of their files.
    pub fn of(files: BTreeMap<String, String>) -> Self {
        Self { files }
    }

    /// The texts by the names of their files.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// SHA-256 over the names and the texts, each with its length before it.
    pub fn digest(&self) -> Digest {
        let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
        for part in self.files.iter().flat_map(|(name, text)| [name, text]) {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(hash.finish().as_ref());
        Digest(digest)
    }
}
