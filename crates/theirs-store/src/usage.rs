//! The uses of personal data: what was told of each, whom it concerned, and its ledger entry.
//!
//! A use is durable in the ledger's journal before it is written here, with its place in the log, so
//! writing it needs no flush of its own: what a crash forgets, the next start finds in the journal.
//! Uses that an earlier version wrote first and left pending are appended at the next start; the
//! bytes of the entry are kept, so appending it twice is impossible.

use std::sync::Arc;

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use roaring::RoaringBitmap;
use rusqlite::{Connection, OptionalExtension, Row, Rows, TransactionBehavior, params};
use theirs_model::{Sequence, Slot, UseId};

use crate::members::{self, Bodies, Members, Sets};
use crate::person::Tenure;
use crate::store::{Store, StoreError, instant, next, unsigned};

/// What kind of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseKind {
    /// Some people's data was used.
    People,
    /// Nobody's was: a refusal, a charter, an administrative act.
    Nobody,
}

/// A use that is about to be logged.
pub struct NewUse {
    /// Its name.
    pub id: UseId,
    /// When.
    pub at: Timestamp,
    /// What is told of it to everybody concerned, as canonical JSON.
    pub told: String,
    /// Whom it concerns.
    pub members: Arc<Members>,
    /// The salt under which the ledger commits to the members.
    pub salt: [u8; 32],
    /// The ledger entry.
    pub entry: Vec<u8>,
    /// Its place in the ledger, once there.
    pub leaf: Option<u64>,
}

/// A use on record.
#[derive(Clone)]
pub struct Use {
    /// Its name.
    pub id: UseId,
    /// The change that recorded it.
    pub sequence: Sequence,
    /// When.
    pub at: Timestamp,
    /// What is told of it.
    pub told: String,
    /// How many people it concerns.
    pub people: u64,
    /// The serialised bitmap of their slots, which uses that concern the same people share.
    pub members: Arc<[u8]>,
    /// The salt of the commitment to them.
    pub salt: [u8; 32],
    /// The ledger entry.
    pub entry: Vec<u8>,
    /// Its place in the ledger, once there.
    pub leaf: Option<u64>,
    /// The epoch in which it was sealed, once it was.
    pub epoch: Option<u64>,
    /// The line of that epoch that stands for it, if it concerns anybody.
    pub line: Option<u32>,
    /// How many people were taken out of its bitmap because they were erased.
    pub cleared: u64,
}

/// A use, as it is handed over to whoever walks over all of them.
pub struct Walked<'a> {
    /// When.
    pub at: Timestamp,
    /// What is told of it.
    pub told: &'a str,
    /// The ledger entry.
    pub entry: &'a [u8],
    /// Whom it concerns.
    pub members: &'a RoaringBitmap,
}

impl Use {
    /// What kind of use this is.
    pub fn kind(&self) -> UseKind {
        if self.people == 0 { UseKind::Nobody } else { UseKind::People }
    }

    /// Whom it concerns.
    pub fn bitmap(&self) -> Result<RoaringBitmap, StoreError> {
        members::bitmap(&self.members)
    }
}

impl NewUse {
    /// A new random name and salt.
    pub fn draw() -> Result<(UseId, [u8; 32]), StoreError> {
        let mut id = [0; 16];
        let mut salt = [0; 32];
        let random = SystemRandom::new();
        random
            .fill(&mut id)
            .and_then(|()| random.fill(&mut salt))
            .map_err(|_| StoreError::Damaged("the machine gives no random bytes"))?;
        Ok((UseId(id), salt))
    }
}

impl Store {
    /// Writes a use, once: one that is there already stays as it is. It is visible when this
    /// returns, and on disk after [`Store::flush_uses`] or any other change.
    pub fn record_use(&self, new: &NewUse) -> Result<(), StoreError> {
        let mut connection = self.connection();
        connection.execute_batch("pragma synchronous = normal")?;
        let written = write_use(&mut connection, new);
        connection.execute_batch("pragma synchronous = full")?;
        written
    }

    /// Puts on disk whatever was written before; a change in the write-ahead log is flushed with
    /// all that stand before it.
    pub fn flush_uses(&self) -> Result<(), StoreError> {
        self.connection().execute_batch(
            "insert into meta values ('flushed', 1) on conflict (name) do update set value = value + 1",
        )?;
        Ok(())
    }

