//! Roles that can come at more than their work needs.
//!
//! A charter does not say what a role's work is, so this looks for signs: a role that can do all
//! that another can and more, that holds most of the purposes, or that both opens whole records and
//! markets. The price: a shop of one person has one wide role, and is told so.

use std::collections::BTreeSet;

use theirs_charter::{Charter, Outline, Role};

use super::line;
use crate::done::Done;
use crate::flow::{Flow, Reach, words::listed};

/// The purposes from which a role can be wide at all.
const FEWEST_PURPOSES: usize = 4;
/// How many roles may open whole records before nobody knows who did.
const MOST_OPENERS: usize = 2;

/// One flow for each role that can come at more than its work needs.
pub(super) fn wide(charter: &Charter, done: Option<&Done>, outline: &Outline) -> Vec<Flow> {
    let of = |role: &Role| {
        let why = [
            covers(charter, role, done),
            opens_and_markets(charter, role),
            too_many_open(charter, role),
        ];
        let why: Vec<String> = why.into_iter().flatten().collect();
        if why.is_empty() {
            return None;
        }
        Some(Flow {
            name: role.name.clone(),
            does: format!("{} may use {}.", role.says, listed(&names(role))),
            of: vec![crate::flow::People::Clients],
            reach: Reach { roles: vec![role.name.clone()], wider_than_needed: Some(why.join(" ")) },
            line: line(outline, &["roles", &role.name]),
            ..Flow::default()
        })
    };
    charter.roles.iter().filter_map(of).collect()
}

fn names(role: &Role) -> Vec<&str> {
    role.purposes.iter().map(String::as_str).collect()
}

/// It can do all that another role can, and more, or most of everything.
fn covers(charter: &Charter, role: &Role, done: Option<&Done>) -> Option<String> {
    let all: BTreeSet<&String> = role.purposes.iter().collect();
    if all.len() < FEWEST_PURPOSES {
        return None;
    }
    let other = charter.roles.iter().find(|other| {
        other.name != role.name
            && !other.purposes.is_empty()
            && other.purposes.len() < all.len()
            && other.purposes.iter().all(|name| all.contains(name))
    });
    let most = all.len() * 3 > charter.purposes.len() * 2 && charter.roles.len() > 1;
    let mut why = match other {
        Some(other) => format!("{} can do all that {} can, and more.", role.name, other.name),
        None if most => {
            format!("{} holds {} of {} purposes.", role.name, all.len(), charter.purposes.len())
        }
        None => return None,
    };
    let never = never_used(role, done);
    if !never.is_empty() {
        why = format!("{why} It never used {}.", listed(&never));
    }
    Some(why)
}

/// The purposes that it never used, though the folder has seen uses.
fn never_used<'r>(role: &'r Role, done: Option<&Done>) -> Vec<&'r str> {
    let Some(done) = done.filter(|done| done.purposes.values().any(|one| one.uses > 0)) else {
        return Vec::new();
    };
    let used = |purpose: &str| {
        done.purposes.get(purpose).is_some_and(|one| one.roles.contains(&role.name))
    };
    names(role).into_iter().filter(|purpose| !used(purpose)).collect()
}

fn opens_and_markets(charter: &Charter, role: &Role) -> Option<String> {
    let marketing: Vec<&str> = names(role)
        .into_iter()
        .filter(|name| {
            let category = charter.purpose(name).map_or("", |purpose| purpose.category.as_str());
            ["marketing.", "advertise.", "share.", "enrich."]
                .iter()
                .any(|f| category.starts_with(f))
        })
        .collect();
    (role.may_see_records && !marketing.is_empty()).then(|| {
        format!(
            "{} markets ({}) and may open anybody's whole record.",
            role.name,
            listed(&marketing)
        )
    })
}

fn too_many_open(charter: &Charter, role: &Role) -> Option<String> {
    let openers = charter.roles.iter().filter(|role| role.may_see_records).count();
    (role.may_see_records && openers > MOST_OPENERS).then(|| {
        format!("{} is one of {openers} roles that may open anybody's whole record.", role.name)
    })
}
