//! Whoever signs up under somebody's name opens nothing of theirs by an address of their own.

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
