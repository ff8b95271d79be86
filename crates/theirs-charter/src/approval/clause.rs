//! The digest of one clause as it acts: every field under its name, each text with its length before
//! it, so that no two clauses are written alike.
//!
//! Lists whose order changes nothing are sorted. What a column *is* counts with the purpose that
//! sees it: a column that is fed by another category is another practice.

use std::collections::BTreeSet;

use ring::digest::{Context, SHA256};
use theirs_model::Digest;

use super::choice::Spoken;
use super::feed::Feed;
use crate::charter::{
    Activity, Charter, Collect, Decide, Grant, Holds, Identity, Key, Meaning, Output, Purpose,
    Recipient, Role, Source, Tell, Trial,
};

/// What is written before it is hashed.
struct Writing(Context);

impl Writing {
    fn new(kind: &str) -> Self {
        let mut writing = Self(Context::new(&SHA256));
        writing.text("theirs clause 1");
        writing.text(kind);
        writing
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.0.update(&(number as u64).to_be_bytes());
    }

    fn field(&mut self, name: &str, value: &str) {
        self.text(name);
        self.text(value);
    }

    /// A field that may be missing, which is not the same as one that is empty.
    fn maybe(&mut self, name: &str, value: Option<&str>) {
        self.text(name);
        self.number(usize::from(value.is_some()));
        self.text(value.unwrap_or_default());
    }

    fn list(&mut self, name: &str, items: &[String]) {
        self.text(name);
        self.number(items.len());
        for item in items {
            self.text(item);
        }
    }

    fn sorted(&mut self, name: &str, mut items: Vec<String>) {
        items.sort();
        self.list(name, &items);
    }

    fn done(self) -> Digest {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        Digest(bytes)
    }
}

/// A purpose: all that it sees, how exactly, for whom and how long, and what clients read of it.
pub(super) fn purpose(charter: &Charter, purpose: &Purpose) -> Digest {
    let mut to = Writing::new("purpose");
    to.field("name", &purpose.name);
    to.field("category", &purpose.category);
    to.field("basis", purpose.basis.name());
    to.field("says", &purpose.says);
    to.maybe("interest", purpose.interest.as_deref());
    to.maybe("consent", purpose.consent.as_deref());
    to.field("may_object", if purpose.may_object { "yes" } else { "no" });
    to.maybe("minimum_age", purpose.minimum_age.map(|age| age.to_string()).as_deref());
    match &purpose.output {
        Output::Rows => to.field("output", "rows"),
        Output::Aggregate { minimum_group, cells } => {
            to.field("output", "aggregate");
            to.field("minimum_group", &minimum_group.to_string());
            to.list("cells", cells);
        }
        Output::Verdict(Trial { source, margin, ends }) => {
            to.field("output", "verdict");
            to.field("tests", source);
            to.field("margin", &margin.to_string());
            to.field("ends", &ends.to_string());
        }
    }
    let column = |grant: &Grant| {
        let means = charter.attribute(&grant.column);
        let means = means.map(|(attribute, kind)| format!("{attribute} {}", kind.name()));
        format!("{} {} {}", grant.column, grant.coarseness, means.unwrap_or_default())
    };
    to.sorted("columns", purpose.columns.iter().map(column).collect());
    let mut activities: Vec<_> = purpose.activities.iter().collect();
    activities.sort_by(|one, other| one.source.cmp(&other.source));
    to.number(activities.len());
    for granted in activities {
        let found = charter.activities().find(|(source, _)| source.name == granted.source);
        let activity = found.map(|(_, activity)| activity);
        let column = |grant: &Grant| seen_of_activity(activity, grant);
        to.field("activity", &granted.source);
        to.sorted("columns", granted.columns.iter().map(column).collect());
    }
    to.sorted("recipients", purpose.recipients.clone());
    to.field("keep", &purpose.keep.to_string());
    to.number(usize::from(purpose.decide.is_some()));
    if let Some(Decide { due, reason, to: whom, columns, .. }) = &purpose.decide {
        to.field("due", due);
        to.field("reason", reason);
        to.field("to", whom);
        to.list("columns", columns);
    }
    to.done()
}

fn seen_of_activity(activity: Option<&Activity>, grant: &Grant) -> String {
    let columns = activity.map(|activity| activity.columns.as_slice()).unwrap_or_default();
    let means = columns.iter().find(|column| column.name == grant.column);
    let means = means.map(|column| format!("{} {}", column.category, column.kind.name()));
    format!("{} {} {}", grant.column, grant.coarseness, means.unwrap_or_default())
}

/// A purpose of this digest together with the columns that say for people whether it may see them.
pub(super) fn heeding(purpose: Digest, voices: &BTreeSet<Spoken>) -> Digest {
    let mut to = Writing::new("heeded");
    to.field("purpose", &purpose.to_string());
    to.number(voices.len());
    for voice in voices {
        to.list("voice", &voice.parts());
    }
    to.done()
}

/// A purpose of this digest together with columns that feed what it sees.
pub(super) fn fed(purpose: Digest, feeds: &BTreeSet<Feed>) -> Digest {
    let mut to = Writing::new("fed");
    to.field("purpose", &purpose.to_string());
    to.number(feeds.len());
    for feed in feeds {
        to.list("feed", &feed.parts());
    }
    to.done()
}

