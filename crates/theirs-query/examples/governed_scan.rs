//! Times governed scans of activities beside the engine without a door, as `studies/governed_speed/activities`
//! does.
//!
//! `governed_scan FOLDER ROWS PEOPLE PAIRS` makes a working folder, if there is none yet, of PEOPLE
//! people of whom four in five agreed, and ROWS purchases of theirs; beside it, not encrypted, a lake
//! of the same rows and one of only the purchases of those who agreed. Then each query is asked in
//! turn: through the door; of the engine over the same rows with `consent` written into the query; of
//! the engine over the other lake with no condition. Prints JSON. A last word `plain` leaves the
//! folder's own lake unencrypted, to measure what that saves.
#![allow(clippy::print_stdout, reason = "an example prints what it measured")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    BooleanArray, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_charter::Charter;
use theirs_ledger::Ledger;
use theirs_model::{Digest, FixedClock};
use theirs_query::{Asker, Door};
use theirs_store::{
    CharterVersion, Folder, Found, IncomingRecord, Keys, Lake, Layout, Load, Placement, Store,
};

type Failure = Box<dyn std::error::Error>;

const CHARTER: &str = include_str!("governed_scan.yaml");
const CITIES: [&str; 5] = ["Saltmouth", "Oldhaven", "Brackley", "Wickstead", "Northam"];
const BATCH_ROWS: u64 = 8192;
const NOW: &str = "2026-03-02T09:00:00Z";

/// Each query: its name, what is asked for the purpose, and the same of the engine without a door,
/// where `orders` and `people` are tables.
const QUERIES: [(&str, &str, &str); 5] = [
    (
        "group by",
        "select kind, count(*) n, sum(amount) s from figures.orders group by kind order by kind",
        "select kind, count(*) n, sum(amount) s from orders where consent group by kind order by kind",
    ),
    (
        "filter",
        "select count(*) n, sum(quantity) s from figures.orders where product < 200",
        "select count(*) n, sum(quantity) s from orders where consent and product < 200",
    ),
    (
        "top ten",
        "select shop, sum(amount) s from figures.orders group by shop order by s desc limit 10",
        "select shop, sum(amount) s from orders where consent group by shop order by s desc limit 10",
    ),
    (
        "join",
        "select city, count(*) n, sum(o.amount) s from figures.orders o join figures.person p \
         on o.person_id = p.person_id group by city order by city",
        "select city, count(*) n, sum(o.amount) s from orders o join people p \
         on o._record = p.record where o.consent group by city order by city",
    ),
    (
        "per person",
        "select count(*) n, max(s) m from (select person_id, sum(amount) s from figures.orders \
         group by person_id)",
        "select count(*) n, max(s) m from (select _record, sum(amount) s from orders where consent \
         group by _record)",
    ),
];

fn main() -> Result<(), Failure> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let is_plain = given.last().is_some_and(|last| last == "plain");
    let [folder, rows, people, pairs, ..] = given.as_slice() else {
        return Err("usage: governed_scan FOLDER ROWS PEOPLE PAIRS [plain]".into());
    };
    let (rows, people, pairs) = (rows.parse()?, people.parse()?, pairs.parse::<usize>()?);
    let root = Path::new(folder);
    let now: Timestamp = NOW.parse()?;
    let place = Folder::create(root)?;
    // Whoever opens a lake that is open already writes it the same way.
    let _plain = is_plain.then(|| Lake::plain(&place.lake()));
    if !place.database().exists() {
        make(root, rows, people, now)?;
    }
    let keys = Keys::open_or_create(&place.keys())?;
    let ledger = Arc::new(Ledger::open(&place.ledger(), &keys.ledger_key_file())?);
    let door = Door::open(root, ledger, Arc::new(FixedClock(now)))?;
    lay_out(root, &Lake::of(&place, &keys)?, &keys, &door)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let by_hand = runtime.block_on(session(&root.join("by_hand"), people))?;
    let alone = runtime.block_on(session(&root.join("alone"), people))?;
    let asker = Asker::new("ana", ["analyst"]);
    let mut figures = BTreeMap::new();
    for (name, governed, raw) in QUERIES {
        let ours = || -> Result<String, Failure> {
            Ok(pretty_format_batches(&door.ask(&asker, governed)?.batches)?.to_string())
        };
        let of = |session: &SessionContext, sql: &str| -> Result<String, Failure> {
            let found = runtime.block_on(async { session.sql(sql).await?.collect().await })?;
            Ok(pretty_format_batches(&found)?.to_string())
        };
        let without = raw.replace("where consent and ", "where ").replace(" where consent", "");
        let without = without.replace(" where o.consent", "");
        let answer = ours()?;
        for other in [of(&by_hand, raw)?, of(&alone, &without)?] {
            assert_eq!(answer, other, "{name}: the answers differ");
        }
        let mut taken = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..pairs {
            taken[0].push(cpu(|| ours().map(drop))?);
            taken[1].push(cpu(|| of(&by_hand, raw).map(drop))?);
            taken[2].push(cpu(|| of(&alone, &without).map(drop))?);
        }
        eprintln!("{name}: {:.3} {:.3} {:.3}", mid(&taken[0]), mid(&taken[1]), mid(&taken[2]));
        figures.insert(name, taken);
    }
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}

