//! Every use of personal data is on record before its result leaves.
//!
//! One order, kept here for all doors: the use with its pending ledger entry is committed to the
//! store, the entry is appended to the ledger, and only then does [`Book::log`] return. A crash in
//! between leaves a use on record whose result nobody got: the book may overstate, never
//! understate. [`Book::drain`] appends what a crash left pending.

mod told;

use std::sync::Arc;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use theirs_ledger::{Entry, EntryKind, Ledger, LedgerError, digest, salted_digest};
use theirs_model::{Digest, Slot, UseId};
use theirs_store::{NewUse, Store, StoreError, Use};

pub use told::{Act, Told};

/// The uses of one folder: the store that tells them and the ledger that proves them.
pub struct Book {
    store: Arc<Store>,
    ledger: Arc<Ledger>,
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
    /// Something stored is not what this version wrote.
    #[error("a use on record cannot be read")]
    Unreadable,
}

impl Book {
    /// The book over an open store and ledger.
    pub fn new(store: Arc<Store>, ledger: Arc<Ledger>) -> Self {
        Self { store, ledger }
    }

    /// Logs a use of the data of these people; it is durable in both places when this returns.
    pub fn log(
        &self,
        told: &Told,
        members: &RoaringBitmap,
        charter: Digest,
        at: Timestamp,
    ) -> Result<UseId, BookError> {
        let (id, salt) = NewUse::draw()?;
        let told_text = serde_json::to_string(told).map_err(|_| BookError::Unreadable)?;
        let entry = Entry {
            kind: told.act.entry_kind(),
            at: Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at),
            use_id: id,
            charter,
            people: members.len(),
            told: digest(told_text.as_bytes()),
            members: salted_digest(&salt, &NewUse::member_bytes(members)),
        };
        let members = members.clone();
        let bytes = entry.encode().to_vec();
        let new = NewUse { id, at: entry.at, told: told_text, members, salt, entry: bytes };
        self.store.record_use(&new)?;
        let leaf = self.ledger.append(&entry)?;
        self.store.note_leaf(id, leaf.0)?;
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

    /// Appends what a crash left pending; says how much that was.
    pub fn drain(&self) -> Result<u64, BookError> {
        let pending = self.store.pending_uses()?;
        for used in &pending {
            let entry = Entry::decode(&used.entry).map_err(|_| BookError::Unreadable)?;
            let leaf = self.ledger.append(&entry)?;
            self.store.note_leaf(used.id, leaf.0)?;
        }
        Ok(pending.len() as u64)
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
    pub fn is_as_committed(used: &Use, entry: &Entry) -> bool {
        entry.encode().as_slice() == used.entry.as_slice()
            && entry.told == digest(used.told.as_bytes())
            && entry.members == salted_digest(&used.salt, &used.members)
            && entry.people == used.people
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

fn told(used: &Use) -> Result<Told, BookError> {
    serde_json::from_str(&used.told).map_err(|_| BookError::Unreadable)
}

fn swap(pair: Result<(Told, Use), BookError>) -> Result<(Use, Told), BookError> {
    pair.map(|(told, used)| (used, told))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn book(folder: &Path) -> Book {
        let store = Arc::new(Store::open(&folder.join("store.sqlite")).unwrap());
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

    #[test]
    fn what_a_crash_left_pending_is_appended_once() {
        let folder = tempfile::tempdir().unwrap();
        let told = Told::new(Act::Statement, "our analysts");
        {
            let book = book(folder.path());
            book.log_none(&told, Digest([1; 32]), Timestamp::UNIX_EPOCH).unwrap();
            let (id, salt) = NewUse::draw().unwrap();
            let entry = Entry {
                kind: EntryKind::Use,
                at: Timestamp::UNIX_EPOCH,
                use_id: id,
                charter: Digest([1; 32]),
                people: 0,
                told: digest(b"{}"),
                members: salted_digest(&salt, &[]),
            };
            let members = RoaringBitmap::new();
            let bytes = entry.encode().to_vec();
            let at = Timestamp::UNIX_EPOCH;
            let new = NewUse { id, at, told: "{}".into(), members, salt, entry: bytes };
            book.store.record_use(&new).unwrap();
        }
        let book = book(folder.path());
        assert_eq!(book.drain().unwrap(), 1);
        assert_eq!(book.drain().unwrap(), 0);
        assert_eq!(book.ledger.size(), 2);
    }
}
