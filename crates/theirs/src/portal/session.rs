//! One-time links and the sessions they open, in memory only: a restart closes all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use theirs_model::{Clock, Slot};
use theirs_store::Person;

use super::happened::Happened;
use crate::tries::Hourly;

/// How long a link works.
const LINK: SignedDuration = SignedDuration::from_mins(10);
/// How long a session lasts without a click.
const SESSION: SignedDuration = SignedDuration::from_mins(30);
/// How long a session lasts at most.
pub(super) const LONGEST: SignedDuration = SignedDuration::from_hours(10);
/// How many links and sessions may be open; the oldest gives way.
const MOST: usize = 10_000;
/// How many wrong codes end what a browser asked for.
const MOST_WRONG: u8 = 5;
/// How many last receipts are kept in memory; the oldest gives way.
const MOST_RECEIPTS: usize = 200;
/// How many codes one person has sent to new addresses within an hour.
const MOST_CODES: usize = 3;

/// How much somebody has proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// That they read the mail of an address on record: sensitive values are hidden.
    Mail,
    /// More than that: a colleague knew them, or they waited for a second message.
    Full,
}

/// Who is visiting.
#[derive(Clone)]
pub(super) struct Visit {
    /// The person.
    pub(super) person: Person,
    /// How much they have proven.
    pub(super) level: Level,
    /// What each form of this session must carry.
    pub(super) form_token: String,
    ends: Timestamp,
}

/// The open links and sessions.
pub(super) struct Sessions {
    clock: Arc<dyn Clock>,
    /// The codes that were sent for somebody to confirm an address with.
    codes: Mutex<Hourly<Slot>>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    links: HashMap<[u8; 32], (Invited, Timestamp)>,
    asked: HashMap<[u8; 32], (Asked, Timestamp)>,
    sessions: HashMap<[u8; 32], (Visit, Timestamp)>,
    /// Addresses that are not confirmed, by the hash of the form token of the visit.
    addresses: HashMap<[u8; 32], (Unconfirmed, Timestamp)>,
    /// What the next page of a visit tells, by the hash of its form token.
    happened: HashMap<[u8; 32], (Happened, Timestamp)>,
    /// The last receipts of people who were erased, by the hash of what opens them.
    receipts: HashMap<[u8; 32], (String, Timestamp)>,
}

/// An address that somebody gives as theirs.
struct Unconfirmed {
    column: String,
    address: String,
    code: [u8; 32],
    wrong: u8,
}

/// What became of a code that was to confirm an address.
pub(super) enum Proposed {
    /// It was right.
    Confirmed {
        /// The column that the address is for.
        column: String,
        /// The address.
        address: String,
    },
    /// It was wrong; another try is left for this address.
    Wrong(String),
    /// Nothing waits for a code, or no more.
    Over,
}

/// Whom a link lets in.
#[derive(Clone)]
struct Invited {
    person: Person,
    level: Level,
    /// The browser that asked for it, by the hash of its cookie; any, if none.
    browser: Option<[u8; 32]>,
}

/// What a browser asked for. It is kept alike whether the address is known or not.
#[derive(Default)]
struct Asked {
    wrong: u8,
    /// The code that was sent, and the link that was sent with it, as hashes.
    sent: Option<([u8; 32], [u8; 32])>,
}

/// What became of an attempt to come in.
pub(super) enum Entered {
    /// A session began; its secret.
    In(String),
    /// The link was asked for in another browser.
    OtherBrowser,
    /// There is no such link, or no more.
    No,
}

/// What is sent to somebody who asked.
pub(super) struct Ticket {
    /// The token of the link.
    pub(super) token: String,
    /// Six digits, to be typed where it was asked.
    pub(super) code: String,
}

