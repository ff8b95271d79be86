//! The pages and the forms on them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use theirs_charter::{Charter, Controller};
use theirs_rights::{ActivitySection, By, Choice, Deed, Dossier, RightsError};

use super::Portal;
use super::session::Visit;
use crate::command::words;
use crate::failure::Failure;

/// The session's cookie; the prefix binds it to this host and to secure origins.
const COOKIE: &str = "__Host-theirs";
/// How many rows of an activity the page shows before it folds them.
const FEW: usize = 10;

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    brand: &'a str,
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "knock.html")]
struct Knock<'a> {
    brand: &'a str,
    token: &'a str,
}

#[derive(Template)]
#[template(path = "me.html")]
struct Me<'a> {
    brand: &'a str,
    controller: &'a Controller,
    form_token: &'a str,
    notice: Option<&'a str>,
    record: &'a Dossier,
    deeds: &'a [Deed],
    charter: String,
    zone: TimeZone,
}

#[derive(Template)]
#[template(path = "style.css", escape = "none")]
struct Style {
    colour: String,
    accent: String,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Me<'_> {
    fn day(&self, at: &Timestamp) -> String {
        words::day(*at, &self.zone)
    }

    fn moment(&self, at: &Timestamp) -> String {
        words::moment(*at, &self.zone)
    }

    /// The latest rows of an activity, the latest first.
    fn latest<'r>(&self, activity: &'r ActivitySection) -> Vec<&'r Vec<String>> {
        activity.rows.iter().rev().take(FEW).collect()
    }

    /// The rows before those.
    fn earlier<'r>(&self, activity: &'r ActivitySection) -> Vec<&'r Vec<String>> {
        activity.rows.iter().rev().skip(FEW).collect()
    }

    fn sure(&self, confidence: &f64) -> &'static str {
        match confidence {
            c if *c >= 0.99 => "Very sure",
            c if *c >= 0.9 => "Sure",
            _ => "Not sure",
        }
    }

    fn readable(&self, name: &str) -> String {
        let text = name.replace('_', " ");
        let mut chars = text.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    }
}

/// `/`: where one has come.
pub(super) async fn welcome(State(portal): State<Arc<Portal>>) -> Response {
    let text = "Here you can see all that we know about you, put it right, and see who used it. \
                To open your page you need the link we sent you.";
    message(&portal, StatusCode::OK, "Your data is yours", text)
}

/// Any page that there is not.
pub(super) async fn nowhere(State(portal): State<Arc<Portal>>) -> Response {
    message(&portal, StatusCode::NOT_FOUND, "There is no such page", "Check the address.")
}

