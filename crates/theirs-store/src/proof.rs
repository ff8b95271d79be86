//! Who is to see all of their record though they have one channel only: after a day, or by a code that
//! came by post.

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

    /// Ends the waiting of everybody, and every code by post: after a restore nobody knows which had
    /// been ended or used since.
    pub fn end_proofs(&self) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute("delete from proof", [])?;
            tx.execute("delete from letter", [])?;
            Ok(())
        })
    }

    /// Notes that a code goes to a person by post, kept as a hash. It takes the place of an earlier one.
    pub fn begin_letter(
        &self,
        slot: Slot,
        code: &[u8; 32],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert or replace into letter (slot, code, made) values (?1, ?2, ?3)",
                params![slot.0, code, at.as_microsecond()],
            )?;
            Ok(())
        })
    }

    /// When a code last went to a person by post, and whether it may still be typed.
    pub fn letter_since(
        &self,
        slot: Slot,
        most_wrong: u32,
    ) -> Result<Option<(Timestamp, bool)>, StoreError> {
        let connection = self.connection();
        let mut since =
            connection.prepare_cached("select made, wrong from letter where slot = ?1")?;
        let read =
            |row: &rusqlite::Row<'_>| Ok((instant(row, 0)?, row.get::<_, u32>(1)? < most_wrong));
        Ok(since.query_row([slot.0], read).optional()?)
    }

    /// Uses a person's code up, if this is it and it went out at this time or later. After so many
    /// wrong ones it works no more; when it went out is kept, so that another one waits its time.
    pub fn use_letter(
        &self,
        slot: Slot,
        code: &[u8; 32],
        earliest: Timestamp,
        most_wrong: u32,
    ) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            let used = tx.execute(
                "update letter set wrong = ?4
                 where slot = ?1 and code = ?2 and made >= ?3 and wrong < ?4",
                params![slot.0, code, earliest.as_microsecond(), most_wrong],
            )?;
            if used == 0 {
                tx.execute(
                    "update letter set wrong = wrong + 1 where slot = ?1 and wrong < ?2",
                    params![slot.0, most_wrong],
                )?;
            }
            Ok(used > 0)
        })
    }

    /// The person of a slot that stands for one now.
    pub fn person_at(&self, slot: Slot) -> Result<Option<Person>, StoreError> {
        if self.is_open(slot)? { by_slot(&self.connection(), slot.0) } else { Ok(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_by_post_works_once_and_ends_by_wrong_ones_or_by_time() {
        let store = Store::in_memory().unwrap();
        let (slot, early) = (Slot(1), Timestamp::UNIX_EPOCH);
        let late = Timestamp::from_second(100).unwrap();
        let try_in = |code: u8, earliest| store.use_letter(slot, &[code; 32], earliest, 3).unwrap();
        assert!(!try_in(1, early), "there is none");
        store.begin_letter(slot, &[1; 32], early).unwrap();
        assert!(!try_in(2, early) && try_in(1, early) && !try_in(1, early), "once");
        store.begin_letter(slot, &[1; 32], early).unwrap();
        assert_eq!(store.letter_since(slot, 3).unwrap(), Some((early, true)));
        assert!((0..3).all(|_| !try_in(2, early)) && !try_in(1, early), "three wrong ones end it");
        assert_eq!(
            store.letter_since(slot, 3).unwrap(),
            Some((early, false)),
            "and it is known when"
        );
        store.begin_letter(slot, &[1; 32], early).unwrap();
        assert!(!try_in(1, late), "it is too old");
    }
}
