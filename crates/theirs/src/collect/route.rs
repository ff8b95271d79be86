//! `/v1/…`: what clients of Segment and `RudderStack` speak.
//!
//! A page of any site may send here with a browser's key; no cookie is looked at, so nothing is done
//! in anybody's name. Success is exactly 200; what is refused says why as `{"code", "message"}`, with
//! `Retry-After` in whole seconds where it may be sent again, and so that scripts on other sites may
//! read it.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Extension, Path, Query, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde_json::{Value, json};
use theirs_charter::Call;
use theirs_collect::{Envelope, Given, Kind, MOST_BYTES, Taken, Unfit, Unkept};

use super::metrics::watched;
use super::{Collector, Sender};
use crate::listening::Unread;
use crate::portal::origin::{is_here, text};
use crate::telemetry::{Attribute, Span};

/// The parameters of an address.
type Parameters = Query<Vec<(String, String)>>;
/// An answer that says no.
type Refusal = Box<Response>;
/// Who is at the other end of the connection.
type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// The smallest picture: one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\
                       \x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Of how many ids it is looked up whether they are known, where a request would be turned away.
const MOST_LOOKED_UP: usize = 100;
/// What is counted of events that were turned away so.
const TOO_MANY_NEW: &str = "turned away: more new visitors than a key may bring in an hour";

/// How long a browser need not ask again whether it may send, in seconds.
const PREFLIGHT_SECONDS: &str = "86400";

/// The ways in.
pub fn router(collector: Arc<Collector>) -> Router {
    let mut router = Router::new();
    for (names, kind) in KINDS {
        for name in *names {
            let way = move |state, headers, peer, query, body| {
                collect(state, *kind, headers, peer, query, body)
            };
            router = router.route(&format!("/v1/{name}"), post(way));
        }
    }
    let batch =
        |state, headers, peer, query, body| collect(state, Kind::Batch, headers, peer, query, body);
    router
        .route("/beacon/v1/batch", post(batch))
        .route("/v1/m", post(dropped))
        .route("/pixel/v1/{call}", get(pixel))
        .route("/v1/pixel/{call}", get(pixel))
        .route("/v1/projects/{key}/settings", get(settings))
        .route("/sourceConfig/", get(source_config))
        .route("/sourceConfig", get(source_config))
        .route("/v1/", any(nowhere))
        .route("/v1/{*rest}", any(nowhere))
        .route("/beacon/{*rest}", any(nowhere))
        .route("/pixel/{*rest}", any(nowhere))
        .method_not_allowed_fallback(not_so)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn(across_origins))
        .layer(middleware::from_fn_with_state(Arc::clone(&collector), counted))
        .merge(watched())
        .with_state(collector)
}

const KINDS: &[(&[&str], Kind)] = &[
    (&["batch", "b", "import"], Kind::Batch),
    (&["identify", "i"], Kind::One(Call::Identify)),
    (&["track", "t"], Kind::One(Call::Track)),
    (&["page", "p"], Kind::One(Call::Page)),
    (&["screen", "s"], Kind::One(Call::Screen)),
    (&["group", "g"], Kind::One(Call::Group)),
    (&["alias", "a"], Kind::One(Call::Alias)),
];

/// Lets pages of any site send here and read the answer; the question whether they may is answered
/// without any of the rest.
async fn across_origins(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let is_question = request.method() == Method::OPTIONS;
    let mut response =
        if is_question { StatusCode::OK.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    let Some(origin) = origin else { return response };
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    if is_question {
        let methods = HeaderValue::from_static("GET, POST, OPTIONS");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let kept = HeaderValue::from_static(PREFLIGHT_SECONDS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, kept);
        if let Some(asked) = asked {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
        }
    }
    response
}

/// Counts an answer, and how long it took.
async fn counted(
    State(collector): State<Arc<Collector>>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    collector.metrics.answered(response.status(), began.elapsed());
    response
}

async fn collect(
    State(collector): State<Arc<Collector>>,
    kind: Kind,
    headers: HeaderMap,
    peer: Peer,
    Query(query): Parameters,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unread(&rejection),
    };
    let given = given(&collector, kind, &headers, peer, &query);
    match Envelope::open(&body, &given) {
        Ok(envelope) => match keep(&collector, envelope).await {
            Ok(()) => said(StatusCode::OK, &json!({ "success": true })),
            Err(refusal) => *refusal,
        },
        Err(why) => unfit(why),
    }
}

