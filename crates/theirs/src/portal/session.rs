//! One-time links and the sessions they open, in memory only: a restart closes all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use theirs_model::Clock;
use theirs_store::Person;

/// How long a link works.
const LINK: SignedDuration = SignedDuration::from_mins(10);
/// How long a session lasts without a click.
const SESSION: SignedDuration = SignedDuration::from_mins(30);
/// How many links and sessions may be open; the oldest gives way.
const MOST: usize = 10_000;

/// Who is visiting.
#[derive(Clone)]
pub(super) struct Visit {
    /// The person.
    pub(super) person: Person,
    /// What each form of this session must carry.
    pub(super) form_token: String,
}

/// The open links and sessions.
pub(super) struct Sessions {
    clock: Arc<dyn Clock>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    links: HashMap<[u8; 32], (Person, Timestamp)>,
    sessions: HashMap<[u8; 32], (Visit, Timestamp)>,
}

impl Sessions {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, open: Mutex::new(Open::default()) }
    }

    /// A token that opens this person's page once.
    pub(super) fn invite(&self, person: Person) -> std::io::Result<String> {
        let token = token()?;
        let until = self.clock.now() + LINK;
        let mut open = self.lock();
        make_room(&mut open.links);
        open.links.insert(hash(&token), (person, until));
        Ok(token)
    }

    /// Whether a token would open a page.
    pub(super) fn is_open(&self, token: &str) -> bool {
        let now = self.clock.now();
        self.lock().links.get(&hash(token)).is_some_and(|(_, until)| *until > now)
    }

    /// Uses a link up and begins a session; gives the session's secret.
    pub(super) fn enter(&self, token: &str) -> std::io::Result<Option<String>> {
        let (secret, form_token) = (self::token()?, self::token()?);
        let now = self.clock.now();
        let mut open = self.lock();
        let Some((person, until)) = open.links.remove(&hash(token)) else { return Ok(None) };
        if until <= now {
            return Ok(None);
        }
        make_room(&mut open.sessions);
        let visit = Visit { person, form_token };
        open.sessions.insert(hash(&secret), (visit, now + SESSION));
        Ok(Some(secret))
    }

    /// Who visits with this secret; each click prolongs the session.
    pub(super) fn visit(&self, secret: &str) -> Option<Visit> {
        let now = self.clock.now();
        let mut open = self.lock();
        let (visit, until) = open.sessions.get_mut(&hash(secret))?;
        if *until <= now {
            return None;
        }
        *until = now + SESSION;
        Some(visit.clone())
    }

    /// Ends a session.
    pub(super) fn leave(&self, secret: &str) {
        self.lock().sessions.remove(&hash(secret));
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit {
    /// Whether a form came from a page of this session. Hashes are compared, so that the time
    /// taken tells nothing.
    pub(super) fn sent(&self, form_token: &str) -> bool {
        hash(form_token) == hash(&self.form_token)
    }
}

fn make_room<T>(open: &mut HashMap<[u8; 32], (T, Timestamp)>) {
    if open.len() < MOST {
        return;
    }
    let oldest = open.iter().min_by_key(|(_, (_, until))| *until).map(|(key, _)| *key);
    if let Some(key) = oldest {
        open.remove(&key);
    }
}

fn token() -> std::io::Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| std::io::Error::other("the machine gives no random bytes"))?;
    Ok(hex::encode(bytes))
}

fn hash(token: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}
