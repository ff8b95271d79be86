//! Restoring a folder from its backups: into a place beside it, where what was erased since is
//! erased again, and only then under its name.
//!
//! A backup is older than what happened after it. What it does not know of the uses since is in the
//! ledger, and what it does not know of the erasures since is in their journal; both are copied
//! elsewhere more often than backups are made. So a restore asks for the latest of both, and is
//! refused where it can be shown that it knows less: otherwise people would come back who had been
//! erased. It never touches a folder that has data.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use roaring::RoaringBitmap;
use serde::Serialize;
use theirs_charter::{Authority, Policies};
use theirs_ledger::{Leaf, Ledger, LedgerError, VerifyError};
use theirs_model::{Clock, Digest, RecordId, Slot, UseId};
use theirs_people::profile;
use theirs_store::backup::{BackupError, KeysArtefact, Manifest, Passphrase, read_data};
use theirs_store::upgrade::{self, Draft, Standing, UpgradeError};
use theirs_store::{
    Erasure, Folder, FolderError, Keys, Lake, Lost, Mark, NewErasure, PersonKeys, Store, StoreError,
};
use theirs_uses::{Act, Book, BookError, Seals, Told};

use crate::delete::{JournalledDeletion, read_deletions};
use crate::desk::{Desk, RightsError};
use crate::erase::{FILES_WITHIN, Ground, Journalled, read_journal};
use crate::passkey::{removed_passkeys, removed_tokens};
use crate::refused::{Known, read_refusals};

/// How long before a backup an act may have been on record that the backup does not hold.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(1);

/// What is restored, and with what.
pub struct Restoring<'r> {
    /// The backup of the data.
    pub data: &'r Path,
    /// The backup of the keys.
    pub keys: &'r Path,
    /// The passphrase of the keys, if they are sealed.
    pub passphrase: Option<&'r Passphrase>,
    /// The working folder that is to be; it must have no data.
    pub into: &'r Path,
    /// What is known of the time since the backup.
    pub since: Since<'r>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// What is known of the time since a backup.
