//! The closed list of what is logged.

use std::io::ErrorKind;
use std::time::Duration;

use theirs_model::UseId;
use tracing::{Level, event, field::display};

use super::name::{Method, Name, Route, millis};
use crate::failure::Failure;

/// What our own events are known by.
pub(super) const TARGET: &str = "theirs";

/// Something that is logged. A field is a number, a word of this program, or a type that holds no
/// value: that is what keeps people out of the log.
pub enum Event<'e> {
    /// The service answers from now on.
    Serving,
    /// It was told to stop; so many connections are open.
    Stopping { connections: usize },
    /// It stopped; so many connections were cut off.
    Stopped { cut: usize, after: Duration },
    /// A request was answered.
    Answered {
        /// Tells this request from the others.
        request: u64,
        /// How it was asked.
        method: Method,
        /// The pattern of its path.
        route: &'e Route,
        /// The status of the answer.
        status: u16,
        /// The size of the answer, where it is known beforehand.
        bytes: Option<u64>,
        /// How long it took.
        after: Duration,
    },
    /// So many events of a stream came since this was last told.
    Collected { stream: Option<&'e Name>, events: u64 },
    /// Events were taken over from the journal.
    TookOver { events: usize, after: Duration },
    /// A governed statement was answered; its use is on record.
    Asked {
        /// The role it was asked in.
        role: &'e Name,
        /// The purpose it was asked for.
        purpose: Option<&'e Name>,
        /// The use.
        use_id: UseId,
        /// How many rows it gave.
        rows: usize,
        /// How long it took.
        after: Duration,
    },
    /// A governed statement was not answered.
    NotAsked { why: &'static str, after: Duration },
    /// Somebody came without a right token.
    TurnedAway { door: Door },
    /// A source was loaded.
    Loaded { source: &'e Name, rows: u64, set_aside: u64, after: Duration },
    /// Records were joined to people.
    Resolved { records: u64, people: u64, after: Duration },
    /// It was decided for people what is done.
    Decided { purpose: &'e Name, considered: u64, use_id: Option<UseId>, after: Duration },
    /// Something failed that nobody waits for, or whose asker is told no more than that.
    Failed { work: Work, of: Option<&'e Name>, how: Broken },
    /// A bug: a thread or a task ended.
    Panicked { file: &'e str, line: u32 },
    /// Spans could not be sent to the collector; told once until some arrive again.
    SpansLost { spans: usize },
    /// Log lines were lost, as nobody reads them fast enough.
    LinesLost { lines: u64 },
}

/// Where one comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// SQL for PostgreSQL clients.
    Sql,
    /// The pages of colleagues.
    Staff,
    /// `/v1/decide`.
    Decide,
}

/// What failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A page or form of the portal.
    Page,
    /// The shop's own login.
    Login,
    /// A message that somebody asked for.
    Message,
    /// `/v1/decide`.
    Decide,
    /// Taking over events.
    Intake,
    /// Joining records as they come.
    Joining,
    /// A load by the charter's timetable.
    Load,
    /// Freeing files, and removing what is past its time.
    Sweep,
}

/// How something failed: the kind of failure alone.
#[derive(Debug, Clone, Copy)]
pub struct Broken {
    kind: &'static str,
    cause: Option<ErrorKind>,
}

impl Broken {
    /// A failure that this program names itself.
    pub fn named(kind: &'static str) -> Self {
        Self { kind, cause: None }
    }
}

impl From<&Failure> for Broken {
    fn from(failure: &Failure) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(failure);
        let system = loop {
            let Some(error) = cause else { break None };
            if let Some(error) = error.downcast_ref::<std::io::Error>() {
                break Some(error.kind());
            }
            cause = error.source();
        };
        // What is only passed on is no cause of its own.
        let own = if let Failure::Io(error) = failure { Some(error.kind()) } else { None };
        Self { kind: failure.kind(), cause: own.or(system) }
    }
}

impl Door {
    fn in_words(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Staff => "staff",
            Self::Decide => "decide",
        }
    }
}

impl Work {
    fn in_words(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Login => "login",
            Self::Message => "message",
            Self::Decide => "decide",
            Self::Intake => "taking over events",
            Self::Joining => "joining records",
            Self::Load => "load",
            Self::Sweep => "sweep",
        }
    }
}

/// One event at a level that is known when the program is built.
macro_rules! say {
    ($level:ident, $($field:tt)*) => {
        event!(target: TARGET, Level::$level, $($field)*)
    };
}

