//! `theirs segment`: the groups of people that are kept, how large they are, and how far they overlap.

use serde_json::json;
use theirs_marketing::{Segment, overlaps, size};

use super::Output;
use super::decide::left_out_of;
use super::words::{count, people};
use crate::cli::SegmentVerb;
use crate::failure::Failure;
use crate::segment::{Named, all, broken, is_sound, note_size, one, others};
use crate::workspace::Workspace;

pub(super) fn run(
    workspace: &Workspace,
    verb: &SegmentVerb,
    out: &mut Output,
) -> Result<(), Failure> {
    match verb {
        SegmentVerb::List => list(workspace, out),
        SegmentVerb::Count { segment, asker } => counted(workspace, segment, &asker.name, out),
    }
}

fn list(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let root = workspace.folder.root();
    let (found, broken) = (all(root)?, broken(root)?);
    let mut rows: Vec<_> = found
        .iter()
        .map(|Named { name, segment, sizes }| {
            json!({
                "name": name, "called": segment.called, "purpose": segment.purpose,
                "where": segment.condition, "sizes": sizes,
            })
        })
        .collect();
    let faults = broken.iter().map(|(name, fault)| (name, fault.to_string()));
    rows.extend(faults.map(|(name, fault)| json!({ "name": name, "fault": fault })));
    out.data(&rows)?;
    if rows.is_empty() {
        out.line("There is no segment; /marketing keeps one, or a file in segments/.")?;
    }
    found.iter().try_for_each(|Named { name, segment, sizes }| {
        let last = sizes
            .last()
            .map(|(day, number)| format!(", {} on {day}", people(number.unsigned_abs())));
        let last = last.unwrap_or_default();
        out.line(&format!("{name}  {} ({}){last}", segment.called, segment.purpose))
    })?;
    broken.iter().try_for_each(|(name, fault)| Ok(out.line(&format!("{name}  {fault}"))?))
}

fn counted(
    workspace: &Workspace,
    name: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let door = workspace.door()?;
    let root = workspace.folder.root();
    let Named { segment, sizes, .. } = one(root, name)?;
    let charter = workspace.charter()?;
    is_sound(&charter, &segment)?;
    let now = size(&door, &asker, &segment.purpose, &segment.condition)?;
    let kept = others(root, &charter, &segment.purpose, Some(name))?;
    let compared: Vec<&Segment> = kept.iter().map(|one| &one.segment).collect();
    let shared = overlaps(&door, &asker, &segment, &compared)?;
    let shared: Vec<(&Named, i64)> = kept.iter().zip(shared).collect();
    note_size(root, name, workspace.charter()?.day(workspace.clock.now()), now.people)?;
    let beside: Vec<_> = shared
        .iter()
        .map(|(other, people)| json!({ "segment": other.name, "people": people }))
        .collect();
    out.data(&json!({
        "name": name, "people": now.people, "of": now.of, "sizes": sizes,
        "left_out": left_out_of(&now.left_out), "overlaps": beside,
    }))?;
    let (number, of) = (people(now.people.unsigned_abs()), people(now.of.unsigned_abs()));
    out.line(&format!("{}: {number}, of {of} whom {} may see.", segment.called, segment.purpose))?;
    if let Some((day, before)) = sizes.last() {
        out.line(&format!("Counted last on {day}: {}.", people(before.unsigned_abs())))?;
    }
    for (other, people) in shared {
        let both = count(people.unsigned_abs());
        out.line(&format!("Also in {} ({}): {both}.", other.segment.called, other.name))?;
    }
    for left in &now.left_out {
        let (who, clause) = (people(left.people), &left.clause);
        out.line(&format!("Left out: {who} who {} (clause {clause}).", left.because))?;
    }
    Ok(())
}