/// A purpose of this digest together with the roles that may use it.
pub(super) fn used(charter: &Charter, name: &str, purpose: Digest) -> Digest {
    let uses = |role: &&Role| role.purposes.iter().any(|known| known == name);
    let mut to = Writing::new("used");
    to.field("purpose", &purpose.to_string());
    let roles = charter.roles.iter().filter(uses).map(|role| role.name.clone());
    to.sorted("roles", roles.collect());
    to.done()
}

/// What a purpose is for.
pub(super) fn aim(purpose: &Purpose) -> Digest {
    let mut to = Writing::new("aim");
    to.field("name", &purpose.name);
    to.field("category", &purpose.category);
    to.field("basis", purpose.basis.name());
    to.done()
}

/// A topic that people are asked to agree to.
pub(super) fn topic(topic: &str) -> Digest {
    let mut to = Writing::new("consent");
    to.field("topic", topic);
    to.done()
}

/// A recipient, with the purposes that list it.
pub(super) fn recipient(charter: &Charter, recipient: &Recipient) -> Digest {
    let mut to = Writing::new("recipient");
    to.field("key", &recipient.key);
    to.field("name", &recipient.name);
    to.field("country", &recipient.country);
    to.field("role", &recipient.role);
    to.field("contact", &recipient.contact);
    to.maybe("does", recipient.does.as_deref());
    to.maybe("safeguard", recipient.safeguard.as_deref());
    to.field("tell", &told(&recipient.tell));
    let lists_it = |purpose: &&Purpose| purpose.recipients.contains(&recipient.key);
    let purposes = charter.purposes.iter().filter(lists_it);
    to.sorted("purposes", purposes.map(|purpose| purpose.name.clone()).collect());
    to.done()
}

/// A source: where it is from, what it holds, and what its supplier says of consent.
pub(super) fn source(source: &Source) -> Digest {
    let mut to = Writing::new("source");
    to.field("name", &source.name);
    to.field("kind", source.kind.in_words());
    to.field("called", &source.called);
    to.field("acquired", &source.acquired);
    to.maybe("file", source.file.as_deref());
    to.maybe("table", source.table.as_deref());
    // Only where it is said, so that what was approved before there was such a field stands.
    if let Some(collect) = &source.collect {
        to.field("collect", &collected(collect));
    }
    if let Some(bucket) = &source.pull.bucket {
        to.field("bucket", bucket);
    }
    if let Some(database) = &source.pull.database {
        to.field("database", database);
    }
    if let Some(web) = &source.pull.web {
        to.field("url", &web.url);
    }
    let zone = source.time_zone.as_ref().and_then(|zone| zone.iana_name());
    to.maybe("time_zone", zone);
    to.maybe("keep", source.keep.map(|keep| keep.to_string()).as_deref());
    to.field("tell", &told(&source.tell));
    let evidence = source.evidence.as_ref();
    to.maybe("evidence", evidence.map(|evidence| evidence.says.as_str()));
    to.maybe("expires", evidence.map(|evidence| evidence.expires.to_string()).as_deref());
    match &source.holds {
        Holds::Identity(identity) => of_people(&mut to, identity),
        Holds::Activity(activity) => of_activities(&mut to, activity),
    }
    to.done()
}

/// What a role lets its people do; none is a role that is not there.
pub(super) fn role(name: &str, role: Option<&Role>) -> Digest {
    let mut to = Writing::new("role");
    to.field("name", name);
    to.number(usize::from(role.is_some()));
    if let Some(role) = role {
        to.sorted("purposes", role.purposes.clone());
        to.field("may_see_records", if role.may_see_records { "yes" } else { "no" });
        to.maybe("key", role.key.map(Key::name));
    }
    to.done()
}

/// Which events a source takes, in one text.
fn collected(collect: &Collect) -> String {
    let calls: Vec<&str> = collect.calls.iter().map(|call| call.name()).collect();
    let by = if collect.by_server { "server" } else { "anyone" };
    let parts = [collect.stream.as_str(), &calls.join(" "), &collect.events.join("\u{1f}"), by];
    parts.join("\u{1e}")
}

fn of_people(to: &mut Writing, identity: &Identity) {
    to.field("holds", "identity");
    to.field("key", &identity.key);
    to.maybe("time", identity.time.as_deref());
    to.number(identity.columns.len());
    for column in &identity.columns {
        to.field("column", &column.name);
        match &column.meaning {
            Meaning::Attribute(attribute) => to.field("category", &attribute.to_string()),
            Meaning::Consent(topic) => to.field("consent", topic),
            Meaning::Objection(topic) => to.field("objection", topic),
        }
        to.field("type", column.kind.name());
        to.maybe("format", column.format.as_deref());
        to.field("many", if column.many { "yes" } else { "no" });
        to.field("obtained", &format!("{:?}", column.obtained));
    }
}

fn of_activities(to: &mut Writing, activity: &Activity) {
    to.field("holds", "activity");
    to.field("category", &activity.category);
    to.maybe("key", activity.key.as_deref());
    to.field("time", &activity.time);
    to.field("person", &activity.person.source);
    to.field("reference", &activity.person.column);
    to.field("unknown", &format!("{:?}", activity.person.unknown));
    to.number(activity.columns.len());
    for column in &activity.columns {
        to.field("column", &column.name);
        to.field("type", column.kind.name());
        to.field("category", &column.category);
        to.maybe("format", column.format.as_deref());
        if let Some(from) = &column.from {
            to.field("from", from);
        }
    }
}

fn told(tell: &Tell) -> String {
    match tell {
        Tell::File => "file".to_owned(),
        Tell::Mail(address) => format!("mail {address}"),
        Tell::Webhook(url) => format!("webhook {url}"),
    }
}
