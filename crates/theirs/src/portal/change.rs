//! The forms: what a person corrects, contests, agrees to, refuses and puts on hold.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_charter::Purpose;
use theirs_rights::{By, Choice, Contesting, Desk, Reason, RightsError};

use super::address::{change, propose};
use super::form::Sent;
use super::here::Here;
use super::message::{said, unknown};
use super::page::{COOKIE, at_desk, left, needs_more, show};
use super::session::Visit;
use crate::failure::Failure;

/// The form that puts a value right.
#[derive(Deserialize)]
pub(super) struct Correction {
    form_token: String,
    column: String,
    value: String,
}

/// `POST /me/correct`.
pub(super) async fn correct(
    portal: Here,
    jar: CookieJar,
    Sent(form): Sent<Correction>,
) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        if desk.is_guarded(&form.column)
            && let Some(not_yet) = needs_more(portal, visit)
        {
            return Ok(not_yet);
        }
        let done = if desk.is_address(&form.column) {
            desk.acceptable(&form.column, &form.value).map(Some)
        } else {
            let value = Some(form.value.as_str());
            desk.correct(&visit.person, &form.column, value, By::Person).map(|_| None)
        };
        match done {
            Ok(None) => Ok(Redirect::to("/me#known").into_response()),
            // One that is known of them already needs no proof.
            Ok(Some(address)) if desk.is_surely_of(&address, &visit.person)? => {
                change(portal, desk, visit, &form.column, &address)
            }
            Ok(Some(address)) => propose(portal, visit, &form.column, &address),
            Err(RightsError::UnknownColumn { .. }) => Ok(unknown(portal)),
            Err(RightsError::Malformed { column, expected }) => {
                let (column, expected) =
                    (portal.speech.name(&column), portal.speech.again(expected));
                let text =
                    portal.speech.with_two("not-changed", "column", column, "expected", expected);
                Ok(show(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, Some(&text)))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// The form that says that a value may be wrong, or takes that back.
#[derive(Deserialize)]
pub(super) struct Contest {
    form_token: String,
    column: String,
    #[serde(default)]
    why: String,
    #[serde(rename = "contest")]
    is_begun: bool,
}

/// `POST /me/contest`.
pub(super) async fn contest(portal: Here, jar: CookieJar, Sent(form): Sent<Contest>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        if desk.is_guarded(&form.column)
            && let Some(not_yet) = needs_more(portal, visit)
        {
            return Ok(not_yet);
        }
        let what = if form.is_begun { Contesting::Begin } else { Contesting::TakeBack };
        let reason = Reason { why: Some(&form.why), at_their_request: false };
        match desk.contest(&visit.person, &form.column, what, reason, By::Person) {
            Ok(_) => Ok(Redirect::to("/me#known").into_response()),
            Err(RightsError::UnknownColumn { .. } | RightsError::NotContested { .. }) => {
                Ok(unknown(portal))
            }
            Err(RightsError::NoReason) => {
                let text = portal.say("not-changed-long");
                Ok(show(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, Some(&text)))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// The form that puts a use on hold, or ends that (GDPR Art. 18).
#[derive(Deserialize)]
pub(super) struct Hold {
    form_token: String,
    topic: String,
    #[serde(rename = "hold")]
    is_on: bool,
}

/// `POST /me/hold`.
pub(super) async fn hold(portal: Here, jar: CookieJar, Sent(form): Sent<Hold>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        let reason = Reason::default();
        match desk.restrict(&visit.person, &form.topic, form.is_on, reason, By::Person) {
            Ok(_) => Ok(Redirect::to("/me#used").into_response()),
            Err(RightsError::UnknownPurpose { .. }) => Ok(unknown(portal)),
            Err(error) => Err(error.into()),
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
pub(super) async fn object(portal: Here, jar: CookieJar, Sent(form): Sent<Objection>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        let charter = portal.workspace().charter()?;
        let known = ["marketing", "sale"].contains(&form.topic.as_str())
            || charter.purpose(&form.topic).is_some_and(|purpose| purpose.may_object);
        let choice = Choice::Objection { topic: form.topic, yes: form.object };
        if known { choose(portal, desk, visit, &choice) } else { Ok(unknown(portal)) }
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
pub(super) async fn consent(portal: Here, jar: CookieJar, Sent(form): Sent<Consent>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        let charter = portal.workspace().charter()?;
        let asks = |purpose: &Purpose| purpose.consent.as_ref() == Some(&form.topic);
        let known = charter.purposes.iter().any(asks);
        let choice = Choice::Consent { topic: form.topic, yes: form.agree };
        if known { choose(portal, desk, visit, &choice) } else { Ok(unknown(portal)) }
    })
    .await
}

/// Records a choice and shows what it changed.
fn choose(portal: &Here, desk: &Desk, visit: &Visit, choice: &Choice) -> Result<Response, Failure> {
    desk.choose_on_page(portal.speech.language(), &visit.person, choice)?;
    Ok(Redirect::to("/me#used").into_response())
}

/// The form that ends a visit.
#[derive(Deserialize)]
pub(super) struct Leaving {
    form_token: String,
}

/// `POST /me/leave`.
pub(super) async fn leave(portal: Here, jar: CookieJar, Sent(form): Sent<Leaving>) -> Response {
    at_desk(portal, jar.clone(), form.form_token, move |portal, _, _| {
        if let Some(cookie) = jar.get(COOKIE) {
            portal.sessions.leave(cookie.value());
        }
        Ok(left(jar, COOKIE, said(portal, StatusCode::OK, "left")))
    })
    .await
}
