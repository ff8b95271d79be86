//! Every use of personal data is on record before its result leaves.
//!
//! One order, kept here for all doors: the use, with what is told of it and whom it concerns, is one
//! record of the ledger's journal, durable and in its place with one flush that callers share; then
//! it is written to the store, which need not reach the disk; and only then does [`Book::log`]
//! return. The journal is the truth: a crash in between leaves a use on record whose result nobody
//! got, and [`Book::drain`] brings the store up to it. The book may overstate, never understate.

mod batch;
mod heads;
mod last;
mod payload;
mod seal;
mod told;

use std::sync::Arc;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use theirs_ledger::{
    Entry, EntryKind, Leaf, LeafIndex, Ledger, LedgerError, Record, digest, salted_digest,
};
use theirs_model::{Digest, Slot, UseId};
use theirs_store::{NewUse, Store, StoreError, Use};

pub use seal::{Audit, Closed, Forgotten, Seals};
pub use told::{Act, Told, YOU, seen};

use self::last::LastMembers;

/// The uses of one folder: the store that tells them and the ledger that proves them.
pub struct Book {
    store: Arc<Store>,
    ledger: Arc<Ledger>,
    last: LastMembers,
}

/// Why a use could not be logged; nothing may leave then.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The log lost its end.
    #[error(
        "the ledger has {size} entries, and the database knows of entry {known}: its end was cut off; \
         restore data/ledger from its backup or its copy"
    )]
    Cut {
        /// How many entries it has.
        size: u64,
        /// One that it had.
        known: u64,
    },
    /// Something stored is not what this version wrote.
    #[error("a use on record cannot be read")]
    Unreadable,
    /// A person whose data was used has no ledger key.
    #[error(
        "a person whose data was used has no ledger key; restore data/keys/people.sqlite from its \
         backup"
    )]
    NoKey,
    /// What was sealed cannot be computed again.
    #[error(
        "what is stored of the uses is not what was sealed; `theirs ledger check` says where it \
         differs"
    )]
    NotAsSealed,
    /// An audit found something that does not hold.
    #[error("the ledger is not sound: {0}")]
    Unsound(String),
}

impl Book {
    /// The book over an open store and ledger.
    pub fn new(store: Arc<Store>, ledger: Arc<Ledger>) -> Self {
        Self { store, ledger, last: LastMembers::default() }
    }

