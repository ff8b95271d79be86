//! `theirs charter diff` and `theirs charter history`: what a new version changes for people.

use std::path::Path;

use serde_json::json;
use theirs_charter::{Charter, Outside};
use theirs_notice::{Change, differences};
use theirs_store::CharterVersion;

use super::Output;
use super::charter::read;
use super::words::moment;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The fewest digits by which a version is named.
const FEWEST: usize = 6;

pub(super) fn run(
    workspace: &Workspace,
    old: Option<&str>,
    new: Option<&str>,
    out: &mut Output,
) -> Result<(), Failure> {
    let old = match old {
        Some(name) => version(workspace, name)?,
        // As its text has it: what waits in it is no change of the next one.
        None => version(workspace, &workspace.charter()?.digest.to_string())?,
    };
    let new = match new {
        Some(name) => version(workspace, name)?,
        None => read(workspace.folder.root(), Outside::AsApplied)?,
    };
    let changes = differences(&old, &new);
    out.data(&json!({ "old": old.digest, "new": new.digest, "changes": changes }))?;
    if changes.is_empty() {
        let same = if old.digest == new.digest { "the same" } else { "the same to people" };
        return Ok(out.line(&format!("Both versions are {same}."))?);
    }
    out.line(&format!("From version {} to {}:", old.digest.short(), new.digest.short()))?;
    let mut heading = None;
    for Change { kind, clause, says } in &changes {
        if heading != Some(*kind) {
            out.line(&format!("\n{}", kind.heading()))?;
            heading = Some(*kind);
        }
        out.line(&format!("  - {says}\n      {clause}"))?;
    }
    Ok(())
}

/// A version by its file, or by the first digits of its digest.
fn version(workspace: &Workspace, name: &str) -> Result<Charter, Failure> {
    let file = Path::new(name);
    if file.is_file() {
        let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, error))?;
        return Ok(Charter::read(name, &text)?);
    }
    let is_digest = name.len() >= FEWEST && name.chars().all(|c| c.is_ascii_hexdigit());
    let known = workspace.store.charter_versions()?;
    let named = |known: &&CharterVersion| known.digest.to_string().starts_with(name);
    match known.iter().find(named).filter(|_| is_digest) {
        Some(version) => Ok(Charter::read_with("charter.yaml", &version.text, Outside::AsApplied)?),
        None => Err(Failure::Usage(format!(
            "there is no file {name}, and no version that begins so; `theirs charter history` lists them"
        ))),
    }
}

pub(super) fn history(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let versions = workspace.store.charter_versions()?;
    let list: Vec<_> = versions
        .iter()
        .map(|one| json!({ "digest": one.digest, "applied": one.applied }))
        .collect();
    out.data(&list)?;
    if versions.is_empty() {
        return Ok(out.line("No charter was ever in force.")?);
    }
    let zone = workspace.time_zone()?;
    let row = |one: &CharterVersion| vec![one.digest.short(), moment(one.applied, &zone)];
    let rows: Vec<Vec<String>> = versions.iter().map(row).collect();
    out.table(&["version", "in force since"], &rows)?;
    Ok(())
}
