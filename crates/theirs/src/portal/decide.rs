//! `POST /v1/decide`: what should this visitor see, and why? For the shop's own servers.
//!
//! They send `{"campaign": …, "source": …, "key": …}` with the token of a principal (`Authorization:
//! Bearer`, RFC 6750), and get the action, its words and the use under which it is on record; it is on
//! record before they do. A browser sends no such header by itself, so no page elsewhere can ask.
//!
//! An action that sends a list or a message is not decided here: those of a campaign are named under
//! `not_decided_here`, and a campaign that has no other is answered with 409.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use theirs_charter::Asker;
use theirs_marketing::{Answer, Campaign, DecideError, Online};

use super::Portal;
use super::page::blocking;
use crate::campaign::Kept;
use crate::failure::Failure;
use crate::telemetry::{Door, Event, Work};
use crate::tries::Tries;

/// Its address.
pub(super) const PATH: &str = "/v1/decide";
/// How many questions are answered at once; whoever comes beyond that is asked to come again.
const MOST_AT_ONCE: usize = 64;
/// How many there may be within a minute.
const MOST_A_MINUTE: usize = 60_000;
/// The longest question, in bytes.
const LONGEST: usize = 4_096;

/// What answers share.
pub(super) struct Deciding {
    online: Online,
    campaigns: Kept,
    under_way: Arc<AtomicUsize>,
    asked: Tries,
    wrong: Tries,
}

impl Default for Deciding {
    fn default() -> Self {
        Self {
            online: Online::default(),
            campaigns: Kept::default(),
            under_way: Arc::default(),
            asked: Tries::at_most(MOST_A_MINUTE),
            wrong: Tries::default(),
        }
    }
}

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    campaign: String,
    source: String,
    key: String,
}

/// `POST /v1/decide`.
pub(super) async fn decide(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = Instant::now();
    let deciding = &portal.deciding;
    if let Some(seconds) = deciding.asked.wait(now) {
        return later(seconds);
    }
    deciding.asked.note(now);
    let Some(token) = bearer(&headers).map(str::to_owned) else { return unknown() };
    // It is counted until it is answered, whether or not anybody waits for that.
    let one = UnderWay::begin(Arc::clone(&deciding.under_way));
    if one.before >= MOST_AT_ONCE {
        return later(1);
    }
    blocking(move || {
        let _one = one;
        answer(&portal, &token, &body)
    })
    .await
}

/// Asked for in another way; the router adds `Allow`.
pub(super) async fn not_so() -> Response {
    said(StatusCode::METHOD_NOT_ALLOWED, &json!({ "error": "ask by POST" }))
}

/// A question that is being answered.
struct UnderWay {
    all: Arc<AtomicUsize>,
    /// How many there were before it.
    before: usize,
}

impl UnderWay {
    fn begin(all: Arc<AtomicUsize>) -> Self {
        let before = all.fetch_add(1, Ordering::AcqRel);
        Self { all, before }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::AcqRel);
    }
}

fn answer(portal: &Portal, token: &str, body: &[u8]) -> Response {
    let workspace = portal.workspace();
    let principal = match workspace.store.principal_with(token) {
        Ok(Some(principal)) => principal,
        Ok(None) => return turned_away(portal),
        Err(error) => return failed(&error.into()),
    };
    let asker = Asker { name: principal.name, roles: principal.roles };
    let question = if body.len() <= LONGEST { serde_json::from_slice(body).ok() } else { None };
    let Some(question) = question else {
        let what = "send {\"campaign\": …, \"source\": …, \"key\": …}, at most 4 KiB";
        return said(StatusCode::BAD_REQUEST, &json!({ "error": what }));
    };
    decided(portal, &asker, &question).unwrap_or_else(|failure| failed(&failure))
}

/// A wrong token. Of many, most are only told to wait; right ones always work.
fn turned_away(portal: &Portal) -> Response {
    let (wrong, now) = (&portal.deciding.wrong, Instant::now());
    if let Some(seconds) = wrong.wait(now) {
        return later(seconds);
    }
    wrong.note(now);
    Event::TurnedAway { door: Door::Decide }.tell();
    match portal.workspace().record_turned_away() {
        Ok(()) => unknown(),
        Err(failure) => failed(&failure),
    }
}

fn decided(portal: &Portal, asker: &Asker, question: &Question) -> Result<Response, Failure> {
    let (workspace, deciding) = (portal.workspace(), &portal.deciding);
    let door = workspace.door()?;
    let charter = door.charter()?;
    let root = workspace.folder.root();
    let campaign = deciding.campaigns.read(root, &question.campaign, &charter)?;
    // Who may not ask learns nothing of the campaign.
    door.permit(asker, &campaign.purpose).map_err(DecideError::from)?;
    if campaign.sent().len() == campaign.actions.len() {
        let name = &campaign.name;
        let error = format!(
            "every action of {name} sends a list or a message, which goes to all of its people at once: \
             decide with \"theirs decide {name}\""
        );
        return Ok(said(StatusCode::CONFLICT, &json!({ "error": error })));
    }
    let whom = (question.source.as_str(), question.key.as_str());
    let answer = deciding.online.decide(&door, asker, &campaign, whom)?;
    Ok(said(StatusCode::OK, &told(&campaign, &answer)))
}

fn told(campaign: &Campaign, answer: &Answer) -> Value {
    let action = campaign.action(&answer.action);
    let mut told = json!({
        "action": answer.action,
        "says": action.map(|action| &action.says),
        "reason": action.map(|action| &action.reason),
        "use": answer.use_id,
    });
    let sent = campaign.sent();
    if !sent.is_empty() {
        told["not_decided_here"] = json!(sent);
    }
    told
}

/// The token of a request, if it bears one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn failed(failure: &Failure) -> Response {
    let status = match failure.code() {
        3 => StatusCode::FORBIDDEN,
        2 => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        Event::Failed { work: Work::Decide, of: None, how: failure.into() }.tell();
        return said(status, &json!({ "error": "it could not be decided" }));
    }
    said(status, &json!({ "error": failure.to_string() }))
}

fn unknown() -> Response {
    let error =
        json!({ "error": "the token of a principal is needed: Authorization: Bearer TOKEN" });
    let mut response = said(StatusCode::UNAUTHORIZED, &error);
    response.headers_mut().insert(WWW_AUTHENTICATE, axum::http::HeaderValue::from_static("Bearer"));
    response
}

fn later(seconds: u64) -> Response {
    let mut response =
        said(StatusCode::TOO_MANY_REQUESTS, &json!({ "error": "too many; ask again later" }));
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

fn said(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
