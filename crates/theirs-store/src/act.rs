//! What people did about their own data: corrections, contests, objections, restrictions, consents.
//!
//! An act is anchored to the record through which the person was known when acting. Whoever holds
//! that record holds the act: a merge brings the acts of both together, a split gives each back
//! their own.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use theirs_model::{RecordId, Sequence, Slot};

use crate::notice::{self, NewNotice};
use crate::store::{Store, StoreError, holder, instant, slot, touch_people, unsigned};

/// What kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActKind {
    /// The value of an attribute is this (GDPR Art. 16).
    Correction,
    /// The person agrees to a topic, or no longer (Art. 7).
    Consent,
    /// The person objects to a topic, or no longer (Art. 21).
    Objection,
    /// The value of an attribute is contested, or that is decided or taken back (Art. 18(1)(a)).
    Contest,
    /// Nothing is done with the person's data under a topic, or it is again (Art. 18).
    Restriction,
    /// The value of an attribute is deleted (Art. 17); its content is keyed marks of what went.
    Deletion,
}

impl ActKind {
    fn name(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Consent => "consent",
            Self::Objection => "objection",
            Self::Contest => "contest",
            Self::Restriction => "restriction",
            Self::Deletion => "deletion",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Correction,
            Self::Consent,
            Self::Objection,
            Self::Contest,
            Self::Restriction,
            Self::Deletion,
        ];
        all.into_iter().find(|k| k.name() == name)
    }
}

/// An act that is about to be recorded.
#[derive(Clone)]
pub struct NewAct {
    /// The record through which the person is known.
    pub anchor: RecordId,
    /// What kind.
    pub kind: ActKind,
    /// The attribute or topic.
    pub topic: String,
    /// The corrected value, `yes` or `no`, how a contest was decided, marks of what was deleted; none
    /// takes a value away.
    pub content: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who acted: `person`, or the role that acted for the person.
    pub by: String,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

/// An act on record.
#[derive(Clone)]
pub struct Act {
    /// Whose it is now.
    pub slot: Slot,
    /// The record through which the person was known.
    pub anchor: RecordId,
    /// The change since which that record belongs to this person.
    pub anchored: Sequence,
    /// What kind.
    pub kind: ActKind,
    /// The attribute or topic.
    pub topic: String,
    /// The corrected value, `yes` or `no`, how a contest was decided, marks of what was deleted; none
    /// takes a value away.
    pub content: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who acted.
    pub by: String,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// The change that recorded it; of two acts the later one counts.
    pub sequence: Sequence,
}

impl Store {
    /// Records an act; it is on disk when this returns.
    pub fn record_act(&self, act: &NewAct) -> Result<Sequence, StoreError> {
        self.change(|tx, sequence| record(tx, act, sequence))
    }

    /// Records an act that others are told of, both or neither; what they were not told yet of the
    /// same is overtaken.
    pub fn record_told_act(
        &self,
        act: &NewAct,
        notices: &[NewNotice],
    ) -> Result<Sequence, StoreError> {
        self.change(|tx, sequence| {
            notice::write_of_act(tx, act.anchor, &act.topic, notices)?;
            record(tx, act, sequence)
        })
    }

    /// The acts of one person, the earliest first.
    pub fn acts_of(&self, slot: Slot) -> Result<Vec<Act>, StoreError> {
        of(&self.connection(), slot)
    }

    /// Everybody's acts of a kind, the earliest first.
    pub fn acts_of_kind(&self, kind: ActKind) -> Result<Vec<Act>, StoreError> {
        acts(&self.connection(), "where kind = ?1 order by act.id", [kind.name()])
    }
}

pub(crate) fn record(
    tx: &Transaction<'_>,
    act: &NewAct,
    sequence: Sequence,
) -> Result<Sequence, StoreError> {
    tx.execute(
        "insert into act (anchor, kind, topic, content, at, sequence, by, reason)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            act.anchor.0.cast_signed(),
            act.kind.name(),
            act.topic,
            act.content,
            act.at.as_microsecond(),
            sequence.0.cast_signed(),
            act.by,
            act.reason
        ],
    )?;
    touch_people(tx, sequence, holder(tx, act.anchor)?)?;
    Ok(sequence)
}

/// The acts of one person, the earliest first.
pub(crate) fn of(connection: &Connection, slot: Slot) -> Result<Vec<Act>, StoreError> {
    acts(connection, "where assignment.slot = ?1 order by act.id", params![slot.0])
}

/// Everybody's acts, in the order of slots, the earliest first.
pub(crate) fn by_slot(connection: &Connection) -> Result<Vec<Act>, StoreError> {
    acts(connection, "order by assignment.slot, act.id", [])
}

fn acts(
    connection: &Connection,
    which: &str,
    given: impl rusqlite::Params,
) -> Result<Vec<Act>, StoreError> {
    let mut query = connection.prepare_cached(&format!(
        "select assignment.slot, kind, topic, content, at, by, act.sequence,
         anchor, assignment.sequence, act.reason
         from act join assignment on assignment.record = act.anchor {which}"
    ))?;
    let rows: Vec<Option<Act>> = query.query_map(given, read)?.collect::<Result<_, _>>()?;
    rows.into_iter().map(|act| act.ok_or(StoreError::Damaged("an act of no known kind"))).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<Act>> {
    let Some(kind) = ActKind::from_name(&row.get::<_, String>(1)?) else { return Ok(None) };
    Ok(Some(Act {
        slot: slot(row, 0)?,
        anchor: RecordId(unsigned(row, 7)?),
        anchored: Sequence(unsigned(row, 8)?),
        kind,
        topic: row.get(2)?,
        content: row.get(3)?,
        at: instant(row, 4)?,
        by: row.get(5)?,
        sequence: Sequence(unsigned(row, 6)?),
        reason: row.get(9)?,
    }))
}
