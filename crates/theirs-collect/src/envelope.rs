//! What a request carries, unpacked: the write key, and the messages one by one.
//!
//! What the request says of its own content is not believed: `RudderStack`'s Node client sends
//! compressed JSON as a form, Segment's in the browser sends JSON as text. So the bytes are looked
//! at. Everything has a bound: bytes before and after unpacking, messages, depth.

use std::io::Read;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde_json::{Map, Value};
use theirs_charter::Call;

use crate::mend;
use crate::message::Message;
use crate::signal::Signals;

/// The most bytes of a request, before and after unpacking.
pub const MOST_BYTES: usize = 4 << 20;
/// The most messages of a request.
const MOST_MESSAGES: usize = 10_000;
const LONGEST_KEY: usize = 128;

/// What a request is by its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Several messages, each of which says what it is.
    Batch,
    /// One message.
    One(Call),
}

/// What is known of a request beside its body.
pub struct Given<'r> {
    /// What it is.
    pub kind: Kind,
    /// When it came.
    pub received: Timestamp,
    /// Whether it bears `Sec-GPC: 1`.
    pub gpc: bool,
    /// The address it came from.
    pub peer: Option<IpAddr>,
    /// The content of its `Authorization`.
    pub authorization: Option<&'r str>,
    /// The parameters of its address.
    pub query: &'r [(String, String)],
}

/// A request unpacked.
pub struct Envelope {
    /// The write key, if it bears one.
    pub key: Option<String>,
    /// Its messages; those that cannot be read say why.
    pub messages: Vec<Result<Message, Unfit>>,
}

/// Why a request or one of its messages cannot be read. No message carries a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is too large.
    #[error("the request is larger than 4 MiB")]
    TooLarge,
    /// It has too many messages.
    #[error("the request has more than 10,000 messages")]
    TooMany,
    /// A message is too large.
    #[error("a message is larger than 32 KiB")]
    MessageTooLarge,
    /// It cannot be unpacked.
    #[error("the request is not gzip although it begins as gzip does")]
    NotGzip,
    /// It is no JSON.
    #[error("the request is not JSON")]
    NotJson,
    /// It is not an object.
    #[error("a message is not a JSON object")]
    NotAnObject,
    /// There is no list of messages.
    #[error("the request has no \"batch\"")]
    NoBatch,
    /// Its type is none of those there are.
    #[error("the type of a message is none of identify, track, page, screen, group and alias")]
    UnknownCall,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl Given<'_> {
    /// The write key that it bears: the user of `Basic`, else what its body says, else its address.
    pub fn key(&self, of_body: Option<String>) -> Option<String> {
        let key = basic_user(self.authorization).or(of_body);
        let key = key.or_else(|| self.parameter("writeKey"));
        key.filter(|key| key.len() <= LONGEST_KEY && !key.is_empty())
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

impl Envelope {
    /// Unpacks the body of a request.
    ///
    /// # Errors
    /// As a whole it cannot be read.
    pub fn open(body: &[u8], given: &Given<'_>) -> Result<Self, Unfit> {
        let unpacked;
        let body = if body.starts_with(&[0x1f, 0x8b]) {
            unpacked = gunzip(body)?;
            &unpacked[..]
        } else {
            body
        };
        if body.len() > MOST_BYTES {
            return Err(Unfit::TooLarge);
        }
        let value = mend::read(body).ok_or(Unfit::NotJson)?;
        Self::of(value, given)
    }

    /// Unpacks what a picture's address carries: `data` in base64, or one parameter per field.
    ///
    /// # Errors
    /// As a whole it cannot be read.
    pub fn pixel(given: &Given<'_>) -> Result<Self, Unfit> {
        let value = match given.parameter("data") {
            Some(data) => {
                let bytes = decoded(data.trim()).ok_or(Unfit::NotJson)?;
                mend::read(&bytes).ok_or(Unfit::NotJson)?
            }
            None => Value::Object(nested(given.query)),
        };
        Self::of(value, given)
    }

    fn of(value: Value, given: &Given<'_>) -> Result<Self, Unfit> {
        let Value::Object(mut body) = value else { return Err(Unfit::NotAnObject) };
        let signals = Signals::of_request(given.gpc, &|name| given.parameter(name));
        let own = body.remove("writeKey").and_then(|key| key.as_str().map(ToOwned::to_owned));
        let key = given.key(own);
        let messages = match given.kind {
            Kind::One(call) => {
                vec![Message::read(Value::Object(body), Some(call), None, given, &signals)]
            }
            Kind::Batch => {
                let sent = body.remove("sentAt");
                let shared = body.remove("context");
                let Some(Value::Array(list)) = body.remove("batch") else {
                    return Err(Unfit::NoBatch);
                };
                if list.len() > MOST_MESSAGES {
                    return Err(Unfit::TooMany);
                }
                let list = list.into_iter().map(|one| within(one, shared.as_ref()));
                list.map(|one| Message::read(one, None, sent.as_ref(), given, &signals)).collect()
            }
        };
        Ok(Self { key, messages })
    }
}

/// A message with the context of its batch, if it has none of its own.
fn within(mut message: Value, shared: Option<&Value>) -> Value {
    if let (Some(body), Some(shared)) = (message.as_object_mut(), shared)
        && !body.contains_key("context")
    {
        body.insert("context".to_owned(), shared.clone());
    }
    message
}

fn gunzip(body: &[u8]) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::with_capacity((body.len() * 4).min(MOST_BYTES));
    let most = MOST_BYTES as u64 + 1;
    MultiGzDecoder::new(body).take(most).read_to_end(&mut bytes).map_err(|_| Unfit::NotGzip)?;
    if bytes.len() > MOST_BYTES { Err(Unfit::TooLarge) } else { Ok(bytes) }
}

/// The user of `Basic` (RFC 7617), which is where clients put the write key; the password is empty.
fn basic_user(header: Option<&str>) -> Option<String> {
    let (scheme, rest) = header?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let both = String::from_utf8(decoded(rest.trim())?).ok()?;
    let user = both.split_once(':').map_or(both.as_str(), |(user, _)| user);
    Some(user.to_owned())
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())
}

/// Parameters as an object: `properties.total=3` lies below `properties`.
fn nested(query: &[(String, String)]) -> Map<String, Value> {
    let mut body = Map::new();
    for (name, value) in query {
        let value = Value::String(value.clone());
        match name.split_once('.') {
            None => drop(body.insert(name.clone(), value)),
            Some((first, rest)) => {
                let below = body.entry(first.to_owned()).or_insert_with(|| Map::new().into());
                if let Some(below) = below.as_object_mut() {
                    below.insert(rest.to_owned(), value);
                }
            }
        }
    }
    body
}

#[cfg(test)]
mod tests;
