//! `theirs expire`: what is past its time goes; and `theirs kept`: what a law asks to keep.

use serde_json::json;
use theirs_store::{Doing, upgrade};

use super::Output;
use super::words::{count, day};
use crate::failure::Failure;
use crate::sweeping;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, dry_run: bool, out: &mut Output) -> Result<(), Failure> {
    let expired = {
        let _alone = workspace.alone();
        let doing = if dry_run { Doing::Counting } else { Doing::Writing };
        workspace.desk()?.expire(doing, &workspace.folder.outbox())?
    };
    if !dry_run {
        upgrade::forget(&workspace.folder)?;
        sweeping::sweep(workspace)?;
    }
    out.data(&expired)?;
    let mut lines: Vec<(u64, String)> = Vec::new();
    lines.extend(expired.activities.iter().map(|(source, n)| (*n, format!("of {source}"))));
    lines.extend(expired.records.iter().map(|(source, n)| (*n, format!("records of {source}"))));
    lines.push((expired.kept, "kept under a duty that has ended".to_owned()));
    lines.push((expired.lists, "lists in outbox/".to_owned()));
    lines.push((expired.decisions, "decisions of campaigns".to_owned()));
    lines.retain(|(number, _)| *number > 0);
    if lines.is_empty() {
        out.line("Nothing is past its time.")?;
    }
    for (number, what) in lines {
        let verb = if dry_run { "past their time" } else { "removed" };
        out.line(&format!("{} {what}: {verb}.", count(number)))?;
    }
    if let Some(use_id) = expired.use_id {
        out.line(&format!("Use {use_id}."))?;
    }
    Ok(())
}

pub(super) fn kept(
    workspace: &Workspace,
    purpose: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let zone = workspace.time_zone()?;
    let kept = workspace.desk()?.read_kept(purpose, &asker)?;
    let data: Vec<_> = kept
        .iter()
        .map(|one| {
            let body: serde_json::Value = serde_json::from_str(&one.body).unwrap_or_default();
            json!({ "erasure": one.erasure.0, "until": one.until, "kept": body })
        })
        .collect();
    out.data(&data)?;
    if kept.is_empty() {
        out.line("Nothing is kept of people who were erased.")?;
        return Ok(());
    }
    let rows: Vec<Vec<String>> = kept
        .iter()
        .map(|one| vec![one.erasure.0.to_string(), day(one.until, &zone), one.body.clone()])
        .collect();
    out.table(&["erasure", "until", "kept"], &rows)?;
    Ok(())
}
