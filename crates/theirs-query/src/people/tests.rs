//! A snapshot that follows changes is the one that would be read from the records.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use datafusion::arrow::array::Array;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::file::properties::WriterProperties;
use jiff::Timestamp;
use proptest::prelude::*;
use theirs_model::Digest;
use theirs_store::{
    ActKind, Found, IncomingRecord, Keys, NewAct, NewVerdict, PERSON, Placement, RestKey,
};

use super::*;

const CHARTERS: [&str; 2] = [include_str!("tests/first.yaml"), include_str!("tests/second.yaml")];

/// Something that happens to people.
#[derive(Debug, Clone)]
enum Event {
    /// A source says this of a record: key, city, e-mails, newsletter, born.
    Load(u8, u8, u8, u8, u8),
    Correct(u8, u8),
    Consent(u8, bool),
    Object(u8, bool),
    Hold(u8, bool),
    Contest(u8, bool),
    Stop(u8, bool),
    /// So many times a hundred days go by.
    Wait(u8),
    Merge(u8, u8),
    Split(u8),
    /// All records are joined anew; those of the same remainder belong together.
    Resolve(u8),
    Charter(u8),
    /// The snapshot is written as one base.
    Fold,
    /// The process ends and another opens the folder.
    Reopen,
    /// Somebody asks under both purposes, so that they are kept from now on.
    Ask,
}

fn event() -> impl Strategy<Value = Event> {
    let n = || any::<u8>();
    prop_oneof![
        4 => (n(), n(), n(), n(), n()).prop_map(|(a, b, c, d, e)| Event::Load(a, b, c, d, e)),
        2 => (n(), n()).prop_map(|(a, b)| Event::Correct(a, b)),
        2 => (n(), any::<bool>()).prop_map(|(a, b)| Event::Consent(a, b)),
        2 => (n(), any::<bool>()).prop_map(|(a, b)| Event::Object(a, b)),
        1 => (n(), any::<bool>()).prop_map(|(a, b)| Event::Hold(a, b)),
        1 => (n(), any::<bool>()).prop_map(|(a, b)| Event::Contest(a, b)),
        1 => (n(), any::<bool>()).prop_map(|(a, b)| Event::Stop(a, b)),
        1 => n().prop_map(Event::Wait),
        2 => (n(), n()).prop_map(|(a, b)| Event::Merge(a, b)),
        2 => n().prop_map(Event::Split),
        1 => (2..9_u8).prop_map(Event::Resolve),
        1 => n().prop_map(Event::Charter),
        1 => Just(Event::Fold),
        1 => Just(Event::Reopen),
        3 => Just(Event::Ask),
    ]
}

struct Town {
    store: Store,
    keys: Keys,
    housing: Housing,
    charter: Arc<Charter>,
    snapshot: Snapshot,
    pseudonyms: BTreeMap<String, Arc<Pseudonyms>>,
    calendar: Calendar,
    _folder: tempfile::TempDir,
}

