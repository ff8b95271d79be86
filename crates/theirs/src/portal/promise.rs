//! `/notice` and `/trust`: what everybody may read of what is held and done, with or without a page of
//! their own; and `/staff/practice`, where the privacy officer sees what departs from it.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use theirs_charter::{Asker, Charter};
use theirs_notice::{Block, Notice, Paper, Section, notice_ld};
use theirs_rights::RightsError;
use theirs_words::Speech;

use super::brand::Mark;
use super::here::{Here, Inside};
use super::message::{failed, nowhere_at, page};
use super::page::blocking;
use super::staff::{not_shown, on_shift};
use super::take::JSON;
use crate::failure::Failure;
use crate::promise;

#[derive(Template)]
#[template(path = "notice.html")]
struct Page<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    paper: &'a Paper,
    /// What the list of sections is called.
    contents: String,
}

/// `/notice`
pub(super) async fn notice(here: Here) -> Response {
    compiled(here, |here, charter, notice| {
        Ok(shown(here, &notice.paper(&here.speech, &charter.time_zone)))
    })
    .await
}

/// `/notice.json`
pub(super) async fn json(here: Here) -> Response {
    compiled(here, |_, _, notice| {
        let text = serde_json::to_string_pretty(notice).map_err(std::io::Error::from)?;
        Ok(([(CONTENT_TYPE, JSON)], text).into_response())
    })
    .await
}

/// `/notice.jsonld`
pub(super) async fn json_ld(here: Here) -> Response {
    compiled(here, |_, charter, notice| {
        let linked = notice_ld(charter, notice);
        let text = serde_json::to_string_pretty(&linked).map_err(std::io::Error::from)?;
        Ok(([(CONTENT_TYPE, "application/ld+json")], text).into_response())
    })
    .await
}

/// `/trust`
pub(super) async fn trust(here: Here) -> Response {
    compiled(here, |here, charter, notice| {
        let trust = promise::trust(here.workspace(), charter)?;
        Ok(shown(here, &trust.paper(notice, &here.speech, &charter.time_zone)))
    })
    .await
}

/// `/staff/practice`: where practice is not as promised.
pub(super) async fn practice(Inside(here): Inside, jar: CookieJar) -> Response {
    blocking(move || {
        on_shift(&here, &jar, None, |shift, asker| match departures(&here, asker) {
            Ok(paper) => shown(&here, &paper),
            Err(failure) => not_shown(&here, (shift, asker), &failure),
        })
    })
    .await
}

fn departures(here: &Here, asker: &Asker) -> Result<Paper, Failure> {
    let workspace = here.workspace();
    // Whoever may open records may see this; others learn nothing of what departs from the promise.
    workspace.authority()?.permit_record(asker).map_err(RightsError::Refused)?;
    let charter = workspace.charter()?;
    let list = promise::drifts(workspace, &charter, workspace.folder.root())?;
    let mut section = Section::new("departures", "What departs from the promise".to_owned());
    if list.is_empty() {
        section.text("Nothing: what is done is what the charter in force promises.");
    }
    for one in &list {
        section.strong(one.says.clone());
        section.small(format!("{} What to do: {}", one.clause, one.way_out));
    }
    let notice = promise::notice(workspace, &charter)?;
    let mut used = Section::new("used", "What was done for each purpose".to_owned());
    let rows = notice.purposes.iter().map(|one| {
        let done = one.done.clone().unwrap_or_default();
        let day = done.last.map_or_else(String::new, |at| here.speech.day(at, &charter.time_zone));
        vec![one.name.clone(), done.uses.to_string(), done.people.to_string(), day]
    });
    used.blocks.push(Block::Table {
        caption: "What was done for each purpose".to_owned(),
        head: ["Purpose", "Uses", "People", "Last"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    });
    Ok(Paper {
        language: "en",
        title: "Promise and practice".to_owned(),
        lead: vec!["The command “theirs check --against-practice” says the same.".to_owned()],
        sections: vec![section, used],
        foot: format!("Version {}.", charter.digest.short()),
    })
}

fn shown(here: &Here, paper: &Paper) -> Response {
    let contents = here.say("contents");
    page(StatusCode::OK, &Page { mark: &Mark::of(here), t: &here.speech, paper, contents })
}

/// What is made of the notice of the charter in force; there is none before any charter is.
async fn compiled(
    here: Here,
    make: fn(&Here, &Charter, &Notice) -> Result<Response, Failure>,
) -> Response {
    blocking(move || {
        let Some(authority) = &here.authority else { return nowhere_at(&here) };
        let charter = authority.charter();
        promise::notice(here.workspace(), charter)
            .and_then(|notice| make(&here, charter, &notice))
            .unwrap_or_else(|failure| failed(&here, &failure))
    })
    .await
}
