//! The verifier: recomputes everything from the entries, and trusts nothing but the key.
//!
//! Strict decoding of every bundle, every tile of every level byte for byte, the root, the
//! signature. It holds one tile of each level at a time, so a log of any size fits. It reads the
//! checkpoint and the files at the tree's edge first, together; all else is full and never changes,
//! so a log that is being written can be verified too. Files that the checkpoint does not claim are
//! not looked at: they are no part of what was signed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use signed_note::StandardVerifier;
use theirs_model::Digest;

use crate::{
    Leaf, LeafIndex, bundle,
    edge::{Edge, TileBytes},
    ledger::CHECKPOINT,
    note::Claim,
    tile::{Content, Tile, WIDTH},
};

/// How often the edge is read again because the log grew meanwhile.
const ATTEMPTS: usize = 16;

/// What was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The number of entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// How many bytes of entries, tiles and checkpoint were checked.
    pub bytes: u64,
}

/// What is wrong with a log, and in which file.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The verifier key is not one.
    #[error("\"{vkey}\" is not a verifier key: it should read <name>+<hash>+<base64>")]
    Key {
        /// What was given.
        vkey: String,
    },
    /// A file that the checkpoint claims cannot be read.
    #[error("{file} is claimed by the checkpoint and cannot be read", file = file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The checkpoint is refused.
    #[error("{file} is refused: {reason}", file = file.display())]
    Checkpoint {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A bundle of entries is not in canonical form.
    #[error("{file} was changed: {reason}", file = file.display())]
    Bundle {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The hashes in a tile do not follow from the entries.
    #[error(
        "{file} does not follow from the entries: either it was changed, or the entries below it",
        file = file.display()
    )]
    Tile {
        /// The file.
        file: PathBuf,
    },
    /// The root does not follow from the entries.
    #[error("{file} signs the root {signed}, but the entries give {computed}", file = file.display())]
    Root {
        /// The checkpoint's file.
        file: PathBuf,
        /// What it signs.
        signed: Digest,
        /// What the entries give.
        computed: Digest,
    },
    /// The caller refused an entry.
    #[error("entry {} is refused: {reason}", .index.0)]
    Refused {
        /// Where the entry stands.
        index: LeafIndex,
        /// What the caller said.
        reason: String,
    },
}

/// Verifies the whole log in `folder` against the verifier key `vkey`.
///
/// `on_entry` sees every entry in order before the root is known to be right: what it gathers
/// counts only if the answer is a [`Verified`].
pub fn verify(
    folder: &Path,
    vkey: &str,
    on_entry: &mut dyn FnMut(LeafIndex, &Leaf) -> Result<(), String>,
) -> Result<Verified, VerifyError> {
    let key =
        StandardVerifier::new(vkey).map_err(|_| VerifyError::Key { vkey: vkey.to_owned() })?;
    let snapshot = Snapshot::read(folder, &key)?;
    let mut check = Check { folder, bytes: snapshot.note_length, edge: Edge::default(), on_entry };
    for index in 0..snapshot.claim.size / WIDTH as u64 {
        check.full_bundle(index)?;
    }
    check.last_bundle(&snapshot)?;
    let root = check.root(&snapshot)?;
    Ok(Verified { size: snapshot.claim.size, root, bytes: check.bytes })
}

/// The files that change as the log grows, as of one checkpoint.
struct Snapshot {
    claim: Claim,
    note_length: u64,
    files: Vec<TileBytes>,
}

impl Snapshot {
    /// Reads the checkpoint and the edge; again, if the log grew in between.
    fn read(folder: &Path, key: &StandardVerifier) -> Result<Self, VerifyError> {
        let mut note = read(folder, CHECKPOINT)?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let claim = Claim::read(&note, key).map_err(|error| VerifyError::Checkpoint {
                file: folder.join(CHECKPOINT),
                reason: error.to_string(),
            })?;
            let files = Edge::tiles(claim.size)
                .into_iter()
                .map(|tile| Ok((tile, read(folder, &tile.path())?)))
                .collect::<Result<Vec<_>, _>>();
            let missing = match files {
                Ok(files) => return Ok(Self { claim, note_length: note.len() as u64, files }),
                Err(missing) => missing,
            };
            let now = read(folder, CHECKPOINT)?;
            if now == note || attempt == ATTEMPTS {
                return Err(missing);
            }
            note = now;
        }
    }
}

/// A verification at work.
struct Check<'a> {
    folder: &'a Path,
    bytes: u64,
    /// The tree over the entries read so far.
    edge: Edge,
    on_entry: &'a mut dyn FnMut(LeafIndex, &Leaf) -> Result<(), String>,
}

impl Check<'_> {
    fn full_bundle(&mut self, index: u64) -> Result<(), VerifyError> {
        let tile = Tile { content: Content::Entries, index, width: WIDTH };
        let bundle = read(self.folder, &tile.path())?;
        self.bundle(&tile, &bundle)
    }

    /// Takes in the entries of a bundle, and checks the tiles that become full with them.
    fn bundle(&mut self, tile: &Tile, bundle: &[u8]) -> Result<(), VerifyError> {
        let entries = bundle::read(bundle, tile.width).map_err(|error| VerifyError::Bundle {
            file: self.folder.join(tile.path()),
            reason: error.to_string(),
        })?;
        self.bytes += bundle.len() as u64;
        let mut full = Vec::new();
        for (bytes, entry) in &entries {
            let index = LeafIndex(self.edge.size());
            (self.on_entry)(index, entry)
                .map_err(|reason| VerifyError::Refused { index, reason })?;
            self.edge.push(bytes, &mut |file| full.push(file));
        }
        for (tile, computed) in full {
            // The bundle itself was computed from what was just read.
            if tile.content != Content::Entries {
                let found = read(self.folder, &tile.path())?;
                self.compare(&tile, &computed, &found)?;
            }
        }
        Ok(())
    }

    fn compare(&mut self, tile: &Tile, computed: &[u8], found: &[u8]) -> Result<(), VerifyError> {
        if computed != found {
            return Err(VerifyError::Tile { file: self.folder.join(tile.path()) });
        }
        self.bytes += found.len() as u64;
        Ok(())
    }

    /// Checks the files at the edge, from the bundle up.
    fn last_bundle(&mut self, snapshot: &Snapshot) -> Result<(), VerifyError> {
        let (bundles, tiles): (Vec<_>, Vec<_>) =
            snapshot.files.iter().partition(|(tile, _)| tile.content == Content::Entries);
        for (tile, bytes) in bundles {
            self.bundle(tile, bytes)?;
        }
        for (tile, found) in tiles {
            let computed = self.edge.bytes(tile);
            self.compare(tile, &computed, found)?;
        }
        Ok(())
    }

    fn root(&self, snapshot: &Snapshot) -> Result<Digest, VerifyError> {
        let (computed, signed) = (self.edge.root(), snapshot.claim.root);
        if computed == signed {
            return Ok(computed);
        }
        Err(VerifyError::Root { file: self.folder.join(CHECKPOINT), signed, computed })
    }
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, VerifyError> {
    let file = folder.join(name);
    fs::read(&file).map_err(|source| VerifyError::Unreadable { file, source })
}
