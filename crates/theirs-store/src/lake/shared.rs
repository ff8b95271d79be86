//! What all handles of one lake in this process share: who reads which file, whose turn it is to
//! write, and what was read of files before.
//!
//! A statement keeps the files it began with. So a file that a change replaced is unlinked only
//! once nobody reads it; a file that was replaced while the process died is swept at the next start.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use roaring::RoaringTreemap;

use super::cache::Cache;
use super::place::Place;
use super::runs::Runs;
use crate::at_rest::RestKey;

/// How many bytes of footers and page indexes are kept.
const MOST_FOOTER_BYTES: usize = 64 << 20;
/// How many bytes of runs of records are kept: one person in one file takes 12.
const MOST_RUN_BYTES: usize = 128 << 20;

/// What handles of one lake share.
pub(crate) struct Shared {
    pub(crate) place: Place,
    /// What encrypts the files that are written; without it they are plain.
    pub(crate) key: Option<RestKey>,
    /// By name, and whether texts are read as views.
    pub(crate) footers: Cache<(String, bool), ArrowReaderMetadata>,
    pub(crate) runs: Cache<(String, usize), Runs>,
    /// The erased records as of a change.
    pub(crate) erased: Mutex<(u64, Arc<RoaringTreemap>)>,
    reading: Mutex<Reading>,
    writing: Mutex<bool>,
    written: Condvar,
}

/// Who reads what.
#[derive(Default)]
pub(crate) struct Reading {
    readers: HashMap<String, u32>,
    /// Replaced, and not unlinked yet.
    retired: HashSet<String>,
}

/// The lakes that are open in this process, by their places.
static OPEN: LazyLock<Mutex<HashMap<String, Weak<Shared>>>> = LazyLock::new(Mutex::default);

impl Shared {
    /// The lake of this place: the one that is open already, if one is.
    pub(crate) fn of(place: Place, key: Option<RestKey>) -> Arc<Self> {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get(&place.name).and_then(Weak::upgrade) {
            return known;
        }
        open.retain(|_, lake| lake.strong_count() > 0);
        let name = place.name.clone();
        let shared = Arc::new(Self {
            place,
            key,
            footers: Cache::new(MOST_FOOTER_BYTES),
            runs: Cache::new(MOST_RUN_BYTES),
            erased: Mutex::default(),
            reading: Mutex::default(),
            writing: Mutex::new(false),
            written: Condvar::new(),
        });
        open.insert(name, Arc::downgrade(&shared));
        shared
    }

    /// Held while names are read from the database and pinned, so that no file is unlinked between.
    pub(crate) fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unlinks files that no change names any more, now or when their last reader ends.
    pub(crate) fn retire(&self, names: &[String]) {
        let mut reading = self.reading();
        reading.retired.extend(names.iter().cloned());
        for name in names {
            self.unlink_if_unread(&mut reading, name);
        }
    }

    /// How many replaced files are still read, or could not be unlinked.
    pub(crate) fn retired(&self) -> usize {
        let mut reading = self.reading();
        let names: Vec<String> = reading.retired.iter().cloned().collect();
        for name in names {
            self.unlink_if_unread(&mut reading, &name);
        }
        reading.retired.len()
    }

    fn unlink_if_unread(&self, reading: &mut Reading, name: &str) {
        if reading.readers.contains_key(name) || !reading.retired.contains(name) {
            return;
        }
        self.footers.forget(|(known, _)| known == name);
        self.runs.forget(|(known, _)| known == name);
        if self.place.remove(name).is_ok() {
            reading.retired.remove(name);
        }
    }

    /// Waits for the turn to write.
    pub(crate) fn turn(self: &Arc<Self>) -> Turn {
        let mut busy = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        while *busy {
            busy = self.written.wait(busy).unwrap_or_else(PoisonError::into_inner);
        }
        *busy = true;
        Turn(Arc::clone(self))
    }

    /// The turn to write, unless somebody has it.
    pub(crate) fn try_turn(self: &Arc<Self>) -> Option<Turn> {
        let mut busy = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if *busy {
            return None;
        }
        *busy = true;
        Some(Turn(Arc::clone(self)))
    }
}

/// The turn to write the lake: whoever has it knows that no file and no hidden row changes beneath.
pub struct Turn(Arc<Shared>);

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.writing.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.written.notify_one();
    }
}

/// A file that is not unlinked for as long as this lives.
pub(crate) struct Pin {
    pub(crate) name: String,
    pub(crate) shared: Arc<Shared>,
}

impl Pin {
    /// Pins a file, while [`Shared::reading`] is held since its name was read.
    pub(crate) fn new(shared: &Arc<Shared>, reading: &mut Reading, name: String) -> Self {
        *reading.readers.entry(name.clone()).or_default() += 1;
        Self { name, shared: Arc::clone(shared) }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut reading = self.shared.reading();
        let Some(readers) = reading.readers.get_mut(&self.name) else { return };
        *readers -= 1;
        if *readers == 0 {
            reading.readers.remove(&self.name);
            self.shared.unlink_if_unread(&mut reading, &self.name);
        }
    }
}
