//! Writes a lake of activities and times the reading of one person's, as `studies/governed_speed/activities` does.
//!
//! `one_person FOLDER ROWS PEOPLE LOADS TAIL` loads ROWS rows in LOADS loads and TAIL small ones,
//! each over all people and a span of time of its own, compacts as a server would, and prints JSON. A
//! sixth word `whole` merges all files of a folder that is there into one sorted run first; a last
//! word `plain` leaves the files unencrypted, to measure what that saves.
#![allow(clippy::print_stdout, reason = "an example prints what it measured")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{
    Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_model::{Digest, RecordId};
use theirs_store::{Keys, Lake, Layout, Load, Store};

type Failure = Box<dyn std::error::Error>;

const TAIL_ROWS: u64 = 10_000;
const BATCH_ROWS: u64 = 8192;
const TRIES: usize = 2000;

fn main() -> Result<(), Failure> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let is_whole = given.iter().skip(5).any(|word| word == "whole");
    let is_plain = given.iter().skip(5).any(|word| word == "plain");
    let [folder, rows, people, loads, tail, ..] = given.as_slice() else {
        return Err("usage: one_person FOLDER ROWS PEOPLE LOADS TAIL".into());
    };
    let (rows, people) = (rows.parse::<u64>()?, people.parse::<u64>()?);
    let (loads, tail) = (loads.parse::<u64>()?, tail.parse::<u64>()?);
    let folder = Path::new(folder);
    let is_new = !folder.join("lake").exists();
    std::fs::create_dir_all(folder.join("lake"))?;
    let keys = Keys::open_or_create(folder)?;
    let store = Store::open(&folder.join("store.sqlite"), &keys.database())?;
    let lake = if is_plain {
        Lake::plain(&folder.join("lake"))
    } else {
        Lake::new(&folder.join("lake"), &keys)
    };
    let cold = if is_new { None } else { Some(first(&store, &lake, people)?) };
    let since = Instant::now();
    if is_new {
        for load in 0..loads {
            add(&store, &lake, load, rows / loads, people)?;
        }
    }
    let loaded = since.elapsed().as_secs_f64();
    let before = if is_new { Some(times(&store, &lake, people, 200)?) } else { None };
    let since = Instant::now();
    let mut steps = 0;
    let turn = lake.turn();
    while lake.compact(&store, &Layout::default(), &turn, &|| true)?.is_some() {
        steps += 1;
    }
    if is_whole {
        lake.compact_whole(&store, "orders", &Layout::default(), &turn)?;
    }
    drop(turn);
    let compacted = since.elapsed().as_secs_f64();
    if is_new {
        for load in loads..loads + tail {
            add(&store, &lake, load, TAIL_ROWS, people)?;
        }
    }
    let warm = times(&store, &lake, people, TRIES)?;
    let files = lake.layout(&store)?.values().map(|files| files.0).sum::<usize>();
    let held: u64 = store.activity_counts()?.iter().map(|count| count.1).sum();
    println!(
        "{{\"rows\": {held}, \"people\": {people}, \"files\": {files}, \"compactions\": {steps}, \
         \"load_s\": {loaded:.1}, \"compact_s\": {compacted:.1}, \"before_compaction_ms\": {}, \
         \"first_read_of_a_process_ms\": {}, \"p50_ms\": {:.3}, \"p99_ms\": {:.3}, \
         \"max_ms\": {:.3}, \"cpu_ms\": {:.3}, \"rows_of_a_person\": {:.1}}}",
        before.map_or("null".to_owned(), |b| format!("[{:.3}, {:.3}]", b.p50, b.p99)),
        cold.map_or("null".to_owned(), |cold| format!("{cold:.2}")),
        warm.p50,
        warm.p99,
        warm.max,
        warm.cpu,
        warm.rows
    );
    Ok(())
}

struct Times {
    cpu: f64,
    p50: f64,
    p99: f64,
    max: f64,
    rows: f64,
}

