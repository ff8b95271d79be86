//! Random histories of loads, corrections, objections, merges, splits, erasures, sweeps, backups and
//! restores: nobody erased is ever in an answer, and everybody else's answers stay as they were.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rand::seq::IteratorRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_rights::{By, Choice, Reason, Since};

use crate::world::*;

const PEOPLE: u32 = 12;

/// How many histories; the long run asks for more.
fn histories() -> u64 {
    std::env::var("THEIRS_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

struct History<'r> {
    root: &'r Path,
    world: Option<World>,
    dice: ChaCha8Rng,
    erased: BTreeSet<u32>,
    backups: u32,
    restores: u32,
}

impl History<'_> {
    fn world(&mut self) -> &mut World {
        self.world.as_mut().unwrap()
    }

    fn somebody(&mut self) -> u32 {
        let world = self.world.as_ref().unwrap();
        (0..PEOPLE).filter(|p| world.is_known(*p)).choose(&mut self.dice).unwrap()
    }

    fn known(&self) -> usize {
        let world = self.world.as_ref().unwrap();
        (0..PEOPLE).filter(|p| world.is_known(*p)).count()
    }

    fn anybody(&mut self) -> u32 {
        self.dice.random_range(0..PEOPLE)
    }

    fn step(&mut self) {
        match self.dice.random_range(0..11) {
            0 => {
                let (one, other) = (self.anybody(), self.anybody());
                self.world().load("crm", &[crm(one), crm(other)]);
            }
            1 => {
                let person = self.anybody();
                self.world().load("news", &[news(person)]);
                self.world().resolve();
            }
            2 => {
                let person = self.anybody();
                self.world().load_activities("orders", &[person], "2026-01-05T00:00:00Z");
            }
            3 => {
                let person = self.somebody();
                let world = self.world();
                let (desk, who) = (world.desk(), world.person(person));
                desk.correct(&who, "city", Some(&format!("New{}", tag(person))), By::Person)
                    .unwrap();
                desk.post(&world.folder.outbox()).unwrap();
            }
            4 => {
                let person = self.somebody();
                let world = self.world();
                let choice = Choice::Objection { topic: "marketing".to_owned(), yes: true };
                world.desk().choose(&world.person(person), &choice, By::Person).unwrap();
            }
            5 => self.merge(),
            6 => self.split(),
            7 if self.known() > 3 => {
                let person = self.somebody();
                self.erase(person);
            }
            8 => drop(self.world().sweep()),
            9 => self.back_up(),
            _ => self.restore(),
        }
    }

    fn merge(&mut self) {
        let (one, other) = (self.somebody(), self.somebody());
        let desk = self.world().desk();
        let record = |person| desk.record("crm", &crm_key(person)).unwrap().id;
        let why = Reason { why: Some("they say so"), at_their_request: true };
        let _ = desk.merge(record(one), record(other), why, By::Colleague(&colleague("privacy")));
    }

    fn split(&mut self) {
        let person = self.somebody();
        let desk = self.world().desk();
        let record = desk.record("crm", &crm_key(person)).unwrap().id;
        let why = Reason { why: Some("they say so"), at_their_request: true };
        let _ = desk.split(record, why, By::Colleague(&colleague("privacy")));
    }

    /// Erases a person and whoever was joined with them; all of those are erased.
    fn erase(&mut self, person: u32) {
        let world = self.world();
        let slot = world.person(person).slot;
        let records = world.store.records_of(slot).unwrap();
        let gone: BTreeSet<u32> =
            records.iter().flat_map(|record| people_in(record.key.as_bytes())).collect();
        // A record of theirs that a split gave to somebody else is not erased with them.
        let others = self.others(&gone);
        let world = self.world();
        world.erase(person);
        let kept: Vec<(u32, String)> = others
            .iter()
            .filter(|(person, _)| world.is_known(*person))
            .map(|(person, _)| (*person, world.answer(*person)))
            .collect();
        let still = |(person, _): &&(u32, String)| world.is_known(*person);
        assert_eq!(others.iter().filter(still).cloned().collect::<Vec<_>>(), kept);
        let left = self.world().people_on_record();
        self.erased.extend(gone.difference(&left));
    }

    /// The answers of everybody who is known and not among these.
    fn others(&mut self, but: &BTreeSet<u32>) -> Vec<(u32, String)> {
        let world = self.world();
        let known = (0..PEOPLE).filter(|p| !but.contains(p) && world.is_known(*p));
        known.map(|person| (person, world.answer(person))).collect()
    }

    fn back_up(&mut self) {
        self.backups += 1;
        let into = self.root.join(format!("backup{}", self.backups));
        self.world().back_up(&into);
    }

    /// Loses the folder and restores some backup of before.
    fn restore(&mut self) {
        if self.backups == 0 {
            return;
        }
        let number = self.dice.random_range(1..=self.backups);
        let world = self.world.take().unwrap();
        let (into, clock) = (world.folder.root().to_owned(), Arc::clone(&world.clock));
        let keys = world.keys.clone();
        drop(world);
        self.restores += 1;
        let old = self.root.join(format!("lost{}", self.restores));
        std::fs::rename(into.join("data"), &old).unwrap();
        let backup = self.root.join(format!("backup{number}"));
        back(&backup, &into, Since::Log(&old), &clock).unwrap();
        let found = people_on_disk(&into.join("data"), &keys);
        assert!(found.is_disjoint(&self.erased), "{found:?} {:?}", self.erased);
        self.world = Some(World::open(&into, CHARTER, clock));
        // What was loaded since is loaded again, as sources are.
        let all: Vec<u32> = (0..PEOPLE).collect();
        self.world().load("crm", &all.iter().map(|p| crm(*p)).collect::<Vec<_>>());
        self.world().resolve();
    }

    fn check(&mut self) {
        for person in self.erased.clone() {
            let world = self.world();
            assert!(!world.is_known(person), "{person} is back");
        }
        let erased = self.erased.clone();
        for (person, answer) in self.others(&erased) {
            let told = people_in(answer.as_bytes());
            assert!(told.is_disjoint(&erased), "{person} is told of {told:?}");
        }
    }
}

#[test]
fn whatever_happened_nobody_erased_is_in_any_answer_and_the_others_are_as_before() {
    for seed in 0..histories() {
        let root = tempfile::tempdir().unwrap();
        let mut history = History {
            root: root.path(),
            world: Some(World::with_people(&root.path().join("shop"), CHARTER, PEOPLE)),
            dice: ChaCha8Rng::seed_from_u64(seed),
            erased: BTreeSet::new(),
            backups: 0,
            restores: 0,
        };
        for _ in 0..30 {
            history.step();
            history.check();
        }
        history.world().sweep();
        let found = people_on_disk(&history.world().folder.data(), &history.world().keys);
        assert!(found.is_disjoint(&history.erased), "{found:?} {:?}", history.erased);
    }
}