/// A picture in a message or on a page: its address carries the event.
async fn pixel(
    State(collector): State<Arc<Collector>>,
    Path(call): Path<String>,
    headers: HeaderMap,
    peer: Peer,
    Query(query): Parameters,
) -> Response {
    let Some(call) = Call::named(&call) else {
        return nowhere().await;
    };
    let given = given(&collector, Kind::One(call), &headers, peer, &query);
    match Envelope::pixel(&given) {
        Ok(envelope) => match keep(&collector, envelope).await {
            Ok(()) => ([(header::CONTENT_TYPE, "image/gif")], PIXEL).into_response(),
            Err(refusal) => *refusal,
        },
        Err(why) => unfit(why),
    }
}

/// What there is not, in the form that clients of events read.
async fn nowhere() -> Response {
    refused(StatusCode::NOT_FOUND, "not_found", "there is no such way in under this address")
}

/// What there is, asked for in a way that it does not know; the router adds `Allow`.
async fn not_so() -> Response {
    refused(StatusCode::METHOD_NOT_ALLOWED, "not_allowed", "this method is not known here")
}

/// What a client counts of itself is not wanted.
async fn dropped() -> Response {
    said(StatusCode::OK, &json!({ "success": true }))
}

fn given<'r>(
    collector: &Collector,
    kind: Kind,
    headers: &'r HeaderMap,
    peer: Peer,
    query: &'r [(String, String)],
) -> Given<'r> {
    let text = |name| text(headers, name);
    // Behind a proxy of ours on this machine the last address it names is the client's.
    let forwarded = text("x-forwarded-for").and_then(|list| list.rsplit(',').next());
    let peer = peer.map(|Extension(ConnectInfo(address))| address.ip());
    let peer = match peer {
        Some(own) if own.is_loopback() => forwarded.and_then(|text| text.trim().parse().ok()),
        other => other,
    };
    Given {
        kind,
        received: collector.clock.now(),
        gpc: text("sec-gpc") == Some("1"),
        peer: peer.filter(|peer: &IpAddr| !peer.is_loopback()),
        authorization: text("authorization"),
        query,
    }
}

/// Keeps what the charter lets in; it is on disk when this is done.
async fn keep(collector: &Arc<Collector>, envelope: Envelope) -> Result<(), Refusal> {
    let Envelope { key, messages } = envelope;
    let (sender, key) = known(collector, key)?;
    let count = NonZeroU32::try_from(u32::try_from(messages.len()).unwrap_or(u32::MAX));
    if let Ok(count) = count
        && let Err(wait) = collector.rates.take(&key, count)
    {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Err(Box::new(later(status, "too_many", "too many events", wait)));
    }
    let plan = collector.plan();
    let is_one = messages.len() == 1;
    let mut kept: Vec<Taken> = Vec::with_capacity(messages.len());
    for message in messages {
        match message {
            Ok(message) => {
                let (taken, refused) = plan.take(&sender.stream, &message, sender.server);
                kept.extend(taken);
                if let Some(why) = refused {
                    collector.count(&sender.stream, &format!("refused: {}", why.in_words()), 1);
                }
            }
            Err(why) if is_one => return Err(Box::new(unfit(why))),
            Err(why) => collector.count(&sender.stream, &format!("not read: {why}"), 1),
        }
    }
    if kept.is_empty() {
        return Ok(());
    }
    if !sender.server {
        bound(collector, &sender, &key, &kept).await?;
    }
    let span = Span::begin("journal commit");
    span.note(Attribute::Events(kept.len()));
    match span.around(collector.journal.keep(&kept)).await {
        Ok(_) => Ok(()),
        Err(why) => Err(Box::new(unkept(why))),
    }
}

