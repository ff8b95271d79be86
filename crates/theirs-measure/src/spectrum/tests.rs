use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::coding::Coding;
use crate::column::Column;

/// People whose payoff depends on one column by halves, or on none.
fn invented(people: usize, step: f64) -> (Sheet, Vec<u64>, Vec<f64>) {
    let mut source = ChaCha8Rng::seed_from_u64(3);
    let mut draw = || (0..people).map(|_| source.random::<f64>()).collect::<Vec<f64>>();
    let (first, second, noise) = (draw(), draw(), draw());
    let payoff = first.iter().zip(&noise);
    let payoff = payoff.map(|(x, noise)| if *x > 0.5 { step } else { -step } + noise - 0.5 + 0.05);
    let payoff = payoff.collect();
    let columns = [Column::numbers("first", "b", first), Column::numbers("second", "b", second)];
    let rows: Vec<u32> = (0..people as u32).collect();
    let sheet = Coding::learn(&columns, &rows, 8).unwrap().apply(&columns).unwrap();
    (sheet, (0..people as u64).collect(), payoff)
}

fn drawn(people: usize, step: f64) -> Spectrum {
    let (sheet, keys, payoff) = invented(people, step);
    let campaign =
        Campaign { sheet: &sheet, keys: &keys, payoff: &payoff, rule: None, segments: &[2, 4] };
    Spectrum::of(&campaign, 1).unwrap()
}

#[test]
fn where_two_segments_tell_all_it_is_not_worth_going_further() {
    let spectrum = drawn(4_000, 0.3);
    assert_eq!(spectrum.stops[spectrum.far_enough].way, Way::Segments(2), "{spectrum}");
    assert!(spectrum.stops[1].beyond_gut.low > 0.0);
    assert!((spectrum.stops[1].value.point - 0.175).abs() < 0.02);
}

#[test]
fn where_all_are_alike_gut_is_far_enough() {
    let spectrum = drawn(4_000, 0.0);
    assert_eq!(spectrum.far_enough, 0, "{spectrum}");
    assert!(spectrum.to_string().starts_with("One action for all"));
}

#[test]
fn the_same_people_give_the_same_spectrum() {
    assert_eq!(drawn(1_000, 0.1), drawn(1_000, 0.1));
}

#[test]
fn a_rule_is_held_beside_the_others_as_it_is() {
    let (sheet, keys, payoff) = invented(1_000, 0.3);
    let rule = vec![true; 1_000];
    let segments = [2];
    let campaign = Campaign {
        sheet: &sheet,
        keys: &keys,
        payoff: &payoff,
        rule: Some(&rule),
        segments: &segments,
    };
    let spectrum = Spectrum::of(&campaign, 1).unwrap();
    assert_eq!(spectrum.stops[1].way, Way::Rule);
    assert!((spectrum.stops[1].acted_on - 1.0).abs() < 1e-12);
}
