//! `theirs collect`: the keys with which events are sent, and what became of the events.

use std::collections::BTreeSet;

use serde_json::json;
use theirs_charter::nearest;
use theirs_collect::Plan;
use theirs_uses::{Act, Told};

use super::Output;
use super::words::count;
use crate::cli::{CollectVerb, WriteKeyVerb};
use crate::failure::Failure;
use crate::workspace::Workspace;

/// How many rows of counts are shown.
const MOST_SHOWN: u32 = 200;

pub(super) fn run(
    workspace: &Workspace,
    verb: &CollectVerb,
    out: &mut Output,
) -> Result<(), Failure> {
    match verb {
        CollectVerb::Key { verb: WriteKeyVerb::Add { stream, server } } => {
            add(workspace, stream, *server, out)
        }
        CollectVerb::Key { verb: WriteKeyVerb::List } => list(workspace, out),
        CollectVerb::Key { verb: WriteKeyVerb::Revoke { hint } } => revoke(workspace, hint, out),
        CollectVerb::Status => status(workspace, out),
    }
}

fn add(workspace: &Workspace, stream: &str, server: bool, out: &mut Output) -> Result<(), Failure> {
    let plan = Plan::of(&*workspace.charter()?, BTreeSet::new());
    if !plan.has(stream) {
        let known: Vec<&str> = plan.streams().collect();
        let hint = match nearest(stream, known.iter().copied()) {
            Some(name) => format!("; did you mean \"{name}\"?"),
            None if known.is_empty() => {
                "; it has none: a source with `collect: NAME` makes one".to_owned()
            }
            None => format!("; it has {}", known.join(", ")),
        };
        return Err(Failure::Usage(format!("the charter has no stream \"{stream}\"{hint}")));
    }
    let now = workspace.clock.now();
    log(workspace, format!("a write key for {stream}"))?;
    let new = workspace.store.add_write_key(stream, server, now)?;
    out.data(&json!({ "stream": stream, "server": server, "key": new.key }))?;
    let whose = if server { "a server's, to be kept secret" } else { "for browsers and apps" };
    out.line(&format!("A write key for {stream}, {whose}. It is shown only now:\n  {}", new.key))?;
    Ok(())
}

fn list(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let keys = workspace.store.write_keys()?;
    let rows = keys.iter().map(|key| {
        json!({ "stream": key.stream, "server": key.server, "begins": key.hint,
                "made": key.made, "revoked": key.revoked })
    });
    out.data(&rows.collect::<Vec<_>>())?;
    if keys.is_empty() {
        out.line("There is no write key; `theirs collect key add STREAM` makes one.")?;
    }
    keys.iter().try_for_each(|key| {
        let kind = if key.server { "server" } else { "browser" };
        let day = workspace.charter()?.day(key.made);
        let revoked = if key.revoked.is_some() { ", revoked" } else { "" };
        out.line(&format!("{}…  {} ({kind}), made {day}{revoked}", key.hint, key.stream))?;
        Ok(())
    })
}

fn revoke(workspace: &Workspace, hint: &str, out: &mut Output) -> Result<(), Failure> {
    let keys = workspace.store.write_keys()?;
    let standing = keys.iter().filter(|key| key.revoked.is_none());
    let hints: Vec<&str> = standing.map(|key| key.hint.as_str()).collect();
    let hint = hint.trim_end_matches('…');
    if !hints.contains(&hint) {
        let nearest = nearest(hint, hints.iter().copied());
        let nearest = nearest.map_or_else(String::new, |name| format!("; did you mean {name}?"));
        return Err(Failure::Usage(format!("no key that stands begins so{nearest}")));
    }
    log(workspace, "a write key revoked".to_owned())?;
    workspace.store.revoke_write_key(hint, workspace.clock.now())?;
    out.data(&json!({ "revoked": hint }))?;
    out.line(&format!("{hint}… is revoked; what comes with it is refused."))?;
    Ok(())
}

fn log(workspace: &Workspace, reason: String) -> Result<(), Failure> {
    let mut told = Told::new(Act::Principal, "our administrators");
    told.reason = Some(reason);
    workspace.book().log_none(&told, workspace.charter_digest()?, workspace.clock.now())?;
    Ok(())
}

fn status(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let counts = workspace.store.collected_counts(MOST_SHOWN)?;
    let rows = counts.iter().map(|one| {
        json!({ "day": one.day, "stream": one.stream, "outcome": one.outcome, "count": one.count })
    });
    out.data(&rows.collect::<Vec<_>>())?;
    if counts.is_empty() {
        out.line("No events came yet.")?;
    }
    counts.iter().try_for_each(|one| {
        let (stream, day) = (&one.stream, &one.day);
        Ok(out.line(&format!("{day}  {stream}  {:>10}  {}", count(one.count), one.outcome))?)
    })
}
