//! Twelve invented people in a folder of their own, some of whom no purpose of marketing may see.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use jiff::Timestamp;
use theirs_charter::Charter;
use theirs_ledger::Ledger;
use theirs_model::{Digest, FixedClock};
use theirs_query::{Asker, Door};
use theirs_store::{CharterVersion, Folder, IncomingRecord, Keys, Lake, Load, Placement, Store};

pub const CHARTER: &str = include_str!("charter.yaml");

/// What only hidden people have; it must never leave.
pub const CANARY: &str = "CANARYTOWN";

/// number, given name, birth date, e-mail, city, postcode, newsletter, objects, income
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const PEOPLE: [Row; 12] = [
    ("1", "Ada", "1985-03-05", "ada@mail.example", "Saltmouth", "SM21 1AA", "true", ""),
    ("2", "Bruno", "1990-07-19", "bruno@mail.example", "Saltmouth", "SM21 1AB", "true", ""),
    ("3", "Chloe", "1972-03-09", "chloe@mail.example", "Oldhaven", "OH3 2CC", "true", ""),
    ("4", "Dev", "2001-12-30", "dev@mail.example", "Oldhaven", "OH3 2CD", "true", "false"),
    ("5", "Edie", "1961-03-15", "edie@mail.example", "Oldhaven", "OH3 9ZZ", "true", ""),
    ("6", "Farid", "1999-02-28", "farid@mail.example", "Saltmouth", "SM22 4EE", "true", ""),
    ("7", "Hidden", "1980-03-06", "hidden@mail.example", CANARY, "XX1 1XX", "true", "true"),
    ("8", "Unasked", "1980-03-06", "unasked@mail.example", CANARY, "XX1 1XX", "", "true"),
    ("9", "Refuser", "1980-03-06", "refuser@mail.example", CANARY, "XX1 1XX", "false", "true"),
    ("10", "Gail", "1955-11-11", "gail@mail.example", "Saltmouth", "SM21 5GG", "false", ""),
    ("11", "Hugo", "1988-08-08", "hugo@mail.example", "Oldhaven", "OH4 1HH", "", ""),
    ("12", "Ines", "2004-02-29", "ines@mail.example", "", "", "true", ""),
];

pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub ledger: Arc<Ledger>,
    pub door: Door,
}

impl Fixture {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = fill(folder.path());
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let clock = Arc::new(FixedClock(now));
        let door = Door::open(folder.path(), Arc::clone(&ledger), clock).unwrap();
        Self { folder, ledger, door }
    }

    pub fn store(&self) -> Store {
        Store::open(&self.folder.path().join("data/store.sqlite")).unwrap()
    }
}

pub fn asker(role: &str) -> Asker {
    Asker { name: "tester".to_owned(), role: role.to_owned() }
}

fn fill(root: &Path) -> Arc<Ledger> {
    let folder = Folder::create(root).unwrap();
    let store = Store::open(&folder.database()).unwrap();
    let keys = Keys::open_or_create(&folder.keys()).unwrap();
    let charter = Charter::read("charter.yaml", CHARTER).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let version = CharterVersion { digest: charter.digest, text: CHARTER.into(), applied: now };
    store.apply_charter(&version).unwrap();
    let records: Vec<IncomingRecord> = PEOPLE.iter().map(record).collect();
    store.upsert_records("crm", &records, now).unwrap();
    let placements: Vec<Placement> = store
        .record_keys("crm")
        .unwrap()
        .iter()
        .enumerate()
        .map(|(at, (_, id))| Placement { record: *id, cluster: at as u32, confidence: 1.0 })
        .collect();
    let found = theirs_store::Found { placements: &placements, ..Default::default() };
    store.place(&found, "{}", &keys).unwrap();
    orders(&store, &Lake::new(&folder.lake()), &charter);
    Arc::new(Ledger::create(&folder.ledger(), "test/ledger", &keys.ledger_key_file()).unwrap())
}

fn record(row: &Row) -> IncomingRecord {
    let (number, given, born, email, city, postcode, newsletter, objects) = *row;
    let columns: BTreeMap<String, String> = [
        ("number", number),
        ("given", given),
        ("born", born),
        ("email", email),
        ("city", city),
        ("postcode", postcode),
        ("newsletter", newsletter),
        ("no_marketing", objects),
        ("points", "1234"),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    IncomingRecord { key: number.to_owned(), since: Some(Timestamp::UNIX_EPOCH), columns }
}

/// Two orders for each person; hidden people's carry the canary.
fn orders(store: &Store, lake: &Lake, charter: &Charter) {
    let schema = Schema::new(vec![
        Field::new("order_id", DataType::Utf8, true),
        Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        Field::new("total", DataType::Decimal128(18, 2), true),
        Field::new("town", DataType::Utf8, true),
    ]);
    let ids: Vec<u64> = store.record_keys("crm").unwrap().iter().map(|(_, id)| id.0).collect();
    let (mut names, mut times, mut totals, mut towns, mut records) =
        (vec![], vec![], vec![], vec![], vec![]);
    for (at, id) in ids.iter().enumerate() {
        for turn in 0..2_i64 {
            names.push(format!("O-{at}-{turn}"));
            times.push(1_767_225_600_000_000 + (at as i64 * 2 + turn) * 86_400_000_000 * 3);
            totals.push(i128::from(turn) * 1_000 + at as i128 * 100 + 99);
            towns.push(PEOPLE[at].4);
            records.push(*id);
        }
    }
    let rows = names.len();
    let batch = RecordBatch::try_new(
        Arc::new(schema.clone()),
        vec![
            Arc::new(StringArray::from(names)),
            Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC")),
            Arc::new(Decimal128Array::from(totals).with_precision_and_scale(18, 2).unwrap()),
            Arc::new(StringArray::from(towns)),
        ],
    )
    .unwrap();
    let mut writer = lake.writer("orders", "at", "1", &schema);
    let keys: Vec<u128> = (0..rows as u128).collect();
    writer.write(&batch, records, &keys, vec![0; rows]).unwrap();
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
