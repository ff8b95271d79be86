use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::additive::sigmoid;
use crate::{Coding, Column};

/// Rows with a steep column, a category and an idle column; the true score and the outcome.
fn invented(rows: usize, seed: u64) -> (Sheet, Vec<f64>, Vec<bool>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut steep, mut kind, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    let (mut truth, mut outcome) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let (x, k): (f64, usize) = (random.random(), random.random_range(0..3));
        let score = -2.0 + 2.0 * x + [0.0, 0.7, -0.7][k];
        steep.push(x);
        kind.push(Some(["red", "green", "blue"][k].to_owned()));
        idle.push(random.random());
        truth.push(score);
        outcome.push(random.random::<f64>() < sigmoid(score));
    }
    let columns = [
        Column::numbers("steep", "inside", steep),
        Column::texts("kind", "inside", kind),
        Column::numbers("idle", "outside", idle),
    ];
    let all: Vec<u32> = (0..rows as u32).collect();
    let sheet = Coding::learn(&columns, &all, 32).unwrap().apply(&columns).unwrap();
    (sheet, truth, outcome)
}

#[test]
fn known_odds_are_recovered() {
    let (sheet, truth, outcome) = invented(30_000, 1);
    let model = sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap().model;
    let scores = model.scores(&sheet).unwrap();
    let squares = scores.iter().zip(&truth).map(|(score, true_one)| (score - true_one).powi(2));
    let error = squares.sum::<f64>() / 30_000.0;
    assert!(error < 0.005, "{error}");
}

/// How much the bin that asks for most still asks for, in rows, its penalty taken off.
fn open(sheet: &Sheet, outcome: &[bool], fit: &Fit) -> f64 {
    let climb = Climb::from(sheet, outcome, &fit.model);
    let here = DVector::from_vec(climb.effects.concat());
    let asked = DVector::from_vec(scattered(sheet, &climb.rows.left).concat());
    let open = asked - climb.curvature().quadratic.pull(&fit.smoothing, &here);
    open.amax().max(climb.rows.left_sum().abs())
}

#[test]
fn at_the_optimum_no_bin_asks_for_more_than_its_penalty_gives_back() {
    let (sheet, _, outcome) = invented(5_000, 2);
    let fit = sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap();
    assert!(open(&sheet, &outcome, &fit) < 1e-3);
}

#[test]
fn a_curvature_from_some_rows_leads_to_the_optimum_of_all() {
    let (sheet, _, outcome) = invented(196_608, 3);
    let fixed = Smoothing::Fixed(vec![10.0, 1.0, 50.0]);
    let fit = sheet.fit_logistic(&outcome, &fixed).unwrap();
    let left = open(&sheet, &outcome, &fit);
    assert!(left < 1.0, "{left} of 196,608 rows");
}

#[test]
fn the_same_rows_give_the_same_bits() {
    let (sheet, _, outcome) = invented(20_000, 4);
    let once = sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap();
    assert_eq!(once, sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap());
}

#[test]
fn a_bin_where_all_say_yes_stays_finite() {
    let columns = [Column::numbers("x", "b", (0..200).map(|row| f64::from(row % 2)).collect())];
    let all: Vec<u32> = (0..200).collect();
    let sheet = Coding::learn(&columns, &all, 32).unwrap().apply(&columns).unwrap();
    let outcome: Vec<bool> = (0..200).map(|row| row % 2 == 1).collect();
    let model = sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap().model;
    assert!(model.terms[0].effects.iter().all(|effect| effect.is_finite()));
    assert!(model.score(&[2]) > model.score(&[1]) + 4.0);
}

#[test]
fn one_outcome_alone_is_refused() {
    let (sheet, _, _) = invented(50, 5);
    assert!(sheet.fit_logistic(&[true; 50], &Smoothing::Automatic).is_err());
    assert!(sheet.fit_logistic(&[true; 49], &Smoothing::Automatic).is_err());
}

#[test]
fn from_a_model_of_other_rows_the_optimum_is_the_same() {
    let (sheet, _, outcome) = invented(4_000, 6);
    let other = invented(4_000, 7);
    let start = other.0.fit_logistic_whole(&other.2, &Smoothing::Automatic).unwrap();
    let fixed = Smoothing::Fixed(start.fit.smoothing.clone());
    let far = sheet.fit_logistic(&outcome, &fixed).unwrap().model.scores(&sheet).unwrap();
    let near = sheet.fit_logistic_near(&outcome, &start).unwrap().model.scores(&sheet).unwrap();
    assert!(far.iter().zip(&near).all(|(one, other)| (one - other).abs() < 1e-4));
}

#[test]
fn columns_that_repeat_each_other_are_fitted_to_the_end() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let rows = 20_000;
    // Five figures of the month in which somebody was called, as of a country: each says nearly the same.
    let months: Vec<u32> = (0..rows).map(|row| row * 24 / rows).collect();
    let figure = |which: u32| {
        let of = move |month: &u32| f64::from(month * 7 % (19 + which)) + f64::from(*month) / 3.0;
        Column::numbers(&format!("figure {which}"), "outside", months.iter().map(of).collect())
    };
    let mut columns: Vec<Column> = (0..5).map(figure).collect();
    columns.push(Column::numbers("own", "inside", (0..rows).map(|_| random.random()).collect()));
    let odds = |month: &u32| -2.0 + f64::from(month * 5 % 11) / 4.0;
    let outcome: Vec<bool> =
        months.iter().map(|month| random.random::<f64>() < sigmoid(odds(month))).collect();
    let all: Vec<u32> = (0..rows).collect();
    let sheet = Coding::learn(&columns, &all, 32).unwrap().apply(&columns).unwrap();
    let fit = sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap();
    let left = open(&sheet, &outcome, &fit);
    assert!(left < 0.1, "{left} rows");
}
