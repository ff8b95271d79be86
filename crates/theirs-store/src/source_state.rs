//! How far the reading of a source has come, and which columns it had.
//!
//! Both hold for one version of the charter: under another everything is read anew. They change only
//! with the end of a load, in the same change, so that after a crash no row lies before the position
//! that was not kept.

use rusqlite::{OptionalExtension, Transaction, params};
use theirs_model::{Digest, RecordId};

use crate::record::strip;
use crate::store::{Store, StoreError, holder, touch_people, unsigned};

/// What is known of a source from its last load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// The charter under which it was read.
    pub charter: Digest,
    /// The column by which reading goes on, and its last value in the words of the source.
    pub position: Option<(String, String)>,
    /// If rows were set aside because their person was not known: the greatest record that was.
    pub waiting: Option<u64>,
    /// Its columns, each with its type where the source says that.
    pub columns: Vec<(String, String)>,
}

impl Store {
    /// What is known of a source from its last load.
    pub fn source_state(&self, source: &str) -> Result<Option<SourceState>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select charter, cursor, position, waiting, columns from source_state where source = ?1",
        )?;
        let found = query.query_row([source], |row| {
            let waiting: Option<i64> = row.get(3)?;
            let columns: String = row.get(4)?;
            let position: (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, position, waiting.map(i64::cast_unsigned), columns))
        });
        let Some((charter, (cursor, last), waiting, columns)) = found.optional()? else {
            return Ok(None);
        };
        let columns = serde_json::from_str(&columns)
            .map_err(|_| StoreError::Damaged("the columns of a source are no JSON"))?;
        Ok(Some(SourceState {
            charter: Digest(charter),
            position: cursor.zip(last),
            waiting,
            columns,
        }))
    }

    /// Has the next load read these sources from the beginning, as what their rows hang on is gone.
    pub fn read_anew(&self, sources: &[&str]) -> Result<(), StoreError> {
        self.change(|tx, _| {
            for source in sources {
                tx.execute("update load set digest = zeroblob(32) where source = ?1", [source])?;
                tx.execute("update source_state set position = null where source = ?1", [source])?;
            }
            Ok(())
        })
    }

    /// The records of a source that say something, with their keys: not those that stand for what
    /// somebody said of themselves after their row was gone, nor, where `alone` is given, those that
    /// say no more than their own key in that column.
    pub fn records_that_say(
        &self,
        source: &str,
        alone: Option<&str>,
    ) -> Result<Vec<(String, RecordId)>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select key, record.id, body from record join source on source.id = source
             where name = ?1 and body <> '{}' order by record.id",
        )?;
        let rows = query.query_map([source], |row| {
            Ok((row.get::<_, String>(0)?, RecordId(unsigned(row, 1)?), row.get::<_, String>(2)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (key, id, body) = row?;
            let says_its_key = alone.is_some_and(|column| {
                serde_json::from_str::<serde_json::Value>(&body)
                    .is_ok_and(|said| said == serde_json::json!({ column: key }))
            });
            if !says_its_key {
                found.push((key, id));
            }
        }
        Ok(found)
    }

    /// Those of these records through which somebody said something: about their data, about whose
    /// record it is, or in a request that is not answered yet.
    pub fn spoken_through(&self, records: &[RecordId]) -> Result<Vec<RecordId>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select 1 from act where anchor = ?1
             union all select 1 from deletion where anchor = ?1
             union all select 1 from verdict where a = ?1 or b = ?1 or about = ?1
             union all select 1 from request where anchor = ?1",
        )?;
        let mut found = Vec::new();
        for record in records {
            if query.exists([record.0.cast_signed()])? {
                found.push(*record);
            }
        }
        Ok(found)
    }

    /// Empties records of all that their source said; what hangs on them stays.
    pub fn empty_records(&self, records: &[RecordId]) -> Result<(), StoreError> {
        self.change(|tx, sequence| {
            let mut touched = Vec::new();
            let mut body = tx.prepare_cached("select body from record where id = ?1")?;
            for record in records {
                let found: Option<String> =
                    body.query_row([record.0.cast_signed()], |row| row.get(0)).optional()?;
                let said: std::collections::BTreeMap<String, String> =
                    serde_json::from_str(found.as_deref().unwrap_or("{}"))
                        .map_err(|_| StoreError::Damaged("a record is no JSON"))?;
                let columns: Vec<String> = said.into_keys().collect();
                if strip(tx, *record, &columns)? {
                    touched.extend(holder(tx, *record)?);
                }
            }
            touch_people(tx, sequence, touched)
        })
    }
}

/// Notes how far the reading of a source has come.
pub(crate) fn write(
    tx: &Transaction<'_>,
    source: &str,
    state: &SourceState,
) -> Result<(), StoreError> {
    let columns = serde_json::to_string(&state.columns)
        .map_err(|_| StoreError::Damaged("the columns of a source cannot be written as JSON"))?;
    let (cursor, last) = state.position.clone().unzip();
    tx.execute(
        "insert or replace into source_state (source, charter, cursor, position, waiting, columns)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            source,
            state.charter.0,
            cursor,
            last,
            state.waiting.map(u64::cast_signed),
            columns
        ],
    )?;
    Ok(())
}

/// Has every source that is read from a position be read from its beginning.
pub(crate) fn forget_positions(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("update source_state set position = null", [])?;
    Ok(())
}
