//! A person asks for a link to their page, by an e-mail address that is on record, or says no to
//! marketing, for which an address is enough.
//!
//! Whoever asks is answered before anybody looks whether the address is known, with the same page in
//! the same time. What follows is done by one thread of its own, and goes to the address and nowhere
//! else. The link works once, in the browser in which it was asked for, and only by a button; the
//! code works there too, so that the mail may be read elsewhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use jiff::SignedDuration;
use serde::Deserialize;
use theirs_model::UseId;
use theirs_people::folded_address;
use theirs_rights::{By, Choice, EMAIL, Reached};
use theirs_store::Person;
use theirs_uses::{Act, Told};

use super::Portal;
use super::brand::Mark;
use super::form::Sent;
use super::message::{busy, failed, message, page};
use super::page::{COOKIE, at_desk, entered, host_cookie, left};
use super::session::{Entered, Level, Sessions, Ticket, hash};
use crate::command::words::on_one_line;
use crate::failure::Failure;
use crate::mail::{Mail, can_reach, post};
use crate::workspace::Workspace;

/// The cookie of the browser that asks.
const ASKED: &str = "__Host-theirs-asked";
/// How many wait to be looked up; more are answered alike and forgotten.
const MOST_WAITING: usize = 2048;
/// How many messages an address gets within an hour.
const MOST_AN_HOUR: usize = 3;
/// How long after the question it is looked up: the answer is out by then, so that what is done for a
/// known address cannot slow it down.
const AFTERWARDS: Duration = Duration::from_millis(200);
const HOUR: Duration = Duration::from_hours(1);
/// How many addresses are remembered for that.
const MOST_ADDRESSES: usize = 10_000;
/// How long somebody with one channel waits until a second message lets them see everything, and how
/// long it does.
const WAIT: SignedDuration = SignedDuration::from_hours(24);
const UNTIL: SignedDuration = SignedDuration::from_hours(24 * 8);
/// How long a message with a link is worth sending, and how long any other; the link itself works for
/// ten minutes.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(1);
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The longest address (RFC 5321).
const LONGEST: usize = 254;

/// Somebody who asked, and is to be looked up.
pub(super) struct Asking {
    address: String,
    wants: Wanted,
    since: Instant,
}

/// What whoever gives an address wants.
enum Wanted {
    /// A link to their page, in this browser.
    Link { browser: String, base: String },
    /// No marketing. That needs no proof: who says it for somebody else takes nothing from them.
    No,
}

/// Who looks addresses up, one after the other.
pub(super) struct Desk(SyncSender<Asking>);

impl Desk {
    /// Begins to look up. It ends when the portal does.
    pub(super) fn open(workspace: Workspace, sessions: Arc<Sessions>) -> Self {
        let (send, receive) = sync_channel(MOST_WAITING);
        std::thread::spawn(move || Clerk::new(workspace, sessions).work(&receive));
        Self(send)
    }
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome<'a> {
    mark: &'a Mark,
}

#[derive(Template)]
#[template(path = "asked.html")]
struct Answer<'a> {
    mark: &'a Mark,
    notice: Option<&'a str>,
    contact: &'a str,
}

/// The form of the front page.
#[derive(Deserialize)]
pub(super) struct Address {
    address: String,
}

/// The form under the answer.
#[derive(Deserialize)]
pub(super) struct Typed {
    code: String,
}

/// The form that asks to see everything.
#[derive(Deserialize)]
pub(super) struct More {
    form_token: String,
}

/// `GET /`: where one has come, and the way to one's page.
pub(super) async fn welcome(State(portal): State<Arc<Portal>>) -> Response {
    page(StatusCode::OK, &Welcome { mark: &Mark::of(&portal) })
}

/// `POST /ask`: the same answer to everybody.
pub(super) async fn ask(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Address>,
) -> Response {
    if let Some(seconds) = portal.asks.wait(Instant::now()) {
        return busy(&portal, seconds);
    }
    portal.asks.note(Instant::now());
    let browser = match portal.sessions.ask() {
        Ok(browser) => browser,
        Err(error) => return failed(&portal, &error.into()),
    };
    if form.address.len() <= LONGEST
        && let Some(base) = portal.base()
    {
        let wants = Wanted::Link { browser: browser.clone(), base };
        // Who cannot be looked up now is answered all the same.
        let _ =
            portal.desk.0.try_send(Asking { address: form.address, wants, since: Instant::now() });
    }
    (jar.add(host_cookie(ASKED, browser)), answer(&portal, StatusCode::OK, None)).into_response()
}

