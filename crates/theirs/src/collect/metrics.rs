//! What IT watches: how much comes, what becomes of it, and how much waits.
//!
//! Counts and times alone, in the text form of `OpenMetrics`, for this machine.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use serde_json::json;

use super::Collector;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CameTo {
    stream: String,
    outcome: String,
}

/// The counts.
pub(super) struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    events: Family<CameTo, Counter>,
    seconds: Histogram,
    backlog: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("theirs_collect");
        let answers = Family::<Answered, Counter>::default();
        let events = Family::<CameTo, Counter>::default();
        // From half a millisecond to eight seconds.
        let seconds = Histogram::new(exponential_buckets(0.0005, 2.0, 15));
        let backlog = Gauge::default();
        registry.register("answers", "Answers to requests, by status", answers.clone());
        registry.register("events", "Events, by stream and what became of them", events.clone());
        registry.register("answer_seconds", "Time to an answer", seconds.clone());
        registry.register("backlog_bytes", "What waits to be taken over", backlog.clone());
        Self { registry, answers, events, seconds, backlog }
    }
}

impl Metrics {
    pub(super) fn answered(&self, status: StatusCode, after: Duration) {
        self.answers.get_or_create(&Answered { status: status.as_u16() }).inc();
        self.seconds.observe(after.as_secs_f64());
    }

    pub(super) fn came_to(&self, stream: &str, outcome: &str, events: u64) {
        let labels = CameTo { stream: stream.to_owned(), outcome: outcome.to_owned() };
        self.events.get_or_create(&labels).inc_by(events);
    }
}

/// `GET /metrics`.
pub(super) async fn metrics(
    State(collector): State<Arc<Collector>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    if !is_here(peer, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let metrics = &collector.metrics;
    metrics.backlog.set(i64::try_from(collector.journal.backlog()).unwrap_or(i64::MAX));
    let mut text = String::new();
    if encode(&mut text, &metrics.registry).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// `GET /health`.
pub(super) async fn health(
    State(collector): State<Arc<Collector>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    if !is_here(peer, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let refuses = collector.journal.refuses();
    let status = if refuses { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let state = if refuses { "the disk refuses" } else { "well" };
    let body = json!({ "state": state, "backlog_bytes": collector.journal.backlog() });
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Whether somebody on this machine asks, and not for somebody elsewhere.
fn is_here(peer: Option<Extension<ConnectInfo<SocketAddr>>>, headers: &HeaderMap) -> bool {
    let is_loopback = peer.is_some_and(|Extension(ConnectInfo(peer))| peer.ip().is_loopback());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_named = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
    is_loopback
        && is_named
        && !headers.contains_key("x-forwarded-for")
        && !headers.contains_key("forwarded")
}
