//! Who was told of what before it starts: at most once each, and what still has to be laid out.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use theirs_model::{Digest, RecordId, Sequence, Slot, UseId};

use crate::approval;
use crate::keys::Keys;
use crate::store::{Store, StoreError, instant, slot};

/// A message that was begun for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// Who.
    pub slot: Slot,
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When it was begun.
    pub at: Timestamp,
}

impl Store {
    /// Notes that somebody is told of something, unless they were; says whether this is the first time.
    pub fn begin_informing(
        &self,
        subject: &str,
        digest: &Digest,
        begun: Begun,
    ) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            let added = tx.execute(
                "insert or ignore into informed (subject, digest, slot, use, at)
                 values (?1, ?2, ?3, ?4, ?5)",
                params![subject, digest.0, begun.slot.0, begun.use_id.0, begun.at.as_microsecond()],
            )?;
            Ok(added > 0)
        })
    }

    /// Notes that a message lies where it leaves from.
    pub fn end_informing(
        &self,
        subject: &str,
        digest: &Digest,
        whom: Slot,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            tx.execute(
                "update informed set laid = ?4 where subject = ?1 and digest = ?2 and slot = ?3",
                params![subject, digest.0, whom.0, at.as_microsecond()],
            )?;
            approval::note_change(tx, sequence)
        })
    }

    /// Those who were told of something, in the order of slots.
    pub fn informed(&self, subject: &str, digest: &Digest) -> Result<Vec<Slot>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select slot from informed
             where subject = ?1 and digest = ?2 and laid is not null order by slot",
        )?;
        let rows = query.query_map(params![subject, digest.0], |row| slot(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Messages that a crash kept from being laid out.
    pub fn begun_informing(
        &self,
        subject: &str,
        digest: &Digest,
    ) -> Result<Vec<Begun>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select slot, use, at from informed
             where subject = ?1 and digest = ?2 and laid is null order by slot",
        )?;
        let rows = query.query_map(params![subject, digest.0], |row| {
            let (slot, at) = (slot(row, 0)?, instant(row, 2)?);
            Ok(Begun { slot, use_id: UseId(row.get(1)?), at })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that everybody was told of something whom it concerned at that time.
    pub fn end_campaign(
        &self,
        subject: &str,
        digest: &Digest,
        keys: &Keys,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            let seal = approval::note_seal(keys, subject, digest);
            tx.execute(
                "insert or ignore into told_all (subject, digest, at, mac) values (?1, ?2, ?3, ?4)",
                params![subject, digest.0, at.as_microsecond(), seal.as_ref()],
            )?;
            approval::note_change(tx, sequence)
        })
    }

    /// Everything of which everybody was told whom it concerned at that time.
    pub fn told_all(&self, keys: &Keys) -> Result<Vec<(String, Digest)>, StoreError> {
        approval::noted(&self.connection(), "select subject, digest, mac from told_all", keys)
    }

    /// When the first of a source's records of these people was loaded last; of a source of activities,
    /// when it was first read at all.
    pub fn held_since(&self, name: &str, of: &[Slot]) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select min(record.loaded) from source join record on record.source = source.id
             join assignment on assignment.record = record.id
             where source.name = ?1 and assignment.slot = ?2",
        )?;
        let mut first: Option<Timestamp> = None;
        let read = |row: &rusqlite::Row<'_>| {
            row.get::<_, Option<i64>>(0)?.map(|_| instant(row, 0)).transpose()
        };
        for one in of {
            let at = query.query_row(params![name, one.0], read)?;
            first = first.into_iter().chain(at).min();
        }
        if first.is_some() || of.is_empty() {
            return Ok(first);
        }
        let mut query = connection.prepare_cached("select min(at) from load where source = ?1")?;
        Ok(query.query_row([name], read)?)
    }

    /// What tells whether other people may be concerned by a source than before: whom records belong to,
    /// and what was read in.
    pub fn concern_changed(&self) -> Result<(Sequence, i64), StoreError> {
        let people = self.people_sequence()?;
        let connection = self.connection();
        let mut query = connection.prepare_cached("select coalesce(max(id), 0) from load")?;
        Ok((people, query.query_row([], |row| row.get(0))?))
    }

    /// Whose these records are, in the order of slots, and whether one of them is nobody's.
    pub fn holders(&self, records: &[RecordId]) -> Result<(Vec<Slot>, bool), StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select slot from assignment where record = ?1")?;
        let (mut slots, mut has_nobody) = (BTreeSet::new(), false);
        for record in records {
            match query.query_row([record.0.cast_signed()], |row| slot(row, 0)).optional()? {
                Some(slot) => drop(slots.insert(slot)),
                None => has_nobody = true,
            }
        }
        Ok((slots.into_iter().collect(), has_nobody))
    }

    /// The people of whom a source holds records, in the order of slots.
    pub fn people_of_source(&self, name: &str) -> Result<Vec<Slot>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select distinct assignment.slot from source
             join record on record.source = source.id
             join assignment on assignment.record = record.id
             where source.name = ?1 order by assignment.slot",
        )?;
        let rows = query.query_map([name], |row| slot(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a source holds a record that is nobody's yet.
    pub fn has_unassigned(&self, name: &str) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select 1 from source join record on record.source = source.id
             left join assignment on assignment.record = record.id
             where source.name = ?1 and assignment.record is null limit 1",
        )?;
        Ok(query.query_row([name], |_| Ok(())).optional()?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_told_once_and_what_was_not_laid_out_is_found_again() {
        let store = Store::in_memory().unwrap();
        let (subject, digest, at) = ("source:broker", Digest([1; 32]), Timestamp::UNIX_EPOCH);
        let begun = |slot, id| Begun { slot: Slot(slot), use_id: UseId([id; 16]), at };
        assert!(store.begin_informing(subject, &digest, begun(3, 1)).unwrap());
        assert!(!store.begin_informing(subject, &digest, begun(3, 2)).unwrap());
        assert_eq!(store.begun_informing(subject, &digest).unwrap(), [begun(3, 1)]);
        assert!(store.informed(subject, &digest).unwrap().is_empty());
        store.end_informing(subject, &digest, Slot(3), at).unwrap();
        assert_eq!(store.informed(subject, &digest).unwrap(), [Slot(3)]);
        assert!(store.begun_informing(subject, &digest).unwrap().is_empty());
        assert!(store.begin_informing(subject, &Digest([2; 32]), begun(3, 3)).unwrap());
    }
}
