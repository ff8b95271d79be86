//! A person asks for a link to their page, by an e-mail address that is on record, or says no to
//! marketing, for which an address is enough.
//!
//! Whoever asks is answered before anybody looks whether the address is known, with the same page in
//! the same time. What follows is done by one thread of its own, and goes to the address and nowhere
//! else. The link works once, in the browser in which it was asked for, and only by a button; the
//! code works there too, so that the mail may be read elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::SignedDuration;
use serde::Deserialize;
use theirs_model::{Slot, UseId};
use theirs_people::{folded_address, stopped_column};
use theirs_rights::{By, Choice, Confirmation, EMAIL, Reached};
use theirs_store::{ActKind, Person};
use theirs_uses::{Act, Told};
use theirs_words::{Language, Speech};

use super::brand::Mark;
use super::form::Sent;
use super::here::Here;
use super::message::{busy, failed, page, said};
use super::network::Network;
use super::page::{COOKIE, at_desk, entered, host_cookie, left};
use super::recorded::Recorded;
use super::session::{Entered, Level, Sessions, Ticket, digits, hash};
use crate::failure::Failure;
use crate::mail::{self, Mail, can_reach, post};
use crate::telemetry::{Event, Work};
use crate::tries::Hourly;
use crate::workspace::Workspace;

/// The cookie of the browser that asks.
const ASKED: &str = "__Host-theirs-asked";
/// How many wait to be looked up; more are answered alike and forgotten.
const MOST_WAITING: usize = 2048;
/// How many messages an address gets within an hour, for those who ask from one network: a stranger
/// elsewhere takes none of theirs away.
const MOST_AN_HOUR: usize = 3;
/// How many it gets in all.
const MOST_IN_ALL: usize = 10;
/// How long after the question it is looked up: the answer is out by then, so that what is done for a
/// known address cannot slow it down.
const AFTERWARDS: Duration = Duration::from_millis(200);
/// How many addresses are remembered for that: more than may ask within an hour, all together.
const MOST_ADDRESSES: usize = 40_000;
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
    /// From which network, made coarse.
    network: String,
    wants: Wanted,
    /// In which language they are written to.
    language: Language,
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
    t: &'a Speech,
    /// Whether one can sign in as in the shop.
    has_login: bool,
}

#[derive(Template)]
#[template(path = "asked.html")]
struct Answer<'a> {
    mark: &'a Mark,
    t: &'a Speech,
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
pub(super) async fn welcome(portal: Here) -> Response {
    page(
        StatusCode::OK,
        &Welcome {
            mark: &Mark::of(&portal),
            t: &portal.speech,
            has_login: portal.workspace().login.is_some(),
        },
    )
}

/// `POST /ask`: the same answer to everybody.
pub(super) async fn ask(
    portal: Here,
    network: Network,
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
        let _ = portal.desk.0.try_send(asking(&portal, network, form.address, wants));
    }
    (jar.add(host_cookie(ASKED, browser)), answer(&portal, StatusCode::OK, None)).into_response()
}

/// `GET /ask`: the answer once more, as in another language, in the browser that asked.
pub(super) async fn asked(portal: Here, jar: CookieJar) -> Response {
    match browser(&jar) {
        Some(_) => answer(&portal, StatusCode::OK, None),
        None => Redirect::to("/").into_response(),
    }
}

/// `POST /no`: no marketing, to whoever has this address; the same answer to everybody. Unlike a
/// link it is not forgotten when many ask: then they are told to come again.
pub(super) async fn no(portal: Here, network: Network, Sent(form): Sent<Address>) -> Response {
    if let Some(seconds) = portal.asks.wait(Instant::now()) {
        return busy(&portal, seconds);
    }
    portal.asks.note(Instant::now());
    if form.address.len() <= LONGEST {
        let wants = Wanted::No;
        if portal.desk.0.try_send(asking(&portal, network, form.address, wants)).is_err() {
            return busy(&portal, 60);
        }
    }
    said(&portal, StatusCode::OK, "stopping")
}

/// Somebody who asked just now.
fn asking(here: &Here, Network(network): Network, address: String, wants: Wanted) -> Asking {
    Asking { address, network, wants, language: here.speech.language(), since: Instant::now() }
}

/// `POST /ask/code`: the code from the message, typed where it was asked for.
pub(super) async fn code(portal: Here, jar: CookieJar, Sent(form): Sent<Typed>) -> Response {
    // No brake for all together: each browser has five tries of what it asked for.
    let browser = browser(&jar).unwrap_or_default();
    let digits = digits(&form.code, 7);
    match portal.sessions.type_in(&browser, &digits) {
        Ok(Entered::In(secret)) => {
            entered(&portal, jar.remove(host_cookie(ASKED, String::new())), secret)
        }
        Ok(_) => answer(&portal, StatusCode::FORBIDDEN, Some(&portal.say("wrong-code"))),
        Err(error) => failed(&portal, &error.into()),
    }
}

