//! Who objected is not seen by any statement that starts after the objection was acknowledged.
//!
//! `THEIRS_RACES` says how many such statements there must be.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use theirs_store::{ActKind, NewAct};

use crate::fixture::{Fixture, act, asker};

fn objection(content: &str) -> NewAct {
    act(ActKind::Objection, "marketing", content)
}

#[test]
fn who_objected_is_never_seen_by_a_statement_that_starts_afterwards() {
    let races = std::env::var("THEIRS_RACES").map_or(100, |text| text.parse().unwrap());
    let fixture = Fixture::new();
    // Odd while an objection is acknowledged and not taken back.
    let word = AtomicU64::new(0);
    let raced = AtomicU64::new(0);
    let over = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        scope.spawn(|| {
            let store = fixture.store();
            while !over.load(Ordering::SeqCst) {
                let before = raced.load(Ordering::SeqCst);
                store.record_act(&objection("yes")).unwrap();
                word.fetch_add(1, Ordering::SeqCst);
                while raced.load(Ordering::SeqCst) == before && !over.load(Ordering::SeqCst) {
                    std::thread::yield_now();
                }
                // Not in force any more from before it is taken back.
                word.fetch_add(1, Ordering::SeqCst);
                store.record_act(&objection("no")).unwrap();
            }
        });
        let asking = scope.spawn(|| {
            let mut seen = 0;
            while raced.load(Ordering::SeqCst) < races {
                let before = word.load(Ordering::SeqCst);
                let sql = "select given_name from offer.person where given_name = 'Ada'";
                let rows = fixture.door.ask(&asker("marketing"), sql).map(|answer| answer.rows());
                let after = word.load(Ordering::SeqCst);
                let in_force = before % 2 == 1 && before == after;
                match (rows, in_force) {
                    (Ok(0), true) => drop(raced.fetch_add(1, Ordering::SeqCst)),
                    (Ok(rows), false) => seen += rows,
                    (outcome, _) => {
                        over.store(true, Ordering::SeqCst);
                        panic!("after an acknowledged objection: {outcome:?}");
                    }
                }
            }
            over.store(true, Ordering::SeqCst);
            seen
        });
        asking.join().unwrap()
    });
    let raced = raced.into_inner();
    println!(
        "{raced} statements after an objection; the person was seen {seen} times between them"
    );
    assert_eq!(raced, races);
}
