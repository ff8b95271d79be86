//! A log on a shelf: whole at every moment, and never another than it was.

use std::path::Path;

use theirs_ledger::verify;

use super::*;
use crate::growing::grow;

fn ledger(home: &Path) -> Ledger {
    let (folder, key) = (home.join("log"), home.join("key"));
    if !folder.exists() {
        Ledger::create(&folder, "shop.example/ledger", &key).unwrap();
    }
    Ledger::open_by_hand(&folder, &key).unwrap()
}

/// Brings what lies on a shelf home, and verifies it there.
fn fetched(shelf: &Shelf, key: &str) -> u64 {
    let home = tempfile::tempdir().unwrap();
    for name in shelf.names("").unwrap() {
        let path = home.path().join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, shelf.get(&name).unwrap().unwrap()).unwrap();
    }
    verify(home.path(), key, &mut |_, _| Ok(())).unwrap().size
}

#[test]
fn the_copy_is_the_log_at_every_size_and_after_every_start() {
    let home = tempfile::tempdir().unwrap();
    let ledger = ledger(home.path());
    let key = ledger.verifier_key();
    let mut mirror = Mirror::new(Shelf::in_memory("copy"));
    for step in [1, 2, 253, 1, 600, 1, 70_000 % 911] {
        grow(&ledger, step);
        mirror.lay(&ledger).unwrap();
        assert_eq!(mirror.state().laid, Some(ledger.size()));
        assert_eq!(fetched(&mirror.shelf, &key), ledger.size());
        // Laid again it is the same, and one that begins anew finds what is there.
        mirror.lay(&ledger).unwrap();
        mirror = Mirror::new(mirror.shelf);
    }
    let partial = |name: &&String| name.contains(".p/");
    let last = format!("{:03}.p", ledger.size() / 256);
    let names = mirror.shelf.names("tile/0").unwrap();
    let before_last: Vec<_> =
        names.iter().filter(partial).filter(|name| !name.contains(&last)).collect();
    assert!(before_last.is_empty(), "{before_last:?}");
}

#[test]
fn what_stopped_half_way_is_an_older_log_and_is_finished_later() {
    let home = tempfile::tempdir().unwrap();
    let ledger = ledger(home.path());
    grow(&ledger, 300);
    let mirror = Mirror::new(Shelf::in_memory("half"));
    mirror.lay(&ledger).unwrap();
    grow(&ledger, 300);
    // As many files as there are, one more each time, and no checkpoint after them.
    let files = files_between(300, 600);
    for count in 0..=files.len() {
        for path in &files[..count] {
            mirror.shelf.put(path, ledger.served(path).unwrap().unwrap()).unwrap();
        }
        assert_eq!(fetched(&mirror.shelf, &ledger.verifier_key()), 300);
    }
    mirror.lay(&ledger).unwrap();
    assert_eq!(fetched(&mirror.shelf, &ledger.verifier_key()), 600);
}

#[test]
fn a_place_of_another_log_or_of_a_later_state_is_left_alone() {
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mine, theirs) = (ledger(home.path()), ledger(other.path()));
    grow(&mine, 5);
    grow(&theirs, 3);
    let mirror = Mirror::new(Shelf::in_memory("place"));
    mirror.lay(&mine).unwrap();
    let before = mirror.shelf.get(CHECKPOINT).unwrap();
    let refused = Mirror::new(mirror.shelf);
    assert!(refused.lay(&theirs).is_err());
    // The same log as it was before.
    let old = tempfile::tempdir().unwrap();
    std::fs::copy(home.path().join("key"), old.path().join("key")).unwrap();
    let earlier = ledger(old.path());
    grow(&earlier, 4);
    assert!(refused.step(&earlier) >= Duration::from_secs(1));
    assert!(refused.state().failure.unwrap().contains("not an earlier state of this log"));
    assert_eq!(refused.shelf.get(CHECKPOINT).unwrap(), before);
}

#[test]
fn a_place_that_fails_is_told_and_tried_again() {
    let root = tempfile::tempdir().unwrap();
    let folder = theirs_store::Folder::create(root.path()).unwrap();
    let place = root.path().join("public");
    let text = format!("ledger:\n  url: file://{}\n", place.display());
    std::fs::write(root.path().join("theirs.yaml"), text).unwrap();
    let mirror = Mirror::new(Shelf::of(&folder).unwrap().unwrap());
    let ledger = ledger(root.path());
    grow(&ledger, 3);
    // Where a folder has to be is a file.
    std::fs::write(place.join("tile"), "").unwrap();
    assert_eq!(mirror.step(&ledger), Duration::from_secs(1));
    assert_eq!(mirror.step(&ledger), Duration::from_secs(2));
    let failure = mirror.state().failure.unwrap();
    assert!(failure.contains("theirs.yaml"), "{failure}");
    assert!(!place.join("checkpoint").exists());
    std::fs::remove_file(place.join("tile")).unwrap();
    mirror.step(&ledger);
    assert_eq!((mirror.state().laid, mirror.state().failure), (Some(3), None));
    assert_eq!(fetched(&mirror.shelf, &ledger.verifier_key()), 3);
}
