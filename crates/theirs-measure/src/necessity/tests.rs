use super::inside::Layout;
use super::*;
use crate::penalty::{Scale, Shape};
use crate::sheet::{Coded, Sheet};

fn trial(rows: usize, when: &When) -> ClosedTrial {
    let shape =
        Shape { name: "x".to_owned(), block: "b".to_owned(), scale: Scale::Ordered, bins: 5 };
    let codes = (0..rows).map(|row| 1 + (row % 4) as u8).collect();
    let sheet = Sheet::new(vec![Coded::new(shape, codes).unwrap()], rows).unwrap();
    let responded = (0..rows).map(|row| row % 3 == 0).collect();
    let payoff = Payoff::Response { responded, worth: 1.0, cost: 0.3 };
    ClosedTrial::new(sheet, (0..rows as u64).map(|row| row / 3).collect(), payoff, when).unwrap()
}

fn settings() -> Settings {
    Settings::new(Reach::WherePays, Margin::Share(0.01), 1)
}

#[test]
fn a_household_is_never_learnt_from_for_itself() {
    let layout = &Layout::deals(&trial(600, &When::default()), &settings())[0];
    for row in 0..600 {
        let (cell, kin) = (layout.cell[row], layout.cell[row / 3 * 3]);
        assert_eq!(cell, kin);
        assert!(!layout.trains[usize::from(cell)][usize::from(kin)]);
    }
}

#[test]
fn with_time_models_learn_only_from_what_was_earlier() {
    let time = Some((0..600).collect());
    let layout = &Layout::deals(&trial(600, &When { batch: None, time }), &settings())[0];
    for one in 0..600 {
        for other in one..600 {
            let (own, later) = (usize::from(layout.cell[one]), usize::from(layout.cell[other]));
            assert!(!layout.trains[own][later], "{one} learns from {other}");
        }
    }
}

#[test]
fn a_block_that_does_not_exist_is_refused_by_name() {
    let trial = trial(600, &When::default());
    assert!(trial.sources(&["broker"]).unwrap_err().to_string().contains("broker"));
}

#[test]
fn settings_out_of_bounds_are_refused() {
    let trial = trial(600, &When::default());
    let candidates = trial.categories().unwrap();
    let reach = Reach::Share(1.5);
    assert!(trial.judge(&candidates, &Settings { reach, ..settings() }).is_err());
    assert!(trial.judge(&candidates, &Settings { deals: 0, ..settings() }).is_err());
}

#[test]
fn with_no_column_beside_it_a_block_is_judged_all_the_same() {
    let trial = trial(600, &When::default());
    let found = trial.judge(&trial.categories().unwrap(), &settings()).unwrap();
    assert_eq!(found.findings.len(), 1);
    assert_ne!(found.findings[0].verdict, Verdict::Necessary);
}

/// A candidate of which chance alone does as well so often, and which is estimated above the margin.
fn shown(p_value: f64) -> Finding {
    Finding {
        name: "broker".to_owned(),
        verdict: Verdict::Undecided,
        p_value,
        p_adjusted: p_value,
        gain: Gain { point: 2.0, low: 1.5, high: 3.0 },
        margin: 1.0,
        without: 10.0,
        paired: Paired { difference: 2.0, error: 0.1, changed: 0.2 },
        near_cut: Measured { mean: 2.0, error: 0.1 },
        smallest_seen: 0.5,
        people: 1_000,
        people_needed: None,
        warnings: Vec::new(),
    }
}

#[test]
fn candidates_that_are_judged_at_another_time_count_as_those_judged_together() {
    let verdict = |p_value: f64, beside: u32| {
        let settings = Settings { beside, ..settings() };
        verdict::adjusted(vec![shown(p_value)], &settings).findings.remove(0)
    };
    assert_eq!(verdict(0.01, 0).verdict, Verdict::Necessary);
    let one_of_ten = verdict(0.01, 9);
    assert_eq!(one_of_ten.verdict, Verdict::Undecided);
    assert!((one_of_ten.p_adjusted - 0.1).abs() < 1e-12);
    assert_eq!(one_of_ten.alone(0.05), Verdict::Necessary, "what a single test would have said");
    assert_eq!(verdict(0.004, 9).verdict, Verdict::Necessary);
    let together = [0.02, 0.01, 0.3].into_iter().map(shown).collect();
    let together = verdict::adjusted(together, &settings()).findings;
    assert!((together[1].p_adjusted - verdict(0.01, 2).p_adjusted).abs() < 1e-12);
}
