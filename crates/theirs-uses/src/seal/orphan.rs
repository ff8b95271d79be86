//! Forgetting people: what is kept of them, so that everybody else's proofs can still be made.
//!
//! In this order, each step of which may be done again after a crash: an epoch is closed over all
//! that was logged; in one change of the store the person's commitments, and what stood for them in
//! the heads trees, are kept as hashes and their bits are cleared; an entry says that it happened;
//! the keys are destroyed; the journal, which has copies of the bitmaps, is given up. From the keys'
//! destruction on nothing that is left can be tied to the person.

use jiff::Timestamp;
use roaring::RoaringBitmap;
use theirs_ledger::{Erase, Leaf, Record};
use theirs_model::{Digest, Slot};
use theirs_receipt::{Chain, PersonKey, head_leaf, leaf_hash};
use theirs_store::{NewUse, Orphan, OrphanHead};

use super::{Seals, by_line, line};
use crate::BookError;
use crate::batch::place;

/// What forgetting people came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// How many keys were destroyed.
    pub people: u64,
    /// How many commitments were kept as hashes.
    pub commitments: u64,
    /// The last epoch before it.
    pub epoch: u64,
}

impl Seals {
    /// Cuts the tie between these people and the ledger, for good. Make their last receipts before.
    pub fn forget(
        &self,
        slots: &RoaringBitmap,
        charter: Digest,
        at: Timestamp,
    ) -> Result<Forgotten, BookError> {
        let _alone = self.alone();
        let slots = &(slots - self.keys.destroyed()?);
        if slots.is_empty() {
            let epoch = self.store.last_epoch()?.map_or(0, |epoch| epoch.number);
            return Ok(Forgotten { people: 0, commitments: 0, epoch });
        }
        while self.close_alone(at)?.is_some() {}
        let epoch = self.store.last_epoch()?.map_or(0, |epoch| epoch.number);
        let known = self.store.orphan_heads()?;
        let known: RoaringBitmap = known.iter().map(|orphan| orphan.slot.0).collect();
        let mut kept = (Vec::new(), Vec::new());
        for slot in &(slots - &known) {
            self.orphans_of(Slot(slot), &mut kept)?;
        }
        let (commitments, heads) = kept;
        self.store.forget_members(slots, &commitments, &heads)?;
        for part in self.untold(slots, &known)? {
            let leaf = Leaf::Erase(Erase {
                at: Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at),
                id: NewUse::draw()?.0,
                charter,
                people: part.len(),
                orphans: digest(self.store.orphan_heads()?, &part),
                epoch,
            });
            self.book.ledger.append_records(vec![Record { leaf, payload: Vec::new() }])?;
        }
        let people = self.keys.destroy(slots, at)?;
        self.book.release()?;
        Ok(Forgotten { people, commitments: commitments.len() as u64, epoch })
    }

    /// Of whose destruction no entry tells yet. A crash after the entry and before the destruction
    /// left one in the journal: restoring counts these entries, so nobody is told of twice.
    fn untold(
        &self,
        slots: &RoaringBitmap,
        known: &RoaringBitmap,
    ) -> Result<Vec<RoaringBitmap>, BookError> {
        let begun = slots & known;
        let kept = digest(self.store.orphan_heads()?, &begun);
        let tells = |leaf: &Leaf| matches!(leaf, Leaf::Erase(one) if one.orphans == kept);
        let is_told = !begun.is_empty()
            && self.book.ledger.journalled()?.iter().any(|found| tells(&found.leaf));
        let part = if is_told { slots - begun } else { slots.clone() };
        Ok(if part.is_empty() { Vec::new() } else { vec![part] })
    }

    /// The hashes of one person in every epoch; none if their key is gone already.
    pub(super) fn orphans_of(
        &self,
        slot: Slot,
        kept: &mut (Vec<Orphan>, Vec<OrphanHead>),
    ) -> Result<(), BookError> {
        let Some(key) = self.keys.key(slot)? else { return Ok(()) };
        let lines = by_line(self.store.uses_with(slot)?);
        let (mut chain, mut leaf) = (Chain::default(), None);
        for epoch in self.store.epochs()? {
            for ((number, at), uses) in lines.range((epoch.number, 0)..=(epoch.number, u32::MAX)) {
                let all: Vec<_> = uses.iter().collect();
                let hash = line(&all)?.commitment(&key);
                let members = uses.first().ok_or(BookError::Unreadable)?.bitmap()?;
                let there = self.store.orphans(*number, *at)?;
                let place = place(members.rank(slot.0).saturating_sub(1), &there);
                kept.0.push(Orphan { epoch: *number, line: *at, place, hash });
                chain.push(hash);
            }
            let blind = PersonKey::new(&key).head_blind(chain.count);
            let hash = leaf_hash(&head_leaf(blind, chain));
            if u64::from(slot.0) < epoch.people && leaf != Some(hash) {
                leaf = Some(hash);
                kept.1.push(OrphanHead { slot, epoch: epoch.number, hash });
            }
        }
        Ok(())
    }
}

/// The digest that the entry of an erasure has: of what stands for these people in the heads trees,
/// in the order of slots and epochs.
fn digest(mut heads: Vec<OrphanHead>, slots: &RoaringBitmap) -> Digest {
    heads.retain(|orphan| slots.contains(orphan.slot.0));
    heads.sort_by_key(|orphan| (orphan.slot, orphan.epoch));
    let all: Vec<u8> = heads.iter().flat_map(|orphan| orphan.hash.0).collect();
    theirs_ledger::digest(&all)
}
