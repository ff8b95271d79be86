use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::search::least_risky;
use super::*;
use crate::penalty::{Scale as Bins, Shape};
use crate::sheet::Coded;

/// People in categories of one column each; payoffs follow some of them.
struct Invented {
    sheet: Sheet,
    keys: Vec<u64>,
    payoff: Vec<f64>,
    truth: Vec<f64>,
    categories: Vec<Category>,
}

/// Category `n` of `count`: the third do not matter, the second only coarsely.
fn invented(people: usize, count: usize, bins: usize, seed: u64) -> Invented {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let mut columns = Vec::new();
    let mut truth = vec![0.1; people];
    for category in 0..count {
        let codes: Vec<u8> = (0..people).map(|_| source.random_range(1..=bins as u8)).collect();
        for (value, code) in truth.iter_mut().zip(&codes) {
            let at = (f64::from(*code) - 0.5) / bins as f64 - 0.5;
            *value += match category % 3 {
                0 => 0.8 * at,
                1 => 0.4 * at.signum(),
                _ => 0.0,
            };
        }
        let (name, block) = (format!("c{category}"), format!("c{category}"));
        let shape = Shape { name, block, scale: Bins::Ordered, bins: bins + 1 };
        columns.push(Coded::new(shape, codes).unwrap());
    }
    let payoff = truth.iter().map(|value| value + 4.0 * (source.random::<f64>() - 0.5)).collect();
    let level = |says: &str, merges| Level { says: says.to_owned(), merges };
    let categories = (0..count).map(|at| Category {
        name: format!("c{at}"),
        columns: vec![at],
        levels: vec![level("fine", 0), level("middling", 1), level("coarse", 3)],
        sensitivity: 0.2 + 0.1 * (at % 5) as f64,
        source: f64::from(u8::from(at % 4 == 2)),
    });
    Invented {
        categories: categories.collect(),
        sheet: Sheet::new(columns, people).unwrap(),
        keys: (0..people as u64).collect(),
        payoff,
        truth,
    }
}

impl Invented {
    fn question(&self, tolerance: f64) -> Question<'_> {
        Question {
            sheet: &self.sheet,
            keys: &self.keys,
            payoff: &self.payoff,
            group: &[],
            reach: Reach::WherePays,
            categories: &self.categories,
            weights: Weights { identifiability: 1.0, sensitivity: 1.0, source: 1.0 },
            tolerance,
            exhaustive_up_to: 300,
            seed: 1,
        }
    }
}

#[test]
fn what_does_not_matter_is_left_out_and_what_matters_coarsely_is_made_coarse() {
    let invented = invented(20_000, 6, 16, 2);
    let frontier = Frontier::of(&invented.question(0.03)).unwrap();
    let point = &frontier.points[frontier.chosen.unwrap()];
    assert_eq!((point.kept[2], point.kept[5]), (3, 3), "{frontier}");
    assert!(point.kept[0] < 3 && point.kept[1] < 3, "{frontier}");
    assert!(point.kept[1] > 0, "{frontier}");
    assert!(point.risk.total < frontier.points[0].risk.total);
    assert!(frontier.to_string().starts_with("Without c2 and c5"), "{frontier}");
}

#[test]
fn greedy_comes_within_a_hundredth_of_the_best_of_all_sets() {
    for seed in 1..4 {
        let invented = invented(12_000, 4, 8, seed);
        let question = invented.question(0.02);
        let rows: Vec<u32> = (0..12_000).collect();
        let target = Rows { target: &invented.payoff, weight: None };
        let gram = Gram::of(&invented.sheet.only(&rows), target).unwrap();
        let scale = Scale::of(question.sheet, question.categories, question.weights);
        let search = Search::new(&question, &gram, &scale).unwrap();
        let all = search.exhaustive().unwrap();
        let mut greedy = search.greedy().unwrap();
        search.swapped(&mut greedy).unwrap();
        let full = greedy[0].utility;
        let budget = full - 0.02 * full.abs();
        let (best, found) =
            (least_risky(&all, budget).unwrap(), least_risky(&greedy, budget).unwrap());
        assert!(found.risk.total <= 1.01 * best.risk.total, "{seed}: {best:?} {found:?}");
    }
}

#[test]
fn nearly_all_points_lie_within_their_bands() {
    let (mut within, mut points) = (0, 0);
    for seed in 10..22 {
        let invented = invented(6_000, 4, 8, seed);
        let frontier = Frontier::of(&invented.question(0.02)).unwrap();
        // The truth of the decisions taken in the half that confirms: the same rows without noise.
        let known = Question { payoff: &invented.truth, ..invented.question(0.02) };
        let folds = Folds::by_key(invented.keys.iter().map(|key| key.to_le_bytes()), 2, 1).unwrap();
        let first = folds.within(0);
        let target: Vec<f64> = first.iter().map(|row| invented.payoff[*row as usize]).collect();
        let rows = Rows { target: &target, weight: None };
        let gram = Gram::of(&invented.sheet.only(&first), rows).unwrap();
        let scale = Scale::of(known.sheet, known.categories, known.weights);
        let set = |point: &Point| search::Visited {
            kept: point.kept.clone(),
            risk: point.risk,
            utility: point.estimated,
        };
        let sets: Vec<_> = frontier.points.iter().map(set).collect();
        let second = folds.within(1);
        let truth = Half::new(&known, &gram, &second).confirmed(&sets, &scale).unwrap();
        for (point, truth) in frontier.points.iter().zip(&truth).skip(1) {
            points += 1;
            let band = point.loss;
            within += usize::from((band.low..=band.high).contains(&truth.loss.point));
        }
    }
    assert!(within * 10 >= points * 9, "{within} of {points}");
}

#[test]
fn the_sentence_names_what_is_left_out_and_what_is_coarser() {
    let invented = invented(1_000, 3, 4, 1);
    let frontier = Frontier::of(&invented.question(0.5)).unwrap();
    let mut point = frontier.points[0].clone();
    assert_eq!(frontier.says(&point), "With all data");
    point.kept = vec![3, 1, 0];
    assert_eq!(frontier.says(&point), "Without c0, and with c1 middling");
}

#[test]
fn a_group_that_loses_more_is_told() {
    let invented = invented(4_000, 3, 4, 5);
    let group: Vec<u8> = (0..4_000).map(|row| u8::from(invented.sheet.code(row, 0) > 2)).collect();
    let question = Question { group: &group, ..invented.question(0.05) };
    let frontier = Frontier::of(&question).unwrap();
    let last = frontier.points.last().unwrap();
    let (_, share) = last.worst_group.unwrap();
    assert!(share >= last.loss.point - 1e-9, "{share} {:?}", last.loss);
}

#[test]
fn a_level_or_weight_out_of_bounds_is_refused() {
    let invented = invented(1_000, 3, 4, 1);
    let nothing = Weights { identifiability: 0.0, sensitivity: 0.0, source: 0.0 };
    assert!(Frontier::of(&Question { weights: nothing, ..invented.question(0.1) }).is_err());
    assert!(Frontier::of(&invented.question(2.0)).is_err());
}
