//! What a backup of the data holds: every file with its digest, and as of when.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use theirs_model::{Digest, Sequence};

use super::{BackupError, below, failed, flush};
use crate::folder::file_digest;

/// The name of the manifest, which is written last.
pub const MANIFEST: &str = "manifest.json";
/// The form that this version writes and reads.
const FORMAT: u32 = 1;
/// The largest manifest that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// How far the ledger was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries it had.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Where it lies in the backup.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// What a backup of the data holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// When it was made.
    pub at: Timestamp,
    /// The last change that it holds.
    pub sequence: Sequence,
    /// How far its ledger is.
    pub ledger: Head,
    /// Which keys belong to it.
    pub keys: Digest,
    /// Its files.
    pub files: Vec<FileDigest>,
}

impl Manifest {
    pub(super) fn of(
        folder: &Path,
        at: Timestamp,
        sequence: Sequence,
        ledger: Head,
        keys: Digest,
    ) -> Result<Self, BackupError> {
        let files = below(folder)?.into_iter().map(|path| FileDigest::of(folder, &path));
        let files = files.collect::<Result<_, _>>()?;
        Ok(Self { format: FORMAT, at, sequence, ledger, keys, files })
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(MANIFEST);
        let draft = folder.join("manifest.new");
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(&path)(error.into()))?;
        std::fs::write(&draft, text).map_err(failed(&draft))?;
        flush(&draft)?;
        std::fs::rename(&draft, &path).map_err(failed(&path))?;
        flush(folder)
    }

    /// Reads the manifest of a backup; its files may only lie below it.
    pub fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(MANIFEST);
        let not_whole = |reason| BackupError::NotWhole { path: folder.to_owned(), reason };
        let file = File::open(&path).map_err(|_| not_whole("it has no manifest.json"))?;
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text).map_err(failed(&path))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|_| not_whole("its manifest.json cannot be read"))?;
        if manifest.format != FORMAT {
            return Err(not_whole("it is of another version"));
        }
        let inside = |path: &Path| path.components().all(|c| matches!(c, Component::Normal(_)));
        if !manifest.files.iter().all(|file| inside(&file.path)) {
            return Err(not_whole("its manifest.json names files elsewhere"));
        }
        Ok(manifest)
    }
}

impl FileDigest {
    pub(super) fn of(folder: &Path, path: &Path) -> Result<Self, BackupError> {
        let whole = folder.join(path);
        let (sha256, bytes) = file_digest(&whole).map_err(failed(&whole))?;
        Ok(Self { path: path.to_owned(), bytes, sha256 })
    }
}
