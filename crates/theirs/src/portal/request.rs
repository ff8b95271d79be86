//! `/me/ask`: what a person asks of us that they cannot do on their page themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_rights::{Asked, By, RightsError};

use super::Portal;
use super::form::Sent;
use super::message::unknown;
use super::page::{at_desk, show};

/// How many requests of one person may wait at once.
const MOST_OPEN: usize = 10;

/// What the page offers; all else has a button of its own.
pub(super) const OFFERED: [Asked; 6] = [
    Asked::Question,
    Asked::Correction,
    Asked::Claim,
    Asked::Review,
    Asked::Portability,
    Asked::Complaint,
];

/// The form.
#[derive(Deserialize)]
pub(super) struct Wish {
    form_token: String,
    asked: String,
    text: String,
}

/// `POST /me/ask`.
pub(super) async fn ask(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Wish>,
) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        let offered = Asked::named(&form.asked).filter(|asked| OFFERED.contains(asked));
        let Some(asked) = offered else { return Ok(unknown(portal)) };
        let again = |text| Ok(show(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, Some(text)));
        if form.text.trim().is_empty() {
            return again("Not sent: please say in a few words what you would like.");
        }
        let pending = desk.pending_of(&visit.person)?;
        if pending.iter().filter(|one| one.ended.is_none()).count() >= MOST_OPEN {
            return again("Not sent: ten things that you asked wait for our answer already.");
        }
        let now = portal.workspace().clock.now();
        match desk.take_down(asked, Some(&visit.person), now, Some(&form.text), By::Person) {
            Ok(_) => Ok(Redirect::to("/me#ask").into_response()),
            Err(RightsError::BadRequest) => {
                again("Not sent: please say it in at most 2,000 letters.")
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}
