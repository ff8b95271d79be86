//! The other half of `studies/governed_speed`: fills a folder with a made-up town, then answers the
//! same questions through the door and through the engine alone, one a line, so that whoever asks
//! can count the processor time of each.
//!
//! `fill FOLDER PEOPLE SEED` writes it; `answer FOLDER` reads `WAY SQL` from its input, where WAY is
//! `ours`, `raw` (all rows in memory), or `eligible` (only those of people who may be seen), and says
//! how many rows came out and how long it took. `describe SQL` only plans; `log PEOPLE` only writes
//! down a use of so many, `object PERSON` has somebody object. `alone` leaves the engine alone out.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::cast_possible_truncation)]
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::print_stdout)]
#![allow(clippy::allow_attributes_without_reason, missing_docs)]

mod town;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::{and, filter_record_batch, not};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use jiff::Timestamp;
use theirs_charter::{Asker, Charter};
use theirs_ledger::Ledger;
use theirs_model::{Digest, FixedClock};
use theirs_query::Door;
use theirs_store::{
    CharterVersion, Folder, Found, IncomingRecord, Keys, Lake, Load, Placement, Store,
};

const CHARTER: &str = include_str!("charter.yaml");
/// How many records are written in one change.
const CHANGE: usize = 65_536;
/// What the charter calls some columns of a record.
const CALLED: [(&str, &str); 4] = [
    ("given_name", "given"),
    ("family_name", "family"),
    ("birth_date", "born"),
    ("location_store", "store"),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["fill", folder, people, seed] => {
            fill(Path::new(folder), people.parse().unwrap(), seed.parse().unwrap());
        }
        ["answer", folder] => answer(Path::new(folder), true),
        ["answer", folder, "alone"] => answer(Path::new(folder), false),
        _ => println!("fill FOLDER PEOPLE SEED, or answer FOLDER [alone]"),
    }
}

fn fill(root: &Path, people: usize, seed: u64) {
    let folder = Folder::create(root).unwrap();
    let keys = Keys::create(&folder).unwrap();
    let store = Store::open(&folder.database(), &keys.database()).unwrap();
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let version = CharterVersion {
        digest: charter.digest,
        text: CHARTER.into(),
        policies: BTreeMap::new(),
        applied: now,
    };
    store.apply_charter(&version, &charter.adopted(), &keys).unwrap();
    Ledger::create(&folder.ledger(), "speed.example/ledger", &keys.ledger_key_file()).unwrap();
    let mut raw: Option<ArrowWriter<File>> = None;
    for from in (0..people).step_by(CHANGE) {
        let batch = town::people(seed, from, people.min(from + CHANGE));
        store.upsert_records("crm", &records(&batch), now).unwrap();
        write(&mut raw, &root.join("person.parquet"), &batch);
    }
    raw.unwrap().close().unwrap();
    let placement = |(at, (_, record)): (usize, (String, theirs_model::RecordId))| Placement {
        record,
        cluster: at as u32,
        confidence: 1.0,
    };
    let records = store.record_keys("crm").unwrap();
    let placements: Vec<Placement> = records.into_iter().enumerate().map(placement).collect();
    store.place(&Found { placements: &placements, ..Found::default() }, "{}", &keys).unwrap();
    orders(root, &store, &keys, &charter, people, seed);
}

/// People as a source gives them: each value in its canonical text.
fn records(batch: &RecordBatch) -> Vec<IncomingRecord> {
    let schema = batch.schema();
    let name = |name: &str| {
        let called = CALLED.iter().find(|(column, _)| *column == name);
        called.map_or(name, |(_, called)| *called).to_owned()
    };
    let record = |row: usize| {
        let fields = schema.fields().iter().zip(batch.columns()).skip(1);
        let columns: BTreeMap<String, String> = fields
            .map(|(field, values)| {
                (name(field.name()), array_value_to_string(values, row).unwrap())
            })
            .collect();
        let since = Some(Timestamp::UNIX_EPOCH);
        IncomingRecord { key: columns["number"].clone(), since, columns }
    };
    (0..batch.num_rows()).map(record).collect()
}

fn write(writer: &mut Option<ArrowWriter<File>>, path: &Path, batch: &RecordBatch) {
    let start = || ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.get_or_insert_with(start).write(batch).unwrap();
}

