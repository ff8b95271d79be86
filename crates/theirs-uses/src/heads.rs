//! Everybody's chains and the heads tree over them, as of the last epoch.
//!
//! They follow from the uses and the keys, so the file that keeps them is derived: it is written
//! whole under another name and renamed, checked against the root that the epoch signed, and made
//! again by replaying all epochs if it is not there or not that. One file of 72 bytes per person and
//! the roots of subtrees of 256; for one person's proof three short pieces of it are read.
//!
//! `TLH1`, epoch (8), people (8), then for each slot count (8) and head (32), then the leaf hashes
//! (32 each), then the roots of their subtrees of 256 (32 each).

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use roaring::RoaringBitmap;
use theirs_model::Digest;
use theirs_receipt::{Chain, PersonKey, head_leaf, leaf_hash, root};

use crate::BookError;
use crate::batch::{WIDTH, in_parallel, joined};

const MAGIC: [u8; 4] = *b"TLH1";
const HEADER: usize = 20;
const CHAIN: u64 = 40;

/// Everybody's chains, in memory.
#[derive(Default, Clone)]
pub(crate) struct Heads {
    pub epoch: u64,
    pub chains: Vec<Chain>,
    pub leaves: Vec<Digest>,
}

impl Heads {
    /// Adds the commitments of one line to the chains of its members.
    pub(crate) fn push(&mut self, members: &RoaringBitmap, commitments: &[Digest]) {
        for (slot, commitment) in members.iter().zip(commitments) {
            if let Some(chain) = self.chains.get_mut(slot as usize) {
                chain.push(*commitment);
            }
        }
    }

    /// Makes room for as many slots.
    pub(crate) fn grow(&mut self, people: usize) {
        if people > self.chains.len() {
            self.chains.resize(people, Chain::default());
        }
    }

    /// Computes the leaves of the slots that changed, and of those that are new. Whoever has no key
    /// keeps the leaf they had.
    pub(crate) fn refresh(&mut self, changed: &RoaringBitmap, keys: &[Option<[u8; 32]>]) {
        let from = u32::try_from(self.leaves.len()).unwrap_or(u32::MAX);
        self.leaves.resize(self.chains.len(), leaf_hash(&[0; 72]));
        let mut slots = changed.clone();
        slots.insert_range(from..u32::try_from(self.chains.len()).unwrap_or(u32::MAX));
        let slots: Vec<u32> = slots.iter().collect();
        let chains = &self.chains;
        let leaves = in_parallel(slots.chunks(4096).collect(), |slots: &[u32]| {
            let leaf = |slot: &u32| {
                let at = *slot as usize;
                let key = PersonKey::new(keys.get(at)?.as_ref()?);
                let chain = *chains.get(at)?;
                Some(leaf_hash(&head_leaf(key.head_blind(chain.count), chain)))
            };
            slots.iter().map(leaf).collect::<Vec<_>>()
        });
        for (slot, leaf) in slots.iter().zip(leaves.into_iter().flatten()) {
            if let Some(leaf) = leaf {
                self.leaves[*slot as usize] = leaf;
            }
        }
    }

    /// The roots of the subtrees of 256.
    pub(crate) fn tops(&self) -> Vec<Digest> {
        in_parallel(self.leaves.chunks(WIDTH).collect(), |leaves: &[Digest]| root(leaves.to_vec()))
    }
}

/// The file of the heads.
pub(crate) struct HeadsFile(PathBuf);

impl HeadsFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Reads the heads of an epoch, if they are there and have this root.
    pub(crate) fn read(&self, epoch: u64, signed: Digest) -> Option<Heads> {
        let mut file = File::open(&self.0).ok()?;
        let (found, people) = header(&file)?;
        if found != epoch {
            return None;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let people = usize::try_from(people).ok()?;
        let chains = bytes.get(HEADER..)?;
        let (chains, rest) = chains.split_at_checked(people.checked_mul(40)?)?;
        let leaves = rest.get(..people.checked_mul(32)?)?;
        let heads = Heads {
            epoch,
            chains: chains.chunks_exact(40).filter_map(chain).collect(),
            leaves: leaves.chunks_exact(32).filter_map(digest).collect(),
        };
        (root(heads.tops()) == signed).then_some(heads)
    }

    /// Keeps the heads; the file is the old one or the new one, whole.
    pub(crate) fn write(&self, heads: &Heads, tops: &[Digest]) -> std::io::Result<()> {
        let fresh = self.0.with_extension("new");
        if let Some(folder) = self.0.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut bytes = Vec::with_capacity(heads.chains.len() * 73 + 20);
        bytes.extend(MAGIC);
        bytes.extend(heads.epoch.to_be_bytes());
        bytes.extend((heads.chains.len() as u64).to_be_bytes());
        for chain in &heads.chains {
            bytes.extend(chain.count.to_be_bytes());
            bytes.extend(chain.head);
        }
        for digest in heads.leaves.iter().chain(tops) {
            bytes.extend(digest.0);
        }
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.0)
    }

    /// The chain of one slot and its audit path in the heads tree of an epoch.
    pub(crate) fn prove(
        &self,
        epoch: u64,
        slot: u32,
    ) -> Result<Option<(Chain, Vec<Digest>)>, BookError> {
        let Ok(file) = File::open(&self.0) else { return Ok(None) };
        match header(&file) {
            Some((found, people)) if found == epoch && u64::from(slot) < people => {
                Ok(Some(prove(&file, people, u64::from(slot))?))
            }
            _ => Ok(None),
        }
    }
}

fn prove(file: &File, people: u64, slot: u64) -> Result<(Chain, Vec<Digest>), BookError> {
    let read = |from: u64, length: u64| {
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        file.read_exact_at(&mut bytes, from).map_err(|_| BookError::Unreadable)?;
        Ok::<_, BookError>(bytes)
    };
    let digests = |bytes: Vec<u8>| bytes.chunks_exact(32).filter_map(digest).collect::<Vec<_>>();
    let own = read(HEADER as u64 + slot * CHAIN, CHAIN)?;
    let leaves_at = HEADER as u64 + people * CHAIN;
    let first = slot / WIDTH as u64 * WIDTH as u64;
    let width = (people - first).min(WIDTH as u64);
    let leaves = digests(read(leaves_at + first * 32, width * 32)?);
    let tops = digests(read(leaves_at + people * 32, people.div_ceil(WIDTH as u64) * 32)?);
    let chain = chain(&own).ok_or(BookError::Unreadable)?;
    Ok((chain, joined(leaves, &tops, slot)?))
}

fn header(file: &File) -> Option<(u64, u64)> {
    let mut bytes = [0; HEADER];
    file.read_exact_at(&mut bytes, 0).ok()?;
    let number = |at: usize| Some(u64::from_be_bytes(bytes[at..at + 8].try_into().ok()?));
    (bytes[..4] == MAGIC).then_some((number(4)?, number(12)?))
}

fn chain(bytes: &[u8]) -> Option<Chain> {
    let (count, head) = bytes.split_at_checked(8)?;
    Some(Chain { count: u64::from_be_bytes(count.try_into().ok()?), head: head.try_into().ok()? })
}

fn digest(bytes: &[u8]) -> Option<Digest> {
    bytes.try_into().ok().map(Digest)
}

/// Where the heads of a working folder are kept.
pub(crate) fn file_in(data: &Path) -> HeadsFile {
    HeadsFile::new(data.join("heads").join("heads"))
}
