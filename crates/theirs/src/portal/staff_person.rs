//! `/staff/people/ID`: one person's record before a colleague, for what was asked of it: values that wait
//! for a decision are decided here, and the commands for all else stand here. That it was opened is on
//! record, and the person reads of it.

use askama::Template;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use theirs_charter::Asker;
use theirs_rights::{By, Contesting, Disputed, Dossier, Entry, Pending, Reason, RightsError, Said};
use theirs_words::Speech;

use super::brand::Mark;
use super::form::Sent;
use super::here::{Here, Inside};
use super::message::{failed, nowhere_at, page};
use super::page::blocking;
use super::review::list;
use super::rooms::{Room, rooms};
use super::staff::{AGAIN, OTHER_SESSION, Shift, not_shown, on_shift, to_mend};
use crate::command::request::by_when;
use crate::command::words;
use crate::failure::Failure;

#[derive(Template)]
#[template(path = "staff_person.html")]
struct Opened<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    record: &'a Dossier,
    /// What they ask that is not answered.
    requests: Vec<Pending>,
    /// Their values that wait for a decision.
    disputed: Vec<Disputed>,
    today: Date,
    zone: TimeZone,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Opened<'_> {
    fn day(&self, at: &Timestamp) -> String {
        words::day(*at, &self.zone)
    }

    fn due(&self, one: &Pending) -> String {
        by_when(one, self.today)
    }

    fn sure(&self, confidence: &f64) -> String {
        format!("{:.0}", confidence * 100.0)
    }

    fn is_other(&self, entry: &Entry, said: &Said) -> bool {
        entry.value.as_ref().is_none_or(|value| *value != said.value)
    }

    fn entries_of(&self, one: &Disputed) -> Vec<&Entry> {
        self.record.entries.iter().filter(|entry| entry.column == one.column).collect()
    }
}

/// The form that decides on a value.
#[derive(Deserialize)]
pub(super) struct Decided {
    form_token: String,
    column: String,
    way: String,
    reason: String,
}

/// `GET /staff/people/ID`: the record, which is on record.
pub(super) async fn open(
    Inside(portal): Inside,
    person: Result<Path<String>, PathRejection>,
    jar: CookieJar,
) -> Response {
    let Ok(Path(person)) = person else { return nowhere_at(&portal) };
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| match show(&portal, shift, asker, &person) {
            Ok(shown) => shown,
            Err(Failure::Rights(RightsError::UnknownPerson)) => nowhere_at(&portal),
            Err(failure) => not_shown(&portal, (shift, asker), &failure),
        })
    })
    .await
}

/// `POST /staff/people/ID`: decides on a value that somebody says is wrong.
pub(super) async fn decide(
    Inside(portal): Inside,
    person: Result<Path<String>, PathRejection>,
    jar: CookieJar,
    Sent(form): Sent<Decided>,
) -> Response {
    let Ok(Path(person)) = person else { return nowhere_at(&portal) };
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| {
            if !shift.sent(&form.form_token) {
                return list(&portal, shift, asker, StatusCode::FORBIDDEN, Some(OTHER_SESSION));
            }
            let Err(failure) = decided(&portal, asker, &person, &form) else {
                return Redirect::to("/staff/review").into_response();
            };
            let at_fault = match to_mend(failure) {
                Ok(RightsError::NoReason) => {
                    "Say why, in at most 500 letters; the person reads it.".to_owned()
                }
                Ok(refused @ RightsError::Refused(_)) => {
                    return not_shown(&portal, (shift, asker), &refused.into());
                }
                Ok(at_fault) => at_fault.to_string(),
                Err(failure) => return failed(&portal, &failure),
            };
            list(&portal, shift, asker, StatusCode::UNPROCESSABLE_ENTITY, Some(&at_fault))
        })
    })
    .await
}

fn decided(portal: &Here, asker: &Asker, person: &str, form: &Decided) -> Result<(), Failure> {
    let what = match form.way.as_str() {
        "accepted" => Contesting::Accept,
        "upheld" => Contesting::Uphold,
        "dismissed" => Contesting::Dismiss,
        _ => return Err(RightsError::NoReason.into()),
    };
    let (desk, by) = (portal.workspace().desk()?, By::Colleague(asker));
    let person = desk.find(person, by)?;
    let reason = Reason { why: Some(&form.reason), at_their_request: false };
    desk.contest(&person, &form.column, what, reason, by)?;
    Ok(())
}

fn show(portal: &Here, shift: &Shift, asker: &Asker, person: &str) -> Result<Response, Failure> {
    let workspace = portal.workspace();
    let (desk, by) = (workspace.desk()?, By::Colleague(asker));
    let person = desk.find(person, by)?;
    let record = desk.open(&person, by)?;
    let mut requests = desk.pending_of(&person)?;
    requests.retain(|one| one.ended.is_none());
    let mut disputed = desk.disputed(by)?;
    disputed.retain(|one| one.person == record.person);
    let zone = workspace.time_zone()?;
    let opened = Opened {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        record: &record,
        requests,
        disputed,
        today: workspace.clock.now().to_zoned(zone.clone()).date(),
        zone,
    };
    Ok(page(StatusCode::OK, &opened))
}
