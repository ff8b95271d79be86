//! What a new version changes in what data are used for.

use std::collections::BTreeSet;

use theirs_charter::{Charter, Coarseness, Grant, Output, Purpose};
use theirs_words::Speech;

use super::{Change, ChangeKind, each, longer, note, readable};
use crate::rule::rule_in_words;

pub(super) fn purposes(old: &Charter, new: &Charter, list: &mut Vec<Change>) {
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
            Some(was) => purpose_changed(was, purpose, [new, old], &clause, list),
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
    charters: [&Charter; 2],
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
    output(was, is, &named, clause, list);
    if was.keep != is.keep {
        let says = format!(
            "What {named} makes was kept for {} and is kept for {} now.",
            was.keep, is.keep
        );
        note(list, longer(was.keep, is.keep), format!("{clause}.keep"), says);
    }
    grants(&was.columns, &is.columns, "your record", &named, &format!("{clause}.columns"), list);
    activities(was, is, charters, &named, clause, list);
    let key = |keys: &[String]| keys.iter().cloned().collect::<BTreeSet<_>>();
    each(&key(&was.recipients), &key(&is.recipients), list, |key, kind| {
        let known = charters.iter().find_map(|charter| charter.recipient(key));
        let name = known.map_or(key, |known| known.name.as_str());
        let may = if kind == ChangeKind::More { "may be given" } else { "is no longer given" };
        (format!("{clause}.recipients"), format!("{name} {may} data for {named}."))
    });
    let rule = |one: &Purpose| one.decide.as_ref().map(|decide| decide.due.clone());
    if rule(was) != rule(is) {
        let says = match rule(is) {
            Some(rule) => {
                let rule = rule_in_words(&rule, &Speech::default());
                format!("A rule picks people for {named}: {rule}.")
            }
            None => format!("No rule picks people for {named} any more."),
        };
        note(list, ChangeKind::Other, format!("{clause}.decide"), says);
    }
}

/// Whether it sees people one by one, or groups, and how large they are at least.
fn output(was: &Purpose, is: &Purpose, named: &str, clause: &str, list: &mut Vec<Change>) {
    /// The fewest people whom it looks at together; nobody at all is most.
    fn fewest(purpose: &Purpose) -> u32 {
        match purpose.output {
            Output::Rows => 1,
            Output::Aggregate { minimum_group, .. } => minimum_group,
            Output::Verdict(_) => u32::MAX,
        }
    }
    let seen = |purpose: &Purpose| match purpose.output {
        Output::Rows => "at people one by one".to_owned(),
        Output::Aggregate { minimum_group, .. } => {
            format!("only at groups of {minimum_group} people or more")
        }
        Output::Verdict(_) => "at nobody, and only test data".to_owned(),
    };
    let (before, now) = (fewest(was), fewest(is));
    if before == now {
        return;
    }
    let kind = if now < before { ChangeKind::More } else { ChangeKind::Other };
    let says = format!("For {named} we look {}; before it was {}.", seen(is), seen(was));
    let is_group = |purpose: &Purpose| matches!(purpose.output, Output::Aggregate { .. });
    let field = if is_group(was) && is_group(is) { "minimum_group" } else { "output" };
    note(list, kind, format!("{clause}.{field}"), says);
}

fn activities(
    was: &Purpose,
    is: &Purpose,
    charters: [&Charter; 2],
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
        let known = charters.iter().find_map(|charter| charter.source(source));
        let called = known.map_or(source.as_str(), |known| known.called.as_str());
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
        let how = |coarseness: Coarseness| match coarseness.in_words() {
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
                    () if before == Coarseness::Exact => ChangeKind::Less,
                    () if now == Coarseness::Exact => ChangeKind::More,
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
