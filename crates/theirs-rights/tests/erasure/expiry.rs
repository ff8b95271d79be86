//! What is past its time goes, is counted first, and is on record.

use theirs_rights::Expired;
use theirs_store::Doing;

use crate::world::*;

fn expire(world: &World, doing: Doing) -> Expired {
    world.desk().expire(doing, &world.folder.outbox()).unwrap()
}

#[test]
fn activities_go_with_their_time_and_a_dry_run_only_counts() {
    let root = tempfile::tempdir().unwrap();
    let mut world = World::with_people(root.path(), CHARTER, 3);
    world.load_activities("visits", &[1], "2026-02-28T00:00:00Z");
    assert_eq!(expire(&world, Doing::Writing), Expired::default(), "nothing is old yet");
    world.clock.pass(31 * 5 + 3);
    let counted = expire(&world, Doing::Counting);
    assert_eq!(counted.activities, [("visits".to_owned(), 3)].into());
    assert_eq!(counted.use_id, None);
    let gone = expire(&world, Doing::Writing);
    assert_eq!(gone.activities, counted.activities);
    assert!(gone.use_id.is_some());
    let counts = world.store.activity_counts().unwrap();
    assert_eq!(counts, [("orders".to_owned(), 3), ("visits".to_owned(), 1)]);
    assert_eq!(expire(&world, Doing::Writing), Expired::default());
}

#[test]
fn a_duty_keeps_an_activity_beyond_the_time_of_its_source() {
    let root = tempfile::tempdir().unwrap();
    let charter = CHARTER.replace("roles:\n", &format!("{DUTY}roles:\n"));
    let world = World::with_people(root.path(), &charter, 2);
    world.clock.pass(365 * 4);
    let gone = expire(&world, Doing::Writing);
    assert_eq!(gone.activities, [("visits".to_owned(), 2)].into());
    world.clock.pass(365 * 2);
    assert_eq!(expire(&world, Doing::Writing).activities, [("orders".to_owned(), 2)].into());
}

#[test]
fn a_record_goes_when_nobody_is_a_client_any_more_and_whoever_is_stays() {
    let root = tempfile::tempdir().unwrap();
    let mut world = World::with_people(root.path(), CHARTER, 3);
    world.clock.pass(366 * 9);
    world.load_activities("orders", &[2], "2034-12-01T00:00:00Z");
    world.clock.pass(366);
    let gone = expire(&world, Doing::Writing);
    assert_eq!(gone.records, [("crm".to_owned(), 2)].into());
    assert!(world.is_known(2) && !world.is_known(0));
    assert_eq!(world.store.record_counts().unwrap()["news"], 3, "which has no end");
    world.sweep();
    assert_eq!(world.load("crm", &[crm(0)]), 0, "nothing blocks a return");
}

#[test]
fn a_list_goes_with_the_time_of_its_purpose() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    world.give(&[1]);
    world.clock.pass(367);
    assert_eq!(expire(&world, Doing::Writing).lists, 1);
    assert_eq!(std::fs::read_dir(world.folder.outbox()).unwrap().count(), 0);
}

#[test]
fn what_somebody_said_stays_when_the_entry_goes_through_which_they_said_it() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 2);
    let (desk, by) = (world.desk(), theirs_rights::By::Person);
    let no = theirs_rights::Choice::Objection { topic: "marketing".to_owned(), yes: true };
    desk.choose(&world.person(1), &no, by).unwrap();
    let person = world.person(1);
    world.clock.pass(365 * 11);
    world.load("news", &[news(0)]);
    assert_eq!(expire(&world, Doing::Writing).records, [("crm".to_owned(), 2)].into());
    assert!(!world.is_known(1), "their till's entry is gone, their newsletter's stays");
    assert!(world.desk().objects(&person, "marketing").unwrap());
}
