//! `/me/receipt` and `/me/receipt.html`: the person takes their receipt home.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;

use super::Portal;
use super::message::{expired, failed};
use super::page::{blocking, needs_more, visit};
use crate::command::receipt::{as_page, make};
use crate::failure::Failure;

/// The file with the proofs.
pub(super) async fn file(State(portal): State<Arc<Portal>>, jar: CookieJar) -> Response {
    given(portal, jar, "application/json", "receipt.json", |_, receipt| Ok(receipt.write()?)).await
}

/// The page to read and print.
pub(super) async fn page(State(portal): State<Arc<Portal>>, jar: CookieJar) -> Response {
    given(portal, jar, "text/html; charset=utf-8", "receipt.html", |portal, receipt| {
        let charter = portal.workspace().charter()?;
        as_page(receipt, &charter.controller.name, &charter.time_zone)
    })
    .await
}

async fn given(
    portal: Arc<Portal>,
    jar: CookieJar,
    kind: &'static str,
    name: &'static str,
    write: fn(&Portal, &theirs_receipt::Receipt) -> Result<String, Failure>,
) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        if let Some(not_yet) = needs_more(&portal, &visit) {
            return not_yet;
        }
        let made = make(portal.workspace(), &visit.person, "you");
        match made.and_then(|receipt| write(&portal, &receipt)) {
            Ok(text) => {
                let saved = format!("attachment; filename=\"{name}\"");
                let kind = kind.to_owned();
                ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, saved)], text).into_response()
            }
            Err(failure) => failed(&portal, &failure),
        }
    })
    .await
}
