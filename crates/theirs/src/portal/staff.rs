//! `/staff`: where colleagues work what people ask, by the day on which the law wants an answer.
//!
//! Of a session only the name is kept: each click looks up again what roles it has, so one that is
//! removed is out with the next. How it begins stands in [`super::staff_in`].

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use theirs_charter::Asker;
use theirs_rights::{Asked, By, Desk, Pending, RightsError, Stepping};
use theirs_store::RequestId;
use theirs_words::Speech;

use super::brand::Mark;
use super::form::Sent;
use super::here::{Here, Inside};
use super::message::{failed, nowhere_at, page};
use super::page::{blocking, left};
use super::rooms::{Room, not_open, rooms};
use super::session::{LONGEST, hash, make_room, token};
use super::staff_in::way_in;
use crate::calling::waiting_for;
use crate::command::request::by_when;
use crate::command::words;
use crate::failure::Failure;

/// The cookie of a colleague's session.
pub(super) const COOKIE: &str = "__Host-theirs-staff";
/// How long a session lasts without a click.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// How long colleagues are told that everything was brought back from a backup.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many requests that are ended the page shows.
const ENDED: usize = 20;
/// What is said to whoever clicks on a page of a session that is over.
pub(super) const AGAIN: Option<&str> = Some("Sign in again.");
/// What is said of a form of another session.
pub(super) const OTHER_SESSION: &str = "That form was not of this session, so nothing was done.";

/// The sessions of colleagues, by the hash of their cookie.
#[derive(Default)]
pub(super) struct Shifts(Mutex<HashMap<[u8; 32], (Shift, Timestamp)>>);

/// A colleague's session.
#[derive(Clone)]
pub(super) struct Shift {
    pub(super) name: String,
    pub(super) form_token: String,
    pub(super) began: Timestamp,
    /// The digest of the token that the principal had then: with another it is over.
    token: [u8; 32],
}

impl Shift {
    /// Whether a form came from a page of this session; as in [`Visit::sent`].
    ///
    /// [`Visit::sent`]: super::session::Visit::sent
    pub(super) fn sent(&self, form_token: &str) -> bool {
        hash(form_token) == hash(&self.form_token)
    }
}

impl Shifts {
    pub(super) fn begin(
        &self,
        name: &str,
        digest: [u8; 32],
        now: Timestamp,
    ) -> std::io::Result<String> {
        let (secret, form_token) = (token()?, token()?);
        let shift = Shift { name: name.to_owned(), form_token, began: now, token: digest };
        let mut open = self.lock();
        make_room(&mut open);
        open.insert(hash(&secret), (shift, now + IDLE));
        Ok(secret)
    }

    fn of(&self, secret: &str, now: Timestamp) -> Option<Shift> {
        let mut open = self.lock();
        let (shift, until) = open.get_mut(&hash(secret))?;
        if *until <= now || shift.began + LONGEST <= now {
            return None;
        }
        *until = now + IDLE;
        Some(shift.clone())
    }

    pub(super) fn end(&self, secret: &str) {
        self.lock().remove(&hash(secret));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], (Shift, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Template)]
#[template(path = "staff.html")]
struct Queue<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    /// How much waits for their key.
    keys: usize,
    /// When the folder was brought back from a backup, if that is not long ago.
    restored: Option<Timestamp>,
    open: Vec<&'a Pending>,
    ended: Vec<&'a Pending>,
    today: Date,
    zone: TimeZone,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Queue<'_> {
    fn day(&self, at: &Timestamp) -> String {
        words::day(*at, &self.zone)
    }

    fn due(&self, one: &Pending) -> String {
        by_when(one, self.today)
    }

    fn is_claim(&self, one: &Pending) -> bool {
        one.asked == Asked::Claim
    }

    fn is_late(&self, one: &Pending) -> bool {
        one.is_late(self.today)
    }
}

/// The form that takes a request down.
#[derive(Deserialize)]
pub(super) struct Taken {
    form_token: String,
    asked: String,
    of: String,
    #[serde(default)]
    came: String,
    text: String,
}

/// The form of a step.
#[derive(Deserialize)]
pub(super) struct Marked {
    form_token: String,
    step: String,
    reason: String,
}

/// The form that signs out.
#[derive(Deserialize)]
pub(super) struct Leaving {
    form_token: String,
}

/// `GET /staff`: the queue, or the way in.
pub(super) async fn queue(Inside(portal): Inside, jar: CookieJar) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, None, |shift, asker| {
            show(&portal, shift, asker, StatusCode::OK, None)
        })
    })
    .await
}

/// `POST /staff/leave`: signs out.
pub(super) async fn leave(
    Inside(portal): Inside,
    jar: CookieJar,
    Sent(form): Sent<Leaving>,
) -> Response {
    let own = jar.clone();
    let answer = at_work(portal, jar.clone(), form.form_token, move |portal, _, _| {
        if let Some(cookie) = own.get(COOKIE) {
            portal.shifts.end(cookie.value());
        }
        Ok(())
    })
    .await;
    let has_ended = answer.status() == StatusCode::SEE_OTHER;
    if has_ended { left(jar, COOKIE, answer) } else { answer }
}

/// `POST /staff/requests`: takes down what came by letter, by telephone or at the counter.
pub(super) async fn take_down(
    Inside(portal): Inside,
    jar: CookieJar,
    Sent(form): Sent<Taken>,
) -> Response {
    at_work(portal, jar, form.form_token, move |portal, desk, asker| {
        let by = By::Colleague(asker);
        let asked = Asked::named(&form.asked).ok_or(RightsError::BadRequest)?;
        let of = Some(form.of.trim()).filter(|of| !of.is_empty());
        let whose = of.map(|name| desk.find(name, by)).transpose()?;
        let came = came_on(portal, form.came.trim()).ok_or(RightsError::BadRequest)?;
        desk.take_down(asked, whose.as_ref(), came, Some(&form.text), by)?;
        Ok(())
    })
    .await
}

