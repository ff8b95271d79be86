//! The ledger: any number of writers and readers, one order.
//!
//! An append is durable in the [journal](crate::journal) with one flush, which callers share; then
//! it is acknowledged, and its place is final. Tiles and checkpoint follow behind it, about five
//! times a second. First the new bundle and tiles: if we crash here, no checkpoint claims them, and
//! they are written over later. Then the checkpoint: if we crash here, it is the old one or the new
//! one, and either has all its files. Last the partial files that the new checkpoint no longer needs
//! are removed: if we crash here, they are removed at open. What the journal holds beyond the
//! checkpoint is taken up again at open, in the same order. The price: for at most a second an
//! acknowledged entry is protected by the journal only, which nobody signed.
//!
//! C2SP tlog-tiles asks that partial tiles of older checkpoints stay available until the full tile
//! is; each is a prefix of the one that is kept, so whoever serves the log cuts it from there.
//!
//! Readers take the published head, which is complete and never changes, and wait for no flush.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use signed_note::Verifier;
use theirs_model::{Digest, UseId};

use crate::{
    Entry, EntryError, Leaf, LeafIndex, LedgerError, Record, Replayed,
    behind::{Behind, Checkpointer, Pending},
    edge::Edge,
    folder::{Folder, failed, parent, sync_folder},
    journal::Journal,
    key::Key,
    note::Claim,
    proof::{self, Prover},
    queue::Queue,
    recent::Recent,
    recovery,
    tile::Tile,
    turns::Turns,
    witnessed::Witnessed,
};

/// The name of the checkpoint's file.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// The most entries that may wait for their tiles; whoever appends more makes them.
const MOST_PENDING: usize = 1 << 16;

/// An open log; it is the only one that writes its folder.
pub struct Ledger {
    pub(crate) log: Arc<Log>,
    /// Makes tiles and checkpoints; none where a test does so by hand.
    checkpointer: Option<Checkpointer>,
}

/// What the ledger shares with the thread behind it.
pub(crate) struct Log {
    pub folder: Folder,
    pub root: PathBuf,
    pub key: Key,
    pub origin: String,
    queue: Queue<Record, Answer>,
    writer: Mutex<Writer>,
    pub pending: Mutex<Pending>,
    pub head: RwLock<Arc<Head>>,
    /// Held by whoever makes a checkpoint; a head in it was written, and whether its checkpoint
    /// counts is not known.
    pub unsure: Mutex<Option<Head>>,
    replayed: Mutex<Vec<Replayed>>,
    /// Set while somebody releases the journal.
    releasing: AtomicBool,
    /// What witnesses cosigned.
    pub witnessed: Mutex<Witnessed>,
    /// Ticks with each checkpoint and each cosignature.
    pub turns: Turns,
}

type Answer = Result<Vec<LeafIndex>, LedgerError>;

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
    journal: Journal,
    /// Set once the journal could not be written: then we do not know what counts.
    unsettled: bool,
}

/// What some groups of records come to: where each stands, and which are new.
#[derive(Default)]
struct Plan {
    answers: Vec<Answer>,
    fresh: Vec<([u8; Entry::LENGTH], UseId, Vec<u8>)>,
    within: HashMap<UseId, (LeafIndex, [u8; Entry::LENGTH])>,
}

impl Ledger {
    /// Makes a new log named `origin` in `folder`, with a signing key in `key_file`.
    ///
    /// The key file is made with mode 0600. If it exists already and bears this name, it is used,
    /// so that a creation which was cut short can be run again.
    pub fn create(folder: &Path, origin: &str, key_file: &Path) -> Result<Self, LedgerError> {
        Self::make(folder, origin, key_file)?;
        Self::open(folder, key_file)
    }

    /// Opens the log in `folder`, whatever step a crash may have cut short.
    ///
    /// What lies beyond the checkpoint is taken from the journal. The signature, the root and the
    /// files at the tree's edge are checked; [`verify`](crate::verify()) checks everything.
    pub fn open(folder: &Path, key_file: &Path) -> Result<Self, LedgerError> {
        let mut ledger = Self::open_by_hand(folder, key_file)?;
        ledger.checkpointer = Some(Checkpointer::start(&ledger.log)?);
        Ok(ledger)
    }

    /// Makes a new log.
    pub(crate) fn make(folder: &Path, origin: &str, key_file: &Path) -> Result<(), LedgerError> {
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
        held.replace(CHECKPOINT, sign(&held, &key, &claim)?.as_bytes())
    }

