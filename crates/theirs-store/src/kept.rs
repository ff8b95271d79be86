//! What a law asks to keep of somebody who was erased, and until when (GDPR Art. 17(3)(b)).
//!
//! It is taken out of records and lake and laid here, where no purpose, no linkage and no page
//! looks: kept from every other use by where it lies, not by a condition somewhere. The price is
//! that the purpose whose duty it is reads it by a door of its own.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};
use theirs_model::Slot;

use crate::erasure::ErasureId;
use crate::store::{Store, StoreError, instant};

/// Something that is about to be kept.
#[derive(Clone)]
pub struct NewKept {
    /// The purpose whose duty it is.
    pub purpose: String,
    /// Until when.
    pub until: Timestamp,
    /// What, as JSON.
    pub body: String,
}

/// Something that is kept.
#[derive(Clone)]
pub struct Kept {
    /// The erasure that left it.
    pub erasure: ErasureId,
    /// The slots of whoever was erased.
    pub slots: Vec<Slot>,
    /// The purpose whose duty it is.
    pub purpose: String,
    /// Until when.
    pub until: Timestamp,
    /// What, as JSON.
    pub body: String,
}

impl Store {
    /// What is kept for a purpose, the earliest to go first.
    pub fn kept(&self, purpose: &str) -> Result<Vec<Kept>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select erasure, slots, purpose, until, body from kept
             join erasure on erasure.id = kept.erasure where purpose = ?1 order by until, kept.id",
        )?;
        let rows = query.query_map([purpose], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How much is kept for each purpose, and until when the last of it is.
    pub fn kept_counts(&self) -> Result<Vec<(String, u64, Timestamp)>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select purpose, count(*), max(until) from kept group by purpose order by purpose",
        )?;
        let rows = query.query_map([], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned(), instant(row, 2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How much that is kept is past its time.
    pub fn kept_past(&self, now: Timestamp) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select count(*) from kept where until <= ?1")?;
        Ok(query.query_row([now.as_microsecond()], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// Forgets what is past its time. The erasures that left it are swept again, so that no page of
    /// the database holds it either.
    pub fn drop_kept_past(&self, now: Timestamp, due: Timestamp) -> Result<u64, StoreError> {
        self.change(|tx, _| {
            let past = now.as_microsecond();
            tx.execute(
                "update erasure set swept = null, due = ?2 where id in
                 (select erasure from kept where until <= ?1)",
                params![past, due.as_microsecond()],
            )?;
            Ok(tx.execute("delete from kept where until <= ?1", [past])? as u64)
        })
    }
}

pub(crate) fn write(
    tx: &Transaction<'_>,
    erasure: ErasureId,
    kept: &[NewKept],
) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "insert into kept (erasure, purpose, until, body) values (?1, ?2, ?3, ?4)",
    )?;
    for one in kept {
        insert.execute(params![erasure.0, one.purpose, one.until.as_microsecond(), one.body])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let slots: String = row.get(1)?;
    Ok(Kept {
        erasure: ErasureId(row.get(0)?),
        slots: slots.split(' ').filter_map(|slot| slot.parse().ok().map(Slot)).collect(),
        purpose: row.get(2)?,
        until: instant(row, 3)?,
        body: row.get(4)?,
    })
}
