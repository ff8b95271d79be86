//! What IT watches: how much comes, what becomes of it, and how much waits.
//!
//! Counts and times alone, in the text form of `OpenMetrics`, for this machine.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use serde_json::json;
use theirs_store::Counts;

use super::Collector;
use crate::portal::origin::{is_here, text};

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

    pub(super) fn came_to(&self, counts: &Counts) {
        for ((stream, outcome), events) in counts {
            let labels = CameTo { stream: stream.clone(), outcome: outcome.clone() };
            self.events.get_or_create(&labels).inc_by(*events);
        }
    }
}

/// What this machine alone may ask.
pub(super) fn watched() -> Router<Arc<Collector>> {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route_layer(middleware::from_fn(here_alone))
}

/// Lets through who asks on this machine, by its own name, and not for somebody elsewhere.
async fn here_alone(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_loopback = peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback());
    let headers = request.headers();
    let is_named = text(headers, "host").is_some_and(|host| is_here(host, None));
    let is_for_others =
        ["x-forwarded-for", "forwarded"].iter().any(|name| headers.contains_key(*name));
    if is_loopback && is_named && !is_for_others {
        return next.run(request).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

async fn metrics(State(collector): State<Arc<Collector>>) -> Response {
    let metrics = &collector.metrics;
    metrics.backlog.set(i64::try_from(collector.journal.backlog()).unwrap_or(i64::MAX));
    let mut text = String::new();
    if encode(&mut text, &metrics.registry).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

async fn health(State(collector): State<Arc<Collector>>) -> Response {
    let refuses = collector.journal.refuses();
    let status = if refuses { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let state = if refuses { "the disk refuses" } else { "well" };
    let body = json!({ "state": state, "backlog_bytes": collector.journal.backlog() });
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