fn mid(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The CPU-seconds that a piece of work takes, in all threads of this process.
fn cpu(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let before = spent()?;
    work()?;
    Ok(spent()? - before)
}

fn spent() -> Result<f64, Failure> {
    let mut spent = 0.0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        // The first number of a thread's schedstat is its time on a processor in nanoseconds.
        let text = std::fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        spent += text.split(' ').next().and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    }
    Ok(spent / 1e9)
}

/// The engine as it comes, over the files of a lake.
async fn session(lake: &Path, people: u64) -> Result<SessionContext, Failure> {
    let config = SessionConfig::new().with_target_partitions(2);
    let session = SessionContext::new_with_config(config);
    let files = lake.display().to_string();
    session.register_parquet("orders", files, ParquetReadOptions::default()).await?;
    let records: Vec<u64> = (1..=people).collect();
    let cities: Vec<&str> = records.iter().map(|record| city(*record)).collect();
    let schema = Schema::new(vec![
        Field::new("record", DataType::UInt64, false),
        Field::new("city", DataType::Utf8, true),
    ]);
    let records = Arc::new(datafusion::arrow::array::UInt64Array::from(records));
    let batch =
        RecordBatch::try_new(Arc::new(schema), vec![records, Arc::new(StringArray::from(cities))])?;
    session.register_batch("people", batch)?;
    Ok(session)
}

fn agreed(record: u64) -> bool {
    record.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32 & 0xff >= 51
}

fn city(record: u64) -> &'static str {
    CITIES[usize::try_from(record.wrapping_mul(0xd134_2543_de82_ef95) >> 40).unwrap_or(0) % 5]
}

/// Makes the working folder and the lake beside it.
fn make(root: &Path, rows: u64, people: u64, now: Timestamp) -> Result<(), Failure> {
    let folder = Folder::create(root)?;
    let keys = Keys::create(&folder)?;
    let store = Store::open(&folder.database(), &keys.database())?;
    Ledger::create(&folder.ledger(), "study/ledger", &keys.ledger_key_file())?;
    let charter = Charter::read("charter.yaml", CHARTER)?;
    let version = CharterVersion {
        digest: charter.digest,
        text: CHARTER.into(),
        policies: BTreeMap::new(),
        applied: now,
    };
    store.apply_charter(&version, &charter.adopted(), &keys)?;
    let numbers: Vec<u64> = (1..=people).collect();
    for numbers in numbers.chunks(5000) {
        let records: Vec<IncomingRecord> = numbers.iter().map(|number| record(*number)).collect();
        store.upsert_records("crm", &records, now)?;
    }
    let placements: Vec<Placement> = store
        .record_keys("crm")?
        .into_iter()
        .enumerate()
        .map(|(at, (key, id))| {
            assert_eq!(key, id.0.to_string(), "records are numbered as they come");
            Placement { record: id, cluster: u32::try_from(at).unwrap_or(0), confidence: 1.0 }
        })
        .collect();
    store.place(&Found { placements: &placements, ..Found::default() }, "{}", &keys)?;
    let (lake, beside) = (Lake::of(&folder, &keys)?, Beside::open(root, &keys)?);
    for load in 0..5 {
        add(&lake, &store, load, rows / 5, people, |_| true)?;
        add(&beside.by_hand.1, &beside.by_hand.0, load, rows / 5, people, |_| true)?;
        add(&beside.alone.1, &beside.alone.0, load, rows / 5, people, agreed)?;
    }
    Ok(())
}