impl Sessions {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let codes = Mutex::new(Hourly::at_most(MOST_CODES, MOST));
        Self { clock, codes, open: Mutex::default() }
    }

    /// A token that opens this person's page once.
    pub(super) fn invite(&self, person: Person) -> std::io::Result<String> {
        let token = token()?;
        let until = self.clock.now() + LINK;
        let mut open = self.lock();
        make_room(&mut open.links);
        let invited = Invited { person, level: Level::Full, browser: None };
        open.links.insert(hash(&token), (invited, until));
        Ok(token)
    }

    /// Notes that a browser asks for a link; gives the secret by which it is known again. What it
    /// asked for before counts no more.
    pub(super) fn ask(&self) -> std::io::Result<String> {
        let browser = token()?;
        let until = self.clock.now() + LINK;
        let mut open = self.lock();
        make_room(&mut open.asked);
        open.asked.insert(hash(&browser), (Asked::default(), until));
        Ok(browser)
    }

    /// A link and a code for whoever asked in this browser; none if it asked too long ago.
    pub(super) fn ticket(
        &self,
        browser: &str,
        person: Person,
        level: Level,
    ) -> std::io::Result<Option<Ticket>> {
        let ticket = Ticket { token: token()?, code: code()? };
        let now = self.clock.now();
        let mut open = self.lock();
        let key = hash(browser);
        let Some((asked, until)) = open.asked.get_mut(&key) else { return Ok(None) };
        if *until <= now {
            return Ok(None);
        }
        asked.sent = Some((hash(&ticket.code), hash(&ticket.token)));
        make_room(&mut open.links);
        let invited = Invited { person, level, browser: Some(key) };
        open.links.insert(hash(&ticket.token), (invited, now + LINK));
        Ok(Some(ticket))
    }

    /// Begins a session by a code that was typed where it was asked for. Five wrong ones end it.
    pub(super) fn type_in(&self, browser: &str, code: &str) -> std::io::Result<Entered> {
        let now = self.clock.now();
        let link = {
            let mut open = self.lock();
            let key = hash(browser);
            let Some((asked, until)) = open.asked.get_mut(&key) else { return Ok(Entered::No) };
            let right = asked.sent.filter(|(sent, _)| *sent == hash(code));
            match right {
                Some((_, link)) if *until > now => link,
                _ => {
                    asked.wrong += 1;
                    if asked.wrong >= MOST_WRONG {
                        open.asked.remove(&key);
                    }
                    return Ok(Entered::No);
                }
            }
        };
        self.begin(link, Some(browser))
    }

    /// Whether a token would open a page.
    pub(super) fn is_open(&self, token: &str) -> bool {
        let now = self.clock.now();
        self.lock().links.get(&hash(token)).is_some_and(|(_, until)| *until > now)
    }

    /// Uses a link up and begins a session. One that was asked for works only in the browser where
    /// it was, and is not used up elsewhere.
    pub(super) fn enter(&self, token: &str, browser: Option<&str>) -> std::io::Result<Entered> {
        self.begin(hash(token), browser)
    }

    fn begin(&self, link: [u8; 32], browser: Option<&str>) -> std::io::Result<Entered> {
        let (secret, form_token) = (self::token()?, self::token()?);
        let now = self.clock.now();
        let mut open = self.lock();
        let Some((invited, until)) = open.links.get(&link) else { return Ok(Entered::No) };
        if *until <= now {
            open.links.remove(&link);
            return Ok(Entered::No);
        }
        if invited.browser.is_some() && invited.browser != browser.map(hash) {
            return Ok(Entered::OtherBrowser);
        }
        let Invited { person, level, browser } = invited.clone();
        open.links.remove(&link);
        if let Some(browser) = browser {
            open.asked.remove(&browser);
        }
        make_room(&mut open.sessions);
        let visit = Visit { person, level, form_token, ends: now + LONGEST };
        open.sessions.insert(hash(&secret), (visit, now + SESSION));
        Ok(Entered::In(secret))
    }

    /// Who visits with this secret; each click prolongs the session, up to its end.
    pub(super) fn visit(&self, secret: &str) -> Option<Visit> {
        let now = self.clock.now();
        let mut open = self.lock();
        let (visit, until) = open.sessions.get_mut(&hash(secret))?;
        if *until <= now || visit.ends <= now {
            return None;
        }
        *until = now + SESSION;
        Some(visit.clone())
    }

    /// Begins a session that sees everything in the place of one that did not; gives its secret.
    pub(super) fn raise(&self, secret: &str) -> std::io::Result<Option<String>> {
        let (raised, form_token) = (token()?, token()?);
        let mut open = self.lock();
        let Some((visit, until)) = open.sessions.remove(&hash(secret)) else { return Ok(None) };
        let visit = Visit { level: Level::Full, form_token, ..visit };
        open.sessions.insert(hash(&raised), (visit, until));
        Ok(Some(raised))
    }

    /// Notes an address that a visitor gives as theirs; gives the code to send there, or none if too
    /// many were sent.
    pub(super) fn propose(
        &self,
        visit: &Visit,
        column: &str,
        address: &str,
    ) -> std::io::Result<Option<String>> {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if !codes.take(visit.person.slot, Instant::now()) {
            return Ok(None);
        }
        let (code, now) = (code()?, self.clock.now());
        let mut open = self.lock();
        make_room(&mut open.addresses);
        let (column, address) = (column.to_owned(), address.to_owned());
        let one = Unconfirmed { column, address, code: hash(&code), wrong: 0 };
        open.addresses.insert(hash(&visit.form_token), (one, now + LINK));
        Ok(Some(code))
    }

    /// The address that waits for its code in this visit.
    pub(super) fn proposed(&self, visit: &Visit) -> Option<String> {
        let now = self.clock.now();
        let open = self.lock();
        let (one, until) = open.addresses.get(&hash(&visit.form_token))?;
        (*until > now).then(|| one.address.clone())
    }

    /// Tries a code. Five wrong ones end it.
    pub(super) fn confirm(&self, visit: &Visit, code: &str) -> Proposed {
        let now = self.clock.now();
        let key = hash(&visit.form_token);
        let mut open = self.lock();
        let Some((mut one, until)) = open.addresses.remove(&key) else { return Proposed::Over };
        if until <= now {
            return Proposed::Over;
        }
        if hash(code) == one.code {
            return Proposed::Confirmed { column: one.column, address: one.address };
        }
        one.wrong += 1;
        if one.wrong >= MOST_WRONG {
            return Proposed::Over;
        }
        let address = one.address.clone();
        open.addresses.insert(key, (one, until));
        Proposed::Wrong(address)
    }

    /// Notes what was done, for the next page of this visit.
    pub(super) fn note(&self, visit: &Visit, happened: Happened) {
        let until = self.clock.now() + LINK;
        let mut open = self.lock();
        make_room(&mut open.happened);
        open.happened.insert(hash(&visit.form_token), (happened, until));
    }

    /// What was done since the last page of this visit; it is told once.
    pub(super) fn noted(&self, visit: &Visit) -> Option<Happened> {
        let now = self.clock.now();
        let noted = self.lock().happened.remove(&hash(&visit.form_token));
        noted.filter(|(_, until)| *until > now).map(|(happened, _)| happened)
    }

    /// Keeps the last receipt of somebody who was just erased, for as long as a visit rests; gives what
    /// opens it. It names nobody and holds no value.
    pub(super) fn leave_receipt(&self, receipt: String) -> std::io::Result<String> {
        let (token, now) = (token()?, self.clock.now());
        let mut open = self.lock();
        open.receipts.retain(|_, (_, until)| *until > now);
        if open.receipts.len() >= MOST_RECEIPTS {
            let oldest = open.receipts.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(key) = oldest.map(|(key, _)| *key) {
                open.receipts.remove(&key);
            }
        }
        open.receipts.insert(hash(&token), (receipt, now + SESSION));
        Ok(token)
    }

    /// The last receipt of somebody who was erased.
    pub(super) fn receipt(&self, token: &str) -> Option<String> {
        let now = self.clock.now();
        let open = self.lock();
        let (receipt, until) = open.receipts.get(&hash(token))?;
        (*until > now).then(|| receipt.clone())
    }

    /// Ends every session and link of a person.
    pub(super) fn end_all(&self, person: Slot) {
        let mut open = self.lock();
        open.sessions.retain(|_, (visit, _)| visit.person.slot != person);
        open.links.retain(|_, (invited, _)| invited.person.slot != person);
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
    /// When it began.
    pub(super) fn began(&self) -> Timestamp {
        self.ends - LONGEST
    }

    /// Whether a form came from a page of this session. Hashes are compared, so that the time
    /// taken tells nothing.
    pub(super) fn sent(&self, form_token: &str) -> bool {
        hash(form_token) == hash(&self.form_token)
    }
}

pub(super) fn make_room<T>(open: &mut HashMap<[u8; 32], (T, Timestamp)>) {
    if open.len() < MOST {
        return;
    }
    let oldest = open.iter().min_by_key(|(_, (_, until))| *until).map(|(key, _)| *key);
    if let Some(key) = oldest {
        open.remove(&key);
    }
}

/// The first digits of a code as it was typed, with blanks or without.
pub(super) fn digits(typed: &str, most: usize) -> String {
    typed.chars().filter(char::is_ascii_digit).take(most).collect()
}

/// A secret of 256 random bits, as text.
pub(super) fn token() -> std::io::Result<String> {
    Ok(hex::encode(random::<32>()?))
}

/// Six random digits, each as likely as any other to one in many thousand millions.
fn code() -> std::io::Result<String> {
    let number = u64::from_be_bytes(random()?) % 1_000_000;
    Ok(format!("{number:06}"))
}

pub(super) fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| std::io::Error::other("the machine gives no random bytes"))?;
    Ok(bytes)
}

/// What is kept of a text that must not be kept.
pub(super) fn hash(token: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}
