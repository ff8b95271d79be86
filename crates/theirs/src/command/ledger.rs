//! `theirs ledger verify`: the log recomputed, and every stored use held against it.

use std::collections::HashMap;

use serde_json::json;
use theirs_model::UseId;
use theirs_store::Use;
use theirs_uses::Book;

use super::Output;
use super::words::{entries, some};
use crate::failure::Failure;
use crate::workspace::Workspace;

pub(super) fn verify(workspace: &Workspace, out: &mut Output) -> Result<(), Failure> {
    let stored: HashMap<UseId, Use> =
        workspace.store.all_uses()?.into_iter().map(|used| (used.id, used)).collect();
    let mut seen = 0;
    let verified = theirs_ledger::verify(
        &workspace.folder.ledger(),
        &workspace.ledger.verifier_key(),
        &mut |index, entry| {
            let Some(used) = stored.get(&entry.use_id) else {
                return Err(format!("entry {} is of a use that is no longer stored", index.0));
            };
            if !Book::is_as_committed(used, entry) {
                return Err(format!("use {} was changed after it was logged", entry.use_id));
            }
            seen += 1;
            Ok(())
        },
    )?;
    if seen != stored.len() {
        let missing = stored.len() - seen;
        let uses = some(missing, "stored use");
        let verb = if missing == 1 { "is" } else { "are" };
        return Err(Failure::Unsound(format!("{uses} {verb} not in the ledger")));
    }
    out.data(&json!({
        "entries": verified.size, "root": verified.root, "bytes": verified.bytes,
        "key": workspace.ledger.verifier_key(),
    }))?;
    out.line(&format!(
        "The ledger is sound: {}, nothing changed, nothing missing. Root {}.",
        entries(verified.size),
        verified.root.short()
    ))?;
    out.line(&format!("Anyone can check it with the key {}", workspace.ledger.verifier_key()))?;
    Ok(())
}
