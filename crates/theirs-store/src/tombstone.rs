//! Tombstones: what keeps somebody who was erased from being loaded again.
//!
//! A tombstone is a keyed hash of what a row would be known by, never the value: of the source and
//! key of a record, and of identifiers as they were standardised. Whoever holds the database alone
//! learns nothing from it; with the key one can ask "was this address erased?", no more. It may be
//! kept because without it an erasure could not be honoured, nor shown to have been
//! (GDPR Art. 5(2) and 17(3)(b)).
//!
//! The check is made in the very change that would write the record, so that no load, however long
//! under way, brings back whom an erasure took out meanwhile.

use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::deletion::{self, KeptOut};
use crate::erasure::ErasureId;
use crate::record::{self, IncomingRecord, Upserted};
use crate::store::{Store, StoreError, holder, instant, touch_people};

/// A keyed hash of what a row is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub [u8; 16]);

/// What a mark is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A record of a source, by its key.
    Key,
    /// An identifier such as an e-mail address.
    Identifier,
}

impl MarkKind {
    fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Identifier => "identifier",
        }
    }
}

/// A mark that blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tombstone {
    /// What it is of.
    pub kind: MarkKind,
    /// The mark.
    pub mark: Mark,
}

/// What a row that comes in is known by.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Its source and key.
    pub key: Option<Mark>,
    /// Its identifiers.
    pub identifiers: Vec<Mark>,
    /// When the person gave the row themselves, if they did and it says so.
    pub own_act: Option<Timestamp>,
}

/// What decides which rows of a source come in, and with what.
pub trait Gate {
    /// What a row is known by.
    fn marks(&self, row: &IncomingRecord) -> Marks;

    /// The columns of a row that somebody's deletion keeps out.
    fn kept_out(&self, _row: &IncomingRecord, _deletion: &KeptOut) -> Vec<String> {
        Vec::new()
    }
}

impl<M: Fn(&IncomingRecord) -> Marks> Gate for M {
    fn marks(&self, row: &IncomingRecord) -> Marks {
        self(row)
    }
}

/// Why a row may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// It is of somebody who was erased.
    Erased,
    /// Somebody had deleted what it is known by.
    Deleted,
}

/// What became of rows that came in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Admitted {
    /// What was added and changed.
    pub done: Upserted,
    /// The rows that were blocked, by their place, and why.
    pub blocked: Vec<(usize, Blocked)>,
    /// The columns that were kept out of rows, by the row's place.
    pub kept_out: Vec<(usize, Vec<String>)>,
}

impl Store {
    /// Adds or changes records as [`Store::upsert_records`] does, but none of somebody erased, and
    /// nothing that somebody had deleted.
    ///
    /// A record's own tombstone always blocks. That of an identifier blocks a record that is new,
    /// unless the person gave it themselves after the erasure: then they have come back, and their
    /// identifiers block no more.
    pub fn upsert_unless_erased(
        &self,
        source: &str,
        records: &[IncomingRecord],
        now: Timestamp,
        gate: &dyn Gate,
    ) -> Result<Admitted, StoreError> {
        self.change(|tx, sequence| {
            let source = record::source_began(tx, source, now)?;
            let (is_anybody_erased, is_any_deleted) = (has_tombstones(tx)?, deletion::has_any(tx)?);
            let (mut admitted, mut touched) = (Admitted::default(), Vec::new());
            for (at, record) in records.iter().enumerate() {
                let is_known = || record::is_known(tx, source, &record.key);
                if is_anybody_erased && let Some(why) = blocks(tx, &gate.marks(record), is_known)? {
                    admitted.blocked.push((at, why));
                    continue;
                }
                let mut record = Cow::Borrowed(record);
                if is_any_deleted {
                    let out = deletion::kept_out(tx, source, &record, gate)?;
                    if !out.is_empty() {
                        record.to_mut().columns.retain(|name, _| !out.contains(name));
                        admitted.kept_out.push((at, out));
                    }
                }
                let done = &mut admitted.done;
                if let Some(changed) = record::upsert(tx, source, &record, now, sequence, done)? {
                    touched.extend(holder(tx, changed)?);
                }
            }
            if admitted.done.added + admitted.done.changed > 0 {
                touch_people(tx, sequence, touched)?;
            }
            Ok(admitted)
        })
    }

