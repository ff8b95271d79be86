//! "That is not me": the person's word on which entries are theirs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_model::RecordId;
use theirs_rights::{By, Desk, Reason, RightsError};

use super::Portal;
use super::form::Sent;
use super::message::{expired, failed, unknown};
use super::page::{allowed, blocking, show};
use super::session::Visit;

/// The form that says that an entry is somebody else's.
#[derive(Deserialize)]
pub(super) struct NotMine {
    form_token: String,
    record: u64,
}

/// `POST /me/not-mine`.
pub(super) async fn not_mine(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Sent(form): Sent<NotMine>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    with_desk(portal, visit, move |portal, desk, visit| {
        let record = RecordId(form.record);
        if !desk.may_disown(&visit.person, record)? {
            return Ok(unknown(portal));
        }
        match desk.split(record, Reason::default(), By::Person) {
            Ok(_) => Ok(Redirect::to("/me#from").into_response()),
            Err(RightsError::Alone) => {
                let text = "This is the only entry we have of you, so there is nothing to take \
                            away. If it is not about you, write to us.";
                Ok(show(portal, visit, StatusCode::CONFLICT, Some(text)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn with_desk(
    portal: Arc<Portal>,
    visit: Visit,
    act: impl FnOnce(&Portal, &Desk, &Visit) -> Result<Response, RightsError> + Send + 'static,
) -> Response {
    blocking(move || {
        let done = portal
            .workspace()
            .desk()
            .and_then(|desk| act(&portal, &desk, &visit).map_err(Into::into));
        done.unwrap_or_else(|failure| failed(&portal, &failure))
    })
    .await
}
