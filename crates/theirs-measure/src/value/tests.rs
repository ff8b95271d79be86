use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

struct Simulated {
    person: Vec<u64>,
    chance: Vec<f64>,
    reward: Vec<f64>,
    agrees: Vec<f64>,
    taken: Vec<f64>,
    chosen: Vec<f64>,
}

/// The chance of a reward: action 1 pays for those with a large x.
fn pays(x: f64, action: usize) -> f64 {
    if action == 1 { 0.6 * x } else { 0.25 }
}

/// A log that draws action 1 more often for a small x; the policy takes it for x over .5. Its true
/// value is ½ · .25 + ∫ .6 x from .5 to 1 = .35. The model is wrong by a constant.
fn simulated(rows: usize, seed: u64) -> Simulated {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut log = Simulated {
        person: Vec::new(),
        chance: Vec::new(),
        reward: Vec::new(),
        agrees: Vec::new(),
        taken: Vec::new(),
        chosen: Vec::new(),
    };
    for row in 0..rows {
        let x: f64 = random.random();
        let one = 0.8 - 0.6 * x;
        let action = usize::from(random.random::<f64>() < one);
        let wanted = usize::from(x > 0.5);
        log.person.push(row as u64);
        log.chance.push(if action == 1 { one } else { 1.0 - one });
        log.reward.push(f64::from(u8::from(random.random::<f64>() < pays(x, action))));
        log.agrees.push(f64::from(u8::from(action == wanted)));
        log.taken.push(pays(x, action) + 0.1);
        log.chosen.push(pays(x, wanted) + 0.1);
    }
    log
}

fn value(log: &Simulated, estimator: Estimator) -> Value {
    let logged = Logged { person: &log.person, chance: &log.chance, reward: &log.reward };
    let model = Some(Expected { taken: &log.taken, chosen: &log.chosen });
    logged.value(&Policy { agrees: &log.agrees, model }, estimator).unwrap()
}

#[test]
fn all_three_estimators_are_unbiased_and_their_intervals_cover() {
    const RUNS: u64 = 2_000;
    for estimator in [Estimator::Inverse, Estimator::SelfNormalised, Estimator::DoublyRobust] {
        let (mut mean, mut covered) = (0.0, 0.0);
        for seed in 0..RUNS {
            let told = value(&simulated(1_000, seed), estimator).value;
            mean += told.estimate / RUNS as f64;
            covered += f64::from(u8::from(told.contains(0.35))) / RUNS as f64;
        }
        assert!((mean - 0.35).abs() < 0.002, "{estimator:?} {mean}");
        assert!((0.935..=0.965).contains(&covered), "{estimator:?} {covered}");
    }
}

#[test]
fn a_model_makes_the_interval_narrower() {
    let log = simulated(5_000, 1);
    let inverse = value(&log, Estimator::Inverse).value;
    let robust = value(&log, Estimator::DoublyRobust).value;
    assert!(robust.high - robust.low < 0.9 * (inverse.high - inverse.low));
}

#[test]
fn a_person_seen_four_times_is_not_four_people() {
    let mut log = simulated(2_000, 2);
    let alone = value(&log, Estimator::Inverse);
    for list in [&mut log.chance, &mut log.reward, &mut log.agrees, &mut log.taken, &mut log.chosen]
    {
        *list = list.repeat(4);
    }
    log.person = log.person.repeat(4);
    let repeated = value(&log, Estimator::Inverse);
    assert_eq!(repeated.people, 2_000);
    assert!((repeated.value.high - alone.value.high).abs() < 1e-9);
}

#[test]
fn chances_of_none_people_of_one_and_policies_that_never_agree_are_refused() {
    let told = |person: &[u64], chance: &[f64], agrees: &[f64]| {
        let logged = Logged { person, chance, reward: &[1.0, 0.0] };
        logged.value(&Policy { agrees, model: None }, Estimator::Inverse)
    };
    assert!(told(&[1, 2], &[0.5, 0.5], &[1.0, 1.0]).is_ok());
    assert!(told(&[1, 2], &[0.5, 0.0], &[1.0, 1.0]).is_err());
    assert!(told(&[1, 1], &[0.5, 0.5], &[1.0, 1.0]).is_err());
    assert!(told(&[1, 2], &[0.5, 0.5], &[0.0, 0.0]).is_err());
}
