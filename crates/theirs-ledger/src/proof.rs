//! Entries, their inclusion proofs, and proofs that the log only grew (RFC 6962, sections 2.1.1 and
//! 2.1.2).
//!
//! Full tiles never change and are read from disk; what lies on the tree's edge comes from the
//! published head, whose partial files may be gone by now. Every proof is checked against the root
//! before it is handed out, so that a changed tile is noticed here and not by the person.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use theirs_model::Digest;
use tlog_tiles::{
    Error, Hash, HashReader, check_record, check_tree, prove_record, prove_tree, record_hash,
    tree_hash,
};

use crate::{
    Entry, LeafIndex, LedgerError, bundle,
    digest::{from_hash, to_hash},
    folder::Folder,
    ledger::Head,
    tile::{Content, Tile, WIDTH},
};

/// The bytes of the entry at a place.
pub(crate) fn entry_bytes(
    folder: &Folder,
    head: &Head,
    index: LeafIndex,
) -> Result<[u8; Entry::LENGTH], LedgerError> {
    let size = head.edge.size();
    if index.0 >= size {
        return Err(LedgerError::NoSuchLeaf { index, size });
    }
    let (tile, bytes) = read(folder, head, Content::Entries, index.0 / WIDTH as u64, size)?;
    entry_at(folder, &tile, &bytes, index)
}

/// The bytes of the entry at a place, from its bundle.
fn entry_at(
    folder: &Folder,
    tile: &Tile,
    bundle: &[u8],
    index: LeafIndex,
) -> Result<[u8; Entry::LENGTH], LedgerError> {
    let changed = |reason: String| LedgerError::Changed { file: folder.path(&tile.path()), reason };
    let entries = bundle::read(bundle, tile.width).map_err(|error| changed(error.to_string()))?;
    let at = usize::try_from(index.0 % WIDTH as u64).unwrap_or(WIDTH);
    let (bytes, _) = entries.get(at).ok_or_else(|| changed("it is too short".to_owned()))?;
    Ok(*bytes)
}

/// One tile as it is in the tree of `head`, where its kind counts `count` in all.
pub(crate) fn read(
    folder: &Folder,
    head: &Head,
    content: Content,
    index: u64,
    count: u64,
) -> Result<(Tile, Vec<u8>), LedgerError> {
    let left = count.saturating_sub(index * WIDTH as u64);
    let width = usize::try_from(left).unwrap_or(WIDTH).min(WIDTH);
    let tile = Tile { content, index, width };
    let bytes = if width < WIDTH { head.edge.bytes(&tile) } else { folder.read(&tile.path())? };
    Ok((tile, bytes))
}

/// The most files that are kept while proofs are made, about 8 KB each.
const MOST_KEPT: usize = 4_096;

/// Makes many proofs for one checkpoint, reading each file once.
pub struct Prover<'a> {
    folder: &'a Folder,
    head: Arc<Head>,
    cosigned: Option<(String, Vec<String>)>,
    kept: RefCell<HashMap<Tile, Rc<Vec<u8>>>>,
}

impl<'a> Prover<'a> {
    /// For a head; with the note of its checkpoint and the keys of those who cosigned it, if some did.
    pub(crate) fn new(
        folder: &'a Folder,
        head: Arc<Head>,
        cosigned: Option<(String, Vec<String>)>,
    ) -> Self {
        Self { folder, head, cosigned, kept: RefCell::default() }
    }

    /// The checkpoint that the proofs are for, with the cosignatures that it has.
    pub fn checkpoint(&self) -> &str {
        self.cosigned.as_ref().map_or(&self.head.checkpoint, |(note, _)| note)
    }

    /// The keys of the witnesses who cosigned it, in the order of their lines.
    pub fn witnesses(&self) -> &[String] {
        self.cosigned.as_ref().map_or(&[], |(_, keys)| keys)
    }

    /// How many entries it covers.
    pub fn size(&self) -> u64 {
        self.head.edge.size()
    }

    /// The bytes of the entry at a place.
    pub fn entry(&self, index: LeafIndex) -> Result<[u8; Entry::LENGTH], LedgerError> {
        let size = self.size();
        if index.0 >= size {
            return Err(LedgerError::NoSuchLeaf { index, size });
        }
        let bytes = self.read(Content::Entries, index.0 / WIDTH as u64, size)?;
        let width = bytes.len() / bundle::STRIDE;
        let tile = Tile { content: Content::Entries, index: index.0 / WIDTH as u64, width };
        entry_at(self.folder, &tile, &bytes, index)
    }

    /// The inclusion proof of the entry at a place.
    pub fn prove(&self, index: LeafIndex) -> Result<Vec<Digest>, LedgerError> {
        let (size, root) = (self.size(), to_hash(self.head.root));
        let leaf = record_hash(&self.entry(index)?);
        let tiles = Tiles { prover: self, read: RefCell::default() };
        let proof = prove_record(size, index.0, &tiles).map_err(|error| tiles.changed(&error))?;
        check_record(&proof, size, root, index.0, leaf).map_err(|error| tiles.changed(&error))?;
        Ok(proof.into_iter().map(from_hash).collect())
    }

