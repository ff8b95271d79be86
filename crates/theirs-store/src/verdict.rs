//! What people, or colleagues for them, said of two records: one person's, or two people's.
//!
//! A verdict acts on the people there are at once, and outlasts every later clustering: linkage is
//! given those that stand. A later verdict on the same two people ends those that said otherwise,
//! but a colleague's never ends a person's own.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use theirs_model::{RecordId, Sequence, Slot};

use crate::keys::Keys;
use crate::person::{Person, by_slot, close_slot, open_slot};
use crate::store::{Store, StoreError, holder, instant, slot, touch_people, unsigned};

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
    /// The one of the two of which it was said.
    pub about: RecordId,
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
    /// Other records of the two were said to be two people's; that has to be undone first.
    KeptApart,
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
            let Some(from) = holder(tx, record)? else { return Ok(Judged::Unplaced) };
            let came_from = merged_from(tx, record, from)?;
            let leaving = leaving(tx, record, from, came_from)?;
            let mut staying = members(tx, from)?;
            staying.retain(|other| !leaving.contains(other));
            let (Some(left), Some(stayed)) = (leaving.first(), staying.first()) else {
                return Ok(Judged::Alone);
            };
            let others = if leaving.contains(&record) { &staying } else { &leaving };
            if overrules_a_person(tx, &[record], others, true, verdict)? {
                return Ok(Judged::PersonSaysOtherwise);
            }
            for (gone, other) in pairs(&leaving, &staying) {
                end(tx, gone, other, true, sequence)?;
                write(tx, (gone, other), false, record, verdict, sequence)?;
            }
            // What this person sent away earlier may well belong together.
            forget_between_outcasts(tx, record, from, sequence)?;
            let since: i64 = tx.query_row(
                "select max(sequence) from assignment where record in (?1, ?2)",
                [left.0.cast_signed(), stayed.0.cast_signed()],
                |row| row.get(0),
            )?;
            let parting = Parting { from, leaving: &leaving, staying: &staying, since };
            // In this order: what is copied to the other side must not come back as theirs, where it
            // would stand above what they said since.
            parting.give_acts_back(tx, record, verdict)?;
            parting.refusals_hold_on_both_sides(tx, sequence)?;
            let to = match came_from {
                Some(slot) => reopen(tx, slot)?,
                None => open_slot(tx, keys, sequence)?.slot,
            };
            tx.execute(
                "update slot set split_from = ?2, split_since = ?3, split_at = ?4 where slot = ?1",
                params![to.0, from.0, since, sequence.0.cast_signed()],
            )?;
            for gone in &leaving {
                move_record(tx, *gone, to, sequence)?;
                forget_links(tx, *gone, &staying)?;
            }
            touch_people(tx, sequence, [from, to])?;
            done(tx, if leaving.contains(&record) { to } else { from })
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
            let (Some(one), Some(two)) = (holder(tx, first)?, holder(tx, second)?) else {
                return Ok(Judged::Unplaced);
            };
            let (kept, gone) = (one.min(two), one.max(two));
            let (ours, theirs) = (members(tx, kept)?, members(tx, gone)?);
            if kept != gone {
                if overrules_a_person(tx, &ours, &theirs, false, verdict)? {
                    return Ok(Judged::PersonSaysOtherwise);
                }
                if others_are_kept_apart(tx, &ours, &theirs, [first, second])? {
                    return Ok(Judged::KeptApart);
                }
                for (a, b) in pairs(&ours, &theirs) {
                    end(tx, a, b, false, sequence)?;
                }
            }
            end(tx, first, second, true, sequence)?;
            write(tx, (first, second), true, first, verdict, sequence)?;
            if kept != gone {
                tx.execute(
                    "update assignment set slot = ?2, sequence = ?3, came_from = ?1 where slot = ?1",
                    params![gone.0, kept.0, sequence.0.cast_signed()],
                )?;
                close_slot(tx, gone, kept, sequence)?;
            }
            for record in [first, second] {
                move_record(tx, record, kept, sequence)?;
            }
            touch_people(tx, sequence, [kept, gone])?;
            done(tx, kept)
        })
    }

    /// The verdicts that stand, the earliest first.
    pub fn verdicts(&self) -> Result<Vec<Verdict>, StoreError> {
        self.standing("", [])
    }

    /// The verdicts that stand between records of one person.
    pub fn verdicts_within(&self, slot: Slot) -> Result<Vec<Verdict>, StoreError> {
        self.standing(
            "and a in (select record from assignment where slot = ?1)
             and b in (select record from assignment where slot = ?1)",
            [slot.0],
        )
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
            "select a, b, same, by, at, about from verdict where ended is null {condition} order by id"
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
        about: RecordId(unsigned(row, 5)?),
    })
}

