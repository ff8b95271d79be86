//! Stopped between any two steps of an erasure, the next opening finishes it or undoes it.

use theirs_rights::{By, Ground, read_journal};

use crate::world::*;

#[test]
fn stopped_after_the_change_the_journal_and_the_notices_follow_at_the_next_sweep() {
    let root = tempfile::tempdir().unwrap();
    let clock = {
        let world = World::with_people(root.path(), CHARTER, 3);
        world.give(&[1]);
        // Neither journal nor notice was written when it stopped.
        world.desk().erase(&world.person(1), Ground::Asked, By::Person).unwrap();
        assert!(read_journal(&world.folder.erasures()).unwrap().is_empty());
        std::sync::Arc::clone(&world.clock)
    };
    let world = World::open(root.path(), CHARTER, clock);
    assert_eq!(read_journal(&world.folder.erasures()).unwrap().len(), 1);
    assert!(!world.is_known(1));
    world.sweep();
    assert!(world.store.notices().unwrap().iter().all(|notice| notice.told.is_some()));
    assert!(!people_on_disk(&world.folder.data(), &world.keys).contains(&1));
}

#[test]
fn stopped_before_the_change_the_person_is_there_and_only_the_history_tells_of_it() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let told = theirs_uses::Told::new(theirs_uses::Act::Erasure, "you");
    let slot = world.person(1).slot;
    world.book().log_one(&told, slot, world.charter.digest, jiff::Timestamp::UNIX_EPOCH).unwrap();
    assert!(world.is_known(1));
    world.erase(1);
    assert!(!world.is_known(1));
}

#[test]
fn a_lake_file_written_anew_that_no_change_names_is_removed_at_opening() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let stray = world.folder.lake().join("orders-00000001-000~00000009.parquet");
    std::fs::write(&stray, tag(1)).unwrap();
    world.lake.sweep(&world.store).unwrap();
    assert!(!stray.exists());
}

#[test]
fn a_restore_that_was_stopped_is_begun_again_from_nothing() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 3);
    let backup = root.path().join("backup");
    let seen = world.checkpoint();
    world.back_up(&backup);
    let into = root.path().join("again");
    std::fs::create_dir_all(into.join(".restoring/data/lake")).unwrap();
    std::fs::write(into.join(".restoring/data/lake/half"), tag(1)).unwrap();
    back(&backup, &into, theirs_rights::Since::Witnessed(&seen), &world.clock).unwrap();
    assert!(!into.join(".restoring").exists() && !into.join("data/lake/half").exists());
}