/// `POST /me/more`: whoever has one channel only asks to see everything; a second message lets them,
/// a day after the first said so.
pub(super) async fn more(portal: Here, jar: CookieJar, Sent(form): Sent<More>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, _, visit| {
        announce(portal.workspace(), &portal.speech, &visit.person)?;
        Ok(said(portal, StatusCode::OK, "tomorrow"))
    })
    .await
}

/// What the browser that asks is known by.
pub(super) fn browser(jar: &CookieJar) -> Option<String> {
    jar.get(ASKED).map(|cookie| cookie.value().to_owned())
}

/// `POST /me/more/stop`: it was not them.
pub(super) async fn stop(portal: Here, jar: CookieJar, Sent(form): Sent<More>) -> Response {
    at_desk(portal, jar.clone(), form.form_token, move |portal, _, visit| {
        log(portal.workspace(), &visit.person, "nothing more to be shown by e-mail alone")?;
        portal.workspace().store.end_proof(visit.person.slot)?;
        // Whoever it was may be looking at this very moment.
        portal.sessions.end_all(visit.person.slot);
        Ok(left(jar, COOKIE, said(portal, StatusCode::OK, "stopped")))
    })
    .await
}

fn answer(portal: &Here, status: StatusCode, notice: Option<&str>) -> Response {
    let contact =
        portal.workspace().charter().map(|charter| charter.controller.privacy_contact.clone());
    let contact = contact.unwrap_or_default();
    page(status, &Answer { mark: &Mark::of(portal), t: &portal.speech, notice, contact: &contact })
}

/// Looks addresses up and writes to them.
struct Clerk {
    workspace: Workspace,
    sessions: Arc<Sessions>,
    /// When messages went to an address, by its hash, and by that of it and the network that asked.
    written: Hourly<[u8; 32]>,
    written_for: Hourly<[u8; 32]>,
    recorded: Recorded,
}

impl Clerk {
    fn new(workspace: Workspace, sessions: Arc<Sessions>) -> Self {
        let written = Hourly::at_most(MOST_IN_ALL, MOST_ADDRESSES);
        let written_for = Hourly::at_most(MOST_AN_HOUR, MOST_ADDRESSES);
        Self { workspace, sessions, written, written_for, recorded: Recorded::default() }
    }

    fn work(mut self, waiting: &Receiver<Asking>) {
        while let Ok(asking) = waiting.recv() {
            let due = asking.since + AFTERWARDS;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let may_write = self.may_write(&asking, Instant::now());
            let done = match &asking.wants {
                Wanted::No => self.stop_marketing(&asking, may_write),
                Wanted::Link { browser, base } if may_write => self.look_up(&asking, browser, base),
                Wanted::Link { .. } => Ok(()),
            };
            if let Err(failure) = done {
                let how = (&failure).into();
                Event::Failed { work: Work::Message, of: None, how }.tell();
            }
        }
    }

    /// Whether another message may go to an address, for whoever asks from there; it counts for unknown
    /// addresses too.
    fn may_write(&mut self, asking: &Asking, now: Instant) -> bool {
        let address = folded_address(&asking.address);
        let of_network = hash(&format!("{address}\n{}", asking.network));
        self.written_for.take(of_network, now) && self.written.take(hash(&address), now)
    }

    fn look_up(&mut self, asking: &Asking, browser: &str, base: &str) -> Result<(), Failure> {
        let address = &asking.address;
        let mut found = self.with_stopped_address()?;
        found.extend(self.workspace.door()?.holders(EMAIL, address)?);
        let found: Vec<Slot> = found.into_iter().collect();
        let desk = self.workspace.desk()?;
        let reached = desk.reached(address, &found)?;
        if reached != Reached::Nobody {
            return self.answer(asking, reached, browser, base);
        }
        let charter = self.workspace.charter()?;
        let found = self.recorded.holders(&self.workspace.store, &charter, address)?;
        let found: Vec<Slot> = found.into_iter().collect();
        match desk.reached(address, &found)? {
            Reached::One(person) if desk.is_overruled(address, &person)? => {
                let why = "a link that we did not make, as we go by another address";
                self.explain((address, asking.language), &[person], "mail-other", why)
            }
            reached => self.answer(asking, reached, browser, base),
        }
    }

