//! What is planted is found, what is not there is not, and the known traps are survived: a seeded
//! slice of `studies/necessity`, small enough for every run.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts are small"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod planted;

use planted::{Plant, Population};
use theirs_measure::necessity::{Finding, Margin, Reach, Settings, Verdict, Warning};

fn judged(population: &Population, margin: f64, seed: u64) -> Vec<Finding> {
    let trial = planted::trial(population, seed).unwrap();
    let names = planted::blocks(population);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let settings = Settings::new(Reach::Share(0.3), Margin::Share(margin), seed);
    trial.judge(&trial.sources(&names).unwrap(), &settings).unwrap().findings
}

fn population(plant: Plant, people: usize, effect: f64) -> Population {
    Population { people, base: 0.2, plant, effect, blocks: 1 }
}

fn times(runs: u64, population: &Population, counts: impl Fn(&Finding) -> bool) -> usize {
    (1..=runs).filter(|seed| judged(population, 0.01, *seed).iter().any(&counts)).count()
}

fn rejected(finding: &Finding) -> bool {
    finding.p_value <= 0.05
}

fn necessary(finding: &Finding) -> bool {
    finding.verdict == Verdict::Necessary
}

#[test]
fn an_effect_that_is_there_is_necessary() {
    let planted = population(Plant::Numbers, 6_000, 0.4);
    assert_eq!(times(3, &planted, necessary), 3);
}

#[test]
fn noise_is_rejected_about_as_often_as_the_level_says() {
    // Of 100 runs at 5 %, more than 12 are rejected once in a thousand times.
    let rejections = times(100, &population(Plant::Numbers, 2_000, 0.0), rejected);
    assert!((1..=12).contains(&rejections), "{rejections}");
}

#[test]
fn noise_about_many_people_is_not_necessary() {
    let noise = population(Plant::Numbers, 40_000, 0.0);
    assert_eq!(judged(&noise, 0.01, 3)[0].verdict, Verdict::NotNecessary);
}

#[test]
fn what_half_repeats_inside_columns_is_rejected_no_more_often() {
    let rejections = times(40, &population(Plant::Correlated, 2_000, 0.0), rejected);
    assert!(rejections <= 7, "{rejections}");
}

#[test]
fn copies_of_inside_columns_add_nothing_and_are_told() {
    let copies = population(Plant::Duplicates, 3_000, 0.0);
    assert!(times(10, &copies, necessary) <= 1);
    let finding = &judged(&copies, 0.01, 1)[0];
    let said =
        |warning: &Warning| matches!(warning, Warning::SaidAlready { columns, .. } if *columns > 0);
    assert!(finding.warnings.iter().any(said), "{finding}");
}

#[test]
fn people_of_one_household_count_as_the_few_they_are() {
    let rejections = times(40, &population(Plant::Household, 2_000, 0.0), rejected);
    assert!(rejections <= 7, "{rejections}");
}

#[test]
fn what_only_follows_time_does_not_rank_people() {
    let follows = population(Plant::Time, 4_000, 0.0);
    assert!(times(10, &follows, necessary) <= 1);
}

#[test]
fn what_speaks_only_of_people_nobody_acts_on_is_not_necessary() {
    let elsewhere = population(Plant::Elsewhere, 6_000, 0.5);
    assert!(times(10, &elsewhere, rejected) >= 3, "it should be significant");
    assert!(times(10, &elsewhere, necessary) <= 2);
}

#[test]
fn what_is_known_after_the_outcome_is_too_good_and_is_not_admitted() {
    let leaked = population(Plant::Leak, 3_000, 0.0);
    let finding = &judged(&leaked, 0.01, 1)[0];
    assert!(finding.warnings.iter().any(|one| matches!(one, Warning::TooGood { .. })), "{finding}");
    assert!(!finding.admits());
}

#[test]
fn fifty_brokers_with_nothing_are_seldom_let_in() {
    let brokers = Population { blocks: 50, ..population(Plant::Numbers, 2_000, 0.0) };
    assert!(times(4, &brokers, necessary) <= 1);
}

#[test]
fn the_same_rows_and_seed_give_the_same_words() {
    let planted = population(Plant::Numbers, 2_000, 0.2);
    let written = || serde_json::to_string(&judged(&planted, 0.01, 5)).unwrap();
    assert_eq!(written(), written());
}

#[test]
fn nothing_of_the_rows_is_printed() {
    let trial = planted::trial(&population(Plant::Numbers, 1_000, 0.0), 1).unwrap();
    assert_eq!(format!("{trial:?}"), "ClosedTrial(1000 rows)");
}
