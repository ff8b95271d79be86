//! Erase, lose the folder, restore last night's backup: nobody comes back.

use std::sync::Arc;

use theirs_model::Clock;
use theirs_rights::{By, Choice, Contesting, Reason, RestoreError, Since};
use theirs_store::backup::BackupError;

use crate::world::*;

/// How many people, and how many of them are erased after the backup.
fn size() -> (u32, u32) {
    match std::env::var("THEIRS_LONG") {
        Ok(_) => (10_000, 1_000),
        Err(_) => (1_000, 100),
    }
}

#[test]
fn whoever_was_erased_after_the_backup_is_in_no_byte_of_the_restored_folder() {
    let root = tempfile::tempdir().unwrap();
    let (people, erased) = size();
    let world = World::with_people(&root.path().join("shop"), CHARTER, people);
    world.give(&[1, 2, 3]);
    world.erase(people - 1);
    let backup = root.path().join("backup");
    world.back_up(&backup);
    let gone: Vec<u32> = (0..erased).map(|at| at * 10).collect();
    for person in &gone {
        world.erase(*person);
    }
    world.sweep();
    let before = world.answer(5);
    let (clock, keys) = (Arc::clone(&world.clock), world.keys.clone());
    world.checkpoint();
    drop(world);
    let (old, into) = (root.path().join("lost"), root.path().join("shop"));
    std::fs::rename(into.join("data"), &old).unwrap();
    // Of the ledger only what is public was copied: the texts of the uses since are lost.
    std::fs::remove_dir_all(old.join("ledger/journal")).unwrap();
    let restored = back(&backup, &into, Since::Log(&old), &clock).unwrap();
    assert_eq!(restored.erased_again, u64::from(erased));
    let found = people_on_disk(&into.join("data"), &keys);
    assert!(gone.iter().all(|person| !found.contains(person)));
    assert!(!found.contains(&(people - 1)), "erased before the backup, swept after it");
    assert_eq!(u32::try_from(found.len()).unwrap(), people - erased - 1);
    let world = World::open(&into, CHARTER, clock);
    assert_eq!(world.answer(5), before);
    assert_eq!(world.load("crm", &[crm(gone[1]), crm(people)]), 1, "they are blocked still");
    assert!(restored.lost_uses >= u64::from(erased));
    assert_eq!(world.store.lost().unwrap().len(), 1);
}

#[test]
fn a_backup_that_knows_less_than_was_witnessed_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 5);
    let backup = root.path().join("backup");
    let seen = world.checkpoint();
    world.back_up(&backup);
    world.erase(1);
    let into = root.path().join("again");
    let refused = back(&backup, &into, Since::Witnessed(&world.checkpoint()), &world.clock);
    assert!(matches!(refused, Err(RestoreError::KnowsLess { .. })), "{refused:?}");
    assert!(!into.join("data").exists());
    back(&backup, &into, Since::Witnessed(&seen), &world.clock).unwrap();
    // What was restored goes on otherwise than the first: two histories of one size.
    let fork = World::open(&into, CHARTER, Arc::clone(&world.clock));
    while fork.ledger.size() < world.ledger.size() {
        fork.answer(2);
    }
    let forked = root.path().join("forked");
    fork.back_up(&forked);
    drop(fork);
    let (there, seen) = (root.path().join("there"), world.checkpoint());
    let refused = back(&forked, &there, Since::Witnessed(&seen), &world.clock);
    assert!(matches!(refused, Err(RestoreError::OtherHistory(_))), "{refused:?}");
    let refused = back(&forked, &there, Since::Log(&world.folder.data()), &world.clock);
    assert!(matches!(refused, Err(RestoreError::OtherHistory(_))), "{refused:?}");
    let again = back(&backup, &into, Since::Witnessed(&seen), &world.clock);
    assert!(matches!(again, Err(RestoreError::Alive(_))), "never over a living folder");
}

#[test]
fn keys_past_their_life_and_keys_of_another_folder_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("one"), CHARTER, 2);
    let other = World::with_people(&root.path().join("two"), CHARTER, 2);
    let (mine, theirs) = (root.path().join("mine"), root.path().join("theirs"));
    let seen = world.checkpoint();
    world.back_up(&mine);
    other.back_up(&theirs);
    let into = root.path().join("again");
    world.clock.pass(15);
    let late = back(&mine, &into, Since::Witnessed(&seen), &world.clock);
    assert!(matches!(late, Err(RestoreError::Backup(BackupError::Expired(_)))), "{late:?}");
    std::fs::copy(theirs.join("keys.json"), mine.join("keys.json")).unwrap();
    let strange = back(&mine, &into, Since::Witnessed(&seen), &world.clock);
    assert!(matches!(strange, Err(RestoreError::Backup(BackupError::OtherKeys))));
    assert!(!into.join("data").exists());
}

