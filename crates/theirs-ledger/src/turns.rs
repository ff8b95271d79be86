//! Lets others wait until there is something new: a checkpoint, or a cosignature on one.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Counts what came, and wakes whoever waits for more.
#[derive(Default)]
pub(crate) struct Turns {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Turns {
    /// How much came until now.
    pub(crate) fn count(&self) -> u64 {
        *self.lock()
    }

    /// Says that something came.
    pub(crate) fn tick(&self) {
        *self.lock() += 1;
        self.changed.notify_all();
    }

    /// Waits until more than `known` came, but no longer than this; says how much did.
    pub(crate) fn wait(&self, known: u64, longest: Duration) -> u64 {
        let is_known = |count: &mut u64| *count == known;
        let waited = self.changed.wait_timeout_while(self.lock(), longest, is_known);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