    /// Writes to an address what it leads to.
    fn answer(
        &self,
        asking: &Asking,
        reached: Reached,
        browser: &str,
        base: &str,
    ) -> Result<(), Failure> {
        let Asking { address, language, .. } = asking;
        match reached {
            Reached::Nobody => Ok(()),
            Reached::One(person) => self.let_in(asking, &person, browser, base),
            Reached::Several(people) => {
                let why = "a link that we did not make, as others use the address";
                self.explain((address, *language), &people, "mail-shared", why)
            }
            Reached::Unproven(person) => {
                let why = "a link that we did not make, as the address proves too little";
                self.explain((address, *language), &[person], "mail-later", why)
            }
        }
    }

    /// Whoever stopped the use of an address of theirs: no purpose sees it, and it still leads to their
    /// own page.
    fn with_stopped_address(&self) -> Result<BTreeSet<Slot>, Failure> {
        let desk = self.workspace.desk()?;
        let acts = self.workspace.store.acts_of_kind(ActKind::Restriction)?;
        let is_of_address =
            |topic: &str| stopped_column(topic).is_some_and(|column| desk.is_address(column));
        Ok(acts.iter().filter(|act| is_of_address(&act.topic)).map(|act| act.slot).collect())
    }

    /// Stops marketing for everybody who has an address, also for whom it is not sure: who says no
    /// for too many is heeded all the same.
    fn stop_marketing(&self, asking: &Asking, may_write: bool) -> Result<(), Failure> {
        let Asking { address, language, .. } = asking;
        let desk = self.workspace.desk()?;
        let (mut use_id, holders) = (None, self.workspace.door()?.holders(EMAIL, address)?);
        let stopped = self.with_stopped_address()?;
        for slot in holders.iter().chain(&stopped) {
            let Some(person) = self.workspace.store.person_at(*slot)? else { continue };
            // Of whoever stopped the use of theirs it is not known yet which that is.
            if !holders.contains(slot) && !desk.is_surely_of(address, &person)? {
                continue;
            }
            if !desk.objects(&person, "marketing")? {
                let choice = Choice::Objection { topic: "marketing".to_owned(), yes: true };
                use_id = Some(desk.choose(&person, &choice, By::Person)?);
            }
        }
        let Some(use_id) = use_id.filter(|_| may_write) else { return Ok(()) };
        let speech = &self.workspace.charter()?.speech(*language);
        let letter = Letter::plain(speech, "mail-no-marketing");
        write(&self.workspace, address, &letter, use_id)
    }

