//! Whom erasures and corrections are told to, recipients and sources, and whether they said that it
//! is done (GDPR Art. 17(2) and 19).
//!
//! What they know the person by, and a new value, stand in what goes to them, and here only until
//! that is on its way: so a crash loses no notice, and afterwards the store keeps who was told under
//! which uses, and nothing by which anybody is known. A correction hangs on the record through which
//! the person was known, as the act does that it tells of; with the record goes what it holds.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use theirs_model::{RecordId, Slot, UseId};

use crate::erasure::ErasureId;
use crate::store::{Store, StoreError, instant, unsigned};

/// What a notice tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// The person was erased.
    Erase,
    /// A value of theirs is another, or none.
    Correct,
    /// A value of theirs is wrong, and nobody said what is right.
    Wrong,
    /// A value of theirs is deleted.
    Delete,
    /// Nothing is done with their data for now.
    Hold,
    /// That is over.
    Release,
}

impl NoticeKind {
    const ALL: [Self; 6] =
        [Self::Erase, Self::Correct, Self::Wrong, Self::Delete, Self::Hold, Self::Release];

    /// Its word, in the store and in what goes to others.
    pub fn word(self) -> &'static str {
        match self {
            Self::Erase => "erase",
            Self::Correct => "correct",
            Self::Wrong => "wrong",
            Self::Delete => "delete",
            Self::Hold => "hold",
            Self::Release => "release",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A notice that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// What it tells of.
    pub kind: NoticeKind,
    /// The use under which that is on record.
    pub use_id: UseId,
    /// When that was.
    pub at: Timestamp,
    /// The column it is about, if it is about one.
    pub topic: Option<String>,
    /// Whom it goes to: the key of a recipient, or `source:` and the name of a source.
    pub recipient: String,
    /// The uses under which they were given something.
    pub uses: Vec<UseId>,
    /// What it says, as CSV.
    pub body: String,
}

/// A notice on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// What it tells of.
    pub kind: NoticeKind,
    /// The use under which that is on record.
    pub use_id: UseId,
    /// When that was.
    pub at: Timestamp,
    /// The erasure it is of, or with which what it held went.
    pub erasure: Option<ErasureId>,
    /// The record through which the person was known, of a correction.
    pub anchor: Option<RecordId>,
    /// The column it is about, if it is about one.
    pub topic: Option<String>,
    /// Whom it goes to.
    pub recipient: String,
    /// The uses under which they were given something.
    pub uses: Vec<UseId>,
    /// What it says, until it is on its way.
    pub body: Option<String>,
    /// When it was put into the outbox, or accepted.
    pub told: Option<Timestamp>,
    /// When its file was laid in the outbox for staff, as it could not be told otherwise.
    pub laid: Option<Timestamp>,
    /// When they said that it is done.
    pub confirmed: Option<Timestamp>,
}

impl Notice {
    /// Whether it is of no account any more, as whom it is about was erased since.
    pub fn is_void(&self) -> bool {
        self.kind != NoticeKind::Erase && self.erasure.is_some()
    }
}

/// What is read of a notice.
const COLUMNS: &str =
    "notice.id, notice.what, notice.use, notice.at, notice.erasure, notice.anchor,
    notice.topic, notice.recipient, notice.uses, notice.body, notice.told, notice.laid,
    notice.confirmed";

impl Store {
    /// Every notice, the earliest first.
    pub fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        notices(&self.connection(), "", [])
    }

    /// The notices that are not on their way yet, the earliest first.
    pub fn untold_notices(&self) -> Result<Vec<Notice>, StoreError> {
        notices(&self.connection(), "where body is not null", [])
    }

    /// The notices of corrections of one person, the earliest first.
    pub fn notices_of(&self, slot: Slot) -> Result<Vec<Notice>, StoreError> {
        let theirs = "join assignment on assignment.record = notice.anchor
                      where assignment.slot = ?1";
        notices(&self.connection(), theirs, params![slot.0])
    }

    /// The notices of corrections to one of those told that nobody confirmed yet.
    pub fn open_notices_to(&self, recipient: &str) -> Result<Vec<Notice>, StoreError> {
        let open = "where recipient = ?1 and anchor is not null and confirmed is null";
        notices(&self.connection(), open, params![recipient])
    }

    /// Notes that a notice is on its way, or accepted, and forgets what it says. Says whether it
    /// stands: if not, it was overtaken or whom it is about was erased, and what went into the
    /// outbox has to come out again.
    pub fn note_told(&self, notice: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.note(notice, now, "told")
    }

    /// The same of one whose file lies in the outbox for staff, as it could not be told otherwise.
    pub fn note_laid(&self, notice: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.note(notice, now, "laid")
    }

    fn note(&self, notice: i64, now: Timestamp, how: &str) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            tx.prepare_cached(&format!(
                "update notice set {how} = ?2, body = null where id = ?1 and body is not null"
            ))?
            .execute(params![notice, now.as_microsecond()])?;
            let mut stands = tx.prepare_cached(
                "select 1 from notice where id = ?1 and (what = 'erase' or erasure is null)",
            )?;
            Ok(stands.exists([notice])?)
        })
    }

    /// Notes that whoever was told says that it is done, and with it what they were told earlier of
    /// the same; says whether there is such a notice.
    pub fn note_confirmed(&self, notice: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            let mut note = tx.prepare_cached(
                "update notice set confirmed = coalesce(confirmed, ?2), body = null where id = ?1",
            )?;
            let mut earlier = tx.prepare_cached(
                "update notice set confirmed = ?2 from notice as done
                 where done.id = ?1 and notice.id < ?1 and notice.confirmed is null
                 and notice.anchor = done.anchor and notice.topic = done.topic
                 and notice.recipient = done.recipient",
            )?;
            earlier.execute(params![notice, now.as_microsecond()])?;
            Ok(note.execute(params![notice, now.as_microsecond()])? > 0)
        })
    }
}

