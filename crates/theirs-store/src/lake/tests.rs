mod conform;
mod sealed;

use std::collections::BTreeMap;

use arrow::array::{AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use jiff::Timestamp;
use std::sync::Arc;
use theirs_model::{Digest, RecordId};

use super::seal::is_sealed;
use super::*;
use crate::load::Load;

/// A row: its record, its key, when, and what.
type Fact = (u64, u128, i64, String);

fn batch(rows: &[Fact]) -> RecordBatch {
    let schema = Schema::new(vec![
        Field::new("at", DataType::Int64, true),
        Field::new("what", DataType::Utf8, true),
    ]);
    let at = Int64Array::from_iter_values(rows.iter().map(|row| row.2));
    let what = StringArray::from_iter_values(rows.iter().map(|row| &row.3));
    RecordBatch::try_new(Arc::new(schema), vec![Arc::new(at), Arc::new(what)]).unwrap()
}

/// Loads rows; those whose keys are known replace what was.
fn load(store: &Store, lake: &Lake, rows: &[Fact]) {
    let _turn = lake.turn();
    let known = lake.known_keys(store, "orders").unwrap().0;
    let number = format!("{:08}", store.sequence().unwrap().0);
    let batch = batch(rows);
    let mut writer = lake.writer("orders", "at", &number, &batch.schema());
    let keys: Vec<u128> = rows.iter().map(|row| row.1).collect();
    let records = rows.iter().map(|row| row.0).collect();
    writer.write(&batch, records, &keys, vec![7; rows.len()]).unwrap();
    let files = writer.finish().unwrap();
    let replaced = keys.into_iter().filter(|key| known.contains_key(key)).collect();
    let hidden = lake.places(store, "orders", &replaced).unwrap();
    let load = Load {
        source: "orders".into(),
        file: "orders.csv".into(),
        digest: Digest([0; 32]),
        charter: Digest([0; 32]),
        at: Timestamp::UNIX_EPOCH,
        rows: rows.len() as u64,
        added: 0,
        changed: 0,
        unchanged: 0,
    };
    store.finish_load(&load, &[], &files, &hidden).unwrap();
}

/// What is read of some records: by record, in the order in which it comes.
fn read(store: &Store, lake: &Lake, records: &[u64]) -> BTreeMap<u64, Vec<(i64, String)>> {
    let ids: Vec<RecordId> = records.iter().map(|record| RecordId(*record)).collect();
    let mut found: BTreeMap<u64, Vec<(i64, String)>> = BTreeMap::new();
    for batch in lake.rows_of(store, "orders", &ids).unwrap().0 {
        let records = super::read::numbers(&batch, RECORD).unwrap();
        let at = batch.column_by_name("at").unwrap().as_primitive::<Int64Type>();
        let what = batch.column_by_name("what").unwrap().as_string::<i32>();
        for row in 0..batch.num_rows() {
            let fact = (at.value(row), what.value(row).to_owned());
            found.entry(records.value(row)).or_default().push(fact);
        }
    }
    for facts in found.values_mut() {
        facts.sort();
    }
    found
}

/// What a scan for some records gives: how many rows, and the sum of when they were.
fn scan(store: &Store, lake: &Lake, allowed: impl Fn(u64) -> bool) -> (usize, i64) {
    let view = lake.view(store, "orders").unwrap();
    let mut set = RecordSet::where_(1000, |record| allowed(record as u64));
    view.erased.iter().for_each(|record| set.remove(record));
    let (mut rows, mut sum) = (0, 0);
    for file in &view.files {
        file.wait(async {
            for group in 0..file.groups().await.unwrap() {
                let shown = file.shown(group, &set).await.unwrap();
                let mut reader = file.read(&["at"], group, &shown).await.unwrap();
                let mut read = 0;
                while let Some(batch) = reader.next().await.unwrap() {
                    read += batch.num_rows();
                    sum += batch.column(0).as_primitive::<Int64Type>().values().iter().sum::<i64>();
                }
                assert_eq!(read, shown.rows);
                assert_eq!(
                    u32::try_from(read).unwrap(),
                    shown.runs.iter().map(|run| run.1).sum::<u32>()
                );
                rows += read;
            }
        });
    }
    (rows, sum)
}

fn compact_all(store: &Store, lake: &Lake, layout: &Layout) -> Vec<Compacted> {
    let turn = lake.turn();
    std::iter::from_fn(|| lake.compact(store, layout, &turn, &|| true).unwrap()).collect()
}
