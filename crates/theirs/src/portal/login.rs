//! `/login`: clients sign in as they do in the shop, where the shop has such a login.
//!
//! They are sent to its provider and come back with a proof that is fresh; the page that meets them
//! has a button, as the pages of all links have, so that the session begins on a page of ours.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use theirs_rights::{By, RightsError};
use theirs_store::Person;

use super::here::Here;
use super::message::{busy, failed, nowhere_at, said};
use super::page::{blocking, host_cookie, meet};
use super::session::{hash, make_room, token};
use crate::failure::Failure;
use crate::login::{Login, Sent};
use crate::telemetry::{Broken, Event, Work};

/// The cookie of a browser that was sent away.
const COOKIE: &str = "__Host-theirs-login";
/// How long somebody may take to come back.
const AWAY: SignedDuration = SignedDuration::from_mins(10);

/// Who was sent away, by the hash of their cookie.
#[derive(Default)]
pub(super) struct Away(Mutex<HashMap<[u8; 32], (Sent, Timestamp)>>);

impl Away {
    fn keep(&self, browser: &str, sent: Sent, until: Timestamp) {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut away);
        away.insert(hash(browser), (sent, until));
    }

    /// Who comes back in this browser with this state; once.
    fn take(&self, browser: &str, state: &str, now: Timestamp) -> Option<Sent> {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (sent, until) = away.remove(&hash(browser))?;
        (until > now && hash(&sent.state) == hash(state)).then_some(sent)
    }
}

/// What a provider sends somebody back with.
#[derive(Deserialize)]
pub(super) struct Back {
    code: Option<String>,
    state: Option<String>,
}

/// `GET /login`: away to the provider.
pub(super) async fn away(here: Here, jar: CookieJar) -> Response {
    let Some((login, back)) = ways(&here) else { return nowhere_at(&here) };
    if let Some(seconds) = here.asks.wait(Instant::now()) {
        return busy(&here, seconds);
    }
    here.asks.note(Instant::now());
    let browser = match token() {
        Ok(browser) => browser,
        Err(error) => return failed(&here, &error.into()),
    };
    match login.send(&back).await {
        Ok(sent) => {
            let url = sent.url.clone();
            here.away.keep(&browser, sent, here.workspace().clock.now() + AWAY);
            (jar.add(cookie(browser)), Redirect::to(&url)).into_response()
        }
        Err(what) => out_of_order(&here, what),
    }
}

/// `GET /login/back`: back from the provider.
pub(super) async fn back(
    here: Here,
    jar: CookieJar,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let (Some((login, address)), Ok(Query(back))) = (ways(&here), back) else {
        return nowhere_at(&here);
    };
    let now = here.workspace().clock.now();
    let browser = jar.get(COOKIE).map(|cookie| cookie.value().to_owned());
    let sent =
        browser.zip(back.state).and_then(|(browser, state)| here.away.take(&browser, &state, now));
    let jar = jar.remove(cookie(String::new()));
    let (Some(sent), Some(code)) = (sent, back.code) else {
        return (jar, said(&here, StatusCode::FORBIDDEN, "login-ended")).into_response();
    };
    let called = match login.came_back(sent, code, &address, now).await {
        Ok(called) => called,
        Err(what) => return (jar, out_of_order(&here, what)).into_response(),
    };
    let answer = blocking(move || match known(&here, &login.source, &called) {
        Ok(Some(person)) => match here.sessions.invite(person) {
            Ok(token) => meet(&here, &token),
            Err(error) => failed(&here, &error.into()),
        },
        Ok(None) => said(&here, StatusCode::FORBIDDEN, "login-unknown"),
        Err(failure) => failed(&here, &failure),
    });
    (jar, answer.await).into_response()
}

/// Whom the provider's name stands for, if that is sure.
fn known(here: &Here, source: &str, called: &str) -> Result<Option<Person>, Failure> {
    match here.workspace().desk()?.guest(&format!("{source}:{called}"), By::Person) {
        Ok(person) => Ok(Some(person)),
        Err(
            RightsError::UnknownPerson
            | RightsError::Unresolved
            | RightsError::NotSure
            | RightsError::UnknownSource { .. },
        ) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The login, and where one comes back to.
fn ways(here: &Here) -> Option<(Arc<Login>, String)> {
    let login = here.workspace().login.clone()?;
    Some((login, format!("{}/login/back", here.base()?)))
}

/// Not strict: the browser comes back from somewhere else.
fn cookie(secret: String) -> Cookie<'static> {
    let mut cookie = host_cookie(COOKIE, secret);
    cookie.set_same_site(SameSite::Lax);
    cookie
}

/// What went wrong at the provider's goes to the log, in our words.
fn out_of_order(here: &Here, what: &'static str) -> Response {
    Event::Failed { work: Work::Login, of: None, how: Broken::named(what) }.tell();
    said(here, StatusCode::BAD_GATEWAY, "login-failed")
}
