//! `theirs check --against-practice`: is what is done what was promised?

use std::path::Path;

use serde_json::{Value, json};
use theirs_charter::Charter;
use theirs_notice::Drift;

use super::Output;
use super::words::some;
use crate::failure::Failure;
use crate::promise;
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    input: &Path,
    published: Option<&Path>,
    out: &mut Output,
) -> Result<(), Failure> {
    let charter = workspace.charter()?;
    // A folder that is not there holds no file with more than the charter names, and says nothing.
    std::fs::read_dir(input).map_err(|error| Failure::file(input, error))?;
    let mut list = promise::drifts(workspace, &charter, input)?;
    if let Some(file) = published {
        list.extend(outdated(file, &charter)?);
    }
    out.data(&json!({ "charter": charter.digest, "drifts": list }))?;
    if list.is_empty() {
        let short = charter.digest.short();
        return Ok(out.line(&format!("What is done is what version {short} promises."))?);
    }
    for Drift { clause, says, way_out } in &list {
        let clause = if clause.is_empty() { String::new() } else { format!(" ({clause})") };
        out.line(&format!("- {says}{clause}\n  What to do: {way_out}"))?;
    }
    Err(Failure::Unsound(format!("{} from what is promised", some(list.len(), "departure"))))
}

/// What a published copy of the notice says otherwise than the charter in force.
fn outdated(file: &Path, charter: &Charter) -> Result<Option<Drift>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, error))?;
    let named = || file.display().to_string();
    let notice: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::Usage(format!("{}: {error}", named())))?;
    let Some(told) = notice.get("charter").and_then(Value::as_str) else {
        let message = format!("{}: no \"charter\"; is it a notice in JSON?", named());
        return Err(Failure::Usage(message));
    };
    Ok((told != charter.digest.to_string()).then(|| Drift {
        clause: "charter".to_owned(),
        says: format!(
            "{} tells version {}, and version {} is in force",
            named(),
            told.chars().take(12).collect::<String>(),
            charter.digest.short()
        ),
        way_out: "theirs notice --output FILE.json, and publish that".to_owned(),
    }))
}
