//! What a store that came back from a backup has to know of the time since.

use jiff::Timestamp;
use rusqlite::params;
use theirs_model::{RecordId, Slot};

use crate::store::{Store, StoreError, instant, unsigned};

/// A stretch of the ledger whose uses are no longer stored, because a backup was older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The first leaf.
    pub first: u64,
    /// The first leaf after it.
    pub until: u64,
    /// When the folder was restored.
    pub at: Timestamp,
}

impl Store {
    /// Forgets the places of uses beyond a ledger of this size: they are to be appended to it.
    pub fn forget_leaves_from(&self, size: u64) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut forget = connection.prepare("update usage set leaf = null where leaf >= ?1")?;
        Ok(forget.execute([size.cast_signed()])? as u64)
    }

    /// How many uses of a stretch of the ledger are stored.
    pub fn uses_within(&self, first: u64, until: u64) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select count(*) from usage where leaf >= ?1 and leaf < ?2")?;
        Ok(query.query_row([first.cast_signed(), until.cast_signed()], |row| unsigned(row, 0))?)
    }

    /// Notes that the uses of a stretch of the ledger are lost.
    pub fn note_lost(&self, lost: Lost) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert or replace into lost_use (first, until, at) values (?1, ?2, ?3)",
                params![
                    lost.first.cast_signed(),
                    lost.until.cast_signed(),
                    lost.at.as_microsecond()
                ],
            )?;
            Ok(())
        })
    }

    /// The stretches of the ledger whose uses are lost.
    pub fn lost(&self) -> Result<Vec<Lost>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare("select first, until, at from lost_use order by first")?;
        let rows = query.query_map([], |row| {
            let (first, until) = (unsigned(row, 0)?, unsigned(row, 1)?);
            Ok(Lost { first, until, at: instant(row, 2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives no number up to these to any record or person that is to come: they were given already
    /// after the backup.
    pub fn reserve(&self, record: RecordId, slot: Slot) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "update sqlite_sequence set seq = max(seq, ?1) where name = 'record'",
                [record.0.cast_signed()],
            )?;
            tx.execute(
                "insert into meta values ('slots', ?1)
                 on conflict (name) do update set value = max(value, ?1)",
                [i64::from(slot.0) + 1],
            )?;
            Ok(())
        })
    }

    /// The records of these that there are.
    pub fn existing(&self, records: &[RecordId]) -> Result<Vec<crate::Record>, StoreError> {
        let mut found = Vec::new();
        for record in records {
            found.extend(self.record_by_id(*record)?);
        }
        Ok(found)
    }
}
