//! A person's own page, and the link that opens it.

use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use theirs_charter::{Charter, Controller};
use theirs_rights::{
    ActivitySection, Asked, By, Choice, DecidedForYou, Deed, Desk, Dossier, Entry, LastGiven,
    Pending, Said, State as Stage, Week, last_given, weeks,
};
use theirs_words::Speech;

use super::brand::Mark;
use super::happened::Happened;
use super::here::Here;
use super::known::{Known, areas};
use super::letter::Post;
use super::lines::{Line, lines};
use super::message::{expired, failed, page, said, too_many};
use super::request::OFFERED;
use super::security::forget;
use super::session::{Entered, Level, Visit};
use super::typed::Slip;
use super::why;
use crate::failure::Failure;
use crate::reading::Reading;
use crate::reasons::explain;

/// The session's cookie; the prefix binds it to this host and to secure origins.
pub(super) const COOKIE: &str = "__Host-theirs";
/// How many rows of an activity, and lines of the history, the page shows.
const FEW: usize = 10;
/// How many weeks of the history the page sums up.
const WEEKS: usize = 26;

#[derive(Template)]
#[template(path = "knock.html")]
struct Knock<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    token: &'a str,
}

#[derive(Template)]
#[template(path = "me.html")]
struct Me<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    r: Reading<'a>,
    controller: &'a Controller,
    form_token: &'a str,
    notice: Option<&'a str>,
    /// What was just done, and where that stands.
    done: Option<(String, String)>,
    /// A form that is shown again.
    slip: Option<&'a Slip>,
    /// Whether values are hidden from this visit, and whether it may do everything.
    hides: bool,
    is_full: bool,
    /// Since when the person waits to see everything.
    waits: Option<Timestamp>,
    /// How codes by post stand.
    post: Post,
    record: &'a Dossier,
    areas: Vec<Known<'a>>,
    /// Who was given what, and when.
    given: LastGiven<'a>,
    /// From when on copies are given out, if the address was changed lately.
    take_from: Option<Timestamp>,
    deeds: &'a [Deed],
    /// The latest lines of the history.
    lines: Vec<Line<'a>>,
    decisions: &'a [DecidedForYou],
    weeks: Vec<Week>,
    requests: &'a [Pending],
    offered: [Asked; 6],
    charter: String,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Me<'_> {
    /// The latest rows of an activity, the latest first.
    fn latest<'r>(&self, activity: &'r ActivitySection) -> Vec<&'r Vec<String>> {
        activity.rows.iter().rev().take(FEW).collect()
    }

    fn latest_decisions(&self) -> &[DecidedForYou] {
        &self.decisions[..self.decisions.len().min(FEW)]
    }

    /// How far a request has come, in a sentence.
    fn standing(&self, one: &Pending) -> String {
        let on = |name: &str, day: String| self.t.with(name, "day", day);
        match (one.state, one.ended) {
            (Stage::Done, Some(at)) => on("request-answered", self.r.day(&at)),
            (Stage::Refused, Some(at)) => on("request-refused", self.r.day(&at)),
            (Stage::Waiting, _) => self.t.say("request-waiting"),
            _ => on("request-due", self.t.date(one.due.answer)),
        }
    }

    /// What was asked, in a sentence.
    fn asked(&self, one: &Pending) -> String {
        let asked = self.t.again(one.asked.in_words());
        self.t.with_two("you-asked", "came", self.r.day(&one.came), "asked", asked)
    }

    /// Whom to complain to.
    fn authority(&self) -> String {
        self.controller.authority.as_ref().map_or_else(
            || self.t.say("some-authority"),
            |authority| format!("{} ({})", self.t.again(&authority.name), authority.contact),
        )
    }

    /// The name of a part of the page.
    fn part(&self, part: &str) -> String {
        format!("me-{part}")
    }

    /// How much there is in a part of the page, behind its name; nothing where it does not say.
    fn size(&self, part: &str) -> String {
        let count: usize = match part {
            "known" => self.areas.iter().map(Known::size).sum(),
            "used" => self.record.purposes.len(),
            "history" => self.deeds.len(),
            "from" => self.record.sources.len(),
            _ => return String::new(),
        };
        format!(" ({})", self.r.count(count))
    }

    fn is_unused(&self, entry: &Entry) -> bool {
        entry.contested.as_ref().is_some_and(|contest| contest.is_unused)
    }

    /// Whether this visit may change a value; if not, it is said before anything is typed.
    fn may_change(&self, entry: &Entry) -> bool {
        self.is_full || !entry.is_guarded
    }

    /// What was typed into a field of a value that is shown again, and what is wrong with it.
    fn slip_at(&self, letter: &str, column: &str) -> Option<&Slip> {
        let slip = self.slip?;
        (slip.field.strip_prefix(letter)?.strip_prefix('-')? == column).then_some(slip)
    }

    /// Whether a form of a value is shown again.
    fn is_slip(&self, column: &str) -> bool {
        ["c", "w"].iter().any(|letter| self.slip_at(letter, column).is_some())
    }

    /// Who says what is believed; of what is not, whoever is believed first.
    fn first<'e>(&self, entry: &'e Entry) -> Option<&'e Said> {
        entry.from.as_ref().or_else(|| entry.said.first())
    }

    /// Whether something else is believed than what a source says.
    fn is_overruled(&self, entry: &Entry, said: &Said) -> bool {
        entry.value.as_ref().is_some_and(|value| *value != said.value)
    }

    /// What was asked in a form that is shown again.
    fn slip_of(&self, field: &str) -> Option<&Slip> {
        self.slip.filter(|slip| slip.field == field)
    }

    fn is_chosen(&self, asked: &Asked) -> bool {
        self.slip_of("wish").is_some_and(|slip| slip.chosen == asked.word())
    }

    /// Who was given a column or an activity, and when last.
    fn given(&self, name: &str) -> String {
        let told = self.given.get(name).into_iter().flatten().map(|(who, at)| {
            self.t.with_two("given-on", "name", self.t.again(who), "day", self.r.day(at))
        });
        let told: Vec<String> = told.collect();
        if told.is_empty() {
            self.t.say("given-nobody")
        } else {
            format!("{}.", self.t.list(&told))
        }
    }

    /// Who may be given it next.
    fn may_go_to(&self, names: &[String]) -> String {
        if names.is_empty() {
            return self.t.say("may-go-nobody");
        }
        let names: Vec<String> = names.iter().map(|name| self.t.again(name)).collect();
        format!("{}.", self.t.list(&names))
    }

    /// How sure it is that an entry is theirs.
    fn sure(&self, confidence: &f64) -> &'static str {
        match confidence {
            c if *c >= 0.99 => "very-sure",
            c if *c >= 0.9 => "sure",
            _ => "not-sure",
        }
    }
}

