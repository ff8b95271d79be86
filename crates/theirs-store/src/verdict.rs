//! What people, or colleagues for them, said of two records: one person's, or two people's.
//!
//! A verdict acts on the people there are at once, and outlasts every later clustering: linkage is
//! given those that stand. A later verdict on the same two people ends those that said otherwise,
//! but a colleague's never ends a person's own.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use theirs_model::{RecordId, Sequence, Slot};

use crate::keys::Keys;
use crate::person::{Person, by_slot, open_slot};
use crate::store::{Store, StoreError, instant, slot, touch_people, unsigned};

/// Who says it where a person does so on their own page.
pub const PERSON: &str = "person";

/// A verdict that is about to be recorded.
#[derive(Clone)]
pub struct NewVerdict {
    /// Who says so: [`PERSON`], or the role that acts for a person.
    pub by: String,
    /// Why, in words of a colleague; not shown to anybody else.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A verdict on record that stands.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The record with the smaller number.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// Whether they are one person's.
    pub same: bool,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What a verdict did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The people are as the verdict says now; this is whose the record is.
    Done(Person),
    /// Nothing else is joined with the record, so there is nothing to split.
    Alone,
    /// The record belongs to nobody yet.
    Unplaced,
    /// A person said otherwise about their own records; a colleague cannot overrule that.
    PersonSaysOtherwise,
}

impl Store {
    /// Records that `record` is not the person's with whose records it was joined, and gives it to
    /// a person of its own.
    pub fn split(
        &self,
        record: RecordId,
        verdict: &NewVerdict,
        keys: &Keys,
    ) -> Result<Judged, StoreError> {
        self.change(|tx, sequence| {
            let Some(from) = slot_of(tx, record)? else { return Ok(Judged::Unplaced) };
            let others: Vec<RecordId> =
                members(tx, from)?.into_iter().filter(|other| *other != record).collect();
            let Some(first) = others.first().copied() else { return Ok(Judged::Alone) };
            if overrules_a_person(tx, &[record], &others, true, verdict)? {
                return Ok(Judged::PersonSaysOtherwise);
            }
            for other in &others {
                end(tx, record, *other, true, sequence)?;
                write(tx, (record, *other), false, verdict, from, sequence)?;
            }
            // What this person sent away earlier may well belong together.
            forget_between_outcasts(tx, record, from, sequence)?;
            give_acts_back(tx, record, first, verdict)?;
            let since: i64 = tx.query_row(
                "select sequence from assignment where record = ?1",
                [record.0.cast_signed()],
                |row| row.get(0),
            )?;
            let person = open_slot(tx, keys, sequence)?;
            tx.execute(
                "update slot set split_from = ?2, split_since = ?3 where slot = ?1",
                params![person.slot.0, from.0, since],
            )?;
            move_record(tx, record, person.slot, sequence)?;
            tx.execute("delete from link where a = ?1 or b = ?1", [record.0.cast_signed()])?;
            touch_people(tx, sequence)?;
            Ok(Judged::Done(person))
        })
    }

    /// Records that two records are one person's, and joins the people they belong to.
    pub fn merge(
        &self,
        first: RecordId,
        second: RecordId,
        verdict: &NewVerdict,
    ) -> Result<Judged, StoreError> {
        self.change(|tx, sequence| {
            let (Some(one), Some(two)) = (slot_of(tx, first)?, slot_of(tx, second)?) else {
                return Ok(Judged::Unplaced);
            };
            let (kept, gone) = (one.min(two), one.max(two));
            let (ours, theirs) = (members(tx, kept)?, members(tx, gone)?);
            if kept != gone {
                if overrules_a_person(tx, &ours, &theirs, false, verdict)? {
                    return Ok(Judged::PersonSaysOtherwise);
                }
                for (a, b) in pairs(&ours, &theirs) {
                    end(tx, a, b, false, sequence)?;
                }
            }
            end(tx, first, second, true, sequence)?;
            write(tx, (first, second), true, verdict, one, sequence)?;
            if kept != gone {
                tx.execute(
                    "update assignment set slot = ?2, sequence = ?3 where slot = ?1",
                    params![gone.0, kept.0, sequence.0.cast_signed()],
                )?;
                close(tx, gone, kept, sequence)?;
            }
            for record in [first, second] {
                move_record(tx, record, kept, sequence)?;
            }
            touch_people(tx, sequence)?;
            by_slot(tx, kept.0)?.map(Judged::Done).ok_or(StoreError::Damaged("a slot has no name"))
        })
    }

    /// The verdicts that stand, the earliest first.
    pub fn verdicts(&self) -> Result<Vec<Verdict>, StoreError> {
        self.standing("", [])
    }

    /// The verdicts that stand about one record.
    pub fn verdicts_on(&self, record: RecordId) -> Result<Vec<Verdict>, StoreError> {
        self.standing("and (a = ?1 or b = ?1)", [record.0.cast_signed()])
    }

