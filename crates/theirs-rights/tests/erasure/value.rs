//! One value of a person is deleted: it is in no answer and no byte, and stays out.

use std::path::Path;
use std::sync::Arc;

use theirs_rights::{By, Ground, RightsError, Since};
use theirs_store::{Keys, NoticeKind};

use crate::world::*;

/// Whether any byte of any file below a folder, or a row of its database, is of this value.
fn holds(folder: &Path, keys: &Keys, value: &str) -> bool {
    let mut waiting = vec![folder.to_owned()];
    while let Some(here) = waiting.pop() {
        for file in std::fs::read_dir(here).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if memchr::memmem::find(&all_of(&path, keys), value.as_bytes()).is_some() {
                return true;
            }
        }
    }
    false
}

/// The city of a person, in which no other value of theirs stands.
fn city(person: u32) -> String {
    format!("City{}", tag(person))
}

fn entry(world: &World, person: u32, column: &str) -> serde_json::Value {
    let answer: serde_json::Value = serde_json::from_str(&world.answer(person)).unwrap();
    let entries = answer["entries"].as_array().unwrap();
    entries.iter().find(|entry| entry["column"] == column).unwrap().clone()
}

#[test]
fn a_deleted_value_is_in_no_answer_at_once_and_after_a_sweep_in_no_byte() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 6);
    let list = world.give_of(&[1, 2], &["given_name", "city"]);
    let others: Vec<String> = [0, 2, 3].map(|person| world.answer(person)).into();
    world.desk().correct(&world.person(1), "city", Some("Nexttown-zq"), By::Person).unwrap();
    world.desk().post(&world.folder.outbox()).unwrap();
    let done = world.delete(1, "city");
    assert_eq!(
        (done.records["Our till"], done.recipients.as_slice()),
        (1, &["Royal Printers".to_owned()][..])
    );
    assert_eq!(done.sources, ["Our till"]);
    let gone = entry(&world, 1, "city");
    assert!(gone["value"].is_null() && gone["said"].as_array().unwrap().is_empty(), "{gone}");
    assert!(gone["deleted"].is_string() && gone["used_for"].as_array().unwrap().is_empty());
    let after: Vec<String> = [0, 2, 3].map(|person| world.answer(person)).into();
    assert_eq!(others, after);
    assert!(!world.answer(1).contains("Nexttown"));
    let swept = world.sweep();
    assert_eq!((swept.values, swept.erasures, swept.is_hindered), (1, 0, false));
    assert!(
        !holds(&world.folder.data(), &world.keys, &city(1))
            && holds(&world.folder.data(), &world.keys, &city(2))
    );
    assert!(
        !holds(root.path(), &world.keys, "Nexttown-zq"),
        "nor in what others were told of it before"
    );
    assert!(world.folder.outbox().join(format!("card-{list}.csv")).exists());
    assert_eq!(world.sweep(), theirs_rights::Swept::default());
}

#[test]
fn lists_that_wait_in_the_outbox_lose_the_cell_and_keep_the_row() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let list = world.give_of(&[1, 2], &["given_name"]);
    world.delete(1, "given_name");
    assert_eq!(world.sweep().lists, 1);
    let path = world.folder.outbox().join(format!("card-{list}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    assert!(
        text.lines().count() == 3 && !text.contains(&tag(1)) && text.contains(&tag(2)),
        "{text}"
    );
}

#[test]
fn a_source_that_brings_it_again_is_not_heard_and_the_person_is() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    world.delete(1, "phone");
    let mut row = crm(1);
    row.since = "2026-03-05T00:00:00Z".parse().ok();
    world.load("crm", &[row.clone()]);
    row.columns.insert("phone".to_owned(), "01632 960 042".to_owned());
    world.load("crm", &[row.clone()]);
    assert!(entry(&world, 1, "phone")["value"].is_null(), "nor another number of the till's");
    world.clock.pass(4);
    world.desk().correct(&world.person(1), "phone", Some("01632 960 077"), By::Person).unwrap();
    let said = entry(&world, 1, "phone");
    assert!(said["value"] == "01632 960 077" && said["deleted"].is_null(), "{said}");
    row.columns.insert("city".to_owned(), "Oldhaven".to_owned());
    world.load("crm", &[row.clone()]);
    let heard = entry(&world, 1, "phone");
    assert_eq!(heard["said"][0]["value"], "01632 960 042", "overruled, but heard again");
    row.columns.insert("phone".to_owned(), crm(1).columns["phone"].replace(' ', "-"));
    world.load("crm", &[row]);
    assert!(entry(&world, 1, "phone")["said"].as_array().unwrap().is_empty(), "the old one is not");
}

#[test]
fn a_source_confirms_once_it_brings_it_no_more() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    world.delete(1, "city");
    let open = || {
        let notices = world.store.notices().unwrap();
        let delete = notices.iter().find(|one| one.kind == NoticeKind::Delete).unwrap();
        delete.confirmed.is_none()
    };
    world.load("crm", &[crm(1), crm(2)]);
    assert!(open(), "it says so still");
    let mut row = crm(1);
    row.columns.remove("city");
    world.load("crm", &[row, crm(2)]);
    assert!(!open());
}

