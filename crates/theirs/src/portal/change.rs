//! The forms: what a person corrects, agrees to and refuses.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_charter::Charter;
use theirs_rights::{By, Choice, RightsError};

use super::Portal;
use super::form::Sent;
use super::message::{expired, failed, message, unknown};
use super::page::{COOKIE, allowed, blocking, show};
use super::session::Visit;

/// The form that puts a value right.
#[derive(Deserialize)]
pub(super) struct Correction {
    form_token: String,
    column: String,
    value: String,
}

/// `POST /me/correct`.
pub(super) async fn correct(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Correction>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    blocking(move || {
        let desk = match portal.workspace().desk() {
            Ok(desk) => desk,
            Err(failure) => return failed(&portal, &failure),
        };
        match desk.correct(&visit.person, &form.column, Some(&form.value), By::Person) {
            Ok(_) => Redirect::to("/me#known").into_response(),
            Err(RightsError::UnknownColumn { .. }) => unknown(&portal),
            Err(RightsError::Malformed { column, expected }) => {
                let text = format!("Not changed: {} {expected}.", column.replace('_', " "));
                show(&portal, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(&text))
            }
            Err(error) => failed(&portal, &error.into()),
        }
    })
    .await
}

/// The form that says no to a use, or takes that back.
#[derive(Deserialize)]
pub(super) struct Objection {
    form_token: String,
    topic: String,
    object: bool,
}

/// `POST /me/object`.
pub(super) async fn object(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Objection>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    blocking(move || {
        let known = |charter: &Charter| {
            form.topic == "marketing"
                || charter.purpose(&form.topic).is_some_and(|purpose| purpose.may_object)
        };
        match portal.workspace().charter() {
            Ok(charter) if !known(&charter) => unknown(&portal),
            Ok(_) => {
                choose(&portal, &visit, &Choice::Objection { topic: form.topic, yes: form.object })
            }
            Err(failure) => failed(&portal, &failure),
        }
    })
    .await
}

/// The form that gives a yes, or takes it back (GDPR Art. 7(3)).
#[derive(Deserialize)]
pub(super) struct Consent {
    form_token: String,
    topic: String,
    agree: bool,
}

/// `POST /me/consent`.
pub(super) async fn consent(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Consent>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    blocking(move || {
        let known = |charter: &Charter| {
            charter.purposes.iter().any(|purpose| purpose.consent.as_ref() == Some(&form.topic))
        };
        match portal.workspace().charter() {
            Ok(charter) if !known(&charter) => unknown(&portal),
            Ok(_) => {
                choose(&portal, &visit, &Choice::Consent { topic: form.topic, yes: form.agree })
            }
            Err(failure) => failed(&portal, &failure),
        }
    })
    .await
}

/// Records a choice and shows what it changed.
fn choose(portal: &Portal, visit: &Visit, choice: &Choice) -> Response {
    let desk = portal.workspace().desk();
    match desk.and_then(|desk| Ok(desk.choose(&visit.person, choice, By::Person)?)) {
        Ok(_) => Redirect::to("/me#used").into_response(),
        Err(failure) => failed(portal, &failure),
    }
}

/// The form that ends a visit.
#[derive(Deserialize)]
pub(super) struct Leaving {
    form_token: String,
}

/// `POST /me/leave`.
pub(super) async fn leave(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<Leaving>,
) -> Response {
    if allowed(&portal, &jar, &form.form_token).is_none() {
        return expired(&portal);
    }
    if let Some(cookie) = jar.get(COOKIE) {
        portal.sessions.leave(cookie.value());
    }
    message(&portal, StatusCode::OK, "You have left your page", "Nobody can open it from here now.")
}
