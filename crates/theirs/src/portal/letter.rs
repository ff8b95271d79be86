//! A code by post: for whoever has one channel only, and would rather wait for the postman than a day.
//!
//! The letter is a page in `outbox/letters/` that a colleague prints. It goes to the postal address
//! that entries of the person agree on for a month and more, and nowhere if they do not. The code
//! counts only in a visit of the person's own, works once, for thirty days, and is gone after five
//! wrong ones.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use jiff::SignedDuration;
use serde::Deserialize;
use theirs_charter::Controller;
use theirs_rights::Desk;
use theirs_words::Speech;

use super::ask::{log, write_to_all};
use super::form::Sent;
use super::here::Here;
use super::message::{expired, said, unknown};
use super::page::{COOKIE, at_desk, entered, show};
use super::session::{Level, Visit, digits, hash, random};
use crate::failure::Failure;
use crate::mail::lay_letter;
use crate::sweeping::forget_letters;

/// How long a code is good.
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long somebody waits until another letter goes out.
const REST: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How many wrong codes end it.
const MOST_WRONG: u32 = 5;

#[derive(Template)]
#[template(path = "letter.html")]
struct Letter<'a> {
    t: &'a Speech,
    from: &'a Controller,
    to: &'a str,
    on: String,
    code: String,
    use_id: String,
}

/// How codes by post stand for somebody.
#[derive(Clone, Copy)]
pub(super) struct Post {
    /// Whether one can be sent.
    pub(super) can_go: bool,
    /// Whether one is under way.
    pub(super) is_under_way: bool,
}

impl Post {
    pub(super) fn of(here: &Here, desk: &Desk, visit: &Visit) -> Result<Self, Failure> {
        let known = here.workspace().store.letter_since(visit.person.slot, MOST_WRONG)?;
        let is_under_way = known.is_some_and(|(_, may_be_typed)| may_be_typed);
        Ok(Self { can_go: address(desk, visit)?.is_some(), is_under_way })
    }
}

/// The form that asks for a letter.
#[derive(Deserialize)]
pub(super) struct Asking {
    form_token: String,
}

/// The form with the code.
#[derive(Deserialize)]
pub(super) struct Typed {
    form_token: String,
    code: String,
}

/// `POST /me/letter`: sends one.
pub(super) async fn ask(here: Here, jar: CookieJar, Sent(form): Sent<Asking>) -> Response {
    at_desk(here, jar, form.form_token, move |here, desk, visit| {
        let Some(to) = address(desk, visit)? else { return Ok(unknown(here)) };
        let store = &here.workspace().store;
        let now = here.workspace().clock.now();
        let earlier = store.letter_since(visit.person.slot, MOST_WRONG)?;
        if earlier.is_none_or(|(at, _)| now.duration_since(at) > REST) {
            send(here, visit, &to)?;
        }
        Ok(said(here, StatusCode::OK, "letter-sent"))
    })
    .await
}

fn send(here: &Here, visit: &Visit, to: &str) -> Result<(), Failure> {
    let workspace = here.workspace();
    let charter = workspace.charter()?;
    let now = workspace.clock.now();
    let digits = format!("{:010}", u64::from_be_bytes(random()?) % 10_000_000_000);
    // Whoever reads the mail of the address hears of it, and can stop it.
    let asked = "a code by post, to see everything";
    write_to_all(workspace, &here.speech, &visit.person, "mail-post", asked)?;
    let use_id = log(workspace, &visit.person, asked)?;
    let letter = Letter {
        t: &here.speech,
        from: &charter.controller,
        to,
        on: here.speech.day(now, &charter.time_zone),
        code: format!("{} {}", &digits[..5], &digits[5..]),
        use_id: use_id.to_string(),
    };
    let text = letter.render().map_err(|error| Failure::Unsound(error.to_string()))?;
    workspace.store.begin_letter(visit.person.slot, &hash(&digits), now)?;
    lay_letter(&workspace.folder.outbox(), use_id, &text)?;
    Ok(())
}

/// `POST /me/letter/code`: the code from the letter shows everything, in this visit.
pub(super) async fn code(here: Here, jar: CookieJar, Sent(form): Sent<Typed>) -> Response {
    at_desk(here, jar.clone(), form.form_token, move |here, _, visit| {
        let digits = digits(&form.code, 11);
        let workspace = here.workspace();
        let earliest = workspace.clock.now() - LASTS;
        let slot = visit.person.slot;
        let is_right = workspace.store.use_letter(slot, &hash(&digits), earliest, MOST_WRONG)?;
        if !is_right {
            let text = here.say("letter-wrong");
            return Ok(show(here, visit, StatusCode::FORBIDDEN, Some(&text)));
        }
        forget_letters(workspace, slot)?;
        workspace.store.end_proof(slot)?;
        // Whoever proves more gets a new secret; the one before ends.
        let before = jar.get(COOKIE).map(|cookie| cookie.value().to_owned());
        let raised = here.sessions.raise(&before.unwrap_or_default())?;
        Ok(raised.map_or_else(|| expired(here), |secret| entered(here, jar, secret)))
    })
    .await
}

/// Where a letter goes; none if that is not sure, or is not needed.
fn address(desk: &Desk, visit: &Visit) -> Result<Option<String>, Failure> {
    if visit.level == Level::Full {
        return Ok(None);
    }
    Ok(desk.postal_address(&visit.person)?)
}
