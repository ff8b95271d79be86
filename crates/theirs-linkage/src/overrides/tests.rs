use super::*;
use crate::{Field, FieldKind, Model, Records, Resolution, Settings, Unfit, resolve, resolve_with};

const KINDS: [(&str, FieldKind); 5] = [
    ("given_name", FieldKind::GivenName),
    ("family_name", FieldKind::FamilyName),
    ("email", FieldKind::Email),
    ("birth_date", FieldKind::BirthDate),
    ("employer", FieldKind::Other),
];

fn word(number: usize) -> String {
    const SYLLABLES: [&str; 8] = ["ba", "den", "fi", "gor", "hu", "kal", "lis", "mov"];
    [number % 8, number / 8 % 8, number * 5 % 8].map(|at| SYLLABLES[at]).concat()
}

/// Two records of each of sixty people, the second with slips.
fn records(overrides: Overrides) -> Records {
    let fields = KINDS.map(|(name, kind)| Field::new(name, kind)).to_vec();
    let mut records = Records::with(fields, overrides);
    for person in 0..60 {
        let (given, family) = (word(person * 3 + 1), word(person / 3 + 7));
        let email = format!("{given}.{family}@mail.example");
        let slipped =
            if person % 5 == 0 { email.replacen(&given[..3], "qq", 1) } else { email.clone() };
        let born = format!("19{}-0{}-1{}", 40 + person % 50, 1 + person % 9, person % 10);
        let later = format!("19{}-0{}-2{}", 40 + person % 50, 1 + person % 9, person % 10);
        let works = word(person % 4);
        records.push(&[Some(&given), Some(&family), Some(&email), Some(&born), Some(&works)]);
        records.push(&[Some(&given), Some(&family), Some(&slipped), Some(&later), None]);
    }
    records
}

fn run(overrides: Overrides) -> Resolution {
    resolve(&records(overrides), &[], &Settings::default(), &mut |_, _, _| {})
}

fn of(name: &str, one: ComparisonOverride) -> Overrides {
    Overrides { comparisons: BTreeMap::from([(name.to_owned(), one)]), ..Overrides::default() }
}

fn fixed(shares: &[(usize, Option<f64>, Option<f64>)]) -> ComparisonOverride {
    let fixed = shares.iter().map(|&(level, m, u)| (level, Fixed { m, u })).collect();
    ComparisonOverride { fixed, ..ComparisonOverride::default() }
}

#[test]
fn shares_that_are_fixed_are_not_moved_and_the_others_make_up_the_rest() {
    let model = run(of("email", fixed(&[(1, Some(0.5), Some(0.002)), (3, None, Some(0.1))]))).model;
    let chart = model.chart();
    let email = chart.iter().find(|chart| chart.comparison == "email").unwrap();
    assert!((email.levels[0].m - 0.5).abs() < 1e-9 && (email.levels[0].u - 0.002).abs() < 1e-9);
    assert!((email.levels[2].u - 0.1).abs() < 1e-9);
    assert_eq!(email.levels[0].fixed.words(), Some("m and u set by the charter"));
    assert_eq!(email.levels[1].fixed.words(), None);
    let sums = email.levels.iter().fold((0.0, 0.0), |(m, u), level| (m + level.m, u + level.u));
    assert!((sums.0 - 1.0).abs() < 1e-6 && (sums.1 - 1.0).abs() < 1e-6, "{sums:?}");
    let ada = [Some("Ada"), Some("King"), Some("ada@mail.example"), None, None];
    let told = model.explain(&ada, &ada);
    let step = told.steps.iter().find(|step| step.comparison == "email").unwrap();
    assert!((step.m - 0.5).abs() < 1e-9 && step.fixed.u == Some(0.002));
}

#[test]
fn a_prior_that_is_given_is_not_learnt() {
    let overrides = |probability| Overrides {
        probability_two_random_records_match: Some(probability),
        ..Overrides::default()
    };
    let (rare, common) = (run(overrides(1e-6)), run(overrides(1e-3)));
    let bits = common.model.prior() - rare.model.prior();
    assert!((bits - 1000_f64.log2()).abs() < 0.5, "{bits}");
    let pairs = f64::from(u32::try_from(rare.report.pairs_compared).unwrap());
    let candidates = 1e-6 * (120.0 * 119.0 / 2.0) / pairs;
    assert!((rare.model.prior() - (candidates / (1.0 - candidates)).log2()).abs() < 1e-6);
}

#[test]
fn chosen_levels_replace_those_that_are_derived() {
    let levels = vec![Measure::JaroWinkler(0.9), Measure::Levenshtein(2)];
    let email = ComparisonOverride { levels: Some(levels), ..ComparisonOverride::default() };
    let days = ComparisonOverride {
        levels: Some(vec![Measure::DamerauLevenshtein(1), Measure::Days(31)]),
        ..ComparisonOverride::default()
    };
    let comparisons = [("email".to_owned(), email), ("birth_date".to_owned(), days)].into();
    let model = run(Overrides { comparisons, ..Overrides::default() }).model;
    let chart = model.chart();
    let words = |name: &str| -> Vec<&str> {
        let chart = chart.iter().find(|chart| chart.comparison == name).unwrap();
        chart.levels.iter().map(|level| level.words.as_str()).collect()
    };
    assert_eq!(
        words("email"),
        [
            "is the same",
            "is nearly the same (Jaro-Winkler ≥ 0.9)",
            "is at most 2 keystrokes apart",
            "is different"
        ]
    );
    let found = |at: usize, one: &str, other: &str| {
        let mut rows = [[None; 5]; 2];
        (rows[0][at], rows[1][at]) = (Some(one), Some(other));
        let told = model.explain(&rows[0], &rows[1]);
        told.steps.into_iter().find(|step| step.comparison == KINDS[at].0).unwrap().level
    };
    assert_eq!(found(2, "a@b.example", "a@b.example"), "is the same");
    assert_eq!(found(2, "a@b.example", "xx@b.example"), "is at most 2 keystrokes apart");
    assert_eq!(found(2, "a@b.example", "zzz@yyyy.example"), "is different");
    assert_eq!(found(3, "1980-01-31", "1980-02-27"), "is at most 31 days apart");
    assert_eq!(found(3, "1980-01-31", "1980-04-27"), "is different");
    assert_eq!(found(3, "1980", "1981"), "is at most 1 keystroke apart (Damerau-Levenshtein)");
}

