//! What was taken over from the journal of events, and where people found by events belong.
//!
//! The place up to which the journal was taken over changes in the same change as the activities
//! that came of it and the ids of their messages: after a crash they are taken over again from
//! there, and none comes twice. An id is remembered for a week, within which clients send again what
//! they could not be sure of.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};
use theirs_model::{RecordId, Sequence, Slot};

use crate::keys::Keys;
use crate::lake::{Written, publish};
use crate::person::{close_slot, open_slot};
use crate::store::{Store, StoreError, holder, touch_people, unsigned};

/// How long the id of a message is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How many ids that are past their time go with one change.
const FORGOTTEN_AT_ONCE: u32 = 20_000;

/// How many events came to what, by stream and outcome.
pub type Counts = BTreeMap<(String, String), u64>;

/// What one step of taking over came to.
#[derive(Default)]
pub struct Collected {
    /// Up to where the journal was taken over.
    pub place: u64,
    /// The ids of the messages.
    pub messages: Vec<[u8; 16]>,
    /// The files that were written, by activity.
    pub files: BTreeMap<String, Vec<Written>>,
    /// How many events came to what.
    pub counts: Counts,
}

/// How many events came to what on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The day, as `2026-03-02`.
    pub day: String,
    /// The stream.
    pub stream: String,
    /// What became of them.
    pub outcome: String,
    /// How many.
    pub count: u64,
}

/// Where a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To somebody who is new, if it is nobody's yet.
    Alone,
    /// To the person of another record.
    With(RecordId),
    /// Away from whom it was taken for.
    Apart,
}

