//! What a new version of the charter changes, in words that a client understands.

mod choice;
mod feeder;
mod linkage;
mod purpose;
mod role;

use std::collections::BTreeSet;

use serde::Serialize;
use theirs_charter::{Charter, Holds, Law, Recipient, Source, Tell};

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it means for people.
    pub kind: ChangeKind,
    /// What it is about, as in the charter: `purposes.birthday_offer.columns`.
    pub clause: String,
    /// The change in one sentence.
    pub says: String,
}

/// What a change means for the people whose data it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// More is done with their data, or by more.
    More,
    /// Less is done.
    Less,
    /// It is done or told otherwise.
    Other,
}

impl ChangeKind {
    /// The heading under which such changes stand.
    pub fn heading(self) -> &'static str {
        match self {
            Self::More => "More is done with your data",
            Self::Less => "Less is done with your data",
            Self::Other => "Other changes",
        }
    }
}

/// All that changed, what means more for people first.
pub fn differences(old: &Charter, new: &Charter) -> Vec<Change> {
    let mut list = Vec::new();
    controller(old, new, &mut list);
    laws(old, new, &mut list);
    time_zone(old, new, &mut list);
    sources(old, new, &mut list);
    choice::choices(old, new, &mut list);
    feeder::feeders(old, new, &mut list);
    linkage::linkage(old, new, &mut list);
    recipients(old, new, &mut list);
    purpose::purposes(old, new, &mut list);
    role::roles(old, new, &mut list);
    list.sort_by_key(|change| change.kind);
    list
}

fn note(list: &mut Vec<Change>, kind: ChangeKind, clause: String, says: String) {
    list.push(Change { kind, clause, says });
}

fn controller(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let (was, is) = (&old.controller, &new.controller);
    let facts = [
        ("name", Some(&was.name), Some(&is.name)),
        ("address", was.address.as_ref(), is.address.as_ref()),
        ("privacy_contact", Some(&was.privacy_contact), Some(&is.privacy_contact)),
        (
            "data_protection_officer",
            was.data_protection_officer.as_ref(),
            is.data_protection_officer.as_ref(),
        ),
    ];
    for (name, was, is) in facts.into_iter().filter(|(_, was, is)| was != is) {
        let called = match name {
            "name" => "Our name",
            "address" => "Our address",
            "privacy_contact" => "Where you write to about your data",
            _ => "Our data protection officer",
        };
        let says = match (was, is) {
            (Some(was), Some(is)) => format!("{called} was {was} and is {is} now."),
            (None, Some(is)) => format!("{called}: {is}."),
            (_, None) => format!("{called} is not said any more."),
        };
        note(list, ChangeKind::Other, format!("controller.{name}"), says);
    }
}

/// The laws that say by when requests are answered.
fn laws(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let (was, is) = (&old.controller.laws, &new.controller.laws);
    let gone = was.iter().filter(|law| !is.contains(law)).map(|law| (law, "no longer keep"));
    let more = is.iter().filter(|law| !was.contains(law)).map(|law| (law, "keep"));
    for (law, how) in gone.chain(more) {
        let says = format!("When we answer you, we {how} to the time that {} sets.", of(*law));
        note(list, ChangeKind::Other, "controller.laws".to_owned(), says);
    }
}

fn of(law: Law) -> &'static str {
    match law {
        Law::Gdpr => "the law of the European Union (GDPR)",
        Law::Uk => "the law of the United Kingdom (UK GDPR)",
        Law::Ccpa => "the law of California (CCPA)",
        Law::Pipeda => "the law of Canada (PIPEDA)",
        Law::Quebec => "the law of Quebec",
    }
}

/// The zone in which ages, days and months are counted.
fn time_zone(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    let zone = |charter: &Charter| charter.time_zone.iana_name().unwrap_or("UTC").to_owned();
    let (was, is) = (zone(old), zone(new));
    if was != is {
        let says = format!("We count days and ages by the clock of {is}, and not of {was}.");
        note(list, ChangeKind::Other, "time_zone".to_owned(), says);
    }
}

fn sources(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    for source in &new.sources {
        let clause = format!("sources.{}", source.name);
        match old.source(&source.name) {
            None => {
                let says = format!(
                    "We take in a new set of data: {} ({}). {}",
                    source.called,
                    source.kind.in_words(),
                    source.acquired
                );
                note(list, ChangeKind::More, clause, says);
            }
            Some(before) => source_changed(before, source, &clause, list),
        }
    }
    for source in old.sources.iter().filter(|source| new.source(&source.name).is_none()) {
        let says = format!("We take in no more of this: {}.", source.called);
        note(list, ChangeKind::Less, format!("sources.{}", source.name), says);
    }
}

fn source_changed(old: &Source, new: &Source, clause: &str, list: &mut Vec<Change>) {
    if old.kind != new.kind {
        let says = format!(
            "{}: we said that it came {}, and say now that it came {}.",
            new.called,
            old.kind.in_words(),
            new.kind.in_words()
        );
        note(list, ChangeKind::Other, format!("{clause}.kind"), says);
    }
    if place(old) != place(new) {
        // Never where from: an address may hold a password.
        let says = format!("{} is read from elsewhere.", new.called);
        note(list, ChangeKind::Other, format!("{clause}.{}", read_by(old, new)), says);
    }
    openness(old, new, clause, list);
    telling(&new.called, [&old.tell, &new.tell], clause, list);
    let (was, is) = (values(old), values(new));
    each(&was, &is, list, |column, kind| {
        let verb = if kind == ChangeKind::More { "We take in" } else { "We take in no more" };
        (format!("{clause}.columns"), format!("{verb} of {}: {}.", new.called, readable(column)))
    });
    if old.keep != new.keep {
        let told = |keep: Option<theirs_charter::Retention>| {
            keep.map_or_else(|| "without an end".to_owned(), |keep| format!("for {keep}"))
        };
        let says = format!(
            "{} was kept {} and is kept {} now.",
            new.called,
            told(old.keep),
            told(new.keep)
        );
        let kind = match (old.keep, new.keep) {
            (Some(_), None) => ChangeKind::More,
            (None, Some(_)) => ChangeKind::Less,
            (Some(was), Some(is)) => longer(was, is),
            (None, None) => ChangeKind::Other,
        };
        note(list, kind, format!("{clause}.keep"), says);
    }
}

