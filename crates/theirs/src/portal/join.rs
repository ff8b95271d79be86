//! "That is not me": the person's word on which entries are theirs.

use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_model::RecordId;
use theirs_rights::{By, Reason, RightsError};

use super::form::Sent;
use super::happened::{Happened, done};
use super::here::Here;
use super::message::unknown;
use super::page::{at_desk, needs_more, show};

/// The form that says that an entry is somebody else's.
#[derive(Deserialize)]
pub(super) struct NotMine {
    form_token: String,
    record: u64,
}

/// `POST /me/not-mine`.
pub(super) async fn not_mine(portal: Here, jar: CookieJar, Sent(form): Sent<NotMine>) -> Response {
    at_desk(portal, jar, form.form_token, move |portal, desk, visit| {
        if let Some(not_yet) = needs_more(portal, visit) {
            return Ok(not_yet);
        }
        let record = RecordId(form.record);
        if !desk.may_disown(&visit.person, record)? {
            return Ok(unknown(portal));
        }
        match desk.split(record, Reason::default(), By::Person) {
            Ok(_) => Ok(done(portal, visit, Happened::in_part("done-apart", "from"))),
            Err(RightsError::Alone) => {
                Ok(show(portal, visit, StatusCode::CONFLICT, Some(&portal.say("only-entry"))))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}