/// When something came, by the day in the form.
fn came_on(portal: &Here, day: &str) -> Option<Timestamp> {
    if day.is_empty() {
        return Some(portal.workspace().clock.now());
    }
    let zone = portal.workspace().time_zone().ok()?;
    Some(day.parse::<Date>().ok()?.to_zoned(zone).ok()?.timestamp())
}

/// `POST /staff/requests/NUMBER`: a step towards an answer.
pub(super) async fn mark(
    Inside(portal): Inside,
    number: Result<Path<i64>, PathRejection>,
    jar: CookieJar,
    Sent(form): Sent<Marked>,
) -> Response {
    let Ok(Path(number)) = number else { return nowhere_at(&portal) };
    at_work(portal, jar, form.form_token, move |_, desk, asker| {
        let known = Stepping::ALL.iter().find(|known| known.0 == form.step);
        let step = known.map(|known| known.1).ok_or(RightsError::NotNow { step: "that" })?;
        desk.step(RequestId(number), step, Some(&form.reason), By::Colleague(asker)).map(drop)
    })
    .await
}

/// Does what a form of the queue asks for, and shows the queue with what came of it.
async fn at_work(
    portal: Here,
    jar: CookieJar,
    form_token: String,
    act: impl FnOnce(&Here, &Desk, &Asker) -> Result<(), RightsError> + Send + 'static,
) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| {
            if !shift.sent(&form_token) {
                return show(&portal, shift, asker, StatusCode::FORBIDDEN, Some(OTHER_SESSION));
            }
            let done = portal.workspace().desk().map(|desk| act(&portal, &desk, asker));
            match done {
                Ok(Ok(())) => Redirect::to("/staff").into_response(),
                Ok(Err(error)) => match to_mend(error.into()) {
                    Ok(at_fault) => {
                        let text = match at_fault {
                            RightsError::NoReason => {
                                "Say what the person is to read, in at most 500 letters.".to_owned()
                            }
                            other => other.to_string(),
                        };
                        show(&portal, shift, asker, StatusCode::UNPROCESSABLE_ENTITY, Some(&text))
                    }
                    Err(failure) => failed(&portal, &failure),
                },
                Err(failure) => failed(&portal, &failure),
            }
        })
    })
    .await
}

/// What whoever sent a form can mend, which is told beside it; a fault of ours is none of it.
pub(super) fn to_mend(failure: Failure) -> Result<RightsError, Failure> {
    match failure {
        Failure::Rights(RightsError::Store(error)) => Err(error.into()),
        Failure::Rights(RightsError::Unlogged(error)) => Err(error.into()),
        Failure::Rights(at_fault) => Ok(at_fault),
        other => Err(other),
    }
}

/// Answers whoever works here; anybody else is shown the way in, and told why if there is more to it.
pub(super) fn on_shift(
    portal: &Here,
    jar: &CookieJar,
    notice: Option<&str>,
    answer: impl FnOnce(&Shift, &Asker) -> Response,
) -> Response {
    match shift(portal, jar) {
        Ok(Some((shift, asker))) => answer(&shift, &asker),
        Ok(None) => {
            let status = if notice.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
            way_in(portal, status, notice)
        }
        Err(failure) => failed(portal, &failure),
    }
}

/// Why a colleague is not shown what they asked for: their role does not have it, or it failed.
pub(super) fn not_shown(portal: &Here, who: (&Shift, &Asker), failure: &Failure) -> Response {
    match failure {
        Failure::Rights(RightsError::Refused(refusal)) => {
            not_open(portal, who, &refusal.to_string())
        }
        other => failed(portal, other),
    }
}

/// Who works here, with the roles they have now.
fn shift(portal: &Here, jar: &CookieJar) -> Result<Option<(Shift, Asker)>, Failure> {
    let workspace = portal.workspace();
    let Some(cookie) = jar.get(COOKIE) else { return Ok(None) };
    let Some(shift) = portal.shifts.of(cookie.value(), workspace.clock.now()) else {
        return Ok(None);
    };
    if workspace.store.token_digest_of(&shift.name)? != Some(shift.token) {
        return Ok(None);
    }
    let known = workspace.store.principal(&shift.name)?;
    Ok(known.map(|principal| (shift, Asker { name: principal.name, roles: principal.roles })))
}

fn show(
    portal: &Here,
    shift: &Shift,
    asker: &Asker,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    let workspace = portal.workspace();
    let found = workspace.desk().and_then(|desk| Ok(desk.pending(By::Colleague(asker))?));
    let (pending, zone) = match (found, workspace.charter()) {
        (Ok(pending), Ok(charter)) => (pending, charter.time_zone.clone()),
        (Err(failure), _) | (_, Err(failure)) => {
            return not_shown(portal, (shift, asker), &failure);
        }
    };
    let restored = match workspace.restored() {
        Ok(restored) => restored,
        Err(failure) => return failed(portal, &failure),
    };
    let restored = restored.filter(|at| workspace.clock.now().duration_since(*at) < RECENT);
    let (open, ended): (Vec<_>, Vec<_>) = pending.iter().partition(|one| one.ended.is_none());
    let queue = Queue {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        keys: workspace.authority().map_or(0, |now| waiting_for(&now, asker)),
        restored,
        open,
        ended: ended.into_iter().rev().take(ENDED).collect(),
        today: workspace.clock.now().to_zoned(zone.clone()).date(),
        zone,
    };
    page(status, &queue)
}
