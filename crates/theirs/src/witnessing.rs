//! The witnesses of `theirs.yaml`: asked in the background for a cosignature on each new checkpoint.
//!
//! C2SP tlog-witness, the client. Nothing waits for them but a receipt, for three seconds, and only
//! while one of them answers. One that is down is asked again after a second, then after two, four,
//! and so on up to a minute; `theirs status` says what is wrong with it. What a witness knows of the
//! log it says itself: it is asked as one who knows nothing, and answers with the size it has seen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::future::join_all;
use jiff::Timestamp;
use theirs_ledger::{Cosigned, Cosigner, Ledger};
use theirs_store::{StoreError, WitnessSettings};

use crate::failure::Failure;
use crate::following::{Follower, patience};
use crate::post::{Address, post};

/// How often one witness is asked for one checkpoint: it may have to say first what it has seen.
const ATTEMPTS: usize = 3;

/// How long the thread sleeps where nothing is due.
const LONGEST_SLEEP: Duration = Duration::from_mins(10);

/// The witnesses of a folder, and how each does.
#[derive(Default)]
pub struct Witnesses {
    all: Vec<Witness>,
    /// Set while somebody asks them.
    asking: Mutex<bool>,
}

struct Witness {
    cosigner: Cosigner,
    address: Address,
    state: Mutex<State>,
}

/// How a witness does.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The last that it cosigned: how many entries, and when by its own clock.
    pub cosigned: Option<(u64, Timestamp)>,
    /// Why it did not cosign when it was asked last, if it did not.
    pub failure: Option<String>,
    /// The size that it has seen, as far as we know.
    known: u64,
    failures: u32,
    again: Option<Instant>,
}

impl Witnesses {
    /// The witnesses that the settings name, trusted by the ledger from now on.
    pub fn of(settings: &[WitnessSettings], ledger: &Ledger) -> Result<Self, Failure> {
        let wrong = |message: String| StoreError::Settings(format!("witnesses: {message}"));
        let mut all: Vec<Witness> = Vec::new();
        for one in settings {
            let cosigner = Cosigner::new(&one.key).map_err(|_| {
                wrong(format!(
                    "\"{}\" is no key of a witness: it is what `theirs witness` prints",
                    one.key
                ))
            })?;
            if all.iter().any(|other| other.cosigner == cosigner) {
                return Err(wrong(format!("{} is named twice", cosigner.name())).into());
            }
            let address = Address::of(&one.url, "/add-checkpoint").map_err(wrong)?;
            all.push(Witness { cosigner, address, state: Mutex::default() });
        }
        ledger.trust(all.iter().map(|one| one.cosigner.clone()).collect());
        ledger.expect_witnesses(0);
        let witnesses = Self { all, asking: Mutex::new(false) };
        witnesses.remember(ledger);
        Ok(witnesses)
    }

    /// Takes up what is kept of what they cosigned.
    fn remember(&self, ledger: &Ledger) {
        let note = ledger.kept_cosigned();
        let note = note.and_then(|note| Cosigned::read(&note, &ledger.verifier_key()).ok());
        let Some(note) = note else { return };
        for witness in &self.all {
            if let Some(found) = note.by(&witness.cosigner) {
                witness.state().cosigned = Some((note.checkpoint.size, found.at));
            }
        }
    }

    /// How each does, by name.
    pub fn states(&self) -> Vec<(String, State)> {
        let state = |one: &Witness| (one.cosigner.name().to_owned(), one.state().clone());
        self.all.iter().map(state).collect()
    }

    /// Asks whoever is due for a cosignature on the present checkpoint; says when the next is due.
    async fn ask(&self, ledger: &Ledger) -> Duration {
        join_all(self.all.iter().map(|witness| witness.ask_if_due(ledger))).await;
        let answers = |witness: &&Witness| witness.state().failure.is_none();
        ledger.expect_witnesses(self.all.iter().filter(answers).count());
        let again = self.all.iter().filter_map(|witness| witness.state().again).min();
        again.map_or(LONGEST_SLEEP, |at| at.saturating_duration_since(Instant::now()))
    }
}

