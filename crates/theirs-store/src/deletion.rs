//! Values that people had deleted, one attribute at a time (GDPR Art. 17), and what keeps them out.
//!
//! A deletion is an act, so that merges, splits and erasures deal with it as with every other; what
//! it says is keyed marks of the values that went, never a value. Beside it stands a line by which
//! files are swept until no byte is left, and from which the journal is written that a restore needs.
//!
//! Like a tombstone it is asked in the very change that would write a row, so that no load, however
//! long under way, brings back what went meanwhile.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use theirs_model::{RecordId, Sequence, Slot, UseId};

use crate::act::{self, ActKind, NewAct};
use crate::decision;
use crate::erasure::{self, NewErasure, people_sequence};
use crate::notice::{self, NewNotice};
use crate::record::SURE_ENOUGH;
use crate::record::{self, IncomingRecord};
use crate::store::{Store, StoreError, holder, instant, touch_people};
use crate::tombstone::{Gate, Mark};
use crate::verdict::{self, NewVerdict};

/// Who is said to have said that records stay together, as a value went that tied them.
pub const KEPT_TOGETHER: &str = "deletion";

/// A deletion that is about to be carried out.
#[derive(Clone)]
pub struct NewDeletion<'d> {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// Who says so: `person`, or the role that acts for the person.
    pub by: String,
    /// The column that is deleted.
    pub topic: &'d str,
    /// The record through which the person is known.
    pub anchor: RecordId,
    /// The marks of the values that go.
    pub values: &'d [Mark],
    /// The marks of the person's records, by which a restore finds them.
    pub keys: &'d [Mark],
    /// Until when no file may hold the values.
    pub due: Timestamp,
    /// The records that are surely the person's, and the columns of each that are emptied.
    pub columns: &'d [(RecordId, Vec<String>)],
    /// The records that go whole, as they are known by the value, and how that is told.
    pub gone: Option<(&'d [RecordId], &'d NewErasure<'d>)>,
    /// Whom it is told to.
    pub notices: &'d [NewNotice],
}

/// A deletion on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The use under which the ledger holds it.
    pub use_id: UseId,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// The column.
    pub topic: String,
    /// The record through which the person is known; none while none of theirs is here, as after a
    /// restore from before they were.
    pub anchor: Option<RecordId>,
    /// The marks of the values that went.
    pub values: Vec<Mark>,
    /// The marks of the records that the person had.
    pub keys: Vec<Mark>,
    /// Until when no file may hold the values.
    pub due: Timestamp,
    /// When the files were found free of them.
    pub swept: Option<Timestamp>,
}

/// A deletion that stands, as a row of the same person is held against it.
#[derive(Debug, Clone)]
pub struct KeptOut {
    /// The column.
    pub topic: String,
    /// The marks of the values that went.
    pub values: Vec<Mark>,
    /// When.
    pub at: Timestamp,
    /// What the person said since that the value is, if they did.
    pub given: Option<String>,
}

impl Store {
    /// Deletes a value of a person in one change, if the people are still as they were at `as_of`;
    /// says whether they were, and else nothing was done.
    pub fn delete_value(
        &self,
        person: Slot,
        as_of: Sequence,
        new: &NewDeletion<'_>,
    ) -> Result<bool, StoreError> {
        self.change(|tx, sequence| {
            if people_sequence(tx)? != as_of {
                return Ok(false);
            }
            delete(tx, person, new, sequence)?;
            Ok(true)
        })
    }

    /// Empties columns of records that came to somebody who had such a value deleted; says how many
    /// of them said something.
    pub fn strip(&self, columns: &[(RecordId, Vec<String>)]) -> Result<u64, StoreError> {
        self.change(|tx, sequence| {
            let mut stripped = 0;
            for (record, columns) in columns {
                if record::strip(tx, *record, columns)? {
                    stripped += 1;
                    touch_people(tx, sequence, holder(tx, *record)?)?;
                }
            }
            Ok(stripped)
        })
    }

