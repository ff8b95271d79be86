//! `theirs check` and `theirs charter`: is the promise sound, put it in force, say what it permits.

mod note;

use std::collections::BTreeSet;
use std::path::Path;
use std::string::FromUtf8Error;
use std::sync::Arc;

use serde_json::json;
use theirs_charter::{
    Asker, Authority, Charter, Gate, Need, Outside, Place, Problem, Problems, Purpose, Refusal,
    nearest,
};

use super::Output;
use super::outside;
use super::words::{count, some};
use crate::approving::record_refusal;
use crate::calling::{Waiting, call, waiting};
use crate::failure::Failure;
use crate::load::{Unread, unread};
use crate::policy;
use crate::workspace::{Workspace, clock};

/// The charter's name in messages.
const FILE: &str = "charter.yaml";

/// Reads charter.yaml of a folder, whose purposes may list columns of these sources from outside.
pub(super) fn read(root: &Path, outside: Outside<'_>) -> Result<Charter, Failure> {
    let path = root.join("charter.yaml");
    let bytes = std::fs::read(&path).map_err(|error| Failure::file(&path, error))?;
    let text = String::from_utf8(bytes).map_err(|error| not_text(&error))?;
    Ok(Charter::read_with(FILE, &text, outside)?)
}

/// The charter as a whole, with the policies beside it: also its conditions can be asked.
fn sound(root: &Path, admitted: &BTreeSet<String>) -> Result<Authority, Failure> {
    let charter = read(root, Outside::Only(admitted))?;
    let list = theirs_query::due_problems(&charter);
    if list.is_empty() {
        return Ok(Authority::new(Arc::new(charter), &policy::read(root)?)?);
    }
    Err(Problems { file: FILE.to_owned(), text: charter.text, list }.into())
}

/// Where a charter stops being UTF-8.
fn not_text(error: &FromUtf8Error) -> Problems {
    let bytes = error.as_bytes();
    let good = error.utf8_error().valid_up_to();
    let place = Place::behind(&String::from_utf8_lossy(&bytes[..good]));
    let message = format!("this is not UTF-8, at byte {} of the file", count(good as u64 + 1));
    let hint = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16; save the file as UTF-8",
        _ => "save the file as UTF-8",
    };
    let list = vec![Problem::at(place, message, Some(hint.to_owned()))];
    let text = String::from_utf8_lossy(bytes).into_owned();
    Problems { file: FILE.to_owned(), text, list }
}

