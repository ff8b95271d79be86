//! A world in a working folder, behind a door.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{
    Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use jiff::{SignedDuration, Timestamp};
use theirs_charter::Charter;
use theirs_ledger::Ledger;
use theirs_model::{Digest, FixedClock, RecordId};
use theirs_query::Door;
use theirs_store::{
    ActKind, CharterVersion, Folder, Found, IncomingRecord, Keys, Lake, Load, NewAct, Placement,
    Store,
};

use super::world::{Act, Kind, Person, Record, SOURCES, World};

/// The day on which all questions are asked.
pub const TODAY: &str = "2026-03-02";
/// The day from which orders are counted.
const FIRST_DAY: &str = "2026-01-01T10:00:00Z";

pub struct Shop {
    pub door: Door,
    store: Store,
    /// The record at which each person's acts are anchored.
    anchors: Vec<RecordId>,
    _folder: tempfile::TempDir,
}

impl Shop {
    pub fn open(world: &World) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::create(place.path()).unwrap();
        let keys = Keys::create(&folder).unwrap();
        let store = Store::open(&folder.database(), &keys.database()).unwrap();
        let text = world.charter();
        let charter =
            Charter::read("charter.yaml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let applied = Timestamp::UNIX_EPOCH;
        let version =
            CharterVersion { digest: charter.digest, text, policies: BTreeMap::new(), applied };
        store.apply_charter(&version, &charter.adopted(), &keys).unwrap();
        let ids = records(&store, world);
        let placements = world.people.iter().enumerate().flat_map(|(at, person)| {
            let cluster = u32::try_from(at).unwrap();
            let place = |record: &Record| ids[&record.number];
            let placed = person.records.iter().map(place);
            placed.map(move |record| Placement { record, cluster, confidence: 1.0 })
        });
        let mut placements: Vec<Placement> = placements.collect();
        placements.sort_unstable_by_key(|placement| placement.record);
        store.place(&Found { placements: &placements, ..Found::default() }, "{}", &keys).unwrap();
        orders(&store, &Lake::new(&folder.lake(), &keys), &charter, world, &ids);
        let ledger = Ledger::create(&folder.ledger(), "test/ledger", &keys.ledger_key_file());
        let now: Timestamp = format!("{TODAY}T09:00:00Z").parse().unwrap();
        let clock = Arc::new(FixedClock(now));
        let door = Door::open(place.path(), Arc::new(ledger.unwrap()), clock).unwrap();
        let anchors = world.people.iter().map(|p| ids[&p.records[0].number]).collect();
        Self { door, store, anchors, _folder: place }
    }

    pub fn record(&self, act: &Act) {
        let kind = match act.kind {
            Kind::Correction => ActKind::Correction,
            Kind::Consent => ActKind::Consent,
            Kind::Objection => ActKind::Objection,
            Kind::Contest => ActKind::Contest,
            Kind::Restriction => ActKind::Restriction,
        };
        let new = NewAct {
            anchor: self.anchors[act.person],
            kind,
            topic: act.topic.clone(),
            content: act.content.clone(),
            at: Timestamp::UNIX_EPOCH,
            by: "person".to_owned(),
            reason: None,
        };
        self.store.record_act(&new).unwrap();
    }

    /// Whom the last use on record concerned, by their place in the world.
    pub fn people_of_the_last_use(&self) -> BTreeSet<u32> {
        let uses = self.store.all_uses().unwrap();
        uses.last().unwrap().bitmap().unwrap().iter().collect()
    }
}

/// Writes the records, and says which number of the world became which of the store.
fn records(store: &Store, world: &World) -> HashMap<u64, RecordId> {
    let mut ids = HashMap::new();
    for source in SOURCES {
        let all = world.people.iter().flat_map(|person| &person.records);
        let mut own: Vec<&Record> = all.filter(|record| record.source == source).collect();
        own.sort_unstable_by_key(|record| record.number);
        let incoming: Vec<IncomingRecord> = own.iter().map(|record| incoming(record)).collect();
        store.upsert_records(source, &incoming, Timestamp::UNIX_EPOCH).unwrap();
        for (key, id) in store.record_keys(source).unwrap() {
            ids.insert(key.parse().unwrap(), id);
        }
    }
    ids
}

fn incoming(record: &Record) -> IncomingRecord {
    let mut columns: BTreeMap<String, String> =
        record.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    columns.insert("number".to_owned(), record.number.to_string());
    let since = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * record.since);
    IncomingRecord { key: record.number.to_string(), since: Some(since), columns }
}

fn orders(
    store: &Store,
    lake: &Lake,
    charter: &Charter,
    world: &World,
    ids: &HashMap<u64, RecordId>,
) {
    let zone = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let schema = Schema::new(vec![
        Field::new("order_id", DataType::Utf8, true),
        Field::new("at", zone, true),
        Field::new("total", DataType::Decimal128(18, 2), true),
        Field::new("town", DataType::Utf8, true),
    ]);
    let first: Timestamp = FIRST_DAY.parse().unwrap();
    let buyer = |person: &Person| {
        person
            .records
            .iter()
            .find(|record| record.source == "crm")
            .map(|record| ids[&record.number].0)
    };
    let bought: Vec<(u64, &super::world::Order)> = world
        .people
        .iter()
        .flat_map(|person| person.orders.iter().map(move |order| (buyer(person).unwrap(), order)))
        .collect();
    let count = bought.len();
    let at = |day: i64| (first + SignedDuration::from_hours(24 * day)).as_microsecond();
    let times: Vec<i64> = bought.iter().map(|(_, order)| at(order.day)).collect();
    let totals: Vec<i128> = bought.iter().map(|(_, order)| i128::from(order.cents)).collect();
    let batch = RecordBatch::try_new(
        Arc::new(schema.clone()),
        vec![
            Arc::new((0..count).map(|at| Some(format!("O-{at}"))).collect::<StringArray>()),
            Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC")),
            Arc::new(Decimal128Array::from(totals).with_precision_and_scale(18, 2).unwrap()),
            Arc::new(bought.iter().map(|(_, o)| Some(o.town.as_str())).collect::<StringArray>()),
        ],
    )
    .unwrap();
    let mut writer = lake.writer("orders", "at", "1", &schema);
    let keys: Vec<u128> = (0..count as u128).collect();
    let buyers = bought.iter().map(|(buyer, _)| *buyer).collect();
    writer.write(&batch, buyers, &keys, vec![0; count]).unwrap();
    let files = writer.finish().unwrap();
    let rows = count as u64;
    let load = Load {
        source: "orders".into(),
        file: "orders.csv".into(),
        digest: Digest([0; 32]),
        charter: charter.digest,
        at: Timestamp::UNIX_EPOCH,
        rows,
        added: rows,
        changed: 0,
        unchanged: 0,
    };
    store.finish_load(&load, &[], &files, &[]).unwrap();
}
