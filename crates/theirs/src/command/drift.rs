//! `theirs check --against-practice`: is what is done what was promised?

use std::path::Path;

use serde_json::{Value, json};
use theirs_charter::Charter;
use theirs_notice::{Drift, Notice, departures, untold};

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
        list.extend(otherwise(workspace, file, &charter)?);
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

/// What a published copy of the notice says otherwise than the notice as it would be made now: which version
/// it tells, and what is missing from it or stands in it otherwise.
fn otherwise(workspace: &Workspace, file: &Path, charter: &Charter) -> Result<Vec<Drift>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, error))?;
    let notice = promise::notice(workspace, charter)?;
    let named = file.display().to_string();
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if matches!(ending.as_deref(), Some("html" | "htm" | "md")) {
        return Ok(read_by_people(&notice, charter, &text, &named));
    }
    let copy: Value =
        serde_json::from_str(&text).map_err(|error| Failure::Usage(format!("{named}: {error}")))?;
    let Some(told) = copy.get("charter").and_then(Value::as_str) else {
        let message = format!("{named}: no \"charter\"; is it a notice in JSON?");
        return Err(Failure::Usage(message));
    };
    let mut list = Vec::new();
    if told != charter.digest.to_string() {
        let version = told.chars().take(12).collect::<String>();
        list.push(outdated(&named, &format!("version {version}"), charter));
    }
    list.extend(departures(&notice, &copy, &named).map_err(std::io::Error::from)?);
    Ok(list)
}

/// The same of a page or a text, in the language of the charter in which least is missing.
fn read_by_people(notice: &Notice, charter: &Charter, text: &str, named: &str) -> Vec<Drift> {
    let mut list = Vec::new();
    if !text.contains(&charter.digest.short()) {
        list.push(outdated(named, "another version", charter));
    }
    let all = charter.languages().into_iter();
    let told = all.map(|language| untold(notice, &charter.speech(language), text, named));
    list.extend(told.min_by_key(Vec::len).unwrap_or_default());
    list
}

fn outdated(named: &str, version: &str, charter: &Charter) -> Drift {
    Drift {
        clause: "charter".to_owned(),
        says: format!(
            "{named} tells {version}, and version {} is in force",
            charter.digest.short()
        ),
        way_out: "theirs notice --output FILE, and publish that".to_owned(),
    }
}