#[derive(Debug, Clone, Copy)]
pub enum Since<'r> {
    /// A folder with the latest `ledger/` and `erasures/`: the lost `data/`, or a copy of the two.
    Log(&'r Path),
    /// The latest checkpoint that somebody else saw: the backup must know as much.
    Witnessed(&'r str),
}

/// What a restore did.
#[derive(Debug, Clone, Serialize)]
pub struct Restored {
    /// As of when the data are.
    pub at: Timestamp,
    /// How many erasures were done again.
    pub erased_again: u64,
    /// How many deletions of single values were done again.
    pub deleted_again: u64,
    /// How many refusals were done again: objections, stops, holds, contests, consents taken back.
    pub refused_again: u64,
    /// How many of these are values that had been corrected: the corrections are lost, and the values
    /// are used for nothing until somebody says again what is right.
    pub corrections_lost: u64,
    /// How many of these wait for a load to bring whoever it was.
    pub refused_waiting: u64,
    /// How many passkeys were removed again.
    pub passkeys_removed_again: u64,
    /// How many passkeys of colleagues went, since nobody knows which had been removed meanwhile.
    pub staff_passkeys_forgotten: u64,
    /// How many colleagues were removed again.
    pub principals_removed_again: u64,
    /// How many uses since the backup are lost: their hashes are in the ledger, their texts are gone.
    pub lost_uses: u64,
    /// How many entries the ledger has.
    pub ledger: u64,
    /// How its database stood, if it was of an earlier version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgraded_from: Option<Standing>,
}

/// Why a folder was not restored. Nothing was changed but what lies in `.restoring`.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The folder lives.
    #[error("{} has data; a restore never overwrites a folder, so move its data/ away", .0.display())]
    Alive(PathBuf),
    /// The backup knows less than is known elsewhere.
    #[error(
        "the backup's ledger has {backup} entries, but {known} were seen elsewhere: people may have \
         been erased since whom it would bring back; give the latest copy of ledger/ and erasures/ \
         with --log"
    )]
    KnowsLess {
        /// How many it has.
        backup: u64,
        /// How many there were.
        known: u64,
    },
    /// What is given as the latest state lacks a part.
    #[error(
        "{} has no {name}/: --log names a folder with the latest ledger/ and erasures/, as data/ has \
         them", .place.display()
    )]
    NotThere {
        /// What is missing.
        name: &'static str,
        /// Where it was looked for.
        place: PathBuf,
    },
    /// The two ledgers are not one.
    #[error("the ledger {0} is another than the backup's: their entries differ")]
    OtherHistory(&'static str),
    /// The ledger tells of more erasures than the journal.
    #[error(
        "since the backup the ledger tells of {logged} erased people, and erasures/ names {named} of \
         them: whoever is missing there would come back; give the latest erasures/ beside ledger/ \
         with --log"
    )]
    Incomplete {
        /// How many the ledger tells of.
        logged: u64,
        /// How many are named.
        named: u64,
    },
    /// An erasure in the journal is not in the ledger.
    #[error(
        "an erasure of the journal is not in the ledger: erasures/ and ledger/ do not belong together"
    )]
    StrangeErasure,
    /// No charter was ever in force, so nothing can be done again.
    #[error("the backup holds no charter in force")]
    NoCharter,
    /// A backup cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The database of the backup could not be brought to this layout.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger is not what it says it is.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A use could not be logged.
    #[error(transparent)]
    Book(#[from] BookError),
    /// An erasure could not be done again.
    #[error(transparent)]
    Rights(#[from] RightsError),
}

/// Restores a folder. `forget` makes whatever is derived from people forget whom it should not know,
/// before the folder counts as open.
pub fn restore(
    restoring: &Restoring<'_>,
    forget: &dyn Fn(&Store) -> Result<(), RestoreError>,
) -> Result<Restored, RestoreError> {
    let alive = restoring.into.join("data");
    if alive.exists() {
        return Err(RestoreError::Alive(restoring.into.to_owned()));
    }
    let staged = restoring.into.join(".restoring");
    match std::fs::remove_dir_all(&staged) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::from(error).into());
        }
        _ => {}
    }
    let target = Folder::at(restoring.into)?;
    Keys::fit(Manifest::read(restoring.data)?.keys, &target)?;
    let folder = Folder::create_apart(&staged)?;
    let manifest = fetch(restoring, &folder)?;
    let restored = make_whole(restoring, &folder, &manifest, forget)?;
    // If we crash after this, the next restore finds that they fit.
    Keys::of(&folder)?.move_to(&target)?;
    publish(&staged, restoring.into).map_err(StoreError::from)?;
    Ok(restored)
}

/// Copies what the backups hold into the staged folder, and the latest ledger over it.
fn fetch(restoring: &Restoring<'_>, folder: &Folder) -> Result<Manifest, RestoreError> {
    let artefact = KeysArtefact::read(restoring.keys)?;
    let manifest = Manifest::read(restoring.data)?;
    if artefact.keys != manifest.keys {
        return Err(BackupError::OtherKeys.into());
    }
    std::fs::remove_dir_all(folder.data()).map_err(StoreError::from)?;
    read_data(restoring.data, folder)?;
    artefact.restore(folder, restoring.passphrase, restoring.clock.now())?;
    std::fs::create_dir_all(folder.lake()).map_err(StoreError::from)?;
    Ok(manifest)
}

