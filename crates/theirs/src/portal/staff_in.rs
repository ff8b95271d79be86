//! The ways in for colleagues: name and token, a passkey, or the company's own login.
//!
//! A token is the key to everything else, so whoever came by it, or anew by another way, may give a
//! device of theirs a passkey; a session that was left open may not.

use std::time::Instant;

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use theirs_charter::Asker;
use theirs_store::{Holder, Passkey, Principal};
use theirs_words::Speech;

use super::brand::Mark;
use super::ceremony::{Answered, Removal, with_script};
use super::form::Sent;
use super::here::{Here, Inside};
use super::login::{Back, Who, came_back, send};
use super::message::{failed, nowhere_at, page, said, too_many_tokens};
use super::page::{blocking, host_cookie};
use super::rooms::{Room, first_page, rooms};
use super::staff::{AGAIN, COOKIE, OTHER_SESSION, Shift, on_shift};
use crate::command::words;
use crate::failure::Failure;
use crate::telemetry::{Door, Event};

/// How long after they came in somebody may make a passkey.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

#[derive(Template)]
#[template(path = "staff_in.html")]
struct SignIn<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    notice: Option<&'a str>,
    /// Whether the company has a login of its own that leads here.
    elsewhere: bool,
}

#[derive(Template)]
#[template(path = "staff_passkey.html")]
struct ByPasskey<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    notice: Option<&'a str>,
    options: String,
}

#[derive(Template)]
#[template(path = "staff_passkeys.html")]
struct Passkeys<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    name: &'a str,
    rooms: Vec<Room>,
    form_token: &'a str,
    notice: Option<&'a str>,
    /// What a device is asked for, if one may be made in this session.
    options: Option<String>,
    kept: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "staff_met.html")]
struct Met<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    name: &'a str,
    first: &'a str,
}

/// A passkey as the page lists it.
struct Listed {
    id: i64,
    made: String,
    used: Option<String>,
}

/// The form that signs in.
#[derive(Deserialize)]
pub(super) struct Credentials {
    name: String,
    token: String,
}

/// The page with the ways in.
pub(super) fn way_in(here: &Here, status: StatusCode, notice: Option<&str>) -> Response {
    let elsewhere = here.workspace().staff_login.is_some();
    page(status, &SignIn { mark: &Mark::of(here), t: &here.speech, notice, elsewhere })
}

/// `POST /staff`: signs in by name and token.
pub(super) async fn sign_in(
    Inside(here): Inside,
    jar: CookieJar,
    Sent(form): Sent<Credentials>,
) -> Response {
    blocking(move || match here.workspace().store.authenticate(&form.name, form.token.trim()) {
        Ok(Some(principal)) => let_in(&here, jar, principal),
        Ok(None) => turned_away(&here, |here| {
            let text = "There is nobody of that name with that token.";
            way_in(here, StatusCode::FORBIDDEN, Some(text))
        }),
        Err(error) => failed(&here, &error.into()),
    })
    .await
}

/// `GET /staff/passkey`: the way in by a passkey.
pub(super) async fn passkey(Inside(here): Inside) -> Response {
    by_passkey(&here, StatusCode::OK, None)
}

fn by_passkey(here: &Here, status: StatusCode, notice: Option<&str>) -> Response {
    let Some(options) = here.staff_challenges.ask(here) else {
        return said(here, StatusCode::SERVICE_UNAVAILABLE, "failed");
    };
    let way = ByPasskey { mark: &Mark::of(here), t: &here.speech, notice, options };
    with_script(page(status, &way))
}

/// `POST /staff/passkey`: lets in whoever the device proves to be.
pub(super) async fn enter(
    Inside(here): Inside,
    jar: CookieJar,
    Sent(form): Sent<Answered>,
) -> Response {
    blocking(move || match proven(&here, &form.answer) {
        Ok(Some(principal)) => let_in(&here, jar, principal),
        Ok(None) => turned_away(&here, |here| {
            let text = "That passkey opens nothing here. Come in by your token, and make one.";
            by_passkey(here, StatusCode::FORBIDDEN, Some(text))
        }),
        Err(failure) => failed(&here, &failure),
    })
    .await
}

