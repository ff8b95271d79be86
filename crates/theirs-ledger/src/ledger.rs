//! The ledger: one writer, any number of readers.
//!
//! An append goes to disk in three steps. First the new bundle and tiles: if we crash here, no
//! checkpoint claims them, and the next append writes over them. Then the checkpoint: if we crash
//! here, it is the old one or the new one, and either has all its files. Last the partial files
//! that the new checkpoint no longer needs are removed: if we crash here, they are removed at open.
//! C2SP tlog-tiles asks that partial tiles of older checkpoints stay available until the full tile
//! is; each is a prefix of the one that is kept, so whoever serves the log cuts it from there.
//!
//! Readers take the published head, which is complete and never changes, and wait for no flush.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use signed_note::Verifier;
use theirs_model::{Digest, UseId};

use crate::{
    Entry, LeafIndex, LedgerError,
    edge::{Edge, TileBytes},
    folder::{Folder, failed, parent, sync_folder},
    key::Key,
    note::Claim,
    proof,
    recent::Recent,
    recovery,
    tile::{Tile, WIDTH},
};

/// The name of the checkpoint's file.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// An open log; it is the only one that writes its folder.
pub struct Ledger {
    pub(crate) folder: Folder,
    root: PathBuf,
    key: Key,
    origin: String,
    writer: Mutex<Writer>,
    head: RwLock<Arc<Head>>,
}

/// The log as of one checkpoint.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub edge: Edge,
    pub root: Digest,
    pub checkpoint: String,
}

/// What only the writer needs.
struct Writer {
    recent: Recent,
    /// Set while the checkpoint is being exchanged; if it stays set, we do not know what counts.
    unsettled: bool,
}

/// What a group of entries comes to: where each stands, and which are new.
struct Plan {
    places: Vec<LeafIndex>,
    fresh: Vec<(UseId, [u8; Entry::LENGTH])>,
}

impl Ledger {
    /// Makes a new log named `origin` in `folder`, with a signing key in `key_file`.
    ///
    /// The key file is made with mode 0600. If it exists already and bears this name, it is used,
    /// so that a creation which was cut short can be run again.
    pub fn create(folder: &Path, origin: &str, key_file: &Path) -> Result<Self, LedgerError> {
        make_folder(folder)?;
        let held = Folder::hold(folder)?;
        if held.path(CHECKPOINT).exists() || held.path("tile").exists() {
            return Err(LedgerError::Exists { folder: folder.to_owned() });
        }
        let key = Key::create(key_file, origin)?;
        let empty = Edge::default();
        if key.verifier.name() != origin {
            let (file, origin) = (key_file.to_owned(), origin.to_owned());
            return Err(LedgerError::OtherKey { file, origin });
        }
        let claim = Claim { origin: origin.to_owned(), size: 0, root: empty.root() };
        held.replace(CHECKPOINT, sign(&held, &key, &claim)?.as_bytes())?;
        drop(held);
        Self::open(folder, key_file)
    }

    /// Opens the log in `folder`, whatever step a crash may have cut short.
    ///
    /// What lies beyond the checkpoint is ignored, and written over later. The signature, the root
    /// and the files at the tree's edge are checked; [`verify`](crate::verify()) checks everything.
    pub fn open(folder: &Path, key_file: &Path) -> Result<Self, LedgerError> {
        let key = Key::open(key_file)?;
        let owned = Folder::hold(folder)?;
        let (head, origin) = recovery::head(&owned, &key.verifier)?;
        let recent = recovery::recent(&owned, &head)?;
        // A crash may have come between the rename and the flush of the folder; only now may the
        // entries of this checkpoint be acknowledged.
        owned.settle(CHECKPOINT, head.checkpoint.as_bytes())?;
        owned.know(Edge::tiles(head.edge.size()).iter().map(Tile::path));
        recovery::tidy(&owned, head.edge.size());
        Ok(Self {
            folder: owned,
            root: folder.to_owned(),
            key,
            origin,
            writer: Mutex::new(Writer { recent, unsettled: false }),
            head: RwLock::new(Arc::new(head)),
        })
    }

    /// Appends one entry and returns where it stands; it is durable then.
    ///
    /// An entry that is in the log already is not appended again. Another entry with the same use
    /// id is refused. Both hold for the last 262,144 entries.
    pub fn append(&self, entry: &Entry) -> Result<LeafIndex, LedgerError> {
        let places = self.append_all(std::slice::from_ref(entry))?;
        Ok(places.first().copied().unwrap_or(LeafIndex(0)))
    }

    /// Appends a group of entries under one checkpoint, all or none, as [`Ledger::append`] does.
    pub fn append_all(&self, entries: &[Entry]) -> Result<Vec<LeafIndex>, LedgerError> {
        let mut writer = self.writer();
        if writer.unsettled {
            return Err(LedgerError::Unsettled { folder: self.root.clone() });
        }
        let head = self.head();
        let plan = self.plan(&writer.recent, &head, entries)?;
        if plan.fresh.is_empty() {
            return Ok(plan.places);
        }
        let (next, files) = self.grow(&head, &plan)?;
        self.folder.put(files.iter().map(|(tile, bytes)| (tile.path(), bytes.as_slice())))?;
        writer.unsettled = true;
        self.folder.replace(CHECKPOINT, next.checkpoint.as_bytes())?;
        writer.unsettled = false;
        for ((use_id, _), index) in plan.fresh.iter().zip(head.edge.size()..) {
            writer.recent.remember(*use_id, LeafIndex(index));
        }
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.tidy(&files);
        Ok(plan.places)
    }