#[test]
fn an_entry_that_is_known_by_the_value_goes_whole_and_what_the_person_chose_stays() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let (desk, person) = (world.desk(), world.person(1));
    let goes = desk.goes_with(&person, "email", By::Person).unwrap();
    let counted = |all: &std::collections::BTreeMap<String, u64>| -> Vec<(String, u64)> {
        all.iter().map(|(name, number)| (name.clone(), *number)).collect()
    };
    assert_eq!(counted(&goes.from), [("Our till".to_owned(), 1)]);
    assert_eq!(counted(&goes.whole), [("Our newsletter".to_owned(), 1)]);
    assert_eq!(counted(&goes.activities), []);
    let objection = theirs_rights::Choice::Objection { topic: "marketing".to_owned(), yes: true };
    desk.choose(&person, &objection, By::Person).unwrap();
    let done = world.delete(1, "email");
    assert_eq!((done.records["Our till"], done.gone["Our newsletter"]), (1, 1));
    assert!(world.desk().objects(&world.person(1), "marketing").unwrap());
    world.sweep();
    assert!(!holds(&world.folder.data(), &world.keys, &format!("{}@", tag(1))));
    assert_eq!(world.load("news", &[news(1), news(2)]), 1, "it is blocked by its key");
    world.load("crm", &[crm(1)]);
    world.resolve();
    assert!(entry(&world, 1, "email")["value"].is_null());
    assert!(!holds(&world.folder.data(), &world.keys, &format!("{}@", tag(1))));
}

#[test]
fn what_a_law_asks_to_keep_and_what_is_not_there_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let charter = CHARTER.replace("roles:\n", &format!("{DUTY}roles:\n"));
    let world = World::with_people(root.path(), &charter, 3);
    let (desk, person) = (world.desk(), world.person(1));
    let delete = |column| desk.delete(&person, column, Ground::Asked, By::Person);
    let Err(RightsError::Refused(refusal)) = delete("family_name") else { panic!("a duty") };
    assert_eq!(refusal.clause.0, "purposes.books.columns");
    assert!(refusal.because.contains("family name until 1 June 2031"), "{refusal}");
    let told = desk.uses(&person).unwrap()[0].sentence.clone();
    assert_eq!(told, "You asked for something that we must not do: purposes.books.columns.");
    let wrong = delete("cty").map(|_| ()).unwrap_err().to_string();
    assert_eq!(wrong, "there is no column \"cty\"; did you mean \"city\"?");
    delete("city").unwrap();
    assert!(matches!(delete("city"), Err(RightsError::NothingHeld { .. })));
    let refused =
        desk.delete(&person, "phone", Ground::Asked, By::Colleague(&colleague("marketing")));
    assert!(matches!(refused, Err(RightsError::Refused(_))));
    let told = desk.uses(&person).unwrap();
    assert!(told.iter().any(|deed| deed.sentence == "You had your city deleted."));
}

#[test]
fn a_backup_of_before_does_not_bring_it_back() {
    let root = tempfile::tempdir().unwrap();
    let into = root.path().join("shop");
    let world = World::with_people(&into, CHARTER, 4);
    world.back_up(&root.path().join("backup"));
    world.delete(1, "city");
    world.delete(2, "email");
    let (clock, keys) = (Arc::clone(&world.clock), world.keys.clone());
    world.checkpoint();
    drop(world);
    let old = root.path().join("lost");
    std::fs::rename(into.join("data"), &old).unwrap();
    let restored = back(&root.path().join("backup"), &into, Since::Log(&old), &clock).unwrap();
    assert_eq!(restored.deleted_again, 2);
    assert!(
        !holds(&into.join("data"), &keys, &city(1)) && holds(&into.join("data"), &keys, &city(2))
    );
    assert!(!holds(&into.join("data"), &keys, &format!("{}@", tag(2))));
    let world = World::open(&into, CHARTER, clock);
    assert_eq!(world.load("news", &[news(2)]), 1);
    world.load("crm", &[crm(1), crm(2)]);
    assert!(entry(&world, 1, "city")["deleted"].is_string());
    assert!(entry(&world, 2, "email")["deleted"].is_string());
}

#[test]
fn stopped_after_the_change_the_next_opening_writes_the_journal() {
    let root = tempfile::tempdir().unwrap();
    let clock = {
        let world = World::with_people(root.path(), CHARTER, 3);
        world.desk().delete(&world.person(1), "city", Ground::Asked, By::Person).unwrap();
        assert!(theirs_rights::read_deletions(&world.folder.erasures()).unwrap().is_empty());
        Arc::clone(&world.clock)
    };
    let world = World::open(root.path(), CHARTER, clock);
    assert_eq!(theirs_rights::read_deletions(&world.folder.erasures()).unwrap().len(), 1);
    world.sweep();
    assert!(!holds(&world.folder.data(), &world.keys, &city(1)));
}

