//! The journal: events that were acknowledged and are not in the store yet.
//!
//! A thread takes what waits, writes it in one piece, has the disk confirm it (`fdatasync`), and only
//! then answers all who wait: group commit. A place in the journal is the number of bytes before it
//! since the first event ever; a segment of 64 MiB bears its first place as its name. Whoever reads
//! keeps the place up to which they are done together with what they made of it, so that after a
//! crash nothing is lost and nothing comes twice. What a crash tore at the end was acknowledged to
//! nobody, and is cut off. What was taken over does not stay: a segment is begun at least every ten
//! minutes, and the last one goes when nothing comes any more.
//!
//! On disk a frame is the length of its content and a CRC-32 of it, four bytes each, little-endian,
//! then the content: JSON, encrypted (`seal`); files of before, which are not, are still read. Bounds: a backlog of 1 GiB, beyond which clients are told to come later.

mod seal;
mod segment;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::taken::Taken;
use segment::{Segment, frame};

pub use seal::JournalKey;
pub use segment::Entry;

/// How many bytes of a segment are written before the next begins.
const SEGMENT_BYTES: u64 = 64 << 20;
/// How many bytes may wait to be taken over.
const MOST_BACKLOG: u64 = 1 << 30;
/// How many requests may wait for the disk.
const MOST_WAITING: usize = 8_192;
/// How many bytes are written in one piece.
const PIECE: usize = 4 << 20;

/// Why events are not kept; a client that comes again later may be luckier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unkept {
    /// More comes than can be taken over.
    #[error("too many events are waiting; send them again later")]
    Busy,
    /// The disk refuses, as when it is full.
    #[error("the disk refuses; send them again later")]
    Disk,
    /// It is being stopped.
    #[error("the service is being stopped; send them again later")]
    Stopped,
}

/// What waits to be written, and who waits for it.
struct Waiting {
    frames: Vec<u8>,
    done: oneshot::Sender<Result<u64, Unkept>>,
}

/// The journal of a folder. It ends when the last handle is dropped.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
    sender: SyncSender<Waiting>,
    _thread: Arc<Thread>,
}

struct Shared {
    folder: PathBuf,
    key: JournalKey,
    /// Up to where it is on disk.
    end: AtomicU64,
    /// Up to where it was taken over.
    taken: AtomicU64,
    /// Whether the disk refused the last time.
    refuses: AtomicBool,
    grown: Mutex<()>,
    more: Condvar,
}

struct Thread(Mutex<Option<JoinHandle<()>>>);

impl Journal {
    /// Opens the journal of a folder, of which everything before `taken` was taken over.
    ///
    /// # Errors
    /// The folder cannot be read or written, or its journal is encrypted under another key.
    pub fn open(folder: &Path, taken: u64, key: JournalKey) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let segment = Segment::after(folder, taken, key.clone())?;
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            key,
            end: AtomicU64::new(segment.end()),
            taken: AtomicU64::new(taken),
            refuses: AtomicBool::new(false),
            grown: Mutex::new(()),
            more: Condvar::new(),
        });
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let told = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write(segment, &receiver, &told))?;
        let thread = Arc::new(Thread(Mutex::new(Some(thread))));
        let journal = Self { shared, sender, _thread: thread };
        journal.forget(taken)?;
        Ok(journal)
    }

    /// Keeps events: they are on disk when this is done, all of them or none.
    ///
    /// # Errors
    /// None of them is kept.
    pub async fn keep(&self, events: &[Taken]) -> Result<u64, Unkept> {
        if self.backlog() > MOST_BACKLOG {
            return Err(Unkept::Busy);
        }
        let mut frames = Vec::with_capacity(events.len() * 256);
        for event in events {
            let content = serde_json::to_vec(event).map_err(|_| Unkept::Disk)?;
            frame(&content, &mut frames);
        }
        let (done, answer) = oneshot::channel();
        self.sender.try_send(Waiting { frames, done }).map_err(|error| match error {
            TrySendError::Full(_) => Unkept::Busy,
            TrySendError::Disconnected(_) => Unkept::Stopped,
        })?;
        answer.await.unwrap_or(Err(Unkept::Stopped))
    }

    /// How many bytes wait to be taken over.
    pub fn backlog(&self) -> u64 {
        let taken = self.shared.taken.load(Ordering::Acquire);
        self.end().saturating_sub(taken)
    }

    /// The place after the last event.
    pub fn end(&self) -> u64 {
        self.shared.end.load(Ordering::Acquire)
    }

    /// Whether the disk refused what was last to be written.
    pub fn refuses(&self) -> bool {
        self.shared.refuses.load(Ordering::Acquire)
    }

    /// The events from a place on, at most so many; each with the place after it.
    ///
    /// # Errors
    /// A segment is gone or damaged.
    pub fn read(&self, from: u64, most: usize) -> io::Result<Vec<Entry>> {
        let Shared { folder, key, .. } = &*self.shared;
        segment::read(folder, key, from, self.end(), most)
    }

    /// Waits until there is an event at a place, or for so long.
    pub fn wait(&self, from: u64, most: Duration) {
        let guard = self.shared.grown.lock().unwrap_or_else(PoisonError::into_inner);
        if self.end() <= from {
            let _ = self.shared.more.wait_timeout(guard, most);
        }
    }

    /// Removes what is left where all of it was taken over. It does not wait for that.
    pub fn rest(&self) {
        let (done, _) = oneshot::channel();
        let _ = self.sender.try_send(Waiting { frames: Vec::new(), done });
    }

    /// Notes up to where events were taken over, and removes the segments before it.
    ///
    /// # Errors
    /// A segment cannot be removed.
    pub fn forget(&self, taken: u64) -> io::Result<()> {
        self.shared.taken.store(taken, Ordering::Release);
        segment::remove_before(&self.shared.folder, taken)
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // The sender is gone with the handle that held this, so the thread ends by itself; nobody is
        // left who waits for it.
        if let Some(thread) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            drop(thread);
        }
    }
}

/// Writes what waits, piece by piece, until nobody is left who sends.
fn write(mut segment: Segment, receiver: &Receiver<Waiting>, shared: &Shared) {
    let mut piece: Vec<u8> = Vec::new();
    let mut waiting: Vec<oneshot::Sender<Result<u64, Unkept>>> = Vec::new();
    while let Ok(first) = receiver.recv() {
        piece.extend_from_slice(&first.frames);
        waiting.push(first.done);
        while piece.len() < PIECE
            && let Ok(next) = receiver.try_recv()
        {
            piece.extend_from_slice(&next.frames);
            waiting.push(next.done);
        }
        if piece.is_empty() {
            // What cannot be removed now is removed by the next that rests.
            let _ = segment.retire(shared.taken.load(Ordering::Acquire), &shared.folder);
            waiting.clear();
            continue;
        }
        let done = segment.append(&mut piece, SEGMENT_BYTES, &shared.folder);
        shared.refuses.store(done.is_err(), Ordering::Release);
        if let Ok(end) = done {
            let _guard = shared.grown.lock().unwrap_or_else(PoisonError::into_inner);
            shared.end.store(end, Ordering::Release);
            shared.more.notify_all();
        }
        let answer = done.map_err(|_| Unkept::Disk);
        for one in waiting.drain(..) {
            let _ = one.send(answer);
        }
        piece.clear();
    }
}

#[cfg(test)]
mod tests;
