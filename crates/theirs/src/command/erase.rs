//! `theirs erase`, `sweep` and `readmit`: a person goes, from answers and files, and may come back.

use serde_json::json;
use theirs_rights::{By, Ground, Marker, Swept, note_readmitted};
use theirs_store::Mark;
use theirs_uses::{Act, Told};
use theirs_words::Speech;

use super::Output;
use super::receipt;
use super::words::{count, people, some};
use crate::confirmation;
use crate::failure::Failure;
use crate::sweeping;
use crate::workspace::Workspace;

/// Told where there was an older database beside, which knew them.
pub(super) const GONE_TOO: &str =
    "The database of before the upgrade is removed too; nothing goes back to it.";

pub(super) fn run(
    workspace: &Workspace,
    person: &str,
    ground: Ground,
    now: bool,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let desk = workspace.desk()?;
    let person = desk.find(person, By::Colleague(&asker))?;
    let by = desk.permitted(By::Colleague(&asker))?;
    let begun = desk.begin_erasure(&person, ground, By::Colleague(&asker))?;
    let last = receipt::last(workspace, &person, &by)?;
    let done = desk.finish_erasure(&person, begun)?;
    let knew_before = sweeping::follow(workspace)?;
    let charter = workspace.charter()?;
    let theirs = charter.speech(charter.language);
    let file = confirmation::write(&done, &charter, &theirs, &last, &workspace.folder.outbox())?;
    let swept = if now { Some(sweeping::sweep(workspace)?) } else { None };
    out.data(&json!({ "erased": done, "confirmation": file, "swept": swept }))?;
    for sentence in confirmation::sentences(&done, &Speech::default(), &charter.time_zone) {
        out.line(&sentence)?;
    }
    if knew_before {
        out.line(GONE_TOO)?;
    }
    out.line(&format!("This confirmation, for the person, is {}.", file.display()))?;
    if let Some(swept) = swept {
        say(&swept, out)
    } else {
        out.line(
            "The files follow: by themselves while `theirs serve` runs, else by `theirs sweep`.",
        )?;
        Ok(())
    }
}

pub(super) fn sweep(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let swept = sweeping::sweep(workspace)?;
    out.data(&swept)?;
    say(&swept, out)
}

pub(super) fn say(swept: &Swept, out: &mut Output) -> Result<(), Failure> {
    if swept.is_hindered {
        let message = "somebody is reading the database, so it could not be freed yet; sweep again";
        return Err(Failure::Unsound(message.to_owned()));
    }
    let freed_of = match (swept.erasures, swept.values) {
        (0, 0) => {
            out.line("Nothing waits to be swept.")?;
            return Ok(());
        }
        (erasures, 0) => people(erasures),
        (0, values) => some_values(values),
        (erasures, values) => format!("{} and {}", people(erasures), some_values(values)),
    };
    out.line(&format!(
        "The files are free of {freed_of}: {} rows out of {}, {} cut, the database written anew.",
        count(swept.rows),
        some(usize::try_from(swept.lake_files).unwrap_or(usize::MAX), "file"),
        some(usize::try_from(swept.lists).unwrap_or(usize::MAX), "list"),
    ))?;
    Ok(())
}

fn some_values(number: u64) -> String {
    some(usize::try_from(number).unwrap_or(usize::MAX), "deleted value")
}

pub(super) fn readmit(
    workspace: &Workspace,
    name: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let says = workspace.desk()?.permitted(By::Colleague(&asker))?;
    let marks = marks(workspace, name)?;
    let mut known = false;
    for mark in &marks {
        known |= workspace.store.blocked(*mark)?.is_some();
    }
    if !known {
        let message = "nobody who was erased is known by that".to_owned();
        return Err(Failure::Usage(message));
    }
    let told = Told::new(Act::Readmission, &says);
    let now = workspace.clock.now();
    let use_id = workspace.book().log_none(&told, workspace.charter_digest()?, now)?;
    let whose = workspace.store.readmit(&marks, now)?;
    note_readmitted(&workspace.store, &workspace.folder.erasures(), &whose)?;
    out.data(&json!({ "readmitted": whose.len(), "use": use_id }))?;
    out.line(&format!(
        "{} may be known again; `theirs load` brings what the sources still say. Use {use_id}.",
        people(whose.len() as u64)
    ))?;
    Ok(())
}

/// What somebody is known by: a record as SOURCE:KEY, or COLUMN=VALUE.
fn marks(workspace: &Workspace, name: &str) -> Result<Vec<Mark>, Failure> {
    let charter = workspace.charter()?;
    let marker = Marker::new(&workspace.keys);
    if let Some((column, value)) = name.split_once('=') {
        let Some((attribute, _)) = charter.attribute(column) else {
            let attributes = charter.attributes();
            let known = attributes.iter().map(|(attribute, _)| attribute.column());
            let hint = theirs_charter::nearest(column, known)
                .map(|nearest| format!("; did you mean \"{nearest}\"?"))
                .unwrap_or_default();
            return Err(Failure::Usage(format!("there is no column \"{column}\"{hint}")));
        };
        return Ok(marker.of_value(&attribute, value));
    }
    let Some((source, key)) = name.split_once(':') else {
        let message = "name them by a record, as SOURCE:KEY, or by a value, as COLUMN=VALUE";
        return Err(Failure::Usage(message.to_owned()));
    };
    Ok(vec![marker.key(source, key)])
}