fn proven(here: &Here, answer: &str) -> Result<Option<Principal>, Failure> {
    match here.staff_challenges.proven(here, answer)?.map(|passkey| passkey.holder) {
        Some(Holder::Colleague(name)) => Ok(here.workspace().store.principal(&name)?),
        _ => Ok(None),
    }
}

/// `GET /staff/login`: away to the company's login.
pub(super) async fn away(Inside(here): Inside, jar: CookieJar) -> Response {
    let Some(login) = here.workspace().staff_login.clone() else { return nowhere_at(&here) };
    send(&here, jar, &login.login, Who::Colleague).await
}

/// `GET /staff/login/back`: back from it. The page that meets them leads on, since a cookie as strict
/// as ours is not shown by a browser that comes from elsewhere.
pub(super) async fn back(
    Inside(here): Inside,
    jar: CookieJar,
    back: Result<Query<Back>, QueryRejection>,
) -> Response {
    let (Some(login), Ok(Query(back))) = (here.workspace().staff_login.clone(), back) else {
        return nowhere_at(&here);
    };
    let (jar, called) = match came_back(&here, jar, &login.login, Who::Colleague, back).await {
        Ok(came) => came,
        Err(not) => return *not,
    };
    blocking(move || {
        let name = login.name_of(&called);
        let known = name.map(|name| here.workspace().store.principal(name)).transpose();
        match known.map(Option::flatten) {
            Ok(Some(principal)) => {
                let asker = Asker { name: principal.name, roles: principal.roles };
                let first = first_page(&here, &asker);
                let met = Met { mark: &Mark::of(&here), t: &here.speech, name: &asker.name, first };
                begin(&here, jar, &asker.name, page(StatusCode::OK, &met))
            }
            Ok(None) => turned_away(&here, |here| {
                let text = "Your company's login knows you, but you have no name here yet. Ask \
                            whoever looks after this server.";
                way_in(here, StatusCode::FORBIDDEN, Some(text))
            }),
            Err(error) => failed(&here, &error.into()),
        }
    })
    .await
}

/// `GET /staff/passkeys`: a colleague's own, and a button for one more.
pub(super) async fn own(Inside(here): Inside, jar: CookieJar) -> Response {
    blocking(move || {
        on_shift(&here, &jar, None, |shift, asker| {
            let shown = show(&here, (shift, asker), StatusCode::OK, None);
            shown.unwrap_or_else(|failure| failed(&here, &failure))
        })
    })
    .await
}

/// `POST /staff/passkeys`: keeps a passkey that a device made.
pub(super) async fn make(
    Inside(here): Inside,
    jar: CookieJar,
    Sent(form): Sent<Answered>,
) -> Response {
    at_work(here, jar, form.form_token, move |here, who| {
        let (workspace, shift) = (here.workspace(), who.0);
        let holder = Holder::Colleague(shift.name.clone());
        let made = if is_fresh(shift, workspace.clock.now()) {
            here.staff_challenges.made(here, holder, &form.answer)?
        } else {
            None
        };
        let Some((credential, passkey)) = made else {
            let text = "No passkey was made. Sign in again, and try once more.";
            return show(here, who, StatusCode::UNPROCESSABLE_ENTITY, Some(text));
        };
        workspace.record_who_may_ask("a colleague", Some("a key of a device of their own"))?;
        workspace.store.add_passkey(&credential, &passkey)?;
        Ok(Redirect::to("/staff/passkeys").into_response())
    })
    .await
}

