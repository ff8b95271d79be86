//! Sends what lies in the outbox, for as long as the folder is served.
//!
//! It looks once a second, whoever asked for what meanwhile: when it begins to send says nothing of
//! an address that was typed a moment ago. A message goes from the outbox once the server has
//! accepted it, so it is sent at least once, and its Message-ID tells doubles.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use theirs_model::Clock;
use theirs_store::{Folder, MailSettings, StoreError, remove_if_there};

use super::letter::{Letter, bytes, files, is_past, refuse};
use super::server::{Conversation, Outcome, Relay, Server, Trouble};
use super::{person_of, waiting};
use crate::activation::Check;
use crate::errand::Errand;
use crate::failure::Failure;
use crate::following::patience;

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// How many messages are handed over in one conversation.
const MOST: usize = 100;

/// Who sends the messages of a folder, and how that goes.
pub struct Delivery {
    server: Server,
    state: Mutex<State>,
}

/// How it goes.
#[derive(Default)]
struct State {
    failure: Option<(String, Timestamp)>,
    tries: Tries,
    /// Tries of single messages, by their files.
    put_off: HashMap<PathBuf, Tries>,
}

/// Failures in a row, and when to try again.
#[derive(Clone, Copy, Default)]
struct Tries {
    failures: u32,
    again: Option<Instant>,
}

impl Tries {
    fn fail(&mut self, at: Instant) {
        self.failures += 1;
        self.again = Some(at + patience(self.failures));
    }

    fn rests(&self, at: Instant) -> bool {
        self.again.is_some_and(|again| again > at)
    }
}

/// When a step is taken: by the clock of the folder, which ages messages, and by one that only ever
/// goes forward.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) at: Instant,
}

impl Delivery {
    /// By the server of the settings.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn of(settings: &MailSettings) -> Result<Self, StoreError> {
        Ok(Self { server: Server::of(settings)?, state: Mutex::default() })
    }

    /// Why nothing could be sent when that was tried last, and since when that is so.
    pub fn failure(&self) -> Option<(String, Timestamp)> {
        self.lock().failure.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over what is due.
    pub(super) async fn step(
        &self,
        relay: &Relay,
        outbox: &Path,
        moment: Moment,
        check: &Check,
    ) -> std::io::Result<()> {
        let due = self.due(outbox, moment.at)?;
        let mut open = None;
        for path in due {
            let Some(bytes) = bytes(&path)? else { continue };
            if is_past(&bytes, moment.now) {
                remove_if_there(&path)?;
                continue;
            }
            if let Some((use_id, reference)) = person_of(&path) {
                match check(use_id, &reference) {
                    Ok(true) => {}
                    Ok(false) => {
                        remove_if_there(&path)?;
                        continue;
                    }
                    // Whoever cannot be asked about is not written to now.
                    Err(_) => {
                        self.lock().put_off(&path, moment.at);
                        continue;
                    }
                }
            }
            let Some(letter) = Letter::read(&path, bytes) else {
                refuse(&path, outbox)?;
                continue;
            };
            match hand_over(relay, &mut open, &letter).await {
                Ok(Outcome::Accepted) => remove_if_there(&path)?,
                Ok(Outcome::Refused) => letter.refuse(outbox)?,
                Ok(Outcome::Later) => self.lock().put_off(&path, moment.at),
                Err(trouble) => {
                    // Next time it is not the first: what breaks the connection holds up no other.
                    let mut state = self.lock();
                    state.put_off(&path, moment.at);
                    state.fail(trouble, moment);
                    return Ok(());
                }
            }
            self.lock().succeed();
        }
        if let Some(conversation) = open {
            conversation.part().await;
        }
        Ok(())
    }

    /// The messages that it is time for, those first that failed least.
    fn due(&self, outbox: &Path, at: Instant) -> std::io::Result<Vec<PathBuf>> {
        if self.lock().tries.rests(at) {
            return Ok(Vec::new());
        }
        let mut files = files(&waiting(outbox))?;
        let mut state = self.lock();
        state.put_off.retain(|path, _| files.binary_search(path).is_ok());
        let tries = |path: &PathBuf| state.put_off.get(path).copied().unwrap_or_default();
        files.retain(|path| !tries(path).rests(at));
        files.sort_by_key(|path| tries(path).failures);
        files.truncate(MOST);
        Ok(files)
    }
}

impl State {
    fn put_off(&mut self, path: &Path, at: Instant) {
        self.put_off.entry(path.to_owned()).or_default().fail(at);
    }

    fn fail(&mut self, trouble: Trouble, moment: Moment) {
        self.tries.fail(moment.at);
        let since = self.failure.as_ref().map_or(moment.now, |(_, since)| *since);
        self.failure = Some((trouble.0, since));
    }

    fn succeed(&mut self) {
        (self.failure, self.tries) = (None, Tries::default());
    }
}

async fn hand_over(
    relay: &Relay,
    open: &mut Option<Conversation>,
    letter: &Letter,
) -> Result<Outcome, Trouble> {
    let conversation = match open {
        Some(conversation) => conversation,
        None => open.insert(relay.greet().await?),
    };
    conversation.send(letter).await
}

/// Begins to send, for as long as the errand is not dropped; a message to one of many goes if it still
/// may when its turn comes.
///
/// # Errors
/// The password or the authorities cannot be read, or there is no thread.
pub fn deliver(
    delivery: &Arc<Delivery>,
    folder: &Folder,
    clock: Arc<dyn Clock>,
    check: Arc<Check>,
) -> Result<Errand, Failure> {
    let (relay, outbox) = (delivery.server.ready(folder)?, folder.outbox());
    let delivery = Arc::clone(delivery);
    Ok(Errand::start("mail", move || async move {
        loop {
            let moment = Moment { now: clock.now(), at: Instant::now() };
            // What fails now, as on a full disk, is tried again; `theirs status` shows what waits.
            let _ = delivery.step(&relay, &outbox, moment, &*check).await;
            tokio::time::sleep(EVERY).await;
        }
    })?)
}
