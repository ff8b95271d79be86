//! A shop of invented people in a folder of its own; whatever is of person 17 holds `zq00017x`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use jiff::{SignedDuration, Timestamp};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use roaring::RoaringBitmap;
use theirs_charter::{Asker, Authority, Charter, Holds, Policies};
use theirs_ledger::Ledger;
use theirs_model::{Clock, Digest, RecordId, UseId};
use theirs_rights::{
    Admission, Brought, By, Confirmation, Deleted, Desk, Ground, Marker, RestoreError, Restored,
    Restoring, Since, Swept, restore, write_journal,
};
use theirs_store::backup::{Head, KeysArtefact, Manifest, write_data};
use theirs_store::{
    CharterVersion, Folder, Found, IncomingRecord, Keys, Lake, Load, Person, Placement, RestKey,
    Store,
};
use theirs_uses::{Act, Book, Told};

/// The number of the next load, over all worlds: a world that is opened again goes on.
static LOADS: AtomicU32 = AtomicU32::new(1);

pub const CHARTER: &str = include_str!("charter.yaml");
/// A purpose that the law asks for.
pub const DUTY: &str = "  books:
    category: service.order
    basis: legal obligation
    says: The tax office wants to see what we sold.
    columns: [family_name]
    activities:
      orders: [order_no, ordered_at]
    keep: 6 years
";

pub struct HandClock(Mutex<Timestamp>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl HandClock {
    pub fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(text.parse().unwrap())))
    }

    pub fn pass(&self, days: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_hours(24 * days);
    }
}

/// Restores the backup below `backup` into `into`.
pub fn back(
    backup: &Path,
    into: &Path,
    since: Since<'_>,
    clock: &Arc<HandClock>,
) -> Result<Restored, RestoreError> {
    let restoring = Restoring {
        data: &backup.join("data"),
        keys: &backup.join("keys.json"),
        passphrase: None,
        into,
        since,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
    };
    restore(&restoring, &|_| Ok(()))
}

pub struct World {
    pub folder: Folder,
    pub store: Arc<Store>,
    pub ledger: Arc<Ledger>,
    pub lake: Lake,
    pub keys: Keys,
    pub charter: Arc<Charter>,
    pub clock: Arc<HandClock>,
}

pub fn tag(person: u32) -> String {
    format!("zq{person:05}x")
}

pub fn crm_key(person: u32) -> String {
    format!("C-{}", tag(person))
}

pub fn crm(person: u32) -> IncomingRecord {
    let tag = tag(person);
    let columns = [
        ("client_no", crm_key(person)),
        ("given", format!("Given{tag}")),
        ("family", format!("Family{tag}")),
        ("born", format!("19{:02}-03-09", 40 + person % 60)),
        ("email", format!("{tag}@Mail.example")),
        ("phone", format!("+44 20 7{person:06}{:03}", person % 997)),
        ("postcode", format!("SM{person}")),
        ("city", format!("City{tag}")),
    ];
    record(&crm_key(person), "2026-01-01T00:00:00Z", &columns)
}

pub fn news(person: u32) -> IncomingRecord {
    let tag = tag(person);
    let email = format!("{tag}@mail.example");
    let columns = [
        ("email", email.clone()),
        ("name", format!("Given{tag} Family{tag}")),
        ("yes_to_news", "true".to_owned()),
    ];
    record(&email, "2026-01-02T00:00:00Z", &columns)
}

pub fn record(key: &str, since: &str, columns: &[(&str, String)]) -> IncomingRecord {
    IncomingRecord {
        key: key.to_owned(),
        since: since.parse().ok(),
        columns: columns.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect(),
    }
}

impl World {
    pub fn new(root: &Path, charter: &str) -> Self {
        let folder = Folder::create(root).unwrap();
        let keys = Keys::create(&folder).unwrap();
        Store::open(&folder.database(), &keys.database()).unwrap();
        Ledger::create(&folder.ledger(), "shop.example/ledger", &keys.ledger_key_file()).unwrap();
        std::fs::write(folder.charter(), charter).unwrap();
        let world = Self::open(root, charter, HandClock::at("2026-03-02T09:00:00Z"));
        let version = CharterVersion {
            digest: world.charter.digest,
            policies: BTreeMap::new(),
            text: charter.to_owned(),
            applied: world.clock.now(),
        };
        let brought = world.charter.adopted();
        world.store.apply_charter(&version, &brought, &world.keys).unwrap();
        world
    }