    /// Finds the place of each entry; writes nothing.
    fn plan(&self, recent: &Recent, head: &Head, entries: &[Entry]) -> Result<Plan, LedgerError> {
        let mut plan = Plan { places: Vec::with_capacity(entries.len()), fresh: Vec::new() };
        let mut within = HashMap::new();
        for entry in entries {
            let bytes = entry.encode();
            // Refuses what this version could not read back.
            Entry::decode(&bytes)?;
            let place = match (recent.find(&entry.use_id), within.get(&entry.use_id)) {
                (Some(index), _) => {
                    let there = proof::entry_bytes(&self.folder, head, index)?;
                    agree(entry.use_id, index, there == bytes)?
                }
                (None, Some(&(index, there))) => agree(entry.use_id, index, there == bytes)?,
                (None, None) => {
                    let index = LeafIndex(head.edge.size() + plan.fresh.len() as u64);
                    within.insert(entry.use_id, (index, bytes));
                    plan.fresh.push((entry.use_id, bytes));
                    index
                }
            };
            plan.places.push(place);
        }
        Ok(plan)
    }

    /// The next head, and the files that have to be durable before it.
    fn grow(&self, head: &Head, plan: &Plan) -> Result<(Head, Vec<TileBytes>), LedgerError> {
        let mut edge = head.edge.clone();
        let mut files = Vec::new();
        for (_, bytes) in &plan.fresh {
            edge.push(bytes, &mut |file| files.push(file));
        }
        // A partial file that did not change is claimed by the present checkpoint: it must not be
        // opened for writing.
        let unchanged = Edge::tiles(head.edge.size());
        files.extend(edge.files().into_iter().filter(|(tile, _)| !unchanged.contains(tile)));
        let root = edge.root();
        let claim = Claim { origin: self.origin.clone(), size: edge.size(), root };
        let checkpoint = sign(&self.folder, &self.key, &claim)?;
        Ok((Head { edge, root, checkpoint }, files))
    }

    /// Removes the partial files that `written` supersedes.
    ///
    /// A failure is not reported: the entries are durable, only space is not given back, and it is
    /// tried again with the next append and at open.
    fn tidy(&self, written: &[TileBytes]) {
        for (tile, _) in written {
            let keep = (tile.width < WIDTH).then(|| tile.width.to_string());
            drop(self.folder.tidy(&tile.partials(), keep.as_deref()));
        }
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.head().edge.size()
    }

    /// The root of the tree that the present checkpoint signs.
    pub fn root(&self) -> Digest {
        self.head().root
    }

    /// The present checkpoint, a signed note.
    pub fn checkpoint(&self) -> String {
        self.head().checkpoint.clone()
    }

    /// The key that verifies the checkpoints, `<name>+<hash>+<base64>` (C2SP signed-note).
    pub fn verifier_key(&self) -> String {
        self.key.vkey.clone()
    }

    /// The entry at a place.
    pub fn entry(&self, index: LeafIndex) -> Result<Entry, LedgerError> {
        let bytes = proof::entry_bytes(&self.folder, &self.head(), index)?;
        Ok(Entry::decode(&bytes)?)
    }

    /// The inclusion proof of the entry at a place, for the present size and root.
    ///
    /// Where other threads append, use [`Ledger::prove_with_checkpoint`], which says for which
    /// checkpoint the proof is.
    pub fn prove(&self, index: LeafIndex) -> Result<Vec<Digest>, LedgerError> {
        proof::prove(&self.folder, &self.head(), index)
    }

    /// The inclusion proof of the entry at a place, with the checkpoint that it is for.
    pub fn prove_with_checkpoint(
        &self,
        index: LeafIndex,
    ) -> Result<(Vec<Digest>, String), LedgerError> {
        let head = self.head();
        Ok((proof::prove(&self.folder, &head, index)?, head.checkpoint.clone()))
    }

    fn head(&self) -> Arc<Head> {
        self.head.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The writer; a panic while it was held leaves `unsettled` as it was, so it may be used.
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the log's folder and those above it, durably.
fn make_folder(folder: &Path) -> Result<(), LedgerError> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|above| !above.exists()).collect();
    fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
    for made in missing.into_iter().filter(|made| *made != Path::new("")) {
        sync_folder(parent(made)).map_err(failed("flush the folder", parent(made)))?;
    }
    Ok(())
}

/// The checkpoint of a claim.
fn sign(folder: &Folder, key: &Key, claim: &Claim) -> Result<String, LedgerError> {
    claim.sign(&key.signer).map_err(|error| LedgerError::Checkpoint {
        file: folder.path(CHECKPOINT),
        reason: error.to_string(),
    })
}

/// The place of an entry that is there already, if it is the same entry.
fn agree(use_id: UseId, index: LeafIndex, is_same: bool) -> Result<LeafIndex, LedgerError> {
    if is_same { Ok(index) } else { Err(LedgerError::Conflict { use_id, index }) }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("folder", &self.root)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
