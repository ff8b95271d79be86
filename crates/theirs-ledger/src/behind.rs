//! Tiles and checkpoints, made behind the journal.
//!
//! A thread wakes when something was appended, makes tiles and a checkpoint of all there is, and
//! rests for a fifth of a second, so that a busy log is checkpointed about five times a second and
//! an idle one not at all. A failure of the disk is kept to be shown, and it is tried again a
//! second later: the journal has everything meanwhile.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{
    Entry, LeafIndex, LedgerError,
    edge::{Edge, TileBytes},
    folder::failed,
    ledger::{CHECKPOINT, Head, Log, sign},
    note::Claim,
    tile::WIDTH,
};

/// The shortest time between two checkpoints.
const REST: Duration = Duration::from_millis(200);

/// How long it waits after a failure.
const RETRY: Duration = Duration::from_secs(1);

/// The most entries that one checkpoint adds.
const MOST_AT_ONCE: usize = 1 << 14;

/// What was appended and has no tiles yet.
pub(crate) struct Pending {
    first: u64,
    entries: Vec<[u8; Entry::LENGTH]>,
    /// Since when the earliest of them waits.
    since: Option<Instant>,
}

/// How far the checkpoint is behind.
#[derive(Debug, Clone, Default)]
pub struct Behind {
    /// How many entries no checkpoint covers yet.
    pub entries: u64,
    /// How long the earliest of them has been waiting.
    pub waiting: Duration,
    /// Why the last attempt failed, if it did.
    pub failure: Option<String>,
}

impl Pending {
    pub(crate) fn new(first: u64) -> Self {
        Self { first, entries: Vec::new(), since: None }
    }

    pub(crate) fn push(&mut self, entry: [u8; Entry::LENGTH]) {
        self.entries.push(entry);
        self.since.get_or_insert_with(Instant::now);
    }

    pub(crate) fn get(&self, index: LeafIndex) -> Option<[u8; Entry::LENGTH]> {
        let at = usize::try_from(index.0.checked_sub(self.first)?).ok()?;
        self.entries.get(at).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of the next entry.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    pub(crate) fn behind(&self, failure: Option<String>) -> Behind {
        let waiting = self.since.map(|since| since.elapsed()).unwrap_or_default();
        Behind { entries: self.entries.len() as u64, waiting, failure }
    }

    /// Forgets the entries before `end`, which was reached by a checkpoint begun at `begun`.
    fn done(&mut self, end: u64, begun: Instant) {
        let count = usize::try_from(end.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.entries.drain(..count.min(self.entries.len()));
        self.first = end;
        self.since = (!self.entries.is_empty()).then_some(begun);
    }
}

impl Log {
    /// Makes checkpoints until all that was appended before now is covered.
    pub(crate) fn settle(&self) -> Result<(), LedgerError> {
        let end = self.pending().end();
        while self.head().edge.size() < end {
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Makes tiles and a checkpoint of what is pending, or of the first part of it.
    pub(crate) fn checkpoint(&self) -> Result<(), LedgerError> {
        let mut unsure = self.unsure.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        if let Some(head) = unsure.take() {
            // Its checkpoint may be there: it must stand before its tiles are written again.
            self.exchange(head, &mut unsure, begun)?;
        }
        let head = self.head();
        let entries: Vec<_> = {
            let pending = self.pending();
            pending.entries.iter().take(MOST_AT_ONCE).copied().collect()
        };
        if entries.is_empty() {
            return Ok(());
        }
        let (next, files) = self.grow(&head, &entries)?;
        self.folder.put(files.iter().map(|(tile, bytes)| (tile.path(), bytes.as_slice())))?;
        self.exchange(next, &mut unsure, begun)?;
        self.tidy(&files);
        Ok(())
    }

    /// Exchanges the checkpoint and publishes its head.
    fn exchange(
        &self,
        next: Head,
        unsure: &mut Option<Head>,
        begun: Instant,
    ) -> Result<(), LedgerError> {
        if let Err(error) = self.folder.replace(CHECKPOINT, next.checkpoint.as_bytes()) {
            *unsure = Some(next);
            return Err(error);
        }
        let end = next.edge.size();
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.pending().done(end, begun);
        self.witnessed().supersede();
        self.turns.tick();
        Ok(())
    }

    /// The next head, and the files that have to be durable before it.
    fn grow(
        &self,
        head: &Head,
        entries: &[[u8; Entry::LENGTH]],
    ) -> Result<(Head, Vec<TileBytes>), LedgerError> {
        let mut edge = head.edge.clone();
        let mut files = Vec::new();
        for bytes in entries {
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
    /// tried again with the next checkpoint and at open.
    fn tidy(&self, written: &[TileBytes]) {
        for (tile, _) in written {
            let keep = (tile.width < WIDTH).then(|| tile.width.to_string());
            drop(self.folder.tidy(&tile.partials(), keep.as_deref()));
        }
    }
}

/// The thread that makes checkpoints; when it is dropped it makes a last one.
pub(crate) struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_awake: bool,
    is_over: bool,
    failure: Option<String>,
}

impl Checkpointer {
    pub(crate) fn start(log: &Arc<Log>) -> Result<Self, LedgerError> {
        let shared = Arc::new(Shared::default());
        shared.state().is_awake = log.pending().len() > 0;
        let (log, told) = (Arc::clone(log), Arc::clone(&shared));
        let root = log.root.clone();
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || told.run(&log))
            .map_err(failed("start the thread behind", &root))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Says that something was appended.
    pub(crate) fn wake(&self) {
        let mut state = self.shared.state();
        if !state.is_awake {
            state.is_awake = true;
            self.shared.changed.notify_all();
        }
    }

    /// Why the last attempt failed, if it did.
    pub(crate) fn failure(&self) -> Option<String> {
        self.shared.state().failure.clone()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes checkpoints until it is over, and one more then.
    fn run(&self, log: &Log) {
        loop {
            let mut state = self.state();
            while !state.is_awake && !state.is_over {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            let is_over = state.is_over;
            state.is_awake = false;
            drop(state);
            let failure = log.settle().err().map(|error| error.to_string());
            let has_failed = failure.is_some();
            let mut state = self.state();
            state.failure = failure;
            state.is_awake |= has_failed;
            if is_over {
                return;
            }
            let rest = if has_failed { RETRY } else { REST };
            let over = |state: &mut State| !state.is_over;
            drop(self.changed.wait_timeout_while(state, rest, over));
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It catches nothing and has nothing to say: what it could not write is in the journal.
            let _ = thread.join();
        }
    }
}