fn make_whole(
    restoring: &Restoring<'_>,
    folder: &Folder,
    manifest: &Manifest,
    forget: &dyn Fn(&Store) -> Result<(), RestoreError>,
) -> Result<Restored, RestoreError> {
    let keys = Keys::of(folder)?;
    let upgraded_from = bring_on(folder, &keys, restoring.clock.now())?;
    let vkey = whole_ledger(folder, &keys)?.verifier_key();
    let mine = entries(&folder.ledger(), &vkey)?;
    match restoring.since {
        Since::Witnessed(checkpoint) => knows_as_much(folder, &vkey, &mine, checkpoint)?,
        Since::Log(elsewhere) => take_latest(folder, elsewhere, &vkey, &mine)?,
    }
    let store = Arc::new(Store::open(&folder.database(), &keys.database())?);
    let ledger = Arc::new(whole_ledger(folder, &keys)?);
    store.forget_leaves_from(ledger.size())?;
    let book = Book::new(Arc::clone(&store), Arc::clone(&ledger));
    // What the journal of the ledger still knows of the uses since comes back with it.
    book.drain_uses()?;
    ledger.settle()?;
    let now = restoring.clock.now();
    let log = entries(&folder.ledger(), &vkey)?;
    let lost = note_lost(&store, manifest.ledger.size, &log, now)?;
    let version = store.charter_in_force()?.ok_or(RestoreError::NoCharter)?;
    let authority = Authority::read(&version.text, &Policies::of(version.policies));
    let authority = Arc::new(authority.map_err(|_| RestoreError::NoCharter)?);
    let charter = authority.charter().digest;
    let lake = Lake::new(&folder.lake(), &keys);
    lake.sweep(&store)?;
    let clock = Arc::clone(&restoring.clock);
    let desk = Desk::new(Arc::clone(&store), lake, keys, book, authority, clock);
    let journal = read_journal(&folder.erasures())?;
    let deletions = read_deletions(&folder.erasures())?;
    let passkeys = removed_passkeys(&folder.erasures())?;
    let uses = journal.iter().map(|one| one.use_id);
    let uses = uses.chain(deletions.iter().map(|one| one.use_id));
    let tokens = removed_tokens(&folder.erasures())?;
    let ways_in = passkeys.iter().chain(&tokens).map(|one| one.use_id);
    are_logged(uses.chain(ways_in), &log)?;
    let lives = lives(&folder.erasures(), &log)?;
    is_complete(&journal, &log, manifest.ledger.size, &lives, &desk)?;
    let (erased_again, deleted_again) = desk.do_all_again(&journal, &deletions)?;
    let passkeys_removed_again = desk.remove_passkeys_again(&passkeys)?;
    let staff_passkeys_forgotten = desk.store.forget_staff_passkeys()?;
    let principals_removed_again = desk.remove_principals_again(&tokens)?;
    desk.store.end_proofs()?;
    let refusals = read_refusals(&folder.erasures(), |one| log.uses.get(&one).copied())?;
    let known = Known { refusals: &refusals, erasures: &journal, deletions: &deletions };
    let is_since = |use_id: UseId, at: Timestamp| {
        let place = log.uses.get(&use_id);
        place.is_none_or(|place| *place >= manifest.ledger.size) || at >= manifest.at - UNDER_WAY
    };
    let refused = desk.refuse_again(&known, &is_since, &folder.erasures())?;
    let mut told = Told::new(Act::Restoration, "our systems");
    told.reason = Some(format!(
        "as of {}, {lost} uses since are lost, {erased_again} people erased again",
        manifest.at
    ));
    let restored = desk.book.log_none(&told, charter, now)?;
    note_restored(&folder.erasures(), restored).map_err(StoreError::from)?;
    forget(&store)?;
    // Whatever was to be swept when the backup was made is swept now: nobody waits for it.
    let pending = store.pending_erasures()?;
    let slots = pending.iter().flat_map(|erasure| &erasure.slots).map(|slot| slot.0).collect();
    let book = Book::new(Arc::clone(&store), Arc::clone(&ledger));
    let person_keys = PersonKeys::open(&desk.keys)?;
    let seals = Seals::new(Arc::clone(&store), book, person_keys, &folder.data());
    seals.forget(&slots, charter, now)?;
    drop(seals);
    desk.sweep(&pending, folder)?;
    ledger.settle()?;
    theirs_ledger::verify(&folder.ledger(), &vkey, &mut |_, _| Ok(()))?;
    desk.book.release()?;
    let (at, ledger) = (manifest.at, ledger.size());
    Ok(Restored {
        at,
        erased_again,
        deleted_again,
        refused_again: refused.refused,
        corrections_lost: refused.corrections,
        refused_waiting: refused.waiting,
        passkeys_removed_again,
        staff_passkeys_forgotten,
        principals_removed_again,
        lost_uses: lost,
        ledger,
        upgraded_from,
    })
}

