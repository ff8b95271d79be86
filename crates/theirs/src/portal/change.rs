//! The forms: what a person corrects, contests, agrees to, refuses and puts on hold.

use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_charter::Purpose;
use theirs_rights::{By, Choice, Contesting, Desk, PutRight, Reason, RightsError};

use super::address::{change, propose};
use super::form::Sent;
use super::happened::{Happened, done};
use super::here::Here;
use super::message::{said, unknown};
use super::page::{COOKIE, again, at_desk, left, needs_more};
use super::session::Visit;
use super::typed::{Slip, plain};
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
        let charter = portal.workspace().charter()?;
        let Some((_, kind)) = charter.attribute(&form.column) else { return Ok(unknown(portal)) };
        let value = plain(kind, portal.speech.language(), &form.value);
        let done = if desk.is_address(&form.column) {
            desk.acceptable(&form.column, &value).map(Err)
        } else {
            desk.put_right(&visit.person, &form.column, &value).map(Ok)
        };
        match done {
            Ok(Ok(what)) => {
                let message = match what {
                    PutRight::Changed => "done-changed",
                    PutRight::Proposed => "done-proposed",
                };
                Ok(done_to(portal, visit, message, &form.column))
            }
            // One that is known of them already needs no proof.
            Ok(Err(address)) if desk.is_surely_of(&address, &visit.person)? => {
                change(portal, desk, visit, &form.column, &address)
            }
            Ok(Err(address)) => propose(portal, visit, &form.column, &address),
            Err(RightsError::UnknownColumn { .. } | RightsError::NotContested { .. }) => {
                Ok(unknown(portal))
            }
            Err(RightsError::Malformed { column, expected }) => {
                let (called, expected) =
                    (portal.speech.title(&column), portal.speech.again(expected));
                let text =
                    portal.speech.with_two("not-changed", "column", called, "expected", expected);
                Ok(again(portal, visit, &Slip::of('c', &column, &form.value, text)))
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
            Ok(_) => {
                let message = if form.is_begun { "done-contested" } else { "done-right-after-all" };
                Ok(done_to(portal, visit, message, &form.column))
            }
            Err(RightsError::UnknownColumn { .. } | RightsError::NotContested { .. }) => {
                Ok(unknown(portal))
            }
            Err(RightsError::NoReason) => {
                let text = portal.say("not-changed-long");
                Ok(again(portal, visit, &Slip::of('w', &form.column, &form.why, text)))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// The form that stops the use of one value, or allows it again (GDPR Art. 18 and 21).
#[derive(Deserialize)]
pub(super) struct Use {
    form_token: String,
    column: String,
    #[serde(rename = "stop")]
    is_stopped: bool,
}

/// `POST /me/use`. As a hold does, it takes no proof: it shows nothing, and is taken back as easily.
pub(super) async fn stop_using(portal: Here, jar: CookieJar, Sent(form): Sent<Use>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        let reason = Reason::default();
        match desk.stop_using(&visit.person, &form.column, form.is_stopped, reason, By::Person) {
            Ok(_) => {
                let message = if form.is_stopped { "done-unused" } else { "done-used-again" };
                Ok(done_to(portal, visit, message, &form.column))
            }
            Err(RightsError::UnknownColumn { .. } | RightsError::NotContested { .. }) => {
                Ok(unknown(portal))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

fn done_to(portal: &Here, visit: &Visit, message: &'static str, column: &str) -> Response {
    done(portal, visit, Happened::to_value(message, column))
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
            Ok(_) => {
                let message = if form.is_on { "done-held" } else { "done-released" };
                Ok(done(portal, visit, Happened::to_use(message, &form.topic)))
            }
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
    let (message, topic) = match choice {
        Choice::Objection { topic, yes: true } => ("done-stopped", topic),
        Choice::Objection { topic, yes: false } => ("done-allowed", topic),
        Choice::Consent { topic, yes: true } => ("done-yes", topic),
        Choice::Consent { topic, yes: false } => ("done-no", topic),
    };
    Ok(done(portal, visit, Happened::to_use(message, topic)))
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
