//! `/staff/keys`: what waits for two keys, and a form to turn one's own.
//!
//! Whoever turns a key types their token again: a session that somebody left open turns nothing. The
//! form bears the digest that was read, so that nobody approves what the clause became meanwhile.

use std::collections::BTreeSet;
use std::time::Instant;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::tz::TimeZone;
use serde::Deserialize;
use theirs_charter::{Asker, Key, Turning};
use theirs_words::Speech;

use super::brand::Mark;
use super::form::Sent;
use super::here::{Here, Inside};
use super::message::{failed, page, too_many_tokens};
use super::page::blocking;
use super::rooms::{Room, not_open, rooms};
use super::staff::{AGAIN, OTHER_SESSION, Shift, on_shift};
use crate::approving::{Standing, Turned, Wish, standings, turn};
use crate::calling::may_turn;
use crate::command::approve::{said, waits};
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "staff_keys.html")]
struct Keys<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    all: &'a [Standing],
    /// The subjects of which whoever looks may turn a key that is missing.
    yours: BTreeSet<String>,
    /// What whoever looks may do with a clause.
    ways: Vec<(&'static str, &'static str)>,
    zone: TimeZone,
}

impl Keys<'_> {
    fn waits(&self, one: &Standing) -> String {
        waits(one, &self.zone)
    }

    fn is_yours(&self, one: &Standing) -> bool {
        self.yours.contains(&one.subject)
    }

    fn said(&self, turned: &Turned) -> String {
        said("was turned", turned, &self.zone)
    }
}

/// The form that turns a key.
#[derive(Deserialize)]
pub(super) struct Turn {
    form_token: String,
    subject: String,
    digest: String,
    way: String,
    reason: String,
    token: String,
}

/// `GET /staff/keys`: the list.
pub(super) async fn list(Inside(portal): Inside, jar: CookieJar) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, None, |shift, asker| {
            show(&portal, shift, asker, StatusCode::OK, None)
        })
    })
    .await
}

/// `POST /staff/keys`: turns one.
pub(super) async fn turn_one(
    Inside(portal): Inside,
    jar: CookieJar,
    Sent(form): Sent<Turn>,
) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| {
            if !shift.sent(&form.form_token) {
                return show(&portal, shift, asker, StatusCode::FORBIDDEN, Some(OTHER_SESSION));
            }
            match done(&portal, shift, &form) {
                Ok(()) => Redirect::to("/staff/keys").into_response(),
                Err(Failure::NotAuthenticated(_)) => {
                    if let Some(seconds) = portal.staff_tries.wait(Instant::now()) {
                        return too_many_tokens(&portal, seconds);
                    }
                    portal.staff_tries.note(Instant::now());
                    let text = "That is not your token, so nothing was done.";
                    show(&portal, shift, asker, StatusCode::FORBIDDEN, Some(text))
                }
                Err(Failure::Refused(refusal)) => {
                    let text = refusal.to_string();
                    show(&portal, shift, asker, StatusCode::FORBIDDEN, Some(&text))
                }
                Err(Failure::Usage(text)) => {
                    show(&portal, shift, asker, StatusCode::UNPROCESSABLE_ENTITY, Some(&text))
                }
                Err(failure) => failed(&portal, &failure),
            }
        })
    })
    .await
}

fn done(portal: &Here, shift: &Shift, form: &Turn) -> Result<(), Failure> {
    let workspace = portal.workspace();
    let asker = workspace.authenticate_with(&shift.name, &form.token)?;
    let unknown = || Failure::Usage("Choose what you want to do.".to_owned());
    let turning = Turning::named(&form.way).ok_or_else(unknown)?;
    let (subject, reason) = (form.subject.as_str(), form.reason.as_str());
    turn(workspace, &asker, &Wish { subject, turning, digest: Some(&form.digest), reason })?;
    Ok(())
}

/// What somebody may do, by the keys they hold.
fn ways(held: &[Key]) -> Vec<(&'static str, &'static str)> {
    let mut ways = Vec::new();
    if held.iter().any(|key| Key::TWO.contains(key)) {
        ways.push((Turning::Approve.word(), "turn my key"));
        ways.push((Turning::Withdraw.word(), "turn it back"));
    }
    if held.contains(&Key::Privacy) {
        ways.push((Turning::Veto.word(), "veto it"));
        ways.push((Turning::Lift.word(), "lift the veto"));
    }
    ways
}

fn show(
    portal: &Here,
    shift: &Shift,
    asker: &Asker,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    let workspace = portal.workspace();
    let found = workspace.authority().and_then(|authority| {
        let held: Vec<Key> = authority.keys(asker).into_iter().collect();
        let yours = may_turn(&authority, asker).map(|gate| gate.subject.to_string());
        let yours: BTreeSet<String> = yours.collect();
        Ok((held, yours, standings(workspace)?, authority.charter().time_zone.clone()))
    });
    let (held, yours, all, zone) = match found {
        Ok(found) => found,
        Err(failure) => return failed(portal, &failure),
    };
    if held.is_empty() {
        let text = "Your roles hold no key. The charter says `key:` for those that do.";
        return not_open(portal, (shift, asker), text);
    }
    let keys = Keys {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        all: &all,
        yours,
        ways: ways(&held),
        zone,
    };
    page(status, &keys)
}
