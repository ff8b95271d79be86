//! `theirs init`: a working folder, with a charter to begin from.

use std::path::Path;

use super::Output;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// A charter that is valid, and says what to change.
const CHARTER: &str = include_str!("init/charter.yaml");

pub(super) fn run(root: &Path, out: &mut Output) -> Result<(), Failure> {
    Workspace::create(root)?;
    let charter = root.join("charter.yaml");
    if !charter.exists() {
        std::fs::write(&charter, CHARTER).map_err(|error| Failure::file(&charter, error))?;
    }
    let ignore = root.join(".gitignore");
    if !ignore.exists() {
        let text = "# Personal data and keys are not for a repository.\n/data\n/outbox\n/tokens\n";
        std::fs::write(&ignore, text).map_err(|error| Failure::file(&ignore, error))?;
    }
    out.data(&serde_json::json!({ "folder": root, "charter": charter }))?;
    out.line(&format!("{} is a working folder now.", root.display()))?;
    out.line("Next: say in charter.yaml what you hold and why, then `theirs check`.")?;
    Ok(())
}