#[test]
fn a_source_has_changed_a_value_only_once_it_brings_the_new_one() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let (desk, person) = (world.desk(), world.person(1));
    desk.correct(&person, "city", Some("Oldhaven"), By::Person).unwrap();
    desk.post(&world.folder.outbox()).unwrap();
    let is_open = || {
        let notices = world.store.notices().unwrap();
        let to_crm = |one: &&theirs_store::Notice| one.recipient == "source:crm";
        notices.iter().find(to_crm).unwrap().confirmed.is_none()
    };
    world.load("crm", &[crm(2)]);
    assert!(is_open(), "its row was set aside, or did not come");
    let mut row = crm(1);
    row.columns.remove("city");
    world.load("crm", &[row.clone()]);
    assert!(is_open(), "it says nothing of it");
    let mut settled = |aside: &[(&str, &str)]| {
        row.columns.insert("city".to_owned(), "Oldhaven".to_owned());
        let now = theirs_model::Clock::now(&*world.clock);
        let marker = theirs_rights::Marker::new(&world.keys);
        let source = world.charter.source("crm").unwrap();
        let theirs_charter::Holds::Identity(identity) = &source.holds else { panic!() };
        let gate = theirs_rights::Admission { marker: &marker, source, identity };
        world.store.upsert_unless_erased("crm", &[row.clone()], now, &gate).unwrap();
        let keys = [crm_key(1)].into();
        let aside = aside.iter().map(|(k, c)| ((*k).to_owned(), (*c).to_owned())).collect();
        let brought = theirs_rights::Brought { keys: &keys, aside: &aside };
        world.desk().settle("crm", &brought, &world.folder.outbox()).unwrap()
    };
    assert_eq!(settled(&[(&crm_key(1), "city")]), 0, "what was set aside says nothing");
    assert_eq!(settled(&[(&crm_key(1), "phone")]), 1);
    assert!(!is_open());
}

#[test]
fn of_two_who_turn_out_to_be_one_a_deletion_holds_for_both_and_each_gets_back_their_own() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let colleague = colleague("privacy");
    let (desk, by) = (world.desk(), By::Colleague(&colleague));
    // Both live in one town.
    let mut other = crm(2);
    other.columns.insert("city".to_owned(), format!("City{}", tag(1)));
    world.load("crm", &[crm(1), other.clone()]);
    world.delete(1, "city");
    let city = |person: u32| {
        let dossier = desk.open(&world.person(person), by).unwrap();
        dossier.entries.into_iter().find(|entry| entry.column == "city").and_then(|e| e.value)
    };
    assert_eq!((city(1), city(2)), (None, Some(format!("City{}", tag(1)))));
    let reason = theirs_rights::Reason { why: Some("one person"), at_their_request: true };
    let id = |person| world.store.record("crm", &crm_key(person)).unwrap().unwrap().id;
    desk.merge(id(1), id(2), reason, by).unwrap();
    desk.keep_deleted_out().unwrap();
    assert_eq!(city(2), None, "the refusal wins");
    world.load("crm", &[crm(1), other.clone()]);
    assert_eq!(city(2), None, "whatever is loaded");
    desk.split(id(2), reason, by).unwrap();
    world.load("crm", &[crm(1), other]);
    assert_eq!((city(1), city(2)), (None, Some(format!("City{}", tag(1)))), "their own again");
}

#[test]
fn what_was_stopped_is_not_said_to_have_been_looked_at() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 3);
    let (desk, person) = (world.desk(), world.person(1));
    world.give_of(&[1, 2], &["city", "given_name"]);
    world.clock.pass(1);
    let reason = theirs_rights::Reason::default();
    desk.stop_using(&person, "city", true, reason, By::Person).unwrap();
    world.clock.pass(1);
    world.give_of(&[1, 2], &["city", "given_name"]);
    let told = |person| -> Vec<_> {
        let deeds = desk.uses(&world.person(person)).unwrap().into_iter();
        let given = deeds.filter(|deed| deed.told.act == theirs_uses::Act::Share);
        given.map(|deed| (deed.told.columns, deed.left_out)).collect()
    };
    let both = || vec!["city".to_owned(), "given_name".to_owned()];
    let stopped = (vec!["given_name".to_owned()], vec!["city".to_owned()]);
    assert_eq!(told(1), [stopped.clone(), (both(), vec![])]);
    assert_eq!(told(2), [(both(), vec![]), (both(), vec![])], "of others it was");
    desk.stop_using(&person, "city", false, reason, By::Person).unwrap();
    world.clock.pass(1);
    world.give_of(&[1, 2], &["city", "given_name"]);
    assert_eq!(told(1), [(both(), vec![]), stopped, (both(), vec![])]);
}