/// What the engine reads without the door, not encrypted: the same rows, and those of whoever agreed.
struct Beside {
    by_hand: (Store, Lake),
    alone: (Store, Lake),
}

impl Beside {
    fn open(root: &Path, keys: &Keys) -> Result<Self, Failure> {
        let open = |name: &str| -> Result<(Store, Lake), Failure> {
            let folder = root.join(name);
            std::fs::create_dir_all(&folder)?;
            let store = Store::open(&folder.with_extension("sqlite"), &keys.database())?;
            Ok((store, Lake::plain(&folder)))
        };
        Ok(Self { by_hand: open("by_hand")?, alone: open("alone")? })
    }
}

/// Lays all lakes out as one sorted run each.
fn lay_out(root: &Path, lake: &Lake, keys: &Keys, door: &Door) -> Result<(), Failure> {
    let store = Store::open(&root.join("data/store.sqlite"), &keys.database())?;
    let layout = Layout { classes: door.classes()? };
    tidy(lake, &store, &layout)?;
    let Beside { by_hand, alone } = Beside::open(root, keys)?;
    tidy(&by_hand.1, &by_hand.0, &layout)?;
    tidy(&alone.1, &alone.0, &Layout::default())
}

fn tidy(lake: &Lake, store: &Store, layout: &Layout) -> Result<(), Failure> {
    let turn = lake.turn();
    if lake.layout(store)?.values().any(|(_, due)| *due > 0) {
        lake.compact_whole(store, "orders", layout, &turn)?;
    }
    drop(turn);
    lake.sweep(store)?;
    Ok(())
}

fn record(number: u64) -> IncomingRecord {
    let consent = if agreed(number) { "true" } else { "false" };
    let columns = [
        ("number", number.to_string()),
        ("city", city(number).to_owned()),
        ("newsletter", consent.to_owned()),
    ];
    let columns = columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    IncomingRecord { key: number.to_string(), since: Some(Timestamp::UNIX_EPOCH), columns }
}

fn add(
    lake: &Lake,
    store: &Store,
    load: u64,
    rows: u64,
    people: u64,
    holds: impl Fn(u64) -> bool,
) -> Result<(), Failure> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        Field::new("kind", DataType::Utf8, true),
        Field::new("shop", DataType::Utf8, true),
        Field::new("product", DataType::Int64, true),
        Field::new("quantity", DataType::Int64, true),
        Field::new("amount", DataType::Decimal128(18, 2), true),
        Field::new("consent", DataType::Boolean, true),
    ]));
    let mut dice = ChaCha8Rng::seed_from_u64(load);
    let mut writer = lake.writer("orders", "at", &format!("{load:08}"), &schema);
    let mut made = 0;
    while made < rows {
        let (mut records, mut at, mut kinds, mut shops) = (vec![], vec![], vec![], vec![]);
        let (mut products, mut quantities, mut amounts) = (vec![], vec![], vec![]);
        let (mut keys, mut digests) = (Vec::<u128>::new(), Vec::<u64>::new());
        for _ in 0..BATCH_ROWS.min(rows - made) {
            let record = dice.random_range(1..=people);
            let row = (
                1_577_836_800_000_000 + dice.random_range(0..150_000_000_000_000_i64),
                ["order", "return", "visit", "call"][dice.random_range(0..4)],
                dice.random_range(0..300),
                dice.random_range(0..20_000),
                dice.random_range(1..6),
                dice.random_range(99..20_000_i128),
                dice.random(),
                dice.random(),
            );
            if holds(record) {
                records.push(record);
                at.push(row.0);
                kinds.push(row.1);
                shops.push(format!("shop {:03}", row.2));
                products.push(row.3);
                quantities.push(row.4);
                amounts.push(row.5);
                keys.push(row.6);
                digests.push(row.7);
            }
        }
        made += BATCH_ROWS.min(rows - made);
        let consent: BooleanArray = records.iter().map(|record| Some(agreed(*record))).collect();
        let amounts = Decimal128Array::from(amounts).with_data_type(DataType::Decimal128(18, 2));
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(TimestampMicrosecondArray::from(at).with_timezone("UTC")),
                Arc::new(StringArray::from(kinds)),
                Arc::new(StringArray::from(shops)),
                Arc::new(Int64Array::from(products)),
                Arc::new(Int64Array::from(quantities)),
                Arc::new(amounts),
                Arc::new(consent),
            ],
        )?;
        writer.write(&batch, records, &keys, digests)?;
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
