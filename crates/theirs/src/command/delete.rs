//! `theirs delete`: one value of a person goes, and stays out.

use serde_json::json;
use theirs_rights::{By, Deleted, Ground};

use super::Output;
use super::words::{entries, moment};
use crate::failure::Failure;
use crate::sweeping;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    (person, column): (&str, &str),
    ground: Ground,
    now: bool,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let by = By::Colleague(&asker);
    let person = desk.find(person, by)?;
    let done = desk.delete(&person, column, ground, by)?;
    sweeping::follow(workspace)?;
    let swept = if now { Some(sweeping::sweep(workspace)?) } else { None };
    out.data(&json!({ "person": person.id, "deleted": done, "swept": swept }))?;
    for sentence in sentences(workspace, &done)? {
        out.line(&sentence)?;
    }
    match swept {
        Some(swept) => super::erase::say(&swept, out),
        None => Ok(out.line(
            "The files follow: by themselves while `theirs serve` runs, else by `theirs sweep`.",
        )?),
    }
}

fn sentences(workspace: &Workspace, done: &Deleted) -> Result<Vec<String>, Failure> {
    let zone = workspace.charter()?.time_zone;
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