/// Brings a database of an earlier version to this layout, while nobody sees it: what was erased since
/// can only be erased again there, and never is there a folder that still knows them.
fn bring_on(folder: &Folder, keys: &Keys, at: Timestamp) -> Result<Option<Standing>, RestoreError> {
    let mut quietly = |_| Ok(());
    let Some(draft) = Draft::begin(folder, keys, &mut quietly)? else { return Ok(None) };
    draft.bring(&mut quietly)?;
    let done = draft.publish(0, at, &mut quietly)?;
    upgrade::forget(folder).map_err(StoreError::from)?;
    Ok(Some(done.from))
}

/// The staged ledger, with all that its journal has in its tiles.
fn whole_ledger(folder: &Folder, keys: &Keys) -> Result<Ledger, RestoreError> {
    let ledger = Ledger::open(&folder.ledger(), &keys.ledger_key_file())?;
    ledger.settle()?;
    Ok(ledger)
}

/// Every entry of a log; the log is recomputed on the way.
fn entries(ledger: &Path, vkey: &str) -> Result<Log, RestoreError> {
    let mut log = Log { entries: Vec::new(), uses: HashMap::new(), erasures: Vec::new() };
    theirs_ledger::verify(ledger, vkey, &mut |index, leaf: &Leaf| {
        log.entries.push(theirs_ledger::digest(&leaf.encode()));
        match leaf {
            Leaf::Use(entry) => drop(log.uses.insert(entry.use_id, index.0)),
            Leaf::Erase(erase) => log.erasures.push((index.0, erase.people, erase.orphans)),
            Leaf::Batch(_) | Leaf::Heads(_) => {}
        }
        Ok(())
    })?;
    Ok(log)
}

/// A log that was recomputed.
struct Log {
    entries: Vec<Digest>,
    /// Where each use stands.
    uses: HashMap<UseId, u64>,
    /// Where keys were destroyed: the place, of how many people, and what is kept of them.
    erasures: Vec<(u64, u64, Digest)>,
}

impl Log {
    fn size(&self) -> u64 {
        self.entries.len() as u64
    }
}

fn knows_as_much(
    folder: &Folder,
    vkey: &str,
    mine: &Log,
    checkpoint: &str,
) -> Result<(), RestoreError> {
    let (size, root) = theirs_ledger::claimed(checkpoint, vkey)?;
    if mine.size() < size {
        return Err(RestoreError::KnowsLess { backup: mine.size(), known: size });
    }
    if theirs_ledger::root_at(&folder.ledger(), vkey, size)? != root {
        return Err(RestoreError::OtherHistory("that was witnessed"));
    }
    Ok(())
}

/// Takes the ledger and the journal that are known elsewhere, if they know more.
fn take_latest(
    folder: &Folder,
    elsewhere: &Path,
    vkey: &str,
    mine: &Log,
) -> Result<(), RestoreError> {
    for name in ["ledger", "erasures"] {
        if !elsewhere.join(name).is_dir() {
            return Err(RestoreError::NotThere { name, place: elsewhere.to_owned() });
        }
    }
    let theirs = entries(&elsewhere.join("ledger"), vkey)?;
    let common = mine.entries.len().min(theirs.entries.len());
    if mine.entries[..common] != theirs.entries[..common] {
        return Err(RestoreError::OtherHistory("of --log"));
    }
    // At the same size its journal may know of more.
    if theirs.size() >= mine.size() {
        std::fs::remove_dir_all(folder.ledger()).map_err(StoreError::from)?;
        theirs_store::backup::copy_tree(&elsewhere.join("ledger"), &folder.ledger())?;
    }
    theirs_store::backup::copy_over(&elsewhere.join("erasures"), &folder.erasures())?;
    Ok(())
}

