//! From the charter's `linkage:` section to the overrides of linkage.

use theirs_charter as charter;
use theirs_linkage::{
    BlockingPart, BlockingRule, ComparisonOverride, Fixed, Measure, Overrides, PartOf,
};

/// What the charter says otherwise than linkage would by itself.
pub fn overrides(section: &charter::Linkage) -> Overrides {
    let comparisons = section.comparisons.iter();
    Overrides {
        probability_two_random_records_match: section.probability_two_random_records_match,
        blocking_rules: section.blocking_rules.iter().map(rule).collect(),
        comparisons: comparisons.map(|(name, one)| (name.clone(), comparison(one))).collect(),
    }
}

fn rule(rule: &charter::BlockingRule) -> BlockingRule {
    match rule {
        charter::BlockingRule::Derived => BlockingRule::Derived,
        charter::BlockingRule::BlockOn(parts) => {
            BlockingRule::BlockOn(parts.iter().map(part).collect())
        }
    }
}

fn part(part: &charter::BlockingPart) -> BlockingPart {
    let of = match part.of {
        charter::PartOf::Whole => PartOf::Whole,
        charter::PartOf::First(letters) => PartOf::First(letters),
        charter::PartOf::Sound => PartOf::Sound,
    };
    BlockingPart { field: part.column.clone(), of }
}

fn comparison(one: &charter::Comparison) -> ComparisonOverride {
    let levels = one.levels.as_ref();
    let fixed = one.fixed.iter().map(|(level, fixed)| (*level, Fixed { m: fixed.m, u: fixed.u }));
    ComparisonOverride {
        term_frequency_adjustments: one.term_frequency_adjustments,
        levels: levels.map(|levels| levels.iter().copied().map(measure).collect()),
        fixed: fixed.collect(),
        near_and_alike: one.near_and_alike,
    }
}

fn measure(measure: charter::Measure) -> Measure {
    match measure {
        charter::Measure::JaroWinkler(least) => Measure::JaroWinkler(least),
        charter::Measure::Levenshtein(most) => Measure::Levenshtein(most),
        charter::Measure::DamerauLevenshtein(most) => Measure::DamerauLevenshtein(most),
        charter::Measure::Days(most) => Measure::Days(most),
    }
}