    /// Whether a use is written here.
    pub fn has_use(&self, id: UseId) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select 1 from usage where id = ?1")?;
        Ok(query.exists([id.0])?)
    }

    /// Notes where the ledger holds a use. This need not reach the disk: what a crash forgets, the
    /// next start finds pending, and the ledger knows it already.
    pub fn note_leaf(&self, id: UseId, leaf: u64) -> Result<(), StoreError> {
        let connection = self.connection();
        connection.execute_batch("pragma synchronous = normal")?;
        let noted = connection
            .prepare_cached("update usage set leaf = ?2 where id = ?1")
            .and_then(|mut update| update.execute(params![id.0, leaf.cast_signed()]));
        connection.execute_batch("pragma synchronous = full")?;
        noted?;
        Ok(())
    }

    /// The uses whose entries are not in a ledger of this size, in the order in which they were or
    /// are to be there.
    pub fn pending_uses(&self, size: u64) -> Result<Vec<Use>, StoreError> {
        let mut beyond = self.uses(&format!("where leaf >= {size}"))?;
        beyond.sort_by_key(|used| used.leaf);
        beyond.extend(self.uses("where leaf is null")?);
        Ok(beyond)
    }

    /// The uses below this leaf that no epoch has sealed, in the order of the log.
    pub fn unsealed_uses(&self, until: u64) -> Result<Vec<Use>, StoreError> {
        let mut uses = self.uses(&format!("where epoch is null and leaf < {until}"))?;
        uses.sort_by_key(|used| used.leaf);
        Ok(uses)
    }

    /// How many uses no epoch has sealed, and when the earliest of them was.
    pub fn unsealed(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select count(*), min(at) from usage where epoch is null")?;
        Ok(query.query_row([], |row| {
            let earliest = row.get::<_, Option<i64>>(1)?.map(|_| instant(row, 1)).transpose()?;
            Ok((unsigned(row, 0)?, earliest))
        })?)
    }

    /// The uses for which one line of an epoch stands, in the order of the log.
    pub fn uses_of_line(&self, epoch: u64, line: u32) -> Result<Vec<Use>, StoreError> {
        let mut uses = self.uses(&format!("where epoch = {epoch} and line = {line}"))?;
        uses.sort_by_key(|used| used.leaf);
        Ok(uses)
    }

    /// The uses that concern whoever had these slots at these times, the latest first.
    pub fn uses_of(&self, tenures: &[Tenure]) -> Result<Vec<Use>, StoreError> {
        let mut found = self.uses_that(|sequence, members| {
            let concerns = |tenure: &Tenure| {
                (tenure.from..tenure.until).contains(&sequence) && members.contains(tenure.slot.0)
            };
            tenures.iter().any(concerns)
        })?;
        found.reverse();
        Ok(found)
    }

    /// The uses whose bitmap holds this slot, the earliest first.
    pub fn uses_with(&self, slot: Slot) -> Result<Vec<Use>, StoreError> {
        self.uses_that(|_, members| members.contains(slot.0))
    }

    /// The uses of some people's data for which this holds of their change and their people, the
    /// earliest first.
    fn uses_that(
        &self,
        holds: impl Fn(Sequence, &RoaringBitmap) -> bool,
    ) -> Result<Vec<Use>, StoreError> {
        let connection = self.connection();
        let mut all = connection.prepare_cached(
            "select id, sequence, members, member_set from usage where people > 0 order by sequence",
        )?;
        let mut one = connection.prepare_cached(&format!("{SELECT} where id = ?1"))?;
        let (mut sets, mut found) = (Sets::default(), Vec::new());
        let mut bodies = Bodies::of_all(&connection);
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let members = sets.of(&connection, row, 2)?;
            if holds(Sequence(unsigned(row, 1)?), members) {
                let mut that = one.query([row.get::<_, [u8; 16]>(0)?])?;
                if let Some(row) = that.next()? {
                    found.push(read(&mut bodies, row)?);
                }
            }
        }
        Ok(found)
    }

    /// Hands over every use after a change, the earliest first, each with the people it concerns; says
    /// which change was the last.
    pub fn each_use_after<E: From<StoreError>>(
        &self,
        since: Sequence,
        mut see: impl FnMut(&Walked<'_>) -> Result<(), E>,
    ) -> Result<Sequence, E> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached(
                "select sequence, at, told, entry, members, member_set from usage where sequence > ?1
                 order by sequence",
            )
            .map_err(StoreError::from)?;
        let (mut sets, mut last) = (Sets::default(), since);
        let mut rows = query.query([since.0.cast_signed()]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let read = |row: &Row<'_>| -> rusqlite::Result<_> {
                Ok((unsigned(row, 0)?, instant(row, 1)?, row.get(2)?, row.get(3)?))
            };
            let (sequence, at, told, entry): (u64, Timestamp, String, Vec<u8>) =
                read(row).map_err(StoreError::from)?;
            last = Sequence(sequence);
            let members = sets.of(&connection, row, 4)?;
            see(&Walked { at, told: &told, entry: &entry, members })?;
        }
        Ok(last)
    }

    /// A use by its name.
    pub fn use_of(&self, id: UseId) -> Result<Option<Use>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!("{SELECT} where id = ?1"))?;
        first(&connection, query.query([id.0])?)
    }

    /// When a use was, by its name.
    pub fn time_of_use(&self, id: UseId) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select at from usage where id = ?1")?;
        Ok(query.query_row([id.0], |row| instant(row, 0)).optional()?)
    }

    /// The latest use of which this act is told, by its word.
    pub fn latest_of(&self, act: &str) -> Result<Option<Use>, StoreError> {
        let begins = format!("{{\"act\":\"{act}\",");
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!(
            "{SELECT} where substr(told, 1, length(?1)) = ?1 order by sequence desc limit 1"
        ))?;
        first(&connection, query.query([begins])?)
    }

    /// The latest instant of any use on record.
    pub fn latest_use(&self) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select at from usage where at = (select max(at) from usage) limit 1",
        )?;
        Ok(query.query_row([], |row| instant(row, 0)).optional()?)
    }

    /// Every use, the earliest first.
    pub fn all_uses(&self) -> Result<Vec<Use>, StoreError> {
        self.uses("")
    }

    fn uses(&self, condition: &str) -> Result<Vec<Use>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached(&format!("{SELECT} {condition} order by sequence"))?;
        let (mut bodies, mut uses) = (Bodies::of_all(&connection), Vec::new());
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            uses.push(read(&mut bodies, row)?);
        }
        Ok(uses)
    }
}

