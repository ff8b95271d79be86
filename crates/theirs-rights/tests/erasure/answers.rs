//! What is said after an erasure: nothing of the person, everything of everybody else.

use theirs_rights::{By, Ground, RightsError};

use crate::world::*;

#[test]
fn from_the_moment_of_erasure_no_answer_knows_the_person_and_all_others_are_as_before() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 8);
    let before: Vec<String> = [1, 2, 4, 5, 6, 7].map(|person| world.answer(person)).into();
    let id = world.person(3).id;
    let confirmation = world.erase(3);
    assert_eq!(confirmation.records["Our till"], 1);
    assert_eq!(
        (confirmation.activities["Your orders"], confirmation.activities["Your visits"]),
        (1, 1)
    );
    assert!(!world.is_known(3));
    let desk = world.desk();
    assert!(matches!(desk.find(&id.0, By::Person), Err(RightsError::UnknownPerson)));
    assert!(matches!(desk.find("erased-3", By::Person), Err(RightsError::UnknownPerson)));
    let after: Vec<String> = [1, 2, 4, 5, 6, 7].map(|person| world.answer(person)).into();
    assert_eq!(before, after);
}

#[test]
fn only_who_may_open_records_may_erase_and_a_refusal_is_on_record() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 2);
    let person = world.person(1);
    let refused =
        world.desk().erase(&person, Ground::Asked, By::Colleague(&colleague("marketing")));
    assert!(matches!(refused, Err(RightsError::Refused(_))));
    assert!(world.is_known(1));
    world.desk().erase(&person, Ground::Asked, By::Person).unwrap();
    let again = world.desk().erase(&person, Ground::Asked, By::Person);
    assert!(matches!(again, Err(RightsError::UnknownPerson)));
}

#[test]
fn no_later_load_brings_the_person_back_by_key_address_or_number() {
    let root = tempfile::tempdir().unwrap();
    let mut world = World::with_people(root.path(), CHARTER, 3);
    world.erase(1);
    assert_eq!(world.load("crm", &[crm(1), crm(2)]), 1, "by key");
    assert_eq!(world.load("news", &[news(1)]), 1, "by key, an address");
    let elsewhere = |columns: &[(&str, String)]| record("C-9", "2026-02-01T00:00:00Z", columns);
    let given = ("given", format!("G. {}", tag(1)));
    let by_mail = elsewhere(&[("email", " ZQ00001X@mail.EXAMPLE".to_owned()), given.clone()]);
    let by_phone = elsewhere(&[("phone", "(020) 7000001001".to_owned()), given]);
    let by_number = elsewhere(&[("client_no", crm_key(1).replace('-', " "))]);
    let nameless = elsewhere(&[("email", format!("{}@mail.example", tag(1)))]);
    for row in [by_mail, by_phone, by_number, nameless] {
        assert_eq!(world.load("crm", &[row]), 1);
    }
    world.load_activities("orders", &[1], "2026-03-01T00:00:00Z");
    assert_eq!(world.store.record_counts().unwrap()["crm"], 2);
}

#[test]
fn whoever_shares_an_address_with_the_person_is_not_taken_for_them() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    world.erase(1);
    let shared = ("email", format!("{}@mail.example", tag(1)));
    let sister = record("C-10", "2026-02-01T00:00:00Z", &[shared.clone(), ("given", "Sue".into())]);
    assert_eq!(world.load("crm", &[sister]), 0);
    let mut known = crm(2);
    known.columns.insert("email".to_owned(), shared.1);
    known.columns.remove("given");
    assert_eq!(world.load("crm", &[known]), 0, "a record that is somebody else's already");
}

#[test]
fn what_the_law_asks_to_keep_is_kept_apart_and_told_and_goes_with_its_end() {
    let root = tempfile::tempdir().unwrap();
    let charter = CHARTER.replace("roles:\n", &format!("{DUTY}roles:\n"));
    let charter = charter.replace("[card, figures]", "[card, figures, books]");
    let world = World::with_people(root.path(), &charter, 3);
    let confirmation = world.erase(1);
    let [duty] = confirmation.kept.as_slice() else { panic!("one duty") };
    assert_eq!((duty.purpose.as_str(), duty.activities), ("books", 1));
    assert_eq!(duty.until.to_string(), "2031-06-01T10:00:00Z");
    assert!(!world.is_known(1), "no purpose reaches it");
    let desk = world.desk();
    assert!(matches!(desk.read_kept("books", &colleague("privacy")), Err(RightsError::Refused(_))));
    let kept = desk.read_kept("books", &colleague("marketing")).unwrap();
    let bodies: Vec<&str> = kept.iter().map(|one| one.body.as_str()).collect();
    assert_eq!(bodies.len(), 2);
    assert!(
        bodies.iter().all(|body| !body.contains("Given") && !body.contains("title")),
        "{bodies:?}"
    );
    world.sweep();
    assert_eq!(people_on_disk(&world.folder.data(), &world.keys), [0, 1, 2].into());
    world.clock.pass(365 * 6);
    let expired = desk.expire(theirs_store::Doing::Writing, &world.folder.outbox()).unwrap();
    assert_eq!(expired.kept, 2);
    world.sweep();
    assert!(!people_on_disk(&world.folder.data(), &world.keys).contains(&1));
}

#[test]
fn recipients_and_sources_are_told_by_what_they_know_the_person_by() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 4);
    let list = world.give(&[0, 1, 2]);
    world.give(&[2, 3]);
    let slot = world.person(1).slot;
    let confirmation = world.erase(1);
    assert_eq!(confirmation.recipients, ["Royal Printers"]);
    assert_eq!(confirmation.sources, ["Our till", "Our newsletter"]);
    let notices = world.store.notices().unwrap();
    assert_eq!(notices.len(), 3);
    assert!(notices.iter().all(|one| one.told.is_some() && one.body.is_none()));
    assert_eq!(notices[0].uses, [list]);
    let file = theirs_rights::notice_file(&world.folder.outbox(), &notices[0]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains(&world.keys.reference(list, slot)) && people_in(text.as_bytes()).is_empty()
    );
    world.desk().confirm(notices[0].id, &world.folder.outbox()).unwrap().unwrap();
    assert!(!file.exists());
    assert!(world.store.notices().unwrap()[0].confirmed.is_some());
    assert!(world.desk().confirm(999, &world.folder.outbox()).unwrap().is_none());
}
