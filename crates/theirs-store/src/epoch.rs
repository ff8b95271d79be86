//! How uses were sealed in the ledger, epoch by epoch, and what is kept of people who were erased.
//!
//! Nothing here is more than the ledger and the bitmaps of the uses say, but for the orphans: hashes
//! that stand in for a person whose key is gone, so that everybody else's proofs can still be made.
//! An orphan is kept by its place, which no other person has and nothing else names.

use jiff::Timestamp;
use roaring::RoaringBitmap;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use theirs_model::{Digest, Slot, UseId};

use crate::members;
use crate::store::{Store, StoreError, instant, slot, unsigned};

/// One epoch: a stretch of the log whose uses were sealed together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Its number, from one.
    pub number: u64,
    /// The first leaf it covers.
    pub first: u64,
    /// The first leaf after it.
    pub until: u64,
    /// When it was closed.
    pub at: Timestamp,
    /// The leaf that holds the root of its heads tree.
    pub leaf: u64,
    /// How many slots its heads tree has.
    pub people: u64,
    /// The root of its heads tree.
    pub root: Digest,
}

/// One line of an epoch: uses that tell the same people the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRow {
    /// Its number within the epoch, from zero.
    pub line: u32,
    /// The leaf that holds the root of its batch.
    pub leaf: u64,
    /// How many uses it stands for.
    pub uses: u64,
    /// How many people it concerns.
    pub people: u64,
    /// The root of its batch.
    pub root: Digest,
    /// The roots of the subtrees of 256 commitments, from which any proof needs 256 keys only.
    pub tops: Vec<Digest>,
}

/// The hash that is kept of an erased person in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orphan {
    /// The epoch.
    pub epoch: u64,
    /// The line.
    pub line: u32,
    /// The place in the batch, from zero.
    pub place: u64,
    /// The commitment.
    pub hash: Digest,
}

/// What stands for an erased person in the heads trees from an epoch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrphanHead {
    /// The place in the heads tree.
    pub slot: Slot,
    /// The first epoch.
    pub epoch: u64,
    /// The leaf hash.
    pub hash: Digest,
}

/// An epoch as it is recorded: its lines with their uses, and the uses that concern nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// The epoch.
    pub epoch: EpochRow,
    /// Its lines, with the uses of each in the order of the log.
    pub batches: Vec<(BatchRow, Vec<UseId>)>,
    /// The uses of the epoch that concern nobody.
    pub nobody: Vec<UseId>,
}

