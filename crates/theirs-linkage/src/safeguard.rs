//! Another given name is another person, unless a birth date says otherwise.
//!
//! People of one household share an address, a telephone and often an e-mail address all at once,
//! so these are not three witnesses but one. The estimated weights add them up as if they were
//! independent; this rule keeps that sum from joining mother and daughter. A number that the
//! organisation gave is no better witness, for spouses have one loyalty card. A number that the state
//! gives to one person is, unless the records show that families share it: those who have one must
//! not contradict each other more often than slips explain. Twins have one birth date, and nothing
//! but many pairs with one date teaches how seldom twins are and how frequent nicknames: a shop too
//! small for that keeps another given name apart whatever the date. The price of the rule
//! is that a rare nickname without a birth date stays apart, and so does a person whose given name
//! and birth date were both entered wrongly: a duplicate is a smaller wrong than a mix-up.

use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, Level, Subject};
use crate::estimate::BELIEF_PAIRS;
use crate::frequency::real;
use crate::pattern::Pattern;
use crate::waterfall::{Plain, Step};

/// The most that such a pair may weigh, in bits: a probability of one in nine.
pub(crate) const MOST: f64 = -3.0;

/// The fewest pairs with one birth date that teach how often its people have two given names.
const FEWEST_WITH_ONE_DATE: u64 = 100;

/// The rule, with what was learnt of the numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Safeguard {
    /// The comparisons of numbers that are personal.
    personal: Vec<usize>,
    /// Whether too few pairs have one birth date to tell twins from nicknames.
    #[serde(default)]
    fears_twins: bool,
}

impl Safeguard {
    /// Learns which numbers are personal from the patterns of pairs, and how often each occurred.
    pub(crate) fn learn(comparisons: &[Comparison], patterns: &[Pattern], counts: &[u64]) -> Self {
        let none = Self::default();
        let is_personal = |at: &usize| {
            let (mut sharing, mut contradicting) = (0, 0);
            for (&pattern, &count) in patterns.iter().zip(counts) {
                if pattern.level(*at) != SAME || !has_both_given_names(comparisons, pattern) {
                    continue;
                }
                sharing += count;
                let contradicts = none.is_another_person(comparisons, pattern);
                contradicting += if contradicts { count } else { 0 };
            }
            let slips = slips(comparisons);
            let believed = slips * BELIEF_PAIRS + real(contradicting);
            believed <= slips * (BELIEF_PAIRS + real(sharing))
        };
        let numbers = (0..comparisons.len()).filter(|at| comparisons[*at].is_personal);
        let fears_twins = with_one_date(comparisons, patterns, counts) < FEWEST_WITH_ONE_DATE;
        Self { personal: numbers.filter(is_personal).collect(), fears_twins }
    }

    /// Whether the names are two people's, and no birth date or personal number says otherwise.
    pub(crate) fn is_another_person(&self, comparisons: &[Comparison], pattern: Pattern) -> bool {
        let mut differs = false;
        for (at, comparison) in comparisons.iter().enumerate() {
            let level = pattern.level(at);
            if (comparison.shows_one_birth_date(level) && !self.fears_twins)
                || (level == SAME && self.personal.contains(&at))
            {
                return false;
            }
            differs |= comparison.shows_another_given_name(level);
        }
        differs
    }
}

/// The level of full agreement.
const SAME: Level = 1;

/// The step of a waterfall that the rule adds.
pub(crate) fn step(before: f64, after: f64) -> Step {
    let words = "is another, and no date of birth shows that it is one person".to_owned();
    Step {
        level: words.clone(),
        weight: after - before,
        plain: Plain { subject: "first name".to_owned(), words },
        ..Step::missing("given name")
    }
}

/// Whether both records of a pair have a given name.
fn has_both_given_names(comparisons: &[Comparison], pattern: Pattern) -> bool {
    let levels = comparisons.iter().zip((0..).map(|at| pattern.level(at)));
    levels.into_iter().any(|(comparison, level)| comparison.compares_given_names(level))
}

/// How many pairs have one birth date.
fn with_one_date(comparisons: &[Comparison], patterns: &[Pattern], counts: &[u64]) -> u64 {
    let has_one = |pattern: Pattern| {
        let mut levels = comparisons.iter().zip((0..).map(|at| pattern.level(at)));
        levels.any(|(comparison, level)| comparison.shows_one_birth_date(level))
    };
    patterns
        .iter()
        .zip(counts)
        .filter(|(pattern, _)| has_one(**pattern))
        .map(|(_, count)| count)
        .sum()
}

/// How often the given names of one person contradict each other: what is believed of matches
/// before any data.
fn slips(comparisons: &[Comparison]) -> f64 {
    let names = comparisons.iter().filter(|comparison| comparison.subject == Subject::Name);
    let share = |comparison: &Comparison| -> f64 {
        let levels = (1..).zip(comparison.levels());
        let another = levels.filter(|(level, _)| comparison.shows_another_given_name(*level));
        another.map(|(_, spec)| spec.matches.share).sum()
    };
    names.map(share).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Field, FieldKind};
    use crate::layout::Layout;

    fn comparisons() -> Vec<Comparison> {
        let kinds = [FieldKind::FullName, FieldKind::PersonalNumber, FieldKind::BirthDate];
        Layout::new(&kinds.map(|kind| Field::new(format!("{kind:?}"), kind))).comparisons
    }

    /// Whether another given name under the same number is another person, after so many pairs
    /// with one number of which some contradict each other.
    fn keeps_apart(contradicting: u64, of: u64) -> bool {
        let comparisons = comparisons();
        let levels = [[1, 1, 0], [11, 1, 0]].map(Pattern::from_levels);
        let learnt = Safeguard::learn(&comparisons, &levels, &[of - contradicting, contradicting]);
        learnt.is_another_person(&comparisons, levels[1])
    }

    #[test]
    fn a_number_is_personal_when_those_who_share_it_hardly_contradict_each_other() {
        assert!(!keeps_apart(0, 200));
        assert!(!keeps_apart(10, 1_000));
        assert!(!keeps_apart(1, 100));
        assert!(keeps_apart(30, 1_000), "families share it");
        assert!(keeps_apart(1, 2), "the one pair there is contradicts");
    }

    #[test]
    fn a_personal_number_helps_only_those_who_share_it() {
        let comparisons = comparisons();
        let same = Pattern::from_levels([1, 1, 1]);
        let learnt = Safeguard::learn(&comparisons, &[same], &[1_000]);
        let is_another = |levels: [Level; 3]| {
            learnt.is_another_person(&comparisons, Pattern::from_levels(levels))
        };
        assert!(!is_another([13, 1, 8]));
        assert!(is_another([13, 3, 8]) && is_another([11, 0, 0]) && is_another([13, 2, 8]));
        assert!(!is_another([11, 3, 1]), "the birth date agrees");
    }

    #[test]
    fn one_birth_date_is_one_person_only_where_enough_pairs_teach_it() {
        let comparisons = comparisons();
        let [same, twins] = [[1, 0, 1], [11, 0, 1]].map(Pattern::from_levels);
        let keeps_apart = |count| {
            let learnt = Safeguard::learn(&comparisons, &[same], &[count]);
            learnt.is_another_person(&comparisons, twins)
        };
        assert!(keeps_apart(2) && keeps_apart(99));
        assert!(!keeps_apart(100));
    }
}
