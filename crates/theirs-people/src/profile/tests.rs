//! A person's own word against any sequence of loads.

use proptest::prelude::*;
use theirs_model::{RecordId, Slot};
use theirs_store::{IncomingRecord, Keys, NewAct, Placement, Store};

use super::*;

const CHARTER: &str = "
charter: 1
time_zone: UTC
controller: { name: Shop, email: hello@shop.example }
sources:
  till: { kind: internal, acquired: At the till., holds: identity, key: k, columns: { city: contact.address.city } }
  web: { kind: subject, acquired: On the web., holds: identity, key: k, columns: { city: contact.address.city } }
  bought: { kind: broker, acquired: Bought., holds: identity, key: k, columns: { city: contact.address.city } }
survivorship: { contact.address.city: [web] }
purposes:
  count: { category: analytics.aggregate, basis: legitimate interest, says: We count., columns: [city], keep: 1 year }
roles: { analyst: { purposes: [count] } }
";

/// What happens to one person whose records are in three sources.
#[derive(Debug, Clone)]
enum Event {
    Load { source: usize, city: Option<String>, since: i64 },
    Correct(Option<String>),
    Resolve,
}

const SOURCES: [&str; 3] = ["till", "web", "bought"];

fn event() -> impl Strategy<Value = Event> {
    let city = proptest::option::of("[A-Z][a-z]{1,8}");
    prop_oneof![
        4 => (0..3_usize, city.clone(), 0..1_000_000_i64)
            .prop_map(|(source, city, since)| Event::Load { source, city, since }),
        1 => city.prop_map(Event::Correct),
        1 => Just(Event::Resolve),
    ]
}

struct World {
    store: Store,
    keys: Keys,
    charter: Charter,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self {
            store: Store::in_memory().unwrap(),
            keys: Keys::open_or_create(folder.path()).unwrap(),
            charter: Charter::read("charter.yaml", CHARTER).unwrap(),
            _folder: folder,
        };
        for source in 0..3 {
            world.load(source, Some("First"), 0);
        }
        world.resolve();
        world
    }

    fn load(&self, source: usize, city: Option<&str>, since: i64) {
        let columns = city.map(|city| ("city".to_owned(), city.to_owned())).into_iter().collect();
        let since = Some(jiff::Timestamp::from_second(since).unwrap());
        let record = IncomingRecord { key: "1".to_owned(), since, columns };
        let now = jiff::Timestamp::UNIX_EPOCH;
        self.store.upsert_records(SOURCES[source], &[record], now).unwrap();
    }

    fn resolve(&self) {
        let place = |record| Placement { record: RecordId(record), cluster: 0, confidence: 1.0 };
        let placements = [1, 2, 3].map(place);
        let found = theirs_store::Found { placements: &placements, ..Default::default() };
        self.store.place(&found, "{}", &self.keys).unwrap();
    }

    fn correct(&self, city: Option<String>) {
        let act = NewAct {
            anchor: RecordId(1),
            kind: ActKind::Correction,
            topic: "city".to_owned(),
            content: city,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: "person".to_owned(),
            reason: None,
        };
        self.store.record_act(&act).unwrap();
    }

    fn city(&self) -> Option<String> {
        let records = self.store.records_of(Slot(0)).unwrap();
        let profile = profile(&self.charter, &records, &self.store.acts_of(Slot(0)).unwrap());
        let city = profile.attributes.into_iter().find(|a| a.attribute.column() == "city")?;
        city.current.map(|value| value.content().to_owned())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_correction_survives_any_sequence_of_loads(events in prop::collection::vec(event(), 1..24)) {
        let world = World::new();
        let mut own_word: Option<Option<String>> = None;
        for event in events {
            match event {
                Event::Load { source, city, since } => world.load(source, city.as_deref(), since),
                Event::Correct(city) => {
                    world.correct(city.clone());
                    own_word = Some(city);
                }
                Event::Resolve => world.resolve(),
            }
            if let Some(said) = &own_word {
                prop_assert_eq!(&world.city(), said);
            }
        }
    }
}

#[test]
fn the_charters_order_decides_before_the_later_statement() {
    let world = World::new();
    world.load(0, Some("Tillton"), 900);
    world.load(1, Some("Webville"), 100);
    assert_eq!(world.city().as_deref(), Some("Webville"));
    world.load(1, None, 901);
    assert_eq!(world.city().as_deref(), Some("Tillton"));
}

#[test]
fn what_the_person_had_deleted_is_believed_of_nobody_but_themselves() {
    let world = World::new();
    let at = jiff::Timestamp::from_second(500).unwrap();
    let act = |anchor, kind, content: Option<&str>| NewAct {
        anchor: RecordId(anchor),
        kind,
        topic: "city".to_owned(),
        content: content.map(str::to_owned),
        at,
        by: "person".to_owned(),
        reason: None,
    };
    let deleted = |world: &World| {
        let records = world.store.records_of(Slot(0)).unwrap();
        let profile = profile(&world.charter, &records, &world.store.acts_of(Slot(0)).unwrap());
        profile.attributes[0].deleted
    };
    world.store.record_act(&act(2, ActKind::Deletion, Some(""))).unwrap();
    world.load(0, Some("Tillton"), 900);
    world.load(1, Some("Webville"), 400);
    assert_eq!((world.city(), deleted(&world)), (None, Some(at)));
    world.load(1, Some("Newweb"), 501);
    assert_eq!((world.city().as_deref(), deleted(&world)), (Some("Newweb"), None));
    world.load(1, Some("Webville"), 400);
    world.store.record_act(&act(1, ActKind::Correction, None)).unwrap();
    assert_eq!(deleted(&world), Some(at), "to take it away is no word on what it is");
    world.correct(Some("Own".to_owned()));
    assert_eq!((world.city().as_deref(), deleted(&world)), (Some("Own"), None));
}

#[test]
fn outside_data_is_never_believed_however_late_it_is() {
    let world = World::new();
    world.load(2, Some("Brokerham"), 999_999);
    assert_eq!(world.city().as_deref(), Some("First"));
    world.load(0, None, 1);
    world.load(1, None, 1);
    assert_eq!(world.city(), None);
}

proptest! {
    #[test]
    fn the_acts_that_stand_are_those_that_no_other_supersedes(
        said in proptest::collection::vec((0..4_u64, 0..2_usize, 1..12_u64), 0..14),
        anchored in proptest::array::uniform4(0..12_u64),
    ) {
        let topics = ["marketing", "all"];
        let act = |(anchor, topic, sequence): &(u64, usize, u64)| Act {
            slot: Slot(0),
            anchor: RecordId(*anchor),
            anchored: theirs_model::Sequence(anchored[usize::try_from(*anchor).unwrap()]),
            kind: ActKind::Objection,
            topic: topics[*topic].to_owned(),
            content: Some("yes".to_owned()),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: "person".to_owned(),
            reason: None,
            sequence: theirs_model::Sequence(*sequence),
        };
        let acts: Vec<Act> = said.iter().map(act).collect();
        let is_superseded = |one: &Act| {
            acts.iter().any(|other| other.topic == one.topic && follows(other, one))
        };
        let expected: Vec<*const Act> =
            acts.iter().filter(|act| !is_superseded(act)).map(std::ptr::from_ref).collect();
        let found: Vec<*const Act> = standing(&acts).into_iter().map(std::ptr::from_ref).collect();
        prop_assert_eq!(found, expected);
    }
}
