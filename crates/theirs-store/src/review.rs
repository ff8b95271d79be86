//! What colleagues look at because it is not sure whose it is: each matter under a number that stays.
//!
//! What is to be looked at is found anew each time (`weak_records`, and what is worked out above). Here
//! rests only what cannot be: the number and the day under which a matter was first found, and what
//! was decided. A matter hangs on one record and goes with it.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Row, params};
use theirs_model::{RecordId, Sequence, Slot};

use crate::store::{Store, StoreError, instant, slot, unsigned};

/// A matter that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatter {
    /// What kind, in one word.
    pub kind: &'static str,
    /// The record it hangs on.
    pub record: RecordId,
    /// Since when it is so, as far as that is known.
    pub since: Timestamp,
}

/// A matter as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedMatter {
    /// Its number.
    pub number: i64,
    /// What kind, in one word.
    pub kind: String,
    /// The record it hangs on.
    pub record: RecordId,
    /// Since when.
    pub since: Timestamp,
    /// When it was settled.
    pub settled: Option<Timestamp>,
}

/// A record that was joined with others without being sure enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeakRecord {
    /// The record.
    pub record: RecordId,
    /// Whose it was taken to be.
    pub slot: Slot,
    /// How sure, from 0 to 1.
    pub confidence: f64,
    /// The change that joined it.
    pub sequence: Sequence,
}

impl Store {
    /// The records that are joined with others and less sure than this, the least sure first.
    pub fn weak_records(&self, sure_enough: f64) -> Result<Vec<WeakRecord>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select record, slot, confidence, sequence from assignment one where confidence < ?1
             and exists (select 1 from assignment other
                         where other.slot = one.slot and other.record <> one.record)
             order by confidence, record",
        )?;
        let rows = query.query_map([sure_enough], |row| {
            Ok(WeakRecord {
                record: RecordId(unsigned(row, 0)?),
                slot: slot(row, 1)?,
                confidence: row.get(2)?,
                sequence: Sequence(unsigned(row, 3)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When a change was made, as the last use on record before it tells.
    pub fn time_of(&self, change: Sequence) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select at from usage where sequence <= ?1 order by sequence desc limit 1",
        )?;
        let mut rows = query.query_map([change.0.cast_signed()], |row| instant(row, 0))?;
        Ok(rows.next().transpose()?)
    }

    /// Gives each of these matters a number, unless it has one; says the numbers of all there are.
    pub fn note_matters(&self, found: &[NewMatter]) -> Result<Vec<NotedMatter>, StoreError> {
        let known = self.matters()?;
        let noted: HashSet<(&str, RecordId)> =
            known.iter().map(|old| (old.kind.as_str(), old.record)).collect();
        if found.iter().all(|one| noted.contains(&(one.kind, one.record))) {
            return Ok(known);
        }
        self.change(|tx, _| {
            let mut note = tx.prepare_cached(
                "insert or ignore into review (kind, record, since) values (?1, ?2, ?3)",
            )?;
            for one in found {
                let since = one.since.as_microsecond();
                note.execute(params![one.kind, one.record.0.cast_signed(), since])?;
            }
            Ok(())
        })?;
        self.matters()
    }

    fn matters(&self) -> Result<Vec<NotedMatter>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select id, kind, record, since, settled from review order by id")?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes how a matter was settled, and by whom.
    pub fn settle_matter(
        &self,
        number: i64,
        how: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "update review set settled = ?2, how = ?3, by = ?4, reason = ?5 where id = ?1",
                params![number, now.as_microsecond(), how, by, reason],
            )?;
            Ok(())
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<NotedMatter> {
    Ok(NotedMatter {
        number: row.get(0)?,
        kind: row.get(1)?,
        record: RecordId(unsigned(row, 2)?),
        since: instant(row, 3)?,
        settled: row.get::<_, Option<i64>>(4)?.map(|_| instant(row, 4)).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use crate::person::{Found, Placement};
    use crate::record::IncomingRecord;

    fn store() -> Store {
        let store = Store::in_memory().unwrap();
        let rows = ["1", "2", "3"].map(|key| IncomingRecord {
            key: key.to_owned(),
            since: None,
            columns: std::collections::BTreeMap::new(),
        });
        store.upsert_records("crm", &rows, Timestamp::UNIX_EPOCH).unwrap();
        let placements =
            [(1, 0, 1.0), (2, 0, 0.7), (3, 1, 0.6)].map(|(record, cluster, confidence)| {
                Placement { record: RecordId(record), cluster, confidence }
            });
        let found = Found { placements: &placements, ..Found::default() };
        store.place(&found, "{}", &Keys::for_tests()).unwrap();
        store
    }

    #[test]
    fn a_record_alone_is_nobody_elses_however_unsure() {
        let weak = store().weak_records(0.9).unwrap();
        assert_eq!(weak.iter().map(|one| one.record.0).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_matter_keeps_its_number_and_its_day_and_what_was_decided() {
        let store = store();
        let matter = |record, since| NewMatter {
            kind: "weak",
            record: RecordId(record),
            since: Timestamp::from_second(since).unwrap(),
        };
        assert_eq!(store.note_matters(&[matter(2, 5)]).unwrap()[0].number, 1);
        store.settle_matter(1, "leave", "privacy", "seen", Timestamp::UNIX_EPOCH).unwrap();
        let known = store.note_matters(&[matter(3, 7), matter(2, 9)]).unwrap();
        assert_eq!(known.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(known[0].since.as_second(), 5);
        assert!(known[0].settled.is_some() && known[1].settled.is_none());
    }
}
