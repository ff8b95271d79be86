//! `/staff/review`: what is not sure enough to act on, by kind, one matter opened at a time.

mod kind;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use theirs_charter::Asker;
use theirs_rights::{By, Matter, Reason, RightsError, Settling};
use theirs_words::Speech;

use self::kind::{Kind, kinds};
use super::brand::Mark;
use super::form::Sent;
use super::here::{Here, Inside};
use super::message::{failed, nowhere_at, page};
use super::page::blocking;
use super::rooms::{Room, rooms};
use super::staff::{AGAIN, OTHER_SESSION, Shift, not_shown, on_shift, to_mend};
use crate::command::review::{beside, in_doubt, why};
use crate::command::words;
use crate::failure::Failure;

const NOTHING_WAITS: &str = "Nothing of that number waits.";

#[derive(Template)]
#[template(path = "staff_review.html")]
struct Queue<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    /// What there is of each kind.
    kinds: Vec<Kind<'a>>,
    /// The kind that alone is shown.
    only: Option<&'a str>,
    more: usize,
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

    fn why(&self, one: &Matter) -> String {
        why(one)
    }

    fn has_more(&self) -> bool {
        self.more > 0
    }

    fn is_only(&self, kind: &Kind<'_>) -> bool {
        self.only == Some(kind.word)
    }

    fn is_shown(&self, kind: &Kind<'_>) -> bool {
        self.only.is_none() || self.is_only(kind)
    }

    /// The address of a page of a kind.
    fn link(&self, kind: &Kind<'_>, page: &usize) -> String {
        format!("/staff/review?kind={}&page={page}", kind.word)
    }
}

#[derive(Template)]
#[template(path = "staff_matter.html")]
struct Opened<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    matter: &'a Matter,
    why: String,
    in_doubt: Option<&'a str>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Which part of the list.
#[derive(Default, Deserialize)]
pub(super) struct Part {
    /// A kind, by its word.
    kind: Option<String>,
    /// Which page of it, from 1.
    #[serde(default)]
    page: usize,
}

/// The form that settles a matter.
#[derive(Deserialize)]
pub(super) struct Settled {
    form_token: String,
    way: String,
    reason: String,
    #[serde(default)]
    at_their_request: Option<String>,
}

/// `GET /staff/review`: the list.
pub(super) async fn queue(
    Inside(portal): Inside,
    jar: CookieJar,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    let Ok(Query(part)) = part else { return nowhere_at(&portal) };
    blocking(move || {
        on_shift(&portal, &jar, None, |shift, asker| {
            list_part(&portal, (shift, asker), &part, StatusCode::OK, None)
        })
    })
    .await
}

/// `GET /staff/review/NUMBER`: the entries beside each other, which is on record.
pub(super) async fn open(
    Inside(portal): Inside,
    number: Result<Path<i64>, PathRejection>,
    jar: CookieJar,
) -> Response {
    let Ok(Path(number)) = number else { return nowhere_at(&portal) };
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| show(&portal, shift, asker, number, None))
    })
    .await
}

/// `POST /staff/review/NUMBER`: settles a matter.
pub(super) async fn settle(
    Inside(portal): Inside,
    number: Result<Path<i64>, PathRejection>,
    jar: CookieJar,
    Sent(form): Sent<Settled>,
) -> Response {
    let Ok(Path(number)) = number else { return nowhere_at(&portal) };
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| {
            if !shift.sent(&form.form_token) {
                return list(&portal, shift, asker, StatusCode::FORBIDDEN, Some(OTHER_SESSION));
            }
            let Err(failure) = done(&portal, asker, number, &form) else {
                return Redirect::to("/staff/review").into_response();
            };
            match to_mend(failure) {
                Ok(RightsError::UnknownMatter) => {
                    list(&portal, shift, asker, StatusCode::NOT_FOUND, Some(NOTHING_WAITS))
                }
                Ok(at_fault) => show(&portal, shift, asker, number, Some(&at_fault.to_string())),
                Err(failure) => failed(&portal, &failure),
            }
        })
    })
    .await
}

fn done(portal: &Here, asker: &Asker, number: i64, form: &Settled) -> Result<(), Failure> {
    let known = Settling::ALL.iter().find(|known| known.0 == form.way);
    let way = known.map(|known| known.1).ok_or(RightsError::UnknownMatter)?;
    let at_their_request = form.at_their_request.is_some();
    let reason = Reason { why: Some(&form.reason), at_their_request };
    Ok(portal.workspace().desk()?.settle_matter(number, way, reason, By::Colleague(asker))?)
}

/// The whole list, with what is told at its top.
pub(super) fn list(
    portal: &Here,
    shift: &Shift,
    asker: &Asker,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    list_part(portal, (shift, asker), &Part::default(), status, notice)
}

fn list_part(
    portal: &Here,
    (shift, asker): (&Shift, &Asker),
    part: &Part,
    status: StatusCode,
    notice: Option<&str>,
) -> Response {
    let workspace = portal.workspace();
    let by = By::Colleague(asker);
    let found = workspace.desk().and_then(|desk| Ok((desk.review(by)?, desk.disputed(by)?)));
    let (((matters, more), disputed), zone) = match (found, workspace.charter()) {
        (Ok(found), Ok(charter)) => (found, charter.time_zone.clone()),
        (Err(failure), _) | (_, Err(failure)) => {
            return not_shown(portal, (shift, asker), &failure);
        }
    };
    let kinds = kinds(&disputed, &matters, (part.kind.as_deref(), part.page));
    // A kind of which nothing is left shows the others.
    let only = part.kind.as_deref().filter(|word| kinds.iter().any(|kind| kind.word == *word));
    let queue = Queue {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        kinds,
        only,
        more,
        zone,
    };
    page(status, &queue)
}

fn show(
    portal: &Here,
    shift: &Shift,
    asker: &Asker,
    number: i64,
    notice: Option<&str>,
) -> Response {
    let desk = portal.workspace().desk();
    let opened = match desk.and_then(|desk| Ok(desk.open_matter(number, By::Colleague(asker))?)) {
        Ok(opened) => opened,
        Err(Failure::Rights(RightsError::UnknownMatter)) => {
            return list(portal, shift, asker, StatusCode::NOT_FOUND, Some(NOTHING_WAITS));
        }
        Err(failure) => return not_shown(portal, (shift, asker), &failure),
    };
    let (head, rows) = beside(&opened);
    let status = if notice.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Opened {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        why: why(&opened.matter),
        in_doubt: in_doubt(&opened),
        matter: &opened.matter,
        head,
        rows,
    };
    page(status, &shown)
}
