//! How alike two standardised texts are, byte by byte.
//!
//! A sketch of a text, made once, holds which letters and digits occur and how many bytes there
//! are. From two sketches follows an upper bound of the similarity, so that the texts of most
//! unlike pairs are never read.

mod jaro;
mod reach;

use rapidfuzz::distance::{damerau_levenshtein as damerau_of, levenshtein as levenshtein_of};

use jaro::jaro_winkler;
pub(crate) use reach::Reach;

/// At or above this Jaro-Winkler similarity two texts are "nearly the same".
pub(crate) const NEAR: f32 = 0.92;
/// At or above this one two names are "alike".
pub(crate) const ALIKE: f32 = 0.80;

/// The letters and digits that occur in a text (22 bits), its first one (5) and its length (5).
///
/// Different bytes may share a bit: then a bound is weaker, never wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sketch(u32);

impl Sketch {
    const OCCURRING: u32 = (1 << 22) - 1;
    /// Texts of this length or more have no bound.
    const LONG: u32 = 31;

    /// Sketches a text.
    pub(crate) fn of(text: &[u8]) -> Self {
        let occurring = text.iter().fold(0, |bits, &byte| bits | 1 << BITS[usize::from(byte)]);
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX).min(Self::LONG);
        let first = text.first().map_or(0, |&byte| u32::from(byte % 32));
        Self(length << 27 | first << 22 | occurring)
    }

    /// Holds a number instead, for a column that is not compared by its letters.
    pub(crate) fn of_number(number: u32) -> Self {
        Self(number)
    }

    /// The number held.
    pub(crate) fn number(self) -> u32 {
        self.0
    }

    /// The length of the text in bytes, at most 31.
    pub(crate) fn length(self) -> u32 {
        self.0 >> 27
    }

    /// Whether the two texts may start with the same byte.
    pub(crate) fn may_start_alike(self, other: Self) -> bool {
        self.differing_starts(other) == 0
    }

    fn differing_starts(self, other: Self) -> u32 {
        (self.0 ^ other.0) >> 22 & 31
    }

    /// How many letters and digits of each text do not occur in the other.
    fn lacking(self, other: Self) -> [u32; 2] {
        let [here, there] = self.lacking_bits(other);
        // Ones are counted in both halves of one number: this is asked of most pairs.
        let bits = u64::from(here) | u64::from(there) << 32;
        let pairs = bits - (bits >> 1 & 0x5555_5555_5555_5555);
        let nibbles = (pairs & 0x3333_3333_3333_3333) + (pairs >> 2 & 0x3333_3333_3333_3333);
        let bytes = (nibbles + (nibbles >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
        let sums = bytes.wrapping_mul(0x0101_0101);
        [sums >> 24 & 0xff, sums >> 56].map(|sum| u32::try_from(sum).unwrap_or_default())
    }

    /// Which letters and digits of each text do not occur in the other.
    fn lacking_bits(self, other: Self) -> [u32; 2] {
        [self.0 & !other.0 & Self::OCCURRING, other.0 & !self.0 & Self::OCCURRING]
    }

    /// Whether the two texts may be as similar as that.
    pub(crate) fn may_reach(self, other: Self, reach: &Reach) -> bool {
        let [left, right] = [self.length(), other.length()];
        let [lacking, lacking_there] = self.lacking(other);
        // What is long has no bound, so that it may be less than nothing here.
        let common = left.saturating_sub(lacking).min(right.saturating_sub(lacking_there));
        common >= reach.least_common([left, right], self.may_start_alike(other))
    }

    /// Whether all letters and digits of one text may occur in the other.
    pub(crate) fn may_be_contained(self, other: Self) -> bool {
        self.lacking_bits(other).contains(&0)
    }

    /// Whether one edit may make the two texts the same.
    pub(crate) fn may_be_one_edit(self, other: Self) -> bool {
        let (left, right) = (self.length(), other.length());
        let [here, there] = self.lacking_bits(other).map(|bits| bits & bits.wrapping_sub(1));
        let has_length = left.abs_diff(right) <= 1 || left.max(right) == Self::LONG;
        has_length && here | there == 0
    }
}

/// Which bit stands for a byte: the rarest letters share theirs, and digits those of letters.
const BITS: [u8; 256] = {
    let mut bits = [0; 256];
    let mut byte = 0;
    while byte < bits.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256 bytes")]
        let of_byte = bit(byte as u8);
        bits[byte] = of_byte;
        byte += 1;
    }
    bits
};

const fn bit(byte: u8) -> u8 {
    match byte.to_ascii_lowercase() {
        b'j' | b'q' | b'x' | b'z' | b'w' => 21,
        letter @ b'a'..=b'i' => letter - b'a',
        letter @ b'k'..=b'p' => letter - b'b',
        letter @ b'r'..=b'v' => letter - b'c',
        b'y' => 20,
        digit @ b'0'..=b'9' => digit - b'0' + 11,
        other => other % 22,
    }
}