    /// Opens a log without a thread behind it: its tiles and checkpoints are made by
    /// [`Ledger::settle`] only.
    pub fn open_by_hand(folder: &Path, key_file: &Path) -> Result<Self, LedgerError> {
        let key = Key::open(key_file)?;
        let owned = Folder::hold(folder)?;
        let (head, origin) = recovery::head(&owned, &key.verifier)?;
        let mut recent = recovery::recent(&owned, &head)?;
        let (journal, replayed) = Journal::open(&owned, head.edge.size())?;
        // A crash may have come between the rename and the flush of the folder; only now may the
        // entries of this checkpoint be acknowledged.
        owned.settle(CHECKPOINT, head.checkpoint.as_bytes())?;
        owned.know(Edge::tiles(head.edge.size()).iter().map(Tile::path));
        recovery::tidy(&owned, head.edge.size());
        let mut pending = Pending::new(head.edge.size());
        for found in replayed.iter().filter(|found| found.index.0 >= head.edge.size()) {
            recent.remember(found.leaf.id(), found.index);
            pending.push(found.leaf.encode());
        }
        let log = Log {
            folder: owned,
            root: folder.to_owned(),
            key,
            origin,
            queue: Queue::default(),
            writer: Mutex::new(Writer { recent, journal, unsettled: false }),
            pending: Mutex::new(pending),
            head: RwLock::new(Arc::new(head)),
            unsure: Mutex::new(None),
            replayed: Mutex::new(replayed),
            releasing: AtomicBool::new(false),
            witnessed: Mutex::default(),
            turns: Turns::default(),
        };
        Ok(Self { log: Arc::new(log), checkpointer: None })
    }

    /// Appends one entry and returns where it stands; it is durable then.
    ///
    /// An entry that is in the log already is not appended again. Another entry with the same use
    /// id is refused. Both hold for the last 262,144 entries.
    pub fn append(&self, entry: &Entry) -> Result<LeafIndex, LedgerError> {
        let places = self.append_all(std::slice::from_ref(entry))?;
        Ok(places.first().copied().unwrap_or(LeafIndex(0)))
    }

    /// Appends a group of entries, all or none, as [`Ledger::append`] does.
    pub fn append_all(&self, entries: &[Entry]) -> Result<Vec<LeafIndex>, LedgerError> {
        let record = |entry: &Entry| Record { leaf: entry.clone().into(), payload: Vec::new() };
        self.append_records(entries.iter().map(record).collect())
    }

    /// Appends a group of leaves, all or none, each with what the caller wants back if it crashes
    /// before [`Ledger::release`]. Callers that come at once share one flush.
    pub fn append_records(&self, records: Vec<Record>) -> Result<Vec<LeafIndex>, LedgerError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let log = &self.log;
        let places =
            log.queue.bring(records, |groups| log.commit(groups), || Err(log.unsettled()))?;
        if log.pending().len() > MOST_PENDING {
            log.settle()?;
        }
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.wake();
        }
        Ok(places)
    }

    /// Makes tiles and a checkpoint of all that was appended until now.
    pub fn settle(&self) -> Result<(), LedgerError> {
        self.log.settle()
    }

    /// Lets the step on the disk with this number, counted from now, fail once: for tests of what
    /// is built on the log. Says, when called, how many steps there were.
    pub fn fail_step(&self, number: u64) -> impl Fn() -> u64 + use<> {
        let count = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&count);
        self.log.folder.watch(Some(Box::new(move |_, _, _| {
            if counted.fetch_add(1, Ordering::SeqCst) == number {
                return Err(std::io::Error::other("injected"));
            }
            Ok(())
        })));
        move || count.load(Ordering::SeqCst)
    }

    /// How far the checkpoint is behind what was appended.
    pub fn behind(&self) -> Behind {
        let failure = self.checkpointer.as_ref().and_then(Checkpointer::failure);
        self.log.pending().behind(failure)
    }

    /// What the journal held when the log was opened, once: a caller that keeps payloads elsewhere
    /// looks here for those that a crash forgot.
    pub fn take_replayed(&self) -> Vec<Replayed> {
        std::mem::take(&mut *self.log.replayed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the journal holds now.
    pub fn journalled(&self) -> Result<Vec<Replayed>, LedgerError> {
        Journal::records(&self.log.folder)
    }

    /// Whether the journal is long enough to be worth releasing; says so to one caller, who then
    /// calls [`Ledger::release`].
    pub fn wants_release(&self) -> bool {
        self.log.writer().journal.is_long() && !self.log.releasing.swap(true, Ordering::Relaxed)
    }

    /// Gives up the payloads of all leaves before `until`: the caller has them elsewhere.
    pub fn release(&self, until: LeafIndex) -> Result<(), LedgerError> {
        let released = self
            .log
            .settle()
            .and_then(|()| self.log.writer().journal.release(&self.log.folder, until.0));
        self.log.releasing.store(false, Ordering::Relaxed);
        released
    }

    /// The number of entries that were appended.
    pub fn size(&self) -> u64 {
        self.log.pending().end()
    }

    /// The number of entries that the present checkpoint covers.
    pub fn signed(&self) -> u64 {
        self.log.head().edge.size()
    }

    /// The root of the tree that the present checkpoint signs.
    pub fn root(&self) -> Digest {
        self.log.head().root
    }

    /// The present checkpoint, a signed note.
    pub fn checkpoint(&self) -> String {
        self.log.head().checkpoint.clone()
    }

    /// The key that verifies the checkpoints, `<name>+<hash>+<base64>` (C2SP signed-note).
    pub fn verifier_key(&self) -> String {
        self.log.key.vkey.clone()
    }

    /// The entry of a use at a place.
    pub fn entry(&self, index: LeafIndex) -> Result<Entry, LedgerError> {
        Ok(Entry::decode(&self.log.bytes(index)?)?)
    }

    /// Whatever stands at a place.
    pub fn leaf(&self, index: LeafIndex) -> Result<Leaf, LedgerError> {
        Ok(Leaf::decode(&self.log.bytes(index)?)?)
    }

    /// The inclusion proof of the entry at a place, for the present size and root.
    ///
    /// Where other threads append, use [`Ledger::prover`], which says for which checkpoint its
    /// proofs are.
    pub fn prove(&self, index: LeafIndex) -> Result<Vec<Digest>, LedgerError> {
        if index.0 >= self.log.head().edge.size() {
            self.settle()?;
        }
        self.prover().prove(index)
    }

    /// Makes proofs for the present checkpoint.
    pub fn prover(&self) -> Prover<'_> {
        Prover::new(&self.log.folder, self.log.head(), None)
    }
}