    pub fn open(root: &Path, charter: &str, clock: Arc<HandClock>) -> Self {
        let folder = Folder::open(root, "test").unwrap();
        let keys = Keys::of(&folder).unwrap();
        let store = Arc::new(Store::open(&folder.database(), &keys.database()).unwrap());
        let ledger = Arc::new(Ledger::open(&folder.ledger(), &keys.ledger_key_file()).unwrap());
        let lake = Lake::new(&folder.lake(), &keys);
        let charter = Arc::new(Charter::read("charter.yaml", charter).unwrap());
        let world = Self { folder, store, ledger, lake, keys, charter, clock };
        world.book().drain().unwrap();
        world.lake.sweep(&world.store).unwrap();
        write_journal(&world.store, &world.folder.erasures()).unwrap();
        world
    }

    /// People `0..count`, each with a record at the till, one of the newsletter, and activities.
    pub fn with_people(root: &Path, charter: &str, count: u32) -> Self {
        let mut world = Self::new(root, charter);
        let people: Vec<u32> = (0..count).collect();
        world.load("crm", &people.iter().map(|person| crm(*person)).collect::<Vec<_>>());
        world.load("news", &people.iter().map(|person| news(*person)).collect::<Vec<_>>());
        world.load_activities("orders", &people, "2025-06-01T10:00:00Z");
        world.load_activities("visits", &people, "2026-02-01T10:00:00Z");
        world.resolve();
        world
    }

    /// The checkpoint, once it has all entries.
    pub fn checkpoint(&self) -> String {
        self.ledger.settle().unwrap();
        self.ledger.checkpoint()
    }

    pub fn book(&self) -> Book {
        Book::new(Arc::clone(&self.store), Arc::clone(&self.ledger))
    }

    pub fn desk(&self) -> Desk {
        Desk::new(
            Arc::clone(&self.store),
            self.lake.clone(),
            self.keys.clone(),
            self.book(),
            Arc::new(Authority::new(Arc::clone(&self.charter), &Policies::none()).unwrap()),
            Arc::clone(&self.clock) as Arc<dyn Clock>,
        )
        .journalling(&self.folder.erasures())
    }

    /// Loads records; says how many were blocked.
    pub fn load(&self, source: &str, records: &[IncomingRecord]) -> usize {
        let source = self.charter.source(source).unwrap();
        let Holds::Identity(identity) = &source.holds else { panic!("not a source of identities") };
        let marker = Marker::new(&self.keys);
        let gate = Admission { marker: &marker, source, identity };
        let now = self.clock.now();
        let (mut blocked, mut held_back) = (0, BTreeSet::new());
        for some in records.chunks(5_000) {
            let admitted = self.store.upsert_unless_erased(&source.name, some, now, &gate).unwrap();
            blocked += admitted.blocked.len();
            for (at, columns) in &admitted.kept_out {
                held_back.extend(columns.iter().map(|name| (some[*at].key.clone(), name.clone())));
            }
        }
        let keys = records.iter().map(|record| record.key.clone()).collect();
        let brought = Brought { keys: &keys, aside: &held_back };
        self.desk().settle(&source.name, &brought, &self.folder.outbox()).unwrap();
        blocked
    }

