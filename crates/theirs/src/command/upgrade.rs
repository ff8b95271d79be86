//! `theirs upgrade`: the database to this version's layout, and back.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use theirs_ledger::Ledger;
use theirs_people::{Following, NotInForce};
use theirs_store::upgrade::{self, Draft, Standing, Step, Upgraded};
use theirs_store::{Folder, Keys, Lake, Store};
use theirs_uses::Book;

use super::Output;
use super::words::{entries, moment};
use crate::failure::Failure;
use crate::judging::judges;
use crate::progress::Progress;
use crate::workspace::clock;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// To this version's layout.
    Forward,
    /// What that would do.
    Plan,
    /// To the layout of before.
    Back,
    /// To stay, and keep nothing of before.
    Keep,
}

impl Wish {
    pub(super) fn of(plan: bool, back: bool, keep: bool) -> Self {
        match (plan, back, keep) {
            (true, ..) => Self::Plan,
            (_, true, _) => Self::Back,
            (.., true) => Self::Keep,
            _ => Self::Forward,
        }
    }
}

pub(super) fn run(root: &Path, wish: Wish, out: &mut Output) -> Result<(), Failure> {
    let folder = Folder::open(root, "theirs upgrade")?;
    if !folder.database().exists() {
        let lost = folder.database();
        let message = format!("{} is missing; restore it from its backup", lost.display());
        return Err(Failure::Unsound(message));
    }
    let keys = Keys::of(&folder)?;
    match wish {
        Wish::Forward => forward(&folder, &keys, out),
        Wish::Plan => plan(&folder, &keys, out),
        Wish::Back => back(&folder, &keys, out),
        Wish::Keep => keep(&folder, out),
    }
}

fn plan(folder: &Folder, keys: &Keys, out: &mut Output) -> Result<(), Failure> {
    let (from, to) = (Standing::of(folder, keys)?, Standing::current());
    let path = folder.database();
    let bytes = std::fs::metadata(&path).map_err(|error| Failure::file(&path, error))?.len();
    let kept = upgrade::kept(folder)?;
    out.data(&json!({ "from": from, "to": to, "bytes": bytes, "kept": kept }))?;
    if from == to {
        out.line(&format!("The database has {}, this version's: nothing to do.", words(to)))?;
        return say_kept(folder, kept.as_ref(), out);
    }
    if from.layout > to.layout {
        out.line(&format!(
            "The database has {}, and this version knows {}: use a newer version.",
            words(from),
            words(to)
        ))?;
        return Ok(());
    }
    out.line(&format!(
        "The database has {}, and this version works with {}.",
        words(from),
        words(to)
    ))?;
    out.line(&format!(
        "`theirs upgrade` copies it ({}) to {}, brings the copy there in {} steps, checks it, and gives it \
         the name of the database by one rename. It needs that much of the disk twice, and once until \
         `theirs upgrade --keep`.",
        size(bytes),
        folder.before_upgrade().display(),
        to.layout - from.layout
    ))?;
    if kept.is_some() {
        out.line("What is kept of the upgrade before is removed.")?;
    }
    if !from.encrypted {
        out.line(
            "The old database is kept encrypted too; --back writes it in plain, as its version reads it.",
        )?;
    }
    Ok(())
}

fn forward(folder: &Folder, keys: &Keys, out: &mut Output) -> Result<(), Failure> {
    let progress = Progress::bar("bringing the database on");
    let mut tell = |step| {
        progress.at(done_of(step), DONE);
        Ok(())
    };
    let Some(draft) = Draft::begin(folder, keys, &mut tell)? else {
        drop(progress);
        let (standing, kept) = (Standing::current(), upgrade::kept(folder)?);
        out.data(&json!({ "from": standing, "to": standing, "kept": kept }))?;
        out.line(&format!("The database has {}, this version's: nothing to do.", words(standing)))?;
        return say_kept(folder, kept.as_ref(), out);
    };
    draft.bring(&mut tell)?;
    let ledger = agree(folder, keys, &draft)?;
    let done = draft.publish(ledger, clock()?.now(), &mut tell)?;
    drop(progress);
    out.data(&json!({ "from": done.from, "to": done.to, "kept": done }))?;
    out.line(&format!(
        "The database has {} now; it had {}. It agrees with the ledger of {}.",
        words(done.to),
        words(done.from),
        entries(ledger)
    ))?;
    say_kept(folder, Some(&done), out)?;
    if !done.from.encrypted {
        out.line(
            "Blocks of the disk that held it in plain are free now, and not overwritten; backups of before are \
             in plain as they were.",
        )?;
    }
    Ok(())
}

