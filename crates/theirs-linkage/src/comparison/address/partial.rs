//! What is believed of addresses where no field holds one of their parts.
//!
//! A shop that knows towns alone sees two addresses of one person in one town, never in one street.
//! What is believed of whole addresses is moved to the levels that are left of them; otherwise a
//! level that cannot occur keeps its share, and that towns agree seems to speak against a match.
//! Relatives share a home, and parts of one make nobody a relative: of them it stays as it is.

use super::{LEVELS, Part, joint};

/// What is left of a level's share where it cannot occur, so that every weight is a number.
const LEAST_SHARE: f64 = 1e-3;

/// A whole address of each level: how street, postcode and town agree.
const TYPICAL: [[Part; 3]; LEVELS.len()] = {
    use Part::{Area, Different, District, Missing, Near, Same};
    [
        [Same, Same, Same],
        [Same, Near, Same],
        [Near, Same, Same],
        [Same, Missing, Missing],
        [Same, Different, Different],
        [Missing, Same, Same],
        [Different, Same, Same],
        [Near, Different, Different],
        [Different, Near, Same],
        [Different, District, Same],
        [Different, Area, Different],
        [Different, Different, Same],
        [Different, Different, Near],
        [Different, Different, Different],
    ]
};

/// The share of each level among matches and among strangers, where only some of street, postcode
/// and town are held.
pub(in super::super) fn believed_of_parts(is_held: [bool; 3]) -> [Vec<f64>; 2] {
    let mut shares = [const { [LEAST_SHARE; LEVELS.len()] }; 2];
    for (whole, parts) in LEVELS.iter().zip(TYPICAL) {
        let left = |at: usize| if is_held[at] { parts[at] } else { Part::Missing };
        let level = usize::from(joint(left(0), left(1), left(2)));
        let Some(at) = level.checked_sub(1) else { continue };
        shares[0][at] += whole.matches.share;
        shares[1][at] += whole.strangers;
    }
    shares.map(Vec::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_has_a_typical_address() {
        for (level, [street, postcode, city]) in (1..).zip(TYPICAL) {
            assert_eq!(joint(street, postcode, city), level);
        }
    }

    #[test]
    fn where_only_towns_are_held_one_person_is_mostly_in_one_town() {
        let [matches, strangers] = believed_of_parts([false, false, true]);
        let likely = LEVELS.iter().zip(&matches).filter(|(_, share)| **share > 0.05);
        let words: Vec<&str> = likely.map(|(level, _)| level.words.as_ref()).collect();
        assert_eq!(words, ["is in the same town", "is different"]);
        assert!(matches[11] > strangers[11] && matches[13] < strangers[13]);
    }
}
