//! Texts that may be told, each of a type that takes no text from outside.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use theirs_charter::{Charter, Purpose, Source};
use theirs_query::Answer;

/// A name out of the charter: of a source, a stream, a purpose or a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// A text, if the charter has it as a name.
    pub fn known(text: &str, charter: &Charter) -> Option<Self> {
        let streams = charter.sources.iter().filter_map(|source| source.collect.as_ref());
        let mut streams = streams.map(|collect| collect.stream.as_str());
        let is_known = charter.source(text).is_some()
            || charter.purpose(text).is_some()
            || charter.role(text).is_some()
            || streams.any(|stream| stream == text);
        is_known.then(|| Self(text.to_owned()))
    }

    /// The role and the purpose of an answer, which the door takes from the charter in force.
    pub fn of_answer(answer: &Answer) -> (Self, Option<Self>) {
        (Self(answer.role.clone()), answer.purpose.clone().map(Self))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Source> for Name {
    fn from(source: &Source) -> Self {
        Self(source.name.clone())
    }
}

impl From<&Purpose> for Name {
    fn from(purpose: &Purpose) -> Self {
        Self(purpose.name.clone())
    }
}

/// What programs ask all the time begins so.
const OFTEN: [&str; 6] = ["/v1/", "/beacon/", "/pixel/", "/sourceConfig", "/health", "/metrics"];

/// The pattern of a request's path, such as `/open/{token}`; never the path.
#[derive(Debug, Clone, Default)]
pub struct Route(Option<MatchedPath>);

impl Route {
    /// That which the router found.
    pub fn of(request: &Request) -> Self {
        Self(request.extensions().get().cloned())
    }

    /// Whether programs ask this all the time.
    pub(super) fn is_frequent(&self) -> bool {
        self.begins_as(&OFTEN) && self.as_str() != "/v1/decide"
    }

    /// Whether programs of IT, or colleagues, ask this, and no person's browser.
    pub(super) fn is_of_programs(&self) -> bool {
        self.begins_as(&OFTEN) || self.begins_as(&["/ledger/", "/staff", "/marketing"])
    }

    fn begins_as(&self, known: &[&str]) -> bool {
        known.iter().any(|beginning| self.as_str().starts_with(beginning))
    }

    /// The pattern; `none` if there is no such page.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("none", MatchedPath::as_str)
    }
}

/// The method of a request: one of those that HTTP has. Any word may stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method(&'static str);

/// The methods that are told by their names (RFC 9110, RFC 5789).
const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// What OpenTelemetry's conventions call any other.
const OTHER: &str = "_OTHER";

impl Default for Method {
    fn default() -> Self {
        Self(OTHER)
    }
}

impl Method {
    /// That of a request.
    pub fn of(request: &Request) -> Self {
        let given = request.method().as_str();
        Self(METHODS.into_iter().find(|known| *known == given).unwrap_or(OTHER))
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// Whole milliseconds.
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