/// The people are as was said now, and the record is this slot's.
fn done(tx: &Transaction<'_>, holder: Slot) -> Result<Judged, StoreError> {
    let person = by_slot(tx, holder.0)?.ok_or(StoreError::Damaged("a slot has no name"))?;
    Ok(Judged::Done(person))
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

/// The slot that a merge closed and that is to be opened again when this record is split off: the
/// record's own, or, if the record was there first, that of the latest merge.
fn merged_from(
    tx: &Transaction<'_>,
    record: RecordId,
    into: Slot,
) -> Result<Option<Slot>, StoreError> {
    let mut query = tx.prepare_cached(
        "select slot.slot from assignment join slot on slot.slot = assignment.came_from
         where assignment.slot = ?2 and slot.survivor = ?2
         order by assignment.record = ?1 desc, slot.closed desc limit 1",
    )?;
    Ok(query.query_row(params![record.0.cast_signed(), into.0], |row| slot(row, 0)).optional()?)
}

/// The records that leave with one that is split off: all that a merge brought along with it.
fn leaving(
    tx: &Transaction<'_>,
    record: RecordId,
    from: Slot,
    came_from: Option<Slot>,
) -> Result<Vec<RecordId>, StoreError> {
    let Some(before) = came_from else { return Ok(vec![record]) };
    let mut query = tx.prepare_cached(
        "select record from assignment where slot = ?1 and came_from = ?2 order by record",
    )?;
    let rows = query.query_map([from.0, before.0], |row| Ok(RecordId(unsigned(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Opens a slot again that a merge had closed: its name leads to its own person once more.
fn reopen(tx: &Transaction<'_>, slot: Slot) -> Result<Slot, StoreError> {
    tx.execute("update slot set closed = null, survivor = null where slot = ?1", [slot.0])?;
    tx.execute("update assignment set came_from = null where came_from = ?1", [slot.0])?;
    Ok(slot)
}

/// Whether a colleague said of other records than these two that they are two people's.
fn others_are_kept_apart(
    tx: &Transaction<'_>,
    ones: &[RecordId],
    others: &[RecordId],
    named: [RecordId; 2],
) -> Result<bool, StoreError> {
    let mut query = tx.prepare_cached(
        "select 1 from verdict where a = ?1 and b = ?2 and same = 0 and ended is null
         and about not in (?3, ?4)",
    )?;
    let [first, second] = named.map(|record| record.0.cast_signed());
    for (a, b) in pairs(ones, others) {
        let (a, b) = ordered(a, b);
        if query.exists(params![a, b, first, second])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Two sides that were taken for one person, in slot `from`, since a change.
struct Parting<'p> {
    from: Slot,
    leaving: &'p [RecordId],
    staying: &'p [RecordId],
    since: i64,
}

impl Parting<'_> {
    /// While two people were taken for one, nobody knew whose a refusal was: both keep it.
    fn refusals_hold_on_both_sides(
        &self,
        tx: &Transaction<'_>,
        sequence: Sequence,
    ) -> Result<(), StoreError> {
        let mut refused = tx.prepare_cached(
            "select act.id, anchor from act join assignment on assignment.record = act.anchor
             where assignment.slot = ?1 and act.sequence >= ?2
             and ((kind in ('objection', 'restriction') and content = 'yes')
                  or (kind = 'consent' and content = 'no') or kind = 'deletion')
             order by act.id",
        )?;
        let rows = refused.query_map(params![self.from.0, self.since], |row| {
            Ok((row.get::<_, i64>(0)?, RecordId(unsigned(row, 1)?)))
        })?;
        let acts: Vec<(i64, RecordId)> = rows.collect::<Result<_, _>>()?;
        let mut copy = tx.prepare_cached(
            "insert into act (anchor, kind, topic, content, at, sequence, by)
             select ?2, kind, topic, content, at, ?3, by from act where id = ?1",
        )?;
        for (act, anchor) in acts {
            let other = self.other_side(anchor).first().copied().unwrap_or(anchor);
            copy.execute(params![act, other.0.cast_signed(), sequence.0.cast_signed()])?;
        }
        Ok(())
    }

    /// What a person did on their own page stays theirs when they send `record` away.
    fn give_acts_back(
        &self,
        tx: &Transaction<'_>,
        record: RecordId,
        verdict: &NewVerdict,
    ) -> Result<(), StoreError> {
        let (Some(own), true) = (self.other_side(record).first(), verdict.by == PERSON) else {
            return Ok(());
        };
        let mut give = tx.prepare_cached(
            "update act set anchor = ?2 where anchor = ?1 and by = ?3 and sequence >= ?4",
        )?;
        for anchor in self.side(record) {
            let (from, to) = (anchor.0.cast_signed(), own.0.cast_signed());
            give.execute(params![from, to, PERSON, self.since])?;
        }
        Ok(())
    }

    fn side(&self, record: RecordId) -> &[RecordId] {
        if self.leaving.contains(&record) { self.leaving } else { self.staying }
    }

    fn other_side(&self, record: RecordId) -> &[RecordId] {
        if self.leaving.contains(&record) { self.staying } else { self.leaving }
    }
}

/// Drops the links of a record that left with those that stay.
fn forget_links(
    tx: &Transaction<'_>,
    gone: RecordId,
    staying: &[RecordId],
) -> Result<(), StoreError> {
    let mut forget = tx.prepare_cached("delete from link where a = ?1 and b = ?2")?;
    for other in staying {
        let (a, b) = ordered(gone, *other);
        forget.execute([a, b])?;
    }
    Ok(())
}

fn write(
    tx: &Transaction<'_>,
    (a, b): (RecordId, RecordId),
    same: bool,
    about: RecordId,
    verdict: &NewVerdict,
    sequence: Sequence,
) -> Result<(), StoreError> {
    if a == b {
        return Ok(());
    }
    let (a, b) = ordered(a, b);
    tx.prepare_cached(
        "insert into verdict (a, b, same, about, by, reason, slot, at, sequence)
         values (?1, ?2, ?3, ?4, ?5, ?6,
                 (select slot from assignment where record = ?4), ?7, ?8)",
    )?
    .execute(params![
        a,
        b,
        same,
        about.0.cast_signed(),
        verdict.by,
        verdict.reason,
        verdict.at.as_microsecond(),
        sequence.0.cast_signed()
    ])?;
    Ok(())
}

/// Records that records stay one person's, though what tied them together is no longer there: as
/// of the moment when it went they were.
pub(crate) fn keep_together(
    tx: &Transaction<'_>,
    one: RecordId,
    others: &[RecordId],
    verdict: &NewVerdict,
    sequence: Sequence,
) -> Result<(), StoreError> {
    let mut is_said =
        tx.prepare_cached("select 1 from verdict where a = ?1 and b = ?2 and ended is null")?;
    for other in others {
        let (a, b) = ordered(one, *other);
        if !is_said.exists([a, b])? {
            write(tx, (one, *other), true, *other, verdict, sequence)?;
        }
    }
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

#[cfg(test)]
mod tests;
