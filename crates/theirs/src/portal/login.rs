//! `/login`: clients sign in as they do in the shop, where the shop has such a login; and how anybody
//! is sent away to a provider and comes back.
//!
//! They come back with a proof that is fresh; the page that meets them has a button, as the pages of
//! all links have, so that the session begins on a page of ours.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
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
use super::staff_in::way_in;
use crate::failure::Failure;
use crate::login::{Login, Sent};
use crate::telemetry::{Broken, Event, Work};
use crate::tries::Tries;

/// The cookie of a browser that was sent away.
const COOKIE: &str = "__Host-theirs-login";
/// How long somebody may take to come back.
const AWAY: SignedDuration = SignedDuration::from_mins(10);

/// Who goes away and comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Client,
    Colleague,
}

impl Who {
    /// Where they come back to.
    fn back(self) -> &'static str {
        match self {
            Self::Client => "/login/back",
            Self::Colleague => "/staff/login/back",
        }
    }

    /// What they are counted by, so that neither crowd holds up the other.
    fn asks(self, here: &Here) -> &Tries {
        match self {
            Self::Client => &here.asks,
            Self::Colleague => &here.staff_asks,
        }
    }
}

/// Who was sent away, by the hash of their cookie.
#[derive(Default)]
pub(super) struct Away(Mutex<HashMap<[u8; 32], (Gone, Timestamp)>>);

/// Somebody who was sent away.
struct Gone {
    who: Who,
    sent: Sent,
}

impl Away {
    fn keep(&self, browser: &str, sent: Sent, who: Who, until: Timestamp) {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut away);
        away.insert(hash(browser), (Gone { who, sent }, until));
    }

    /// Who comes back in this browser with this state, to where they are meant to; once.
    fn take(&self, browser: &str, state: &str, back: Who, now: Timestamp) -> Option<Sent> {
        let mut away = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (gone, until) = away.remove(&hash(browser))?;
        let is_theirs = gone.who == back && hash(&gone.sent.state) == hash(state);
        (until > now && is_theirs).then_some(gone.sent)
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
    let Some(login) = here.workspace().login.clone() else { return nowhere_at(&here) };
    send(&here, jar, &login.login, Who::Client).await
}

/// Sends somebody away to a provider.
pub(super) async fn send(here: &Here, jar: CookieJar, login: &Login, who: Who) -> Response {
    let Some(base) = here.base() else { return nowhere_at(here) };
    let asks = who.asks(here);
    if let Some(seconds) = asks.wait(Instant::now()) {
        return busy(here, seconds);
    }
    asks.note(Instant::now());
    let browser = match token() {
        Ok(browser) => browser,
        Err(error) => return failed(here, &error.into()),
    };
    match login.send(&format!("{base}{}", who.back())).await {
        Ok(sent) => {
            let url = sent.url.clone();
            here.away.keep(&browser, sent, who, here.workspace().clock.now() + AWAY);
            (jar.add(cookie(browser)), Redirect::to(&url)).into_response()
        }
        Err(what) => out_of_order(here, what),
    }
}

/// `GET /login/back`: back from the provider.
pub(super) async fn back(
    here: Here,
    jar: CookieJar,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let (Some(login), Ok(Query(back))) = (here.workspace().login.clone(), back) else {
        return nowhere_at(&here);
    };
    let (jar, called) = match came_back(&here, jar, &login.login, Who::Client, back).await {
        Ok(came) => came,
        Err(not) => return *not,
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

/// What the provider calls whoever comes back from it; else the page that says why not.
pub(super) async fn came_back(
    here: &Here,
    jar: CookieJar,
    login: &Login,
    who: Who,
    back: Back,
) -> Result<(CookieJar, String), Box<Response>> {
    let now = here.workspace().clock.now();
    let browser = jar.get(COOKIE).map(|cookie| cookie.value().to_owned());
    let sent = browser
        .zip(back.state)
        .and_then(|(browser, state)| here.away.take(&browser, &state, who, now));
    let jar = jar.remove(cookie(String::new()));
    let not = |jar: CookieJar, page: Response| Box::new((jar, page).into_response());
    let (Some(sent), Some(code)) = (sent, back.code) else {
        return Err(not(jar, said(here, StatusCode::FORBIDDEN, "login-ended")));
    };
    let address = format!("{}{}", here.base().unwrap_or_default(), who.back());
    match login.came_back(sent, code, &address, now).await {
        Ok(called) => Ok((jar, called)),
        Err(what) if who == Who::Colleague => {
            Event::Failed { work: Work::Login, of: None, how: Broken::named(what) }.tell();
            let text = "Your company's login did not vouch for you just now. Sign in there anew, or \
                        come in by your token.";
            Err(not(jar, way_in(here, StatusCode::BAD_GATEWAY, Some(text))))
        }
        Err(what) => Err(not(jar, out_of_order(here, what))),
    }
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
