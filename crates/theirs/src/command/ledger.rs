//! `theirs ledger`: the log recomputed, every stored use held against it, all that was sealed computed
//! again, and an epoch closed.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use serde_json::json;
use theirs_ledger::{Cosignature, Cosigned, Cosigner, Leaf, Verified, root_at};
use theirs_model::UseId;
use theirs_store::{StoreError, Use};
use theirs_uses::Book;

use super::Output;
use super::words::{count, entries, moment, some};
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn verify(
    workspace: &Workspace,
    witnesses: &[String],
    out: &mut Output,
) -> Result<(), Failure> {
    let (verified, gone) = held(workspace)?;
    let cosigned = witnesses
        .iter()
        .map(|key| cosigned_by(workspace, key.trim()))
        .collect::<Result<Vec<_>, _>>()?;
    out.data(&json!({
        "entries": verified.size, "root": verified.root, "bytes": verified.bytes,
        "key": workspace.ledger.verifier_key(), "lost_uses": gone,
        "cosigned": cosigned.iter().map(|(size, one)| json!({
            "witness": one.witness, "key": one.vkey, "at": one.at, "entries": size,
        })).collect::<Vec<_>>(),
    }))?;
    say(workspace, &verified, gone, out)?;
    for (size, one) in &cosigned {
        let at = moment(one.at, &jiff::tz::TimeZone::UTC);
        let seen = entries(*size);
        out.line(&format!("{} saw its first {seen}, on {at} UTC.", one.witness))?;
    }
    Ok(())
}

/// What a witness cosigned last of this log, which must be what the log was then.
fn cosigned_by(workspace: &Workspace, key: &str) -> Result<(u64, Cosignature), Failure> {
    let cosigner = Cosigner::new(key)
        .map_err(|_| Failure::Usage(format!("\"{key}\" is no key of a witness")))?;
    let vkey = workspace.ledger.verifier_key();
    let note = workspace.ledger.kept_cosigned();
    let note = note.and_then(|note| Cosigned::read(&note, &vkey).ok());
    let found = note.as_ref().and_then(|note| Some((note, note.by(&cosigner)?)));
    let Some((note, found)) = found else {
        return Err(Failure::Unsound(format!(
            "{} has not cosigned this log; `theirs status` says why",
            cosigner.name()
        )));
    };
    let size = note.checkpoint.size;
    if root_at(&workspace.folder.ledger(), &vkey, size)? != note.checkpoint.root {
        return Err(Failure::Unsound(format!(
            "{} cosigned another history of this log",
            cosigner.name()
        )));
    }
    Ok((size, found))
}

fn say(
    workspace: &Workspace,
    verified: &Verified,
    gone: u64,
    out: &mut Output,
) -> Result<(), Failure> {
    out.line(&format!(
        "The ledger is sound: {}, nothing changed, nothing missing. Root {}.",
        entries(verified.size),
        verified.root.short()
    ))?;
    if gone > 0 {
        out.line(&format!(
            "{} of them tell of uses that a restore from a backup lost; their texts are gone.",
            count(gone)
        ))?;
    }
    out.line(&format!("Anyone can check it with the key {}", workspace.ledger.verifier_key()))?;
    Ok(())
}

/// The log recomputed, with every stored use held against it; and how many uses a restore lost.
fn held(workspace: &Workspace) -> Result<(Verified, u64), Failure> {
    let on_record = || -> Result<HashMap<UseId, Use>, StoreError> {
        Ok(workspace.store.all_uses()?.into_iter().map(|used| (used.id, used)).collect())
    };
    workspace.ledger.settle()?;
    let mut stored = on_record()?;
    // What a restore from an older backup lost is told, and is no fault of the log.
    let lost = workspace.store.lost()?;
    let is_lost = |index: u64| lost.iter().any(|one| (one.first..one.until).contains(&index));
    let mut gone = 0;
    // A use that is being logged at this moment has no place in the ledger yet.
    let mut unseen: HashSet<UseId> =
        stored.values().filter(|used| used.leaf.is_some()).map(|used| used.id).collect();
    let verified = theirs_ledger::verify(
        &workspace.folder.ledger(),
        &workspace.ledger.verifier_key(),
        &mut |index, leaf| {
            let Leaf::Use(entry) = leaf else { return Ok(()) };
            if !stored.contains_key(&entry.use_id) {
                stored = on_record().map_err(|error| error.to_string())?;
            }
            let Some(used) = stored.get(&entry.use_id) else {
                if is_lost(index.0) {
                    gone += 1;
                    return Ok(());
                }
                return Err(format!("entry {} is of a use that is no longer stored", index.0));
            };
            if !Book::is_as_committed(used, entry) {
                return Err(format!("use {} was changed after it was logged", entry.use_id));
            }
            unseen.remove(&entry.use_id);
            Ok(())
        },
    )?;
    if !unseen.is_empty() {
        let uses = some(unseen.len(), "stored use");
        let verb = if unseen.len() == 1 { "is" } else { "are" };
        return Err(Failure::Unsound(format!("{uses} {verb} not in the ledger")));
    }
    Ok((verified, gone))
}

pub(super) fn check(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let begun = Instant::now();
    let (verified, gone) = held(workspace)?;
    let audit = workspace.seals()?.audit()?;
    let seconds = begun.elapsed().as_secs_f64();
    out.data(&json!({
        "entries": verified.size, "root": verified.root, "epochs": audit.epochs, "lines": audit.lines, "sealed_uses": audit.uses,
        "commitments": audit.commitments, "orphans": audit.orphans, "people": audit.people,
        "unsealed_uses": audit.unsealed, "charters": audit.charters, "seconds": seconds,
        "bytes": verified.bytes, "key": workspace.ledger.verifier_key(), "lost_uses": gone,
    }))?;
    say(workspace, &verified, gone, out)?;
    out.line(&format!(
        "Computed again: {} with {} in {}; {} of {}, {} of them of people who were erased.",
        some(number(audit.epochs), "epoch"),
        some(number(audit.uses), "use"),
        some(number(audit.lines), "line"),
        some(number(audit.commitments), "commitment"),
        some(number(audit.people), "slot"),
        count(audit.orphans),
    ))?;
    out.line(&format!(
        "Every batch, chain and heads tree is as it was signed; every charter that a use names was \
         in force ({}).",
        count(audit.charters)
    ))?;
    out.line(&format!("Not sealed yet: {}. It took {seconds:.1} s.", count(audit.unsealed)))?;
    Ok(())
}

pub(super) fn close(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let Some(closed) = workspace.seals()?.close(workspace.clock.now())? else {
        out.data(&json!({ "epoch": null }))?;
        out.line("There is nothing to seal.")?;
        return Ok(());
    };
    out.data(&json!({
        "epoch": closed.epoch, "uses": closed.uses, "lines": closed.lines,
        "commitments": closed.commitments, "people": closed.people,
    }))?;
    out.line(&format!(
        "Epoch {} is closed: {} in {}, {}.",
        closed.epoch,
        some(number(closed.uses), "use"),
        some(number(closed.lines), "line"),
        some(number(closed.commitments), "commitment"),
    ))?;
    Ok(())
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
