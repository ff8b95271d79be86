//! The uses of personal data: what was told of each, whom it concerned, and its ledger entry.
//!
//! A use is written here first, with the very bytes of its entry; then the entry is appended to the
//! ledger, then its place is noted. If we crash between, the next start appends what is pending:
//! the entry is the same, so appending it twice is impossible.

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use roaring::RoaringBitmap;
use rusqlite::{OptionalExtension, Row, params};
use theirs_model::{Sequence, UseId};

use crate::person::Tenure;
use crate::store::{Store, StoreError, instant, unsigned};

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
    pub members: RoaringBitmap,
    /// The salt under which the ledger commits to the members.
    pub salt: [u8; 32],
    /// The ledger entry.
    pub entry: Vec<u8>,
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
    /// The serialised bitmap of their slots.
    pub members: Vec<u8>,
    /// The salt of the commitment to them.
    pub salt: [u8; 32],
    /// The ledger entry.
    pub entry: Vec<u8>,
    /// Its place in the ledger, once there.
    pub leaf: Option<u64>,
}

impl Use {
    /// What kind of use this is.
    pub fn kind(&self) -> UseKind {
        if self.people == 0 { UseKind::Nobody } else { UseKind::People }
    }

    /// Whom it concerns.
    pub fn bitmap(&self) -> Result<RoaringBitmap, StoreError> {
        RoaringBitmap::deserialize_from(self.members.as_slice())
            .map_err(|_| StoreError::Damaged("the people of a use cannot be read"))
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

    /// The canonical bytes of a set of people, to which the ledger commits.
    pub fn member_bytes(members: &RoaringBitmap) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(members.serialized_size());
        let _ = members.serialize_into(&mut bytes);
        bytes
    }
}

impl Store {
    /// Writes a use with its pending entry; it is on disk when this returns.
    pub fn record_use(&self, new: &NewUse) -> Result<Sequence, StoreError> {
        self.change(|tx, sequence| {
            tx.prepare_cached(
                "insert into usage (id, sequence, at, told, people, members, salt, entry)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                new.id.0,
                sequence.0.cast_signed(),
                new.at.as_microsecond(),
                new.told,
                new.members.len().cast_signed(),
                NewUse::member_bytes(&new.members),
                new.salt,
                new.entry
            ])?;
            Ok(sequence)
        })
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

    /// The uses whose entries are not known to be in the ledger, the earliest first.
    pub fn pending_uses(&self) -> Result<Vec<Use>, StoreError> {
        self.uses("where leaf is null")
    }

    /// The uses that concern whoever had these slots at these times, the latest first.
    pub fn uses_of(&self, tenures: &[Tenure]) -> Result<Vec<Use>, StoreError> {
        let mut found = Vec::new();
        for used in self.uses("where people > 0")?.into_iter().rev() {
            let members = used.bitmap()?;
            let concerns = |tenure: &Tenure| {
                (tenure.from..tenure.until).contains(&used.sequence)
                    && members.contains(tenure.slot.0)
            };
            if tenures.iter().any(concerns) {
                found.push(used);
            }
        }
        Ok(found)
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
        let mut query = connection.prepare_cached(&format!(
            "select id, sequence, at, told, people, members, salt, entry, leaf
             from usage {condition} order by sequence"
        ))?;
        let rows = query.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Use> {
    Ok(Use {
        id: UseId(row.get(0)?),
        sequence: Sequence(unsigned(row, 1)?),
        at: instant(row, 2)?,
        told: row.get(3)?,
        people: unsigned(row, 4)?,
        members: row.get(5)?,
        salt: row.get(6)?,
        entry: row.get(7)?,
        leaf: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
    })
}
