//! The pages for colleagues that somebody's roles open: what each of them leads to, and what is said
//! where a page is not theirs.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use theirs_charter::{Asker, Authority, Output};
use theirs_words::Speech;

use super::brand::Mark;
use super::here::Here;
use super::message::page;
use super::staff::Shift;

/// A page for colleagues.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) at: &'static str,
    pub(super) called: &'static str,
}

const REQUESTS: Room = Room { at: "/staff", called: "Requests" };
const REVIEW: Room = Room { at: "/staff/review", called: "To look at: whose is it?" };
const MARKETING: Room = Room { at: "/marketing", called: "Marketing" };
const KEYS: Room = Room { at: "/staff/keys", called: "Two keys" };
const PRACTICE: Room = Room { at: "/staff/practice", called: "Promise and practice" };
const PASSKEYS: Room = Room { at: "/staff/passkeys", called: "Your passkeys" };

/// The pages that these roles open, that with which they begin first.
pub(super) fn rooms(here: &Here, asker: &Asker) -> Vec<Room> {
    here.workspace().authority().map_or_else(|_| vec![PASSKEYS], |now| opened(&now, asker))
}

/// Where a colleague begins.
pub(super) fn first_page(here: &Here, asker: &Asker) -> &'static str {
    rooms(here, asker).first().map_or(PASSKEYS.at, |room| room.at)
}

fn opened(authority: &Authority, asker: &Asker) -> Vec<Room> {
    let opens_records = authority.permit_record(asker).is_ok();
    let leaves = authority.leaves(asker);
    let sees_people = leaves.iter().any(|leave| leave.purpose.output == Output::Rows);
    let all = [
        (REQUESTS, opens_records),
        (REVIEW, opens_records),
        (MARKETING, sees_people),
        (KEYS, !authority.keys(asker).is_empty()),
        (PRACTICE, opens_records),
        (PASSKEYS, true),
    ];
    all.into_iter().filter(|(_, is_open)| *is_open).map(|(room, _)| room).collect()
}

#[derive(Template)]
#[template(path = "staff_not.html")]
struct NotOpen<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    because: &'a str,
}

/// What a colleague reads on a page that their roles do not open.
pub(super) fn not_open(here: &Here, (shift, asker): (&Shift, &Asker), because: &str) -> Response {
    let not = NotOpen {
        mark: &Mark::of(here),
        t: &here.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(here, asker),
        because,
    };
    page(StatusCode::FORBIDDEN, &not)
}