/// Is the charter of a folder sound? Where the folder is open, its sources from outside count as they
/// stand now, and how they stand is said.
pub(super) fn check(
    root: &Path,
    workspace: Option<&Workspace>,
    out: &mut Output,
) -> Result<(), Failure> {
    let in_force = workspace.and_then(|workspace| Some((workspace, workspace.authority().ok()?)));
    let admitted = in_force.as_ref().map(|(_, now)| now.charter().admitted.clone());
    let outside = match &in_force {
        Some((workspace, _)) => outside::standing(workspace)?,
        None => Vec::new(),
    };
    let authority = match sound(root, &admitted.unwrap_or_default()) {
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
    let (charter, policies) = (authority.charter(), authority.policies());
    let today = charter.day(clock()?.now());
    let notes = note::notes(charter, in_force.as_ref().map(|(_, now)| now.as_ref()), today);
    out.data(&json!({
        "digest": charter.digest,
        "policies": policies.files().keys().collect::<Vec<_>>(),
        "sources": charter.sources.len(),
        "purposes": charter.purposes.len(),
        "roles": charter.roles.len(),
        "notes": notes,
        "outside": outside,
    }))?;
    out.line(&format!(
        "charter.yaml is sound: {}, {}, {}, {} (version {}).",
        some(charter.sources.len(), "source"),
        some(charter.purposes.len(), "purpose"),
        some(charter.recipients.len(), "recipient"),
        some(charter.roles.len(), "role"),
        charter.digest.short()
    ))?;
    if !policies.is_empty() {
        let files: Vec<&str> = policies.files().keys().map(String::as_str).collect();
        out.line(&format!("Narrowed by policies/: {}.", files.join(", ")))?;
    }
    outside.iter().try_for_each(|one| out.line(&format!("Outside: {}.", one.in_words())))?;
    notes.iter().try_for_each(|note| Ok(out.line(&format!("Note: {note}"))?))
}

pub(super) fn apply(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let (admitted, waited) = match workspace.authority() {
        Ok(before) => (before.charter().admitted.clone(), waiting(&before)),
        Err(_) => (BTreeSet::new(), Waiting::new()),
    };
    let authority = sound(workspace.folder.root(), &admitted)?;
    stays_outside(workspace, authority.charter())?;
    let new = workspace.apply(&authority)?;
    let (charter, policies) = (authority.charter(), authority.policies());
    let narrowed = (!policies.is_empty()).then(|| policies.digest());
    out.data(&json!({ "digest": charter.digest, "policies": narrowed, "new": new }))?;
    let short = charter.digest.short();
    let narrowed = narrowed.map(|digest| format!(" with policies {}", digest.short()));
    let version = format!("Version {short} of the charter{}", narrowed.unwrap_or_default());
    out.line(&if new {
        format!("{version} is in force now, and so it says in the ledger.")
    } else {
        format!("{version} was in force already.")
    })?;
    // What comes from outside waits in every charter, and is in no purpose.
    let is_new = |gate: &&Gate| gate.need != Some(Need::Outside) && !gate.is_open();
    for gate in workspace.authority()?.gates().iter().filter(is_new) {
        out.line(&format!("{} does not act yet; `theirs pending` says why.", gate.subject))?;
    }
    let called = call(workspace, &waited)?;
    if called > 0 {
        let roles = some(called, "role");
        out.line(&format!("Written to {roles} whose key is asked for (outbox/mail/)."))?;
    }
    for Unread { source, columns } in unread(workspace, charter)? {
        let columns = columns.join(", ");
        out.line(&format!(
            "{source} has new columns: {columns}. `theirs load {source}` reads them."
        ))?;
    }
    Ok(())
}

/// What was loaded as data from outside stays that: another word for it in the charter would open it to
/// every purpose, without a test, a key or anybody told.
fn stays_outside(workspace: &Workspace, charter: &Charter) -> Result<(), Failure> {
    for version in workspace.store.charter_versions()? {
        let before = Charter::read_with(FILE, &version.text, Outside::AsApplied);
        let outside = before.iter().flat_map(|before| &before.sources);
        let mut outside = outside.filter(|source| source.kind.is_outside());
        let taken_in = outside.find_map(|was| {
            charter.source(&was.name).filter(|is| !is.kind.is_outside()).map(|is| (was, is))
        });
        let Some((was, is)) = taken_in else { continue };
        let because = format!(
            "\"{}\" came {}, and cannot have come {} instead",
            is.name,
            was.kind.in_words(),
            is.kind.in_words()
        );
        let change = "what is really from inside is loaded as a source of another name".to_owned();
        let refusal = Refusal::new(&format!("sources.{}.kind", is.name), because, change);
        let nobody = Asker::new("", [""; 0]);
        record_refusal(workspace, &*workspace.authority()?, &nobody, &refusal)?;
        return Err(refusal.into());
    }
    Ok(())
}

pub(super) fn explain(root: &Path, name: &str, out: &mut Output) -> Result<(), Failure> {
    let charter = read(root, Outside::AsApplied)?;
    let purpose = purpose_of(&charter, name)?;
    let text = charter.explain(purpose);
    out.data(&json!({ "purpose": purpose.name, "explanation": text }))?;
    out.line(text.trim_end())?;
    Ok(())
}

/// The purpose of this name, or the nearest that there is.
pub(super) fn purpose_of<'c>(charter: &'c Charter, name: &str) -> Result<&'c Purpose, Failure> {
    charter.purpose(name).ok_or_else(|| {
        let known: Vec<&str> = charter.purposes.iter().map(|p| p.name.as_str()).collect();
        let hint = nearest(name, known.iter().copied()).map_or_else(
            || format!("; it has {}", known.join(", ")),
            |n| format!("; did you mean \"{n}\"?"),
        );
        Failure::Usage(format!("the charter has no purpose \"{name}\"{hint}"))
    })
}
