//! Random people, promises and questions, answered by the door and by a reference that is written
//! from the specification alone: it knows neither the engine nor a line of what it checks.
//!
//! `THEIRS_CASES=10000` asks as many questions as `.ci/long` does.

mod answer;
mod group;
mod promise;
mod question;
mod shop;
mod world;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::fixture::asker;
use answer::{expected, found};
use shop::Shop;
use world::World;

/// How many questions are asked of one world.
const QUESTIONS: usize = 40;
/// How many are asked in all, unless told otherwise.
const CASES: usize = 400;

#[test]
fn the_door_answers_as_the_reference_does() {
    let told = std::env::var("THEIRS_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases: usize = told.unwrap_or(CASES);
    let (mut answered, mut refused, mut exactly) = (0, 0, 0);
    for seed in 0..cases.div_ceil(QUESTIONS) as u64 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut world = World::random(&mut random);
        let shop = Shop::open(&world);
        for _ in 0..QUESTIONS {
            if random.random_bool(0.3) {
                let act = world.act(&mut random);
                shop.record(&act);
            }
            let question = question::random(&world, &mut random);
            let sql = question.sql(&world);
            let answer = shop.door.ask(&asker(question.role), sql.as_str());
            let context = || format!("seed {seed}: {sql}\n{}", world.charter());
            match (expected(&world, &question), answer) {
                (Some(expected), Ok(answer)) => {
                    let rows = found(&answer, question.is_ordered());
                    assert_eq!(rows, expected.rows, "{}", context());
                    // The record of a use may name more people than it touched, but never fewer.
                    let told = shop.people_of_the_last_use();
                    assert_eq!(told.len() as u64, answer.people);
                    assert!(told.is_superset(&expected.people), "{}", context());
                    exactly += usize::from(question.filter.is_some() && told == expected.people);
                    answered += 1;
                }
                (None, Err(_)) => refused += 1,
                (None, Ok(_)) => panic!("this must be refused: {}", context()),
                (Some(_), Err(error)) => panic!("{error}: {}", context()),
            }
        }
    }
    assert!(answered * 2 > cases && refused * 20 > cases, "{answered} answered, {refused} refused");
    assert!(exactly * 10 > cases, "of {answered} uses {exactly} named just whom they touched");
}
