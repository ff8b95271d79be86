//! `theirs restore`: a folder back from its backups, without whoever was erased since.

use std::path::Path;

use serde_json::json;
use theirs_charter::{Charter, Outside};
use theirs_rights::{RestoreError, Restored, Restoring, Since, restore};

use super::Output;
use super::backup::given;
use super::words::{count, entries, moment, people, some};
use crate::cli::PassphraseArgs;
use crate::failure::Failure;
use crate::sweeping::forget_in_model;
use crate::workspace::clock;

/// What is known of the time since the backup.
pub(super) struct Known<'k> {
    pub(super) log: Option<&'k Path>,
    pub(super) witnessed: Option<&'k Path>,
}

pub(super) fn run(
    into: &Path,
    data: &Path,
    keys: &Path,
    known: &Known<'_>,
    passphrase: &PassphraseArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let seen = match known.witnessed {
        Some(path) => std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))?,
        None => String::new(),
    };
    let since = known.log.map_or(Since::Witnessed(&seen), Since::Log);
    let passphrase = given(passphrase)?;
    let restoring =
        Restoring { data, keys, passphrase: passphrase.as_ref(), into, since, clock: clock()? };
    let restored = restore(&restoring, &|store| {
        let version = store.charter_in_force()?.ok_or(RestoreError::NoCharter)?;
        let charter = Charter::read_with("charter.yaml", &version.text, Outside::AsApplied)
            .map_err(|_| RestoreError::NoCharter)?;
        Ok(forget_in_model(store, &charter)?)
    })?;
    out.data(&json!({ "restored": restored }))?;
    out.line(&format!(
        "Restored as of {}, with {} in the ledger.",
        moment(restored.at, &jiff::tz::TimeZone::UTC),
        entries(restored.ledger)
    ))?;
    out.line(&format!(
        "Erased again, because they were erased since: {}.",
        people(restored.erased_again)
    ))?;
    say_again(out, "Deleted again, because it was deleted", restored.deleted_again, "value")?;
    say_refused(&restored, out)?;
    let removed = "Removed again, because it was removed";
    say_again(out, removed, restored.passkeys_removed_again, "passkey")?;
    let removed = "Removed again, because they were removed";
    say_again(out, removed, restored.principals_removed_again, "principal")?;
    if restored.staff_passkeys_forgotten > 0 {
        out.line(&format!(
            "Colleagues sign in by their tokens and make their passkeys anew: {} went, since nobody \
             knows which were removed after the backup.",
            count(restored.staff_passkeys_forgotten)
        ))?;
    }
    if let Some(from) = restored.upgraded_from {
        out.line(&format!(
            "The backup had layout {}: its database was brought to this version's, encrypted.",
            from.layout
        ))?;
    }
    if restored.lost_uses > 0 {
        out.line(&format!(
            "{} uses since the backup are lost: their hashes are in the ledger, their texts are gone.",
            count(restored.lost_uses)
        ))?;
    }
    out.line(
        "Whoever waited to see everything by one channel waits anew. Entries that were told apart since \
         the backup are together again: tell them apart once more (`theirs split`).",
    )?;
    out.line("Next: `theirs ledger verify`, then `theirs load` for what came since.")?;
    Ok(())
}

/// What was done again since the backup, if anything was.
fn say_again(out: &mut Output, what: &str, count: u64, thing: &str) -> Result<(), Failure> {
    if count > 0 {
        out.line(&format!("{what} since: {}.", some(number(count), thing)))?;
    }
    Ok(())
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// What people had refused since the backup.
fn say_refused(restored: &Restored, out: &mut Output) -> Result<(), Failure> {
    if restored.refused_again > 0 {
        let waiting = match restored.refused_waiting {
            0 => String::new(),
            some => format!("; {} of them, as soon as a load brings whose it is", count(some)),
        };
        out.line(&format!(
            "Refused again, because it was refused since: {}{waiting}.",
            some(number(restored.refused_again), "act")
        ))?;
    }
    if restored.corrections_lost > 0 {
        out.line(&format!(
            "Lost: {}. The values are used for nothing until it is said again what is right; \
             `theirs review` lists them.",
            some(number(restored.corrections_lost), "correction")
        ))?;
    }
    Ok(())
}
