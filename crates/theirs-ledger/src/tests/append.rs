//! Appending, opening and what is refused.

use std::fs;

use super::fixture::{Log, ORIGIN, claimed, entries, entry, key};
use crate::{Entry, EntryError, EntryKind, Leaf, LeafIndex, Ledger, LedgerError, Record};

#[test]
fn same_entry_twice_is_one_entry() {
    let log = Log::of(300);
    assert_eq!(log.ledger.append(&entry(7)).unwrap(), LeafIndex(7));
    assert_eq!(log.ledger.append(&entry(299)).unwrap(), LeafIndex(299));
    let log = log.reopen();
    let group = [entry(300), entry(12), entry(300), entry(301)];
    let places = log.ledger.append_all(&group).unwrap();
    assert_eq!(places, [300, 12, 300, 301].map(LeafIndex));
    assert_eq!(log.ledger.size(), 302);
    assert_eq!(log.ledger.append_all(&[]).unwrap(), []);
}

#[test]
fn another_entry_under_the_same_use_id_is_refused_with_its_whole_group() {
    let log = Log::of(3);
    let other = Entry { people: 99, ..entry(1) };
    let refused = log.ledger.append_all(&[entry(3), other.clone()]).unwrap_err();
    assert!(matches!(refused, LedgerError::Conflict { index: LeafIndex(1), .. }));
    assert!(refused.to_string().contains("draw a new use id"));
    let within = [entry(3), Entry { people: 99, ..entry(3) }];
    assert!(matches!(log.ledger.append_all(&within), Err(LedgerError::Conflict { .. })));
    assert_eq!(log.ledger.size(), 3);
    let log = log.reopen();
    assert!(matches!(log.ledger.append(&other), Err(LedgerError::Conflict { .. })));
}

#[test]
fn a_use_of_a_kind_that_is_none_is_not_appended() {
    let log = Log::of(1);
    for kind in [EntryKind::Batch, EntryKind::Heads, EntryKind::Erase] {
        let entry = Entry { kind, ..entry(1) };
        let refused = log.ledger.append(&entry).unwrap_err();
        assert!(matches!(
            refused,
            LedgerError::Entry(EntryError::Padding | EntryError::NotAUse(3))
        ));
    }
    assert_eq!(log.ledger.size(), 1);
}

#[test]
fn leaves_of_all_kinds_are_appended_and_read_back() {
    let log = Log::of(2);
    let leaves = crate::leaf::tests::examples();
    let record = |leaf: &Leaf| Record { leaf: leaf.clone(), payload: Vec::new() };
    let places = log.ledger.append_records(leaves.iter().map(record).collect()).unwrap();
    for (place, leaf) in places.iter().zip(&leaves) {
        assert_eq!(log.ledger.leaf(*place).unwrap(), *leaf);
    }
    log.ledger.settle().unwrap();
    let log = log.reopen();
    assert_eq!(log.verify().unwrap().size, 6);
    assert_eq!(log.ledger.leaf(LeafIndex(4)).unwrap(), leaves[2]);
    assert!(log.ledger.entry(LeafIndex(4)).is_err());
    assert_eq!(log.ledger.append_records(vec![record(&leaves[3])]).unwrap(), [LeafIndex(5)]);
}

#[test]
fn second_writer_is_refused_until_the_first_is_gone() {
    let log = Log::of(1);
    let refused = Ledger::open(&log.folder(), &key(&log.home)).unwrap_err();
    assert!(matches!(refused, LedgerError::InUse { .. }));
    assert_eq!(log.reopen().ledger.size(), 1);
}

#[test]
fn checkpoint_of_another_key_is_refused() {
    let (mine, other) = (Log::of(2), Log::of(2));
    let (folder, other_key) = (mine.folder(), key(&other.home));
    drop(mine.ledger);
    let refused = Ledger::open(&folder, &other_key).unwrap_err();
    assert!(matches!(refused, LedgerError::Checkpoint { .. }));
    assert!(refused.to_string().contains("no valid signature by this key"));
}

#[test]
fn creating_does_not_touch_what_is_there() {
    let log = Log::of(2);
    let (folder, key) = (log.folder(), key(&log.home));
    drop(log.ledger);
    let create = || Ledger::create(&folder, ORIGIN, &key);
    assert!(matches!(create(), Err(LedgerError::Exists { .. })));
    fs::remove_file(folder.join("checkpoint")).unwrap();
    assert!(matches!(create(), Err(LedgerError::Exists { .. })));
    assert_eq!(claimed(&folder).len(), 2);
}

#[test]
fn creation_cut_short_can_be_run_again_with_the_same_key() {
    let log = Log::new();
    let (folder, key, vkey) = (log.folder(), key(&log.home), log.ledger.verifier_key());
    drop(log.ledger);
    fs::rename(folder.join("checkpoint"), folder.join("checkpoint.new")).unwrap();
    fs::write(log.home.path().join("key.new"), "PRIV").unwrap();
    assert_eq!(Ledger::create(&folder, ORIGIN, &key).unwrap().verifier_key(), vkey);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let log = Log::new();
    assert_eq!(fs::metadata(key(&log.home)).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn names_and_keys_that_do_not_fit_are_refused() {
    let home = tempfile::tempdir().unwrap();
    for origin in ["", "a b", "a+b", "a\nb", "a\u{7}"] {
        let refused = Ledger::create(&home.path().join("log"), origin, &key(&home)).unwrap_err();
        assert!(matches!(refused, LedgerError::Origin { .. }), "{origin:?}");
    }
    let folder = home.path().join("first");
    drop(Ledger::create(&folder, ORIGIN, &key(&home)).unwrap());
    let other = Ledger::create(&home.path().join("second"), "other.example", &key(&home));
    assert!(matches!(other, Err(LedgerError::OtherKey { .. })));
    fs::write(key(&home), "PRIVATE+KEY+nonsense\n").unwrap();
    let refused = Ledger::open(&folder, &key(&home)).unwrap_err();
    assert!(matches!(refused, LedgerError::Key { .. }));
    assert!(!refused.to_string().contains("nonsense"));
}

#[test]
fn many_threads_append_read_and_verify_at_once() {
    let log = Log::of(1);
    std::thread::scope(|scope| {
        for thread in 1..5 {
            let ledger = &log.ledger;
            scope.spawn(move || {
                for number in entries(thread * 100..thread * 100 + 80) {
                    let place = ledger.append(&number).unwrap();
                    assert_eq!(ledger.entry(place).unwrap(), number);
                    ledger.prove(place).unwrap();
                }
            });
        }
        for _ in 0..40 {
            log.ledger.settle().unwrap();
            log.verify().unwrap();
        }
    });
    log.ledger.settle().unwrap();
    assert_eq!(log.verify().unwrap().size, 321);
}
