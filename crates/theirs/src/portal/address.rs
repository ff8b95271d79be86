//! A new e-mail address counts once a code that was sent to it was typed on the page. So a slip of the
//! pen opens nobody's page to a stranger, and nobody shuts another out by taking their address.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_rights::{By, Desk};
use theirs_words::Speech;

use super::ask::{tell_old_address, write_code};
use super::brand::Mark;
use super::form::Sent;
use super::happened::{Happened, done};
use super::here::Here;
use super::message::{expired, page, said};
use super::page::{at_desk, blocking, needs_more, visit};
use super::session::{Proposed, Visit, digits};
use crate::failure::Failure;

/// The form that confirms an address.
#[derive(Deserialize)]
pub(super) struct Confirmation {
    form_token: String,
    code: String,
}

#[derive(Template)]
#[template(path = "address.html")]
struct Question<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    address: &'a str,
    notice: Option<&'a str>,
}

/// Sends a code to an address that somebody gives as theirs; nothing is changed yet.
pub(super) fn propose(
    portal: &Here,
    visit: &Visit,
    column: &str,
    address: &str,
) -> Result<Response, Failure> {
    let Some(code) = portal.sessions.propose(visit, column, address)? else {
        return Ok(said(portal, StatusCode::TOO_MANY_REQUESTS, "address-many"));
    };
    write_code(portal.workspace(), &portal.speech, &visit.person, address, &code)?;
    Ok(Redirect::to("/me/address").into_response())
}

/// `GET /me/address`: asks for the code.
pub(super) async fn ask(portal: Here, jar: CookieJar) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        match portal.sessions.proposed(&visit) {
            Some(address) => question(&portal, &visit, &address, StatusCode::OK, None),
            None => Redirect::to("/me#known").into_response(),
        }
    })
    .await
}

/// `POST /me/address`: the code; the address is changed if it is right.
pub(super) async fn confirm(
    portal: Here,
    jar: CookieJar,
    Sent(form): Sent<Confirmation>,
) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        if let Some(not_yet) = needs_more(portal, visit) {
            return Ok(not_yet);
        }
        let digits = digits(&form.code, 7);
        match portal.sessions.confirm(visit, &digits) {
            Proposed::Confirmed { column, address } => {
                change(portal, desk, visit, &column, &address)
            }
            Proposed::Wrong(address) => {
                let text = portal.say("address-wrong");
                let status = StatusCode::FORBIDDEN;
                Ok(question(portal, visit, &address, status, Some(&text)))
            }
            Proposed::Over => Ok(said(portal, StatusCode::FORBIDDEN, "address-over")),
        }
    })
    .await
}

/// Changes the address, and tells the one before.
pub(super) fn change(
    portal: &Here,
    desk: &Desk,
    visit: &Visit,
    column: &str,
    address: &str,
) -> Result<Response, Failure> {
    let before = desk.addresses(&visit.person)?;
    desk.correct(&visit.person, column, Some(address), By::Person)?;
    tell_old_address(portal.workspace(), &portal.speech, &visit.person, &before, "mail-changed")?;
    Ok(done(portal, visit, Happened::to_value("done-changed", column)))
}

fn question(
    portal: &Here,
    visit: &Visit,
    address: &str,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    let (mark, t, form_token) = (&Mark::of(portal), &portal.speech, &visit.form_token);
    page(status, &Question { mark, t, form_token, address, notice })
}
