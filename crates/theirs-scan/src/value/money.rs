//! Bands of income, and scores.

use theirs_model::ColumnType;

use super::{Found, Profile, of_values};
use crate::kind::places;

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let bands = profile.share(is_band);
    if bands >= 0.6 && profile.different() <= 30 {
        let why = format!("{} are ranges of thousands", of_values(bands));
        found.see("inferred.income.income_band", 0.6 * bands, why);
    }
    let is_fine = profile.share(|value| places(value).is_some_and(|count| count >= 2)) > 0.5;
    let within =
        profile.share(|value| value.parse::<f64>().is_ok_and(|n| (0.0..=1.0).contains(&n)));
    let is_number = matches!(profile.kind.of, ColumnType::Number | ColumnType::Decimal);
    if is_number && is_fine && within > 0.99 && profile.different() > 10 {
        found.see("inferred.propensity", 0.4, "numbers between 0 and 1, as scores are".to_owned());
    }
}

/// `20k-30k`, `£50,000+`, `under 15k`, `25-34K`, `40.000 - 60.000 €`.
fn is_band(value: &str) -> bool {
    let small = value.to_lowercase();
    let has_money =
        small.contains(['£', '$', '€', 'k']) || small.contains(",000") || small.contains(".000");
    let is_range = small.contains(['-', '–', '+', '<', '>'])
        || ["to", "under", "over", "below", "above", "less", "more"]
            .iter()
            .any(|w| small.contains(w));
    let digits = small.chars().filter(char::is_ascii_digit).count();
    let letters = small.chars().filter(|c| c.is_alphabetic()).count();
    has_money && is_range && digits >= 2 && letters <= 12 && small.len() <= 30
}
