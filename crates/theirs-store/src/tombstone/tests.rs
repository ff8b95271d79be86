use std::collections::BTreeMap;

use theirs_model::UseId;

use super::*;
use crate::erasure::NewErasure;
use crate::keys::Keys;
use crate::person::{Found, Placement};

fn record(key: &str) -> IncomingRecord {
    IncomingRecord { key: key.to_owned(), since: None, columns: BTreeMap::new() }
}

fn mark(text: &str) -> Mark {
    let mut bytes = [0; 16];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    Mark(bytes)
}

fn marks(record: &IncomingRecord) -> Marks {
    let address = record.key.split('@').nth(1).map(mark);
    Marks {
        key: Some(mark(&record.key)),
        identifiers: address.into_iter().collect(),
        own_act: record.since,
    }
}

/// One record, `1@ada`, of somebody who was erased at the first second.
fn erased() -> Store {
    let store = Store::in_memory().unwrap();
    store.upsert_records("crm", &[record("1@ada")], Timestamp::UNIX_EPOCH).unwrap();
    let placements = [Placement { record: theirs_model::RecordId(1), cluster: 0, confidence: 1.0 }];
    let found = Found { placements: &placements, ..Found::default() };
    store.place(&found, "{}", &Keys::for_tests()).unwrap();
    let tombstones = [
        Tombstone { kind: MarkKind::Key, mark: mark("1@ada") },
        Tombstone { kind: MarkKind::Identifier, mark: mark("ada") },
    ];
    let new = NewErasure {
        use_id: UseId([1; 16]),
        at: Timestamp::from_second(1).unwrap(),
        by: "person".to_owned(),
        ground: "asked",
        due: Timestamp::from_second(86_401).unwrap(),
        tombstones: &tombstones,
        kept: &[],
        notices: &[],
    };
    let as_of = store.people_sequence().unwrap();
    let erased = store.erase(theirs_model::Slot(0), as_of, &new).unwrap().unwrap();
    assert_eq!(erased.records.len(), 1);
    store
}

fn load(store: &Store, source: &str, records: &[IncomingRecord]) -> (u64, Vec<usize>) {
    let now = Timestamp::from_second(5).unwrap();
    let Admitted { done, blocked, .. } =
        store.upsert_unless_erased(source, records, now, &marks).unwrap();
    assert!(blocked.iter().all(|(_, why)| *why == Blocked::Erased));
    (done.added, blocked.into_iter().map(|(at, _)| at).collect())
}

#[test]
fn whoever_was_erased_is_not_loaded_again_by_key_nor_by_identifier() {
    let store = erased();
    let rows = [record("1@ada"), record("2@ada"), record("3@bob")];
    assert_eq!(load(&store, "crm", &rows), (1, vec![0, 1]));
    let made =
        store.ensure_records("crm", None, &["1@ada".to_owned()], Timestamp::UNIX_EPOCH, &mark);
    assert_eq!(made.unwrap(), 0);
}

#[test]
fn a_record_that_is_somebody_elses_already_may_change_to_the_same_identifier() {
    let store = erased();
    let by_id = |record: &IncomingRecord| Marks {
        key: Some(mark(&record.key)),
        identifiers: if record.since.is_some() { vec![mark("ada")] } else { Vec::new() },
        own_act: None,
    };
    let now = Timestamp::UNIX_EPOCH;
    let before = [record("7")];
    store.upsert_unless_erased("crm", &before, now, &by_id).unwrap();
    let after = [IncomingRecord { since: Some(now), ..record("7") }];
    let Admitted { done, blocked, .. } =
        store.upsert_unless_erased("crm", &after, now, &by_id).unwrap();
    assert_eq!((done.changed, blocked.len()), (1, 0));
}

#[test]
fn what_the_person_gives_anew_lets_them_in_but_never_by_the_old_key() {
    let store = erased();
    let at = |key: &str, second| {
        let since = Timestamp::from_second(second).ok();
        IncomingRecord { since, ..record(key) }
    };
    assert_eq!(load(&store, "shop", &[at("8@ada", 1)]).1, [0], "given before the erasure");
    assert_eq!(load(&store, "crm", &[at("1@ada", 9)]).1, [0], "the old key");
    assert_eq!(load(&store, "shop", &[at("9@ada", 2)]), (1, vec![]));
    assert_eq!(load(&store, "crm", &[record("4@ada")]), (1, vec![]), "they have come back");
    assert_eq!(load(&store, "crm", &[record("1@ada")]).1, [0]);
}

#[test]
fn readmitting_takes_all_marks_of_an_erasure_away() {
    let store = erased();
    assert!(store.readmit(&[mark("eve")], Timestamp::UNIX_EPOCH).unwrap().is_empty());
    assert_eq!(store.readmit(&[mark("ada")], Timestamp::UNIX_EPOCH).unwrap().len(), 1);
    assert_eq!(load(&store, "crm", &[record("1@ada")]), (1, vec![]));
    assert!(store.erasures().unwrap()[0].readmitted.is_some());
}