    fn standing(
        &self,
        condition: &str,
        given: impl rusqlite::Params,
    ) -> Result<Vec<Verdict>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "select a, b, same, by, at from verdict where ended is null {condition} order by id"
        ))?;
        let rows = query.query_map(given, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Verdict> {
    Ok(Verdict {
        a: RecordId(unsigned(row, 0)?),
        b: RecordId(unsigned(row, 1)?),
        same: row.get(2)?,
        by: row.get(3)?,
        at: instant(row, 4)?,
    })
}

fn slot_of(tx: &Transaction<'_>, record: RecordId) -> Result<Option<Slot>, StoreError> {
    let mut query = tx.prepare_cached("select slot from assignment where record = ?1")?;
    Ok(query.query_row([record.0.cast_signed()], |row| slot(row, 0)).optional()?)
}

fn members(tx: &Transaction<'_>, of: Slot) -> Result<Vec<RecordId>, StoreError> {
    let mut query =
        tx.prepare_cached("select record from assignment where slot = ?1 order by record")?;
    let rows = query.query_map([of.0], |row| Ok(RecordId(unsigned(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn pairs<'r>(
    ones: &'r [RecordId],
    others: &'r [RecordId],
) -> impl Iterator<Item = (RecordId, RecordId)> + 'r {
    ones.iter().flat_map(move |one| others.iter().map(move |other| (*one, *other)))
}

fn ordered(a: RecordId, b: RecordId) -> (i64, i64) {
    (a.min(b).0.cast_signed(), a.max(b).0.cast_signed())
}

/// Whether a person's own verdict, of kind `same`, stands between these records while a colleague
/// now says the opposite.
fn overrules_a_person(
    tx: &Transaction<'_>,
    ones: &[RecordId],
    others: &[RecordId],
    same: bool,
    verdict: &NewVerdict,
) -> Result<bool, StoreError> {
    if verdict.by == PERSON {
        return Ok(false);
    }
    let mut query = tx.prepare_cached(
        "select 1 from verdict where a = ?1 and b = ?2 and same = ?3 and by = ?4 and ended is null",
    )?;
    for (a, b) in pairs(ones, others) {
        let (a, b) = ordered(a, b);
        if query.exists(params![a, b, same, PERSON])? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn write(
    tx: &Transaction<'_>,
    (a, b): (RecordId, RecordId),
    same: bool,
    verdict: &NewVerdict,
    of: Slot,
    sequence: Sequence,
) -> Result<(), StoreError> {
    if a == b {
        return Ok(());
    }
    let (a, b) = ordered(a, b);
    tx.prepare_cached(
        "insert into verdict (a, b, same, by, reason, slot, at, sequence)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        a,
        b,
        same,
        verdict.by,
        verdict.reason,
        of.0,
        verdict.at.as_microsecond(),
        sequence.0.cast_signed()
    ])?;
    Ok(())
}

/// Gives a record to a person; what people said is certain.
fn move_record(
    tx: &Transaction<'_>,
    record: RecordId,
    to: Slot,
    sequence: Sequence,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "update assignment set slot = ?2, confidence = 1,
         sequence = case when slot = ?2 then sequence else ?3 end where record = ?1",
    )?
    .execute(params![record.0.cast_signed(), to.0, sequence.0.cast_signed()])?;
    Ok(())
}

/// Ends the verdicts of kind `same` that stand between two records.
fn end(
    tx: &Transaction<'_>,
    a: RecordId,
    b: RecordId,
    same: bool,
    sequence: Sequence,
) -> Result<(), StoreError> {
    let (a, b) = ordered(a, b);
    tx.prepare_cached(
        "update verdict set ended = ?4 where a = ?1 and b = ?2 and same = ?3 and ended is null",
    )?
    .execute(params![a, b, same, sequence.0.cast_signed()])?;
    Ok(())
}

/// Ends what an earlier split from the same person said between `record` and a record that was
/// sent away before: both are not this person's, which says nothing of the two.
fn forget_between_outcasts(
    tx: &Transaction<'_>,
    record: RecordId,
    from: Slot,
    sequence: Sequence,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "update verdict set ended = ?3 where (a = ?1 or b = ?1) and slot = ?2 and same = 0
         and ended is null and sequence < ?3
         and not exists (select 1 from assignment where slot = ?2
                         and record = case when a = ?1 then b else a end)",
    )?
    .execute(params![record.0.cast_signed(), from.0, sequence.0.cast_signed()])?;
    Ok(())
}

/// What the person did on their own page, while the record was taken for theirs, stays theirs.
fn give_acts_back(
    tx: &Transaction<'_>,
    record: RecordId,
    first: RecordId,
    verdict: &NewVerdict,
) -> Result<(), StoreError> {
    if verdict.by == PERSON {
        tx.prepare_cached(
            "update act set anchor = ?2 where anchor = ?1 and by = ?3 and sequence >=
             (select sequence from assignment where record = ?1)",
        )?
        .execute(params![record.0.cast_signed(), first.0.cast_signed(), PERSON])?;
    }
    Ok(())
}

fn close(
    tx: &Transaction<'_>,
    gone: Slot,
    kept: Slot,
    sequence: Sequence,
) -> Result<(), StoreError> {
    tx.execute(
        "update slot set closed = ?2, survivor = ?3 where slot = ?1",
        params![gone.0, sequence.0.cast_signed(), kept.0],
    )?;
    tx.execute("update slot set survivor = ?2 where survivor = ?1", params![gone.0, kept.0])?;
    Ok(())
}

#[cfg(test)]
mod tests;