/// Whether an address that anybody can have written there opens the page of somebody.
fn openness(old: &Source, new: &Source, clause: &str, list: &mut Vec<Change>) {
    let (kind, says) = match (old.is_open_to_all(), new.is_open_to_all()) {
        (false, true) => (
            ChangeKind::Less,
            "an address that stands nowhere else opens no page of yours, as anybody may have written it",
        ),
        (true, false) => (
            ChangeKind::More,
            "an address in it opens your page, as if only you could have written it",
        ),
        _ => return,
    };
    note(list, kind, format!("{clause}.open_to_all"), format!("{}: {says}.", new.called));
}

/// Where the rows of a source are.
fn place(source: &Source) -> [Option<&str>; 6] {
    let pull = &source.pull;
    [
        source.file.as_deref(),
        source.table.as_deref(),
        pull.bucket.as_deref(),
        pull.database.as_deref(),
        pull.web.as_ref().map(|web| web.url.as_str()),
        source.collect.as_ref().map(|collect| collect.stream.as_str()),
    ]
}

/// The field in which the places of two versions differ first.
fn read_by(old: &Source, new: &Source) -> &'static str {
    let names = ["file", "table", "bucket", "database", "url", "collect"];
    let mut both = names.into_iter().zip(place(old).into_iter().zip(place(new)));
    both.find(|(_, (was, is))| was != is).map_or("file", |(name, _)| name)
}

/// The columns of a source that hold something: those that only say yes or no are told apart.
fn values(source: &Source) -> BTreeSet<String> {
    match &source.holds {
        Holds::Activity(_) => set(&source.kept()),
        Holds::Identity(identity) => {
            let columns = identity.columns.iter().filter(|column| !choice::is_choice(column));
            columns.map(|column| column.name.clone()).collect()
        }
    }
}

/// How somebody else hears that data were wrong, or that somebody is erased. Never to which address.
fn telling(called: &str, [was, is]: [&Tell; 2], clause: &str, list: &mut Vec<Change>) {
    if was == is {
        return;
    }
    let how = |tell: &Tell| match tell {
        Tell::File => "a note that one of us hands over",
        Tell::Mail(_) => "e-mail",
        Tell::Webhook(_) => "a message from our computer to theirs",
    };
    let news = "When your data were wrong or are deleted, whoever keeps them at";
    let says = if how(was) == how(is) {
        format!("{news} “{called}” is told at another address.")
    } else {
        format!("{news} “{called}” is told by {}, and not by {}.", how(is), how(was))
    };
    note(list, ChangeKind::Other, format!("{clause}.tell"), says);
}

fn longer(was: theirs_charter::Retention, is: theirs_charter::Retention) -> ChangeKind {
    let days = |keep: theirs_charter::Retention| {
        let unit = match keep.unit {
            jiff::Unit::Year => 365,
            jiff::Unit::Month => 30,
            _ => 1,
        };
        u64::from(keep.count) * unit
    };
    if days(is) > days(was) { ChangeKind::More } else { ChangeKind::Less }
}

fn recipients(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    for one in &new.recipients {
        let clause = format!("recipients.{}", one.key);
        match old.recipient(&one.key) {
            None => {
                let says = format!("{} may be given data. {}", one.name, what_it_is(one));
                note(list, ChangeKind::More, clause, says);
            }
            Some(was) => {
                if what_it_is(was) != what_it_is(one) || was.name != one.name {
                    let says = format!("{}, who may be given data: {}", one.name, what_it_is(one));
                    note(list, ChangeKind::Other, clause.clone(), says);
                }
                telling(&one.name, [&was.tell, &one.tell], &clause, list);
            }
        }
    }
    for one in old.recipients.iter().filter(|one| new.recipient(&one.key).is_none()) {
        let says = format!("{} is given no more data.", one.name);
        note(list, ChangeKind::Less, format!("recipients.{}", one.key), says);
    }
}

fn what_it_is(one: &Recipient) -> String {
    let does = one.does.as_deref().unwrap_or("receives them");
    let country = theirs_charter::country_name(&one.country);
    let safe = one.safeguard.as_ref().map(|safe| format!(" What protects the data there: {safe}"));
    format!(
        "It is in {country} and {does}; in law it is a {}.{}",
        one.role,
        safe.unwrap_or_default()
    )
}

/// What was added, and what was taken away.
fn each(
    was: &BTreeSet<String>,
    is: &BTreeSet<String>,
    list: &mut Vec<Change>,
    say: impl Fn(&str, ChangeKind) -> (String, String),
) {
    for (one, kind) in is
        .difference(was)
        .map(|one| (one, ChangeKind::More))
        .chain(was.difference(is).map(|one| (one, ChangeKind::Less)))
    {
        let (clause, says) = say(one, kind);
        note(list, kind, clause, says);
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn readable(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests;