    /// Why what bears this mark may not come in, if anybody's tombstone does.
    pub fn blocked(&self, mark: Mark) -> Result<Option<Blocked>, StoreError> {
        Ok(find(&self.connection(), mark)?.map(|(_, _, why)| why))
    }

    /// Whether anybody's return is blocked.
    pub fn has_tombstones(&self) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select 1 from tombstone limit 1")?;
        Ok(query.exists([])?)
    }

    /// The tombstones of an erasure.
    pub fn tombstones_of(&self, erasure: ErasureId) -> Result<Vec<Tombstone>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("select kind, mark from tombstone where erasure = ?1 order by mark")?;
        let rows = query.query_map([erasure.0], |row| {
            let kind = match row.get::<_, String>(0)?.as_str() {
                "key" => MarkKind::Key,
                _ => MarkKind::Identifier,
            };
            Ok(Tombstone { kind, mark: Mark(row.get(1)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lets in again everybody whose tombstones bear any of these marks; says whose they were.
    ///
    /// Sources are read anew by the next load, even where a file is the same as last time.
    pub fn readmit(&self, marks: &[Mark], now: Timestamp) -> Result<Vec<ErasureId>, StoreError> {
        self.change(|tx, _| {
            let mut whose = std::collections::BTreeSet::new();
            let mut find = tx.prepare_cached("select erasure from tombstone where mark = ?1")?;
            for mark in marks {
                for id in find.query_map([mark.0], |row| row.get::<_, i64>(0))? {
                    whose.insert(ErasureId(id?));
                }
            }
            for id in &whose {
                tx.execute("delete from tombstone where erasure = ?1", [id.0])?;
                tx.execute(
                    "update erasure set readmitted = ?2 where id = ?1",
                    params![id.0, now.as_microsecond()],
                )?;
            }
            if !whose.is_empty() {
                tx.execute("update load set digest = zeroblob(32)", [])?;
                crate::source_state::forget_positions(tx)?;
            }
            Ok(whose.into_iter().collect())
        })
    }
}

pub(crate) fn write(
    tx: &Transaction<'_>,
    erasure: ErasureId,
    tombstones: &[Tombstone],
) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "insert or ignore into tombstone (mark, erasure, kind) values (?1, ?2, ?3)",
    )?;
    for one in tombstones {
        insert.execute(params![one.mark.0, erasure.0, one.kind.name()])?;
    }
    Ok(())
}

pub(crate) fn has_tombstones(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("select 1 from tombstone limit 1")?.exists([])?)
}

/// Why a row may not come in, if it may not.
fn blocks(
    tx: &Transaction<'_>,
    marks: &Marks,
    is_known: impl Fn() -> Result<bool, StoreError>,
) -> Result<Option<Blocked>, StoreError> {
    if let Some(key) = marks.key
        && let Some((_, _, why)) = find(tx, key)?
    {
        return Ok(Some(why));
    }
    let mut hits = Vec::new();
    for mark in &marks.identifiers {
        hits.extend(find(tx, *mark)?);
    }
    if hits.is_empty() || is_known()? {
        return Ok(None);
    }
    let came_back = marks.own_act.is_some_and(|act| hits.iter().all(|(_, at, _)| act > *at));
    if came_back {
        for (erasure, _, _) in &hits {
            tx.execute(
                "delete from tombstone where erasure = ?1 and kind = 'identifier'",
                [erasure.0],
            )?;
        }
    }
    Ok((!came_back).then_some(Blocked::Erased))
}

/// The latest erasure that left this mark, and what it was of: an entry that went whole with a
/// value was erased under the use of that deletion.
pub(crate) fn find(
    connection: &Connection,
    mark: Mark,
) -> Result<Option<(ErasureId, Timestamp, Blocked)>, StoreError> {
    let mut query = connection.prepare_cached(
        "select erasure.id, erasure.at, deletion.use is not null from tombstone
         join erasure on erasure.id = tombstone.erasure left join deletion using (use)
         where mark = ?1 order by erasure.at desc limit 1",
    )?;
    let found = query.query_row([mark.0], |row| {
        let why = if row.get(2)? { Blocked::Deleted } else { Blocked::Erased };
        Ok((ErasureId(row.get(0)?), instant(row, 1)?, why))
    });
    Ok(found.optional()?)
}

#[cfg(test)]
mod tests;
