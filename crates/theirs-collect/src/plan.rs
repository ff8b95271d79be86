//! What the charter lets in of each stream, worked out once for each charter.
//!
//! An event gives rows to every source that takes it. What the sources do not name is not kept. An
//! activity is kept only where some purpose uses its source; where all of them need a yes, its person
//! must have given one, which is decided when it is known who they are.

use std::collections::{BTreeMap, BTreeSet};

use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};
use theirs_charter::{Call, Charter, Collect, Holds, Meaning, Source, concerns};
use theirs_model::Digest;

use crate::message::Message;
use crate::path::Path;
use crate::taken::{Row, Taken};

/// What is taken, by stream.
pub struct Plan {
    /// The charter that says so.
    pub charter: Digest,
    /// Its purposes that wait, and so permit nothing.
    pub waiting: BTreeSet<String>,
    streams: BTreeMap<String, Stream>,
}

/// What one stream's events become.
#[derive(Default)]
struct Stream {
    takers: Vec<Taker>,
    /// Where an event says what its person agrees or objects to.
    consents: Vec<(String, Path)>,
    objections: Vec<(String, Path)>,
}

/// A source that takes events.
struct Taker {
    source: String,
    collect: Collect,
    what: What,
    columns: Vec<(String, Path)>,
}

enum What {
    /// Those who are signed in, by their id.
    Users,
    /// Browsers and apps, by theirs.
    Visitors,
    /// What they do, and the purposes that use it.
    Activity(Vec<Permit>),
}

/// A purpose that permits keeping an activity.
struct Permit {
    purpose: String,
    category: String,
    consent: Option<String>,
    may_object: bool,
}

/// Why an event is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// It names nobody.
    Nobody,
    /// No source of the charter takes it.
    NoSource,
    /// No purpose of the charter uses it, or those that do wait.
    NoPurpose,
    /// Its person did not agree.
    NoConsent,
}

impl Refused {
    /// The reason, worded to follow "refused: ".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Nobody => "it names nobody",
            Self::NoSource => "no source of the charter takes it",
            Self::NoPurpose => "no purpose of the charter that may act uses it",
            Self::NoConsent => "the person did not agree to it",
        }
    }
}

impl Plan {
    /// What a charter lets in while some of its purposes wait.
    pub fn of(charter: &Charter, waiting: BTreeSet<String>) -> Self {
        let mut streams: BTreeMap<String, Stream> = BTreeMap::new();
        for source in &charter.sources {
            let Some(collect) = &source.collect else { continue };
            let stream = streams.entry(collect.stream.clone()).or_default();
            stream.takers.push(Taker::of(charter, &waiting, source, collect));
            if let Holds::Identity(identity) = &source.holds {
                for column in &identity.columns {
                    let path = || Path::of(&column.name);
                    match &column.meaning {
                        Meaning::Consent(topic) => stream.consents.push((topic.clone(), path())),
                        Meaning::Objection(topic) => {
                            stream.objections.push((topic.clone(), path()));
                        }
                        Meaning::Attribute(_) => {}
                    }
                }
            }
        }
        Self { charter: charter.digest, waiting, streams }
    }

    /// The streams that there are.
    pub fn streams(&self) -> impl Iterator<Item = &str> {
        self.streams.keys().map(String::as_str)
    }

    /// Whether there is a stream of this name.
    pub fn has(&self, stream: &str) -> bool {
        self.streams.contains_key(stream)
    }

    /// What is kept of a message, and why what it says was not, if so: who somebody is, and what they
    /// agree to, may be kept of one that is refused.
    pub fn take(
        &self,
        stream: &str,
        message: &Message,
        server: bool,
    ) -> (Option<Taken>, Option<Refused>) {
        if message.user.is_none() && message.visitor.is_none() {
            return (None, Some(Refused::Nobody));
        }
        let Some(known) = self.streams.get(stream) else {
            return (None, Some(Refused::NoSource));
        };
        let choices = known.choices(message);
        let (mut people, mut activities, mut refused) = (Vec::new(), Vec::new(), None);
        for taker in &known.takers {
            if !taker.collect.takes(message.call, message.event(), server) {
                continue;
            }
            match taker.row(message, &choices) {
                Ok(Some(row)) if matches!(taker.what, What::Activity(_)) => activities.push(row),
                Ok(Some(row)) => people.push(row),
                Ok(None) => {}
                Err(why) => refused = refused.max(Some(why)),
            }
        }
        let says_who = matches!(message.call, Call::Identify | Call::Alias) && !people.is_empty();
        if activities.is_empty() && !choices.any && !says_who {
            return (None, Some(refused.unwrap_or(Refused::NoSource)));
        }
        let refused = if activities.is_empty() { refused } else { None };
        people.append(&mut activities);
        (Some(taken(stream, message, server, people)), refused)
    }
}

