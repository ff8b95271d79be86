//! The ledger laid where others fetch it: `ledger` in `theirs.yaml`, a bucket or a folder.
//!
//! A copy for readers; the truth stays in `data/ledger`. Files first, then the checkpoint, so what
//! lies there is at every moment a whole log, at worst an older one. What fails is tried again, and
//! laying a file twice does no harm. A place that holds another log, or a later state of this one, is
//! left alone: whoever restored an old backup must not take the public log back with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use theirs_ledger::{Cosigned, Ledger, files_between, superseded};
use theirs_store::Shelf;

use crate::failure::Failure;
use crate::following::{Follower, patience};

/// The name of the checkpoint, in the log and on the shelf.
const CHECKPOINT: &str = "checkpoint";

/// How long the thread sleeps where nothing is new: a checkpoint that waits in vain for a
/// cosignature is laid after that.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// The copy of a ledger, and how it does.
pub struct Mirror {
    shelf: Shelf,
    state: Mutex<State>,
}

/// How a copy does.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// How many entries it has, once that is known.
    pub laid: Option<u64>,
    /// Why the last attempt failed, if it did.
    pub failure: Option<String>,
    /// The checkpoint that lies there.
    note: String,
    failures: u32,
}

impl Mirror {
    /// Over a shelf of which nothing is known yet.
    pub fn new(shelf: Shelf) -> Self {
        Self { shelf, state: Mutex::default() }
    }

    /// How it does.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows a ledger for as long as the follower lives.
    pub fn follow(self: &Arc<Self>, ledger: &Arc<Ledger>) -> std::io::Result<Follower> {
        let (mirror, log) = (Arc::clone(self), Arc::clone(ledger));
        Follower::start("mirror", ledger, move || mirror.step(&log))
    }

    /// Lays what is new; says how long to rest.
    fn step(&self, ledger: &Ledger) -> Duration {
        let laid = self.lay(ledger);
        let mut state = self.lock();
        match laid {
            Ok(()) => {
                (state.failure, state.failures) = (None, 0);
                LONGEST_SLEEP
            }
            Err(failure) => {
                state.failures += 1;
                state.failure = Some(failure.to_string());
                patience(state.failures)
            }
        }
    }

    /// Lays all files of the published checkpoint that are not there, and then the checkpoint.
    pub fn lay(&self, ledger: &Ledger) -> Result<(), Failure> {
        let known = self.state();
        let old = match known.laid {
            Some(laid) => laid,
            None => self.found(ledger)?,
        };
        let note = ledger.published();
        let size = size(&note, ledger)?;
        if note == known.note || size < old {
            return Ok(());
        }
        for path in files_between(old, size) {
            let bytes = ledger.served(&path)?.ok_or_else(|| {
                Failure::Unsound(format!(
                    "{path} is missing from data/ledger; `theirs ledger verify`"
                ))
            })?;
            self.shelf.put(&path, bytes)?;
        }
        self.shelf.put(CHECKPOINT, note.clone().into_bytes())?;
        let mut state = self.lock();
        (state.laid, state.note) = (Some(size), note);
        drop(state);
        for folder in superseded(old, size) {
            for name in self.shelf.names(&folder)? {
                self.shelf.remove(&name)?;
            }
        }
        Ok(())
    }

    /// How many entries lie on the shelf: of this log, or there is nothing but a refusal.
    fn found(&self, ledger: &Ledger) -> Result<u64, Failure> {
        let other = || {
            Failure::Unsound(
                "what lies where theirs.yaml says under ledger is not an earlier state of this log: \
                 give another place, or restore the latest log with `theirs restore --log`"
                    .to_owned(),
            )
        };
        let Some(bytes) = self.shelf.get(CHECKPOINT)? else { return Ok(0) };
        let note = String::from_utf8(bytes).map_err(|_| other())?;
        let there = Cosigned::read(&note, &ledger.verifier_key()).map_err(|_| other())?.checkpoint;
        if there.size == 0 {
            return Ok(0);
        }
        ledger.settle()?;
        let (root, _) = ledger.prover().prove_growth(there.size).map_err(|_| other())?;
        if root != there.root {
            return Err(other());
        }
        let mut state = self.lock();
        (state.laid, state.note) = (Some(there.size), note);
        Ok(there.size)
    }
}

fn size(note: &str, ledger: &Ledger) -> Result<u64, Failure> {
    let read = Cosigned::read(note, &ledger.verifier_key());
    Ok(read.map_err(|error| Failure::Unsound(error.to_string()))?.checkpoint.size)
}

#[cfg(test)]
mod tests;