impl Town {
    fn new(most_in_memory: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("keys")).unwrap();
        let keys = Keys::open_or_create(&folder.path().join("keys")).unwrap();
        let store = Store::in_memory().unwrap();
        let key = RestKey::new([7; 32]);
        let housing = Housing { folder: folder.path().join("people"), most_in_memory, key };
        let charter = Arc::new(Charter::read("charter.yaml", CHARTERS[0]).unwrap());
        let snapshot = Snapshot::open(&store, &charter, &housing).unwrap();
        let named = |(at, purpose): (u8, &str)| {
            (purpose.to_owned(), Arc::new(Pseudonyms::new(&[at; 32], 16)))
        };
        let pseudonyms = (0..).zip(["offer", "figures"]).map(named).collect();
        let calendar = Calendar::at("2026-03-02T09:00:00Z".parse().unwrap(), &charter.time_zone);
        Self { store, keys, housing, charter, snapshot, pseudonyms, calendar, _folder: folder }
    }

    fn record(&self, number: u8) -> Option<RecordId> {
        let records = self.store.record_keys("crm").unwrap();
        let placed = |id: &RecordId| self.store.person_of(*id).unwrap().is_some();
        let ids: Vec<RecordId> = records.into_iter().map(|(_, id)| id).filter(placed).collect();
        (!ids.is_empty()).then(|| ids[usize::from(number) % ids.len()])
    }

    fn act(&self, number: u8, kind: ActKind, topic: &str, content: Option<&str>) {
        let Some(anchor) = self.record(number) else { return };
        self.store
            .record_act(&NewAct {
                anchor,
                kind,
                topic: topic.to_owned(),
                content: content.map(str::to_owned),
                at: Timestamp::UNIX_EPOCH,
                by: "person".to_owned(),
                reason: None,
            })
            .unwrap();
    }

    fn happens(&mut self, event: &Event) {
        let yes = |flag: bool| Some(if flag { "yes" } else { "no" });
        let verdict = NewVerdict { by: PERSON.to_owned(), reason: None, at: Timestamp::UNIX_EPOCH };
        match *event {
            Event::Load(key, city, mail, newsletter, born) => {
                self.load(key % 24, city, mail, newsletter, born);
            }
            Event::Correct(who, city) => {
                let city = format!("Town {}", city % 5);
                let content = (city != "Town 0").then_some(city.as_str());
                self.act(who, ActKind::Correction, "city", content);
            }
            Event::Consent(who, says) => self.act(who, ActKind::Consent, "newsletter", yes(says)),
            Event::Object(who, says) => self.act(who, ActKind::Objection, "marketing", yes(says)),
            Event::Hold(who, says) => self.act(who, ActKind::Restriction, "all", yes(says)),
            Event::Stop(who, says) => {
                self.act(who, ActKind::Restriction, "column:birth_date", yes(says));
            }
            Event::Contest(who, says) => {
                self.act(who, ActKind::Contest, "birth_date", yes(says));
            }
            Event::Wait(days) => {
                let hours = jiff::SignedDuration::from_hours(i64::from(days % 9) * 2_400);
                self.calendar = Calendar::at(self.calendar.now + hours, &self.charter.time_zone);
            }
            Event::Merge(one, other) => {
                if let (Some(one), Some(other)) = (self.record(one), self.record(other)) {
                    self.store.merge(one, other, &verdict).unwrap();
                }
            }
            Event::Split(who) => {
                if let Some(record) = self.record(who) {
                    self.store.split(record, &verdict, &self.keys).unwrap();
                }
            }
            Event::Resolve(by) => self.resolve(by),
            Event::Charter(which) => {
                let text = CHARTERS[usize::from(which) % 2];
                self.charter = Arc::new(Charter::read("charter.yaml", text).unwrap());
                self.snapshot = Snapshot::open(&self.store, &self.charter, &self.housing).unwrap();
            }
            Event::Fold => {
                let folded = self.snapshot.folded(&self.housing).unwrap();
                self.snapshot = self.snapshot.next(&self.store).unwrap();
                self.snapshot = self.snapshot.over(&folded).unwrap().unwrap();
            }
            Event::Reopen => {
                self.snapshot = Snapshot::open(&self.store, &self.charter, &self.housing).unwrap();
            }
            Event::Ask => drop(self.seen_by(&self.snapshot)),
        }
    }

    fn load(&self, key: u8, city: u8, mail: u8, newsletter: u8, born: u8) {
        let columns = [
            ("number", Some(key.to_string())),
            ("city", (!city.is_multiple_of(4)).then(|| format!("City {}", city % 4))),
            ("email", (!mail.is_multiple_of(3)).then(|| format!("{}@mail.example", mail % 7))),
            (
                "newsletter",
                (!newsletter.is_multiple_of(3)).then(|| (newsletter % 3 == 1).to_string()),
            ),
            (
                "born",
                (!born.is_multiple_of(5))
                    .then(|| format!("19{:02}-03-0{}", born % 90 + 10, born % 9 + 1)),
            ),
        ];
        let columns = columns.into_iter();
        let columns = columns.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let since = Some(Timestamp::from_second(i64::from(born)).unwrap());
        let record = IncomingRecord { key: key.to_string(), since, columns };
        self.store.upsert_records("crm", &[record], Timestamp::UNIX_EPOCH).unwrap();
    }

    fn resolve(&self, by: u8) {
        let place = |(at, (_, record)): (usize, (String, RecordId))| Placement {
            record,
            cluster: u32::try_from(at).unwrap() % u32::from(by),
            confidence: 1.0,
        };
        let records = self.store.record_keys("crm").unwrap().into_iter();
        let placements: Vec<Placement> = records.enumerate().map(place).collect();
        let found = Found { placements: &placements, ..Found::default() };
        self.store.place(&found, "{}", &self.keys).unwrap();
    }

    /// Everything that a snapshot shows under each purpose, and whom it leaves out.
    fn seen_by(&self, snapshot: &Snapshot) -> String {
        let mut told = String::new();
        for purpose in &self.charter.purposes {
            let (name, day) = (&purpose.name, self.calendar.today);
            let cut = snapshot.cut(purpose, &self.pseudonyms[name], &self.calendar).unwrap();
            writeln!(told, "{name} {:?}", snapshot.left_out(name, day).unwrap()).unwrap();
            writeln!(told, "{:?}", snapshot.eligible(name, day).unwrap()).unwrap();
            let columns: Vec<cut::Column> =
                (0..cut.seen.len()).map(|at| cut.column(at, &snapshot.stock).unwrap()).collect();
            for (at, block) in cut.blocks().iter().enumerate() {
                for (row, slot) in block.slots.iter().enumerate() {
                    write!(told, "{slot} {}", array_value_to_string(&block.names, row).unwrap())
                        .unwrap();
                    for column in &columns {
                        let known = column[at].is_valid(row);
                        let value = array_value_to_string(&column[at], row).unwrap();
                        write!(told, " {known} {value}").unwrap();
                    }
                    told.push('\n');
                }
            }
        }
        let records: Vec<(usize, &u32)> = snapshot
            .slot_of_record
            .iter()
            .enumerate()
            .filter(|(_, slot)| **slot != u32::MAX)
            .collect();
        writeln!(told, "{records:?}").unwrap();
        told
    }
}