impl Store {
    /// Records an epoch that is in the ledger; doing it twice is doing it once.
    pub fn record_epoch(&self, sealing: &Sealing) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let epoch = &sealing.epoch;
            let number = epoch.number.cast_signed();
            let is_new = tx.execute(
                "insert or ignore into epoch (number, first, until, at, leaf, people, root)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    number,
                    epoch.first.cast_signed(),
                    epoch.until.cast_signed(),
                    epoch.at.as_microsecond(),
                    epoch.leaf.cast_signed(),
                    epoch.people.cast_signed(),
                    epoch.root.0
                ],
            )?;
            if is_new == 0 {
                return Ok(());
            }
            for (batch, uses) in &sealing.batches {
                write_batch(tx, number, batch)?;
                mark(tx, number, Some(batch.line), uses)?;
            }
            mark(tx, number, None, &sealing.nobody)
        })
    }

    /// Every epoch, the earliest first.
    pub fn epochs(&self) -> Result<Vec<EpochRow>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!("{EPOCH} order by number"))?;
        let rows = query.query_map([], epoch)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last epoch that was closed.
    pub fn last_epoch(&self) -> Result<Option<EpochRow>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached(&format!("{EPOCH} order by number desc limit 1"))?;
        Ok(query.query_row([], epoch).optional()?)
    }

    /// The lines of an epoch, in order.
    pub fn batches(&self, epoch: u64) -> Result<Vec<BatchRow>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select line, leaf, uses, people, root, tops from batch where epoch = ?1 order by line",
        )?;
        let rows = query.query_map([epoch.cast_signed()], |row| {
            Ok(BatchRow {
                line: row.get(0)?,
                leaf: unsigned(row, 1)?,
                uses: unsigned(row, 2)?,
                people: unsigned(row, 3)?,
                root: Digest(row.get(4)?),
                tops: tops(&row.get::<_, Vec<u8>>(5)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps hashes of people whose commitments cannot be computed any more.
    pub fn keep_orphans(&self, commitments: &[Orphan]) -> Result<(), StoreError> {
        self.change(|tx, _| write_orphans(tx, commitments, &[]))
    }

    /// Forgets the commitments of an epoch that was never recorded, and of any after it.
    pub fn drop_orphans_from(&self, epoch: u64) -> Result<(), StoreError> {
        let connection = self.connection();
        let mut drop = connection.prepare_cached("delete from orphan where epoch >= ?1")?;
        drop.execute([epoch.cast_signed()])?;
        Ok(())
    }

    /// The commitments of erased people in one line, in the order of their places.
    pub fn orphans(&self, epoch: u64, line: u32) -> Result<Vec<Orphan>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select place, hash from orphan where epoch = ?1 and line = ?2 order by place",
        )?;
        let rows = query.query_map(params![epoch.cast_signed(), line], |row| {
            Ok(Orphan { epoch, line, place: unsigned(row, 0)?, hash: Digest(row.get(1)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What stands for erased people in the heads trees, in the order of epochs.
    pub fn orphan_heads(&self) -> Result<Vec<OrphanHead>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select slot, epoch, hash from orphan_head order by epoch, slot")?;
        let rows = query.query_map([], |row| {
            let (slot, epoch) = (slot(row, 0)?, unsigned(row, 1)?);
            Ok(OrphanHead { slot, epoch, hash: Digest(row.get(2)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes people out of the bitmaps of all uses, and keeps what stands in for them, in one change;
    /// says from how many uses. Each use keeps how many people it concerned, and how many of them
    /// were taken out.
    pub fn forget_members(
        &self,
        gone: &RoaringBitmap,
        commitments: &[Orphan],
        heads: &[OrphanHead],
    ) -> Result<u64, StoreError> {
        self.change(|tx, _| {
            write_orphans(tx, commitments, heads)?;
            members::clear(tx, gone)
        })
    }

    /// Notes that a receipt was made for a person when the log had this size.
    pub fn note_receipt(&self, slot: Slot, size: u64, at: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert or ignore into receipt values (?1, ?2, ?3)",
                params![slot.0, size.cast_signed(), at.as_microsecond()],
            )?;
            Ok(())
        })
    }

    /// The sizes of the log at the person's latest receipts, at most `most`, the latest first.
    pub fn receipts_of(&self, slot: Slot, most: u32) -> Result<Vec<u64>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select size from receipt where slot = ?1 order by size desc limit ?2",
        )?;
        let rows = query.query_map(params![slot.0, most], |row| unsigned(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One more than the largest slot there ever was.
    pub fn slots(&self) -> Result<u32, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select coalesce(max(slot) + 1, 0) from slot")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }
}

const EPOCH: &str = "select number, first, until, at, leaf, people, root from epoch";

fn epoch(row: &Row<'_>) -> rusqlite::Result<EpochRow> {
    Ok(EpochRow {
        number: unsigned(row, 0)?,
        first: unsigned(row, 1)?,
        until: unsigned(row, 2)?,
        at: instant(row, 3)?,
        leaf: unsigned(row, 4)?,
        people: unsigned(row, 5)?,
        root: Digest(row.get(6)?),
    })
}

fn write_batch(tx: &Transaction<'_>, epoch: i64, batch: &BatchRow) -> Result<(), StoreError> {
    tx.prepare_cached("insert into batch values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(
        params![
            epoch,
            batch.line,
            batch.leaf.cast_signed(),
            batch.uses.cast_signed(),
            batch.people.cast_signed(),
            batch.root.0,
            batch.tops.iter().flat_map(|top| top.0).collect::<Vec<u8>>()
        ],
    )?;
    Ok(())
}

fn write_orphans(
    tx: &Transaction<'_>,
    commitments: &[Orphan],
    heads: &[OrphanHead],
) -> Result<(), StoreError> {
    let mut keep = tx.prepare_cached("insert into orphan values (?1, ?2, ?3, ?4)")?;
    for Orphan { epoch, line, place, hash } in commitments {
        keep.execute(params![epoch.cast_signed(), line, place.cast_signed(), hash.0])?;
    }
    let mut keep = tx.prepare_cached("insert into orphan_head values (?1, ?2, ?3)")?;
    for OrphanHead { slot, epoch, hash } in heads {
        keep.execute(params![slot.0, epoch.cast_signed(), hash.0])?;
    }
    Ok(())
}

fn tops(bytes: &[u8]) -> Vec<Digest> {
    bytes.chunks_exact(32).filter_map(|top| top.try_into().ok().map(Digest)).collect()
}

/// Notes of uses in which epoch and line they were sealed.
fn mark(
    tx: &Transaction<'_>,
    epoch: i64,
    line: Option<u32>,
    uses: &[UseId],
) -> Result<(), StoreError> {
    let mut mark = tx.prepare_cached("update usage set epoch = ?2, line = ?3 where id = ?1")?;
    for used in uses {
        mark.execute(params![used.0, epoch, line])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::members::Members;
    use crate::usage::NewUse;

    fn used(store: &Store, number: u8, members: &[u32]) -> UseId {
        let new = NewUse {
            id: UseId([number; 16]),
            at: Timestamp::UNIX_EPOCH,
            told: "{}".into(),
            members: Arc::new(Members::of(&members.iter().copied().collect())),
            salt: [number; 32],
            entry: vec![number],
            leaf: Some(u64::from(number)),
        };
        store.record_use(&new).unwrap();
        new.id
    }

    #[test]
    fn an_epoch_is_recorded_once_and_its_uses_know_it() {
        let store = Store::in_memory().unwrap();
        let (one, two) = (used(&store, 0, &[1, 2]), used(&store, 1, &[]));
        assert_eq!(store.unsealed_uses(9).unwrap().len(), 2);
        let epoch = EpochRow {
            number: 1,
            first: 0,
            until: 2,
            at: Timestamp::UNIX_EPOCH,
            leaf: 3,
            people: 3,
            root: Digest([5; 32]),
        };
        let batch = BatchRow {
            line: 0,
            leaf: 2,
            uses: 1,
            people: 2,
            root: Digest([6; 32]),
            tops: vec![Digest([7; 32])],
        };
        let sealing = Sealing {
            epoch: epoch.clone(),
            batches: vec![(batch.clone(), vec![one])],
            nobody: vec![two],
        };
        store.record_epoch(&sealing).unwrap();
        store.record_epoch(&sealing).unwrap();
        assert_eq!(store.last_epoch().unwrap(), Some(epoch));
        assert_eq!(store.batches(1).unwrap(), [batch]);
        assert!(store.unsealed_uses(9).unwrap().is_empty());
        let sealed = store.all_uses().unwrap();
        assert_eq!((sealed[0].epoch, sealed[0].line), (Some(1), Some(0)));
        assert_eq!((sealed[1].epoch, sealed[1].line), (Some(1), None));
    }

    #[test]
    fn people_taken_out_of_the_bitmaps_are_counted_there() {
        let store = Store::in_memory().unwrap();
        used(&store, 0, &[1, 2, 3]);
        used(&store, 1, &[3]);
        let gone = [1, 2].into_iter().collect();
        assert_eq!(store.forget_members(&gone, &[], &[]).unwrap(), 1);
        assert_eq!(store.forget_members(&gone, &[], &[]).unwrap(), 0);
        let uses = store.all_uses().unwrap();
        assert_eq!((uses[0].people, uses[0].cleared), (3, 2));
        assert_eq!(uses[0].bitmap().unwrap().iter().collect::<Vec<_>>(), [3]);
        assert_eq!(uses[1].cleared, 0);
    }

    #[test]
    fn orphans_come_back_in_order_and_once() {
        let store = Store::in_memory().unwrap();
        let orphan = |line, place, byte| Orphan { epoch: 1, line, place, hash: Digest([byte; 32]) };
        let head = |epoch, byte| OrphanHead { slot: Slot(4), epoch, hash: Digest([byte; 32]) };
        let commitments = [orphan(0, 9, 1), orphan(0, 2, 2), orphan(1, 0, 3)];
        let nobody = RoaringBitmap::new();
        store.forget_members(&nobody, &commitments, &[head(2, 8), head(1, 7)]).unwrap();
        assert_eq!(store.orphans(1, 0).unwrap(), [orphan(0, 2, 2), orphan(0, 9, 1)]);
        store.drop_orphans_from(2).unwrap();
        assert_eq!(store.orphans(1, 1).unwrap().len(), 1);
        store.drop_orphans_from(1).unwrap();
        assert!(store.orphans(1, 1).unwrap().is_empty());
        assert_eq!(store.orphan_heads().unwrap(), [head(1, 7), head(2, 8)]);
    }
}