    /// One activity of each of these people who is known.
    pub fn load_activities(&mut self, source: &str, people: &[u32], at: &str) {
        let known: BTreeMap<String, RecordId> =
            self.store.record_keys("crm").unwrap().into_iter().collect();
        let known: Vec<(u32, RecordId)> = people
            .iter()
            .filter_map(|person| Some((*person, *known.get(&crm_key(*person))?)))
            .collect();
        let number_of_load = LOADS.fetch_add(1, Ordering::Relaxed);
        let (number, time, text) = match source {
            "orders" => ("order_no", "ordered_at", "title"),
            _ => ("visit_no", "at", "page"),
        };
        let micros = at.parse::<Timestamp>().unwrap().as_microsecond();
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Arc::new(Schema::new(vec![
            Field::new(number, DataType::Utf8, true),
            Field::new(time, utc, true),
            Field::new(text, DataType::Utf8, true),
        ]));
        let texts = |what: &str| -> ArrayRef {
            let texts = known.iter().map(|(person, _)| format!("{what}-{}", tag(*person)));
            Arc::new(StringArray::from_iter_values(texts))
        };
        let times = TimestampMicrosecondArray::from(vec![micros; known.len()]).with_timezone("UTC");
        let columns = vec![texts(number), Arc::new(times) as ArrayRef, texts(text)];
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
        let load = format!("{number_of_load:08}");
        let mut writer = self.lake.writer(source, time, &load, &schema);
        let ids = known.iter().map(|(_, record)| record.0).collect();
        let keys: Vec<u128> = known
            .iter()
            .map(|(person, _)| (u128::from(*person) << 32) | u128::from(number_of_load))
            .collect();
        writer.write(&batch, ids, &keys, vec![0; known.len()]).unwrap();
        let files = writer.finish().unwrap();
        let load = Load {
            source: source.to_owned(),
            file: format!("{source}.csv"),
            digest: Digest([0; 32]),
            charter: self.charter.digest,
            at: self.clock.now(),
            rows: known.len() as u64,
            added: known.len() as u64,
            changed: 0,
            unchanged: 0,
        };
        self.store.finish_load(&load, &[], &files, &[]).unwrap();
    }

    /// Joins all records that hold the same tag.
    pub fn resolve(&self) {
        let mut placements = Vec::new();
        self.store
            .each_record(|record| {
                let cluster = people_in(record.key.as_bytes()).into_iter().next().unwrap();
                placements.push(Placement { record: record.id, cluster, confidence: 1.0 });
                Ok(())
            })
            .unwrap();
        let found = Found { placements: &placements, ..Found::default() };
        self.store.place(&found, "{}", &self.keys).unwrap();
        self.desk().keep_deleted_out().unwrap();
    }

    pub fn person(&self, person: u32) -> Person {
        self.desk().find(&format!("crm:{}", crm_key(person)), theirs_rights::By::Person).unwrap()
    }

    pub fn is_known(&self, person: u32) -> bool {
        self.store.record("crm", &crm_key(person)).unwrap().is_some()
    }