    fn let_in(
        &self,
        asking: &Asking,
        person: &Person,
        browser: &str,
        base: &str,
    ) -> Result<(), Failure> {
        let level = self.level(person)?;
        let ticket = self.sessions.ticket(browser, person.clone(), level)?;
        let Some(Ticket { token, code }) = ticket else { return Ok(()) };
        let speech = &self.workspace.charter()?.speech(asking.language);
        let link = format!("{base}/open/{token}");
        let text = speech.with_two("mail-link-text", "link", link, "code", code);
        let use_id = log(&self.workspace, person, "a link to this page, by e-mail")?;
        let letter = Letter { lasts: LINK_LASTS, ..Letter::of(speech, "mail-link", text) };
        write(&self.workspace, &asking.address, &letter, use_id)
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

    /// An address that proves too little opens nobody's page; whoever reads it is told the way, and of
    /// the people it is on record.
    fn explain(
        &self,
        (address, language): (&str, Language),
        people: &[Person],
        subject: &str,
        why: &str,
    ) -> Result<(), Failure> {
        let charter = self.workspace.charter()?;
        let (contact, speech) =
            (charter.controller.privacy_contact.clone(), charter.speech(language));
        let text = speech.with(&format!("{subject}-text"), "contact", contact);
        let mut use_id = None;
        for person in people {
            use_id = Some(log(&self.workspace, person, why)?);
        }
        match use_id {
            Some(use_id) => {
                let letter = Letter::of(&speech, subject, text);
                write(&self.workspace, address, &letter, use_id)
            }
            None => Ok(()),
        }
    }
}

/// Announces to a person that all of their record will be shown by the one channel they have.
fn announce(workspace: &Workspace, speech: &Speech, person: &Person) -> Result<(), Failure> {
    if workspace.store.proof_since(person.slot)?.is_some() {
        return Ok(());
    }
    let asked = "all of it to be shown by e-mail alone, from 24 hours on";
    write_to_all(workspace, speech, person, "mail-all", asked)?;
    workspace.store.begin_proof(person.slot, workspace.clock.now())?;
    Ok(())
}

/// Writes to every address of a person that something was asked for; the message is named by its
/// subject, and says where to turn to.
pub(super) fn write_to_all(
    workspace: &Workspace,
    speech: &Speech,
    person: &Person,
    subject: &str,
    asked: &str,
) -> Result<(), Failure> {
    let contact = workspace.charter()?.controller.privacy_contact.clone();
    let text = speech.with(&format!("{subject}-text"), "contact", contact);
    let letter = Letter::of(speech, subject, text);
    let known = workspace.desk()?.every_address(person)?;
    for address in known.iter().filter(|address| can_reach(address)) {
        let use_id = log(workspace, person, asked)?;
        write(workspace, address, &letter, use_id)?;
    }
    Ok(())
}

/// Sends a code to an address that a person gives as their new one.
pub(super) fn write_code(
    workspace: &Workspace,
    speech: &Speech,
    person: &Person,
    address: &str,
    code: &str,
) -> Result<(), Failure> {
    let text = speech.with("mail-confirm-text", "code", code);
    let letter = Letter { lasts: LINK_LASTS, ..Letter::of(speech, "mail-confirm", text) };
    let use_id = log(workspace, person, "a code to your new address")?;
    write(workspace, address, &letter, use_id)
}

/// Tells an address that it is not a person's any more, so far as they say: that it was changed, or
/// deleted, by the name of the message's subject.
pub(super) fn tell_old_address(
    workspace: &Workspace,
    speech: &Speech,
    person: &Person,
    before: &[String],
    subject: &str,
) -> Result<(), Failure> {
    let contact = workspace.charter()?.controller.privacy_contact.clone();
    let text = speech.with(&format!("{subject}-text"), "contact", contact);
    let letter = Letter::of(speech, subject, text);
    let now = workspace.desk()?.addresses(person)?;
    let old = before.iter().filter(|address| !now.contains(address));
    for address in old.filter(|address| can_reach(address)) {
        let use_id = log(workspace, person, "your old address to be told of the new one")?;
        write(workspace, address, &letter, use_id)?;
    }
    Ok(())
}

/// Sends what was erased to the addresses of whoever was, under the use of the erasure itself, and says
/// whether there are any. One that no server took goes when the files are freed of them.
pub(super) fn write_to_erased(
    workspace: &Workspace,
    speech: &Speech,
    addresses: &[String],
    done: &Confirmation,
    sentences: &[String],
) -> Result<bool, Failure> {
    let controller = &workspace.charter()?.controller;
    let on_record = &speech.with("mail-on-record", "use", done.use_id.to_string());
    let (subject, text) = (&speech.say("mail-erased"), &sentences.join("\n\n"));
    let mut is_written = false;
    for (number, to) in addresses.iter().filter(|address| can_reach(address)).enumerate() {
        let part = mail::own_part(number);
        let (to, part, unsubscribe) = (to.trim(), Some(part.as_str()), None);
        let (use_id, at, until) = (done.use_id, done.at, done.files_until);
        let mail = Mail { to, subject, text, on_record, use_id, part, unsubscribe, at, until };
        post(&mail, controller, &workspace.folder.outbox())?;
        is_written = true;
    }
    Ok(is_written)
}

/// Puts on record what a person asked for.
pub(super) fn log(workspace: &Workspace, person: &Person, what: &str) -> Result<UseId, Failure> {
    let mut told = Told::new(Act::Invitation, "you");
    told.reason = Some(what.to_owned());
    let (digest, now) = (workspace.charter_digest()?, workspace.clock.now());
    Ok(workspace.book().log_one(&told, person.slot, digest, now)?)
}

/// What a message says, and for how long that matters.
struct Letter<'t> {
    speech: &'t Speech,
    subject: String,
    text: String,
    lasts: SignedDuration,
}

impl<'t> Letter<'t> {
    /// A message by the name of its subject.
    fn of(speech: &'t Speech, subject: &str, text: String) -> Self {
        Self { speech, subject: speech.say(subject), text, lasts: LASTS }
    }

    /// One that is the same to everybody: its text is named `subject-text`.
    fn plain(speech: &'t Speech, subject: &str) -> Self {
        Self::of(speech, subject, speech.say(format!("{subject}-text")))
    }
}

fn write(
    workspace: &Workspace,
    to: &str,
    letter: &Letter<'_>,
    use_id: UseId,
) -> Result<(), Failure> {
    let at = workspace.clock.now();
    let until = at.saturating_add(letter.lasts).unwrap_or(jiff::Timestamp::MAX);
    let on_record = &letter.speech.with("mail-on-record", "use", use_id.to_string());
    let Letter { subject, text, .. } = letter;
    let (to, part, unsubscribe) = (to.trim(), None, None);
    let mail = Mail { to, subject, text, on_record, use_id, part, unsubscribe, at, until };
    post(&mail, &workspace.charter()?.controller, &workspace.folder.outbox())?;
    Ok(())
}