/// Holds every stored use of the copy against the ledger, and has it know of the charter in force what
/// this version wants to have known; says how many entries the ledger has.
fn agree(folder: &Folder, keys: &Keys, draft: &Draft<'_>) -> Result<u64, Failure> {
    let ledger = Ledger::open(&folder.ledger(), &keys.ledger_key_file())?;
    ledger.settle()?;
    let store = Arc::new(Store::open(&draft.path(), &keys.database())?);
    let mut stored = std::collections::HashMap::new();
    for used in store.all_uses()?.into_iter().filter(|used| used.leaf.is_some()) {
        stored.insert(used.id, used);
    }
    theirs_ledger::verify(&folder.ledger(), &ledger.verifier_key(), &mut |_, leaf| {
        let theirs_ledger::Leaf::Use(entry) = leaf else { return Ok(()) };
        match stored.remove(&entry.use_id) {
            Some(used) if !Book::is_as_committed(&used, entry) => {
                Err(format!("use {} was changed after it was logged", entry.use_id))
            }
            _ => Ok(()),
        }
    })?;
    if let Some(id) = stored.keys().next() {
        let message = format!("the database was not upgraded: use {id} is not in the ledger");
        return Err(Failure::Unsound(message));
    }
    let following = Following::new(keys, &Lake::of(folder, keys)?, judges());
    match following.authority(&store, clock()?.now()) {
        // A charter that this version does not read is told by the first command that needs it.
        Ok(_) | Err(NotInForce::NoCharter | NotInForce::Policy(_)) => Ok(ledger.size()),
        Err(error) => Err(error.into()),
    }
}

fn back(folder: &Folder, keys: &Keys, out: &mut Output) -> Result<(), Failure> {
    let ledger = Ledger::open(&folder.ledger(), &keys.ledger_key_file())?.size();
    let done = upgrade::back(folder, keys, ledger, &mut |_| Ok(()))?;
    out.data(&json!({ "from": done.to, "to": done.from }))?;
    out.line(&format!(
        "The database has {} again, as before the upgrade of {}. Use the version that wrote it.",
        words(done.from),
        moment(done.at, &jiff::tz::TimeZone::UTC)
    ))?;
    Ok(())
}

fn keep(folder: &Folder, out: &mut Output) -> Result<(), Failure> {
    let place = folder.before_upgrade();
    let removed = upgrade::forget(folder).map_err(|error| Failure::file(&place, error))?;
    out.data(&json!({ "removed": removed }))?;
    out.line(if removed {
        "The old database is removed; nothing goes back to it."
    } else {
        "Nothing is kept of before an upgrade."
    })?;
    Ok(())
}

fn say_kept(folder: &Folder, kept: Option<&Upgraded>, out: &mut Output) -> Result<(), Failure> {
    let Some(kept) = kept else { return Ok(()) };
    out.line(&format!(
        "The old one, of {}, is kept in {}, encrypted: `theirs upgrade --back` goes back to it until \
         something changes, `theirs upgrade --keep` removes it, and so does an erasure.",
        words(kept.from),
        folder.before_upgrade().display()
    ))?;
    Ok(())
}

fn words(standing: Standing) -> String {
    let form = if standing.encrypted { "encrypted" } else { "in plain" };
    format!("layout {}, {form}", standing.layout)
}

fn size(bytes: u64) -> String {
    const MEGABYTE: u64 = 1_000_000;
    format!("{} MB", bytes.div_ceil(MEGABYTE))
}

/// How much there is to do, in parts of a hundred.
const DONE: u64 = 100;

/// How much of it is done before a step: copying and checking take about as long as all layouts.
fn done_of(step: Step) -> u64 {
    match step {
        Step::Fold => 0,
        Step::Copy => 5,
        Step::Layout(number, of) => 30 + 40 * number.unsigned_abs() / of.unsigned_abs().max(1),
        Step::Check => 70,
        Step::Note => 90,
        Step::Swap => 95,
        Step::End => DONE,
    }
}
