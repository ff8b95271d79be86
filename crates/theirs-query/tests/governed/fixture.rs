//! A working folder of its own, filled with a world, and the door to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use jiff::Timestamp;
use theirs_charter::Charter;
use theirs_ledger::Ledger;
use theirs_model::{Digest, FixedClock, RecordId};
use theirs_query::{Asker, Door, Leaving, Whither};
use theirs_store::{
    ActKind, CharterVersion, Folder, IncomingRecord, Keys, Lake, Load, NewAct, Placement, Store,
};

mod world;

pub use self::world::{CANARY, Row, SECRETS, World};

pub const CHARTER: &str = include_str!("charter.yaml");

pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub ledger: Arc<Ledger>,
    pub door: Door,
}

impl Fixture {
    pub fn new() -> Self {
        Self::of(&World::here(), &[7; 32])
    }

    /// A folder filled with a world, whose secrets all come from one.
    pub fn of(world: &World, master: &[u8; 32]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = fill(folder.path(), world, master);
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let clock = Arc::new(FixedClock(now));
        let door = Door::open(folder.path(), Arc::clone(&ledger), clock).unwrap();
        Self { folder, ledger, door }
    }

    pub fn store(&self) -> Store {
        let folder = Folder::create(self.folder.path()).unwrap();
        let key = Keys::of(&folder).unwrap().database();
        Store::open(&folder.database(), &key).unwrap()
    }
}

/// What the first person says.
pub fn act(kind: ActKind, topic: &str, content: &str) -> NewAct {
    act_of(1, kind, topic, content)
}

/// What the person of a record says.
pub fn act_of(record: u64, kind: ActKind, topic: &str, content: &str) -> NewAct {
    NewAct {
        anchor: RecordId(record),
        kind,
        topic: topic.to_owned(),
        content: Some(content.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
    }
}

pub fn asker(role: &str) -> Asker {
    Asker::new("tester", [role])
}

/// A list of these columns for the post.
pub fn to_the_post(columns: &[String]) -> Leaving<'_> {
    Leaving { purpose: "offer", to: Whither::Recipient("post"), columns, reason: "near" }
}

fn fill(root: &Path, world: &World, master: &[u8; 32]) -> Arc<Ledger> {
    let folder = Folder::create(root).unwrap();
    std::fs::write(folder.keys().join("master.key"), master).unwrap();
    let keys = Keys::of(&folder).unwrap();
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
    let records: Vec<IncomingRecord> = world.people.iter().map(|row| record(row, world)).collect();
    store.upsert_records("crm", &records, now).unwrap();
    let columns = BTreeMap::from([("income".to_owned(), world.income.to_owned())]);
    let bought = IncomingRecord { key: "B-1".to_owned(), since: Some(now), columns };
    store.upsert_records("broker", &[bought], now).unwrap();
    let crm = store.record_keys("crm").unwrap().into_iter().enumerate();
    // What the broker sold is about the first person.
    let broker = store.record_keys("broker").unwrap().into_iter().map(|record| (0, record));
    let placements: Vec<Placement> = crm
        .chain(broker)
        .map(|(at, (_, id))| Placement { record: id, cluster: at as u32, confidence: 1.0 })
        .collect();
    let found = theirs_store::Found { placements: &placements, ..Default::default() };
    store.place(&found, "{}", &keys).unwrap();
    let lake = Lake::new(&folder.lake(), &keys);
    load(&store, &lake, &charter, "orders", &world.orders());
    load(&store, &lake, &charter, "trail", &world.trail());
    Arc::new(Ledger::create(&folder.ledger(), "test/ledger", &keys.ledger_key_file()).unwrap())
}

fn record(row: &Row, world: &World) -> IncomingRecord {
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
        ("points", world.points),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    IncomingRecord { key: number.to_owned(), since: Some(Timestamp::UNIX_EPOCH), columns }
}

/// Loads what people did: for each of them, in their order, as many rows as for the others.
fn load(store: &Store, lake: &Lake, charter: &Charter, source: &str, batch: &RecordBatch) {
    let rows = batch.num_rows();
    let ids: Vec<u64> = store.record_keys("crm").unwrap().iter().map(|(_, id)| id.0).collect();
    let records: Vec<u64> = (0..rows).map(|row| ids[row * ids.len() / rows]).collect();
    let mut writer = lake.writer(source, "at", "1", &batch.schema());
    let keys: Vec<u128> = (0..rows as u128).collect();
    writer.write(batch, records, &keys, vec![0; rows]).unwrap();
    let files = writer.finish().unwrap();
    let load = Load {
        source: source.into(),
        file: format!("{source}.csv"),
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