/// The first of the uses that a query finds.
fn first(connection: &Connection, mut rows: Rows<'_>) -> Result<Option<Use>, StoreError> {
    rows.next()?.map(|row| read(&mut Bodies::of_all(connection), row)).transpose()
}

const SELECT: &str =
    "select id, sequence, at, told, people, members, salt, entry, leaf, epoch, line,
    cleared, member_set from usage";

fn write_use(connection: &mut Connection, new: &NewUse) -> Result<(), StoreError> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sequence = next(&change)?;
    let apart = new.members.kept_apart(&change)?;
    let inline = if apart.is_some() { &[] } else { new.members.bytes() };
    let written = change
        .prepare_cached(
            "insert or ignore into usage (id, sequence, at, told, people, members, salt, entry, leaf, member_set)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            new.id.0,
            sequence.0.cast_signed(),
            new.at.as_microsecond(),
            new.told,
            new.members.bitmap().len().cast_signed(),
            inline,
            new.salt,
            new.entry,
            new.leaf.map(u64::cast_signed),
            apart
        ])?;
    if written == 0 {
        return Ok(());
    }
    change.commit()?;
    Ok(())
}

fn read(bodies: &mut Bodies<'_>, row: &Row<'_>) -> Result<Use, StoreError> {
    Ok(Use {
        id: UseId(row.get(0)?),
        sequence: Sequence(unsigned(row, 1)?),
        at: instant(row, 2)?,
        told: row.get(3)?,
        people: unsigned(row, 4)?,
        members: bodies.of(row, 5, 12)?,
        salt: row.get(6)?,
        entry: row.get(7)?,
        leaf: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
        epoch: row.get::<_, Option<i64>>(9)?.map(i64::cast_unsigned),
        line: row.get(10)?,
        cleared: unsigned(row, 11)?,
    })
}
