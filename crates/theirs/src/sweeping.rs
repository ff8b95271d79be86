//! After an erasure: the journal and the notices at once, the files within a day.

use std::collections::HashSet;

use roaring::RoaringBitmap;
use theirs_charter::Charter;
use theirs_linkage::Model;
use theirs_model::Slot;
use theirs_rights::{Swept, write_journal};
use theirs_store::{Store, StoreError, Use, upgrade};
use theirs_uses::{Act, told_of};

use crate::failure::Failure;
use crate::joining::{Comparable, number};
use crate::mail::{letters, take_back, take_back_own, take_letters_back, wait_for_persons};
use crate::telling::tell;
use crate::workspace::Workspace;

/// How long before its end an erasure is finished by whoever opens the folder, in hours.
const AHEAD_HOURS: i64 = 12;

/// Does what an erasure or a deletion leaves to do beside the store: what is kept of before an upgrade
/// goes, as it knows them still; the journal, letters that were overtaken, and the files for those it
/// is told to. Says whether anything was kept of before an upgrade.
pub fn follow(workspace: &Workspace) -> Result<bool, Failure> {
    let knew_before = upgrade::forget(&workspace.folder)?;
    {
        let _following = workspace.following();
        write_journal(&workspace.store, &workspace.folder.erasures())?;
        forget_overtaken_letters(workspace)?;
    }
    tell(workspace)?;
    Ok(knew_before)
}

/// Takes back what was written to somebody before they had a value deleted: it may bear it.
fn forget_overtaken_letters(workspace: &Workspace) -> Result<(), Failure> {
    let outbox = workspace.folder.outbox();
    if letters(&outbox)?.is_empty() && !wait_for_persons(&outbox)? {
        return Ok(());
    }
    let (mut uses, mut references) = (HashSet::new(), HashSet::new());
    for deletion in workspace.store.pending_deletions()? {
        let Some(anchor) = deletion.anchor else { continue };
        let Some(person) = workspace.store.person_of(anchor)? else { continue };
        for tenure in workspace.store.tenures(person.slot)? {
            let theirs = workspace.store.uses_with(tenure.slot)?.into_iter();
            for used in theirs.filter(|used| used.at <= deletion.at) {
                references.extend(message(workspace, &used, tenure.slot));
                uses.insert(used.id);
            }
        }
    }
    take_letters_back(&outbox, &uses)?;
    Ok(take_back(&outbox, &HashSet::new(), &references)?)
}

/// By what a message names a person, if a use sent some.
fn message(workspace: &Workspace, used: &Use, slot: Slot) -> Option<String> {
    let told = told_of(used).filter(|told| told.act == Act::Message);
    told.map(|_| workspace.keys.reference(used.id, slot))
}

/// Takes back the letters of a person, as a code of theirs was used.
pub fn forget_letters(workspace: &Workspace, slot: Slot) -> Result<(), Failure> {
    let uses = workspace.store.uses_with(slot)?.iter().map(|used| used.id).collect();
    Ok(take_letters_back(&workspace.folder.outbox(), &uses)?)
}

/// Finishes at opening what a crash left, and what has waited for long.
pub fn catch_up(workspace: &Workspace) -> Result<(), Failure> {
    if workspace.store.charter_in_force()?.is_none() {
        return Ok(());
    }
    tell(workspace)?;
    let pending = workspace.store.pending_erasures()?;
    let deletions = workspace.store.pending_deletions()?;
    if pending.is_empty() && deletions.is_empty() {
        return Ok(());
    }
    follow(workspace)?;
    let ahead = jiff::SignedDuration::from_hours(AHEAD_HOURS);
    let soon = workspace.clock.now().saturating_add(ahead).unwrap_or(jiff::Timestamp::MAX);
    let mut due = pending.iter().map(|one| one.due).chain(deletions.iter().map(|one| one.due));
    if due.any(|due| due <= soon) {
        sweep(workspace)?;
    }
    Ok(())
}

/// Frees every file of whoever was erased, and of values that were deleted.
pub fn sweep(workspace: &Workspace) -> Result<Swept, Failure> {
    let _alone = workspace.alone();
    let pending = workspace.store.pending_erasures()?;
    if pending.is_empty() && workspace.store.pending_deletions()?.is_empty() {
        return Ok(Swept::default());
    }
    let desk = workspace.desk()?;
    // Messages bear addresses; which are theirs, the log knows until the next step.
    let (mut uses, mut references) = (HashSet::new(), HashSet::new());
    for slot in pending.iter().flat_map(|erasure| &erasure.slots) {
        for used in workspace.store.uses_with(*slot)? {
            references.extend(message(workspace, &used, *slot));
            uses.insert(used.id);
        }
    }
    // What tells others of the erasure itself has to arrive.
    uses.retain(|id| pending.iter().all(|erasure| erasure.use_id != *id));
    // So has what is told of a deletion; what was told of the value before it goes.
    uses.extend(desk.overtaken_uses()?);
    take_back(&workspace.folder.outbox(), &uses, &references)?;
    let erasures = pending.iter().map(|erasure| erasure.use_id).collect();
    take_back_own(&workspace.folder.outbox(), &erasures)?;
    // The ledger's keys first: while they are there, what is left could be tied to the person.
    let slots: RoaringBitmap =
        pending.iter().flat_map(|erasure| &erasure.slots).map(|slot| slot.0).collect();
    let charter = workspace.charter()?;
    if !slots.is_empty() {
        workspace.seals()?.forget(&slots, charter.digest, workspace.clock.now())?;
    }
    forget_in_model(&workspace.store, &charter)?;
    Ok(desk.sweep(&pending, &workspace.folder)?)
}

/// Makes the weights of linkage forget values that nobody has any more.
pub fn forget_in_model(store: &Store, charter: &Charter) -> Result<(), StoreError> {
    let (Some(since), Some(text)) = (store.model_since()?, store.model()?) else { return Ok(()) };
    let Ok(mut model) = serde_json::from_str::<Model>(&text) else {
        // Nobody can resolve with it; the next run learns anew.
        store.replace_model(since, "null")?;
        return Ok(());
    };
    let comparable = Comparable::of(charter);
    let mut records = comparable.records(charter);
    store.each_record(|record| {
        records.push_as(number(record.id), &comparable.values(charter, &record).texts());
        Ok(())
    })?;
    if model.forget_all_but(&records) > 0 {
        let text = serde_json::to_string(&model)
            .map_err(|_| StoreError::Damaged("the weights cannot be written as JSON"))?;
        store.replace_model(since, &text)?;
    }
    Ok(())
}
