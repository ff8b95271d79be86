use std::collections::BTreeMap;

use super::*;
use crate::act::{ActKind, NewAct};
use crate::household::HouseholdRow;
use crate::keys::Keys;
use crate::person::{Found, LinkRow, Placement};
use crate::record::IncomingRecord;
use crate::verdict::NewVerdict;

fn keys() -> Keys {
    Keys::for_tests()
}

fn store() -> Store {
    filled(Store::in_memory().unwrap())
}

/// Records 1 and 2 are slot 0's, 3 is slot 1's, 4 is slot 2's; all live together.
fn filled(store: Store) -> Store {
    let records: Vec<IncomingRecord> = ["Wilhelmina", "Wilhelmina", "Bob", "Eve"]
        .iter()
        .zip(1..)
        .map(|(name, key): (_, u64)| IncomingRecord {
            key: format!("{name}-{key}"),
            since: None,
            columns: BTreeMap::from([("name".to_owned(), (*name).to_owned())]),
        })
        .collect();
    store.upsert_records("crm", &records, Timestamp::UNIX_EPOCH).unwrap();
    place(&store, &[0, 0, 1, 2]);
    for anchor in [1, 3] {
        store.record_act(&objection(anchor)).unwrap();
    }
    store
}

fn objection(anchor: u64) -> NewAct {
    NewAct {
        anchor: RecordId(anchor),
        kind: ActKind::Correction,
        topic: "name".to_owned(),
        content: Some("Wilhelmina".to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
    }
}

fn place(store: &Store, clusters: &[u32]) {
    let placements: Vec<Placement> = clusters
        .iter()
        .zip(1..)
        .map(|(cluster, record)| Placement {
            record: RecordId(record),
            cluster: *cluster,
            confidence: 1.0,
        })
        .collect();
    let link = LinkRow { a: RecordId(1), b: RecordId(2), weight: 9.0, probability: 1.0 };
    let members = vec![RecordId(1), RecordId(3)];
    let household = HouseholdRow { members, shares: vec!["an address".to_owned()] };
    let found = Found { placements: &placements, links: &[link], households: &[household] };
    store.place(&found, "{}", &keys()).unwrap();
}

fn asked(number: u8) -> NewErasure<'static> {
    NewErasure {
        use_id: UseId([number; 16]),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        ground: "asked",
        due: Timestamp::from_second(86_400).unwrap(),
        tombstones: &[],
        kept: &[],
        notices: &[],
    }
}

fn erase(store: &Store, slot: u32) -> Erased {
    let as_of = store.people_sequence().unwrap();
    store.erase(Slot(slot), as_of, &asked(slot.try_into().unwrap())).unwrap().unwrap()
}

#[test]
fn nothing_of_the_person_is_left_and_everything_of_the_others() {
    let store = store();
    let id = store.people().unwrap()[0].id.clone();
    let verdict = NewVerdict { by: "privacy".into(), reason: None, at: Timestamp::UNIX_EPOCH };
    store.merge(RecordId(3), RecordId(4), &verdict).unwrap();
    store.split(RecordId(2), &verdict, &keys()).unwrap();
    store.merge(RecordId(1), RecordId(2), &verdict).unwrap();
    let others = (store.records_of(Slot(1)).unwrap().len(), store.acts_of(Slot(1)).unwrap().len());
    let erased = erase(&store, 0);
    assert_eq!(erased.records, [RecordId(1), RecordId(2)]);
    assert_eq!(erased.acts, 1);
    assert_eq!(erased.slots, [Slot(0), Slot(3)], "the slot that was merged into it too");
    assert!(store.person(&id).unwrap().is_none());
    assert!(!store.is_open(Slot(0)).unwrap() && store.is_erased(Slot(0)).unwrap());
    assert!(
        store.records_of(Slot(0)).unwrap().is_empty() && store.acts_of(Slot(0)).unwrap().is_empty()
    );
    assert_eq!(store.verdicts().unwrap().len(), 1, "of the others");
    assert_eq!(store.household_of(Slot(1)).unwrap(), None, "a household of one is none");
    let now = (store.records_of(Slot(1)).unwrap().len(), store.acts_of(Slot(1)).unwrap().len());
    assert_eq!((now, store.people().unwrap().len()), (others, 1));
    assert_eq!(store.unswept_records().unwrap().len(), 2);
    assert_eq!(store.pending_erasures().unwrap()[0].slots, erased.slots);
}

#[test]
fn an_erasure_waits_for_a_change_that_came_between() {
    let store = store();
    let as_of = store.people_sequence().unwrap();
    store.record_act(&objection(3)).unwrap();
    assert_eq!(store.erase(Slot(0), as_of, &asked(1)).unwrap(), None);
    assert_eq!(store.people().unwrap().len(), 3);
}

#[test]
fn who_was_erased_while_records_were_compared_is_not_placed_again() {
    let store = store();
    erase(&store, 0);
    place(&store, &[0, 0, 1, 2]);
    assert_eq!(store.people().unwrap().len(), 2);
    assert!(store.is_erased(Slot(0)).unwrap());
    assert_eq!(store.assignments().unwrap().len(), 2);
}

#[test]
fn after_compacting_no_byte_of_the_database_holds_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    // In plain, as an encrypted one never shows a byte of anybody.
    let store = filled(Store::in_plain(&path).unwrap());
    let holds = |text: &str| {
        std::fs::read_dir(folder.path()).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            memchr::memmem::find(&bytes, text.as_bytes()).is_some()
        })
    };
    assert!(holds("Wilhelmina"));
    erase(&store, 0);
    store.erase_records(&[RecordId(3)], &asked(9)).unwrap();
    assert!(crate::compact::write_anew(&rusqlite::Connection::open(&path).unwrap(), 0).unwrap());
    assert!(!holds("Wilhelmina") && holds("Eve"));
    let swept: Vec<ErasureId> = store.pending_erasures().unwrap().iter().map(|e| e.id).collect();
    store.note_swept(&swept, Timestamp::UNIX_EPOCH).unwrap();
    assert!(store.pending_erasures().unwrap().is_empty());
    assert!(store.unswept_records().unwrap().is_empty());
}
