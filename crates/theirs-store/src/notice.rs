//! Whom an erasure is told to: recipients and sources, and whether they said that it is done
//! (GDPR Art. 17(2) and 19).
//!
//! What they know the person by stands in the file that goes to them, and here only until that file
//! is written: so a crash loses no notice, and afterwards the store keeps who was told under which
//! uses, and nothing by which anybody is known.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};
use theirs_model::UseId;

use crate::erasure::ErasureId;
use crate::store::{Store, StoreError, instant};

/// A notice that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Whom it goes to: the key of a recipient, or `source:` and the name of a source.
    pub recipient: String,
    /// The uses under which they were given something.
    pub uses: Vec<UseId>,
    /// What the file says.
    pub body: String,
}

/// A notice on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// The erasure it is of.
    pub erasure: ErasureId,
    /// The use of that erasure.
    pub use_id: UseId,
    /// When that was.
    pub at: Timestamp,
    /// Whom it goes to.
    pub recipient: String,
    /// The uses under which they were given something.
    pub uses: Vec<UseId>,
    /// What the file says, until it is written.
    pub body: Option<String>,
    /// When its file was put into the outbox.
    pub told: Option<Timestamp>,
    /// When they said that it is done.
    pub confirmed: Option<Timestamp>,
}

impl Store {
    /// Every notice, the earliest first.
    pub fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select notice.id, erasure, use, at, recipient, uses, body, told, confirmed
             from notice join erasure on erasure.id = notice.erasure order by notice.id",
        )?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that the file of a notice lies in the outbox.
    pub fn note_told(&self, notice: i64, now: Timestamp) -> Result<(), StoreError> {
        self.change(|tx, _| {
            let mut note = tx.prepare_cached(
                "update notice set told = ?2, body = null where id = ?1 and told is null",
            )?;
            note.execute(params![notice, now.as_microsecond()])?;
            Ok(())
        })
    }

    /// Notes that whoever was told says that it is done; says whether there is such a notice.
    pub fn note_confirmed(&self, notice: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.change(|tx, _| {
            let mut note = tx.prepare_cached(
                "update notice set confirmed = coalesce(confirmed, ?2) where id = ?1",
            )?;
            Ok(note.execute(params![notice, now.as_microsecond()])? > 0)
        })
    }
}

pub(crate) fn write(
    tx: &Transaction<'_>,
    erasure: ErasureId,
    notices: &[NewNotice],
) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "insert into notice (erasure, recipient, uses, body) values (?1, ?2, ?3, ?4)",
    )?;
    for one in notices {
        let uses: Vec<String> = one.uses.iter().map(ToString::to_string).collect();
        insert.execute(params![erasure.0, one.recipient, uses.join(" "), one.body])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Notice> {
    let optional = |at: usize| -> rusqlite::Result<Option<Timestamp>> {
        row.get::<_, Option<i64>>(at)?.map(|_| instant(row, at)).transpose()
    };
    let uses: String = row.get(5)?;
    Ok(Notice {
        id: row.get(0)?,
        erasure: ErasureId(row.get(1)?),
        use_id: UseId(row.get(2)?),
        at: instant(row, 3)?,
        recipient: row.get(4)?,
        uses: uses.split(' ').filter_map(|text| text.parse().ok()).collect(),
        body: row.get(6)?,
        told: optional(7)?,
        confirmed: optional(8)?,
    })
}
