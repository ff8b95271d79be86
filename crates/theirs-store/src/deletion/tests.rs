use super::*;
use crate::keys::Keys;
use crate::person::{Found, Placement};
use crate::tombstone::{Admitted, Marks};

const MARK: Mark = Mark([7; 16]);

/// Keeps out of every row the columns that a deletion names.
struct Named;

impl Gate for Named {
    fn marks(&self, row: &IncomingRecord) -> Marks {
        let key = row.key.parse().ok().map(|number| Mark([number; 16]));
        Marks { key, ..Marks::default() }
    }

    fn kept_out(&self, row: &IncomingRecord, deletion: &KeptOut) -> Vec<String> {
        assert_eq!(deletion.values, [MARK]);
        row.columns.keys().filter(|name| **name == deletion.topic).cloned().collect()
    }
}

fn row(key: &str, since: Option<i64>) -> IncomingRecord {
    let columns = [("city", "Saltmouth"), ("phone", "555 0100")];
    IncomingRecord {
        key: key.to_owned(),
        since: since.map(|since| Timestamp::from_second(since).unwrap()),
        columns: columns.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
    }
}

/// Records 1 and 2 of slot 0, the second without a time, and record 3 of slot 1.
fn store() -> Store {
    let store = Store::in_memory().unwrap();
    let rows = [row("1", Some(5)), row("2", None), row("3", None)];
    store.upsert_records("crm", &rows, Timestamp::UNIX_EPOCH).unwrap();
    let place =
        |(record, cluster)| Placement { record: RecordId(record), cluster, confidence: 1.0 };
    let placements = [(1, 0), (2, 0), (3, 1)].map(place);
    let found = Found { placements: &placements, ..Found::default() };
    store.place(&found, "{}", &Keys::for_tests()).unwrap();
    store
}

fn correction(anchor: u64, content: &str) -> NewAct {
    NewAct {
        anchor: RecordId(anchor),
        kind: ActKind::Correction,
        topic: "phone".to_owned(),
        content: Some(content.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        reason: None,
    }
}

fn delete(store: &Store) {
    let columns = [1, 2].map(|record| (RecordId(record), vec!["phone".to_owned()]));
    let new = NewDeletion {
        use_id: UseId([1; 16]),
        at: Timestamp::from_second(9).unwrap(),
        by: "person".to_owned(),
        topic: "phone",
        anchor: RecordId(1),
        values: &[MARK],
        keys: &[MARK],
        due: Timestamp::from_second(99).unwrap(),
        columns: &columns,
        gone: None,
        notices: &[],
    };
    let as_of = store.people_sequence().unwrap();
    assert!(!store.delete_value(Slot(0), Sequence(0), &new).unwrap(), "not as they were");
    assert!(store.delete_value(Slot(0), as_of, &new).unwrap());
}

fn says(store: &Store, key: &str) -> bool {
    store.record("crm", key).unwrap().unwrap().columns.contains_key("phone")
}

#[test]
fn a_value_goes_with_what_was_said_of_it_and_nobody_elses() {
    let store = store();
    store.record_act(&correction(2, "555 0199")).unwrap();
    store.record_act(&correction(3, "555 0198")).unwrap();
    delete(&store);
    assert_eq!(["1", "2", "3"].map(|key| says(&store, key)), [false, false, true]);
    let acts: Vec<ActKind> = store.acts_of(Slot(0)).unwrap().iter().map(|act| act.kind).collect();
    assert_eq!(acts, [ActKind::Deletion]);
    assert_eq!(store.acts_of(Slot(1)).unwrap().len(), 1);
    let verdicts = store.verdicts().unwrap();
    assert!(verdicts.len() == 1 && verdicts[0].same, "what it tied together stays together");
    assert_eq!(store.pending_deletions().unwrap()[0].values, [MARK]);
    store.note_deletions_swept(&[UseId([1; 16])], Timestamp::UNIX_EPOCH).unwrap();
    assert!(store.pending_deletions().unwrap().is_empty());
}

#[test]
fn a_row_that_brings_it_again_is_left_as_it_is_and_counts_as_unchanged() {
    let store = store();
    delete(&store);
    let rows = [row("1", Some(5)), row("2", None), row("3", None)];
    let later = Timestamp::from_second(50).unwrap();
    let Admitted { done, kept_out, .. } =
        store.upsert_unless_erased("crm", &rows, later, &Named).unwrap();
    let phone = || vec!["phone".to_owned()];
    assert_eq!(kept_out, [(0, phone()), (1, phone())]);
    assert_eq!((done.changed, done.unchanged), (0, 3));
    assert_eq!(["1", "2", "3"].map(|key| says(&store, key)), [false, false, true]);
}

#[test]
fn what_the_person_says_since_is_told_to_whoever_decides() {
    let store = store();
    delete(&store);
    assert!(store.kept_out_of(Slot(0)).unwrap()[0].given.is_none());
    store.record_act(&correction(2, "555 0142")).unwrap();
    assert_eq!(store.kept_out_of(Slot(0)).unwrap()[0].given.as_deref(), Some("555 0142"));
    assert!(store.kept_out_of(Slot(1)).unwrap().is_empty());
}

#[test]
fn of_somebody_who_is_not_here_it_waits_for_the_record_by_its_key() {
    let store = store();
    let one = Deletion {
        use_id: UseId([3; 16]),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        topic: "phone".to_owned(),
        anchor: None,
        values: vec![MARK],
        keys: vec![Mark([4; 16])],
        due: Timestamp::UNIX_EPOCH,
        swept: None,
    };
    store.keep_deletion(&one).unwrap();
    let admitted = |key: &str| {
        let now = Timestamp::from_second(60).unwrap();
        store.upsert_unless_erased("crm", &[row(key, None)], now, &Named).unwrap().kept_out.len()
    };
    assert_eq!((admitted("3"), admitted("4"), admitted("5")), (0, 1, 0));
    store.forget_kept_deletions(&[Mark([4; 16])]).unwrap();
    assert!(store.deletions().unwrap().is_empty());
}

#[test]
fn a_split_leaves_it_deleted_on_both_sides_and_with_the_person_it_goes() {
    let store = store();
    delete(&store);
    let word = NewVerdict { by: "service".to_owned(), reason: None, at: Timestamp::UNIX_EPOCH };
    store.split(RecordId(2), &word, &Keys::for_tests()).unwrap();
    assert_eq!(store.kept_out_of(Slot(2)).unwrap().len(), 1);
    let erasure = NewErasure {
        use_id: UseId([2; 16]),
        at: Timestamp::UNIX_EPOCH,
        by: "person".to_owned(),
        ground: "asked",
        due: Timestamp::UNIX_EPOCH,
        tombstones: &[],
        kept: &[],
        notices: &[],
    };
    let as_of = store.people_sequence().unwrap();
    store.erase(Slot(0), as_of, &erasure).unwrap().unwrap();
    assert!(store.deletions().unwrap().is_empty());
    assert_eq!(store.kept_out_of(Slot(2)).unwrap().len(), 1);
}