impl Log {
    /// Puts groups of records on disk with one flush, and answers each group.
    fn commit(&self, groups: Vec<Vec<Record>>) -> Vec<Answer> {
        let mut writer = self.writer();
        if writer.unsettled {
            return groups.iter().map(|_| Err(self.unsettled())).collect();
        }
        let mut plan = Plan::default();
        for group in groups {
            let answer = self.plan(&writer, &mut plan, group);
            plan.answers.push(answer);
        }
        if plan.fresh.is_empty() {
            return plan.answers;
        }
        let records: Vec<_> =
            plan.fresh.iter().map(|(leaf, _, payload)| (leaf, payload.as_slice())).collect();
        let first = writer.journal.next();
        if let Err(error) = writer.journal.append(&self.folder, &records) {
            writer.unsettled = true;
            let mut error = Some(error);
            let failed = |_| Err(error.take().unwrap_or_else(|| self.unsettled()));
            return plan.answers.iter().map(failed).collect();
        }
        let mut pending = self.pending();
        for ((leaf, id, _), index) in plan.fresh.iter().zip(first..) {
            writer.recent.remember(*id, LeafIndex(index));
            pending.push(*leaf);
        }
        plan.answers
    }

    /// Finds the place of each record of a group; writes nothing. A group that is refused leaves
    /// nothing in the plan.
    fn plan(&self, writer: &Writer, plan: &mut Plan, group: Vec<Record>) -> Answer {
        let before = plan.fresh.len();
        let planned = group
            .into_iter()
            .map(|record| self.place(writer, plan, record))
            .collect::<Result<Vec<_>, _>>();
        if planned.is_err() {
            for (_, id, _) in plan.fresh.drain(before..) {
                plan.within.remove(&id);
            }
        }
        planned
    }

    fn place(
        &self,
        writer: &Writer,
        plan: &mut Plan,
        record: Record,
    ) -> Result<LeafIndex, LedgerError> {
        let (bytes, id) = (record.leaf.encode(), record.leaf.id());
        // Refuses what this version could not read back as what it is.
        if std::mem::discriminant(&Leaf::decode(&bytes)?) != std::mem::discriminant(&record.leaf) {
            return Err(EntryError::NotAUse(bytes[1]).into());
        }
        if u32::try_from(record.payload.len()).is_err() {
            return Err(EntryError::Length(record.payload.len()).into());
        }
        if let Some(index) = writer.recent.find(&id) {
            return agree(id, index, self.bytes(index)? == bytes);
        }
        if let Some((index, there)) = plan.within.get(&id) {
            return agree(id, *index, *there == bytes);
        }
        let index = LeafIndex(writer.journal.next() + plan.fresh.len() as u64);
        plan.within.insert(id, (index, bytes));
        plan.fresh.push((bytes, id, record.payload));
        Ok(index)
    }

    /// The bytes of the entry at a place, whether it has its tiles or not.
    fn bytes(&self, index: LeafIndex) -> Result<[u8; Entry::LENGTH], LedgerError> {
        // A head is published before its entries cease to be pending.
        if let Some(bytes) = self.pending().get(index) {
            return Ok(bytes);
        }
        proof::entry_bytes(&self.folder, &self.head(), index)
    }

    pub(crate) fn head(&self) -> Arc<Head> {
        self.head.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer; a panic while it was held leaves `unsettled` as it was, so it may be used.
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsettled(&self) -> LedgerError {
        LedgerError::Unsettled { folder: self.root.clone() }
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
pub(crate) fn sign(folder: &Folder, key: &Key, claim: &Claim) -> Result<String, LedgerError> {
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
            .field("folder", &self.log.root)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
