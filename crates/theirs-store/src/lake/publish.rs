//! What a change says of the lake: files that are new, files that others replace, rows that are
//! hidden, people who are erased. Each is part of one database change, so it holds whole or not.

use roaring::RoaringBitmap;
use rusqlite::{OptionalExtension, Transaction, params};
use theirs_model::{RecordId, Sequence};

use super::hidden::Hiding;
use super::write::Written;
use crate::store::{Store, StoreError};

/// Publishes the files of a load and hides what they replace, within the change that ends it.
pub(crate) fn publish(
    tx: &Transaction<'_>,
    activity: &str,
    files: &[Written],
    hidden: &[Hiding],
    sequence: i64,
) -> Result<(), StoreError> {
    for file in files {
        insert(tx, activity, file, &file.name, Sequence(sequence.cast_unsigned()), 0)?;
    }
    for hiding in hidden {
        hide(tx, hiding)?;
    }
    Ok(())
}

/// Files that take the place of others.
pub(crate) struct Swap {
    pub(crate) activity: String,
    /// The names of those that go.
    pub(crate) gone: Vec<String>,
    /// Those that come, each with the run it is part of.
    pub(crate) come: Vec<(Written, String)>,
    /// The latest change that their rows are of.
    pub(crate) sequence: Sequence,
    /// The last erasure that they hold nothing of.
    pub(crate) clean: u64,
}

/// Swaps files in one change, and notes which others were found to hold nobody who was erased.
pub(crate) fn swap(
    store: &Store,
    swaps: &[Swap],
    clean: &[(String, u64)],
) -> Result<(), StoreError> {
    store.change(|tx, _| {
        for swap in swaps {
            for name in &swap.gone {
                if tx.execute("delete from lake_file where name = ?1", [name])? != 1 {
                    return Err(StoreError::Damaged("a file of the lake changed out of turn"));
                }
            }
            for (file, run) in &swap.come {
                insert(tx, &swap.activity, file, run, swap.sequence, swap.clean)?;
            }
        }
        for (name, through) in clean {
            let change = "update lake_file set clean = ?2 where name = ?1";
            tx.execute(change, params![name, through.cast_signed()])?;
        }
        Ok(())
    })
}

fn insert(
    tx: &Transaction<'_>,
    activity: &str,
    file: &Written,
    run: &str,
    sequence: Sequence,
    clean: u64,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into lake_file (name, activity, rows, sequence, run, least, greatest, bytes, clean)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            file.name,
            activity,
            file.rows.cast_signed(),
            sequence.0.cast_signed(),
            run,
            file.records.0.cast_signed(),
            file.records.1.cast_signed(),
            file.bytes.cast_signed(),
            clean.cast_signed(),
        ],
    )?;
    Ok(())
}

/// Hides rows of a file beside those that are hidden already.
fn hide(tx: &Transaction<'_>, hiding: &Hiding) -> Result<(), StoreError> {
    let known: Option<Option<Vec<u8>>> = tx
        .query_row("select hidden from lake_file where name = ?1", [&hiding.file], |r| r.get(0))
        .optional()?;
    let known = known.ok_or(StoreError::Damaged("a file of the lake changed out of turn"))?;
    let mut rows = match known {
        Some(bytes) => RoaringBitmap::deserialize_from(&*bytes)?,
        None => RoaringBitmap::new(),
    };
    rows |= &hiding.rows;
    let mut bytes = Vec::with_capacity(rows.serialized_size());
    rows.serialize_into(&mut bytes)?;
    tx.execute(
        "update lake_file set hidden = ?2, hidden_rows = ?3 where name = ?1",
        params![hiding.file, bytes, rows.len().cast_signed()],
    )?;
    Ok(())
}

/// Hides every row of these records from all that is read afterwards, for good.
pub(crate) fn erase(
    tx: &Transaction<'_>,
    records: &[RecordId],
    sequence: Sequence,
) -> Result<(), StoreError> {
    let mut insert = tx
        .prepare_cached("insert or ignore into erased_record (record, sequence) values (?1, ?2)")?;
    for record in records {
        insert.execute(params![record.0.cast_signed(), sequence.0.cast_signed()])?;
    }
    Ok(())
}

impl Store {
    /// Hides every activity of these records: from the next statement, read or load on, for good.
    /// Their rows are on disk until [`Lake::rewrite`](crate::Lake::rewrite) has run.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn erase_activities(&self, records: &[RecordId]) -> Result<Sequence, StoreError> {
        self.change(|tx, sequence| erase(tx, records, sequence).map(|()| sequence))
    }
}
