//! `/no/TOKEN`: somebody says no to a purpose by the link in a message for it, without signing in.
//!
//! A program that shows mail may do it for its reader by one POST (RFC 8058), which comes from nowhere and
//! carries no cookie; whoever follows the link reads a page with one button, so that a scanner of mail
//! stops nothing. The token is all the proof there is: it is of one person and one purpose, and no
//! browser sends it by itself. The answer is the same whether that person is known still, said no before
//! or went: it says what the token says, and nothing of them. Links that are whole always work; of
//! others, most are only told to wait.

use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::Response;
use theirs_charter::Charter;
use theirs_model::Slot;
use theirs_rights::{By, Choice, RightsError};
use theirs_words::Speech;

use super::brand::Mark;
use super::here::Here;
use super::message::{failed, page, said, too_many};
use super::page::blocking;
use crate::failure::Failure;

/// What its addresses begin with.
pub(super) const PATH: &str = "/no/";

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Ask<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    token: &'a str,
    /// The sentence of the purpose, if the charter has it still.
    says: Option<String>,
}

/// What a token says: who says no, and to what.
struct No {
    token: String,
    slot: Slot,
    purpose: String,
}

/// `GET /no/TOKEN`: a button; nothing is stopped yet.
pub(super) async fn ask(portal: Here, token: Result<Path<String>, PathRejection>) -> Response {
    let no = match read(&portal, token) {
        Ok(no) => no,
        Err(wrong) => return *wrong,
    };
    let charter = portal.authority.as_ref().map(|authority| Arc::clone(authority.charter()));
    let says = charter.and_then(|charter| {
        charter.purpose(&no.purpose).map(|purpose| portal.speech.again(&purpose.says))
    });
    let (mark, t) = (&Mark::of(&portal), &portal.speech);
    page(StatusCode::OK, &Ask { mark, t, token: &no.token, says })
}

/// `POST /no/TOKEN`: it is stopped at once.
pub(super) async fn stop(portal: Here, token: Result<Path<String>, PathRejection>) -> Response {
    let no = match read(&portal, token) {
        Ok(no) => no,
        Err(wrong) => return *wrong,
    };
    blocking(move || match heed(&portal, &no) {
        Ok(()) => said(&portal, StatusCode::OK, "unsubscribed"),
        Err(failure) => failed(&portal, &failure),
    })
    .await
}

/// What a token says; else the answer to whoever came with it.
fn read(portal: &Here, token: Result<Path<String>, PathRejection>) -> Result<No, Box<Response>> {
    if let Ok(Path(token)) = token
        && let Some((slot, purpose)) = portal.workspace().keys.unsubscribed(&token)
    {
        return Ok(No { token, slot, purpose });
    }
    let now = Instant::now();
    if let Some(seconds) = portal.refusals.wait(now) {
        return Err(Box::new(too_many(portal, seconds)));
    }
    portal.refusals.note(now);
    Err(Box::new(said(portal, StatusCode::NOT_FOUND, "unsubscribe-not")))
}

/// Puts the no on record, once. Whoever went needs none.
fn heed(portal: &Here, no: &No) -> Result<(), Failure> {
    let workspace = portal.workspace();
    let slot = workspace.store.today_of(no.slot)?;
    let Some(person) = workspace.store.person_at(slot)? else { return Ok(()) };
    let (desk, charter) = (workspace.desk()?, workspace.charter()?);
    let choice = choice(&charter, &no.purpose);
    let is_said = match &choice {
        Choice::Objection { topic, .. } => desk.objects(&person, topic)?,
        Choice::Consent { topic, .. } => desk.refuses(&person, topic)?,
    };
    if is_said {
        return Ok(());
    }
    match desk.choose(&person, &choice, By::Person) {
        Ok(_) | Err(RightsError::UnknownPerson) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What says no to a purpose: an objection, or where it rests on a yes alone, that taken back. To one
/// that the charter has no more, no to all marketing.
fn choice(charter: &Charter, purpose: &str) -> Choice {
    let objection = |topic: &str| Choice::Objection { topic: topic.to_owned(), yes: true };
    match charter.purpose(purpose) {
        Some(known) if known.may_object => objection(purpose),
        Some(known) => match &known.consent {
            Some(topic) => Choice::Consent { topic: topic.clone(), yes: false },
            None => objection("marketing"),
        },
        None => objection("marketing"),
    }
}
