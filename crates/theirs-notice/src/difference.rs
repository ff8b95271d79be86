//! What a new version of the charter changes, in words that a client understands.

mod purpose;

use std::collections::BTreeSet;

use serde::Serialize;
use theirs_charter::{Charter, Recipient, Source};
use theirs_words::capital;

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
    sources(old, new, &mut list);
    recipients(old, new, &mut list);
    purpose::purposes(old, new, &mut list);
    roles(old, new, &mut list);
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
    let (was, is) = (set(&old.kept()), set(&new.kept()));
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
            Some(was) if what_it_is(was) != what_it_is(one) || was.name != one.name => {
                let says = format!("{}, who may be given data: {}", one.name, what_it_is(one));
                note(list, ChangeKind::Other, clause, says);
            }
            Some(_) => {}
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

fn roles(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    for role in &new.roles {
        let was = old.role(&role.name);
        let before: BTreeSet<String> =
            was.map(|role| role.purposes.iter().cloned().collect()).unwrap_or_default();
        let now: BTreeSet<String> = role.purposes.iter().cloned().collect();
        let clause = format!("roles.{}", role.name);
        each(&before, &now, list, |purpose, kind| {
            let may = if kind == ChangeKind::More { "may use" } else { "may no longer use" };
            let says =
                format!("{} {may} your data for {}.", capital(&role.says), readable(purpose));
            (format!("{clause}.purposes"), says)
        });
        let opened = was.is_some_and(|role| role.may_see_records);
        if opened != role.may_see_records {
            let (kind, may) = if role.may_see_records {
                (ChangeKind::More, "may")
            } else {
                (ChangeKind::Less, "may no longer")
            };
            let says =
                format!("{} {may} open your whole record, to answer you.", capital(&role.says));
            note(list, kind, format!("{clause}.may_see_records"), says);
        }
    }
    for role in old.roles.iter().filter(|role| new.role(&role.name).is_none()) {
        let says = format!("{} may use no data any more.", capital(&role.says));
        note(list, ChangeKind::Less, format!("roles.{}", role.name), says);
    }
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
