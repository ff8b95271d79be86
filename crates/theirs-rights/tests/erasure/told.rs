//! Who had a wrong value is told of the right one.

use theirs_rights::{By, Contesting, Reason};
use theirs_store::{Found, Notice, NoticeKind, Placement};

use super::world::*;

fn posted(world: &World) -> Vec<(Notice, String)> {
    world.desk().post(&world.folder.outbox()).unwrap();
    let read = |notice: Notice| {
        let file = theirs_rights::notice_file(&world.folder.outbox(), &notice);
        (notice, std::fs::read_to_string(file).unwrap_or_default())
    };
    world.store.notices().unwrap().into_iter().map(read).collect()
}

fn confirmed(world: &World) -> usize {
    world.store.notices().unwrap().iter().filter(|one| one.confirmed.is_some()).count()
}

fn correct(world: &World, column: &str, value: &str) {
    world.desk().correct(&world.person(1), column, Some(value), By::Person).unwrap();
}

#[test]
fn whoever_had_the_old_value_is_told_the_new_one_and_nobody_else() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let list = world.give_of(&[0, 1], &["given_name", "city"]);
    world.give_of(&[1, 2], &["given_name"]);
    world.give_of(&[0, 2], &["city"]);
    correct(&world, "city", "Oldhaven");
    let told = posted(&world);
    let recipients: Vec<&str> = told.iter().map(|(one, _)| one.recipient.as_str()).collect();
    assert_eq!(recipients, ["printer", "source:crm"]);
    assert_eq!(told[0].0.uses, [list]);
    let reference = world.keys.reference(list, world.person(1).slot);
    let row = format!("{list},{reference},correct,city,Oldhaven\n");
    assert!(told[0].1.ends_with(&row) && told[0].1.lines().count() == 2, "{}", told[0].1);
    assert!(told[1].1.ends_with(&format!("{},correct,city,Oldhaven\n", crm_key(1))));
    assert!(told.iter().all(|(one, _)| one.body.is_none() && one.kind == NoticeKind::Correct));
    let page = world.answer(1);
    assert!(page.contains("Our till") && page.contains("Royal Printers"), "{page}");
}

#[test]
fn who_says_what_is_right_already_is_not_told() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 2);
    world.give_of(&[1], &["city"]);
    correct(&world, "city", &format!("City{}", tag(1)));
    assert!(posted(&world).is_empty());
}

#[test]
fn a_recipient_hears_no_value_that_the_charter_does_not_let_it_have() {
    let root = tempfile::tempdir().unwrap();
    let narrower =
        CHARTER.replace("columns: [given_name, family_name, city]", "columns: [given_name]");
    let world = World::with_people(root.path(), &narrower, 2);
    world.give_of(&[1], &["city"]);
    correct(&world, "city", "Oldhaven");
    let told = posted(&world);
    assert!(told[0].1.ends_with(",wrong,city,\n"), "{}", told[0].1);
    assert!(told[1].1.contains("Oldhaven"), "the till is ours");
}

#[test]
fn a_contest_that_is_upheld_and_a_hold_are_told_without_a_value() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 2);
    world.give_of(&[1], &["city"]);
    world.give_of(&[1], &["given_name"]);
    let (desk, person) = (world.desk(), world.person(1));
    let privacy = colleague("privacy");
    let because = Reason { why: Some("the letter came back"), at_their_request: false };
    desk.contest(&person, "city", Contesting::Begin, because, By::Person).unwrap();
    assert!(posted(&world).is_empty(), "nothing is decided yet");
    desk.contest(&person, "city", Contesting::Uphold, because, By::Colleague(&privacy)).unwrap();
    let told = posted(&world);
    assert!(told[0].1.ends_with(",wrong,city,\n"), "{}", told[0].1);
    assert!(told[1].1.ends_with(&format!("{},wrong,city,\n", crm_key(1))));
    desk.restrict(&person, "card", true, Reason::default(), By::Person).unwrap();
    assert_eq!(posted(&world).len(), 2, "one purpose is a matter of our own");
    desk.restrict(&person, "all", true, Reason::default(), By::Person).unwrap();
    let told = posted(&world);
    assert_eq!((told.len(), told[2].0.kind, told[2].0.uses.len()), (3, NoticeKind::Hold, 2));
    assert!(told[2].1.starts_with("use_id,list_use_id,reference,what\n"));
    desk.restrict(&person, "all", false, Reason::default(), By::Person).unwrap();
    assert_eq!(posted(&world)[3].0.kind, NoticeKind::Release);
}

#[test]
fn a_load_that_says_what_is_right_confirms_it() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 2);
    correct(&world, "city", "Oldhaven");
    posted(&world);
    let settle = |city: &str| {
        let mut record = crm(1);
        record.columns.insert("city".to_owned(), city.to_owned());
        let before = confirmed(&world);
        world.load("crm", &[record]);
        confirmed(&world) - before
    };
    assert_eq!(settle("Nowhere"), 0);
    assert_eq!(settle("Oldhaven"), 1);
    let (notice, file) = posted(&world).pop().unwrap();
    assert!(notice.confirmed.is_some() && file.is_empty());
    assert_eq!(settle("Oldhaven"), 0, "it is done");
}

#[test]
fn a_record_that_may_be_somebody_elses_is_not_changed() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 2);
    let mut placements = Vec::new();
    world
        .store
        .each_record(|record| {
            let cluster = people_in(record.key.as_bytes()).into_iter().next().unwrap();
            let confidence = if record.source == "crm" { 0.5 } else { 1.0 };
            placements.push(Placement { record: record.id, cluster, confidence });
            Ok(())
        })
        .unwrap();
    let found = Found { placements: &placements, ..Found::default() };
    world.store.place(&found, "{}", &world.keys).unwrap();
    correct(&world, "email", "new@mail.example");
    let told = posted(&world);
    let recipients: Vec<&str> = told.iter().map(|(one, _)| one.recipient.as_str()).collect();
    assert_eq!(recipients, ["source:news"]);
}

#[test]
fn with_the_person_goes_what_was_told_of_them() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    world.give_of(&[1], &["city"]);
    let city = format!("New{}", tag(1));
    correct(&world, "city", &city);
    let told = posted(&world);
    assert!(told.iter().all(|(_, file)| file.contains(&city)));
    correct(&world, "given_name", &city);
    world.erase(1);
    world.forget();
    world.sweep();
    for (_, file) in posted(&world) {
        assert!(!file.contains(&city), "{file}");
    }
    assert_eq!(people_on_disk(&world.folder.data(), &world.keys), [0, 2].into());
}
