//! Pages of a few words: what one reads when there is nothing else to show.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::Portal;
use super::brand::Mark;
use crate::command::words::on_one_line;
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    mark: &'a Mark,
    title: &'a str,
    text: &'a str,
}

/// Any page that there is not.
pub(super) async fn nowhere(State(portal): State<Arc<Portal>>) -> Response {
    nowhere_at(&portal)
}

/// The same, where only what is asked for tells that there is no such page.
pub(super) fn nowhere_at(portal: &Portal) -> Response {
    message(portal, StatusCode::NOT_FOUND, "There is no such page", "Check the address.")
}

/// A page that there is, asked for in a way that it does not know.
pub(super) async fn not_so(State(portal): State<Arc<Portal>>) -> Response {
    let text = "This address cannot be opened in this way. Go back to your page and try again.";
    message(&portal, StatusCode::METHOD_NOT_ALLOWED, "This does not work", text)
}

/// The link was used, or the visit is over.
pub(super) fn expired(portal: &Portal) -> Response {
    let text = "Your link or your visit has ended. Links work once, for ten minutes. Ask us for a \
                new one.";
    message(portal, StatusCode::FORBIDDEN, "Please ask for a new link", text)
}

/// Too many wrong links were tried.
pub(super) fn too_many(portal: &Portal, seconds: u64) -> Response {
    let text = "Too many links that do not work were tried. Please wait a minute and try again. \
                Your own link still works.";
    wait(portal, seconds, text)
}

/// Too many ask for links at once.
pub(super) fn busy(portal: &Portal, seconds: u64) -> Response {
    let text = "Very many people ask for a link just now. Please wait a minute and try again.";
    wait(portal, seconds, text)
}

fn wait(portal: &Portal, seconds: u64, text: &str) -> Response {
    let mut page = message(portal, StatusCode::TOO_MANY_REQUESTS, "Please wait a minute", text);
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    page
}

/// A form asks for something that is not there.
pub(super) fn unknown(portal: &Portal) -> Response {
    let text = "What you want to change is not among what we hold or do. Nothing was changed. Go \
                back to your page, load it again and try once more.";
    message(portal, StatusCode::NOT_FOUND, "We do not know what you mean", text)
}

/// A form that cannot be read.
pub(super) fn unreadable(portal: &Portal, status: StatusCode) -> Response {
    let (status, text) = if status == StatusCode::PAYLOAD_TOO_LARGE {
        (status, "What you wrote is too long. Nothing was changed. Please write less.")
    } else {
        let text = "Something was missing in what your browser sent. Nothing was changed. Go back \
                    to your page, load it again and try once more.";
        (StatusCode::BAD_REQUEST, text)
    };
    message(portal, status, "We could not read this form", text)
}

/// The failure goes to the log of the server, which holds no personal data; the page says sorry.
pub(super) fn failed(portal: &Portal, failure: &Failure) -> Response {
    eprintln!("theirs: the portal: {}", on_one_line(&failure.to_string()));
    let text = "Something went wrong on our side. Nothing was changed. Please try again.";
    message(portal, StatusCode::INTERNAL_SERVER_ERROR, "Sorry", text)
}

pub(super) fn message(portal: &Portal, status: StatusCode, title: &str, text: &str) -> Response {
    page(status, &Message { mark: &Mark::of(portal), title, text })
}

pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
