//! `theirs delete`: one value of a person goes, and stays out.

use serde_json::json;
use theirs_rights::{By, Deleted, Goes, Ground};

use super::Output;
use super::words::{count, entries, moment};
use crate::failure::Failure;
use crate::sweeping;
use crate::workspace::Workspace;

/// How far a deletion goes, and how soon.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// Entries that are known by the value go whole.
    pub(super) whole_entry: bool,
    /// The files are freed at once.
    pub(super) now: bool,
}

pub(super) fn run(
    workspace: &Workspace,
    (person, column): (&str, &str),
    ground: Ground,
    how: How,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let by = By::Colleague(&asker);
    let person = desk.find(person, by)?;
    let goes = desk.goes_with(&person, column, by)?;
    if !(goes.whole.is_empty() || how.whole_entry) {
        return Err(Failure::Usage(would_go(column, &goes)));
    }
    let done = desk.delete(&person, column, ground, by)?;
    let knew_before = sweeping::follow(workspace)?;
    let swept = if how.now { Some(sweeping::sweep(workspace)?) } else { None };
    out.data(&json!({ "person": person.id, "deleted": done, "swept": swept }))?;
    for sentence in sentences(workspace, &done)? {
        out.line(&sentence)?;
    }
    if knew_before {
        out.line(super::erase::GONE_TOO)?;
    }
    match swept {
        Some(swept) => super::erase::say(&swept, out),
        None => Ok(out.line(
            "The files follow: by themselves while `theirs serve` runs, else by `theirs sweep`.",
        )?),
    }
}

/// What would go besides the value, for whoever did not say that it may.
fn would_go(column: &str, goes: &Goes) -> String {
    let what = column.replace('_', " ");
    let whose: Vec<&str> = goes.whole.keys().map(String::as_str).collect();
    let whose = whose.join(" and ");
    let hangs =
        goes.activities.iter().map(|(name, number)| format!("{}: {}", name, count(*number)));
    let hangs = hangs.collect::<Vec<_>>().join(", ");
    let hangs = if hangs.is_empty() { hangs } else { format!(" ({hangs})") };
    format!(
        "{whose} knows them by their {what}: that entry would go whole, with all that it says, what \
         they agreed to there and what hangs on it{hangs}; nothing was deleted. Say --whole-entry if \
         it may"
    )
}

fn sentences(workspace: &Workspace, done: &Deleted) -> Result<Vec<String>, Failure> {
    let zone = workspace.time_zone()?;
    let what = done.column.replace('_', " ");
    let mut text = vec![format!(
        "Nothing is held of {what} any more, and no load brings it back. The last byte is gone by \
         {}. Use {}.",
        moment(done.files_until, &zone),
        done.use_id
    )];
    for (source, number) in &done.records {
        text.push(format!("{source}: taken out of {}.", entries(*number)));
    }
    for (source, number) in &done.gone {
        text.push(format!("{source}: {} gone whole, as it is known by that.", entries(*number)));
    }
    for name in done.recipients.iter().chain(&done.sources) {
        text.push(format!("{name} is told to delete it too."));
    }
    Ok(text)
}