    /// Keeps a deletion of somebody of whom there is no record, so that it acts on theirs when they
    /// come.
    pub fn keep_deletion(&self, one: &Deletion) -> Result<(), StoreError> {
        self.change(|tx, _| {
            tx.execute(
                "insert or ignore into deletion (use, at, by, topic, marks, keys, due)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    one.use_id.0,
                    one.at.as_microsecond(),
                    one.by,
                    one.topic,
                    text(&one.values),
                    text(&one.keys),
                    one.due.as_microsecond()
                ],
            )?;
            Ok(())
        })
    }

    /// Forgets such deletions of whoever had any of these records, as they were erased.
    pub fn forget_kept_deletions(&self, keys: &[Mark]) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let mut forget = tx.prepare_cached(
                "delete from deletion where anchor is null and instr(keys, ?1) > 0",
            )?;
            for key in keys {
                forget.execute([text(&[*key])])?;
            }
            Ok(())
        })
    }

    /// Every deletion, the most urgent first.
    pub fn deletions(&self) -> Result<Vec<Deletion>, StoreError> {
        self.deletions_where("")
    }

    /// The deletions of which some file may still hold something, the most urgent first.
    pub fn pending_deletions(&self) -> Result<Vec<Deletion>, StoreError> {
        self.deletions_where("where swept is null")
    }

    /// The deletions that stand for a person.
    pub fn kept_out_of(&self, person: Slot) -> Result<Vec<KeptOut>, StoreError> {
        standing(&self.connection(), person)
    }

    /// Notes that no file holds anything of these any more.
    pub fn note_deletions_swept(&self, swept: &[UseId], now: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let mut note = tx.prepare_cached("update deletion set swept = ?2 where use = ?1")?;
            for use_id in swept {
                note.execute(params![use_id.0, now.as_microsecond()])?;
            }
            Ok(())
        })
    }

    fn deletions_where(&self, condition: &str) -> Result<Vec<Deletion>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "select use, at, by, topic, anchor, marks, keys, due, swept from deletion {condition}
             order by due, use"
        ))?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Deletion> {
    let swept = row.get::<_, Option<i64>>(8)?.map(|_| instant(row, 8)).transpose()?;
    Ok(Deletion {
        use_id: UseId(row.get(0)?),
        at: instant(row, 1)?,
        by: row.get(2)?,
        topic: row.get(3)?,
        anchor: row.get::<_, Option<i64>>(4)?.map(|id| RecordId(id.cast_unsigned())),
        values: marks(&row.get::<_, String>(5)?),
        keys: marks(&row.get::<_, String>(6)?),
        due: instant(row, 7)?,
        swept,
    })
}

fn delete(
    tx: &Transaction<'_>,
    person: Slot,
    new: &NewDeletion<'_>,
    sequence: Sequence,
) -> Result<(), StoreError> {
    for (record, columns) in new.columns {
        record::strip(tx, *record, columns)?;
    }
    forget_what_was_said(tx, person, new.topic)?;
    decision::forget_what_was_looked_at(tx, person)?;
    let others: Vec<RecordId> = new.columns.iter().map(|(record, _)| *record).collect();
    let word = NewVerdict { by: KEPT_TOGETHER.to_owned(), reason: None, at: new.at };
    verdict::keep_together(tx, new.anchor, &others, &word, sequence)?;
    if let Some((records, erasure)) = new.gone {
        for record in records {
            hang_on(tx, *record, new.anchor)?;
        }
        erasure::erase(tx, records, &[], erasure, sequence)?;
    }
    notice::write_of_act(tx, new.anchor, new.topic, new.notices)?;
    let act = NewAct {
        anchor: new.anchor,
        kind: ActKind::Deletion,
        topic: new.topic.to_owned(),
        content: Some(text(new.values)),
        at: new.at,
        by: new.by.clone(),
        reason: None,
    };
    act::record(tx, &act, sequence)?;
    tx.prepare_cached(
        "insert into deletion (use, at, by, topic, anchor, marks, keys, due)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (use) do update set anchor = ?5, marks = ?6, due = ?8, swept = null",
    )?
    .execute(params![
        new.use_id.0,
        new.at.as_microsecond(),
        new.by,
        new.topic,
        new.anchor.0.cast_signed(),
        text(new.values),
        text(new.keys),
        new.due.as_microsecond()
    ])?;
    Ok(())
}

