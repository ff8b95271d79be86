//! The auditor's replay: everything that was sealed is computed again from uses and keys.
//!
//! For each epoch, in order: it begins where the one before ended; each of its uses stands in the log
//! as it is stored and is in one line; each line's batch has this root over these people; everybody's
//! chain grows by just these; the heads tree has this root; the totals agree; each charter that an
//! entry names was in force.

use std::collections::HashSet;

use theirs_ledger::{Entry, Leaf, LeafIndex};
use theirs_model::Digest;
use theirs_receipt::root;
use theirs_store::{BatchRow, EpochRow, OrphanHead, Use};

use super::{Seals, by_line, line};
use crate::batch::{Batch, commitments};
use crate::heads::Heads;
use crate::{Book, BookError};

/// What was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// Epochs.
    pub epochs: u64,
    /// Lines, whose batches were computed again.
    pub lines: u64,
    /// Uses that are sealed.
    pub uses: u64,
    /// Commitments of people to lines.
    pub commitments: u64,
    /// Hashes of erased people that stood in for them.
    pub orphans: u64,
    /// Slots in the last heads tree.
    pub people: u64,
    /// Uses that are not sealed yet.
    pub unsealed: u64,
    /// Versions of the charter that entries name.
    pub charters: u64,
    /// How many entries are of each kind, of the log as a whole.
    pub entries: u64,
}

impl Seals {
    /// Computes everything again; says what was checked, or what does not hold.
    pub fn audit(&self) -> Result<Audit, BookError> {
        let _alone = self.alone();
        let mut audit = Audit { entries: self.book.ledger.size(), ..Audit::default() };
        self.charters(&mut audit)?;
        let last = self.store.last_epoch()?;
        audit.unsealed = self.store.unsealed()?.0;
        let Some(last) = last else { return Ok(audit) };
        if let Some(used) = self.store.unsealed_uses(last.until)?.first() {
            return Err(BookError::Unsound(format!(
                "use {} lies in what was sealed and no line stands for it",
                used.id
            )));
        }
        let people = usize::try_from(last.people).map_err(|_| BookError::Unreadable)?;
        let keys = self.everybodys_keys(people)?;
        let mut next = 0;
        let mut previous = Digest([0; 32]);
        let heads = self.replay(&keys, &mut |sealed| {
            self.holds(sealed, next, previous)?;
            next = sealed.epoch.until;
            previous = self.previous(Some(sealed.epoch))?;
            audit.epochs += 1;
            audit.lines += sealed.batches.len() as u64;
            audit.uses += sealed.uses;
            audit.commitments += sealed.batches.iter().map(|batch| batch.people).sum::<u64>();
            audit.orphans += sealed.orphans;
            Ok(())
        })?;
        audit.people = heads.chains.len() as u64;
        Ok(audit)
    }

    /// What the log says of an epoch, against what was computed.
    fn holds(&self, sealed: &Sealed<'_>, next: u64, previous: Digest) -> Result<(), BookError> {
        let wrong =
            |what: &str| BookError::Unsound(format!("epoch {}: {what}", sealed.epoch.number));
        let Leaf::Heads(heads) = self.book.ledger.leaf(LeafIndex(sealed.epoch.leaf))? else {
            return Err(wrong("its close is not in the log where the store says"));
        };
        let total = sealed.batches.iter().map(|batch| batch.people).sum::<u64>();
        let is_as_logged = heads.epoch == sealed.epoch.number
            && heads.root == sealed.root
            && heads.root == sealed.epoch.root
            && heads.people == sealed.epoch.people
            && heads.first == next
            && heads.first == sealed.epoch.first
            && heads.until == sealed.epoch.until
            && heads.previous == previous;
        if !is_as_logged {
            return Err(wrong("the heads tree, its place or its bounds are not those in the log"));
        }
        if heads.commitments != total {
            return Err(wrong("the log has another number of commitments than the uses"));
        }
        for batch in sealed.batches {
            let leaf = self.book.ledger.leaf(LeafIndex(batch.leaf))?;
            let is_as_logged = matches!(&leaf, Leaf::Batch(logged)
                if logged.epoch == heads.epoch
                    && logged.line == u64::from(batch.line)
                    && logged.people == batch.people
                    && logged.uses == batch.uses
                    && logged.root == batch.root);
            if !is_as_logged {
                return Err(wrong(&format!("line {} is not the batch in the log", batch.line)));
            }
        }
        Ok(())
    }

