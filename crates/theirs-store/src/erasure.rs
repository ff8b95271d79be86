//! Erasure of a person: one change after which no answer knows them (GDPR Art. 17).
//!
//! The change removes records and all that hangs on them, closes the person's slots, and leaves what
//! must stay: the marks that block a return (see `tombstone`), what a law asks to keep (see `kept`),
//! whom to tell (see `notice`), and the numbers of the records, by which files are swept until no
//! byte of them is left. Nothing left here holds a value; a slot of which all else is gone is a
//! number of nobody.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};
use theirs_model::{RecordId, Sequence, Slot, UseId};

use crate::deletion;
use crate::kept::{self, NewKept};
use crate::notice::{self, NewNotice};
use crate::store::{Store, StoreError, instant, slot, touch_people, unsigned};
use crate::tombstone::{self, Tombstone};

/// An erasure that is about to be carried out.
#[derive(Clone)]
pub struct NewErasure<'e> {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// Who says so: `person`, or the role that acts for the person.
    pub by: String,
    /// Why, as one of a few words; never free text, in which somebody might be named.
    pub ground: &'static str,
    /// Until when no file may hold anything of them.
    pub due: Timestamp,
    /// What blocks their return.
    pub tombstones: &'e [Tombstone],
    /// What is kept under a duty.
    pub kept: &'e [NewKept],
    /// Whom it is told to.
    pub notices: &'e [NewNotice],
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Its number.
    pub id: ErasureId,
    /// The slots that are closed for good.
    pub slots: Vec<Slot>,
    /// The records that are gone.
    pub records: Vec<RecordId>,
    /// How many acts went with them.
    pub acts: u64,
}

/// The number of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErasureId(pub i64);

/// An erasure on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Its number.
    pub id: ErasureId,
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// The slots that were closed.
    pub slots: Vec<Slot>,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Why, in one of a few words.
    pub ground: String,
    /// Until when no file may hold anything of them.
    pub due: Timestamp,
    /// When the files were found free of them.
    pub swept: Option<Timestamp>,
    /// When the person was let in again.
    pub readmitted: Option<Timestamp>,
    /// The change that made it.
    pub sequence: Sequence,
}

impl Store {
    /// Erases a person in one change, if the people are still as they were at `as_of`; says nothing
    /// if they are not, and then nothing was done.
    pub fn erase(
        &self,
        person: Slot,
        as_of: Sequence,
        new: &NewErasure<'_>,
    ) -> Result<Option<Erased>, StoreError> {
        self.change(|tx, sequence| {
            if people_sequence(tx)? != as_of {
                return Ok(None);
            }
            let records = records_of(tx, person)?;
            erase(tx, &records, &[person], new, sequence).map(Some)
        })
    }

    /// Erases records in one change, with every slot that has no other record: what an erasure
    /// after a backup did is done again after a restore, and what is past its time goes.
    pub fn erase_records(
        &self,
        records: &[RecordId],
        new: &NewErasure<'_>,
    ) -> Result<Erased, StoreError> {
        self.change(|tx, sequence| erase(tx, records, &[], new, sequence))
    }

