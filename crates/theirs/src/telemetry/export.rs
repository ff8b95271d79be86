//! Sending spans: to the collector that the environment names (OTLP over HTTP, in protobuf), in
//! batches, from a thread of its own. While it is away they are dropped; nobody waits for it.

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};
use opentelemetry_sdk::{Resource, trace};
use tokio::runtime::Runtime;

use super::Event;
use crate::failure::Failure;

/// The variables that name a collector, the one for spans alone first (OpenTelemetry's own names).
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// What we are called unless the environment says otherwise.
const SERVICE: &str = "theirs";

/// What sends spans, if the environment names a collector.
///
/// # Errors
/// It names one that cannot be sent to.
pub(super) fn provider() -> Result<Option<SdkTracerProvider>, Failure> {
    let said = |name: &str| env::var(name).ok().filter(|said| !said.is_empty());
    let is =
        |name: &str, word: &str| said(name).is_some_and(|said| said.eq_ignore_ascii_case(word));
    let named = ENDPOINTS.iter().find_map(|name| Some((name, said(name)?)));
    let Some((name, endpoint)) = named else { return Ok(None) };
    if is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
        return Ok(None);
    }
    if !endpoint.starts_with("http://") {
        let wanted =
            "names no http:// address: spans leave without TLS, for a collector on this host";
        return Err(Failure::Usage(format!("{name} {wanted}, such as http://localhost:4318")));
    }
    let unfit = |_| Failure::Usage(format!("{name}: no spans can be sent there"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Neither the address nor a header is given here: the library reads its own variables.
    let inner = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let inner = inner.build().map_err(unfit)?;
    let service = said("OTEL_SERVICE_NAME").unwrap_or_else(|| SERVICE.to_owned());
    let resource = Resource::builder().with_service_name(service).build();
    let away = Away { inner, runtime, is_lost: AtomicBool::new(false) };
    Ok(Some(SdkTracerProvider::builder().with_batch_exporter(away).with_resource(resource).build()))
}

/// Sends on a runtime of its own: batches come from a thread that has none.
struct Away {
    inner: SpanExporter,
    runtime: Runtime,
    /// Whether the last batch was lost.
    is_lost: AtomicBool,
}

impl std::fmt::Debug for Away {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Away(..)")
    }
}

impl trace::SpanExporter for Away {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let done = self.runtime.block_on(trace::SpanExporter::export(&self.inner, batch));
        if done.is_ok() {
            self.is_lost.store(false, Ordering::Relaxed);
        } else if !self.is_lost.swap(true, Ordering::Relaxed) {
            Event::SpansLost { spans }.tell();
        }
        // What the collector answered is its own text.
        done.map_err(|_| OTelSdkError::InternalFailure("spans were lost".to_owned()))
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        trace::SpanExporter::set_resource(&mut self.inner, resource);
    }
}
