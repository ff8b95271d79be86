use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::column::Column;
use crate::{Coding, Folds, Rows, Sheet};

/// Rows of two columns that matter (a curve and a category) and one that does not.
fn invented(rows: usize, noise: f64, seed: u64) -> (Sheet, Vec<f64>, Vec<f64>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut curve, mut kind, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    let (mut truth, mut target) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let (x, k): (f64, usize) = (random.random(), random.random_range(0..3));
        let value = 2.0 + (6.0 * x).sin() + [0.0, 0.5, -1.0][k];
        let spread: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        curve.push(x);
        kind.push(Some(["red", "green", "blue"][k].to_owned()));
        idle.push(random.random());
        truth.push(value);
        target.push(value + noise * spread);
    }
    let columns = [
        Column::numbers("curve", "inside", curve),
        Column::texts("kind", "inside", kind),
        Column::numbers("idle", "outside", idle),
    ];
    let all: Vec<u32> = (0..rows as u32).collect();
    let sheet = Coding::learn(&columns, &all, 32).unwrap().apply(&columns).unwrap();
    (sheet, truth, target)
}

fn mean_square(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / one.len() as f64
}

#[test]
fn known_effects_are_recovered_and_an_idle_column_is_smoothed_away() {
    const ROWS: usize = 20_000;
    let mut idle = 0.0;
    for seed in 0..12 {
        let (sheet, truth, target) = invented(ROWS, 1.0, seed);
        let gram = Gram::of(&sheet, Rows { target: &target, weight: None }).unwrap();
        let model = gram.fit(&Smoothing::Automatic).unwrap().model;
        let error = mean_square(&model.predict(&sheet).unwrap(), &truth);
        assert!(error < 0.004, "{error}");
        let effects = model.terms[2].effects.iter().zip(gram.masses(2));
        idle += effects.map(|(one, mass)| one * one * mass).sum::<f64>() / 12.0;
    }
    // Σ effect² over the rows is about 1 per step that was left free, of 31.
    assert!(idle < 1.5, "{idle}");
}

#[test]
fn pure_noise_gives_nearly_the_mean() {
    let (sheet, _, target) = invented(5_000, 1.0, 2);
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let noise: Vec<f64> = target.iter().map(|_| random.random::<f64>() - 0.5).collect();
    let gram = Gram::of(&sheet, Rows { target: &noise, weight: None }).unwrap();
    let scores = gram.fit(&Smoothing::Automatic).unwrap().model.scores(&sheet).unwrap();
    let mean = noise.iter().sum::<f64>() / noise.len() as f64;
    let error = mean_square(&scores, &vec![mean; scores.len()]);
    assert!(error < 0.001, "{error}");
}

#[test]
fn effects_have_mean_zero_and_the_intercept_is_the_mean() {
    let (sheet, _, target) = invented(3_000, 1.0, 4);
    let gram = Gram::of(&sheet, Rows { target: &target, weight: None }).unwrap();
    let model = gram.fit(&Smoothing::Automatic).unwrap().model;
    for (column, term) in model.terms.iter().enumerate() {
        let masses = gram.masses(column);
        let mean: f64 = term.effects.iter().zip(&masses).map(|(effect, mass)| effect * mass).sum();
        assert!(mean.abs() < 1e-4, "{mean}");
    }
    assert!((model.intercept - target.iter().sum::<f64>() / 3_000.0).abs() < 1e-5);
}

#[test]
fn without_a_penalty_the_fit_is_that_of_ordinary_least_squares() {
    let (sheet, _, target) = invented(4_000, 0.5, 5);
    let kind = sheet.select(&[1]);
    let gram = Gram::of(&kind, Rows { target: &target, weight: None }).unwrap();
    let model = gram.fit(&Smoothing::Fixed(vec![1e-6])).unwrap().model;
    let (sums, masses) = (gram.sums(0), gram.masses(0));
    for bin in (0..kind.columns()[0].shape().bins).filter(|bin| masses[*bin] > 0.0) {
        let mean = sums[bin] / masses[bin];
        assert!((model.score(&[bin as u8]) - mean).abs() < 1e-6);
    }
}

#[test]
fn a_weight_of_two_is_the_same_row_twice() {
    let (sheet, _, target) = invented(600, 1.0, 6);
    let weight: Vec<f64> = (0..600).map(|row| f64::from(1 + row % 2)).collect();
    let twice: Vec<u32> = (0..600).flat_map(|row| vec![row; 1 + row as usize % 2]).collect();
    let repeated: Vec<f64> = twice.iter().map(|row| target[*row as usize]).collect();
    let fixed = Smoothing::Fixed(vec![5.0; 3]);
    let weighted = Gram::of(&sheet, Rows { target: &target, weight: Some(&weight) }).unwrap();
    let doubled = Gram::of(&sheet.only(&twice), Rows { target: &repeated, weight: None }).unwrap();
    let (one, other) = (weighted.fit(&fixed).unwrap(), doubled.fit(&fixed).unwrap());
    let (one, other) = (one.model.scores(&sheet).unwrap(), other.model.scores(&sheet).unwrap());
    assert!(mean_square(&one, &other) < 1e-10);
}

#[test]
fn the_loss_from_sums_is_the_loss_from_rows() {
    let (sheet, _, target) = invented(900, 1.0, 7);
    let gram = Gram::of(&sheet, Rows { target: &target, weight: None }).unwrap();
    let model = gram.fit(&Smoothing::Automatic).unwrap().model;
    let direct = 900.0 * mean_square(&model.scores(&sheet).unwrap(), &target);
    assert!((gram.loss(&model).unwrap() - direct).abs() < 1e-2 * direct);
}

#[test]
fn cross_validation_needs_only_the_sums_of_folds() {
    let (sheet, truth, target) = invented(4_000, 1.0, 8);
    let folds = Folds::by_key((0..4_000_u32).map(u32::to_le_bytes), 5, 1).unwrap();
    let rows = Rows { target: &target, weight: None };
    let folded = FoldedGram::of(&sheet, &folds, rows).unwrap();
    let written = serde_json::to_string(&folded).unwrap();
    let read: FoldedGram = serde_json::from_str(&written).unwrap();
    let fit = read.fit_validated().unwrap();
    assert!(mean_square(&fit.model.scores(&sheet).unwrap(), &truth) < 0.02);
    assert_eq!(fit, folded.fit_validated().unwrap());
}

#[test]
fn contributions_and_intercept_sum_to_the_score() {
    let (sheet, _, target) = invented(500, 1.0, 9);
    let gram = Gram::of(&sheet, Rows { target: &target, weight: None }).unwrap();
    let model = gram.fit(&Smoothing::Automatic).unwrap().model;
    let scores = model.scores(&sheet).unwrap();
    for (row, score) in scores.iter().enumerate() {
        let bins: Vec<u8> = (0..3).map(|column| sheet.code(row, column)).collect();
        let sum: f64 = model.contributions(&bins).iter().sum();
        assert!((model.intercept + sum - score).abs() < 1e-9);
        assert!((model.score(&bins) - score).abs() < 1e-9);
    }
}

#[test]
fn no_rows_are_refused() {
    let shapes = invented(100, 1.0, 11).0.shapes();
    assert!(Gram::empty(&shapes).fit(&Smoothing::Automatic).is_err());
    assert!(Gram::empty(&[]).fit(&Smoothing::Automatic).is_err());
}
