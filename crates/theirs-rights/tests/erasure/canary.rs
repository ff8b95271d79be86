//! The search of every byte of the folder.

use crate::world::*;

#[test]
fn after_a_sweep_no_byte_of_the_folder_tells_of_the_person() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 40);
    world.give(&[3, 4, 5]);
    let desk = world.desk();
    let town = format!("Elsewhere{}", tag(3));
    desk.correct(&world.person(3), "city", Some(&town), theirs_rights::By::Person).unwrap();
    let before = world.folder.before_upgrade();
    std::fs::create_dir(&before).unwrap();
    std::fs::write(before.join("kept"), tag(3)).unwrap();
    world.erase(3);
    world.erase(7);
    assert!(people_on_disk(&world.folder.data(), &world.keys).contains(&3), "the files follow");
    let swept = world.sweep();
    assert_eq!((swept.erasures, swept.rows, swept.lists), (2, 4, 1), "{swept:?}");
    let all = people_on_disk(&world.folder.data(), &world.keys);
    assert!(!all.contains(&3) && !all.contains(&7) && all.len() == 38, "{all:?}");
    for file in std::fs::read_dir(world.folder.outbox()).unwrap() {
        let path = file.unwrap().path();
        let is_to_a_source = ["crm", "news"].iter().any(|source| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(&format!("notice-source_{source}"))
        });
        let people = people_in(&std::fs::read(&path).unwrap());
        assert!(is_to_a_source || !people.contains(&3), "{}", path.display());
    }
    assert!(world.store.pending_erasures().unwrap().is_empty());
    assert_eq!(world.sweep(), theirs_rights::Swept::default());
}

#[test]
fn a_sweep_changes_nobody_elses_activities_and_can_be_done_again() {
    let root = tempfile::tempdir().unwrap();
    let world = World::with_people(root.path(), CHARTER, 5);
    let before = world.answer(2);
    world.erase(0);
    world.sweep();
    world.erase(4);
    world.sweep();
    assert_eq!(world.answer(2), before);
    let counts = world.store.activity_counts().unwrap();
    assert_eq!(counts, [("orders".to_owned(), 3), ("visits".to_owned(), 3)]);
}
