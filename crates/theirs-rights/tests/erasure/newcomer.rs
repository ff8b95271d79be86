//! Whoever signs up under somebody's name opens nothing of theirs by an address of their own.

use theirs_model::Clock;
use theirs_rights::Reached;

use crate::world::*;

#[test]
fn an_address_that_a_newcomer_brought_opens_nothing_of_what_was_there() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), CHARTER, 3);
    let (victim, own) = (world.person(1), format!("{}@mail.example", tag(1)));
    let reached = |address: &str| world.desk().reached(address, &[victim.slot]).unwrap();
    assert_eq!(reached(&own), Reached::One(victim.clone()));
    world.clock.pass(2);
    let forged = format!("{}@evil.example", tag(1));
    let name = format!("Given{0} Family{0}", tag(1));
    world.load(
        "news",
        &[record(
            &forged,
            "2026-01-01T00:00:00Z",
            &[("email", forged.clone()), ("name", name), ("yes_to_news", "true".to_owned())],
        )],
    );
    world.resolve();
    let unproven = || reached(&forged) == Reached::Unproven(victim.clone());
    assert!(unproven(), "nothing of before opens by it");
    assert_eq!(reached(&own), Reached::One(victim.clone()), "the one of before still does");
    let told = world.desk().every_address(&victim).unwrap();
    assert!(told.contains(&forged) && told.iter().any(|one| one.eq_ignore_ascii_case(&own)));
    world.clock.pass(400);
    assert!(unproven(), "however old it gets");
}

/// The charter under which anybody can write to the newsletter.
fn open_to_all() -> String {
    CHARTER.replace("    file: news.csv\n", "    file: news.csv\n    open_to_all: true\n")
}

/// Somebody who signs up for the newsletter in the name of a person.
fn sign_up(person: u32, address: &str, key: &str) -> theirs_store::IncomingRecord {
    let name = format!("Given{0} Family{0}", tag(person));
    record(
        key,
        "2026-01-01T00:00:00Z",
        &[("email", address.to_owned()), ("name", name), ("yes_to_news", "true".to_owned())],
    )
}

#[test]
fn who_signed_up_in_a_name_before_we_knew_its_bearer_opens_nothing_of_theirs() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), &open_to_all(), 3);
    let (forged, own) = (format!("{}@evil.example", tag(7)), format!("{}@mail.example", tag(7)));
    world.clock.pass(30);
    world.load("news", &[sign_up(7, &forged, &forged)]);
    world.resolve();
    let by = |address: &str| {
        let found = world.store.record("news", &forged).unwrap().unwrap();
        let person = world.store.person_of(found.id).unwrap().unwrap();
        (world.desk().reached(address, &[person.slot]).unwrap(), person)
    };
    let (alone, stranger) = by(&forged);
    assert_eq!(alone, Reached::One(stranger.clone()), "a sign-up alone opens its own page");
    let began = world.clock.now();
    world.clock.pass(30);
    // What happens meanwhile is on record, and tells when the two came together.
    world.desk().open(&world.person(1), theirs_rights::By::Person).unwrap();
    world.load("crm", &[crm(7)]);
    world.resolve();
    let victim = world.person(7);
    assert_eq!(by(&forged), (Reached::Unproven(victim.clone()), victim.clone()));
    assert_eq!(by(&own).0, Reached::One(victim.clone()), "though it came later");
    let believed = world.desk().addresses(&victim).unwrap();
    assert!(believed.iter().all(|one| one.eq_ignore_ascii_case(&own)), "{believed:?}");
    assert!(world.desk().is_overruled(&forged, &victim).unwrap());
    assert!(!world.desk().is_overruled(&own, &victim).unwrap());
    let set_up = |at| world.desk().may_be_anothers(&victim, at).unwrap();
    assert!(set_up(began) && !set_up(world.clock.now()), "what the stranger set up opens nothing");
    world.clock.pass(400);
    assert_eq!(by(&forged).0, Reached::Unproven(victim), "however old it gets");
}

#[test]
fn who_signed_up_under_the_address_that_the_till_has_too_comes_in() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), &open_to_all(), 3);
    let own = format!("{}@mail.example", tag(7));
    world.clock.pass(30);
    world.load("news", &[sign_up(7, &own, &own)]);
    world.resolve();
    let began = world.clock.now();
    world.clock.pass(30);
    world.desk().open(&world.person(1), theirs_rights::By::Person).unwrap();
    world.load("crm", &[crm(7)]);
    world.resolve();
    let person = world.person(7);
    let reached = world.desk().reached(&own, &[person.slot]).unwrap();
    assert_eq!(reached, Reached::One(person.clone()));
    assert!(!world.desk().may_be_anothers(&person, began).unwrap(), "and stays in");
}

#[test]
fn of_two_sign_ups_in_one_name_neither_opens_the_other() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(&root.path().join("shop"), &open_to_all(), 3);
    let [one, two] = ["evil", "mail"].map(|host| format!("{}@{host}.example", tag(7)));
    world.load("news", &[sign_up(7, &one, &one), sign_up(7, &two, &two)]);
    world.resolve();
    let found = world.store.record("news", &one).unwrap().unwrap();
    let person = world.store.person_of(found.id).unwrap().unwrap();
    for address in [&one, &two] {
        let reached = world.desk().reached(address, &[person.slot]).unwrap();
        assert_eq!(reached, Reached::Unproven(person.clone()), "{address}");
    }
}
