//! Source records: one per source and key, as the source last said it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
pub use theirs_model::SURE_ENOUGH;
use theirs_model::{RecordId, Sequence};

use crate::store::{Store, StoreError, holder, instant, touch_people, unsigned};
use crate::tombstone::{self, Mark};

/// A record as a source gives it.
#[derive(Clone)]
pub struct IncomingRecord {
    /// Its key within the source.
    pub key: String,
    /// Since when the source says so, if it does.
    pub since: Option<Timestamp>,
    /// The canonical text of each column that has a value.
    pub columns: BTreeMap<String, String>,
}

/// A record as it is kept.
#[derive(Clone)]
pub struct Record {
    /// Its number.
    pub id: RecordId,
    /// Its source.
    pub source: String,
    /// Its key within the source.
    pub key: String,
    /// Since when the source says so, else when it was loaded.
    pub since: Timestamp,
    /// When it was last loaded with a change.
    pub loaded: Timestamp,
    /// Whether it is surely the person's whose records it was joined with.
    pub is_sure: bool,
    /// Whether it came a day or more after the first load of its source.
    pub is_later: bool,
    /// The canonical text of each column that has a value.
    pub columns: BTreeMap<String, String>,
}

/// What an upsert did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upserted {
    /// Records that were new.
    pub added: u64,
    /// Records that said something else before.
    pub changed: u64,
    /// Records that said the same before.
    pub unchanged: u64,
}