#[test]
fn a_restored_folder_goes_on_where_it_was() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 4);
    let backup = root.path().join("backup");
    let seen = world.checkpoint();
    world.back_up(&backup);
    let (before, size) = (world.answer(2), world.ledger.size());
    let into = root.path().join("again");
    let restored = back(&backup, &into, Since::Witnessed(&seen), &world.clock).unwrap();
    assert_eq!((restored.erased_again, restored.lost_uses), (0, 0));
    let again = World::open(&into, CHARTER, Arc::clone(&world.clock));
    assert_eq!(again.answer(2), before);
    assert_eq!(again.ledger.size(), size + 1, "the restore itself, and then the answer");
    assert_eq!(again.person(1).id, world.person(1).id);
    again.erase(1);
    again.sweep();
    assert!(!people_on_disk(&into.join("data"), &world.keys).contains(&1));
    assert!(
        people_on_disk(&backup.join("data"), &world.keys).contains(&1),
        "the backup is not worked on"
    );
}

#[test]
fn a_log_that_was_sealed_after_the_backup_is_taken_on_and_sealed_anew() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 4);
    let backup = root.path().join("backup");
    world.give(&[1, 2]);
    world.back_up(&backup);
    world.give(&[2, 3]);
    // The keys that this draws are in no backup.
    world.seals().close(world.clock.now()).unwrap().unwrap();
    world.erase(1);
    world.checkpoint();
    let into = root.path().join("again");
    let since = Since::Log(&world.folder.data());
    let restored = back(&backup, &into, since, &world.clock).unwrap();
    assert_eq!(restored.erased_again, 1);
    let again = World::open(&into, CHARTER, Arc::clone(&world.clock));
    while again.seals().close(again.clock.now()).unwrap().is_some() {}
    let audit = again.seals().audit().unwrap();
    assert!(audit.epochs > 0 && audit.unsealed == 0, "{audit:?}");
}

#[test]
fn a_journal_that_lacks_an_erasure_of_which_the_ledger_tells_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 6);
    world.answer(4);
    let backup = root.path().join("backup");
    world.back_up(&backup);
    let gone = [world.erase(1).use_id, world.erase(2).use_id];
    world.forget();
    world.sweep();
    world.checkpoint();
    let clock = Arc::clone(&world.clock);
    drop(world);
    let (old, into) = (root.path().join("lost"), root.path().join("shop"));
    std::fs::rename(into.join("data"), &old).unwrap();
    let file = old.join("erasures").join(format!("{}.json", gone[0]));
    let kept = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let refused = back(&backup, &into, Since::Log(&old), &clock);
    let incomplete = matches!(refused, Err(RestoreError::Incomplete { logged: 2, named: 1 }));
    assert!(incomplete, "{refused:?}");
    assert!(!into.join("data").exists());
    std::fs::write(&file, kept).unwrap();
    assert_eq!(back(&backup, &into, Since::Log(&old), &clock).unwrap().erased_again, 2);
}

#[test]
fn whoever_refused_something_after_the_backup_has_refused_it_still() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 6);
    let backup = root.path().join("backup");
    let by = By::Person;
    let object = |desk: &theirs_rights::Desk, person: u32, yes: bool| {
        let choice = Choice::Objection { topic: "marketing".to_owned(), yes };
        desk.choose(&world.person(person), &choice, by).unwrap();
    };
    object(&world.desk(), 5, true);
    world.clock.pass(1);
    world.back_up(&backup);
    world.clock.pass(1);
    let desk = world.desk();
    let (none, one) = (Reason::default(), world.person(1));
    object(&desk, 1, true);
    desk.stop_using(&one, "phone", true, none, by).unwrap();
    desk.restrict(&one, "all", true, none, by).unwrap();
    desk.contest(&one, "given_name", Contesting::Begin, none, by).unwrap();
    desk.correct(&one, "city", Some("Oldhaven"), by).unwrap();
    // What was taken back, and what was allowed: the first stays as it is, the second is asked anew.
    object(&desk, 2, true);
    object(&desk, 2, false);
    object(&desk, 5, false);
    object(&desk, 3, true);
    world.erase(3);
    // Somebody whom the backup does not know.
    world.load("crm", &[crm(7)]);
    world.resolve();
    object(&world.desk(), 7, true);
    let clock = Arc::clone(&world.clock);
    world.checkpoint();
    drop(desk);
    drop(world);
    let (old, into) = (root.path().join("lost"), root.path().join("shop"));
    std::fs::rename(into.join("data"), &old).unwrap();
    let restored = back(&backup, &into, Since::Log(&old), &clock).unwrap();
    assert_eq!((restored.refused_again, restored.corrections_lost), (6, 1));
    assert_eq!(restored.refused_waiting, 1);
    let world = World::open(&into, CHARTER, clock);
    let desk = world.desk();
    let one = world.person(1);
    assert!(desk.objects(&one, "marketing").unwrap());
    let record = desk.open(&one, by).unwrap();
    assert!(record.on_hold);
    let entry = |column: &str| record.entries.iter().find(|one| one.column == column).unwrap();
    assert!(entry("phone").stopped.is_some());
    assert!(entry("given_name").contested.as_ref().unwrap().is_unused);
    assert!(entry("city").contested.as_ref().unwrap().is_unused, "it was found wrong");
    assert!(!desk.objects(&world.person(2), "marketing").unwrap(), "they took it back");
    assert!(desk.objects(&world.person(5), "marketing").unwrap(), "it is asked anew");
    assert!(!world.is_known(3));
    world.load("crm", &[crm(7)]);
    world.resolve();
    assert!(world.desk().objects(&world.person(7), "marketing").unwrap(), "they came back");
}
