//! Spans: pieces of work with a beginning and an end, one within the other, for OpenTelemetry.
//!
//! They are made by hand and not of what libraries tell, so that nothing but this list of names and
//! attributes can leave. Off (no collector is named) a span is nothing and costs nothing.

use std::borrow::Cow;
use std::future::Future;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use axum::http::HeaderMap;
use opentelemetry::trace::{
    FutureExt, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags,
    TraceId, TraceState, TracerProvider,
};
use opentelemetry::{Context, ContextGuard, KeyValue};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use theirs_model::UseId;

use super::name::{Method, Name, Route};
use crate::portal::origin::text;

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// What makes spans from now on.
pub(super) fn send_by(provider: &SdkTracerProvider) {
    let _ = TRACER.set(provider.tracer("theirs"));
}

/// A piece of work under way; it ends when this is dropped.
pub struct Span(Option<Context>);

/// What may be said of a span: OpenTelemetry's names where it has some, else ours.
pub enum Attribute<'a> {
    /// How a request was asked.
    Method(Method),
    /// The pattern of its path.
    Route(&'a Route),
    /// The status of its answer.
    Status(u16),
    /// The size of its answer.
    ResponseBytes(u64),
    /// How many events.
    Events(usize),
    /// How many rows.
    Rows(u64),
    /// How many records.
    Records(u64),
    /// How many people.
    People(u64),
    /// The source that is loaded.
    Source(&'a Name),
    /// The purpose it is for.
    Purpose(&'a Name),
    /// The role in which it was asked.
    Role(&'a Name),
    /// The use that is on record.
    Use(UseId),
    /// It failed so.
    Failed(&'static str),
}

impl Attribute<'_> {
    fn pair(self) -> KeyValue {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        match self {
            Self::Method(method) => KeyValue::new("http.request.method", method.as_str()),
            Self::Route(route) => KeyValue::new("http.route", route.as_str().to_owned()),
            Self::Status(status) => KeyValue::new("http.response.status_code", i64::from(status)),
            Self::ResponseBytes(bytes) => KeyValue::new("http.response.body.size", number(bytes)),
            Self::Events(events) => KeyValue::new("theirs.events", number(events as u64)),
            Self::Rows(rows) => KeyValue::new("theirs.rows", number(rows)),
            Self::Records(records) => KeyValue::new("theirs.records", number(records)),
            Self::People(people) => KeyValue::new("theirs.people", number(people)),
            Self::Source(name) => KeyValue::new("theirs.source", name.as_str().to_owned()),
            Self::Purpose(name) => KeyValue::new("theirs.purpose", name.as_str().to_owned()),
            Self::Role(name) => KeyValue::new("theirs.role", name.as_str().to_owned()),
            Self::Use(id) => KeyValue::new("theirs.use", id.to_string()),
            Self::Failed(kind) => KeyValue::new("error.type", kind),
        }
    }
}

impl Span {
    /// Begins a piece of work within the one that is under way here.
    pub fn begin(name: &'static str) -> Self {
        Self::built(SpanBuilder::from_name(name), &Context::current())
    }

    /// Begins that of a request. Programs may say of which trace of theirs it is a part; of a
    /// person's browser that is not heeded, so that nobody follows them through pages by it.
    pub(super) fn of_request(method: Method, route: &Route, headers: &HeaderMap) -> Self {
        if TRACER.get().is_none() {
            return Self(None);
        }
        let name: Cow<'static, str> = match route.as_str() {
            "none" => method.as_str().into(),
            route => format!("{} {route}", method.as_str()).into(),
        };
        let asked = if route.is_of_programs() { text(headers, "traceparent") } else { None };
        let parent = asked.and_then(parent).map(|of| Context::new().with_remote_span_context(of));
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Server);
        let span = Self::built(builder, &parent.unwrap_or_default());
        span.note(Attribute::Method(method));
        span.note(Attribute::Route(route));
        span
    }

    fn built(builder: SpanBuilder, parent: &Context) -> Self {
        let Some(tracer) = TRACER.get() else { return Self(None) };
        let span = builder.start_with_context(tracer, parent);
        Self(Some(parent.with_span(span)))
    }

    /// Says something of it.
    pub fn note(&self, attribute: Attribute<'_>) {
        let Some(context) = &self.0 else { return };
        let span = context.span();
        match attribute {
            Attribute::Failed(_) => span.set_status(Status::error("")),
            Attribute::Status(status) if status >= 500 => span.set_status(Status::error("")),
            _ => {}
        }
        span.set_attribute(attribute.pair());
    }

    /// What begins on this thread, until the guard is dropped, lies within it.
    #[must_use]
    pub fn enter(&self) -> Option<ContextGuard> {
        self.0.as_ref().map(|context| context.clone().attach())
    }

    /// What begins within a future lies within it.
    pub async fn around<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some(context) => future.with_context(context.clone()).await,
            None => future.await,
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

/// Tells of a piece of work that is done: when it began, and its steps one after the other.
pub(super) fn done<'a>(
    name: &'static str,
    began: SystemTime,
    attributes: impl IntoIterator<Item = Attribute<'a>>,
    steps: &[(&'static str, Duration)],
) {
    if TRACER.get().is_none() {
        return;
    }
    let builder = SpanBuilder::from_name(name).with_start_time(began);
    let whole = Span::built(builder, &Context::current());
    for attribute in attributes {
        whole.note(attribute);
    }
    let Some(within) = &whole.0 else { return };
    let mut at = began;
    for (name, step) in steps {
        let span = Span::built(SpanBuilder::from_name(*name).with_start_time(at), within);
        at += *step;
        if let Some(context) = &span.0 {
            context.span().end_with_timestamp(at);
        }
    }
}

/// The span that a `traceparent` names (W3C Trace Context, version 00). What else a vendor says there
/// (`tracestate`) is any text, and not read.
fn parent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, digits| {
        text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_ended = parts.next().is_none();
    if version != "00" || !is_ended || !is_hex(trace, 32) || !is_hex(span, 16) || !is_hex(flags, 2)
    {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let parent = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    parent.is_valid().then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_traceparent_is_a_parent() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let of = parent(good).unwrap();
        assert!(of.is_sampled() && of.is_remote());
        assert_eq!(of.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let zero = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        for wrong in [zero, "", "00", &good[..54], &good.to_uppercase(), "ana@shop.example"] {
            assert!(parent(wrong).is_none(), "{wrong}");
        }
        assert!(parent(&format!("{good}-more")).is_none());
        assert!(parent(&good.replacen("00", "01", 1)).is_none());
    }
}