fn taken(stream: &str, message: &Message, server: bool, rows: Vec<Row>) -> Taken {
    let whole = digest(&SHA256, format!("{stream}\0{server}\0{}", message.id).as_bytes());
    Taken {
        id: hex::encode(&whole.as_ref()[..16]),
        stream: stream.to_owned(),
        at: message.at,
        server,
        user: message.user.clone(),
        visitor: message.visitor.clone(),
        previous: message.previous.clone(),
        rows,
    }
}

/// What an event itself says of consent.
struct Choices {
    refused: BTreeSet<String>,
    objected: Vec<String>,
    any: bool,
}

impl Stream {
    fn choices(&self, message: &Message) -> Choices {
        let said = |list: &[(String, Path)], wanted: bool| -> Vec<String> {
            let found = list.iter().filter(|(_, path)| truth(path.find(message)) == Some(wanted));
            found.map(|(topic, _)| topic.clone()).collect()
        };
        let mut all = self.consents.iter().chain(&self.objections);
        Choices {
            refused: said(&self.consents, false).into_iter().collect(),
            objected: said(&self.objections, true),
            any: all.any(|(_, path)| truth(path.find(message)).is_some()),
        }
    }
}

/// A truth value as clients write it.
fn truth(value: Option<Value>) -> Option<bool> {
    match value? {
        Value::Bool(truth) => Some(truth),
        Value::String(text) if ["true", "yes", "1"].contains(&text.as_str()) => Some(true),
        Value::String(text) if ["false", "no", "0"].contains(&text.as_str()) => Some(false),
        Value::Number(number) => match number.as_i64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        _ => None,
    }
}

impl Taker {
    fn of(
        charter: &Charter,
        waiting: &BTreeSet<String>,
        source: &Source,
        collect: &Collect,
    ) -> Self {
        let mut columns: Vec<(String, Path)> = Vec::new();
        let mut add = |name: &str, path: &str| {
            if !columns.iter().any(|(known, _)| known == name) {
                columns.push((name.to_owned(), Path::of(path)));
            }
        };
        let what = match &source.holds {
            Holds::Identity(identity) => {
                identity.columns.iter().for_each(|column| add(&column.name, &column.name));
                add(&identity.key, &identity.key);
                if identity.key == Collect::USER { What::Users } else { What::Visitors }
            }
            Holds::Activity(activity) => {
                for column in &activity.columns {
                    add(&column.name, column.from.as_deref().unwrap_or(&column.name));
                }
                if let Some(key) = &activity.key {
                    add(key, key);
                }
                What::Activity(permits(charter, waiting, &source.name))
            }
        };
        if matches!(what, What::Visitors) {
            // Whose a browser is follows from all who sign in there, not from this event alone.
            columns.retain(|(name, _)| name != Collect::USER);
        }
        Self { source: source.name.clone(), collect: collect.clone(), what, columns }
    }

    /// What a message gives to this source; nothing if it says nothing of its kind.
    fn row(&self, message: &Message, choices: &Choices) -> Result<Option<Row>, Refused> {
        let needs = match &self.what {
            What::Users if message.user.is_none() => return Ok(None),
            What::Visitors if message.visitor.is_none() => return Ok(None),
            What::Users | What::Visitors => Vec::new(),
            What::Activity(permits) => needs(permits, choices)?,
        };
        let found = self.columns.iter();
        let found = found.filter_map(|(name, path)| Some((name.clone(), path.find(message)?)));
        let cells: Map<String, Value> = found.collect();
        Ok(Some(Row { source: self.source.clone(), cells, needs }))
    }
}

fn permits(charter: &Charter, waiting: &BTreeSet<String>, source: &str) -> Vec<Permit> {
    let uses = charter
        .purposes
        .iter()
        .filter(|purpose| !waiting.contains(&purpose.name))
        .filter(|purpose| purpose.activities.iter().any(|granted| granted.source == source));
    uses.map(|purpose| Permit {
        purpose: purpose.name.clone(),
        category: purpose.category.clone(),
        consent: purpose.consent.clone(),
        may_object: purpose.may_object,
    })
    .collect()
}

/// The topics of which the person must have agreed to one; none if it is kept without.
fn needs(permits: &[Permit], choices: &Choices) -> Result<Vec<String>, Refused> {
    if permits.is_empty() {
        return Err(Refused::NoPurpose);
    }
    let is_objected = |permit: &&Permit| {
        let concerned = |topic: &String| concerns(topic, &permit.purpose, &permit.category);
        permit.may_object && choices.objected.iter().any(concerned)
    };
    let mut topics = Vec::new();
    for permit in permits.iter().filter(|permit| !is_objected(permit)) {
        match &permit.consent {
            None => return Ok(Vec::new()),
            Some(topic) if choices.refused.contains(topic) => {}
            Some(topic) => topics.push(topic.clone()),
        }
    }
    if topics.is_empty() { Err(Refused::NoConsent) } else { Ok(topics) }
}

#[cfg(test)]
mod tests;
