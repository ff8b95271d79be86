//! `theirs check` and `theirs charter`: is the promise sound, put it in force, say what it permits.

use std::path::Path;

use serde_json::json;
use theirs_charter::{Charter, nearest};

use super::Output;
use super::words::some;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Reads charter.yaml of a folder.
pub(super) fn read(root: &Path) -> Result<Charter, Failure> {
    let path = root.join("charter.yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, error))?;
    Ok(Charter::read("charter.yaml", &text)?)
}

pub(super) fn check(root: &Path, out: &mut Output) -> Result<(), Failure> {
    let charter = match read(root) {
        Err(Failure::Charter(problems)) if out.is_json() => {
            let list: Vec<_> = problems
                .list
                .iter()
                .map(|p| json!({ "line": p.line, "column": p.column, "message": p.message, "hint": p.hint }))
                .collect();
            out.data(&json!({ "file": problems.file, "problems": list }))?;
            return Err(problems.into());
        }
        read => read?,
    };
    out.data(&json!({
        "digest": charter.digest,
        "sources": charter.sources.len(),
        "purposes": charter.purposes.len(),
        "roles": charter.roles.len(),
    }))?;
    out.line(&format!(
        "charter.yaml is sound: {}, {}, {}, {} (version {}).",
        some(charter.sources.len(), "source"),
        some(charter.purposes.len(), "purpose"),
        some(charter.recipients.len(), "recipient"),
        some(charter.roles.len(), "role"),
        charter.digest.short()
    ))?;
    Ok(())
}

pub(super) fn apply(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let charter = read(workspace.folder.root())?;
    let new = workspace.apply(&charter)?;
    out.data(&json!({ "digest": charter.digest, "new": new }))?;
    let short = charter.digest.short();
    out.line(&if new {
        format!("Version {short} of the charter is in force now, and so it says in the ledger.")
    } else {
        format!("Version {short} of the charter was in force already.")
    })?;
    Ok(())
}

pub(super) fn explain(root: &Path, name: &str, out: &mut Output) -> Result<(), Failure> {
    let charter = read(root)?;
    let Some(purpose) = charter.purpose(name) else {
        let known = charter.purposes.iter().map(|purpose| purpose.name.as_str());
        let hint = nearest(name, known).map(|n| format!("; did you mean \"{n}\"?"));
        let hint = hint.unwrap_or_default();
        return Err(Failure::Usage(format!("the charter has no purpose \"{name}\"{hint}")));
    };
    let text = charter.explain(purpose);
    out.data(&json!({ "purpose": purpose.name, "explanation": text }))?;
    out.line(text.trim_end())?;
    Ok(())
}