fn follows(most_in_memory: usize, events: &[Event]) -> Result<(), TestCaseError> {
    let mut town = Town::new(most_in_memory);
    let elsewhere = tempfile::tempdir().unwrap();
    let key = RestKey::new([7; 32]);
    let folder = elsewhere.path().join("people");
    let elsewhere = Housing { folder, most_in_memory: 1_000, key };
    for event in events {
        town.happens(event);
        town.snapshot = town.snapshot.next(&town.store).unwrap();
        prop_assert_eq!(town.snapshot.sequence, town.store.people_sequence().unwrap());
    }
    let read = Snapshot::read(&town.store, &town.charter, &elsewhere).unwrap();
    prop_assert_eq!(town.seen_by(&town.snapshot), town.seen_by(&read));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_snapshot_in_memory_follows_every_history(events in prop::collection::vec(event(), 1..40)) {
        follows(1_000, &events)?;
    }

    #[test]
    fn a_snapshot_in_a_file_follows_every_history(events in prop::collection::vec(event(), 1..40)) {
        follows(0, &events)?;
    }
}

#[test]
fn a_file_that_is_gone_or_cut_or_of_another_charter_is_not_used() {
    let mut town = Town::new(0);
    for key in 0..20 {
        town.happens(&Event::Load(key, 1, 1, 1, 1));
    }
    town.happens(&Event::Resolve(200));
    town.happens(&Event::Reopen);
    let seen = town.seen_by(&town.snapshot);
    let people = town.housing.folder.join("people.parquet");
    let layout = |charter: &Charter| Layout::of(charter).schema.clone();
    let housing = town.housing.clone();
    let opens = |charter: &Charter| Base::open(&housing, charter, &layout(charter)).is_some();
    assert!(opens(&town.charter));
    let mut other = Charter::read("charter.yaml", CHARTERS[0]).unwrap();
    other.digest = Digest([0; 32]);
    assert!(!opens(&other));
    // What is open stays so when its file goes.
    let whole = std::fs::read(&people).unwrap();
    std::fs::write(town.housing.folder.join("cut"), &whole[..whole.len() / 2]).unwrap();
    std::fs::rename(town.housing.folder.join("cut"), &people).unwrap();
    assert!(!opens(&town.charter));
    assert_eq!(town.seen_by(&town.snapshot), seen);
    std::fs::remove_dir_all(&town.housing.folder).unwrap();
    assert_eq!(town.seen_by(&town.snapshot), seen);
    town.happens(&Event::Reopen);
    assert_eq!(town.seen_by(&town.snapshot), seen);
    assert!(opens(&town.charter));
}

#[test]
fn a_file_that_is_plain_or_under_another_key_is_not_used() {
    let mut town = Town::new(0);
    for key in 0..20 {
        town.happens(&Event::Load(key, 1, 1, 1, 1));
    }
    town.happens(&Event::Resolve(200));
    town.happens(&Event::Reopen);
    let schema = Layout::of(&town.charter).schema.clone();
    let opens = |key: [u8; 32]| {
        let housing = Housing { key: RestKey::new(key), ..town.housing.clone() };
        Base::open(&housing, &town.charter, &schema).is_some()
    };
    assert!(opens([7; 32]) && !opens([8; 32]));
    for name in ["people.parquet", "records.parquet"] {
        let path = town.housing.folder.join(name);
        let sealed = std::fs::read(&path).unwrap();
        assert!(sealed.starts_with(&RestKey::MAGIC) && sealed.ends_with(&RestKey::MAGIC));
        std::fs::write(&path, plain(&path, &town.housing.key)).unwrap();
        assert!(!opens([7; 32]), "{name}");
        std::fs::write(&path, sealed).unwrap();
        assert!(opens([7; 32]));
    }
}

/// The same file without encryption, as an earlier version wrote it.
fn plain(path: &std::path::Path, key: &RestKey) -> Vec<u8> {
    let opening = key.opening(path.file_name().unwrap().to_str().unwrap()).unwrap();
    let options = ArrowReaderOptions::new().with_file_decryption_properties(opening);
    let file = std::fs::File::open(path).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).unwrap();
    let said = builder.metadata().file_metadata().key_value_metadata().cloned();
    let properties = WriterProperties::builder().set_key_value_metadata(said).build();
    let schema = Arc::clone(builder.schema());
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties)).unwrap();
    for batch in builder.build().unwrap() {
        writer.write(&batch.unwrap()).unwrap();
    }
    writer.into_inner().unwrap()
}
