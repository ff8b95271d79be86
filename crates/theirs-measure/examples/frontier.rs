//! Searches the frontier of invented people, and tells how long that took and what came out.
//!
//!     cargo run --release -p theirs-measure --example frontier -- PEOPLE CATEGORIES BINS EXHAUSTIVE_UP_TO SEED

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for studies")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts are small"
)]

use std::time::Instant;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use theirs_measure::frontier::{Category, Frontier, Level, Question, Weights};
use theirs_measure::necessity::Reach;
use theirs_measure::{Coded, Folds, Gram, Rows, Scale, Shape, Sheet};

fn main() {
    let words: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().unwrap()).collect();
    let [people, count, bins, exhaustive_up_to, seed] = words[..] else { panic!("see the head") };
    let (people, bins) = (people as usize, bins as usize);
    let (sheet, payoff, truth) = invented(people, count as usize, bins, seed);
    let categories: Vec<Category> = (0..count as usize).map(category).collect();
    let keys: Vec<u64> = (0..people as u64).collect();
    let question = Question {
        sheet: &sheet,
        keys: &keys,
        payoff: &payoff,
        group: &[],
        reach: Reach::WherePays,
        categories: &categories,
        weights: Weights { identifiability: 1.0, sensitivity: 1.0, source: 1.0 },
        tolerance: 0.02,
        exhaustive_up_to: exhaustive_up_to as usize,
        seed,
    };
    let folds = Folds::by_key(keys.iter().map(|key| key.to_le_bytes()), 2, seed).unwrap();
    let (first, second) = (folds.within(0), folds.within(1));
    let target: Vec<f64> = first.iter().map(|row| payoff[*row as usize]).collect();
    let since = Instant::now();
    let gram = Gram::of(&sheet.only(&first), Rows { target: &target, weight: None }).unwrap();
    let summed = since.elapsed().as_secs_f64();
    let since = Instant::now();
    let frontier = Frontier::from_sums(&question, &gram, &second).unwrap();
    let searched = since.elapsed().as_secs_f64();
    // The same decisions, held against the payoffs without their noise.
    let known = Question { payoff: &truth, ..question };
    let exact = Frontier::from_sums(&known, &gram, &second).unwrap();
    let inside = frontier.points.iter().zip(&exact.points).skip(1).filter(|(told, exact)| {
        told.kept == exact.kept && (told.loss.low..=told.loss.high).contains(&exact.loss.point)
    });
    eprintln!("{frontier}");
    let choice = frontier.estimated_choice.as_ref();
    println!(
        "{}",
        serde_json::json!({
            "says": frontier.to_string(),
            "summed_seconds": summed,
            "searched_seconds": searched,
            "tried": frontier.tried,
            "exhaustive": frontier.exhaustive,
            "points": frontier.points.len(),
            "inside_band": inside.count(),
            "stable": frontier.stable,
            "risk_within_tolerance": choice.map(|(_, risk)| risk.total),
        })
    );
}

/// Every third category does not matter, and every second of the others only coarsely.
fn invented(people: usize, count: usize, bins: usize, seed: u64) -> (Sheet, Vec<f64>, Vec<f64>) {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let mut truth = vec![0.1; people];
    let mut columns = Vec::new();
    for category in 0..count {
        let codes: Vec<u8> = (0..people).map(|_| source.random_range(1..=bins as u8)).collect();
        for (value, code) in truth.iter_mut().zip(&codes) {
            let at = (f64::from(*code) - 0.5) / bins as f64 - 0.5;
            *value += match category % 3 {
                0 => 0.8 * at / (1.0 + category as f64 / 4.0),
                1 => 0.4 * at.signum() / (1.0 + category as f64 / 4.0),
                _ => 0.0,
            };
        }
        let name = format!("c{category}");
        let shape = Shape { block: name.clone(), name, scale: Scale::Ordered, bins: bins + 1 };
        columns.push(Coded::new(shape, codes).unwrap());
    }
    let payoff = truth.iter().map(|value| value + 4.0 * (source.random::<f64>() - 0.5)).collect();
    (Sheet::new(columns, people).unwrap(), payoff, truth)
}

fn category(at: usize) -> Category {
    let level = |says: &str, merges| Level { says: says.to_owned(), merges };
    Category {
        name: format!("c{at}"),
        columns: vec![at],
        levels: vec![level("fine", 0), level("middling", 1), level("coarse", 3)],
        sensitivity: 0.2 + 0.1 * (at % 5) as f64,
        source: f64::from(u8::from(at % 4 == 2)),
    }
}
