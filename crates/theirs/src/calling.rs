//! Tells whoever holds a key that something waits for it, where the charter gives their role an address.
//!
//! It is told once, when it begins to wait: with a new version of the charter, and when a key is turned
//! back. The message names the clause and what it would do, and nobody; nothing waits for it, as what is
//! not approved does nothing anyhow.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use theirs_charter::{Asker, Authority, Gate, Key, Role};
use theirs_uses::{Act, Told};

use crate::failure::Failure;
use crate::mail::{Mail, can_reach, post};
use crate::workspace::Workspace;

/// How long such a message matters.
const LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What waits for which key: a clause as it is, and the key.
pub type Waiting = BTreeSet<(String, Key)>;

/// What waits for keys now; a veto waits for nobody.
pub fn waiting(authority: &Authority) -> Waiting {
    let all = gates(authority).flat_map(|gate| {
        gate.missing().into_iter().map(|key| (clause(gate), key)).collect::<Vec<_>>()
    });
    all.collect()
}

/// For how many clauses somebody may turn a key that is missing.
pub fn waiting_for(authority: &Authority, asker: &Asker) -> usize {
    may_turn(authority, asker).count()
}

/// The clauses of which somebody may turn a key that is missing: they hold it, and have turned none of the
/// clause, as nobody turns both.
pub fn may_turn<'a>(authority: &'a Authority, asker: &'a Asker) -> impl Iterator<Item = &'a Gate> {
    let held = authority.keys(asker);
    gates(authority).filter(move |gate| {
        gate.missing().iter().any(|key| held.contains(key))
            && gate.turned.iter().all(|turn| !turn.is_by(&asker.name))
    })
}

/// Each clause that waits, with the keys that it waits for.
pub fn gates(authority: &Authority) -> impl Iterator<Item = &Gate> {
    let waits =
        |gate: &&Gate| gate.need.is_some() && gate.veto.is_none() && !gate.missing().is_empty();
    authority.gates().iter().filter(waits)
}

/// Writes to each role whose key is asked for by something that did not wait before; says to how many.
pub fn call(workspace: &Workspace, before: &Waiting) -> Result<usize, Failure> {
    let authority = workspace.authority()?;
    let roles = authority.charter().roles.iter().filter_map(|role| Some((role, role.key?)));
    let mut called = 0;
    for (role, key) in roles.filter(|(_, key)| Key::TWO.contains(key)) {
        let is_new =
            |gate: &&Gate| gate.missing().contains(&key) && !before.contains(&(clause(gate), key));
        let new: Vec<&Gate> = gates(&authority).filter(is_new).collect();
        let email = role.email.as_deref().filter(|email| can_reach(email));
        if let Some(email) = email.filter(|_| !new.is_empty()) {
            write(workspace, &authority, (role, key, email), &new)?;
            called += 1;
        }
    }
    Ok(called)
}

fn clause(gate: &Gate) -> String {
    format!("{} {}", gate.subject, gate.subject.digest)
}

fn write(
    workspace: &Workspace,
    authority: &Authority,
    (role, key, email): (&Role, Key, &str),
    new: &[&Gate],
) -> Result<(), Failure> {
    let charter = authority.charter();
    let at = workspace.clock.now();
    let subjects: Vec<String> = new.iter().map(|gate| gate.subject.to_string()).collect();
    let mut told = Told::new(Act::Approval, &role.says);
    told.role = Some(role.name.clone());
    told.reason = Some(format!("asked for the key of {}: {}", key.name(), subjects.join(", ")));
    let use_id = workspace.book().log_none(&told, charter.digest, at)?;
    let subject = match &subjects[..] {
        [only] => format!("Your key is asked for: {only}"),
        more => format!("Your key is asked for: {} clauses of the charter", more.len()),
    };
    let text = text(workspace, key, new);
    let on_record = format!("That you were asked is on record, as use {use_id}.");
    let part = format!("key-{}", role.name);
    let mail = Mail {
        to: email,
        subject: &subject,
        text: &text,
        on_record: &on_record,
        use_id,
        part: Some(&part),
        unsubscribe: None,
        at,
        until: at.saturating_add(LASTS).unwrap_or(Timestamp::MAX),
    };
    post(&mail, &charter.controller, &workspace.folder.outbox())?;
    Ok(())
}

/// How many clauses a message names; the page has them all.
const MOST_NAMED: usize = 20;

fn text(workspace: &Workspace, key: Key, new: &[&Gate]) -> String {
    let mut text = format!(
        "You hold the key of {}. These do nothing until two people have approved them, and yours is missing:\n\n",
        key.in_words()
    );
    for gate in new.iter().take(MOST_NAMED) {
        let because = gate.need.as_ref().map(theirs_charter::Need::in_words).unwrap_or_default();
        let _ = writeln!(text, "- {}, because {because}", gate.subject);
    }
    if new.len() > MOST_NAMED {
        let _ = writeln!(text, "- and {} more", new.len() - MOST_NAMED);
    }
    let page = workspace.public().map(|public| format!("{public}/staff/keys"));
    let page = page.unwrap_or_else(|| "the page /staff/keys of the portal".to_owned());
    let _ = write!(
        text,
        "\nRead what each would do, and turn your key or leave it: {page}, or `theirs pending`."
    );
    text
}
