//! `/marketing/campaign/NAME`: what a campaign could show, sending it, and what it gained.
//!
//! Reading the page asks about people only when a button says so: a plan and a result are statements on
//! record, and a page that is loaded anew should be none.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use theirs_charter::Asker;
use theirs_marketing::{Campaign, Gained, Interval, Plan, Sent as Done, Verdict};
use theirs_words::Speech;

use super::brand::Mark;
use super::form::Sent;
use super::here::{Here, Inside};
use super::marketing::not_done;
use super::message::page;
use super::page::blocking;
use super::rooms::{Room, rooms};
use super::staff::{AGAIN, OTHER_SESSION, Shift, on_shift};
use crate::activation::send_campaign;
use crate::campaign;
use crate::command::campaign::{beside, in_words};
use crate::command::words::{count, people};
use crate::failure::Failure;
use crate::workspace::Workspace;

#[derive(Template)]
#[template(path = "marketing_campaign.html")]
struct Page<'a> {
    mark: &'a Mark,
    t: &'a Speech,
    form_token: &'a str,
    name: &'a str,
    rooms: Vec<Room>,
    notice: Option<&'a str>,
    campaign: &'a Campaign,
    runs: u64,
    decisions: u64,
    found: &'a Found,
}

/// What was asked for.
#[derive(Default)]
struct Found {
    plan: Option<Plan>,
    sent: Option<Done>,
    gained: Option<Gained>,
}

#[allow(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods with references"
)]
impl Page<'_> {
    fn people(&self, number: &u64) -> String {
        people(*number)
    }

    fn persons(&self, number: &usize) -> String {
        people(*number as u64)
    }

    fn number(&self, number: &u64) -> String {
        count(*number)
    }

    fn money(&self, amount: &f64) -> String {
        format!("{amount:.2}")
    }

    fn share(&self, share: &f64) -> String {
        format!("{:.0} %", share * 100.0)
    }

    fn interval(&self, one: &Interval) -> String {
        format!("{:+.2} ({:+.2} to {:+.2})", one.difference, one.low, one.high)
    }

    fn verdict(&self, verdict: &Verdict) -> String {
        in_words(verdict)
    }

    /// What has to be known beside the figures.
    fn beside(&self, gained: &Gained) -> Vec<String> {
        beside(gained, &self.campaign.outcome)
    }

    /// What happened when somebody pressed the button.
    fn happened(&self, sent: &Done) -> &'static str {
        if sent.use_id.is_none() {
            "Nothing was decided, and nothing was sent"
        } else if sent.lists.iter().any(|list| list.people > 0) {
            "Decided and sent"
        } else {
            "Decided, and nothing was sent"
        }
    }
}

/// What somebody wants of a campaign.
#[derive(Deserialize)]
pub(super) struct Wish {
    form_token: String,
    what: String,
    /// Whether they said that they are sure.
    sure: Option<String>,
    /// How often the campaign had run when the page was made, so that a page sends once.
    #[serde(default)]
    runs: u64,
}

/// `GET /marketing/campaign/NAME`: what it is.
pub(super) async fn look(
    Inside(portal): Inside,
    Path(name): Path<String>,
    jar: CookieJar,
) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, None, |shift, asker| {
            show(&portal, (shift, asker), &name, &Found::default(), None)
        })
    })
    .await
}

/// `POST /marketing/campaign/NAME`: plans it, sends it, or says what it gained.
pub(super) async fn act(
    Inside(portal): Inside,
    Path(name): Path<String>,
    jar: CookieJar,
    Sent(form): Sent<Wish>,
) -> Response {
    blocking(move || {
        on_shift(&portal, &jar, AGAIN, |shift, asker| {
            let who = (shift, asker);
            if !shift.sent(&form.form_token) {
                return show(&portal, who, &name, &Found::default(), Some(OTHER_SESSION));
            }
            if form.what == "send" && form.sure.is_none() {
                let text = "Say that you want to send it, by the box above the button.";
                return show(&portal, who, &name, &Found::default(), Some(text));
            }
            if form.what == "send" && has_run(portal.workspace(), &name) != Some(form.runs) {
                let text = "It ran since that page was made, so nothing was sent again.";
                return show(&portal, who, &name, &Found::default(), Some(text));
            }
            match done(portal.workspace(), asker, &name, &form.what) {
                Ok(found) => show(&portal, who, &name, &found, None),
                Err(failure) => not_done(&portal, who, &failure),
            }
        })
    })
    .await
}

/// How often a campaign ran.
fn has_run(workspace: &Workspace, name: &str) -> Option<u64> {
    Some(workspace.door().ok()?.runs(name).ok()?.count)
}

fn done(workspace: &Workspace, asker: &Asker, name: &str, wish: &str) -> Result<Found, Failure> {
    let campaign = campaign::read(workspace.folder.root(), name, &*workspace.charter()?)?;
    let (door, mut found) = (workspace.door()?, Found::default());
    match wish {
        "plan" => found.plan = Some(theirs_marketing::plan(&door, asker, &campaign)?),
        "send" => found.sent = Some(send_campaign(workspace, asker, &campaign)?),
        "result" => found.gained = Some(theirs_marketing::gained(&door, asker, &campaign)?),
        _ => {}
    }
    Ok(found)
}

fn show(
    portal: &Here,
    (shift, asker): (&Shift, &Asker),
    name: &str,
    found: &Found,
    notice: Option<&str>,
) -> Response {
    let read = || {
        let workspace = portal.workspace();
        let campaign = campaign::read(workspace.folder.root(), name, &*workspace.charter()?)?;
        let door = workspace.door()?;
        // Who may not use the purpose does not read of the campaign either.
        door.permit(asker, &campaign.purpose).map_err(theirs_marketing::DecideError::from)?;
        let runs = door.runs(name).map_err(theirs_marketing::DecideError::from)?;
        Ok::<_, Failure>((campaign, runs))
    };
    let (campaign, runs) = match read() {
        Ok(read) => read,
        Err(failure) => return not_done(portal, (shift, asker), &failure),
    };
    let shown = Page {
        mark: &Mark::of(portal),
        t: &portal.speech,
        form_token: &shift.form_token,
        name: &shift.name,
        rooms: rooms(portal, asker),
        notice,
        campaign: &campaign,
        runs: runs.count,
        decisions: runs.decisions,
        found,
    };
    let status = if notice.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    page(status, &shown)
}
