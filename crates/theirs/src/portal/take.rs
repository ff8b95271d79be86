//! What the person takes home: a copy of everything, and the receipt of the history of it.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use theirs_rights::By;

use super::here::Here;
use super::message::{expired, failed, message};
use super::page::{blocking, needs_more, visit};
use super::session::Visit;
use crate::command::receipt::{as_page, make};
use crate::command::report::{self, Form};
use crate::failure::Failure;

pub(super) const PAGE: &str = "text/html; charset=utf-8";
pub(super) const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8";

/// `/me/receipt`: the history with its proofs.
pub(super) async fn receipt(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, (JSON, "receipt.json"), |portal, visit| {
        Ok(make(portal.workspace(), &visit.person, "you")?.write()?)
    })
    .await
}

/// `/me/receipt.html`: the history to read and print.
pub(super) async fn receipt_page(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, (PAGE, "receipt.html"), |portal, visit| {
        let receipt = make(portal.workspace(), &visit.person, "you")?;
        let charter = portal.workspace().charter()?;
        as_page(&receipt, &charter.controller.name, &portal.speech, &charter.time_zone)
    })
    .await
}

/// `/me/copy.html`: everything, to read and print.
pub(super) async fn page(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, (PAGE, "my-data.html"), |portal, visit| copy(portal, visit, Form::Page))
        .await
}

/// `/me/copy.json`: everything, for programs.
pub(super) async fn json(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, (JSON, "my-data.json"), |portal, visit| copy(portal, visit, Form::Json))
        .await
}

/// `/me/copy.csv`: everything, as one table.
pub(super) async fn csv(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, (CSV, "my-data.csv"), |portal, visit| copy(portal, visit, Form::Csv)).await
}

fn copy(portal: &Here, visit: &Visit, form: Form) -> Result<String, Failure> {
    let workspace = portal.workspace();
    let report =
        report::make(workspace, &workspace.desk()?, &visit.person, By::Person, &portal.speech)?;
    form.write(&report, workspace, &portal.speech)
}

/// Why nothing is taken home yet, if the address was changed lately.
fn rests(portal: &Here, visit: &Visit) -> Result<Option<Response>, Failure> {
    let Some(until) = portal.workspace().desk()?.waits_for_address(&visit.person)? else {
        return Ok(None);
    };
    let zone = portal.workspace().time_zone()?;
    let until = portal.speech.moment(until, &zone);
    let text = portal.speech.with("three-days-text", "until", until);
    Ok(Some(message(portal, StatusCode::FORBIDDEN, "three-days", &text)))
}

/// A file that a browser saves under a name.
pub(super) fn file(kind: &str, name: &str, text: String) -> Response {
    let saved = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, saved.as_str())], text).into_response()
}

/// A file for whoever has proven enough; `(type, name)` says what a browser makes of it.
async fn given(
    portal: Here,
    jar: CookieJar,
    (kind, name): (&'static str, &'static str),
    write: fn(&Here, &Visit) -> Result<String, Failure>,
) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        if let Some(not_yet) = needs_more(&portal, &visit) {
            return not_yet;
        }
        match rests(&portal, &visit) {
            Ok(None) => {}
            Ok(Some(not_yet)) => return not_yet,
            Err(failure) => return failed(&portal, &failure),
        }
        match write(&portal, &visit) {
            Ok(text) => file(kind, name, text),
            Err(failure) => failed(&portal, &failure),
        }
    })
    .await
}
