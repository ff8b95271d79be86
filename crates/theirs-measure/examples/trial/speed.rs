//! How long a fit takes on invented codes: no data is read, so nothing but the fit is measured.

use std::time::Instant;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_measure::{Coded, Gram, Rows, Scale, Shape, Sheet, Smoothing};

const BINS: u8 = 33;

/// Fits both losses and prints the wall seconds of each.
pub fn run(rows: usize, columns: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut scores = vec![-1.5; rows];
    let column = |at: usize| {
        let codes: Vec<u8> = (0..rows).map(|_| random.random_range(1..BINS)).collect();
        for (score, code) in scores.iter_mut().zip(&codes) {
            *score += if at.is_multiple_of(3) { f64::from(*code) / 64.0 - 0.25 } else { 0.0 };
        }
        let name = format!("c{at}");
        let shape =
            Shape { name, block: "data".to_owned(), scale: Scale::Ordered, bins: BINS.into() };
        Coded::new(shape, codes).unwrap()
    };
    let columns: Vec<Coded> = (0..columns).map(column).collect();
    let sheet = Sheet::new(columns, rows).unwrap();
    let chance = |score: &f64| 1.0 / (1.0 + (-score).exp());
    let outcome: Vec<bool> =
        scores.iter().map(|one| random.random::<f64>() < chance(one)).collect();
    let since = Instant::now();
    let fit = sheet.fit_logistic(&outcome, &Smoothing::Automatic).unwrap();
    let logistic = since.elapsed().as_secs_f64();
    let target: Vec<f64> = outcome.iter().map(|hit| f64::from(u8::from(*hit))).collect();
    let since = Instant::now();
    let gram = Gram::of(&sheet, Rows { target: &target, weight: None }).unwrap();
    let summed = since.elapsed().as_secs_f64();
    let squared = gram.fit(&Smoothing::Automatic).unwrap();
    let squared_seconds = since.elapsed().as_secs_f64();
    println!(
        "{{\"logistic_seconds\": {logistic:.3}, \"squared_seconds\": {squared_seconds:.3}, \
         \"of_which_sums\": {summed:.3}, \"intercepts\": [{:.6}, {:.6}]}}",
        fit.model.intercept, squared.model.intercept
    );
}
