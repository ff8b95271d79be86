use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::field::{Field, FieldKind};
use crate::layout::Layout;

const TRUE_M: [&[f64]; 4] =
    [&[0.85, 0.05, 0.02, 0.08], &[0.8, 0.1, 0.1], &[0.95, 0.02, 0.03], &[0.7, 0.1, 0.05, 0.15]];
const TRUE_U: [&[f64]; 4] =
    [&[0.02, 0.02, 0.02, 0.94], &[0.05, 0.01, 0.94], &[0.01, 0.01, 0.98], &[0.2, 0.1, 0.1, 0.6]];
const TRUE_PRIOR: f64 = 0.15;

fn comparisons() -> Vec<Comparison> {
    let kinds = [FieldKind::Email, FieldKind::Phone, FieldKind::Identifier, FieldKind::Other];
    Layout::new(&kinds.map(|kind| Field::new("field", kind))).comparisons
}

fn draw(random: &mut ChaCha8Rng, shares: &[f64]) -> u8 {
    let mut left: f64 = random.random();
    for (level, share) in (1..).zip(shares) {
        left -= share;
        if left < 0.0 {
            return level;
        }
    }
    u8::try_from(shares.len()).unwrap()
}

fn simulate(pairs: usize) -> (Vec<Pattern>, Vec<u64>) {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut counts: BTreeMap<Pattern, u64> = BTreeMap::new();
    for _ in 0..pairs {
        let shares = if random.random_bool(TRUE_PRIOR) { TRUE_M } else { TRUE_U };
        let mut levels = shares.map(|shares| draw(&mut random, shares));
        if random.random_bool(0.2) {
            levels[3] = NULL;
        }
        *counts.entry(Pattern::from_levels(levels)).or_default() += 1;
    }
    counts.into_iter().unzip()
}

fn observed<'p>(patterns: &'p [Pattern], counts: &'p [u64]) -> Observed<'p> {
    Observed { patterns, counts, prior: None }
}

#[test]
fn known_m_and_u_are_recovered_from_simulated_pairs() {
    let (patterns, counts) = simulate(200_000);
    let (found, rounds) =
        estimate(&comparisons(), &observed(&patterns, &counts), 200, &mut |_, _| {});
    assert!(rounds < 200, "did not converge");
    assert!((found.prior - TRUE_PRIOR).abs() < 0.01, "prior {}", found.prior);
    for (found, truth) in found.matches.iter().zip(TRUE_M).chain(found.strangers.iter().zip(TRUE_U))
    {
        for (found, truth) in found.iter().zip(truth) {
            assert!((found - truth).abs() < 0.02, "{found} is not {truth}");
        }
    }
}

#[test]
fn shares_always_sum_to_one_and_stay_under_their_ceilings() {
    let (patterns, counts) = simulate(1_000);
    let comparisons = comparisons();
    let (found, _) = estimate(&comparisons, &observed(&patterns, &counts), 50, &mut |_, _| {});
    for (shares, comparison) in found.matches.iter().zip(&comparisons) {
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for (share, level) in shares.iter().zip(comparison.levels()) {
            assert!(*share > 0.0 && *share <= level.matches.ceiling + 1e-9);
        }
    }
}

#[test]
fn without_pairs_there_is_only_what_is_believed() {
    let comparisons = comparisons();
    let (found, rounds) = estimate(&comparisons, &observed(&[], &[]), 50, &mut |_, _| {});
    assert_eq!((found, rounds), (Parameters::believed(&comparisons), 0));
}

#[test]
fn missing_tells_nothing() {
    let comparisons = comparisons();
    let parameters = Parameters::believed(&comparisons);
    let nothing = parameters.likelihood(Pattern::from_levels([0, 0, 0, 0]));
    assert!(nothing.weight().abs() < 1e-12);
}
