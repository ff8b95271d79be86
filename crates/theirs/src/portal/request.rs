//! `/me/ask`: what a person asks of us that they cannot do on their page themselves.

use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_rights::{Asked, By, RightsError};

use super::form::Sent;
use super::happened::{Happened, done};
use super::here::Here;
use super::message::unknown;
use super::page::{again, at_desk};
use super::typed::Slip;

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
pub(super) async fn ask(portal: Here, jar: CookieJar, Sent(form): Sent<Wish>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        let offered = Asked::named(&form.asked).filter(|asked| OFFERED.contains(asked));
        let Some(asked) = offered else { return Ok(unknown(portal)) };
        let again = |name| {
            let (field, typed) = ("wish".to_owned(), form.text.clone());
            let slip = Slip { field, typed, chosen: form.asked.clone(), text: portal.say(name) };
            Ok(again(portal, visit, &slip))
        };
        if form.text.trim().is_empty() {
            return again("not-sent-empty");
        }
        let pending = desk.pending_of(&visit.person)?;
        if pending.iter().filter(|one| one.ended.is_none()).count() >= MOST_OPEN {
            return again("not-sent-many");
        }
        let now = portal.workspace().clock.now();
        match desk.take_down(asked, Some(&visit.person), now, Some(&form.text), By::Person) {
            Ok(_) => Ok(done(portal, visit, Happened::in_part("done-asked", "ask"))),
            Err(RightsError::BadRequest) => again("not-sent-long"),
            Err(error) => Err(error.into()),
        }
    })
    .await
}