/// Notes which entries of the ledger have no use in the store any more.
fn note_lost(store: &Store, known: u64, log: &Log, at: Timestamp) -> Result<u64, RestoreError> {
    let size = log.size();
    let logged = log.uses.values().filter(|index| **index >= known).count() as u64;
    let lost = logged.saturating_sub(store.uses_within(known, size)?);
    if lost > 0 {
        store.note_lost(Lost { first: known, until: size, at })?;
    }
    Ok(lost)
}

fn are_logged(mut uses: impl Iterator<Item = UseId>, log: &Log) -> Result<(), RestoreError> {
    if uses.all(|use_id| log.uses.contains_key(&use_id)) {
        Ok(())
    } else {
        Err(RestoreError::StrangeErasure)
    }
}

/// Whether everybody whose keys were destroyed since the backup is named, in the journal or in the
/// backup. A restore brings keys back, which are then destroyed once more; so what is counted is the
/// most of any one life of the folder. A crash may have left one entry twice; it is counted once.
fn is_complete(
    journal: &[Journalled],
    log: &Log,
    since: u64,
    lives: &[u64],
    desk: &Desk,
) -> Result<(), RestoreError> {
    let mut each: HashMap<usize, HashMap<Digest, u64>> = HashMap::new();
    for (index, people, kept) in log.erasures.iter().filter(|(index, ..)| *index >= since) {
        let life = lives.partition_point(|begun| begun < index);
        each.entry(life).or_default().insert(*kept, *people);
    }
    let logged = each.values().map(|life| life.values().sum::<u64>()).max().unwrap_or(0);
    let erased = desk.store.erasures()?;
    let slots = journal.iter().flat_map(|one| &one.slots);
    let mut named: RoaringBitmap =
        slots.chain(erased.iter().flat_map(|one| &one.slots)).map(|slot| slot.0).collect();
    named -= PersonKeys::open(&desk.keys)?.destroyed()?;
    if named.len() < logged {
        return Err(RestoreError::Incomplete { logged, named: named.len() });
    }
    Ok(())
}

/// The ending of the files in the journal of erasures that say where in the log a restore stands.
const RESTORED: &str = "restored";

/// Notes in the journal of erasures that the folder was restored, under this use.
fn note_restored(erasures: &Path, use_id: UseId) -> std::io::Result<()> {
    std::fs::create_dir_all(erasures)?;
    std::fs::File::create(erasures.join(format!("{use_id}.{RESTORED}")))?.sync_all()?;
    std::fs::File::open(erasures)?.sync_all()
}