/// `POST /no`: no marketing, to whoever has this address; the same answer to everybody. Unlike a
/// link it is not forgotten when many ask: then they are told to come again.
pub(super) async fn no(State(portal): State<Arc<Portal>>, Sent(form): Sent<Address>) -> Response {
    if let Some(seconds) = portal.asks.wait(Instant::now()) {
        return busy(&portal, seconds);
    }
    portal.asks.note(Instant::now());
    if form.address.len() <= LONGEST {
        let wants = Wanted::No;
        let asking = Asking { address: form.address, wants, since: Instant::now() };
        if portal.desk.0.try_send(asking).is_err() {
            return busy(&portal, 60);
        }
    }
    let text = "If we know this address, no marketing is done with the data of whoever uses it from \
                now on, and we look at nobody of them for it. A message to the address says so. You \
                need do nothing more.";
    message(&portal, StatusCode::OK, "We stop it", text)
}

/// `POST /ask/code`: the code from the message, typed where it was asked for.
pub(super) async fn code(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Typed>,
) -> Response {
    // No brake for all together: each browser has five tries of what it asked for.
    let browser = browser(&jar).unwrap_or_default();
    let digits: String = form.code.chars().filter(char::is_ascii_digit).take(7).collect();
    match portal.sessions.type_in(&browser, &digits) {
        Ok(Entered::In(secret)) => {
            entered(&portal, jar.remove(host_cookie(ASKED, String::new())), secret)
        }
        Ok(_) => {
            let text = "This code does not work. Codes work once, for ten minutes, in the browser \
                        where you asked. After five wrong ones, ask for a new link.";
            answer(&portal, StatusCode::FORBIDDEN, Some(text))
        }
        Err(error) => failed(&portal, &error.into()),
    }
}

/// `POST /me/more`: whoever has one channel only asks to see everything; a second message lets them,
/// a day after the first said so.
pub(super) async fn more(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<More>,
) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, _, visit| {
        announce(portal.workspace(), &visit.person)?;
        let text = "We wrote to your address that somebody wants to see everything. Ask for a link \
                    again in 24 hours or later: it then shows you all of it. This gives you time to \
                    stop us if it was not you.";
        Ok(message(portal, StatusCode::OK, "Come back tomorrow", text))
    })
    .await
}

/// What the browser that asks is known by.
pub(super) fn browser(jar: &CookieJar) -> Option<String> {
    jar.get(ASKED).map(|cookie| cookie.value().to_owned())
}

/// `POST /me/more/stop`: it was not them.
pub(super) async fn stop(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<More>,
) -> Response {
    at_desk(portal, jar.clone(), form.form_token, move |portal, _, visit| {
        log(portal.workspace(), &visit.person, "nothing more to be shown by e-mail alone")?;
        portal.workspace().store.end_proof(visit.person.slot)?;
        // Whoever it was may be looking at this very moment.
        portal.sessions.end_all(visit.person.slot);
        let text = "Nobody can see all of your data by e-mail alone now, and every visit to your \
                    page has ended, this one too. Ask for a link to come back. If somebody else \
                    reads your e-mail, change its password.";
        Ok(left(jar, COOKIE, message(portal, StatusCode::OK, "We stopped it", text)))
    })
    .await
}

fn answer(portal: &Portal, status: StatusCode, notice: Option<&str>) -> Response {
    let contact = portal.workspace().charter().map(|charter| charter.controller.privacy_contact);
    let contact = contact.unwrap_or_default();
    page(status, &Answer { mark: &Mark::of(portal), notice, contact: &contact })
}

/// Looks addresses up and writes to them.
struct Clerk {
    workspace: Workspace,
    sessions: Arc<Sessions>,
    /// When messages went to an address, by its hash.
    written: HashMap<[u8; 32], Vec<Instant>>,
}

