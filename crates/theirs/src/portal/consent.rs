//! `/me/consent.html` and `.json`: a receipt of what the person agreed to, to keep. It shows nothing
//! that whoever came by mail does not see on the page, so it asks for no more proof.

use axum::response::Response;
use axum_extra::extract::CookieJar;
use theirs_rights::By;

use super::here::Here;
use super::message::{expired, failed};
use super::page::{blocking, visit};
use super::session::Visit;
use super::take::{JSON, PAGE, file};
use crate::command::consent::Form;
use crate::failure::Failure;

/// `/me/consent.html`: to read and print.
pub(super) async fn page(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, Form::Page, (PAGE, "agreed.html")).await
}

/// `/me/consent.json`: for programs.
pub(super) async fn json(portal: Here, jar: CookieJar) -> Response {
    given(portal, jar, Form::Json, (JSON, "agreed.json")).await
}

async fn given(
    portal: Here,
    jar: CookieJar,
    form: Form,
    (kind, name): (&'static str, &'static str),
) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        match receipt(&portal, &visit, form) {
            Ok(text) => file(kind, name, text),
            Err(failure) => failed(&portal, &failure),
        }
    })
    .await
}

fn receipt(portal: &Here, visit: &Visit, form: Form) -> Result<String, Failure> {
    let workspace = portal.workspace();
    let receipt = workspace.desk()?.consent_receipt(&visit.person, By::Person)?;
    form.write(&receipt, workspace, &portal.speech)
}