#[test]
fn without_adjustment_a_rare_value_weighs_as_much_as_a_common_one() {
    let plain =
        ComparisonOverride { term_frequency_adjustments: false, ..ComparisonOverride::default() };
    let (usual, without) = (run(Overrides::default()).model, run(of("name", plain)).model);
    let adjustment = |model: &Model| {
        let row = [Some("Zebedee"), Some("Quirke"), None, None, None];
        let told = model.explain(&row, &row);
        told.steps.into_iter().find(|step| step.comparison == "name").unwrap().tf_adjustment
    };
    assert!(adjustment(&usual) > 0.1);
    assert!(adjustment(&without).abs() < 1e-12);
}

#[test]
fn a_stricter_measure_of_names_finds_fewer_alike() {
    let strict =
        ComparisonOverride { near_and_alike: Some([0.99, 0.98]), ..ComparisonOverride::default() };
    let level = |model: &Model| {
        let [a, b] =
            ["Lovelace", "Lovelase"].map(|family| [Some("Ada"), Some(family), None, None, None]);
        let told = model.explain(&a, &b);
        told.steps.into_iter().find(|step| step.comparison == "name").unwrap().level
    };
    assert!(level(&run(Overrides::default()).model).starts_with("is nearly the same"));
    let found = level(&run(of("name", strict)).model);
    assert_eq!(found, "has the same given name, another family name");
}

fn block_on(parts: &[(&str, PartOf)]) -> BlockingRule {
    let part = |(field, of): &(&str, PartOf)| BlockingPart { field: (*field).to_owned(), of: *of };
    BlockingRule::BlockOn(parts.iter().map(part).collect())
}

#[test]
fn chosen_blocking_rules_are_the_only_ones_unless_the_derived_are_named() {
    let pairs = |rules: Vec<BlockingRule>| {
        let overrides = Overrides { blocking_rules: rules, ..Overrides::default() };
        run(overrides).report.pairs_compared
    };
    let narrow = block_on(&[("email", PartOf::Whole), ("employer", PartOf::Whole)]);
    assert_eq!(pairs(vec![narrow.clone()]), 0, "the second record has no employer");
    let year = block_on(&[("birth_date", PartOf::First(4)), ("family_name", PartOf::Sound)]);
    let (few, all) = (pairs(vec![year.clone()]), pairs(Vec::new()));
    assert!(few > 0 && few < all, "{few} of {all}");
    assert_eq!(pairs(vec![narrow, BlockingRule::Derived]), all);
    let unknown = block_on(&[("shoe_size", PartOf::Whole)]);
    assert_eq!(pairs(vec![unknown]), 0);
}

#[test]
fn a_model_is_of_its_overrides_and_survives_being_kept() {
    let overrides = Overrides {
        blocking_rules: vec![BlockingRule::Derived, block_on(&[("family_name", PartOf::First(2))])],
        ..of("email", fixed(&[(1, Some(0.9), None)]))
    };
    let learnt = run(overrides.clone());
    let text = serde_json::to_string(&learnt.model).unwrap();
    let kept: Model = serde_json::from_str(&text).unwrap();
    assert_eq!(kept, learnt.model);
    let apply = |overrides| {
        let kept = kept.clone();
        resolve_with(kept, &records(overrides), &[], &Settings::default(), &mut |_, _, _| {})
    };
    assert_eq!(apply(overrides).unwrap().cluster, learnt.cluster);
    assert_eq!(apply(Overrides::default()).unwrap_err(), Unfit::Overrides);
}

#[test]
fn nothing_one_record_and_nothing_but_missing_values_are_no_trouble() {
    let levels = Some(vec![Measure::JaroWinkler(0.9), Measure::Levenshtein(3)]);
    let chosen = ComparisonOverride { levels, ..fixed(&[(1, Some(0.9), Some(0.01))]) };
    for overrides in [Overrides::default(), of("email", chosen)] {
        let overrides = Overrides {
            probability_two_random_records_match: Some(0.01),
            blocking_rules: vec![block_on(&[("email", PartOf::First(5))])],
            ..overrides
        };
        let long = "é".repeat(50_000);
        let same = [Some("a@mail.example"); 5];
        let rows = [
            vec![],
            vec![same],
            vec![[None; 5]; 9],
            vec![same; 300],
            vec![[Some(long.as_str()); 5]; 20],
        ];
        for rows in rows {
            let fields = KINDS.map(|(name, kind)| Field::new(name, kind)).to_vec();
            let mut records = Records::with(fields, overrides.clone());
            for row in &rows {
                records.push(row);
            }
            let found = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {});
            assert_eq!(found.cluster.len(), rows.len());
            assert!(found.links.iter().all(|link| link.probability.is_finite()));
        }
    }
}