impl Witness {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask_if_due(&self, ledger: &Ledger) {
        let state = self.state().clone();
        let has_all = state.failure.is_none()
            && state.cosigned.is_some_and(|(size, _)| size == ledger.signed())
            && state.known == ledger.signed();
        if has_all || state.again.is_some_and(|at| at > Instant::now()) {
            return;
        }
        let asked = self.ask(ledger, state.known).await;
        let mut state = self.state();
        match asked {
            Ok(cosigned) => {
                let (known, cosigned) = (cosigned.0, Some(cosigned));
                *state = State { cosigned, known, ..State::default() };
            }
            Err(failure) => {
                state.failures += 1;
                state.again = Some(Instant::now() + patience(state.failures));
                state.failure = Some(failure);
                state.known = 0;
            }
        }
    }

    /// Has the present checkpoint cosigned by a witness that knows of so many entries.
    async fn ask(&self, ledger: &Ledger, known: u64) -> Result<(u64, Timestamp), String> {
        let mut known = known;
        for _ in 0..ATTEMPTS {
            let submission = ledger.submission(known).map_err(|error| error.to_string())?;
            let size = submission.size();
            let (status, answer) = post(&self.address, submission.body.clone()).await?;
            match status {
                200 => {
                    let said = ledger.cosigned_by(&submission, &self.cosigner, &answer);
                    return Ok((size, said.map_err(|error| error.to_string())?.at));
                }
                409 => known = seen(&answer, size)?,
                other => return Err(meaning(other)),
            }
        }
        Err("it has seen another size each time: is the log open elsewhere?".to_owned())
    }
}

/// The size that a witness says it has seen, where the log has `size`.
fn seen(answer: &str, size: u64) -> Result<u64, String> {
    let seen: u64 = answer.trim_end().parse().map_err(|_| meaning(409))?;
    if seen > size {
        return Err(format!(
            "it has seen {seen} entries where this log has {size}: this is an older state of the \
             log; restore the latest with `theirs restore --log`"
        ));
    }
    Ok(seen)
}

/// What a status means, and what to do.
fn meaning(status: u16) -> String {
    match status {
        403 => "it knows another key of this log: give it the one at /ledger/key".to_owned(),
        404 => {
            "it does not watch this log: start it with --log and the key at /ledger/key".to_owned()
        }
        422 => "it has seen another history of this log, and does not cosign this one".to_owned(),
        other => format!("it answered with status {other}"),
    }
}

/// Asks the witnesses for as long as this lives.
pub struct Witnessing {
    witnesses: Arc<Witnesses>,
    ledger: Arc<Ledger>,
    follower: Option<Follower>,
}

impl Witnessing {
    /// Begins to ask, on a thread of its own; nothing where there are no witnesses, or somebody asks
    /// already.
    pub fn start(
        witnesses: &Arc<Witnesses>,
        ledger: &Arc<Ledger>,
    ) -> Result<Option<Self>, Failure> {
        let mut is_asking = witnesses.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if witnesses.all.is_empty() || *is_asking {
            return Ok(None);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (asked, log) = (Arc::clone(witnesses), Arc::clone(ledger));
        ledger.expect_witnesses(witnesses.all.len());
        let step = move || runtime.block_on(asked.ask(&log));
        let follower = Some(Follower::start("witnesses", ledger, step)?);
        *is_asking = true;
        Ok(Some(Self { witnesses: Arc::clone(witnesses), ledger: Arc::clone(ledger), follower }))
    }
}

impl Drop for Witnessing {
    fn drop(&mut self) {
        self.follower.take();
        self.ledger.expect_witnesses(0);
        *self.witnesses.asking.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

#[cfg(test)]
mod tests;
