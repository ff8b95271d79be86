use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::experiment::Assignment;
use crate::{Coding, Column, Folds, Sheet};

struct Trial {
    sheet: Sheet,
    treated: Vec<bool>,
    outcome: Vec<f64>,
    truth: Vec<f64>,
    folds: Folds,
}

/// People treated by lot, three columns, an outcome of 0 or 1 with this effect.
fn invented(rows: usize, seed: u64, effect: impl Fn(f64, f64) -> f64) -> Trial {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut age, mut spend, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    let (mut treated, mut outcome, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let (x, y): (f64, f64) = (random.random(), random.random());
        let arm = random.random::<f64>() < 0.5;
        let chance = 0.2 + 0.3 * y + if arm { effect(x, y) } else { 0.0 };
        age.push(x);
        spend.push(y);
        idle.push(random.random());
        treated.push(arm);
        outcome.push(f64::from(u8::from(random.random::<f64>() < chance)));
        truth.push(effect(x, y));
    }
    let columns = [
        Column::numbers("age", "inside", age),
        Column::numbers("spend", "inside", spend),
        Column::numbers("idle", "outside", idle),
    ];
    let all: Vec<u32> = (0..rows as u32).collect();
    let sheet = Coding::learn(&columns, &all, 32).unwrap().apply(&columns).unwrap();
    let folds = Folds::by_key((0..rows as u32).map(u32::to_le_bytes), 5, seed).unwrap();
    Trial { sheet, treated, outcome, truth, folds }
}

fn experiment(trial: &Trial) -> Experiment<'_> {
    Experiment {
        sheet: &trial.sheet,
        treated: &trial.treated,
        outcome: &trial.outcome,
        assignment: Assignment::Randomised(0.5),
        folds: &trial.folds,
    }
}

fn uplift(trial: &Trial) -> Uplift {
    match experiment(trial).learn().unwrap() {
        Learnt::Uplift(uplift) => uplift,
        Learnt::ResponseScore(_) => panic!("a response score"),
    }
}

#[test]
fn a_planted_effect_that_differs_by_age_is_recovered() {
    let trial = invented(40_000, 1, |x, _| if x > 0.5 { 0.25 } else { -0.05 });
    let learnt = uplift(&trial);
    let effects = learnt.effect.scores(&trial.sheet).unwrap();
    let squares = effects.iter().zip(&trial.truth).map(|(one, other)| (one - other).powi(2));
    let error = (squares.sum::<f64>() / 40_000.0).sqrt();
    assert!(error < 0.03, "{error}, {:?}", learnt.trials);
    assert!(learnt.chosen.form != Form::Constant);
}

#[test]
fn where_nothing_changes_no_uplift_is_found() {
    for seed in 0..6 {
        let trial = invented(10_000, seed, |_, _| 0.0);
        let effects = uplift(&trial).effect.scores(&trial.sheet).unwrap();
        let mean = effects.iter().sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.03, "{mean}");
        let spread = effects.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 10_000.0;
        assert!(spread.sqrt() < 0.03, "{}, {:?}", spread.sqrt(), uplift(&trial).trials);
    }
}

#[test]
fn the_same_effect_for_all_is_one_number() {
    let trial = invented(20_000, 3, |_, _| 0.1);
    let effects = uplift(&trial).effect.scores(&trial.sheet).unwrap();
    assert!(effects.iter().all(|effect| (effect - 0.1).abs() < 0.06));
}

#[test]
fn without_a_lot_or_without_a_control_it_is_a_response_score() {
    let trial = invented(2_000, 4, |_, _| 0.1);
    let unknown = Experiment { assignment: Assignment::Unknown, ..experiment(&trial) };
    assert!(matches!(unknown.learn().unwrap(), Learnt::ResponseScore(_)));
    let all = vec![true; 2_000];
    let sent_to_all = Experiment { treated: &all, ..experiment(&trial) };
    assert!(matches!(sent_to_all.learn().unwrap(), Learnt::ResponseScore(_)));
}

#[test]
fn a_chance_of_none_or_all_is_refused() {
    let trial = invented(200, 5, |_, _| 0.1);
    let certain = Experiment { assignment: Assignment::Randomised(1.0), ..experiment(&trial) };
    assert!(certain.learn().is_err());
}

#[test]
fn an_effect_of_two_columns_together_is_found() {
    let trial = invented(30_000, 8, |x, y| if (x > 0.5) == (y > 0.5) { 0.25 } else { -0.1 });
    let learnt = uplift(&trial);
    let effects = learnt.effect.scores(&trial.sheet).unwrap();
    let squares = effects.iter().zip(&trial.truth).map(|(one, other)| (one - other).powi(2));
    let error = (squares.sum::<f64>() / 30_000.0).sqrt();
    assert!(error < 0.06 && learnt.chosen.form == Form::Arms, "{error}, {:?}", learnt.trials);
    explains(&trial, &learnt.effect);
}

#[test]
fn contributions_sum_to_the_uplift_and_every_if_is_scored_again() {
    let trial = invented(6_000, 6, |x, y| 0.3 * x * y);
    explains(&trial, &uplift(&trial).effect);
}

fn explains(trial: &Trial, effect: &Effect) {
    for (row, score) in effect.scores(&trial.sheet).unwrap().iter().enumerate().step_by(7) {
        let bins: Vec<u8> = (0..3).map(|column| trial.sheet.code(row, column)).collect();
        let sum: f64 = effect.base() + effect.contributions(&bins).iter().sum::<f64>();
        assert!((sum - score).abs() < 1e-9 && (effect.score(&bins) - score).abs() < 1e-9);
        if let Some(change) = effect.smallest_flip(&bins, 0.05) {
            let again = effect.what_if(&bins, change.column, change.bin);
            assert!((again - change.score).abs() < 1e-12);
            assert_ne!(again > 0.05, *score > 0.05);
        }
    }
}

#[test]
fn an_effect_on_money_is_learnt_as_well() {
    let mut trial = invented(20_000, 7, |_, _| 0.0);
    for (outcome, (arm, row)) in trial.outcome.iter_mut().zip(trial.treated.iter().zip(0..)) {
        let steep = f64::from(trial.sheet.code(row, 0)) / 4.0;
        *outcome = 20.0 * *outcome + if *arm { steep } else { 0.0 };
    }
    let effects = uplift(&trial).effect.scores(&trial.sheet).unwrap();
    let squares = effects.iter().enumerate().map(|(row, effect)| {
        let steep = f64::from(trial.sheet.code(row, 0)) / 4.0;
        (effect - steep) * (effect - steep)
    });
    let error = (squares.sum::<f64>() / 20_000.0).sqrt();
    assert!(error < 0.8, "{error}");
}