    /// The people of whom there is any record.
    pub fn people_on_record(&self) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        self.store
            .each_record(|record| {
                found.extend(people_in(record.key.as_bytes()));
                Ok(())
            })
            .unwrap();
        found
    }

    /// Erases a person as the command does.
    pub fn erase(&self, person: u32) -> Confirmation {
        let done = self.desk().erase(
            &self.person(person),
            Ground::Asked,
            By::Colleague(&colleague("privacy")),
        );
        write_journal(&self.store, &self.folder.erasures()).unwrap();
        self.desk().post(&self.folder.outbox()).unwrap();
        done.unwrap()
    }

    /// Deletes a value of a person as the command does.
    pub fn delete(&self, person: u32, column: &str) -> Deleted {
        let asker = colleague("privacy");
        let (desk, by) = (self.desk(), By::Colleague(&asker));
        let done = desk.delete(&self.person(person), column, Ground::Asked, by).unwrap();
        write_journal(&self.store, &self.folder.erasures()).unwrap();
        self.desk().post(&self.folder.outbox()).unwrap();
        done
    }

    /// Destroys the ledger's keys of whoever was erased, as the command does before it sweeps.
    pub fn forget(&self) {
        let pending = self.store.pending_erasures().unwrap();
        let slots = pending.iter().flat_map(|one| &one.slots).map(|slot| slot.0).collect();
        self.seals().forget(&slots, self.charter.digest, self.clock.now()).unwrap();
    }

    pub fn seals(&self) -> theirs_uses::Seals {
        let keys = theirs_store::PersonKeys::open(&self.keys).unwrap();
        theirs_uses::Seals::new(Arc::clone(&self.store), self.book(), keys, &self.folder.data())
    }

    pub fn sweep(&self) -> Swept {
        let pending = self.store.pending_erasures().unwrap();
        self.desk().sweep(&pending, &self.folder).unwrap()
    }

    /// Gives the printer a list of these people, as `decide` does.
    pub fn give(&self, people: &[u32]) -> UseId {
        self.give_of(people, &[])
    }

    /// The same, on record with these columns.
    pub fn give_of(&self, people: &[u32], columns: &[&str]) -> UseId {
        let mut told = Told::new(Act::Share, "our marketing team");
        told.purpose = Some("card".to_owned());
        told.columns = columns.iter().map(|column| (*column).to_owned()).collect();
        told.recipients = vec!["Royal Printers".to_owned()];
        let slots: Vec<_> = people.iter().map(|person| self.person(*person).slot).collect();
        let members: RoaringBitmap = slots.iter().map(|slot| slot.0).collect();
        let now = self.clock.now();
        let list = self.book().log(&told, &members, self.charter.digest, now).unwrap();
        let mut text = "given_name,reason,use_id,reference\n".to_owned();
        for (person, slot) in people.iter().zip(&slots) {
            let reference = self.keys.reference(list, *slot);
            let row =
                [format!("Given{}", tag(*person)), "because".into(), list.to_string(), reference];
            text.push_str(&row.join(","));
            text.push('\n');
        }
        std::fs::create_dir_all(self.folder.outbox()).unwrap();
        std::fs::write(self.folder.outbox().join(format!("card-{list}.csv")), text).unwrap();
        list
    }

    pub fn back_up(&self, into: &Path) -> Manifest {
        let head = || {
            self.ledger.settle().unwrap();
            Head { size: self.ledger.size(), root: self.ledger.root() }
        };
        let now = self.clock.now();
        let keys = into.join("keys.json");
        let manifest =
            write_data(&self.folder, &self.keys, &into.join("data"), now, &head).unwrap();
        KeysArtefact::write(&self.folder, &self.keys, &keys, now, 14, None).unwrap();
        manifest
    }

    /// Everything that anybody is told of this person, but for what was done with it.
    pub fn answer(&self, person: u32) -> String {
        let desk = self.desk();
        let dossier =
            desk.open(&self.person(person), By::Colleague(&colleague("privacy"))).unwrap();
        serde_json::to_string(&dossier).unwrap()
    }
}

/// The people whose tags stand in these bytes.
pub fn people_in(bytes: &[u8]) -> BTreeSet<u32> {
    let tags = memchr::memmem::find_iter(bytes, b"zq").filter_map(|at| {
        let digits = std::str::from_utf8(bytes.get(at + 2..at + 7)?).ok()?;
        digits.parse().ok()
    });
    tags.collect()
}

/// Every byte of a file, and of a database that shows none those of its rows.
pub fn all_of(path: &Path, keys: &Keys) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    if path.file_name().is_some_and(|name| name == "store.sqlite") {
        let plain = tempfile::tempdir().unwrap();
        let plain = plain.path().join("store.sqlite");
        keys.database().write_plain(path, &plain).unwrap();
        bytes.extend(std::fs::read(plain).unwrap());
    }
    bytes
}

/// The people of whom a byte of any file below a folder tells; the database and Parquet files are
/// also read under their keys, as what is encrypted shows no bytes.
pub fn people_on_disk(folder: &Path, keys: &Keys) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(here) = waiting.pop() {
        for file in std::fs::read_dir(here).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            found.extend(people_in(&all_of(&path, keys)));
            found.extend(people_in(path.to_string_lossy().as_bytes()));
            if path.extension().is_some_and(|ending| ending == "parquet") {
                found.extend(people_in(rows(&path, keys).as_bytes()));
            }
        }
    }
    found
}

fn rows(path: &Path, keys: &Keys) -> String {
    let file = std::fs::File::open(path).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let opening = RestKey::new(keys.derive("lake at rest")).opening(name).unwrap();
    let options = ArrowReaderOptions::new().with_file_decryption_properties(opening);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).unwrap();
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    batches.iter().fold(String::new(), |text, batch| text + &format!("{batch:?}"))
}

/// Somebody who works here, under one role.
pub fn colleague(role: &str) -> Asker {
    Asker::new("somebody", [role])
}
