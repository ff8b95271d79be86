//! A passkey that was removed opens nothing after a restore either.

use std::sync::Arc;

use theirs_rights::Since;
use theirs_store::{Holder, Opens, Passkey};

use crate::world::*;

/// Gives somebody a passkey under this number of a device.
fn give(world: &World, holder: Holder, credential: &[u8]) {
    let passkey = Passkey {
        id: 0,
        holder,
        handle: vec![1; 64],
        fixed: vec![2],
        changing: vec![3],
        made: jiff::Timestamp::UNIX_EPOCH,
        used: None,
    };
    world.store.add_passkey(credential, &passkey).unwrap();
}

#[test]
fn a_passkey_that_was_removed_after_the_backup_is_not_in_the_restored_folder() {
    let root = tempfile::tempdir().unwrap();
    let into = root.path().join("shop");
    let world = World::with_people(&into, CHARTER, 3);
    let person = |person: u32| Holder::Person(world.person(person).slot);
    let ana = Holder::Colleague("ana".to_owned());
    give(&world, person(1), b"lost with the telephone");
    give(&world, person(1), b"at home");
    give(&world, person(2), b"of another");
    let add = |world: &World, name: &str| {
        world.store.add_principal(name, &[], &world.keys, jiff::Timestamp::UNIX_EPOCH).unwrap()
    };
    add(&world, "ana");
    add(&world, "bo");
    world.store.begin_proof(world.person(2).slot, jiff::Timestamp::UNIX_EPOCH).unwrap();
    give(&world, ana.clone(), b"at work");
    world.back_up(&root.path().join("backup"));
    let lost = world.store.passkey(Opens::OwnPage, b"lost with the telephone").unwrap().unwrap();
    let (desk, journal) = (world.desk(), world.folder.erasures());
    assert!(!desk.remove_passkey(&world.person(2), lost.id, &journal).unwrap(), "not theirs");
    assert!(desk.remove_passkey(&world.person(1), lost.id, &journal).unwrap());
    assert!(!desk.remove_passkey(&world.person(1), lost.id, &journal).unwrap(), "it is gone");
    let told = desk.uses(&world.person(1)).unwrap()[0].sentence.clone();
    assert!(told.contains("opens this page no more"), "{told}");
    assert!(desk.remove_principal("bo", &journal).unwrap());
    assert!(!desk.remove_principal("bo", &journal).unwrap(), "nobody is called so any more");
    drop(desk);
    let clock = Arc::clone(&world.clock);
    world.checkpoint();
    drop(world);
    let old = root.path().join("lost");
    std::fs::rename(into.join("data"), &old).unwrap();
    let restored = back(&root.path().join("backup"), &into, Since::Log(&old), &clock).unwrap();
    assert_eq!((restored.passkeys_removed_again, restored.staff_passkeys_forgotten), (1, 1));
    assert_eq!(restored.principals_removed_again, 1);
    let world = World::open(&into, CHARTER, clock);
    let opens =
        |credential: &[u8]| world.store.passkey(Opens::OwnPage, credential).unwrap().is_some();
    assert!(!opens(b"lost with the telephone") && opens(b"at home") && opens(b"of another"));
    let names: Vec<String> =
        world.store.principals().unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["ana"], "who was removed asks no more");
    assert_eq!(world.store.proof_since(world.person(2).slot).unwrap(), None, "one waits anew");
    assert!(world.store.passkeys_of(&ana).unwrap().is_empty(), "who knows what was removed since");
}