    /// The root that the log had at an earlier size, and the proof that it only grew since.
    pub fn prove_growth(&self, earlier: u64) -> Result<(Digest, Vec<Digest>), LedgerError> {
        let (size, root) = (self.size(), to_hash(self.head.root));
        if earlier == 0 || earlier > size {
            return Err(LedgerError::NoSuchLeaf { index: LeafIndex(earlier), size });
        }
        let tiles = Tiles { prover: self, read: RefCell::default() };
        let changed = |error: Error| tiles.changed(&error);
        let before = tree_hash(earlier, &tiles).map_err(changed)?;
        let proof = prove_tree(size, earlier, &tiles).map_err(changed)?;
        check_tree(&proof, size, root, earlier, before).map_err(changed)?;
        Ok((from_hash(before), proof.into_iter().map(from_hash).collect()))
    }

    /// One tile, from the disk or as it was read before.
    fn read(&self, content: Content, index: u64, count: u64) -> Result<Rc<Vec<u8>>, LedgerError> {
        let left = count.saturating_sub(index * WIDTH as u64);
        let width = usize::try_from(left).unwrap_or(WIDTH).min(WIDTH);
        let tile = Tile { content, index, width };
        if let Some(bytes) = self.kept.borrow().get(&tile) {
            return Ok(Rc::clone(bytes));
        }
        let (_, bytes) = read(self.folder, &self.head, content, index, count)?;
        let bytes = Rc::new(bytes);
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(tile, Rc::clone(&bytes));
        Ok(bytes)
    }
}

/// Hands the hashes in our tiles to `tlog_tiles`, and remembers which files it read.
struct Tiles<'a> {
    prover: &'a Prover<'a>,
    read: RefCell<Vec<PathBuf>>,
}

impl Tiles<'_> {
    /// The hash with a number in the order of `tlog_tiles`.
    fn hash(&self, number: u64) -> Result<Hash, Error> {
        let narrow = tlog_tiles::Tile::from_index(8, number);
        let size = self.prover.size();
        let count = size >> (8 * u32::from(narrow.level()));
        let content = Content::Hashes(narrow.level());
        let index = narrow.level_index();
        let path = Tile { content, index, width: WIDTH }.path();
        self.read.borrow_mut().push(self.prover.folder.path(&path));
        let bytes = self
            .prover
            .read(content, index, count)
            .map_err(|error| Error::InvalidInput(error.to_string()))?;
        narrow.hash_at_index(&bytes, number)
    }

    fn changed(&self, error: &Error) -> LedgerError {
        let read = self.read.borrow();
        let files: Vec<_> = read.iter().map(|file| file.display().to_string()).collect();
        LedgerError::Changed {
            file: self.prover.folder.path("tile"),
            reason: format!("no proof can be made ({error}) from {}", files.join(", ")),
        }
    }
}

impl HashReader for Tiles<'_> {
    fn read_hashes(&self, numbers: &[u64]) -> Result<Vec<Hash>, Error> {
        numbers.iter().map(|number| self.hash(*number)).collect()
    }
}

/// Whether `proof` shows that the entry of these bytes stands at `index` of the tree of `size`
/// entries with this `root`.
pub fn verify_inclusion(
    entry: &[u8],
    index: LeafIndex,
    size: u64,
    proof: &[Digest],
    root: Digest,
) -> bool {
    let proof = proof.iter().map(|digest| to_hash(*digest)).collect();
    check_record(&proof, size, to_hash(root), index.0, record_hash(entry)).is_ok()
}

/// Whether `proof` shows that the tree of `size` entries with this `root` began with the `earlier`
/// entries of the tree with the root `before`.
pub fn verify_growth(
    earlier: u64,
    before: Digest,
    size: u64,
    root: Digest,
    proof: &[Digest],
) -> bool {
    let proof = proof.iter().map(|digest| to_hash(*digest)).collect();
    (1..=size).contains(&earlier)
        && check_tree(&proof, size, to_hash(root), earlier, to_hash(before)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the Certificate Transparency project's tests of RFC 6962: leaf 5 of 8.
    const LEAF: &[u8] = b"@ABC";
    const ROOT: &str = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
    const PROOF: [&str; 3] = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];

    #[test]
    fn known_proof_verifies_and_its_neighbours_do_not() {
        let proof = PROOF.map(|text| text.parse::<Digest>().unwrap());
        let root = ROOT.parse().unwrap();
        let holds = |leaf: &[u8], index, size, proof: &[Digest]| {
            verify_inclusion(leaf, LeafIndex(index), size, proof, root)
        };
        assert!(holds(LEAF, 5, 8, &proof));
        assert!(!holds(b"@ABD", 5, 8, &proof));
        assert!(!holds(LEAF, 4, 8, &proof));
        assert!(!holds(LEAF, 5, 5, &proof));
        assert!(!holds(LEAF, 8, 8, &proof));
        assert!(!holds(LEAF, u64::MAX - 1, u64::MAX, &proof));
        assert!(!holds(LEAF, 0, 0, &[]));
        assert!(!holds(LEAF, 5, 8, &proof[..2]));
        assert!(!holds(LEAF, 5, 8, &[proof.as_slice(), &[root]].concat()));
    }
}