    /// Logs a use of the data of these people; it is durable in its place when this returns.
    pub fn log(
        &self,
        told: &Told,
        members: &RoaringBitmap,
        charter: Digest,
        at: Timestamp,
    ) -> Result<UseId, BookError> {
        let (id, salt) = NewUse::draw()?;
        let members = self.last.of(members);
        let told_text = serde_json::to_string(told).map_err(|_| BookError::Unreadable)?;
        let entry = Entry {
            kind: told.act.entry_kind(),
            at: Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at),
            use_id: id,
            charter,
            people: members.bitmap().len(),
            told: digest(told_text.as_bytes()),
            members: salted_digest(&salt, members.bytes()),
        };
        let bytes = entry.encode().to_vec();
        let mut new =
            NewUse { id, at: entry.at, told: told_text, members, salt, entry: bytes, leaf: None };
        let record = Record { leaf: Leaf::Use(entry), payload: payload::write(&new) };
        let places = self.ledger.append_records(vec![record])?;
        new.leaf = places.first().map(|place| place.0);
        self.store.record_use(&new)?;
        if self.ledger.wants_release() {
            self.release()?;
        }
        Ok(id)
    }

    /// Logs an act that concerns one person.
    pub fn log_one(
        &self,
        told: &Told,
        slot: Slot,
        charter: Digest,
        at: Timestamp,
    ) -> Result<UseId, BookError> {
        self.log(told, &RoaringBitmap::from_iter([slot.0]), charter, at)
    }

    /// Logs an act that concerns nobody's data.
    pub fn log_none(
        &self,
        told: &Told,
        charter: Digest,
        at: Timestamp,
    ) -> Result<UseId, BookError> {
        self.log(told, &RoaringBitmap::new(), charter, at)
    }

    /// Brings store and ledger up to each other after whatever happened; says how much was missing.
    pub fn drain(&self) -> Result<u64, BookError> {
        self.drain_if(|_| true)
    }

    /// The same for a store that was restored, without epochs that were closed since: they rest on keys of
    /// people of which the backup need not know. Their uses are sealed anew.
    ///
    /// # Errors
    /// Store or ledger cannot be read or written.
    pub fn drain_uses(&self) -> Result<u64, BookError> {
        self.drain_if(|leaf| matches!(leaf, Leaf::Use(_)))
    }

    fn drain_if(&self, is_wanted: impl Fn(&Leaf) -> bool) -> Result<u64, BookError> {
        let mut count = 0;
        for found in self.ledger.take_replayed().into_iter().filter(|one| is_wanted(&one.leaf)) {
            count += u64::from(self.take_back(found.index, &found.leaf, &found.payload)?);
        }
        let size = self.ledger.size();
        let uses = self.store.pending_uses(size)?;
        // What has a place was in the log before the store had it: no crash takes it from there.
        let sealed = self.store.last_epoch()?.map(|epoch| epoch.leaf);
        let known = uses.iter().filter_map(|used| used.leaf).chain(sealed).max();
        if let Some(known) = known.filter(|known| *known >= size) {
            return Err(BookError::Cut { size, known });
        }
        for used in uses {
            let entry = Entry::decode(&used.entry).map_err(|_| BookError::Unreadable)?;
            let leaf = self.ledger.append(&entry)?;
            self.store.note_leaf(used.id, leaf.0)?;
            count += 1;
        }
        Ok(count)
    }

    /// Writes to the store what only the journal has; says whether that was so.
    fn take_back(&self, index: LeafIndex, leaf: &Leaf, payload: &[u8]) -> Result<bool, BookError> {
        if payload.is_empty() || self.is_kept(leaf)? {
            return Ok(false);
        }
        if let Leaf::Use(entry) = leaf {
            let new = payload::read(entry, index, payload).ok_or(BookError::Unreadable)?;
            self.store.record_use(&new)?;
        } else {
            let sealing = seal::journalled(index, payload).ok_or(BookError::Unreadable)?;
            self.store.record_epoch(&sealing)?;
        }
        Ok(true)
    }

    /// Whether the store has what the journal keeps of a leaf.
    fn is_kept(&self, leaf: &Leaf) -> Result<bool, BookError> {
        match leaf {
            Leaf::Use(entry) => Ok(self.store.has_use(entry.use_id)?),
            Leaf::Heads(heads) => {
                let last = self.store.last_epoch()?;
                Ok(last.is_some_and(|last| last.number >= heads.epoch))
            }
            Leaf::Batch(_) | Leaf::Erase(_) => Ok(true),
        }
    }

    /// Gives up the part of the journal that the store has on disk.
    pub fn release(&self) -> Result<(), BookError> {
        let until = self.kept_until();
        let flushed = self.store.flush_uses();
        let until = if flushed.is_ok() { until.as_ref().copied().ok() } else { None };
        self.ledger.release(until.unwrap_or(LeafIndex(0)))?;
        flushed?;
        Ok(())
    }

    /// The first leaf of which the store has not all yet.
    fn kept_until(&self) -> Result<LeafIndex, BookError> {
        let size = LeafIndex(self.ledger.size());
        for found in self.ledger.journalled()? {
            if found.index >= size || !(found.payload.is_empty() || self.is_kept(&found.leaf)?) {
                return Ok(found.index.min(size));
            }
        }
        Ok(size)
    }

    /// What was done with one person's data, the latest first.
    pub fn history(&self, slot: Slot) -> Result<Vec<(Use, Told)>, BookError> {
        let tenures = self.store.tenures(slot)?;
        self.store
            .uses_of(&tenures)?
            .into_iter()
            .map(|used| Ok((told(&used)?, used)))
            .map(swap)
            .collect()
    }

    /// Whether a stored use is what its ledger entry committed to: text, people and entry.
    ///
    /// Where people were erased, who they were is gone; then only their number is compared, and the
    /// epoch's batch holds the others to it.
    pub fn is_as_committed(used: &Use, entry: &Entry) -> bool {
        let members = if used.cleared == 0 {
            entry.members == salted_digest(&used.salt, &used.members)
        } else {
            used.bitmap().is_ok_and(|members| members.len() + used.cleared == used.people)
        };
        entry.encode().as_slice() == used.entry.as_slice()
            && entry.told == digest(used.told.as_bytes())
            && entry.people == used.people
            && members
    }

    /// The kind of the entry of an act on a charter.
    pub fn is_charter(entry: &Entry) -> bool {
        entry.kind == EntryKind::Charter
    }
}