fn orders(root: &Path, store: &Store, keys: &Keys, charter: &Charter, people: usize, seed: u64) {
    let lake = Lake::new(&root.join("data/lake"), keys);
    let mut raw: Option<ArrowWriter<File>> = None;
    let columns = |batch: &RecordBatch| batch.project(&[0, 1, 2, 3]).unwrap();
    let mut writer = lake.writer("orders", "at", "1", &columns(&town::orders(seed, 0, 1)).schema());
    let mut rows = 0;
    for from in (0..people).step_by(CHANGE) {
        let batch = town::orders(seed, from, people.min(from + CHANGE));
        write(&mut raw, &root.join("orders.parquet"), &batch);
        let whose = batch.column(4).as_primitive::<datafusion::arrow::datatypes::Int64Type>();
        // The store numbers records from one, in the order in which they came.
        let records = whose.values().iter().map(|person| *person as u64 + 1).collect();
        let keys: Vec<u128> = (rows..rows + batch.num_rows()).map(|row| row as u128).collect();
        rows += batch.num_rows();
        writer.write(&columns(&batch), records, &keys, vec![0; keys.len()]).unwrap();
    }
    raw.unwrap().close().unwrap();
    let files = writer.finish().unwrap();
    let load = Load {
        source: "orders".into(),
        file: "orders.csv".into(),
        digest: Digest([0; 32]),
        charter: charter.digest,
        at: Timestamp::UNIX_EPOCH,
        rows: rows as u64,
        added: rows as u64,
        changed: 0,
        unchanged: 0,
    };
    store.finish_load(&load, &[], &files, &[]).unwrap();
}

/// The engine alone, with everybody, or only those who may be seen, in its own table in memory.
fn engine(root: &Path, only_eligible: bool) -> SessionContext {
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    let file = File::open(root.join("person.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = reader.schema().clone();
    let mut batches: Vec<RecordBatch> = Vec::new();
    for batch in reader.with_batch_size(town::BATCH).build().unwrap() {
        let batch = batch.unwrap();
        let said = |name: &str| batch.column_by_name(name).unwrap().as_boolean().clone();
        let seen = and(&said("newsletter"), &not(&said("no_marketing")).unwrap()).unwrap();
        batches.push(if only_eligible {
            filter_record_batch(&batch, &seen).unwrap()
        } else {
            batch
        });
    }
    let half = batches.split_off(batches.len() / 2);
    let table = MemTable::try_new(schema, vec![batches, half]).unwrap();
    session.register_table("person", Arc::new(table)).unwrap();
    session
}

fn answer(root: &Path, beside: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let engines = if beside {
        vec![("raw", engine(root, false)), ("eligible", engine(root, true))]
    } else {
        Vec::new()
    };
    let orders = root.join("orders.parquet");
    for (_, session) in &engines {
        let options = ParquetReadOptions::default();
        let orders = orders.to_str().unwrap();
        runtime.block_on(session.register_parquet("orders", orders, options)).unwrap();
    }
    let keys = root.join("data/keys");
    let keys = Keys::open_or_create(&keys).unwrap();
    let ledger = Ledger::open(&root.join("data/ledger"), &keys.ledger_key_file()).unwrap();
    let ledger = Arc::new(ledger);
    let store = Arc::new(Store::open(&root.join("data/store.sqlite"), &keys.database()).unwrap());
    let book = theirs_uses::Book::new(Arc::clone(&store), Arc::clone(&ledger));
    let clock = Arc::new(FixedClock("2026-03-02T09:00:00Z".parse().unwrap()));
    let door = Door::open(root, ledger, clock).unwrap();
    let asker = Asker::new("study", ["marketing"]);
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (way, sql) = line.split_once(' ').unwrap();
        let since = Instant::now();
        let batches = match engines.iter().find(|(name, _)| *name == way) {
            Some((_, session)) => {
                runtime.block_on(async { session.sql(sql).await.unwrap().collect().await.unwrap() })
            }
            None if way == "describe" => {
                door.describe(&asker, &sql.into()).unwrap();
                Vec::new()
            }
            None if way == "object" => {
                let act = theirs_store::NewAct {
                    anchor: theirs_model::RecordId(sql.parse().unwrap()),
                    kind: theirs_store::ActKind::Objection,
                    topic: "marketing".to_owned(),
                    content: Some("yes".to_owned()),
                    at: Timestamp::UNIX_EPOCH,
                    by: "person".to_owned(),
                    reason: None,
                };
                store.record_act(&act).unwrap();
                Vec::new()
            }
            None if way == "log" => {
                let told = theirs_uses::Told::new(theirs_uses::Act::Statement, "the study");
                let people = (0..sql.parse().unwrap()).collect();
                book.log(&told, &people, Digest([0; 32]), Timestamp::UNIX_EPOCH).unwrap();
                Vec::new()
            }
            None => door.ask(&asker, sql).unwrap().batches,
        };
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        println!("{rows} {}", since.elapsed().as_micros());
        std::io::stdout().flush().unwrap();
    }
}
