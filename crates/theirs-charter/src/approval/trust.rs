//! What a role lets its people do more than in the first charter, and what it lets them do until two people
//! agree.
//!
//! Whoever may apply a charter could otherwise give themselves both keys. A key that nobody held on the
//! first day may be given to somebody without keys: else a folder that began without them could never have
//! any.

use std::collections::BTreeSet;

use super::{Subject, SubjectKind, clause};
use crate::charter::{Charter, Key, Role};

/// The roles of a charter as clauses, and those of the first that held a key and are gone.
pub(super) fn subjects(first: Option<&Charter>, charter: &Charter) -> Vec<Subject> {
    let own = charter.roles.iter().map(|role| subject(&role.name, Some(role)));
    let gone = first.into_iter().flat_map(|first| &first.roles);
    let gone = gone.filter(|role| role.key.is_some() && charter.role(&role.name).is_none());
    own.chain(gone.map(|role| subject(&role.name, None))).collect()
}

/// A role as a clause.
pub(super) fn subject(name: &str, role: Option<&Role>) -> Subject {
    let digest = clause::role(name, role);
    Subject { kind: SubjectKind::Role, name: name.to_owned(), digest }
}

/// What the role of this name lets its people do more, or that a key of theirs moved; and the role as it
/// is until that is approved.
pub(super) fn more(
    first: &Charter,
    charter: &Charter,
    name: &str,
) -> Option<(BTreeSet<String>, Role)> {
    let (was, is) = (first.role(name), charter.role(name));
    let mut more = BTreeSet::new();
    let may = |role: Option<&Role>, purpose: &String| {
        role.is_some_and(|role| role.purposes.contains(purpose))
    };
    let purposes = is.map(|is| is.purposes.as_slice()).unwrap_or_default();
    // One that the first charter does not have waits for its own keys, which are for these roles alone.
    let is_new = |purpose: &String| first.purpose(purpose).is_none();
    for purpose in purposes.iter().filter(|purpose| !may(was, purpose) && !is_new(purpose)) {
        more.insert(format!("it may use {purpose}"));
    }
    let opens = |role: Option<&Role>| role.is_some_and(|role| role.may_see_records);
    if opens(is) && !opens(was) {
        more.insert("it may open whole records".to_owned());
    }
    let key = |role: Option<&Role>| role.and_then(|role| role.key);
    let (held, holds) = (key(was), key(is));
    let is_unheld = |key: Key| first.roles.iter().all(|role| role.key != Some(key));
    let is_free = held.is_none() && holds.is_some_and(is_unheld);
    if held != holds && !is_free {
        more.extend(held.map(|key| format!("it no longer holds the key of {}", key.in_words())));
        more.extend(holds.map(|key| format!("it holds the key of {}", key.in_words())));
    }
    if more.is_empty() {
        return None;
    }
    let mut until = is.or(was)?.clone();
    until.purposes.retain(|purpose| is.is_some() && (may(was, purpose) || is_new(purpose)));
    until.may_see_records = opens(is) && opens(was);
    until.key = if is_free { holds } else { held };
    Some((more, until))
}
