//! Who waits to see all of their record though they have one channel only.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use theirs_model::Slot;

use crate::person::{Person, by_slot};
use crate::store::{Store, StoreError, instant};

impl Store {
    /// Notes that a person waits, from this instant if they did not before.
    pub fn begin_proof(&self, slot: Slot, at: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert or ignore into proof values (?1, ?2)",
                params![slot.0, at.as_microsecond()],
            )?;
            Ok(())
        })
    }

    /// Since when a person waits.
    pub fn proof_since(&self, slot: Slot) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection();
        let mut since = connection.prepare_cached("select since from proof where slot = ?1")?;
        Ok(since.query_row([slot.0], |row| instant(row, 0)).optional()?)
    }

    /// Ends the waiting of a person.
    pub fn end_proof(&self, slot: Slot) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute("delete from proof where slot = ?1", [slot.0])?;
            Ok(())
        })
    }

    /// The person of a slot that stands for one now.
    pub fn person_at(&self, slot: Slot) -> Result<Option<Person>, StoreError> {
        if self.is_open(slot)? { by_slot(&self.connection(), slot.0) } else { Ok(None) }
    }
}
