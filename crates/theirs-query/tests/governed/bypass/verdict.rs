//! Whether an attack succeeded, by what came back.

use super::corpus::{Aim, Attack};
use crate::fixture::SECRETS;

/// How an attack succeeds with these replies of the two worlds, if it does.
pub fn leak(attack: &Attack, replies: &[String]) -> Option<String> {
    match &attack.aim {
        _ if replies.iter().any(|reply| has_panicked(reply)) => Some("panic".to_owned()),
        Aim::Gets(text) if replies[0].contains(text.as_str()) => Some(replies[0].clone()),
        Aim::Tells if !same(&replies[0], &replies[1]) => {
            Some(replies.join("\n--- elsewhere ---\n"))
        }
        _ => None,
    }
}

/// Whether the engine panicked, which the door turns into this answer.
fn has_panicked(reply: &str) -> bool {
    reply.contains("panic") || reply.contains("cannot be carried out")
}

/// Whether two replies are the same but for the order of rows, which threads decide.
pub fn same(one: &str, other: &str) -> bool {
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    one == other || lines(one) == lines(other)
}

/// What a reply holds of what only service may see, and the attack did not say itself.
pub fn secret(attack: &Attack, reply: &str) -> Option<String> {
    let leaks = |secret: &&&str| reply.contains(**secret) && !attack.says(secret);
    // To tell something apart, an attack may make up the text itself.
    let may_say = attack.role == "service" || attack.aim == Aim::Tells;
    let found = SECRETS.iter().filter(|_| !may_say).find(leaks)?;
    Some(format!("{found} in {reply}"))
}