/// The parts of the page, in its order.
const PARTS: [&str; 7] = ["known", "used", "history", "from", "ask", "take", "erase"];

/// `GET /open/TOKEN`: a button; nothing is used up yet.
pub(super) async fn knock(portal: Here, token: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(token)) = token else { return expired(&portal) };
    if !portal.sessions.is_open(&token) {
        return wrong(&portal);
    }
    meet(&portal, &token)
}

/// The page of a link that is open: a button.
pub(super) fn meet(here: &Here, token: &str) -> Response {
    page(StatusCode::OK, &Knock { mark: &Mark::of(here), t: &here.speech, token })
}

/// `POST /open/TOKEN`: uses the link up.
pub(super) async fn open(
    portal: Here,
    token: Result<Path<String>, PathRejection>,
    jar: CookieJar,
) -> Response {
    let Ok(Path(token)) = token else { return expired(&portal) };
    let browser = super::ask::browser(&jar);
    match portal.sessions.enter(&token, browser.as_deref()) {
        Ok(Entered::In(secret)) => entered(&portal, jar, secret),
        Ok(Entered::OtherBrowser) => said(&portal, StatusCode::FORBIDDEN, "other-browser"),
        Ok(Entered::No) => wrong(&portal),
        Err(error) => failed(&portal, &error.into()),
    }
}

/// Begins a visit: the one before it in this browser ends, and the person's page is next, or what they
/// came for.
pub(super) fn entered(portal: &Here, jar: CookieJar, secret: String) -> Response {
    if let Some(before) = jar.get(COOKIE) {
        portal.sessions.leave(before.value());
    }
    let (jar, next) = why::next(jar);
    (jar.add(host_cookie(COOKIE, secret)), Redirect::to(&next)).into_response()
}

/// Ends a visit in the browser: its cookie goes, and what was kept of the pages.
pub(super) fn left(jar: CookieJar, cookie: &'static str, answer: Response) -> Response {
    forget((jar.remove(host_cookie(cookie, String::new())), answer).into_response())
}

/// A link that does not work. Of many, most are only told to wait; links that work always do.
fn wrong(portal: &Here) -> Response {
    if let Some(seconds) = portal.tries.wait(Instant::now()) {
        return too_many(portal, seconds);
    }
    portal.tries.note(Instant::now());
    expired(portal)
}

/// A cookie that is bound to this host, out of reach of scripts and of other sites.
pub(super) fn host_cookie(name: &'static str, secret: String) -> Cookie<'static> {
    Cookie::build((name, secret))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .build()
}

/// `/me`: the person's whole record.
pub(super) async fn me(portal: Here, headers: HeaderMap, jar: CookieJar) -> Response {
    let is_asked = headers.get("sec-gpc").is_some_and(|signal| signal == "1");
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        if is_asked && let Err(failure) = heed(&portal, &visit) {
            return failed(&portal, &failure);
        }
        show(&portal, &visit, StatusCode::OK, None)
    })
    .await
}

/// Heeds Global Privacy Control: a browser that sends it says no to sale and sharing for whoever
/// uses it (CCPA 1798.135, 11 CCR 7025). It is put on record once, and counts everywhere.
fn heed(portal: &Here, visit: &Visit) -> Result<(), Failure> {
    let desk = portal.workspace().desk()?;
    if !desk.objects(&visit.person, "sale")? {
        let choice = Choice::Objection { topic: "sale".to_owned(), yes: true };
        desk.choose(&visit.person, &choice, By::Person)?;
    }
    Ok(())
}