impl Event<'_> {
    /// Logs it.
    pub fn tell(&self) {
        match self {
            Self::Serving => say!(INFO, version = env!("CARGO_PKG_VERSION"), "serving"),
            Self::Stopping { connections } => say!(INFO, connections, "stopping"),
            Self::Stopped { cut, after } => say!(INFO, cut, ms = millis(*after), "stopped"),
            Self::Answered { .. } => self.tell_answered(),
            Self::Collected { stream, events } => {
                say!(INFO, stream = stream.map(Name::as_str), events, "collected");
            }
            Self::TookOver { events, after } => {
                say!(DEBUG, events, ms = millis(*after), "took over");
            }
            Self::Asked { role, purpose, use_id, rows, after } => {
                let (role, purpose) = (role.as_str(), purpose.map(Name::as_str));
                let (use_id, ms) = (display(use_id), millis(*after));
                say!(INFO, purpose, role, "use" = use_id, rows, ms, "asked");
            }
            Self::NotAsked { why, after } => say!(INFO, why, ms = millis(*after), "not asked"),
            Self::TurnedAway { door } => say!(WARN, door = door.in_words(), "turned away"),
            Self::Loaded { source, rows, set_aside, after } => {
                let (source, ms) = (source.as_str(), millis(*after));
                say!(INFO, source, rows, set_aside, ms, "loaded");
            }
            Self::Resolved { records, people, after } => {
                say!(INFO, records, people, ms = millis(*after), "resolved");
            }
            Self::Decided { purpose, considered, use_id, after } => {
                let (purpose, ms) = (purpose.as_str(), millis(*after));
                let use_id = use_id.as_ref().map(display);
                say!(INFO, purpose, considered, "use" = use_id, ms, "decided");
            }
            Self::Failed { work, of, how } => {
                let (work, source) = (work.in_words(), of.map(Name::as_str));
                let (kind, cause) = (how.kind, how.cause.map(display));
                say!(ERROR, work, source, kind, cause, "failed");
            }
            Self::Panicked { file, line } => say!(ERROR, file, line, "panicked"),
            Self::SpansLost { spans } => say!(WARN, spans, "spans lost"),
            Self::LinesLost { lines } => say!(WARN, lines, "lines lost"),
        }
    }

    /// A request: one of a client of events is a detail unless it failed here, since there are
    /// thousands a second; what came is told by [`Event::Collected`].
    fn tell_answered(&self) {
        let Self::Answered { request, method, route, status, bytes, after } = self else { return };
        let request = display(format_args!("{request:016x}")).to_string();
        let is_frequent = route.is_frequent();
        let (method, route, ms) = (method.as_str(), route.as_str(), millis(*after));
        if *status >= 500 {
            say!(WARN, request, method, route, status, ms, bytes, "answered");
        } else if is_frequent {
            say!(DEBUG, request, method, route, status, ms, bytes, "answered");
        } else {
            say!(INFO, request, method, route, status, ms, bytes, "answered");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use serde_json::Value;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The line that an event makes.
    fn line(event: &Event<'_>) -> Value {
        let written = Written::default();
        let to = written.clone();
        let told = tracing_subscriber::fmt().with_writer(move || to.clone()).with_target(false);
        let told = told.json().flatten_event(true).with_max_level(Level::DEBUG).finish();
        tracing::subscriber::with_default(told, || event.tell());
        let bytes = written.0.lock().unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_failure_is_told_by_its_kind_and_not_in_its_words() {
        let whose = std::path::Path::new("/home/ada@shop.example");
        let failure = Failure::file(whose, ErrorKind::StorageFull.into());
        let told = Event::Failed { work: Work::Page, of: None, how: (&failure).into() };
        let told = line(&told);
        assert_eq!((&told["kind"], &told["work"]), (&"file".into(), &"page".into()));
        assert_eq!(told["cause"], "no storage space");
        assert!(failure.to_string().contains("ada") && !told.to_string().contains("ada"));
        let failure = Failure::NotAuthenticated("ada\nlevel=INFO".to_owned());
        let told = line(&Event::Failed { work: Work::Decide, of: None, how: (&failure).into() });
        assert_eq!((&told["kind"], told.get("cause")), (&"not authenticated".into(), None));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let told = line(&Event::LinesLost { lines: 3 });
        assert_eq!((&told["level"], &told["lines"]), (&"WARN".into(), &3.into()));
        let told = line(&Event::Collected { stream: None, events: 4 });
        assert_eq!((told.get("stream"), &told["events"]), (None, &4.into()));
        let (of, after) = (Route::default(), Duration::from_millis(12));
        let told = line(&Event::Answered {
            request: 1,
            method: Method::default(),
            route: &of,
            status: 500,
            bytes: None,
            after,
        });
        assert_eq!((&told["route"], &told["method"]), (&"none".into(), &"_OTHER".into()));
        assert_eq!((told.get("bytes"), &told["ms"]), (None, &12.into()));
        assert_eq!(told["request"], "0000000000000001");
    }
}
