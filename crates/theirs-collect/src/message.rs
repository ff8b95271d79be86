//! One message of a client: what was called, by whom, when, and what it carries.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value};
use theirs_charter::Call;

use crate::envelope::{Given, Unfit};
use crate::signal::Signals;
use crate::skew::corrected;

/// The largest message, in bytes of its JSON (Segment takes as much).
const MOST_BYTES: usize = 32 * 1024;
/// What scripts write where they have no id; as one, it would make one person of many.
const NOTHING: [&str; 5] = ["null", "undefined", "none", "nan", "[object object]"];
/// An id that is longer is none.
const LONGEST_ID: usize = 512;

/// A message as it was sent.
#[derive(Clone)]
pub struct Message {
    /// What was called.
    pub call: Call,
    /// What tells it from every other; a client that sends it again sends the same.
    pub id: String,
    /// Who is signed in.
    pub user: Option<String>,
    /// The browser or app.
    pub visitor: Option<String>,
    /// The id that an alias replaces.
    pub previous: Option<String>,
    /// When it happened, by our clock.
    pub at: Timestamp,
    /// When it came.
    pub received: Timestamp,
    pub(crate) body: Map<String, Value>,
    pub(crate) signals: Signals,
    peer: Option<IpAddr>,
}

impl Message {
    /// Reads one message; `call` is what the address of the request says, if that says it.
    ///
    /// # Errors
    /// It is no object, too large, or of no kind that there is.
    pub(crate) fn read(
        value: Value,
        call: Option<Call>,
        sent: Option<&Value>,
        given: &Given<'_>,
        signals: &Signals,
    ) -> Result<Self, Unfit> {
        let Value::Object(body) = value else { return Err(Unfit::NotAnObject) };
        if size(&body) > MOST_BYTES {
            return Err(Unfit::MessageTooLarge);
        }
        let said = body.get("type").and_then(Value::as_str);
        let call = call.or_else(|| Call::named(said?)).ok_or(Unfit::UnknownCall)?;
        let time = |name: &str| instant(body.get(name));
        let sent = time("sentAt").or_else(|| instant(sent));
        let said = time("originalTimestamp").or_else(|| time("timestamp"));
        let text = |name: &str| id(body.get(name));
        Ok(Self {
            call,
            id: text("messageId").map_or_else(fresh, Ok)?,
            user: text("userId"),
            visitor: text("anonymousId"),
            previous: text("previousId"),
            at: corrected(said, sent, given.received),
            received: given.received,
            signals: signals.with(&body),
            peer: given.peer,
            body,
        })
    }

    /// The name of what happened, if it is a `track`; of a page or screen its own.
    pub fn event(&self) -> Option<&str> {
        let name = if self.call == Call::Track { "event" } else { "name" };
        self.body.get(name)?.as_str()
    }

    /// The address in the network that it came from: what the client says, else what we see.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        let said = self.body.get("context").and_then(|context| context.get("ip")?.as_str());
        match said {
            Some(said) => said.parse().ok(),
            None => self.peer,
        }
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Message").field("call", &self.call).finish_non_exhaustive()
    }
}

/// About how many bytes an object takes as JSON; it stops counting beyond the bound.
fn size(body: &Map<String, Value>) -> usize {
    let mut left = MOST_BYTES;
    let fits =
        body.iter().all(|(key, value)| spend(key.len() + 4, &mut left) && fits(value, &mut left));
    if fits { MOST_BYTES - left } else { MOST_BYTES + 1 }
}

fn fits(value: &Value, left: &mut usize) -> bool {
    match value {
        Value::String(text) => spend(text.len() + 2, left),
        Value::Array(items) => spend(2, left) && items.iter().all(|item| fits(item, left)),
        Value::Object(fields) => {
            fields.iter().all(|(key, value)| spend(key.len() + 4, left) && fits(value, left))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => spend(5, left),
    }
}

fn spend(bytes: usize, left: &mut usize) -> bool {
    let rest = left.checked_sub(bytes);
    *left = rest.unwrap_or_default();
    rest.is_some()
}

/// An id, which some clients write as a number.
fn id(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    let is_nothing = NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(&text));
    let is_id = !text.is_empty() && !is_nothing && text.len() <= LONGEST_ID && !text.contains('\0');
    is_id.then_some(text)
}

fn instant(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => Timestamp::from_millisecond(number.as_i64()?).ok(),
        _ => None,
    }
}

/// An id for a message that has none: sent again, it counts as another.
fn fresh() -> Result<String, Unfit> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Unfit::NoRandomness)?;
    Ok(hex::encode(bytes))
}
