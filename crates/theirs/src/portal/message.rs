//! Pages of a few words: what one reads when there is nothing else to show.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::here::Here;
use theirs_words::Speech;

use super::brand::Mark;
use crate::failure::Failure;
use crate::telemetry::{Event, Work};

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    title: &'a str,
    text: &'a str,
}

/// Any page that there is not.
pub(super) async fn nowhere(here: Here) -> Response {
    nowhere_at(&here)
}

/// The same, where only what is asked for tells that there is no such page.
pub(super) fn nowhere_at(here: &Here) -> Response {
    said(here, StatusCode::NOT_FOUND, "nowhere")
}

/// A page that there is, asked for in a way that it does not know.
pub(super) async fn not_so(here: Here) -> Response {
    said(&here, StatusCode::METHOD_NOT_ALLOWED, "not-so")
}

/// The link was used, or the visit is over.
pub(super) fn expired(here: &Here) -> Response {
    said(here, StatusCode::FORBIDDEN, "expired")
}

/// Too many wrong links were tried.
pub(super) fn too_many(here: &Here, seconds: u64) -> Response {
    wait(here, seconds, "wait-tries")
}

/// Too many wrong tokens of colleagues were tried.
pub(super) fn too_many_tokens(here: &Here, seconds: u64) -> Response {
    wait(here, seconds, "wait-tokens")
}

/// Too many ask for links at once.
pub(super) fn busy(here: &Here, seconds: u64) -> Response {
    wait(here, seconds, "wait-busy")
}

fn wait(here: &Here, seconds: u64, text: &str) -> Response {
    let mut page = message(here, StatusCode::TOO_MANY_REQUESTS, "wait", &here.say(text));
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    page
}

/// A form asks for something that is not there.
pub(super) fn unknown(here: &Here) -> Response {
    said(here, StatusCode::NOT_FOUND, "unknown")
}

/// A form that cannot be read.
pub(super) fn unreadable(here: &Here, status: StatusCode) -> Response {
    let (status, text) = if status == StatusCode::PAYLOAD_TOO_LARGE {
        (status, "unreadable-long")
    } else {
        (StatusCode::BAD_REQUEST, "unreadable-missing")
    };
    message(here, status, "unreadable", &here.say(text))
}

/// The kind of failure goes to the log of the server; the page says sorry.
pub(super) fn failed(here: &Here, failure: &Failure) -> Response {
    Event::Failed { work: Work::Page, of: None, how: failure.into() }.tell();
    said(here, StatusCode::INTERNAL_SERVER_ERROR, "failed")
}

/// A page of a title and a text, whose names are `title` and `title-text`.
pub(super) fn said(here: &Here, status: StatusCode, title: &str) -> Response {
    message(here, status, title, &here.say(format!("{title}-text")))
}

/// A page of a title, by its name, and a text.
pub(super) fn message(here: &Here, status: StatusCode, title: &str, text: &str) -> Response {
    let title = &here.say(title);
    page(status, &Message { mark: &Mark::of(here), t: &here.speech, title, text })
}

pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