impl Store {
    /// Since when a record is here, whatever it said then; none if there is no such record.
    pub fn first_loaded(&self, record: RecordId) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection();
        let mut first = connection.prepare_cached("select first from record where id = ?1")?;
        let id = record.0.cast_signed();
        Ok(first.query_row([id], |row| crate::store::instant(row, 0)).optional()?)
    }

    /// Adds or changes records of a source in one change; what says the same is left alone.
    pub fn upsert_records(
        &self,
        source: &str,
        records: &[IncomingRecord],
        now: Timestamp,
    ) -> Result<Upserted, StoreError> {
        self.change(|tx, sequence| {
            let source = source_began(tx, source, now)?;
            let (mut done, mut touched) = (Upserted::default(), Vec::new());
            for record in records {
                if let Some(changed) = upsert(tx, source, record, now, sequence, &mut done)? {
                    touched.extend(holder(tx, changed)?);
                }
            }
            if done.added + done.changed > 0 {
                touch_people(tx, sequence, touched)?;
            }
            Ok(done)
        })
    }

    /// Adds a record for each of these keys that has none; it says nothing but its own key, in
    /// `column` if the charter keeps that. None is added whose tombstone bears its mark.
    pub fn ensure_records(
        &self,
        source: &str,
        column: Option<&str>,
        keys: &[String],
        now: Timestamp,
        mark: &dyn Fn(&str) -> Mark,
    ) -> Result<u64, StoreError> {
        self.change(|tx, sequence| {
            let source = source_began(tx, source, now)?;
            let anybody = tombstone::has_tombstones(tx)?;
            let mut done = Upserted::default();
            for key in keys {
                if is_known(tx, source, key)?
                    || (anybody && tombstone::find(tx, mark(key))?.is_some())
                {
                    continue;
                }
                let columns =
                    column.map(|name| (name.to_owned(), key.clone())).into_iter().collect();
                let record = IncomingRecord { key: key.clone(), since: None, columns };
                upsert(tx, source, &record, now, sequence, &mut done)?;
            }
            if done.added > 0 {
                touch_people(tx, sequence, None)?;
            }
            Ok(done.added)
        })
    }

    /// Every key of a source with its record's number.
    pub fn record_keys(&self, source: &str) -> Result<Vec<(String, RecordId)>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select key, record.id from record join source on source.id = source
             where name = ?1 order by record.id",
        )?;
        let rows =
            query.query_map([source], |row| Ok((row.get(0)?, RecordId(unsigned(row, 1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The greatest number of a record of a source; none if it has none.
    pub fn greatest_record(&self, source: &str) -> Result<Option<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select max(record.id) from record join source on source.id = source where name = ?1",
        )?;
        let found: Option<i64> = query.query_row([source], |row| row.get(0))?;
        Ok(found.map(|id| RecordId(id.cast_unsigned())))
    }

    /// The record of a source with this key.
    pub fn record(&self, source: &str, key: &str) -> Result<Option<Record>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached(&format!("{SELECT} where source.name = ?1 and record.key = ?2"))?;
        let found = query.query_row([source, key], read).optional()?;
        found.map(Record::try_from).transpose()
    }

    /// Whether a source has a record with this key.
    pub fn has_record(&self, source: &str, key: &str) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select 1 from record join source on source.id = source
             where source.name = ?1 and record.key = ?2",
        )?;
        Ok(query.exists([source, key])?)
    }

    /// Up to so many records of a source, half of them the first and half the last that came, so that a
    /// change on the way is seen.
    pub fn some_records(&self, source: &str, most: u32) -> Result<Vec<Record>, StoreError> {
        let connection = self.connection();
        let half = most.div_ceil(2);
        let mut found: BTreeMap<RecordId, Record> = BTreeMap::new();
        for order in ["asc", "desc"] {
            let mut query = connection.prepare_cached(&format!(
                "{SELECT} where source.name = ?1 order by record.id {order} limit ?2"
            ))?;
            let rows = query.query_map(params![source, half], read)?;
            for row in rows {
                let record = Record::try_from(row?)?;
                found.insert(record.id, record);
            }
        }
        Ok(found.into_values().collect())
    }

    /// The record with this number.
    pub fn record_by_id(&self, id: RecordId) -> Result<Option<Record>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(&format!("{SELECT} where record.id = ?1"))?;
        let found = query.query_row([id.0.cast_signed()], read).optional()?;
        found.map(Record::try_from).transpose()
    }

    /// The records of one person, in the order of their numbers.
    pub fn records_of(&self, slot: theirs_model::Slot) -> Result<Vec<Record>, StoreError> {
        of(&self.connection(), slot)
    }

    /// Every record, in the order of their numbers.
    pub fn each_record(
        &self,
        mut see: impl FnMut(Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(&format!("{SELECT} order by record.id"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            see(read(row)?.try_into()?)?;
        }
        Ok(())
    }

    /// The records that came after a change, and those of everybody of whom something changed since, of
    /// none of these sources, in the order of their numbers; `newest` is the greatest number that was
    /// there at that change.
    pub fn changed_records(
        &self,
        since: Sequence,
        newest: RecordId,
        except: &[&str],
    ) -> Result<Vec<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select record.id from slot indexed by slot_changed
             join assignment on assignment.slot = slot.slot join record on record.id = record
             join source on source.id = source
             where changed > ?1 and name not in (select value from json_each(?3))
             union
             select record.id from record join source on source.id = source
             where record.id > ?2 and name not in (select value from json_each(?3))
             order by 1",
        )?;
        let except = serde_json::to_string(except).unwrap_or_default();
        let given = params![since.0.cast_signed(), newest.0.cast_signed(), except];
        let rows = query.query_map(given, |row| Ok(RecordId(unsigned(row, 0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a record came or says something else since a change, other than those of these sources;
    /// `newest` is the greatest number that was there at that change.
    pub fn has_changed_records(
        &self,
        since: Sequence,
        newest: RecordId,
        except: &[&str],
    ) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select 1 from slot indexed by slot_changed
             join assignment on assignment.slot = slot.slot join record on record.id = record
             join source on source.id = source
             where changed > ?1 and record.sequence > ?1
                 and name not in (select value from json_each(?3))
             union all
             select 1 from record join source on source.id = source
             where record.id > ?2 and name not in (select value from json_each(?3))
             limit 1",
        )?;
        let except = serde_json::to_string(except).unwrap_or_default();
        Ok(query.exists(params![since.0.cast_signed(), newest.0.cast_signed(), except])?)
    }

    /// The records that an erasure took out after a change.
    pub fn records_erased(&self, since: Sequence) -> Result<Vec<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("select record from erased_record where sequence > ?1")?;
        let rows =
            query.query_map([since.0.cast_signed()], |row| Ok(RecordId(unsigned(row, 0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The greatest number of a record; zero if there is none.
    pub fn newest_record(&self) -> Result<RecordId, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select coalesce(max(id), 0) from record")?;
        Ok(query.query_row([], |row| Ok(RecordId(unsigned(row, 0)?)))?)
    }

    /// How many records each source has.
    pub fn record_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "select name, count(*) from record join source on source.id = source group by name",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const SELECT: &str = "select record.id, source.name, record.key, since, loaded, body,
    (select confidence from assignment where assignment.record = record.id), first >= coalesce(
        (select value from meta where meta.name = 'began ' || source.name), first) + 86400000000
    from record join source on source.id = record.source";

/// The records of one person, in the order of their numbers.
pub(crate) fn of(
    connection: &rusqlite::Connection,
    slot: theirs_model::Slot,
) -> Result<Vec<Record>, StoreError> {
    let mut query = connection.prepare_cached(&format!(
        "{SELECT} join assignment on assignment.record = record.id
         where assignment.slot = ?1 order by record.id"
    ))?;
    let rows: Vec<RawRecord> = query.query_map([slot.0], read)?.collect::<Result<_, _>>()?;
    rows.into_iter().map(Record::try_from).collect()
}

pub(crate) type RawRecord =
    (RecordId, String, String, Timestamp, Timestamp, String, Option<f64>, bool);

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<RawRecord> {
    let id = RecordId(unsigned(row, 0)?);
    let (since, loaded) = (instant(row, 3)?, instant(row, 4)?);
    Ok((id, row.get(1)?, row.get(2)?, since, loaded, row.get(5)?, row.get(6)?, row.get(7)?))
}

impl TryFrom<RawRecord> for Record {
    type Error = StoreError;

    fn try_from(raw: RawRecord) -> Result<Self, StoreError> {
        let (id, source, key, since, loaded, body, confidence, is_later) = raw;
        // What nobody joined with anything yet stands for itself.
        let is_sure = confidence.is_none_or(|confidence| confidence >= SURE_ENOUGH);
        let columns =
            serde_json::from_str(&body).map_err(|_| StoreError::Damaged("a record is no JSON"))?;
        Ok(Self { id, source, key, since, loaded, is_sure, is_later, columns })
    }
}

pub(crate) fn source_id(tx: &rusqlite::Transaction<'_>, name: &str) -> Result<i64, StoreError> {
    tx.execute("insert into source (name) values (?1) on conflict do nothing", [name])?;
    Ok(tx.query_row("select id from source where name = ?1", [name], |row| row.get(0))?)
}

/// The same for a source that is about to get records: when it got its first ones is kept.
pub(crate) fn source_began(
    tx: &rusqlite::Transaction<'_>,
    name: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let id = source_id(tx, name)?;
    tx.prepare_cached(
        "insert into meta (name, value)
         select 'began ' || ?1, coalesce((select min(first) from record where source = ?2), ?3)
         where not exists (select 1 from meta where name = 'began ' || ?1)",
    )?
    .execute(params![name, id, now.as_microsecond()])?;
    Ok(id)
}

/// Whether a source has a record with this key.
pub(crate) fn is_known(
    tx: &rusqlite::Transaction<'_>,
    source: i64,
    key: &str,
) -> Result<bool, StoreError> {
    let mut query = tx.prepare_cached("select 1 from record where source = ?1 and key = ?2")?;
    Ok(query.exists(params![source, key])?)
}

/// Adds or changes a record; gives back its number if it said something else before.
pub(crate) fn upsert(
    tx: &rusqlite::Transaction<'_>,
    source: i64,
    record: &IncomingRecord,
    now: Timestamp,
    sequence: Sequence,
    done: &mut Upserted,
) -> Result<Option<RecordId>, StoreError> {
    let body = serde_json::to_string(&record.columns)
        .map_err(|_| StoreError::Damaged("a record cannot be written as JSON"))?;
    let digest = &digest(record.since.map(Timestamp::as_microsecond), &body)[..];
    let mut find =
        tx.prepare_cached("select id, digest from record where source = ?1 and key = ?2")?;
    let known: Option<(i64, Vec<u8>)> = find
        .query_row(params![source, record.key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let since = record.since.unwrap_or(now).as_microsecond();
    let now = now.as_microsecond();
    let number = sequence.0.cast_signed();
    match known {
        None => {
            tx.prepare_cached(
                "insert into record (source, key, since, loaded, first, sequence, digest, body)
                 values (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![source, record.key, since, now, number, digest, body])?;
            done.added += 1;
        }
        Some((_, known)) if known == digest => done.unchanged += 1,
        Some((id, _)) => {
            tx.prepare_cached(
                "update record set since = ?2, loaded = ?3, sequence = ?4, digest = ?5, body = ?6
                 where id = ?1",
            )?
            .execute(params![id, since, now, number, digest, body])?;
            done.changed += 1;
            return Ok(Some(RecordId(id.cast_unsigned())));
        }
    }
    Ok(None)
}

/// By what a record is known to say the same as before.
fn digest(since: Option<i64>, body: &str) -> [u8; 16] {
    let said = format!("{since:?} {body}");
    let whole = ring::digest::digest(&ring::digest::SHA256, said.as_bytes());
    let mut digest = [0; 16];
    digest.copy_from_slice(&whole.as_ref()[..16]);
    digest
}

/// Empties columns of a record; says whether any of them said something. The digest is made anew,
/// as the old one would tell the value to whoever guesses it.
pub(crate) fn strip(
    tx: &rusqlite::Transaction<'_>,
    record: RecordId,
    columns: &[String],
) -> Result<bool, StoreError> {
    let id = record.0.cast_signed();
    let mut find = tx.prepare_cached("select since, digest, body from record where id = ?1")?;
    let found: Option<(i64, Vec<u8>, String)> =
        find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((since, known, body)) = found else { return Ok(false) };
    let mut said: BTreeMap<String, String> =
        serde_json::from_str(&body).map_err(|_| StoreError::Damaged("a record is no JSON"))?;
    let before = said.len();
    said.retain(|name, _| !columns.contains(name));
    if said.len() == before {
        return Ok(false);
    }
    // Whether the source says since when decides what its next row is held against.
    let since = (known == digest(Some(since), &body)).then_some(since);
    let body = serde_json::to_string(&said)
        .map_err(|_| StoreError::Damaged("a record cannot be written as JSON"))?;
    tx.prepare_cached("update record set digest = ?2, body = ?3 where id = ?1")?
        .execute(params![id, digest(since, &body), body])?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(key: &str, city: &str) -> IncomingRecord {
        let columns = [("city".to_owned(), city.to_owned())].into();
        IncomingRecord { key: key.to_owned(), since: None, columns }
    }

    #[test]
    fn a_second_load_changes_only_what_changed() {
        let store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let first = [record("1", "Saltmouth"), record("2", "Saltmouth")];
        let done = store.upsert_records("crm", &first, now).unwrap();
        assert_eq!(done, Upserted { added: 2, changed: 0, unchanged: 0 });
        let second = [record("1", "Saltmouth"), record("2", "Oldhaven"), record("3", "Oldhaven")];
        let done = store.upsert_records("crm", &second, now).unwrap();
        assert_eq!(done, Upserted { added: 1, changed: 1, unchanged: 1 });
        let keys = store.record_keys("crm").unwrap();
        assert_eq!(keys.iter().map(|(_, id)| id.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(store.record("crm", "2").unwrap().unwrap().columns["city"], "Oldhaven");
    }
}