/// Where in the log each restore stands, in order.
fn lives(erasures: &Path, log: &Log) -> Result<Vec<u64>, RestoreError> {
    let listed = match std::fs::read_dir(erasures) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(StoreError::from)?,
    };
    let mut found = Vec::new();
    for file in listed {
        let path = file.map_err(StoreError::from)?.path();
        let is_one = path.extension().is_some_and(|ending| ending == RESTORED);
        let use_id = path.file_stem().and_then(|name| name.to_str()?.parse::<UseId>().ok());
        if let Some(use_id) = use_id.filter(|_| is_one) {
            found.extend(log.uses.get(&use_id));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Gives the restored folder its name. Until then it is none; if we crash between, the restore is
/// begun again from nothing.
fn publish(staged: &Path, into: &Path) -> std::io::Result<()> {
    let _ = std::fs::remove_file(staged.join("data").join("lock"));
    let charter = into.join("charter.yaml");
    if !charter.exists() && staged.join("charter.yaml").exists() {
        std::fs::rename(staged.join("charter.yaml"), charter)?;
    }
    std::fs::rename(staged.join("data"), into.join("data"))?;
    std::fs::File::open(into)?.sync_all()?;
    std::fs::remove_dir_all(staged)
}

impl Desk {
    /// Does again what a store from a backup does not know, in the order in which it was done; says
    /// how many erasures and how many deletions.
    ///
    /// Of one moment the deletion comes first: an entry that went whole with a value has acts of the
    /// person hung on another by it.
    pub(crate) fn do_all_again(
        &self,
        erasures: &[Journalled],
        deletions: &[JournalledDeletion],
    ) -> Result<(u64, u64), RightsError> {
        let known = self.store.erasures()?;
        let known: HashMap<UseId, &Erasure> = known.iter().map(|one| (one.use_id, one)).collect();
        let mut deleted: HashSet<UseId> =
            self.store.deletions()?.iter().map(|one| one.use_id).collect();
        let wanted = erasures.iter().flat_map(Journalled::keys);
        let wanted = wanted.chain(deletions.iter().flat_map(JournalledDeletion::keys)).collect();
        let by_key = self.records_by_key(&wanted)?;
        let (mut erased_again, mut deleted_again) = (0, 0);
        let mut waiting = deletions.iter().peekable();
        let mut delete = |until: Timestamp, deleted: &mut HashSet<UseId>| {
            while let Some(one) = waiting.next_if(|one| one.at <= until) {
                if deleted.insert(one.use_id) {
                    self.delete_again(&one.again(self.now()), &by_key)?;
                    deleted_again += 1;
                }
            }
            Ok::<(), RightsError>(())
        };
        let (mut record, mut slot) = (RecordId(0), Slot(0));
        for one in erasures {
            delete(one.at, &mut deleted)?;
            record = one.records.iter().copied().fold(record, RecordId::max);
            slot = one.slots.iter().copied().fold(slot, Slot::max);
            match known.get(&one.use_id) {
                None if one.keys().is_empty() || self.went_with_a_value(one, &deleted)? => {}
                None => {
                    self.do_again(one, &by_key)?;
                    erased_again += 1;
                }
                Some(erasure) if one.is_readmitted && erasure.readmitted.is_none() => {
                    let marks = self.store.tombstones_of(erasure.id)?;
                    let marks: Vec<_> = marks.iter().map(|one| one.mark).collect();
                    self.store.readmit(&marks, self.now())?;
                }
                Some(_) => {}
            }
        }
        delete(Timestamp::MAX, &mut deleted)?;
        self.store.reserve(record, slot)?;
        if erased_again + deleted_again > 0 {
            self.store.read_sources_anew()?;
        }
        Ok((erased_again, deleted_again))
    }

    /// Whether what an erasure is of went again already, with the value by which it was known.
    fn went_with_a_value(
        &self,
        one: &Journalled,
        deleted: &HashSet<UseId>,
    ) -> Result<bool, RightsError> {
        Ok(deleted.contains(&one.use_id)
            && self.store.erasures()?.iter().any(|known| known.use_id == one.use_id))
    }

    fn do_again(
        &self,
        one: &Journalled,
        by_key: &HashMap<Mark, RecordId>,
    ) -> Result<(), RightsError> {
        self.store.forget_kept_deletions(&one.keys())?;
        let records: Vec<RecordId> =
            one.keys().iter().filter_map(|mark| by_key.get(mark).copied()).collect();
        let records = self.store.existing(&records)?;
        let ids: Vec<RecordId> = records.iter().map(|record| record.id).collect();
        let profile = profile(&self.charter, &records, &[]);
        let (kept, _) = self.under_duty(&records, &profile)?;
        let ground = Ground::ALL.iter().find(|(word, _)| *word == one.ground);
        let due = self.now().saturating_add(FILES_WITHIN).unwrap_or(Timestamp::MAX);
        self.store.erase_records(
            &ids,
            &NewErasure {
                use_id: one.use_id,
                at: one.at,
                by: one.by.clone(),
                ground: ground.map_or(Ground::Asked, |(_, ground)| *ground).word(),
                due,
                tombstones: &one.tombstones(),
                kept: &kept,
                notices: &[],
            },
        )?;
        Ok(())
    }
}
