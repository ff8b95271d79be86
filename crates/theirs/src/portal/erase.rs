//! "Erase everything": asked on the page, confirmed once more on a page of its own, done at once.

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_rights::{By, Ground};
use theirs_words::Speech;

use super::ask::write_to_erased;
use super::brand::Mark;
use super::form::Sent;
use super::here::Here;
use super::message::{expired, page};
use super::page::{COOKIE, at_desk, left, needs_more};
use super::take::{JSON, file};
use crate::command::receipt::last;
use crate::confirmation::{sentences, write};
use crate::sweeping;

/// The form that asks for it, and the one that confirms it.
#[derive(Deserialize)]
pub(super) struct Asking {
    form_token: String,
}

#[derive(Template)]
#[template(path = "erase.html")]
struct Question<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
}

#[derive(Template)]
#[template(path = "erased.html")]
struct Answer<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    sentences: &'a [String],
    /// What opens the last receipt, for a while.
    receipt: String,
    is_written: bool,
}

/// `POST /me/erase`: asks once more; nothing is done yet.
pub(super) async fn ask(portal: Here, jar: CookieJar, Sent(form): Sent<Asking>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, _, visit| {
        if let Some(not_yet) = needs_more(portal, visit) {
            return Ok(not_yet);
        }
        let (mark, t) = (&Mark::of(portal), &portal.speech);
        Ok(page(StatusCode::OK, &Question { mark, t, form_token: &visit.form_token }))
    })
    .await
}

/// `POST /me/erase/yes`: erases, ends the visit, and shows what was done.
pub(super) async fn erase(portal: Here, jar: CookieJar, Sent(form): Sent<Asking>) -> Response {
    at_desk(portal, jar.clone(), form.form_token, move |portal, desk, visit| {
        if let Some(not_yet) = needs_more(portal, visit) {
            return Ok(not_yet);
        }
        let addresses = desk.addresses(&visit.person)?;
        let begun = desk.begin_erasure(&visit.person, Ground::Asked, By::Person)?;
        let last = last(portal.workspace(), &visit.person, "you")?;
        let done = desk.finish_erasure(&visit.person, begun)?;
        // Theirs elsewhere too.
        portal.sessions.end_all(visit.person.slot);
        let workspace = portal.workspace();
        sweeping::follow(workspace)?;
        let charter = workspace.charter()?;
        let t = &portal.speech;
        write(&done, &charter, t, &last, &workspace.folder.outbox())?;
        let sentences = &sentences(&done, t, &charter.time_zone);
        let is_written = write_to_erased(workspace, t, &addresses, &done, sentences)?;
        let receipt = portal.sessions.leave_receipt(last)?;
        let answer = Answer { mark: &Mark::of(portal), t, sentences, receipt, is_written };
        Ok(left(jar, COOKIE, page(StatusCode::OK, &answer)))
    })
    .await
}

/// `GET /erased/TOKEN`: the last receipt, while the page that told of the erasure is fresh.
pub(super) async fn receipt(portal: Here, token: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(token)) = token else { return expired(&portal) };
    match portal.sessions.receipt(&token) {
        Some(receipt) => file(JSON, "receipt.json", receipt),
        None => expired(&portal),
    }
}
