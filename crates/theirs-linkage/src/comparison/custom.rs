//! Levels that the charter chose instead of the derived ones.
//!
//! Full agreement stays the first level and difference the last, because the rest of linkage relies
//! on both; between them stands one level for each measure, and the first that holds counts.

use super::{Belief, Level, LevelSpec, Pair, SAME, Subject};
use crate::overrides::Measure;
use crate::similarity::{damerau, levenshtein, reaches};

/// What is believed of a level between agreement and difference: a slip, which a few matches show.
const BETWEEN: Belief = Belief { share: 0.05, ceiling: 0.4 };

/// The levels, with what is believed of the derived levels at both ends.
pub(super) fn levels(
    subject: Subject,
    derived: &[LevelSpec],
    between: &[Measure],
) -> Vec<LevelSpec> {
    let [first, .., last] = derived else { return derived.to_vec() };
    let ceiling = if is_own(subject) { 0.1 } else { 1.0 };
    let of_measure = |measure: &Measure| LevelSpec {
        words: words(*measure).into(),
        matches: BETWEEN,
        relatives: Belief { share: 0.02, ceiling },
        strangers: 0.02,
        rarity: &[],
    };
    let first = std::iter::once(first.clone());
    first.chain(between.iter().map(of_measure)).chain(std::iter::once(last.clone())).collect()
}

/// Compares two values by these measures.
pub(super) fn compare(between: &[Measure], pair: Pair) -> Level {
    if pair.is_same() {
        return SAME;
    }
    let holds = |measure: &Measure| holds(*measure, pair);
    let number = between.iter().position(holds).unwrap_or(between.len());
    Level::try_from(number).unwrap_or(Level::MAX - 2) + 2
}

/// Whether two dates at this level are one date, with at most one slip in writing it.
pub(super) fn is_one_slip(between: &[Measure], level: Level) -> bool {
    let measure = usize::from(level).checked_sub(2).and_then(|at| between.get(at));
    matches!(measure, Some(Measure::Levenshtein(..=1) | Measure::DamerauLevenshtein(..=1)))
}

/// Whether relatives have this each for themselves.
fn is_own(subject: Subject) -> bool {
    matches!(subject, Subject::BirthDate | Subject::Identifier)
}

fn words(measure: Measure) -> String {
    let at_most = |number: usize, what: &str| {
        let s = if number == 1 { "" } else { "s" };
        format!("is at most {number} {what}{s} apart")
    };
    match measure {
        Measure::JaroWinkler(least) => {
            format!("is nearly the same (Jaro-Winkler ≥ {least})")
        }
        Measure::Levenshtein(most) => at_most(most, "keystroke"),
        Measure::DamerauLevenshtein(most) => {
            format!("{} (Damerau-Levenshtein)", at_most(most, "keystroke"))
        }
        Measure::Days(most) => at_most(most as usize, "day"),
    }
}

fn holds(measure: Measure, pair: Pair) -> bool {
    match measure {
        Measure::JaroWinkler(least) => {
            let (left, right) = pair.texts();
            reaches(left, right, least.into())
        }
        Measure::Levenshtein(most) => {
            let (left, right) = pair.texts();
            levenshtein(left, right, most)
        }
        Measure::DamerauLevenshtein(most) => {
            let (left, right) = pair.texts();
            damerau(left, right, most)
        }
        Measure::Days(most) => {
            let (one, other) = pair.sketches();
            let day = |date: u32| (date != 0).then(|| day_number(date));
            let days = day(one.number()).zip(day(other.number()));
            days.is_some_and(|(one, other)| one.abs_diff(other) <= u64::from(most))
        }
    }
}

/// The number of a day in the Gregorian calendar, from `yyyymmdd` (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms").
fn day_number(date: u32) -> i64 {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let (year, month) = (i64::from(year), i64::from(month));
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let apart = |one, other| day_number(other) - day_number(one);
        assert_eq!(apart(20_240_228, 20_240_301), 2);
        assert_eq!(apart(20_230_228, 20_230_301), 1);
        assert_eq!(apart(19_991_231, 20_000_101), 1);
        assert_eq!(apart(19_000_101, 20_000_101), 36_524);
    }

    #[test]
    fn a_day_that_no_calendar_has_counts_without_a_panic() {
        assert!(day_number(99_999_999) > day_number(0));
    }
}
