//! Keeps the snapshot of people up to date: what changed is read when a statement needs it, and a
//! new base is written beside the statements that run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use theirs_charter::Charter;
use theirs_model::Sequence;
use theirs_store::Store;

use crate::people::{Housing, PeopleError, Snapshot};

/// The last snapshot, and what the next is made from.
pub(super) struct Census {
    /// A connection of its own, so that reading people keeps nobody from writing a use down.
    store: Store,
    housing: Housing,
    last: Mutex<Option<Arc<Snapshot>>>,
    folding: AtomicBool,
}

impl Census {
    pub(super) fn new(store: Store, housing: Housing) -> Self {
        Self { store, housing, last: Mutex::new(None), folding: AtomicBool::new(false) }
    }

    /// Where people in columns rest.
    pub(super) fn housing(&self) -> &Housing {
        &self.housing
    }

    /// Everybody under a charter, with all changes up to one: the last snapshot, or one that differs
    /// from it in whom a change touched.
    pub(super) fn as_of(
        self: &Arc<Self>,
        charter: &Arc<Charter>,
        sequence: Sequence,
    ) -> Result<Arc<Snapshot>, PeopleError> {
        let mut last = self.last();
        let known = last.take().filter(|known| known.charter.acting() == charter.acting());
        let now = match known {
            Some(known) if known.sequence >= sequence => known,
            Some(known) => Arc::new(self.after(&known)?),
            None => Arc::new(Snapshot::open(&self.store, charter, &self.housing)?),
        };
        *last = Some(Arc::clone(&now));
        drop(last);
        self.fold_if_due(&now);
        Ok(now)
    }

    /// The last snapshot; while this is held, nobody else makes the next.
    fn last(&self) -> MutexGuard<'_, Option<Arc<Snapshot>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn after(&self, known: &Snapshot) -> Result<Snapshot, PeopleError> {
        if known.is_outdated(&self.store)? {
            return Snapshot::read(&self.store, &known.charter, &self.housing);
        }
        known.next(&self.store)
    }

    /// Writes a new base if so much lies over the old one that statements would feel it. A large
    /// one is written by a thread of its own; at most one is written at a time.
    fn fold_if_due(self: &Arc<Self>, now: &Arc<Snapshot>) {
        if !now.should_fold() || self.folding.swap(true, Ordering::AcqRel) {
            return;
        }
        let (census, now) = (Arc::clone(self), Arc::clone(now));
        let is_large = now.is_on_disk();
        let work = move || {
            // What fails is tried again after the next change; nobody waits for it.
            let _ = census.fold(&now);
            census.folding.store(false, Ordering::Release);
        };
        if is_large {
            std::thread::spawn(work);
        } else {
            work();
        }
    }

    /// Writes a base of a snapshot, and lays over it what changed meanwhile.
    fn fold(&self, now: &Snapshot) -> Result<(), PeopleError> {
        let folded = now.folded(&self.housing)?;
        let mut last = self.last();
        let rebased = last.as_ref().map(|latest| latest.over(&folded)).transpose()?.flatten();
        if let Some(rebased) = rebased {
            *last = Some(Arc::new(rebased));
        }
        Ok(())
    }
}