/// Writes the notices of an erasure.
pub(crate) fn write(
    tx: &Transaction<'_>,
    erasure: ErasureId,
    notices: &[NewNotice],
) -> Result<(), StoreError> {
    notices.iter().try_for_each(|notice| insert(tx, Some(erasure), None, notice))
}

/// Writes the notices of an act, in place of those of the same that were not told yet.
pub(crate) fn write_of_act(
    tx: &Transaction<'_>,
    anchor: RecordId,
    topic: &str,
    notices: &[NewNotice],
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "delete from notice where anchor = ?1 and topic = ?2 and body is not null and told is null",
    )?
    .execute(params![anchor.0.cast_signed(), topic])?;
    notices.iter().try_for_each(|notice| insert(tx, None, Some(anchor), notice))
}

/// Forgets what notices hold of whoever had a record.
pub(crate) fn forget(
    tx: &Transaction<'_>,
    record: RecordId,
    by: ErasureId,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "update notice set body = null, anchor = null, erasure = ?2 where anchor = ?1",
    )?
    .execute(params![record.0.cast_signed(), by.0])?;
    Ok(())
}

fn insert(
    tx: &Transaction<'_>,
    erasure: Option<ErasureId>,
    anchor: Option<RecordId>,
    one: &NewNotice,
) -> Result<(), StoreError> {
    let uses: Vec<String> = one.uses.iter().map(ToString::to_string).collect();
    tx.prepare_cached(
        "insert into notice (use, at, what, erasure, anchor, topic, recipient, uses, body)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        one.use_id.0,
        one.at.as_microsecond(),
        one.kind.word(),
        erasure.map(|erasure| erasure.0),
        anchor.map(|anchor| anchor.0.cast_signed()),
        one.topic,
        one.recipient,
        uses.join(" "),
        one.body
    ])?;
    Ok(())
}

fn notices(
    connection: &Connection,
    which: &str,
    given: impl rusqlite::Params,
) -> Result<Vec<Notice>, StoreError> {
    let mut query = connection
        .prepare_cached(&format!("select {COLUMNS} from notice {which} order by notice.id"))?;
    let rows: Vec<Option<Notice>> = query.query_map(given, read)?.collect::<Result<_, _>>()?;
    let known = |one: Option<Notice>| one.ok_or(StoreError::Damaged("a notice of no known kind"));
    rows.into_iter().map(known).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<Notice>> {
    let Some(kind) = NoticeKind::from_word(&row.get::<_, String>(1)?) else { return Ok(None) };
    let optional = |at: usize| -> rusqlite::Result<Option<Timestamp>> {
        row.get::<_, Option<i64>>(at)?.map(|_| instant(row, at)).transpose()
    };
    let anchor = row.get::<_, Option<i64>>(5)?.map(|_| unsigned(row, 5)).transpose()?;
    let uses: String = row.get(8)?;
    Ok(Some(Notice {
        id: row.get(0)?,
        kind,
        use_id: UseId(row.get(2)?),
        at: instant(row, 3)?,
        erasure: row.get::<_, Option<i64>>(4)?.map(ErasureId),
        anchor: anchor.map(RecordId),
        topic: row.get(6)?,
        recipient: row.get(7)?,
        uses: uses.split(' ').filter_map(|text| text.parse().ok()).collect(),
        body: row.get(9)?,
        told: optional(10)?,
        laid: optional(11)?,
        confirmed: optional(12)?,
    }))
}

#[cfg(test)]
mod tests;
