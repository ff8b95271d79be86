//! Passkeys of clients: a device of the person proves that it is theirs, without e-mail.
//!
//! One is made on the page of whoever has proven enough, and from then on opens all of it.

use std::time::Instant;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use theirs_store::{Holder, Passkey, Person};
use theirs_words::Speech;

use super::ask::log;
use super::brand::Mark;
use super::ceremony::{Answered, Removal, with_script};
use super::form::Sent;
use super::here::Here;
use super::message::{expired, failed, page, said, too_many, unknown};
use super::page::{at_desk, blocking, entered, needs_more, visit};
use super::session::{Entered, Visit};
use crate::failure::Failure;
use crate::reading::Reading;

#[derive(Template)]
#[template(path = "passkeys.html")]
struct Own<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    r: Reading<'a>,
    form_token: &'a str,
    notice: Option<&'a str>,
    options: String,
    passkeys: Vec<Passkey>,
}

#[derive(Template)]
#[template(path = "passkey.html")]
struct Way<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    notice: Option<&'a str>,
    options: String,
}

/// `GET /passkey`: the way in by a passkey.
pub(super) async fn way(here: Here) -> Response {
    way_in(&here, StatusCode::OK, None)
}

fn way_in(here: &Here, status: StatusCode, notice: Option<&str>) -> Response {
    let Some(options) = here.challenges.ask(here) else {
        return said(here, StatusCode::SERVICE_UNAVAILABLE, "failed");
    };
    let way = Way { mark: &Mark::of(here), t: &here.speech, notice, options };
    with_script(page(status, &way))
}

/// `POST /passkey`: lets in whoever the device proves to be.
pub(super) async fn enter(here: Here, jar: CookieJar, Sent(form): Sent<Answered>) -> Response {
    blocking(move || {
        if let Some(seconds) = here.tries.wait(Instant::now()) {
            return too_many(&here, seconds);
        }
        match proven(&here, &form.answer) {
            Ok(Some(person)) => let_in(&here, jar, person),
            Ok(None) => {
                here.tries.note(Instant::now());
                way_in(&here, StatusCode::FORBIDDEN, Some(&here.say("passkey-unknown")))
            }
            Err(failure) => failed(&here, &failure),
        }
    })
    .await
}

fn let_in(here: &Here, jar: CookieJar, person: Person) -> Response {
    let entered_now =
        here.sessions.invite(person).and_then(|token| here.sessions.enter(&token, None));
    match entered_now {
        Ok(Entered::In(secret)) => entered(here, jar, secret),
        Ok(_) => expired(here),
        Err(error) => failed(here, &error.into()),
    }
}

/// Whom a device proves to be.
fn proven(here: &Here, answer: &str) -> Result<Option<Person>, Failure> {
    let Some(passkey) = here.challenges.proven(here, answer)? else { return Ok(None) };
    let Holder::Person(slot) = passkey.holder else { return Ok(None) };
    let Some(person) = here.workspace().store.person_at(slot)? else { return Ok(None) };
    let is_anothers = here.workspace().desk()?.may_be_anothers(&person, passkey.made)?;
    Ok((!is_anothers).then_some(person))
}

/// `GET /me/passkeys`: those that the person has, and a button for one more.
pub(super) async fn own(here: Here, jar: CookieJar) -> Response {
    blocking(move || {
        let Some(visit) = visit(&here, &jar) else { return expired(&here) };
        if let Some(not_yet) = needs_more(&here, &visit) {
            return not_yet;
        }
        let shown = show(&here, &visit, StatusCode::OK, None);
        shown.unwrap_or_else(|failure| failed(&here, &failure))
    })
    .await
}

fn show(
    here: &Here,
    visit: &Visit,
    status: StatusCode,
    notice: Option<&str>,
) -> Result<Response, Failure> {
    let workspace = here.workspace();
    let charter = workspace.charter()?;
    let known = workspace.store.passkeys_of(&Holder::Person(visit.person.slot))?;
    // Of the person the device is told nothing but a random number.
    let Some(options) = here.challenges.offer(here, (&charter.brand.name, None), &known) else {
        return Ok(said(here, StatusCode::SERVICE_UNAVAILABLE, "failed"));
    };
    let own = Own {
        mark: &Mark::of(here),
        t: &here.speech,
        r: Reading::new(&here.speech, &charter),
        form_token: &visit.form_token,
        notice,
        options,
        passkeys: known.into_iter().map(|(_, passkey)| passkey).collect(),
    };
    Ok(with_script(page(status, &own)))
}

/// `POST /me/passkeys`: keeps a passkey that a device made.
pub(super) async fn make(here: Here, jar: CookieJar, Sent(form): Sent<Answered>) -> Response {
    at_desk(here, jar, form.form_token, move |here, _, visit| {
        if let Some(not_yet) = needs_more(here, visit) {
            return Ok(not_yet);
        }
        let holder = Holder::Person(visit.person.slot);
        let made = here.challenges.made(here, holder, &form.answer)?;
        let Some((credential, passkey)) = made else {
            let text = here.say("passkey-not-made");
            return show(here, visit, StatusCode::UNPROCESSABLE_ENTITY, Some(&text));
        };
        log(here.workspace(), &visit.person, "a key of your device to this page")?;
        here.workspace().store.add_passkey(&credential, &passkey)?;
        Ok(Redirect::to("/me/passkeys").into_response())
    })
    .await
}

/// `POST /me/passkeys/remove`.
pub(super) async fn remove(here: Here, jar: CookieJar, Sent(form): Sent<Removal>) -> Response {
    at_desk(here, jar, form.form_token, move |here, desk, visit| {
        let journal = here.workspace().folder.erasures();
        if desk.remove_passkey(&visit.person, form.passkey, &journal)? {
            Ok(Redirect::to("/me/passkeys").into_response())
        } else {
            Ok(unknown(here))
        }
    })
    .await
}