/// `/style.css`, in the brand's colours.
pub(super) async fn style(State(portal): State<Arc<Portal>>) -> Response {
    let brand = portal.workspace().charter().map(|charter| charter.brand);
    let (colour, accent) = brand.map_or_else(
        |_| ("#1d4f6e".to_owned(), "#9a4a12".to_owned()),
        |brand| (brand.colour, brand.accent),
    );
    match (Style { colour, accent }).render() {
        Ok(css) => ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /open/TOKEN`: a button; nothing is used up yet.
pub(super) async fn knock(
    State(portal): State<Arc<Portal>>,
    Path(token): Path<String>,
) -> Response {
    if !portal.sessions.is_open(&token) {
        return expired(&portal);
    }
    let brand = brand(&portal);
    page(StatusCode::OK, &Knock { brand: &brand, token: &token })
}

/// `POST /open/TOKEN`: uses the link up.
pub(super) async fn open(
    State(portal): State<Arc<Portal>>,
    Path(token): Path<String>,
    jar: CookieJar,
) -> Response {
    match portal.sessions.enter(&token) {
        Ok(Some(secret)) => {
            let cookie = Cookie::build((COOKIE, secret))
                .path("/")
                .secure(true)
                .http_only(true)
                .same_site(SameSite::Strict);
            (jar.add(cookie), Redirect::to("/me")).into_response()
        }
        Ok(None) => expired(&portal),
        Err(error) => failed(&portal, &error.into()),
    }
}

/// `/me`: the person's whole record.
pub(super) async fn me(State(portal): State<Arc<Portal>>, jar: CookieJar) -> Response {
    match visit(&portal, &jar) {
        Some(visit) => blocking(move || show(&portal, &visit, StatusCode::OK, None)).await,
        None => expired(&portal),
    }
}

/// The form that puts a value right.
#[derive(Deserialize)]
pub(super) struct Correction {
    form_token: String,
    column: String,
    value: String,
}

/// `POST /me/correct`.
pub(super) async fn correct(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Form(form): Form<Correction>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    blocking(move || {
        let desk = match portal.workspace().desk() {
            Ok(desk) => desk,
            Err(failure) => return failed(&portal, &failure),
        };
        match desk.correct(&visit.person, &form.column, Some(&form.value), By::Person) {
            Ok(_) => Redirect::to("/me#known").into_response(),
            Err(RightsError::Malformed { column, expected }) => {
                let text = format!("Not changed: {} {expected}.", column.replace('_', " "));
                show(&portal, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(&text))
            }
            Err(error) => failed(&portal, &error.into()),
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
pub(super) async fn object(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Form(form): Form<Objection>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    blocking(move || {
        let known = portal.workspace().charter().is_ok_and(|charter| {
            charter.purpose(&form.topic).is_some_and(|purpose| purpose.may_object)
        });
        if !known && form.topic != "marketing" {
            return failed(&portal, &Failure::Usage("no such purpose".to_owned()));
        }
        choose(&portal, &visit, &Choice::Objection { topic: form.topic, yes: form.object })
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
pub(super) async fn consent(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Form(form): Form<Consent>,
) -> Response {
    let Some(visit) = allowed(&portal, &jar, &form.form_token) else { return expired(&portal) };
    let known = |charter: &Charter| {
        charter.purposes.iter().any(|purpose| purpose.consent.as_ref() == Some(&form.topic))
    };
    if !portal.workspace().charter().is_ok_and(|charter| known(&charter)) {
        return failed(&portal, &Failure::Usage("no such topic".to_owned()));
    }
    blocking(move || {
        choose(&portal, &visit, &Choice::Consent { topic: form.topic, yes: form.agree })
    })
    .await
}

/// Records a choice and shows what it changed.
fn choose(portal: &Portal, visit: &Visit, choice: &Choice) -> Response {
    let desk = portal.workspace().desk();
    match desk.and_then(|desk| Ok(desk.choose(&visit.person, choice, By::Person)?)) {
        Ok(_) => Redirect::to("/me#used").into_response(),
        Err(failure) => failed(portal, &failure),
    }
}

/// The form that ends a visit.
#[derive(Deserialize)]
pub(super) struct Leaving {
    form_token: String,
}

/// `POST /me/leave`.
pub(super) async fn leave(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Form(form): Form<Leaving>,
) -> Response {
    if allowed(&portal, &jar, &form.form_token).is_some()
        && let Some(cookie) = jar.get(COOKIE)
    {
        portal.sessions.leave(cookie.value());
    }
    message(&portal, StatusCode::OK, "You have left your page", "Nobody can open it from here now.")
}

fn show(portal: &Portal, visit: &Visit, status: StatusCode, notice: Option<&str>) -> Response {
    let opened = || -> Result<(Charter, Dossier, Vec<Deed>), Failure> {
        let desk = portal.workspace().desk()?;
        let deeds = desk.uses(&visit.person)?;
        Ok((portal.workspace().charter()?, desk.open(&visit.person, By::Person)?, deeds))
    };
    match opened() {
        Ok((charter, record, deeds)) => {
            let me = Me {
                brand: &charter.brand.name,
                controller: &charter.controller,
                form_token: &visit.form_token,
                notice,
                record: &record,
                deeds: &deeds,
                charter: charter.digest.short(),
                zone: charter.time_zone.clone(),
            };
            page(status, &me)
        }
        Err(failure) => failed(portal, &failure),
    }
}

fn visit(portal: &Portal, jar: &CookieJar) -> Option<Visit> {
    portal.sessions.visit(jar.get(COOKIE)?.value())
}

/// Who sent a form, if it came from a page of their session.
fn allowed(portal: &Portal, jar: &CookieJar, form_token: &str) -> Option<Visit> {
    visit(portal, jar).filter(|visit| visit.sent(form_token))
}

async fn blocking(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn expired(portal: &Portal) -> Response {
    let text = "Your link or your visit has ended. Links work once, for ten minutes. Ask us for a \
                new one.";
    message(portal, StatusCode::FORBIDDEN, "Please ask for a new link", text)
}

/// The failure goes to the log of the server, which holds no personal data; the page says sorry.
fn failed(portal: &Portal, failure: &Failure) -> Response {
    let told = words::plain(&failure.to_string()).replace('\n', " ");
    eprintln!("theirs: the portal: {told}");
    let text = "Something went wrong on our side. Nothing was changed. Please try again.";
    message(portal, StatusCode::INTERNAL_SERVER_ERROR, "Sorry", text)
}

fn message(portal: &Portal, status: StatusCode, title: &str, text: &str) -> Response {
    page(status, &Message { brand: &brand(portal), title, text })
}

fn brand(portal: &Portal) -> String {
    portal.workspace().charter().map_or_else(|_| "Your data".to_owned(), |c| c.brand.name)
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