impl Store {
    /// Up to where the journal of events was taken over.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn collected_place(&self) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select place from collected where id = 1")?;
        Ok(query.query_row([], |row| unsigned(row, 0))?)
    }

    /// Which of these messages were taken over before.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn known_messages(&self, ids: &[[u8; 16]]) -> Result<HashSet<[u8; 16]>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select 1 from collected_message where id = ?1")?;
        let mut known = HashSet::new();
        for id in ids {
            if query.exists([id])? {
                known.insert(*id);
            }
        }
        Ok(known)
    }

    /// Ends one step: all that came of it counts from now on.
    ///
    /// # Errors
    /// The store cannot be written; nothing changed then.
    pub fn finish_collecting(
        &self,
        done: &Collected,
        day: &str,
        now: Timestamp,
    ) -> Result<Sequence, StoreError> {
        self.change(|tx, sequence| {
            tx.execute("update collected set place = ?1", [done.place.cast_signed()])?;
            let mut note = tx.prepare_cached(
                "insert or ignore into collected_message (id, at) values (?1, ?2)",
            )?;
            for id in &done.messages {
                note.execute(params![id, now.as_microsecond()])?;
            }
            let past = (now - REMEMBERED).as_microsecond();
            tx.prepare_cached(
                "delete from collected_message where id in
                 (select id from collected_message where at < ?1 limit ?2)",
            )?
            .execute(params![past, FORGOTTEN_AT_ONCE])?;
            for (activity, files) in &done.files {
                publish(tx, activity, files, &[], sequence.0.cast_signed())?;
            }
            count(tx, day, &done.counts)?;
            Ok(sequence)
        })
    }

    /// Adds to the counts of a day.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn count_collected(&self, counts: &Counts, day: &str) -> Result<(), StoreError> {
        self.change(|tx, _| count(tx, day, counts))
    }

    /// How many events came to what, the latest day first, at most `limit` rows.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn collected_counts(&self, limit: u32) -> Result<Vec<Counted>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select day, stream, outcome, count from collected_count
             order by day desc, stream, count desc, outcome limit ?1",
        )?;
        let rows = query.query_map([limit], |row| {
            Ok(Counted {
                day: row.get(0)?,
                stream: row.get(1)?,
                outcome: row.get(2)?,
                count: unsigned(row, 3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Moves records to people, in one change; says how many people are new.
    ///
    /// # Errors
    /// The store cannot be written; nothing changed then.
    pub fn move_records(
        &self,
        moves: &[(RecordId, Move, f64)],
        keys: &Keys,
    ) -> Result<u64, StoreError> {
        if moves.is_empty() {
            return Ok(0);
        }
        self.change(|tx, sequence| {
            let (mut touched, mut opened) = (BTreeSet::new(), 0);
            for (record, to, confidence) in moves {
                if !is_there(tx, *record)? {
                    continue;
                }
                let before = holder(tx, *record)?;
                let other = match to {
                    Move::With(other) => holder(tx, *other)?,
                    Move::Alone | Move::Apart => None,
                };
                let stays = match to {
                    Move::Apart => false,
                    Move::Alone | Move::With(_) => {
                        before.is_some() && (other.is_none() || other == before)
                    }
                };
                if stays {
                    continue;
                }
                let slot = if let Some(slot) = other {
                    slot
                } else {
                    opened += 1;
                    open_slot(tx, keys, sequence)?.slot
                };
                settle(tx, *record, before, (slot, *confidence), other.is_some(), sequence)?;
                touched.insert(slot);
                touched.extend(before);
            }
            if !touched.is_empty() {
                touch_people(tx, sequence, touched)?;
            }
            Ok(opened)
        })
    }
}

/// Writes whose a record is now, and what that makes of the person whose it was.
fn settle(
    tx: &Transaction<'_>,
    record: RecordId,
    before: Option<Slot>,
    (slot, confidence): (Slot, f64),
    is_known: bool,
    sequence: Sequence,
) -> Result<(), StoreError> {
    let id = record.0.cast_signed();
    let number = sequence.0.cast_signed();
    let joined: Option<i64> = tx
        .prepare_cached("select sequence from assignment where record = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    tx.prepare_cached(
        "insert into assignment (record, slot, confidence, sequence) values (?1, ?2, ?3, ?4)
         on conflict (record) do update set slot = ?2, confidence = ?3, sequence = ?4",
    )?
    .execute(params![id, slot.0, confidence, number])?;
    tx.prepare_cached("delete from link where a = ?1 or b = ?1")?.execute([id])?;
    let Some(before) = before else { return Ok(()) };
    let is_empty = !tx
        .prepare_cached("select 1 from assignment where slot = ?1 limit 1")?
        .exists([before.0])?;
    if is_empty {
        close_slot(tx, before, slot, sequence)
    } else if is_known {
        Ok(())
    } else {
        tx.prepare_cached(
            "update slot set split_from = ?2, split_since = ?3, split_at = opened
             where slot = ?1 and split_from is null",
        )?
        .execute(params![slot.0, before.0, joined])?;
        Ok(())
    }
}

fn is_there(tx: &Transaction<'_>, record: RecordId) -> Result<bool, StoreError> {
    let mut query = tx.prepare_cached("select 1 from record where id = ?1")?;
    Ok(query.exists([record.0.cast_signed()])?)
}

fn count(tx: &Transaction<'_>, day: &str, counts: &Counts) -> Result<(), StoreError> {
    let mut add = tx.prepare_cached(
        "insert into collected_count (day, stream, outcome, count) values (?1, ?2, ?3, ?4)
         on conflict (day, stream, outcome) do update set count = count + ?4",
    )?;
    for ((stream, outcome), count) in counts {
        add.execute(params![day, stream, outcome, count.cast_signed()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::IncomingRecord;

    fn store_with(count: usize) -> Store {
        let store = Store::in_memory().unwrap();
        let records: Vec<IncomingRecord> = (0..count)
            .map(|n| IncomingRecord { key: n.to_string(), since: None, columns: BTreeMap::new() })
            .collect();
        store.upsert_records("web", &records, Timestamp::UNIX_EPOCH).unwrap();
        store
    }

    fn moved(store: &Store, moves: &[(u64, Move)]) -> u64 {
        let moves: Vec<(RecordId, Move, f64)> =
            moves.iter().map(|(record, to)| (RecordId(*record), *to, 1.0)).collect();
        store.move_records(&moves, &Keys::for_tests()).unwrap()
    }

    fn slots(store: &Store) -> Vec<u32> {
        store.assignments().unwrap().iter().map(|a| a.slot.0).collect()
    }

    #[test]
    fn a_browser_joins_who_signs_in_and_leaves_when_somebody_else_does() {
        let store = store_with(3);
        assert_eq!(moved(&store, &[(1, Move::Alone), (2, Move::Alone), (3, Move::Alone)]), 3);
        let browser = store.people().unwrap()[0].clone();
        assert_eq!(moved(&store, &[(1, Move::With(RecordId(2)))]), 0);
        assert_eq!(slots(&store), [1, 1, 2]);
        assert_eq!(store.person(&browser.id).unwrap().unwrap().slot, Slot(1));
        assert_eq!(moved(&store, &[(1, Move::Apart)]), 1);
        assert_eq!(slots(&store), [3, 1, 2]);
        assert_eq!(store.tenures(Slot(3)).unwrap()[1].slot, Slot(1));
        assert_eq!(moved(&store, &[(1, Move::Alone)]), 0);
    }

    #[test]
    fn a_message_is_known_for_a_week() {
        let store = store_with(0);
        let done = Collected { place: 7, messages: vec![[1; 16]], ..Collected::default() };
        let now = Timestamp::UNIX_EPOCH;
        store.finish_collecting(&done, "1970-01-01", now).unwrap();
        assert_eq!(store.collected_place().unwrap(), 7);
        assert_eq!(store.known_messages(&[[1; 16], [2; 16]]).unwrap().len(), 1);
        let later = now + SignedDuration::from_hours(24 * 8);
        let done = Collected { place: 9, ..Collected::default() };
        store.finish_collecting(&done, "1970-01-09", later).unwrap();
        assert!(store.known_messages(&[[1; 16]]).unwrap().is_empty());
    }
}
