//! The promise with the practice beside it: what the charter in force says, and what was really done.

use std::path::Path;
use std::sync::PoisonError;

use jiff::Timestamp;
use theirs_charter::{Charter, Gate, Key, Source, Turning};
use theirs_notice::{Approval, Drift, Notice, Practice, Trust, drift};
use theirs_store::KeptTurn;

use crate::approving::ENDED_BY;
use crate::command::outside::overdue;
use crate::contents::departures;
use crate::failure::Failure;
use crate::looked::State;
use crate::workspace::Workspace;

/// What was really done up to now. Counting again looks only at what came since.
pub fn practice(workspace: &Workspace) -> Result<Practice, Failure> {
    let mut tally = workspace.tally.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(tally.count(&workspace.store, workspace.clock.now())?)
}

/// The notice of the charter in force.
pub fn notice(workspace: &Workspace, charter: &Charter) -> Result<Notice, Failure> {
    let since = workspace.store.charter_version(&charter.digest)?.map(|version| version.applied);
    let notice = Notice::of(charter, since, Some(practice(workspace)?));
    Ok(notice.held_by(workspace.authority()?.gates()))
}

/// What stands on the page of trust beside the notice.
pub fn trust(workspace: &Workspace, charter: &Charter) -> Result<Trust, Failure> {
    let states = workspace.witnesses.states();
    let today = charter.day(workspace.clock.now());
    Ok(Trust {
        answers: workspace.desk()?.answers(today)?,
        approvals: approvals(workspace)?,
        key: workspace.ledger.verifier_key(),
        entries: workspace.ledger.size(),
        witnesses: states.into_iter().map(|(name, _)| name).collect(),
    })
}

/// What two people had to say yes to, and what was stopped, as anybody may know it.
fn approvals(workspace: &Workspace) -> Result<Vec<Approval>, Failure> {
    let authority = workspace.authority()?;
    let turns = workspace.store.turns(&workspace.keys)?;
    let told = |gate: &Gate| Approval::of(authority.charter(), gate, &taken_back(gate, &turns));
    Ok(authority.gates().iter().filter_map(told).collect())
}

/// The keys of a clause, as it is now, that somebody turned back and nobody has turned since.
fn taken_back(gate: &Gate, turns: &[KeptTurn]) -> Vec<(Key, Timestamp)> {
    let subject = gate.subject.to_string();
    let last = |key: &Key| {
        turns.iter().rfind(|turn| {
            (turn.subject.as_str(), turn.digest) == (subject.as_str(), gate.subject.digest)
                && turn.key == key.name()
                && matches!(Turning::named(&turn.word), Some(Turning::Approve | Turning::Withdraw))
        })
    };
    let missing = gate.missing().into_iter().filter_map(|key| Some((key, last(&key)?)));
    let back = missing.filter(|(_, turn)| {
        Turning::named(&turn.word) == Some(Turning::Withdraw) && turn.principal != ENDED_BY
    });
    back.map(|(key, turn)| (key, turn.at)).collect()
}

/// Where practice is not as promised; `input` is the folder that the charter's files lie in.
pub fn drifts(
    workspace: &Workspace,
    charter: &Charter,
    input: &Path,
) -> Result<Vec<Drift>, Failure> {
    let today = charter.day(workspace.clock.now());
    let mut practice = practice(workspace)?;
    let outbox = workspace.folder.outbox();
    practice.waiting = workspace.desk()?.late(&outbox, today)?;
    let mut list = drift(charter, &practice);
    for source in &charter.sources {
        list.extend(unnamed(workspace, charter, source, input)?);
    }
    list.extend(departures(workspace, charter)?);
    list.extend(overdue(workspace, today)?);
    list.extend(edited(workspace)?);
    Ok(list)
}

/// That the record of approvals was changed by hand. What was changed opens nothing, and somebody should
/// ask who did it.
fn edited(workspace: &Workspace) -> Result<Option<Drift>, Failure> {
    let turns = workspace.store.turns(&workspace.keys)?;
    let unsound = turns.iter().filter(|turn| !turn.is_sound).count();
    Ok((unsound > 0).then(|| Drift {
        clause: "roles".to_owned(),
        says: format!(
            "the record of approvals was changed by hand: {unsound} of {} turns of keys do not count",
            turns.len()
        ),
        way_out: "The ledger tells what was really approved; approve again what should act.".to_owned(),
    }))
}

/// What a source's file holds and the charter does not name, if that can be looked at. It is not read
/// in, but it lies there, and whoever asks what is held would be told less than there is.
fn unnamed(
    workspace: &Workspace,
    charter: &Charter,
    source: &Source,
    input: &Path,
) -> Result<Vec<Drift>, Failure> {
    let Some(file) = source.file_here().map(|name| input.join(name)) else { return Ok(Vec::new()) };
    let Ok(about) = std::fs::metadata(&file) else { return Ok(Vec::new()) };
    let changed = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let changed = changed.map(Timestamp::as_nanosecond);
    let state = State { charter: charter.digest, size: about.len(), changed };
    let name = format!("{} {}", source.name, file.display());
    let now = workspace.clock.now();
    workspace.looked.found(&name, state, now, || Ok(found_in(source, &file).into_iter().collect()))
}

fn found_in(source: &Source, file: &Path) -> Option<Drift> {
    let found = theirs_ingest::columns(file, source.table.as_deref()).ok()?;
    let named = source.named();
    let more: Vec<String> =
        found.into_iter().filter(|column| !named.contains(&column.as_str())).collect();
    (!more.is_empty()).then(|| Drift {
        clause: format!("sources.{}.columns", source.name),
        says: format!(
            "{} holds columns that the charter does not name: {}",
            source.file.as_deref().unwrap_or_default(),
            more.join(", ")
        ),
        way_out: "Name them in the charter, or ask for a file without them.".to_owned(),
    })
}
