//! "Delete this": one value, asked for on the page, confirmed on a page of its own, done at once.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_rights::{By, Goes, Ground, RightsError};
use theirs_words::Speech;

use super::ask::tell_old_address;
use super::brand::Mark;
use super::form::Sent;
use super::happened::{Happened, done};
use super::here::Here;
use super::message::{page, unknown};
use super::page::{at_desk, needs_more, show};
use super::session::Visit;
use crate::failure::Failure;
use crate::sweeping;

/// The form that asks for it, and the one that confirms it.
#[derive(Deserialize)]
pub(super) struct Asking {
    form_token: String,
    column: String,
}

#[derive(Template)]
#[template(path = "delete.html")]
struct Question<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    column: &'a str,
    what: String,
    /// What goes with it.
    goes: Goes,
    is_address: bool,
}

/// `POST /me/delete`: asks once more; nothing is done yet.
pub(super) async fn ask(portal: Here, jar: CookieJar, Sent(form): Sent<Asking>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        if let Some(not_yet) = needs_more(portal, visit) {
            return Ok(not_yet);
        }
        match desk.goes_with(&visit.person, &form.column, By::Person) {
            Ok(goes) => {
                let question = Question {
                    mark: &Mark::of(portal),
                    t: &portal.speech,
                    form_token: &visit.form_token,
                    column: &form.column,
                    what: portal.speech.name(&form.column),
                    goes,
                    is_address: desk.is_address(&form.column),
                };
                Ok(page(StatusCode::OK, &question))
            }
            Err(error) => not_done(portal, visit, error),
        }
    })
    .await
}

/// `POST /me/delete/yes`: deletes, and shows the page as it is then.
pub(super) async fn delete(portal: Here, jar: CookieJar, Sent(form): Sent<Asking>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        if let Some(not_yet) = needs_more(portal, visit) {
            return Ok(not_yet);
        }
        let is_address = desk.is_address(&form.column);
        let before = if is_address { desk.addresses(&visit.person)? } else { Vec::new() };
        match desk.delete(&visit.person, &form.column, Ground::Asked, By::Person) {
            Ok(_) => {
                sweeping::follow(portal.workspace())?;
                let (workspace, speech) = (portal.workspace(), &portal.speech);
                tell_old_address(workspace, speech, &visit.person, &before, "mail-deleted")?;
                Ok(done(portal, visit, Happened::to_value("done-deleted", &form.column)))
            }
            Err(error) => not_done(portal, visit, error),
        }
    })
    .await
}

/// Why nothing was deleted, at the top of the page.
fn not_done(portal: &Here, visit: &Visit, error: RightsError) -> Result<Response, Failure> {
    let text = match error {
        RightsError::UnknownColumn { .. } => return Ok(unknown(portal)),
        RightsError::NothingHeld { .. } => portal.say("not-deleted-nothing"),
        RightsError::Refused(refusal) => {
            let because = portal.speech.again(&refusal.because);
            let change = portal.speech.again(&refusal.change);
            portal.speech.with_two("not-deleted", "because", because, "change", change)
        }
        error => return Err(error.into()),
    };
    Ok(show(portal, visit, StatusCode::CONFLICT, Some(&text)))
}