impl Clerk {
    fn new(workspace: Workspace, sessions: Arc<Sessions>) -> Self {
        Self { workspace, sessions, written: HashMap::new() }
    }

    fn work(mut self, waiting: &Receiver<Asking>) {
        while let Ok(asking) = waiting.recv() {
            let due = asking.since + AFTERWARDS;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let may_write = self.may_write(&asking.address, Instant::now());
            let done = match &asking.wants {
                Wanted::No => self.stop_marketing(&asking.address, may_write),
                Wanted::Link { browser, base } if may_write => {
                    self.look_up(&asking.address, browser, base)
                }
                Wanted::Link { .. } => Ok(()),
            };
            if let Err(failure) = done {
                eprintln!("theirs: the portal: {}", on_one_line(&failure.to_string()));
            }
        }
    }

    /// Whether an address has not had its messages yet. It counts for unknown ones too.
    fn may_write(&mut self, address: &str, now: Instant) -> bool {
        if self.written.len() >= MOST_ADDRESSES {
            self.written.retain(|_, at| at.iter().any(|at| now.duration_since(*at) < HOUR));
        }
        let key = hash(&folded_address(address));
        if self.written.len() >= MOST_ADDRESSES && !self.written.contains_key(&key) {
            return false;
        }
        let at = self.written.entry(key).or_default();
        at.retain(|at| now.duration_since(*at) < HOUR);
        let may = at.len() < MOST_AN_HOUR;
        if may {
            at.push(now);
        }
        may
    }

    fn look_up(&self, address: &str, browser: &str, base: &str) -> Result<(), Failure> {
        let found = self.workspace.door()?.holders(EMAIL, address)?;
        match self.workspace.desk()?.reached(address, &found)? {
            Reached::Nobody => Ok(()),
            Reached::One(person) => self.let_in(address, &person, browser, base),
            Reached::Several(people) => self.explain(address, &people),
        }
    }

    /// Stops marketing for everybody who has an address, also for whom it is not sure: who says no
    /// for too many is heeded all the same.
    fn stop_marketing(&self, address: &str, may_write: bool) -> Result<(), Failure> {
        let desk = self.workspace.desk()?;
        let mut use_id = None;
        for slot in self.workspace.door()?.holders(EMAIL, address)? {
            let Some(person) = self.workspace.store.person_at(slot)? else { continue };
            if !desk.objects(&person, "marketing")? {
                let choice = Choice::Objection { topic: "marketing".to_owned(), yes: true };
                use_id = Some(desk.choose(&person, &choice, By::Person)?);
            }
        }
        let Some(use_id) = use_id.filter(|_| may_write) else { return Ok(()) };
        let text = "Somebody asked us, with this address, to do no marketing with your data. We \
                    stopped it at once. If it was not you and you want it again, say so on your \
                    page.";
        let subject = "We stopped marketing with your data";
        write(&self.workspace, address, &Words { subject, text, lasts: LASTS }, use_id)
    }

    fn let_in(
        &self,
        address: &str,
        person: &Person,
        browser: &str,
        base: &str,
    ) -> Result<(), Failure> {
        let level = self.level(person)?;
        let ticket = self.sessions.ticket(browser, person.clone(), level)?;
        let Some(Ticket { token, code }) = ticket else { return Ok(()) };
        let text = format!(
            "You asked for a link to your page. Open it in the browser where you asked:\n\n\
             {base}/open/{token}\n\n\
             Or type this code there: {code}\n\n\
             Both work once, for ten minutes. Tell the code to nobody. If you did not ask, do \
             nothing: nobody can open your page without this message."
        );
        let use_id = log(&self.workspace, person, "a link to this page, by e-mail")?;
        let link = Words { subject: "Your link to your page", text: &text, lasts: LINK_LASTS };
        write(&self.workspace, address, &link, use_id)
    }

