//! How alike two standardised texts are, byte by byte.

use rapidfuzz::distance::{jaro_winkler, osa};

/// At or above this Jaro-Winkler similarity two texts are "nearly the same".
pub(crate) const NEAR: f64 = 0.92;
/// At or above this one two names are "alike".
pub(crate) const ALIKE: f64 = 0.80;

/// Whether two texts reach a Jaro-Winkler similarity.
pub(crate) fn reaches(left: &str, right: &str, least: f64) -> bool {
    let args = jaro_winkler::Args::default().score_cutoff(least);
    jaro_winkler::similarity_with_args(left.bytes(), right.bytes(), &args).is_some()
}

/// The Jaro-Winkler similarity, 0 to 1.
pub(crate) fn likeness(left: &str, right: &str) -> f64 {
    jaro_winkler::similarity(left.bytes(), right.bytes())
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes them the same.
pub(crate) fn is_one_edit(left: &str, right: &str) -> bool {
    left.len().abs_diff(right.len()) <= 1 && {
        let args = osa::Args::default().score_cutoff(1);
        osa::distance_with_args(left.bytes(), right.bytes(), &args).is_some()
    }
}

/// Whether all words of the shorter text stand in the longer one.
pub(crate) fn contains_words(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    short.len() >= 3 && short.split(' ').all(|word| long.split(' ').any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_counts_swaps_of_neighbours_once() {
        assert!(is_one_edit("19630101", "19360101"));
        assert!(is_one_edit("smith", "smth"));
        assert!(!is_one_edit("smith", "jones"));
        assert!(!is_one_edit("abcd", "badc"));
    }

    #[test]
    fn nearly_the_same_is_a_typing_error_away() {
        assert!(reaches("martha", "marhta", NEAR));
        assert!(!reaches("martha", "robert", ALIKE));
        assert!(likeness("dixon", "dicksonx") > 0.8);
    }

    #[test]
    fn a_longer_text_contains_the_words_of_a_shorter() {
        assert!(contains_words("west devon", "devon"));
        assert!(!contains_words("devonport", "devon"));
    }
}