/// The charter under which a use was made, from its entry.
pub fn charter_of(used: &Use) -> Option<Digest> {
    Entry::decode(&used.entry).ok().map(|entry| entry.charter)
}

/// What is told of a use, if that can be read.
pub fn told_of(used: &Use) -> Option<Told> {
    told(used).ok()
}

fn told(used: &Use) -> Result<Told, BookError> {
    serde_json::from_str(&used.told).map_err(|_| BookError::Unreadable)
}

fn swap(pair: Result<(Told, Use), BookError>) -> Result<(Use, Told), BookError> {
    pair.map(|(told, used)| (used, told))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use theirs_store::{Keys, Members};

    use super::*;

    fn book(folder: &Path) -> Book {
        let keys = Keys::open_or_create(folder).unwrap();
        let store = Store::open(&folder.join("store.sqlite"), &keys.database()).unwrap();
        let store = Arc::new(store);
        let key = folder.join("ledger.key");
        let tiles = folder.join("ledger");
        let ledger = if tiles.exists() {
            Ledger::open(&tiles, &key).unwrap()
        } else {
            Ledger::create(&tiles, "shop.example/ledger", &key).unwrap()
        };
        Book::new(store, Arc::new(ledger))
    }

    #[test]
    fn a_use_is_in_both_places_when_logging_returns() {
        let folder = tempfile::tempdir().unwrap();
        let book = book(folder.path());
        let told = Told::new(Act::Statement, "our analysts");
        book.log_one(&told, Slot(3), Digest([1; 32]), Timestamp::UNIX_EPOCH).unwrap();
        let uses = book.store.all_uses().unwrap();
        assert_eq!(uses[0].leaf, Some(0));
        let entry = book.ledger.entry(theirs_ledger::LeafIndex(0)).unwrap();
        assert!(Book::is_as_committed(&uses[0], &entry));
    }

    /// A use that an earlier version wrote to the store first.
    fn pending(number: u8) -> NewUse {
        let entry = Entry {
            kind: EntryKind::Use,
            at: Timestamp::UNIX_EPOCH,
            use_id: UseId([number; 16]),
            charter: Digest([1; 32]),
            people: 0,
            told: digest(b"{}"),
            members: salted_digest(&[9; 32], &[]),
        };
        NewUse {
            id: entry.use_id,
            at: entry.at,
            told: "{}".into(),
            members: Arc::new(Members::of(&RoaringBitmap::new())),
            salt: [9; 32],
            entry: entry.encode().to_vec(),
            leaf: None,
        }
    }

    #[test]
    fn what_an_earlier_version_left_pending_is_appended_once() {
        let folder = tempfile::tempdir().unwrap();
        let told = Told::new(Act::Statement, "our analysts");
        {
            let book = book(folder.path());
            book.log_none(&told, Digest([1; 32]), Timestamp::UNIX_EPOCH).unwrap();
            book.store.record_use(&pending(7)).unwrap();
        }
        let book = book(folder.path());
        assert_eq!(book.drain().unwrap(), 1);
        assert_eq!(book.drain().unwrap(), 0);
        assert_eq!(book.ledger.size(), 2);
    }

    #[test]
    fn what_only_the_journal_has_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let told = Told::new(Act::Statement, "our analysts");
        let members: RoaringBitmap = (0..100_000).filter(|slot| slot % 3 > 0).collect();
        let first = {
            let book = book(folder.path());
            let at = Timestamp::UNIX_EPOCH;
            let id = book.log(&told, &members, Digest([1; 32]), at).unwrap();
            book.log_none(&told, Digest([1; 32]), at).unwrap();
            id
        };
        // The store as it was before: a power cut may take what was never flushed.
        for file in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
            let _ = std::fs::remove_file(folder.path().join(file));
        }
        let book = book(folder.path());
        assert_eq!(book.drain().unwrap(), 2);
        let uses = book.store.all_uses().unwrap();
        assert_eq!((uses[0].id, uses[0].leaf), (first, Some(0)));
        assert_eq!(uses[0].bitmap().unwrap(), members);
        let entry = book.ledger.entry(LeafIndex(0)).unwrap();
        assert!(Book::is_as_committed(&uses[0], &entry));
        book.release().unwrap();
        assert!(book.ledger.journalled().unwrap().is_empty());
    }

    #[test]
    fn a_log_whose_end_was_cut_off_is_refused_and_nothing_is_signed() {
        let folder = tempfile::tempdir().unwrap();
        let told = Told::new(Act::Statement, "our analysts");
        let (tiles, older) = (folder.path().join("ledger"), folder.path().join("older"));
        let checkpoint = |place: &Path| std::fs::read(place.join("checkpoint")).unwrap();
        {
            let book = book(folder.path());
            let log = || {
                book.log_none(&told, Digest([1; 32]), Timestamp::UNIX_EPOCH).unwrap();
                book.release().unwrap();
            };
            log();
            theirs_store::backup::copy_tree(&tiles, &older).unwrap();
            log();
        }
        std::fs::remove_dir_all(&tiles).unwrap();
        theirs_store::backup::copy_tree(&older, &tiles).unwrap();
        let book = book(folder.path());
        let refused = book.drain();
        assert!(matches!(refused, Err(BookError::Cut { size: 1, known: 1 })), "{refused:?}");
        assert_eq!(checkpoint(&tiles), checkpoint(&older));
    }

    #[test]
    fn what_the_store_has_not_stays_in_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let book = book(folder.path());
        let told = Told::new(Act::Statement, "our analysts");
        book.log_none(&told, Digest([1; 32]), Timestamp::UNIX_EPOCH).unwrap();
        let new = pending(3);
        let entry = Entry::decode(&new.entry).unwrap();
        let record = Record { leaf: entry.into(), payload: payload::write(&new) };
        book.ledger.append_records(vec![record]).unwrap();
        book.release().unwrap();
        let kept: Vec<_> =
            book.ledger.journalled().unwrap().iter().map(|found| found.index.0).collect();
        assert!(kept.contains(&1));
    }

    #[test]
    fn callers_at_once_are_all_on_record() {
        let folder = tempfile::tempdir().unwrap();
        let book = book(folder.path());
        std::thread::scope(|scope| {
            for caller in 0..4 {
                let book = &book;
                scope.spawn(move || {
                    let told = Told::new(Act::Statement, "our analysts");
                    for _ in 0..25 {
                        let at = Timestamp::UNIX_EPOCH;
                        book.log_one(&told, Slot(caller), Digest([1; 32]), at).unwrap();
                    }
                });
            }
        });
        let mut leaves: Vec<_> =
            book.store.all_uses().unwrap().iter().filter_map(|used| used.leaf).collect();
        leaves.sort_unstable();
        assert_eq!(leaves, (0..100).collect::<Vec<_>>());
    }
}