    /// Every stored use stands in the log as it is, and every charter that one names was in force.
    fn charters(&self, audit: &mut Audit) -> Result<(), BookError> {
        let mut known = HashSet::from([Digest([0; 32])]);
        self.book.ledger.settle()?;
        let prover = self.book.ledger.prover();
        for used in self.store.all_uses()? {
            let wrong = |what: &str| BookError::Unsound(format!("use {} {what}", used.id));
            let entry = Entry::decode(&used.entry).map_err(|_| wrong("has no entry"))?;
            let leaf = used.leaf.ok_or_else(|| wrong("is not in the log"))?;
            if leaf < prover.size() && prover.entry(LeafIndex(leaf))?.as_slice() != used.entry {
                return Err(wrong("is not what stands at its place in the log"));
            }
            if !Book::is_as_committed(&used, &entry) {
                return Err(wrong("was changed after it was logged"));
            }
            if known.contains(&entry.charter) {
                continue;
            }
            let version = self.store.charter_version(&entry.charter)?;
            let is_kept = version.is_some_and(|version| {
                theirs_ledger::digest(version.text.as_bytes()) == entry.charter
            });
            // A charter's own entry comes before it is in force.
            if !is_kept && Book::is_charter(&entry) {
                continue;
            }
            if !is_kept {
                let digest = entry.charter.short();
                return Err(BookError::Unsound(format!(
                    "use {} names the charter {digest}, which was never in force",
                    used.id
                )));
            }
            known.insert(entry.charter);
            audit.charters += 1;
        }
        Ok(())
    }

    /// Computes all epochs again from the first, and hands each to `see`.
    pub(super) fn replay(
        &self,
        keys: &[Option<[u8; 32]>],
        see: &mut dyn FnMut(&Sealed<'_>) -> Result<(), BookError>,
    ) -> Result<Heads, BookError> {
        let orphans = self.store.orphan_heads()?;
        let mut lines = by_line(self.store.all_uses()?);
        let mut heads = Heads::default();
        for epoch in self.store.epochs()? {
            heads.epoch = epoch.number;
            let mut done =
                Sealed { epoch: &epoch, batches: &[], root: epoch.root, uses: 0, orphans: 0 };
            heads.grow(usize::try_from(epoch.people).map_err(|_| BookError::Unreadable)?);
            let mut changed = roaring::RoaringBitmap::new();
            let batches = self.store.batches(epoch.number)?;
            for batch in &batches {
                let uses = lines.remove(&(epoch.number, batch.line)).unwrap_or_default();
                changed |= self.again(&epoch, batch, &uses, keys, &mut heads, &mut done)?;
            }
            heads.refresh(&changed, keys);
            stand_in(&mut heads, &orphans, epoch.number);
            done.batches = &batches;
            done.root = root(heads.tops());
            see(&done)?;
        }
        if !lines.is_empty() {
            return Err(BookError::Unsound(
                "uses are marked as sealed that no batch covers".into(),
            ));
        }
        Ok(heads)
    }

    /// Computes one line again; says whose chains grew.
    fn again(
        &self,
        epoch: &EpochRow,
        batch: &BatchRow,
        uses: &[Use],
        keys: &[Option<[u8; 32]>],
        heads: &mut Heads,
        done: &mut Sealed<'_>,
    ) -> Result<roaring::RoaringBitmap, BookError> {
        let wrong = |what: &str| {
            BookError::Unsound(format!("epoch {}, line {}: {what}", epoch.number, batch.line))
        };
        let all: Vec<&Use> = uses.iter().collect();
        if uses.len() as u64 != batch.uses {
            return Err(wrong("it stands for another number of uses than are stored"));
        }
        let members = uses.first().ok_or_else(|| wrong("none of its uses is stored"))?.bitmap()?;
        let orphans = self.store.orphans(epoch.number, batch.line)?;
        for used in uses {
            let is_same = used.bitmap()? == members && used.cleared == orphans.len() as u64;
            if !is_same || used.people != members.len() + orphans.len() as u64 {
                return Err(wrong("its uses do not concern the same people, or not as many"));
            }
        }
        let line = line(&all)?;
        let everybody = commitments(&line, keys, &members, &orphans)?;
        let again = Batch::over(&everybody);
        let is_same = again.root == batch.root && again.tops == batch.tops;
        if !is_same || everybody.len() as u64 != batch.people {
            return Err(wrong("the batch over the people of its uses has another root"));
        }
        if orphans.is_empty() {
            heads.push(&members, &everybody);
        } else {
            heads.push(&members, &commitments(&line, keys, &members, &[])?);
        }
        done.uses += uses.len() as u64;
        done.orphans += orphans.len() as u64;
        Ok(members)
    }
}

/// One epoch as it was computed again.
pub(super) struct Sealed<'a> {
    pub epoch: &'a EpochRow,
    pub batches: &'a [BatchRow],
    pub root: Digest,
    pub uses: u64,
    pub orphans: u64,
}

/// Puts the leaves that are kept of erased people in their places.
fn stand_in(heads: &mut Heads, orphans: &[OrphanHead], epoch: u64) {
    for orphan in orphans.iter().filter(|orphan| orphan.epoch == epoch) {
        if let Some(leaf) = heads.leaves.get_mut(orphan.slot.0 as usize) {
            *leaf = orphan.hash;
        }
    }
}
