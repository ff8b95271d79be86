//! What a new version of the charter changes, in words that a client understands.

use std::collections::BTreeSet;

use serde::Serialize;
use theirs_charter::{Charter, Grant, Purpose, Recipient, Source};

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
    purposes(old, new, &mut list);
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

fn purposes(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
    for purpose in &new.purposes {
        let clause = format!("purposes.{}", purpose.name);
        match old.purpose(&purpose.name) {
            None => {
                let says = format!(
                    "We begin to use your data for this: {} We may do it {}.",
                    purpose.says,
                    purpose.basis.in_words()
                );
                note(list, ChangeKind::More, clause, says);
            }
            Some(was) => purpose_changed(was, purpose, new, &clause, list),
        }
    }
    for purpose in old.purposes.iter().filter(|one| new.purpose(&one.name).is_none()) {
        let says = format!("We no longer do this: {}", purpose.says);
        note(list, ChangeKind::Less, format!("purposes.{}", purpose.name), says);
    }
}

fn purpose_changed(
    was: &Purpose,
    is: &Purpose,
    new: &Charter,
    clause: &str,
    list: &mut Vec<Change>,
) {
    let named = readable(&is.name);
    if was.says != is.says {
        let says = format!("We said: “{}” We say now: “{}”", was.says, is.says);
        note(list, ChangeKind::Other, format!("{clause}.says"), says);
    }
    if was.basis != is.basis {
        let says = format!(
            "For {named} we may use your data {}, and no longer {}.",
            is.basis.in_words(),
            was.basis.in_words()
        );
        note(list, ChangeKind::Other, format!("{clause}.basis"), says);
    }
    if was.consent != is.consent {
        let (kind, says) = match &is.consent {
            Some(topic) => {
                (ChangeKind::Less, format!("For {named} we need your yes to: {}.", readable(topic)))
            }
            None => (ChangeKind::More, format!("For {named} we no longer ask for your yes.")),
        };
        note(list, kind, format!("{clause}.consent"), says);
    }
    if was.may_object != is.may_object {
        let (kind, can) = if is.may_object {
            (ChangeKind::Less, "can")
        } else {
            (ChangeKind::More, "can no longer")
        };
        note(list, kind, format!("{clause}.may_object"), format!("You {can} say no to {named}."));
    }
    if was.keep != is.keep {
        let says = format!(
            "What {named} makes was kept for {} and is kept for {} now.",
            was.keep, is.keep
        );
        note(list, longer(was.keep, is.keep), format!("{clause}.keep"), says);
    }
    grants(&was.columns, &is.columns, "your record", &named, &format!("{clause}.columns"), list);
    activities(was, is, new, &named, clause, list);
    let key = |keys: &[String]| keys.iter().cloned().collect::<BTreeSet<_>>();
    each(&key(&was.recipients), &key(&is.recipients), list, |key, kind| {
        let name = new.recipient(key).map_or(key, |known| known.name.as_str());
        let may = if kind == ChangeKind::More { "may be given" } else { "is no longer given" };
        (format!("{clause}.recipients"), format!("{name} {may} data for {named}."))
    });
    let rule = |one: &Purpose| one.decide.as_ref().map(|decide| decide.due.clone());
    if rule(was) != rule(is) {
        let says = match rule(is) {
            Some(rule) => format!("A rule picks people for {named}: {rule}."),
            None => format!("No rule picks people for {named} any more."),
        };
        note(list, ChangeKind::Other, format!("{clause}.decide"), says);
    }
}

fn activities(
    was: &Purpose,
    is: &Purpose,
    new: &Charter,
    named: &str,
    clause: &str,
    list: &mut Vec<Change>,
) {
    let of = |purpose: &Purpose, source: &str| {
        let found = purpose.activities.iter().find(|grant| grant.source == source);
        found.map(|grant| grant.columns.clone()).unwrap_or_default()
    };
    let sources: BTreeSet<&String> =
        was.activities.iter().chain(&is.activities).map(|grant| &grant.source).collect();
    for source in sources {
        let called = new.source(source).map_or(source.as_str(), |known| known.called.as_str());
        let clause = format!("{clause}.activities.{source}");
        grants(&of(was, source), &of(is, source), &format!("“{called}”"), named, &clause, list);
    }
}

fn grants(
    was: &[Grant],
    is: &[Grant],
    of: &str,
    named: &str,
    clause: &str,
    list: &mut Vec<Change>,
) {
    let find = |all: &[Grant], column: &str| {
        all.iter().find(|grant| grant.column == column).map(|grant| grant.coarseness)
    };
    let columns: BTreeSet<&String> = was.iter().chain(is).map(|grant| &grant.column).collect();
    for column in columns {
        let told = readable(column);
        let how = |coarseness: theirs_charter::Coarseness| match coarseness.in_words() {
            words if words.is_empty() => "the value itself".to_owned(),
            words => words,
        };
        let (kind, says) = match (find(was, column), find(is, column)) {
            (None, Some(now)) => (
                ChangeKind::More,
                format!("For {named} we look at one more thing of {of}: {told} ({}).", how(now)),
            ),
            (Some(_), None) => {
                (ChangeKind::Less, format!("For {named} we no longer look at {told} of {of}."))
            }
            (Some(before), Some(now)) if before != now => {
                let kind = match () {
                    () if before == theirs_charter::Coarseness::Exact => ChangeKind::Less,
                    () if now == theirs_charter::Coarseness::Exact => ChangeKind::More,
                    () => ChangeKind::Other,
                };
                (
                    kind,
                    format!(
                        "For {named} we look at {told} of {of} otherwise: {}; it was {}.",
                        how(now),
                        how(before)
                    ),
                )
            }
            _ => continue,
        };
        note(list, kind, format!("{clause}.{column}"), says);
    }
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

fn capital(text: &str) -> String {
    theirs_words::capital(text)
}
