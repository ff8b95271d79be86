//! What IT sees of the running service: one line for each event, and spans for OpenTelemetry.
//!
//! No personal data reaches either, by construction: what may be told is the closed list of
//! [`Event`]s and [`Attribute`]s, whose fields are numbers, words of this program, names out of the
//! charter ([`Name`]), patterns of routes ([`Route`]) and random ids. None takes a text that came from
//! outside. `tracing` and `opentelemetry` are called in this folder alone (a test holds that), and
//! what libraries tell is filtered out by its target. Price: a failure is told by its kind, not in
//! its own words; the command that does the same by hand says those.

mod event;
mod export;
mod line;
mod name;
mod request;
mod span;
mod statement;

use std::panic;
use std::time::Duration;

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::cli::{LogArgs, LogForm, LogLevel};
use crate::failure::Failure;

pub use event::{Broken, Door, Event, Work};
pub use name::{Method, Name, Route};
pub use request::told;
pub use span::{Attribute, Span};
pub use statement::asked;

use event::TARGET;
use line::Lines;

/// How long the end of the process waits for spans that are still to leave.
const LONGEST_GOODBYE: Duration = Duration::from_secs(2);

/// Telling, until it is dropped: then what is told is written out.
pub struct Telemetry {
    lines: Option<Lines>,
    spans: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Begins, as the command line and the environment say.
    ///
    /// # Errors
    /// The environment names a collector that cannot be sent to.
    pub fn start(log: LogArgs) -> Result<Self, Failure> {
        let level = match log.log_level {
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
        };
        let lines = match log.log {
            Some(form @ (LogForm::Text | LogForm::Json)) => Some(written(form, level)?),
            Some(LogForm::Off) | None => None,
        };
        let spans = export::provider()?;
        if let Some(spans) = &spans {
            span::send_by(spans);
        }
        Ok(Self { lines, spans })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(spans) = self.spans.take() {
            // Spans that cannot leave are lost, as while it ran.
            let _ = spans.shutdown_with_timeout(LONGEST_GOODBYE);
        }
        if let Some(lines) = &self.lines {
            lines.flush();
        }
    }
}

/// Has events written to standard error, and panics told as events: their own words may quote values.
fn written(form: LogForm, level: LevelFilter) -> Result<Lines, Failure> {
    let lines = Lines::start()?;
    let ours = FilterFn::new(move |of| of.target() == TARGET && *of.level() <= level);
    let ours = ours.with_max_level_hint(level);
    let layer = tracing_subscriber::fmt::layer().with_writer(lines.clone()).with_target(false);
    let layer: Box<dyn Layer<Registry> + Send + Sync> = if form == LogForm::Json {
        layer.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
    } else {
        layer.with_ansi(false).boxed()
    };
    // A second one in the same process, as in tests, changes nothing.
    let _ = tracing_subscriber::registry().with(layer.with_filter(ours)).try_init();
    panic::set_hook(Box::new(|info| {
        let place = info.location();
        let file = place.and_then(|place| place.file().rsplit('/').next()).unwrap_or_default();
        Event::Panicked { file, line: place.map_or(0, panic::Location::line) }.tell();
    }));
    Ok(lines)
}
