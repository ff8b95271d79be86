//! *Why did I get this?*: where the link in a message, or on a card, leads.
//!
//! It names a use, which many share, and neither signs anybody in nor tells anything. Whoever follows it
//! comes from elsewhere, so the cookie of their visit stays behind (it is strict); one press more brings
//! it, or they ask for a link to their page as always. The browser remembers until then what they came for.

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use theirs_model::UseId;
use theirs_rights::{DecidedForYou, Deed};
use theirs_words::Speech;

use super::brand::Mark;
use super::here::Here;
use super::message::{expired, failed, nowhere_at, page};
use super::page::{blocking, host_cookie, visit};
use super::session::Visit;
use crate::failure::Failure;
use crate::reading::Reading;

/// The cookie that remembers which use somebody came for.
const COOKIE: &str = "__Host-theirs-why";

#[derive(Template)]
#[template(path = "why.html")]
struct Why<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    use_id: UseId,
    has_login: bool,
}

#[derive(Template)]
#[template(path = "why_me.html")]
struct Mine<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    r: Reading<'a>,
    form_token: &'a str,
    decisions: Vec<&'a DecidedForYou>,
    deeds: Vec<&'a Deed>,
    /// The purpose that they can say no to here.
    purpose: Option<&'a str>,
}

/// `GET /why/USE`: the same to everybody.
pub(super) async fn ask(
    portal: Here,
    jar: CookieJar,
    given: Result<Path<String>, PathRejection>,
) -> Response {
    let Some(use_id) = named(given) else { return nowhere_at(&portal) };
    let why = Why {
        mark: &Mark::of(&portal),
        t: &portal.speech,
        use_id,
        has_login: portal.workspace().login.is_some(),
    };
    (jar.add(host_cookie(COOKIE, use_id.to_string())), page(StatusCode::OK, &why)).into_response()
}

/// `GET /me/why/USE`: what was decided for whoever visits under it, and done.
pub(super) async fn mine(
    portal: Here,
    jar: CookieJar,
    given: Result<Path<String>, PathRejection>,
) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        let Some(use_id) = named(given) else { return nowhere_at(&portal) };
        show(&portal, &visit, use_id).unwrap_or_else(|failure| failed(&portal, &failure))
    })
    .await
}

/// Where a visit begins: at what somebody came for, if they came for something; and a jar that forgets it.
pub(super) fn next(jar: CookieJar) -> (CookieJar, String) {
    let came_for: Option<UseId> = jar.get(COOKIE).and_then(|cookie| cookie.value().parse().ok());
    match came_for {
        Some(use_id) => {
            (jar.remove(host_cookie(COOKIE, String::new())), format!("/me/why/{use_id}"))
        }
        None => (jar, "/me".to_owned()),
    }
}

fn named(given: Result<Path<String>, PathRejection>) -> Option<UseId> {
    given.ok().and_then(|Path(text)| text.parse().ok())
}

fn show(portal: &Here, visit: &Visit, use_id: UseId) -> Result<Response, Failure> {
    let (desk, charter) = (portal.workspace().desk()?, portal.workspace().charter()?);
    let (uses, decided) = (desk.uses(&visit.person)?, desk.decided_for(&visit.person)?);
    let decisions: Vec<_> = decided.iter().filter(|one| one.use_id == use_id).collect();
    let deeds: Vec<_> = uses.iter().filter(|deed| deed.use_id == use_id).collect();
    if decisions.is_empty() && deeds.is_empty() {
        return Ok(nowhere_at(portal));
    }
    let purposes = deeds.iter().filter_map(|deed| deed.told.purpose.as_deref());
    let mut purposes = purposes.filter_map(|name| charter.purpose(name));
    let purpose = purposes.find(|purpose| purpose.may_object).map(|purpose| purpose.name.as_str());
    let (mark, t) = (&Mark::of(portal), &portal.speech);
    let (r, form_token) = (Reading::new(t, &charter), visit.form_token.as_str());
    Ok(page(StatusCode::OK, &Mine { mark, t, r, form_token, decisions, deeds, purpose }))
}
