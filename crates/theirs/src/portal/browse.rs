//! What is too long for one page: the history by weeks, and all that a person did of one kind.

use std::fmt::Write;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use jiff::civil::Date;
use serde::Deserialize;
use theirs_rights::{ActivitySection, By, Deed, Sort, monday, monday_of};
use theirs_words::Speech;

use super::brand::Mark;
use super::here::Here;
use super::lines::{Line, lines};
use super::message::{expired, failed, nowhere_at, page};
use super::page::{blocking, visit};
use super::session::{Level, Visit};
use crate::failure::Failure;
use crate::reading::Reading;

/// How many lines a page has.
const LINES: usize = 100;

/// Which part of the history.
#[derive(Deserialize)]
pub(super) struct Part {
    /// The Monday of a week.
    week: Option<Date>,
    /// A sort of deeds.
    only: Option<String>,
    /// Which page, from 1.
    #[serde(default)]
    page: usize,
}

/// Where one is in something of several pages.
struct Place {
    page: usize,
    pages: usize,
    lines: usize,
}

impl Place {
    fn of(page: usize, lines: usize) -> Self {
        let pages = lines.div_ceil(LINES).max(1);
        Self { page: page.clamp(1, pages), pages, lines }
    }

    fn skipped(&self) -> usize {
        (self.page - 1) * LINES
    }

    /// Which page of how many, in words.
    fn in_words(&self, t: &Speech) -> String {
        t.with_two("page-of", "page", self.page, "pages", self.pages)
    }

    fn before(&self) -> Option<usize> {
        (self.page > 1).then(|| self.page - 1)
    }

    fn after(&self) -> Option<usize> {
        (self.page < self.pages).then(|| self.page + 1)
    }
}

#[derive(Template)]
#[template(path = "history.html")]
struct History<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    r: Reading<'a>,
    lines: Vec<Line<'a>>,
    week: Option<Date>,
    only: Option<Sort>,
    place: Place,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl History<'_> {
    /// What is shown, and how many lines that are.
    fn lead(&self) -> String {
        let day = self.week.map(|week| self.t.date(week));
        let name = match (day.is_some(), self.only.is_some()) {
            (true, true) => "history-week-only",
            (true, false) => "history-week",
            (false, true) => "history-lines-only",
            (false, false) => "history-lines",
        };
        let sort = self.only.map(|only| only.called(self.t));
        self.t.fill(
            name,
            [
                ("count", self.place.lines.into()),
                ("day", day.unwrap_or_default().into()),
                ("sort", sort.unwrap_or_default().into()),
            ],
        )
    }

    /// The address of another part.
    fn link(&self, only: Option<&Sort>, page: &usize) -> String {
        let mut link = format!("/me/history?page={page}");
        if let Some(week) = self.week {
            let _ = write!(link, "&week={week}");
        }
        if let Some(only) = only {
            let _ = write!(link, "&only={}", only.word());
        }
        link
    }
}

/// `GET /me/history`.
pub(super) async fn history(
    portal: Here,
    jar: CookieJar,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        let Ok(Query(part)) = part else { return nowhere_at(&portal) };
        let only = part.only.as_deref().map(Sort::named);
        if only == Some(None) {
            return nowhere_at(&portal);
        }
        let shown = show_history(&portal, &visit, &part, only.flatten());
        shown.unwrap_or_else(|failure| failed(&portal, &failure))
    })
    .await
}

fn show_history(
    portal: &Here,
    visit: &Visit,
    part: &Part,
    only: Option<Sort>,
) -> Result<Response, Failure> {
    let deeds = portal.workspace().desk()?.uses(&visit.person)?;
    let charter = portal.workspace().charter()?;
    let week = part.week.map(monday_of);
    let wanted: Vec<&Deed> = deeds
        .iter()
        .filter(|deed| week.is_none_or(|week| monday(deed, &charter.time_zone) == week))
        .filter(|deed| only.is_none_or(|only| Sort::of(deed) == only))
        .collect();
    let place = Place::of(part.page, wanted.len());
    let deeds = wanted.into_iter().skip(place.skipped()).take(LINES);
    let lines = lines(deeds, &charter.time_zone);
    let (mark, t) = (&Mark::of(portal), &portal.speech);
    let history = History { mark, t, r: Reading::new(t, &charter), lines, week, only, place };
    Ok(page(StatusCode::OK, &history))
}

#[derive(Template)]
#[template(path = "activity.html")]
struct Did<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    r: Reading<'a>,
    activity: &'a ActivitySection,
    rows: Vec<&'a Vec<String>>,
    place: Place,
}

/// `GET /me/did/ACTIVITY`: all that the person did of one kind, the latest first.
pub(super) async fn activity(
    portal: Here,
    jar: CookieJar,
    name: Result<Path<String>, PathRejection>,
    part: Result<Query<Part>, QueryRejection>,
) -> Response {
    blocking(move || {
        let Some(visit) = visit(&portal, &jar) else { return expired(&portal) };
        let (Ok(Path(name)), Ok(Query(part))) = (name, part) else { return nowhere_at(&portal) };
        let shown = show_rows(&portal, &visit, &name, part.page);
        shown.unwrap_or_else(|failure| failed(&portal, &failure))
    })
    .await
}

fn show_rows(portal: &Here, visit: &Visit, name: &str, number: usize) -> Result<Response, Failure> {
    let desk = portal.workspace().desk()?;
    let mut record = desk.open(&visit.person, By::Person)?;
    if visit.level == Level::Mail {
        desk.hide_sensitive(&mut record);
    }
    let Some(activity) = record.activities.iter().find(|section| section.name == name) else {
        return Ok(nowhere_at(portal));
    };
    let place = Place::of(number, activity.rows.len());
    let rows = activity.rows.iter().rev().skip(place.skipped()).take(LINES).collect();
    let (mark, t) = (&Mark::of(portal), &portal.speech);
    let charter = portal.workspace().charter()?;
    let r = Reading::new(t, &charter);
    Ok(page(StatusCode::OK, &Did { mark, t, r, activity, rows, place }))
}
