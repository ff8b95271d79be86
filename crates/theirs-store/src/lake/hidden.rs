//! Rows that a later load replaced: hidden by their places, file by file.

use std::collections::{HashMap, HashSet};

use roaring::RoaringBitmap;
use theirs_model::Sequence;

use super::read::{key_at, keys};
use super::{ActivityFile, KEY, Lake};
use crate::store::{Store, StoreError, unsigned};

/// Rows of a file that are to be hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Hiding {
    /// The file.
    pub file: String,
    /// The rows, counted from the first of the file.
    pub rows: RoaringBitmap,
}

impl Lake {
    /// Where the visible rows of these keys lie; true for as long as the caller has the turn.
    ///
    /// # Errors
    /// A file is gone or damaged.
    pub fn places(
        &self,
        store: &Store,
        activity: &str,
        keys: &HashSet<u128>,
    ) -> Result<Vec<Hiding>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let view = self.view(store, activity)?;
        let mut found = Vec::new();
        for file in &view.files {
            let mut rows = file.wait(places_in(file, |key| keys.contains(&key)))?;
            if let Some(hidden) = &file.hidden {
                rows -= &**hidden;
            }
            if !rows.is_empty() {
                found.push(Hiding { file: file.name().to_owned(), rows });
            }
        }
        Ok(found)
    }

    /// Hides by place what an older version hid by key.
    pub(crate) fn adopt(&self, store: &Store) -> Result<(), StoreError> {
        for (activity, replaced) in store.overlay()? {
            let mut hidings = Vec::new();
            for file in &self.view(store, &activity)?.files {
                let is_hidden = |key| replaced.get(&key).is_some_and(|at| *at > file.sequence);
                let rows = file.wait(places_in(file, is_hidden))?;
                if !rows.is_empty() {
                    hidings.push(Hiding { file: file.name().to_owned(), rows });
                }
            }
            store.change(|tx, sequence| {
                tx.execute("delete from overlay where activity = ?1", [&activity])?;
                super::publish(tx, &activity, &[], &hidings, sequence.0.cast_signed())
            })?;
        }
        Ok(())
    }
}

async fn places_in(
    file: &ActivityFile,
    is_wanted: impl Fn(u128) -> bool,
) -> Result<RoaringBitmap, StoreError> {
    let mut reader = file.reader(&[KEY], None, None).await?;
    let (mut places, mut place) = (RoaringBitmap::new(), 0_u32);
    while let Some(batch) = reader.next().await? {
        let keys = keys(&batch)?;
        for row in 0..batch.num_rows() {
            if is_wanted(key_at(keys, row)) {
                places.insert(place);
            }
            place += 1;
        }
    }
    Ok(places)
}

impl Store {
    /// What an older version hid by key, by activity.
    fn overlay(&self) -> Result<HashMap<String, HashMap<u128, Sequence>>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("select activity, key, sequence from overlay")?;
        let rows = query.query_map([], |row| {
            let key = u128::from_be_bytes(row.get(1)?);
            Ok((row.get::<_, String>(0)?, key, Sequence(unsigned(row, 2)?)))
        })?;
        let mut overlay: HashMap<String, HashMap<u128, Sequence>> = HashMap::new();
        for row in rows {
            let (activity, key, sequence) = row?;
            overlay.entry(activity).or_default().insert(key, sequence);
        }
        Ok(overlay)
    }
}
