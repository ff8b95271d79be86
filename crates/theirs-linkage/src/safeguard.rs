//! Another given name is another person, unless a birth date says otherwise.
//!
//! People of one household share an address, a telephone and often an e-mail address all at once,
//! so these are not three witnesses but one. The estimated weights add them up as if they were
//! independent; this rule keeps that sum from joining mother and daughter. A number that the
//! organisation gave is no better witness, for spouses have one loyalty card. The price of the rule
//! is that a rare nickname without a birth date stays apart, and so does a person whose given name
//! and birth date were both entered wrongly: a duplicate is a smaller wrong than a mix-up.

use crate::comparison::{Comparison, Subject};
use crate::pattern::Pattern;
use crate::waterfall::{Plain, Step};

/// The most that such a pair may weigh, in bits: a probability of one in nine.
pub(crate) const MOST: f64 = -3.0;

/// Levels of the name on which both given names are known and differ.
const ANOTHER_GIVEN_NAME: [u8; 2] = [11, 13];

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

/// Whether the names are two people's, and no birth date says otherwise.
pub(crate) fn is_another_person(comparisons: &[Comparison], pattern: Pattern) -> bool {
    let mut differs = false;
    for (at, comparison) in comparisons.iter().enumerate() {
        let level = pattern.level(at);
        match comparison.subject {
            Subject::Name => differs |= ANOTHER_GIVEN_NAME.contains(&level),
            _ if comparison.shows_one_birth_date(level) => return false,
            _ => {}
        }
    }
    differs
}