/// The page, with a notice at its top if there is one.
pub(super) fn show(
    portal: &Here,
    visit: &Visit,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    shown(portal, visit, status, notice, None)
}

/// The page with a form as it was sent, and what is wrong with it.
pub(super) fn again(portal: &Here, visit: &Visit, slip: &Slip) -> Response {
    shown(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, None, Some(slip))
}

fn shown(
    portal: &Here,
    visit: &Visit,
    status: StatusCode,
    notice: Option<&str>,
    slip: Option<&Slip>,
) -> Response {
    match opened(portal, visit) {
        Ok(opened) => {
            let happened = portal.sessions.noted(visit);
            let tell = |one: Happened| (one.sentence(portal, &opened.charter), one.place);
            let me = Me {
                mark: &Mark::of(portal),
                t: &portal.speech,
                r: Reading::new(&portal.speech, &opened.charter),
                controller: &opened.charter.controller,
                form_token: &visit.form_token,
                notice,
                done: happened.map(tell),
                slip,
                hides: opened.hides,
                is_full: visit.level == Level::Full,
                waits: opened.waits,
                post: opened.post,
                record: &opened.record,
                areas: areas(&opened.record),
                given: last_given(&opened.deeds),
                take_from: opened.take_from,
                deeds: &opened.deeds,
                lines: latest_lines(&opened),
                decisions: &opened.decisions,
                weeks: latest_weeks(&opened),
                requests: &opened.requests,
                offered: OFFERED,
                charter: opened.charter.digest.short(),
            };
            page(status, &me)
        }
        Err(failure) => failed(portal, &failure),
    }
}

fn latest_weeks(opened: &Opened) -> Vec<Week> {
    let mut weeks = weeks(&opened.deeds, &opened.charter.time_zone);
    weeks.truncate(WEEKS);
    weeks
}

fn latest_lines(opened: &Opened) -> Vec<Line<'_>> {
    let mut lines = lines(&opened.deeds, &opened.charter.time_zone);
    lines.truncate(FEW);
    lines
}

/// What a visit is shown.
struct Opened {
    charter: Arc<Charter>,
    record: Dossier,
    deeds: Vec<Deed>,
    decisions: Vec<DecidedForYou>,
    requests: Vec<Pending>,
    hides: bool,
    waits: Option<Timestamp>,
    take_from: Option<Timestamp>,
    post: Post,
}

/// Opens the record of whoever visits, which is on record.
fn opened(portal: &Here, visit: &Visit) -> Result<Opened, Failure> {
    let desk = portal.workspace().desk()?;
    let deeds = desk.uses(&visit.person)?;
    let decisions = desk.decided_for(&visit.person)?;
    let requests = desk.pending_of(&visit.person)?;
    let mut record = desk.open(&visit.person, By::Person)?;
    let charter = portal.workspace().charter()?;
    explain(portal.workspace(), &charter, &visit.person, &mut record, &portal.speech)?;
    let hides = visit.level == Level::Mail && desk.hide_sensitive(&mut record);
    let waits = portal.workspace().store.proof_since(visit.person.slot)?;
    let take_from = desk.waits_for_address(&visit.person)?;
    let post = Post::of(portal, &desk, visit)?;
    Ok(Opened { charter, record, deeds, decisions, requests, hides, waits, take_from, post })
}

/// Who visits. A person who was merged into another since is asked to come by a new link: the page
/// of the two together is not what this visitor proved to be theirs. So is whoever signed up in a name
/// before we had anything else of its bearer.
pub(super) fn visit(portal: &Here, jar: &CookieJar) -> Option<Visit> {
    let visit = portal.sessions.visit(jar.get(COOKIE)?.value())?;
    let is_open = portal.workspace().store.is_open(visit.person.slot).unwrap_or(false);
    let is_anothers = || {
        let desk = portal.workspace().desk().ok()?;
        desk.may_be_anothers(&visit.person, visit.began()).ok()
    };
    (is_open && is_anothers() == Some(false)).then_some(visit)
}

/// Does what a form asks for, if it came from a page of the person's session.
pub(super) async fn at_desk(
    portal: Here,
    jar: CookieJar,
    form_token: String,
    act: impl FnOnce(&Here, &Desk, &Visit) -> Result<Response, Failure> + Send + 'static,
) -> Response {
    blocking(move || {
        let sent = visit(&portal, &jar).filter(|visit| visit.sent(&form_token));
        let Some(visit) = sent else { return expired(&portal) };
        let done = portal.workspace().desk().and_then(|desk| act(&portal, &desk, &visit));
        done.unwrap_or_else(|failure| failed(&portal, &failure))
    })
    .await
}

/// What only somebody may do who has proven more than that they read an address's mail.
pub(super) fn needs_more(portal: &Here, visit: &Visit) -> Option<Response> {
    let is_full = visit.level == Level::Full;
    (!is_full).then(|| said(portal, StatusCode::FORBIDDEN, "needs-more"))
}

/// Does what waits for the disk, away from what serves others.
pub(super) async fn blocking(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
