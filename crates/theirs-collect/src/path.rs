//! Where in an event a column of the charter stands.

use std::net::IpAddr;

use serde_json::Value;
use theirs_charter::{Call, Collect};

use crate::message::Message;

/// Where a value is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Path {
    /// The id of the message.
    Id,
    /// Who is signed in.
    User,
    /// The browser or app.
    Visitor,
    /// The id that an alias replaces.
    Previous,
    /// What was called.
    Call,
    /// When it happened, by our clock.
    At,
    /// When it came.
    Received,
    /// The address in the network, made coarse.
    Address,
    /// What the browser, or a banner on the page, says of consent.
    Signal(String),
    /// A field of the message, step by step.
    Field(Vec<String>),
    /// A field under what the call carries: `properties`, or `traits`.
    Own(String),
}

impl Path {
    /// The path that a name in the charter stands for.
    ///
    /// A name with a dot is a path, one of the specification's own names is that, `$` leads to a
    /// signal, and any other stands among the properties or traits.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "messageId" => Self::Id,
            Collect::USER => Self::User,
            Collect::VISITOR => Self::Visitor,
            "previousId" => Self::Previous,
            "type" => Self::Call,
            "timestamp" | "originalTimestamp" => Self::At,
            "receivedAt" => Self::Received,
            "context.ip" | "ip" | "request_ip" => Self::Address,
            "event" | "name" | "category" | "groupId" | "channel" => {
                Self::Field(vec![name.to_owned()])
            }
            _ => match name.strip_prefix('$') {
                Some(signal) => Self::Signal(signal.to_owned()),
                None if name.contains('.') => {
                    Self::Field(name.split('.').map(ToOwned::to_owned).collect())
                }
                None => Self::Own(name.to_owned()),
            },
        }
    }

    /// The value that a message has there, if it is a single one.
    pub(crate) fn find(&self, message: &Message) -> Option<Value> {
        let text = |text: &str| Some(Value::String(text.to_owned()));
        match self {
            Self::Id => text(&message.id),
            Self::User => text(message.user.as_deref()?),
            Self::Visitor => text(message.visitor.as_deref()?),
            Self::Previous => text(message.previous.as_deref()?),
            Self::Call => text(message.call.name()),
            Self::At => text(&message.at.to_string()),
            Self::Received => text(&message.received.to_string()),
            Self::Address => text(&coarse(message.address()?)),
            Self::Signal(name) => message.signals.find(name),
            Self::Field(steps) => field(message, steps),
            Self::Own(name) => single(own(message, name)?),
        }
    }
}

/// A field by its steps; `RudderStack` lays what Segment calls `traits` below the context.
fn field(message: &Message, steps: &[String]) -> Option<Value> {
    let found = walk(&message.body, steps);
    if found.is_none() && steps.first().is_some_and(|step| step == "traits") {
        let context = message.body.get("context")?.as_object()?;
        return single(walk(context, steps)?);
    }
    single(found?)
}

fn walk<'m>(body: &'m serde_json::Map<String, Value>, steps: &[String]) -> Option<&'m Value> {
    let (first, rest) = steps.split_first()?;
    rest.iter().try_fold(body.get(first)?, |value, step| value.get(step))
}

fn own<'m>(message: &'m Message, name: &str) -> Option<&'m Value> {
    let below = |key: &str| message.body.get(key)?.get(name);
    match message.call {
        Call::Track | Call::Page | Call::Screen => below("properties"),
        Call::Identify | Call::Group | Call::Alias => {
            below("traits").or_else(|| message.body.get("context")?.get("traits")?.get(name))
        }
    }
}

/// A value that is not a list or an object.
fn single(value: &Value) -> Option<Value> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        one => Some(one.clone()),
    }
}

/// An address of the network without the part that tells one household from the next: of IPv4 the
/// first 24 bits, of IPv6 the first 48.
pub(crate) fn coarse(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            format!("{a}.{b}.{c}.0")
        }
        IpAddr::V6(six) => {
            let [a, b, c, ..] = six.segments();
            std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_whole() {
        let coarse = |text: &str| super::coarse(text.parse().unwrap());
        assert_eq!(coarse("203.0.113.77"), "203.0.113.0");
        assert_eq!(coarse("2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
        assert_eq!(coarse("::ffff:203.0.113.77"), "203.0.113.0");
    }

    #[test]
    fn a_plain_name_is_a_property_and_one_with_a_dot_a_path() {
        assert_eq!(Path::of("total"), Path::Own("total".into()));
        assert_eq!(Path::of("userId"), Path::User);
        let path = Path::Field(vec!["context".into(), "page".into(), "path".into()]);
        assert_eq!(Path::of("context.page.path"), path);
        assert_eq!(Path::of("$gpc"), Path::Signal("gpc".into()));
        assert_eq!(Path::of("context.ip"), Path::Address);
    }
}