/// Turns away who would make up more people than a key that everybody can read may bring; whoever is
/// known goes on.
async fn bound(
    collector: &Arc<Collector>,
    sender: &Sender,
    key: &str,
    kept: &[Taken],
) -> Result<(), Refusal> {
    let names = collector.named(&sender.stream, kept);
    let unseen = collector.newcomers.unseen(&names);
    let Err(wait) = collector.newcomers.take(key, &unseen) else { return Ok(()) };
    let looked_up: Vec<_> = unseen.into_iter().take(MOST_LOOKED_UP + 1).cloned().collect();
    if looked_up.len() <= MOST_LOOKED_UP {
        let (shared, names) = (Arc::clone(collector), looked_up.clone());
        let known = tokio::task::spawn_blocking(move || {
            let is_known = |(source, key): &&(String, String)| {
                shared.store.has_record(source, key).unwrap_or(false)
            };
            names.iter().filter(is_known).cloned().collect::<Vec<_>>()
        });
        collector.newcomers.know(&known.await.unwrap_or_default());
        if collector.newcomers.take(key, &collector.newcomers.unseen(&looked_up)).is_ok() {
            return Ok(());
        }
    }
    let events = u64::try_from(kept.len()).unwrap_or(u64::MAX);
    collector.count(&sender.stream, TOO_MANY_NEW, events);
    let message = "too many new visitors with this key; `collect: new_visitors_per_hour` in theirs.yaml bounds them";
    Err(Box::new(later(StatusCode::TOO_MANY_REQUESTS, "too_many_new", message, wait)))
}

/// Who sends; whoever brings no key that there is gets to know no more.
fn known(collector: &Collector, key: Option<String>) -> Result<(Sender, String), Refusal> {
    let known = key.and_then(|key| Some((collector.sender(&key)?, key)));
    known.ok_or_else(|| {
        Box::new(refused(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "the write key is none of this service's; `theirs collect key add` makes one",
        ))
    })
}

/// What Segment's client in the browser asks before it sends.
async fn settings(
    State(collector): State<Arc<Collector>>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response {
    if collector.sender(&key).is_none() {
        let message = "the write key is none of this service's";
        return refused(StatusCode::NOT_FOUND, "unknown_key", message);
    }
    let (host, protocol) = reached(&headers);
    let patient = json!({
        "rateLimitConfig": { "maxRetryCount": 100 },
        "backoffConfig": { "maxRetryCount": 100, "maxBackoffInterval": 60 },
    });
    let settings = json!({ "integrations": { "Segment.io": {
        "apiKey": key, "apiHost": format!("{host}/v1"), "protocol": protocol, "httpConfig": patient,
    } } });
    said(StatusCode::OK, &settings)
}

/// What `RudderStack`'s client in the browser asks before it sends.
async fn source_config(
    State(collector): State<Arc<Collector>>,
    headers: HeaderMap,
    Query(query): Parameters,
) -> Response {
    let given = given(&collector, Kind::Batch, &headers, None, &query);
    let (sender, _) = match known(&collector, given.key(None)) {
        Ok(known) => known,
        Err(refusal) => return *refusal,
    };
    let stream = sender.stream.as_ref();
    let config = json!({ "source": {
        "id": stream, "name": stream, "workspaceId": "theirs", "enabled": true, "config": {},
        "destinations": [],
    } });
    said(StatusCode::OK, &config)
}

/// By which name and protocol a browser reached this service.
fn reached(headers: &HeaderMap) -> (String, &'static str) {
    let host = text(headers, "host").unwrap_or_default();
    (host.to_owned(), if is_here(host, None) { "http" } else { "https" })
}

/// A body that did not come whole.
fn unread(rejection: &BytesRejection) -> Response {
    match Unread::of(rejection) {
        Some(why @ Unread::Slow) => {
            refused(StatusCode::REQUEST_TIMEOUT, "too_slow", &why.to_string())
        }
        Some(why @ Unread::Crowded) => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            later(status, "busy", &why.to_string(), Duration::from_secs(2))
        }
        None if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => unfit(Unfit::TooLarge),
        None => refused(StatusCode::BAD_REQUEST, "invalid", "the request did not come whole"),
    }
}

fn unfit(why: Unfit) -> Response {
    let (status, code) = match why {
        Unfit::TooLarge | Unfit::TooMany | Unfit::MessageTooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
        }
        Unfit::NoRandomness => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        _ => (StatusCode::BAD_REQUEST, "invalid"),
    };
    refused(status, code, &why.to_string())
}

fn unkept(why: Unkept) -> Response {
    let (status, code, seconds) = match why {
        Unkept::Busy => (StatusCode::TOO_MANY_REQUESTS, "busy", 2),
        Unkept::Disk => (StatusCode::SERVICE_UNAVAILABLE, "disk", 10),
        Unkept::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "stopping", 2),
    };
    later(status, code, &why.to_string(), Duration::from_secs(seconds))
}

/// A refusal that ends after a while.
fn later(status: StatusCode, code: &str, message: &str, wait: Duration) -> Response {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let mut response = refused(status, code, message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    response
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    said(status, &json!({ "code": code, "message": message }))
}

fn said(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