/// Forgets what the person said of a column, and what others would still be told of that.
fn forget_what_was_said(tx: &Transaction<'_>, person: Slot, topic: &str) -> Result<(), StoreError> {
    for step in [
        "delete from act where kind in ('correction', 'contest') and topic = ?2
         and anchor in (select record from assignment where slot = ?1)",
        "delete from notice where topic = ?2 and body is not null
         and anchor in (select record from assignment where slot = ?1)",
    ] {
        tx.prepare_cached(step)?.execute(params![person.0, topic])?;
    }
    Ok(())
}

/// Hangs on another record of the same person what hung on one that goes.
pub(crate) fn hang_on(
    tx: &Transaction<'_>,
    from: RecordId,
    to: RecordId,
) -> Result<(), StoreError> {
    for step in [
        "update act set anchor = ?2 where anchor = ?1",
        "update notice set anchor = ?2 where anchor = ?1",
        "update request set anchor = ?2 where anchor = ?1",
        "update deletion set anchor = ?2 where anchor = ?1",
    ] {
        tx.prepare_cached(step)?.execute([from.0.cast_signed(), to.0.cast_signed()])?;
    }
    Ok(())
}

/// Whether anybody had a value deleted.
pub(crate) fn has_any(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    let mut query = tx.prepare_cached(
        "select 1 from act where kind = 'deletion'
         union all select 1 from deletion where anchor is null limit 1",
    )?;
    Ok(query.exists([])?)
}

/// The columns of a row that deletions of whoever surely has its record keep out.
pub(crate) fn kept_out(
    tx: &Transaction<'_>,
    source: i64,
    row: &IncomingRecord,
    gate: &dyn Gate,
) -> Result<Vec<String>, StoreError> {
    let mut find = tx.prepare_cached(
        "select slot from assignment join record on record.id = assignment.record
         where source = ?1 and key = ?2 and confidence >= ?3",
    )?;
    let whose = find
        .query_row(params![source, row.key, SURE_ENOUGH], |row| crate::store::slot(row, 0))
        .optional()?;
    let deletions = match (whose, gate.marks(row).key) {
        (Some(whose), _) => standing(tx, whose)?,
        (None, Some(key)) => waiting_for(tx, key)?,
        (None, None) => Vec::new(),
    };
    Ok(deletions.iter().flat_map(|deletion| gate.kept_out(row, deletion)).collect())
}

/// The deletions that wait for the record of this key.
fn waiting_for(tx: &Transaction<'_>, key: Mark) -> Result<Vec<KeptOut>, StoreError> {
    let mut query = tx.prepare_cached(
        "select topic, marks, at from deletion where anchor is null and instr(keys, ?1) > 0",
    )?;
    let rows = query.query_map([text(&[key])], |row| {
        let values = marks(&row.get::<_, String>(1)?);
        Ok(KeptOut { topic: row.get(0)?, values, at: instant(row, 2)?, given: None })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn standing(connection: &Connection, person: Slot) -> Result<Vec<KeptOut>, StoreError> {
    let mut query = connection.prepare_cached(
        "select topic, content, at,
         (select content from act as given where given.kind = 'correction'
          and given.topic = act.topic and given.id > act.id
          and given.anchor in (select record from assignment where slot = ?1)
          order by given.id desc limit 1)
         from act where kind = 'deletion'
         and anchor in (select record from assignment where slot = ?1) order by id",
    )?;
    let rows = query.query_map([person.0], |row| {
        Ok(KeptOut {
            topic: row.get(0)?,
            values: marks(&row.get::<_, String>(1)?),
            at: instant(row, 2)?,
            given: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn text(marks: &[Mark]) -> String {
    let texts: Vec<String> = marks.iter().map(|mark| UseId(mark.0).to_string()).collect();
    texts.join(" ")
}

fn marks(text: &str) -> Vec<Mark> {
    text.split(' ').filter_map(|one| one.parse::<UseId>().ok().map(|id| Mark(id.0))).collect()
}

#[cfg(test)]
mod tests;