    /// Hangs what people did about their data on another record of theirs, where the one it hangs on
    /// is about to go and they stay.
    pub fn hang_elsewhere(&self, leaving: &[RecordId]) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let mut find = tx.prepare_cached(
                "select other.record from assignment one join assignment other using (slot)
                 where one.record = ?1 order by other.record",
            )?;
            for record in leaving {
                let rows = find
                    .query_map([record.0.cast_signed()], |row| Ok(RecordId(unsigned(row, 0)?)))?;
                let all: Vec<RecordId> = rows.collect::<Result<_, _>>()?;
                if let Some(stays) = all.into_iter().find(|other| !leaving.contains(other)) {
                    deletion::hang_on(tx, *record, stays)?;
                }
            }
            Ok(())
        })
    }

    /// Every erasure, the earliest first.
    pub fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.erasures_where("")
    }

    /// The erasures of which some file may still hold something, the most urgent first.
    pub fn pending_erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.erasures_where("where swept is null")
    }

    /// The records whose activities some file may still hold.
    pub fn unswept_records(&self) -> Result<BTreeSet<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select record from unswept_record")?;
        let rows = query.query_map([], |row| Ok(RecordId(unsigned(row, 0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The same of one erasure.
    pub fn unswept_records_of(&self, erasure: ErasureId) -> Result<Vec<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select record from unswept_record where erasure = ?1 order by record",
        )?;
        let rows = query.query_map([erasure.0], |row| Ok(RecordId(unsigned(row, 0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that no file holds anything of these any more; their records' numbers are forgotten.
    pub fn note_swept(&self, swept: &[ErasureId], now: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let mut note = tx.prepare_cached("update erasure set swept = ?2 where id = ?1")?;
            let mut forget = tx.prepare_cached("delete from unswept_record where erasure = ?1")?;
            for id in swept {
                note.execute(params![id.0, now.as_microsecond()])?;
                forget.execute([id.0])?;
            }
            Ok(())
        })
    }

    /// Whether the person of this slot was erased.
    pub fn is_erased(&self, slot: Slot) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select 1 from slot where slot = ?1 and erased is not null")?;
        Ok(query.exists([slot.0])?)
    }

    fn erasures_where(&self, condition: &str) -> Result<Vec<Erasure>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "select id, use, slots, at, by, ground, due, swept, readmitted, sequence from erasure
             {condition} order by due, id"
        ))?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    let optional = |at: usize| -> rusqlite::Result<Option<Timestamp>> {
        row.get::<_, Option<i64>>(at)?.map(|_| instant(row, at)).transpose()
    };
    let slots: String = row.get(2)?;
    Ok(Erasure {
        id: ErasureId(row.get(0)?),
        use_id: UseId(row.get(1)?),
        slots: slots.split(' ').filter_map(|slot| slot.parse().ok().map(Slot)).collect(),
        at: instant(row, 3)?,
        by: row.get(4)?,
        ground: row.get(5)?,
        due: instant(row, 6)?,
        swept: optional(7)?,
        readmitted: optional(8)?,
        sequence: Sequence(unsigned(row, 9)?),
    })
}

pub(crate) fn people_sequence(tx: &Transaction<'_>) -> Result<Sequence, StoreError> {
    let mut query = tx.prepare_cached("select value from meta where name = 'people'")?;
    Ok(Sequence(query.query_row([], |row| unsigned(row, 0))?))
}

fn records_of(tx: &Transaction<'_>, person: Slot) -> Result<Vec<RecordId>, StoreError> {
    let mut query =
        tx.prepare_cached("select record from assignment where slot = ?1 order by record")?;
    let rows = query.query_map([person.0], |row| Ok(RecordId(unsigned(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn erase(
    tx: &Transaction<'_>,
    records: &[RecordId],
    slots: &[Slot],
    new: &NewErasure<'_>,
    sequence: Sequence,
) -> Result<Erased, StoreError> {
    let mut emptied: BTreeSet<Slot> = slots.iter().copied().collect();
    emptied.extend(holders(tx, records)?);
    let id = write(tx, new, sequence)?;
    let mut acts = 0;
    for record in records {
        acts += remove(tx, *record, id, new)?;
    }
    let slots = close(tx, &emptied, sequence)?;
    let listed: Vec<String> = slots.iter().map(|slot| slot.0.to_string()).collect();
    tx.execute("update erasure set slots = ?2 where id = ?1", params![id.0, listed.join(" ")])?;
    tombstone::write(tx, id, new.tombstones)?;
    kept::write(tx, id, new.kept)?;
    notice::write(tx, id, new.notices)?;
    touch_people(tx, sequence, emptied)?;
    Ok(Erased { id, slots, records: records.to_vec(), acts })
}

fn holders(tx: &Transaction<'_>, records: &[RecordId]) -> Result<BTreeSet<Slot>, StoreError> {
    let mut query = tx.prepare_cached("select slot from assignment where record = ?1")?;
    let mut found = BTreeSet::new();
    for record in records {
        for holder in query.query_map([record.0.cast_signed()], |row| slot(row, 0))? {
            found.insert(holder?);
        }
    }
    Ok(found)
}

fn write(
    tx: &Transaction<'_>,
    new: &NewErasure<'_>,
    sequence: Sequence,
) -> Result<ErasureId, StoreError> {
    tx.execute(
        "insert into erasure (use, slots, at, by, ground, due, sequence)
         values (?1, '', ?2, ?3, ?4, ?5, ?6)",
        params![
            new.use_id.0,
            new.at.as_microsecond(),
            new.by,
            new.ground,
            new.due.as_microsecond(),
            sequence.0.cast_signed()
        ],
    )?;
    Ok(ErasureId(tx.last_insert_rowid()))
}

/// Removes a record and all that hangs on it; says how many acts did.
fn remove(
    tx: &Transaction<'_>,
    record: RecordId,
    by: ErasureId,
    new: &NewErasure<'_>,
) -> Result<u64, StoreError> {
    notice::forget(tx, record, by)?;
    let record = record.0.cast_signed();
    let acts = tx.prepare_cached("delete from act where anchor = ?1")?.execute([record])?;
    // What they asked is answered by it.
    tx.prepare_cached(
        "insert into request_step (request, at, what, by) select id, ?2, 'done', ?3 from request
         where anchor = ?1 and not exists (select 1 from request_step
         where request = request.id and what in ('done', 'refuse'))",
    )?
    .execute(params![record, new.at.as_microsecond(), new.by])?;
    for step in [
        "update request_step set reason = null where request in
         (select id from request where anchor = ?1)",
        "update request set anchor = null, text = null where anchor = ?1",
        "delete from deletion where anchor = ?1",
        "delete from review where record = ?1",
        "delete from verdict where a = ?1",
        "delete from verdict where b = ?1",
        "delete from verdict where about = ?1",
        "delete from link where a = ?1",
        "delete from assignment where record = ?1",
        "delete from record where id = ?1",
    ] {
        tx.prepare_cached(step)?.execute([record])?;
    }
    tx.prepare_cached("insert or replace into unswept_record (record, erasure) values (?1, ?2)")?
        .execute([record, by.0])?;
    Ok(acts as u64)
}

/// Closes the slots that hold no record any more, and those that had been merged into them. Their
/// public names are forgotten.
fn close(
    tx: &Transaction<'_>,
    slots: &BTreeSet<Slot>,
    sequence: Sequence,
) -> Result<Vec<Slot>, StoreError> {
    let mut holds = tx.prepare_cached("select 1 from assignment where slot = ?1")?;
    let mut all = tx.prepare_cached("select slot from slot where slot = ?1 or survivor = ?1")?;
    let mut close = tx.prepare_cached(
        "update slot set closed = coalesce(closed, ?2), erased = ?2, person = 'erased-' || slot
         where slot = ?1 and erased is null",
    )?;
    let mut leave = tx.prepare_cached("delete from household where slot = ?1")?;
    let mut end = tx.prepare_cached("delete from proof where slot = ?1")?;
    let mut lock = tx.prepare_cached("delete from passkey where slot = ?1")?;
    let mut post = tx.prepare_cached("delete from letter where slot = ?1")?;
    let mut told = tx.prepare_cached("delete from informed where slot = ?1")?;
    let mut decided = tx.prepare_cached("delete from decision where slot = ?1")?;
    let mut closed = Vec::new();
    for one in slots {
        if holds.exists([one.0])? {
            continue;
        }
        let merged: Vec<Slot> =
            all.query_map([one.0], |row| slot(row, 0))?.collect::<Result<_, _>>()?;
        for gone in merged {
            close.execute(params![gone.0, sequence.0.cast_signed()])?;
            leave.execute([gone.0])?;
            end.execute([gone.0])?;
            lock.execute([gone.0])?;
            post.execute([gone.0])?;
            told.execute([gone.0])?;
            decided.execute([gone.0])?;
            closed.push(gone);
        }
    }
    tx.execute(
        "delete from household where household in
         (select household from household group by household having count(*) < 2)",
        [],
    )?;
    closed.sort_unstable();
    Ok(closed)
}

#[cfg(test)]
mod tests;