/// Reads people drawn at random, one after the other.
fn times(store: &Store, lake: &Lake, people: u64, tries: usize) -> Result<Times, Failure> {
    let mut dice = ChaCha8Rng::seed_from_u64(3);
    let (mut each, mut rows) = (Vec::new(), 0);
    let before = spent()?;
    for _ in 0..tries {
        let person = [RecordId(dice.random_range(1..=people))];
        let since = Instant::now();
        let found = lake.rows_of(store, "orders", &person)?;
        each.push(since.elapsed().as_secs_f64() * 1000.0);
        rows += found.0.iter().map(RecordBatch::num_rows).sum::<usize>();
    }
    let cpu = spent()? - before;
    each.sort_by(f64::total_cmp);
    #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
    let (rows, cpu) = (rows as f64 / tries as f64, cpu / tries as f64);
    Ok(Times { cpu, p50: each[tries / 2], p99: each[tries * 99 / 100], max: each[tries - 1], rows })
}

/// The milliseconds of CPU that this process took so far.
fn spent() -> Result<f64, Failure> {
    let text = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse::<f64>()? / 1e6)
}

/// The first read of a process: footers and indexes are read too.
fn first(store: &Store, lake: &Lake, people: u64) -> Result<f64, Failure> {
    let since = Instant::now();
    lake.rows_of(store, "orders", &[RecordId(people / 2)])?;
    Ok(since.elapsed().as_secs_f64() * 1000.0)
}

/// One load: rows of all people, over a span of time of its own.
fn add(store: &Store, lake: &Lake, load: u64, rows: u64, people: u64) -> Result<(), Failure> {
    let schema = Schema::new(vec![
        Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        Field::new("kind", DataType::Utf8, true),
        Field::new("shop", DataType::Utf8, true),
        Field::new("product", DataType::Int64, true),
        Field::new("quantity", DataType::Int64, true),
        Field::new("amount", DataType::Decimal128(18, 2), true),
    ]);
    let schema = Arc::new(schema);
    let mut dice = ChaCha8Rng::seed_from_u64(load);
    let mut writer = lake.writer("orders", "at", &format!("{load:08}"), &schema);
    let mut made = 0;
    while made < rows {
        let count = BATCH_ROWS.min(rows - made);
        let at = |dice: &mut ChaCha8Rng| {
            let day = 86_400_000_000_i64;
            1_577_836_800_000_000 + load.cast_signed() * 30 * day + dice.random_range(0..30 * day)
        };
        let times: TimestampMicrosecondArray = (0..count).map(|_| Some(at(&mut dice))).collect();
        let kinds =
            (0..count).map(|_| ["order", "return", "visit", "call"][dice.random_range(0..4)]);
        let kinds = StringArray::from_iter_values(kinds);
        let shops = (0..count).map(|_| format!("shop {:03}", dice.random_range(0..300)));
        let shops = StringArray::from_iter_values(shops);
        let products: Int64Array = (0..count).map(|_| Some(dice.random_range(0..20_000))).collect();
        let quantities: Int64Array = (0..count).map(|_| Some(dice.random_range(1..6))).collect();
        let amounts: Decimal128Array =
            (0..count).map(|_| Some(i128::from(dice.random_range(99..20_000)))).collect();
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(times.with_timezone("UTC")),
                Arc::new(kinds),
                Arc::new(shops),
                Arc::new(products),
                Arc::new(quantities),
                Arc::new(amounts.with_data_type(DataType::Decimal128(18, 2))),
            ],
        )?;
        let records = (0..count).map(|_| dice.random_range(1..=people)).collect();
        let keys: Vec<u128> = (0..count).map(|_| dice.random()).collect();
        let digests = (0..count).map(|_| dice.random()).collect();
        writer.write(&batch, records, &keys, digests)?;
        made += count;
    }
    let files = writer.finish()?;
    let load = Load {
        source: "orders".into(),
        file: "orders.csv".into(),
        digest: Digest([0; 32]),
        charter: Digest([0; 32]),
        at: Timestamp::UNIX_EPOCH,
        rows,
        added: rows,
        changed: 0,
        unchanged: 0,
    };
    store.finish_load(&load, &[], &files, &[])?;
    Ok(())
}