    /// How much a message proves: more, a day after another one announced it.
    fn level(&self, person: &Person) -> Result<Level, Failure> {
        let Some(since) = self.workspace.store.proof_since(person.slot)? else {
            return Ok(Level::Mail);
        };
        let waited = self.workspace.clock.now().duration_since(since);
        if waited > UNTIL {
            self.workspace.store.end_proof(person.slot)?;
        }
        Ok(if (WAIT..=UNTIL).contains(&waited) { Level::Full } else { Level::Mail })
    }

    /// An address that two people share opens neither's page; whoever reads it is told the way.
    fn explain(&self, address: &str, people: &[Person]) -> Result<(), Failure> {
        let contact = self.workspace.charter()?.controller.privacy_contact;
        let text = format!(
            "Somebody asked for a link with this address. We have it for more than one person, so \
             we show nobody's data through it: it might be the data of somebody else. Write to \
             {contact}, and we find another way with you."
        );
        let mut use_id = None;
        for person in people {
            use_id = Some(log(
                &self.workspace,
                person,
                "a link that we did not make, as others use the address",
            )?);
        }
        match use_id {
            Some(use_id) => {
                let words = Words { subject: "About your page", text: &text, lasts: LASTS };
                write(&self.workspace, address, &words, use_id)
            }
            None => Ok(()),
        }
    }
}

/// Announces to a person that all of their record will be shown by the one channel they have.
fn announce(workspace: &Workspace, person: &Person) -> Result<(), Failure> {
    if workspace.store.proof_since(person.slot)?.is_some() {
        return Ok(());
    }
    let contact = workspace.charter()?.controller.privacy_contact;
    let text = format!(
        "Somebody who reads your e-mail asked to see all of your data on your page, and to take \
         it home. From 24 hours on, for a week, a link that is sent to this address will allow \
         that. If it was not you, ask for a link, and press \"It was not me\" on your page; or write to \
         {contact}."
    );
    let subject = "Somebody wants to see all of your data";
    let words = Words { subject, text: &text, lasts: LASTS };
    let known = workspace.desk()?.addresses(person)?;
    for address in known.iter().filter(|address| can_reach(address)) {
        let asked = "all of it to be shown by e-mail alone, from 24 hours on";
        let use_id = log(workspace, person, asked)?;
        write(workspace, address, &words, use_id)?;
    }
    workspace.store.begin_proof(person.slot, workspace.clock.now())?;
    Ok(())
}

/// Tells an address that it is not a person's any more, so far as they say.
pub(super) fn tell_old_address(
    workspace: &Workspace,
    person: &Person,
    before: &[String],
) -> Result<(), Failure> {
    let contact = workspace.charter()?.controller.privacy_contact;
    let text = format!(
        "On your page your e-mail address with us was changed, and this one is no longer used. For \
         three days nobody can take a copy of your data home. If it was not you, write to {contact} \
         at once."
    );
    let now = workspace.desk()?.addresses(person)?;
    let old = before.iter().filter(|address| !now.contains(address));
    for address in old.filter(|address| can_reach(address)) {
        let use_id = log(workspace, person, "your old address to be told of the new one")?;
        let words = Words { subject: "Your e-mail address was changed", text: &text, lasts: LASTS };
        write(workspace, address, &words, use_id)?;
    }
    Ok(())
}

/// Puts on record what a person asked for.
fn log(workspace: &Workspace, person: &Person, what: &str) -> Result<UseId, Failure> {
    let mut told = Told::new(Act::Invitation, "you");
    told.reason = Some(what.to_owned());
    let (digest, now) = (workspace.charter_digest()?, workspace.clock.now());
    Ok(workspace.book().log_one(&told, person.slot, digest, now)?)
}

/// What a message says, and for how long that matters.
struct Words<'w> {
    subject: &'w str,
    text: &'w str,
    lasts: SignedDuration,
}

fn write(workspace: &Workspace, to: &str, words: &Words<'_>, use_id: UseId) -> Result<(), Failure> {
    let Words { subject, text, lasts } = words;
    let at = workspace.clock.now();
    let until = at.saturating_add(*lasts).unwrap_or(jiff::Timestamp::MAX);
    let mail = Mail { to: to.trim(), subject, text, use_id, part: None, at, until };
    post(&mail, &workspace.charter()?.controller, &workspace.folder.outbox())?;
    Ok(())
}