/// Whether two texts reach a Jaro-Winkler similarity.
pub(crate) fn reaches(left: &str, right: &str, least: f64) -> bool {
    jaro_winkler(left.as_bytes(), right.as_bytes(), least) >= least
}

/// The Jaro-Winkler similarity, 0 to 1; of texts less alike than that, any number below it.
pub(crate) fn likeness(left: &str, right: &str, least: f64) -> f64 {
    jaro_winkler(left.as_bytes(), right.as_bytes(), least)
}

/// Whether so many insertions, deletions and replacements, or fewer, make two texts the same.
pub(crate) fn levenshtein(left: &str, right: &str, most: usize) -> bool {
    let args = levenshtein_of::Args::default().score_cutoff(most);
    levenshtein_of::distance_with_args(left.bytes(), right.bytes(), &args).is_some()
}

/// The same with swaps of neighbours counted once.
pub(crate) fn damerau(left: &str, right: &str, most: usize) -> bool {
    let args = damerau_of::Args::default().score_cutoff(most);
    damerau_of::distance_with_args(left.bytes(), right.bytes(), &args).is_some()
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes them the same.
pub(crate) fn is_one_edit(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > 1 {
        return false;
    }
    let alike = |(left, right): &(&u8, &u8)| left == right;
    let start = left.iter().zip(right).take_while(alike).count();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(alike).count();
    match (&left[..left.len() - end], &right[..right.len() - end]) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Whether all words of the shorter text stand in the longer one.
pub(crate) fn contains_words(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    short.len() >= 3 && short.split(' ').all(|word| long.split(' ').any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rapidfuzz::distance::osa;

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
        assert!(reaches("martha", "marhta", NEAR.into()));
        assert!(!reaches("martha", "robert", ALIKE.into()));
        assert!(likeness("dixon", "dicksonx", 0.0) > 0.8);
    }

    #[test]
    fn a_longer_text_contains_the_words_of_a_shorter() {
        assert!(contains_words("west devon", "devon"));
        assert!(!contains_words("devonport", "devon"));
    }

    /// The figures of the Python package, made by `oracle/similarity.py`.
    const TABLE: &str = include_str!("../oracle/similarity.tsv");

    #[test]
    fn the_figures_are_those_of_the_python_package() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().count() > 50);
        for line in lines {
            let [left, right, jaro, jaro_winkler, edits, osa, damerau] =
                line.split('\t').collect::<Vec<_>>()[..]
            else {
                panic!("{line}");
            };
            let number = |text: &str| text.parse::<f64>().unwrap();
            let plain = rapidfuzz::distance::jaro::similarity(left.bytes(), right.bytes());
            assert!((plain - number(jaro)).abs() < 1e-9, "{line}");
            assert!((likeness(left, right, 0.0) - number(jaro_winkler)).abs() < 1e-9, "{line}");
            assert!(reaches(left, right, number(jaro_winkler) - 1e-9), "{line}");
            let [edits, osa, swaps] =
                [edits, osa, damerau].map(|text| text.parse::<usize>().unwrap());
            assert_eq!(is_one_edit(left, right), osa <= 1, "{line}");
            for most in 0..8 {
                assert_eq!(super::levenshtein(left, right, most), edits <= most, "{line}");
                assert_eq!(super::damerau(left, right, most), swaps <= most, "{line}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn one_edit_is_what_rapidfuzz_says(left in "[abc]{0,6}", right in "[abc]{0,6}") {
            let distance = osa::distance(left.bytes(), right.bytes());
            prop_assert_eq!(is_one_edit(&left, &right), distance <= 1);
        }

        #[test]
        fn a_sketch_rules_out_nothing_that_is_alike(
            left in "[a-e]{1,9}", right in "[a-e]{1,9}", least in 0.7_f32..1.0,
        ) {
            let (one, other) = (Sketch::of(left.as_bytes()), Sketch::of(right.as_bytes()));
            prop_assert!(one.may_reach(other, &Reach::new(least)) || !reaches(&left, &right, f64::from(least)));
            prop_assert!(one.may_be_one_edit(other) || !is_one_edit(&left, &right));
        }

        #[test]
        fn many_pairs_get_the_answer_of_one(
            texts in prop::collection::vec(("[a-z0-9]{0,40}", "[a-e]{0,9}"), 1..9),
            least in 0.7_f32..1.0,
        ) {
            let sketch = |text: &String| Sketch::of(text.as_bytes());
            let left: Vec<Sketch> = texts.iter().map(|(left, _)| sketch(left)).collect();
            let right: Vec<Sketch> = texts.iter().map(|(_, right)| sketch(right)).collect();
            for right in [&right, &left.iter().rev().copied().collect()] {
                let (reach, pairs) = (Reach::new(least), left.iter().zip(right));
                let one = |(left, right): (&Sketch, &Sketch)| left.may_reach(*right, &reach).into();
                let expected: Vec<u32> = pairs.clone().map(one).collect();
                prop_assert_eq!(reach.of_all(pairs.map(|(&left, &right)| [left, right])), expected);
            }
        }
    }
}