/// `POST /staff/passkeys/remove`.
pub(super) async fn remove(
    Inside(here): Inside,
    jar: CookieJar,
    Sent(form): Sent<Removal>,
) -> Response {
    at_work(here, jar, form.form_token, move |here, who| {
        let workspace = here.workspace();
        let reason = "that a key of a device of their own opens nothing more";
        workspace.record_who_may_ask("a colleague", Some(reason))?;
        workspace.store.remove_passkey(&Holder::Colleague(who.0.name.clone()), form.passkey)?;
        Ok(Redirect::to("/staff/passkeys").into_response())
    })
    .await
}

/// Does what a form of the page of passkeys asks for.
async fn at_work(
    here: Here,
    jar: CookieJar,
    form_token: String,
    act: impl FnOnce(&Here, (&Shift, &Asker)) -> Result<Response, Failure> + Send + 'static,
) -> Response {
    blocking(move || {
        on_shift(&here, &jar, AGAIN, |shift, asker| {
            let who = (shift, asker);
            let done = if shift.sent(&form_token) {
                act(&here, who)
            } else {
                show(&here, who, StatusCode::FORBIDDEN, Some(OTHER_SESSION))
            };
            done.unwrap_or_else(|failure| failed(&here, &failure))
        })
    })
    .await
}

fn show(
    here: &Here,
    (shift, asker): (&Shift, &Asker),
    status: StatusCode,
    notice: Option<&str>,
) -> Result<Response, Failure> {
    let workspace = here.workspace();
    let charter = workspace.charter()?;
    let known = workspace.store.passkeys_of(&Holder::Colleague(shift.name.clone()))?;
    let brand = format!("{}, for colleagues", charter.brand.name);
    let options = is_fresh(shift, workspace.clock.now())
        .then(|| here.staff_challenges.offer(here, (&brand, Some(&shift.name)), &known));
    let day = |at: Timestamp| words::day(at, &charter.time_zone);
    let listed = |(_, passkey): (Vec<u8>, Passkey)| Listed {
        id: passkey.id,
        made: day(passkey.made),
        used: passkey.used.map(day),
    };
    let own = Passkeys {
        mark: &Mark::of(here),
        t: &here.speech,
        name: &shift.name,
        rooms: rooms(here, asker),
        form_token: &shift.form_token,
        notice,
        options: options.flatten(),
        kept: known.into_iter().map(listed).collect(),
    };
    Ok(with_script(page(status, &own)))
}

fn is_fresh(shift: &Shift, now: Timestamp) -> bool {
    now.duration_since(shift.began) <= FRESH
}

/// Begins the session of whoever was proven to be this principal, at the page they begin with.
fn let_in(here: &Here, jar: CookieJar, principal: Principal) -> Response {
    let asker = Asker { name: principal.name, roles: principal.roles };
    let first = first_page(here, &asker);
    begin(here, jar, &asker.name, Redirect::to(first).into_response())
}

fn begin(here: &Here, jar: CookieJar, name: &str, answer: Response) -> Response {
    let digest = match here.workspace().store.token_digest_of(name) {
        Ok(digest) => digest.unwrap_or_default(),
        Err(error) => return failed(here, &error.into()),
    };
    match here.shifts.begin(name, digest, here.workspace().clock.now()) {
        Ok(secret) => {
            if let Some(before) = jar.get(COOKIE) {
                here.shifts.end(before.value());
            }
            (jar.add(host_cookie(COOKIE, secret)), answer).into_response()
        }
        Err(error) => failed(here, &error.into()),
    }
}

/// Answers whoever proved nothing, and puts that on record. Who proves who they are is always let in:
/// whoever guesses holds up only whoever guesses.
fn turned_away(here: &Here, answer: impl FnOnce(&Here) -> Response) -> Response {
    if let Some(seconds) = here.staff_tries.wait(Instant::now()) {
        return too_many_tokens(here, seconds);
    }
    here.staff_tries.note(Instant::now());
    Event::TurnedAway { door: Door::Staff }.tell();
    match here.workspace().record_turned_away() {
        Ok(()) => answer(here),
        Err(failure) => failed(here, &failure),
    }
}
