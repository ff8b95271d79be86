//! A person's own page, and the link that opens it.

use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use theirs_charter::{Charter, Controller};
use theirs_rights::{ActivitySection, By, Deed, Desk, Dossier, Entry};

use super::Portal;
use super::brand::Mark;
use super::message::{expired, failed, message, page, too_many};
use super::session::{Entered, Level, Visit};
use crate::command::words;
use crate::failure::Failure;
use crate::reasons::reasons;

/// The session's cookie; the prefix binds it to this host and to secure origins.
pub(super) const COOKIE: &str = "__Host-theirs";
/// How many rows of an activity the page shows before it folds them.
const FEW: usize = 10;

#[derive(Template)]
#[template(path = "knock.html")]
struct Knock<'a> {
    mark: &'a Mark,
    token: &'a str,
}

#[derive(Template)]
#[template(path = "me.html")]
struct Me<'a> {
    mark: &'a Mark,
    controller: &'a Controller,
    form_token: &'a str,
    notice: Option<&'a str>,
    /// Whether values are hidden from this visit, and whether it may do everything.
    hides: bool,
    is_full: bool,
    /// Since when the person waits to see everything.
    waits: Option<Timestamp>,
    record: &'a Dossier,
    deeds: &'a [Deed],
    charter: String,
    zone: TimeZone,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Me<'_> {
    fn day(&self, at: &Timestamp) -> String {
        words::day(*at, &self.zone)
    }

    fn moment(&self, at: &Timestamp) -> String {
        words::moment(*at, &self.zone)
    }

    fn count(&self, number: &u64) -> String {
        words::count(*number)
    }

    /// The latest rows of an activity, the latest first.
    fn latest<'r>(&self, activity: &'r ActivitySection) -> Vec<&'r Vec<String>> {
        activity.rows.iter().rev().take(FEW).collect()
    }

    /// The rows before those.
    fn earlier<'r>(&self, activity: &'r ActivitySection) -> Vec<&'r Vec<String>> {
        activity.rows.iter().rev().skip(FEW).collect()
    }

    fn told(&self, one: &theirs_rights::Informed) -> String {
        words::informed(one, &self.zone)
    }

    fn is_unused(&self, entry: &Entry) -> bool {
        entry.contested.as_ref().is_some_and(|contest| contest.is_unused)
    }

    fn sure(&self, confidence: &f64) -> &'static str {
        match confidence {
            c if *c >= 0.99 => "Very sure",
            c if *c >= 0.9 => "Sure",
            _ => "Not sure",
        }
    }

    fn readable(&self, name: &str) -> String {
        let text = name.replace('_', " ");
        let mut chars = text.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    }
}

/// `GET /open/TOKEN`: a button; nothing is used up yet.
pub(super) async fn knock(
    State(portal): State<Arc<Portal>>,
    token: Result<Path<String>, PathRejection>,
) -> Response {
    let Ok(Path(token)) = token else { return expired(&portal) };
    if !portal.sessions.is_open(&token) {
        return wrong(&portal);
    }
    page(StatusCode::OK, &Knock { mark: &Mark::of(&portal), token: &token })
}

/// `POST /open/TOKEN`: uses the link up.
pub(super) async fn open(
    State(portal): State<Arc<Portal>>,
    token: Result<Path<String>, PathRejection>,
    jar: CookieJar,
) -> Response {
    let Ok(Path(token)) = token else { return expired(&portal) };
    let browser = super::ask::browser(&jar);
    match portal.sessions.enter(&token, browser.as_deref()) {
        Ok(Entered::In(secret)) => {
            (jar.add(host_cookie(COOKIE, secret)), Redirect::to("/me")).into_response()
        }
        Ok(Entered::OtherBrowser) => {
            let text = "This link works only in the browser where it was asked for. Open it there, \
                        or type the code from the message there. If you did not ask for it, do \
                        nothing: somebody else did, and it is of no use to them.";
            message(&portal, StatusCode::FORBIDDEN, "Open this where you asked", text)
        }
        Ok(Entered::No) => wrong(&portal),
        Err(error) => failed(&portal, &error.into()),
    }
}

/// A link that does not work. Of many, most are only told to wait; links that work always do.
fn wrong(portal: &Portal) -> Response {
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
pub(super) async fn me(State(portal): State<Arc<Portal>>, jar: CookieJar) -> Response {
    blocking(move || match visit(&portal, &jar) {
        Some(visit) => show(&portal, &visit, StatusCode::OK, None),
        None => expired(&portal),
    })
    .await
}

/// The page, with a notice at its top if there is one.
pub(super) fn show(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    match opened(portal, visit) {
        Ok(opened) => {
            let me = Me {
                mark: &Mark::of(portal),
                controller: &opened.charter.controller,
                form_token: &visit.form_token,
                notice,
                hides: opened.hides,
                is_full: visit.level == Level::Full,
                waits: opened.waits,
                record: &opened.record,
                deeds: &opened.deeds,
                charter: opened.charter.digest.short(),
                zone: opened.charter.time_zone.clone(),
            };
            page(status, &me)
        }
        Err(failure) => failed(portal, &failure),
    }
}

/// What a visit is shown.
struct Opened {
    charter: Charter,
    record: Dossier,
    deeds: Vec<Deed>,
    hides: bool,
    waits: Option<Timestamp>,
}

/// Opens the record of whoever visits, which is on record.
fn opened(portal: &Portal, visit: &Visit) -> Result<Opened, Failure> {
    let desk = portal.workspace().desk()?;
    let deeds = desk.uses(&visit.person)?;
    let mut record = desk.open(&visit.person, By::Person)?;
    let shown: Vec<_> = record.sources.iter().map(|source| source.record).collect();
    let charter = portal.workspace().charter()?;
    let mut reasons = reasons(portal.workspace(), &charter, &visit.person, &shown)?;
    for source in &mut record.sources {
        source.because = reasons.remove(&source.record);
    }
    let hides = visit.level == Level::Mail && desk.hide_sensitive(&mut record);
    let waits = portal.workspace().store.proof_since(visit.person.slot)?;
    Ok(Opened { charter, record, deeds, hides, waits })
}

/// Who visits. A person who was merged into another since is asked to come by a new link: the page
/// of the two together is not what this visitor proved to be theirs.
pub(super) fn visit(portal: &Portal, jar: &CookieJar) -> Option<Visit> {
    let visit = portal.sessions.visit(jar.get(COOKIE)?.value())?;
    let is_open = portal.workspace().store.is_open(visit.person.slot).unwrap_or(false);
    is_open.then_some(visit)
}

/// Does what a form asks for, if it came from a page of the person's session.
pub(super) async fn at_desk(
    portal: Arc<Portal>,
    jar: CookieJar,
    form_token: String,
    act: impl FnOnce(&Portal, &Desk, &Visit) -> Result<Response, Failure> + Send + 'static,
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
pub(super) fn needs_more(portal: &Portal, visit: &Visit) -> Option<Response> {
    let text = "You came by a link in an e-mail. For this we have to be more sure that it is you, so \
                nothing was done. Press \"Ask to see everything\" at the top of your page: it takes a \
                day. Or ask us in person.";
    let is_full = visit.level == Level::Full;
    (!is_full).then(|| message(portal, StatusCode::FORBIDDEN, "We have to be more sure", text))
}

/// Does what waits for the disk, away from what serves others.
pub(super) async fn blocking(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
