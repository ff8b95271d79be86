//! The Jaro-Winkler similarity of short texts (Winkler 1990), bit by bit.
//!
//! It is asked millions of times, of names of six letters. So where each letter stands is noted in
//! a table that each thread keeps, and only what was noted is cleared again. The figures are those
//! of rapidfuzz to the last bit; longer texts are left to it.

use std::cell::RefCell;

use rapidfuzz::distance::jaro_winkler as rapidfuzz_of;

/// The longest text whose places are the bits of a word.
const LONGEST: usize = 64;
/// What each of the first four letters in common adds, of what is missing to 1,
const OF_A_LETTER: f64 = 0.1;
/// in texts more similar than this.
const BOOSTED: f64 = 0.7;

thread_local! {
    /// Per byte: the places where it stands in the text at hand; all clear in between.
    static PLACES: RefCell<[u64; 256]> = const { RefCell::new([0; 256]) };
}

/// The similarity, 0 to 1; of texts that cannot reach the least one, any number below it.
pub(super) fn jaro_winkler(left: &[u8], right: &[u8], least: f64) -> f64 {
    if left.len().max(right.len()) > LONGEST {
        let args = rapidfuzz_of::Args::default().score_cutoff(least);
        let found =
            rapidfuzz_of::similarity_with_args(left.iter().copied(), right.iter().copied(), &args);
        return found.unwrap_or(0.0);
    }
    let bonus = real(common_start(&left[..left.len().min(4)], right)) * OF_A_LETTER;
    let least = if least > BOOSTED { BOOSTED.max((bonus - least) / (bonus - 1.0)) } else { least };
    let jaro = jaro(left, right, least);
    if jaro > BOOSTED { jaro + bonus * (1.0 - jaro) } else { jaro }
}

fn jaro(left: &[u8], right: &[u8], least: f64) -> f64 {
    let lengths = [left.len(), right.len()];
    match lengths {
        _ if least > 1.0 => return 0.0,
        [0, 0] => return 1.0,
        _ if !may_reach(lengths, left.len().min(right.len()), least) => return 0.0,
        [1, 1] => return f64::from(u8::from(left == right)),
        _ => {}
    }
    // Letters further apart than this have nothing to do with each other.
    let reach = left.len().max(right.len()) / 2 - 1;
    let (left, right) = (
        &left[..left.len().min(right.len() + reach)],
        &right[..right.len().min(left.len() + reach)],
    );
    let start = common_start(left, right);
    let (left, right) = (&left[start..], &right[start..]);
    let (found, moved) = PLACES.with_borrow_mut(|places| {
        for (at, &byte) in left.iter().enumerate() {
            places[usize::from(byte)] |= 1 << at;
        }
        let found = common(places, right, reach);
        for &byte in left {
            places[usize::from(byte)] = 0;
        }
        found
    });
    let common = start + found;
    if !may_reach(lengths, common, least) {
        return 0.0;
    }
    let [left, right] = lengths.map(real);
    let common = real(common);
    (common / left + common / right + (common - real(moved / 2)) / common) / 3.0
}

/// How many letters both texts have in common within reach, and how many of them stand in another
/// order; of one text the places are known.
fn common(places: &[u64; 256], right: &[u8], reach: usize) -> (usize, usize) {
    let (mut in_left, mut in_right) = (0_u64, 0_u64);
    let mut window = u64::MAX >> (LONGEST - 1 - reach.min(LONGEST - 1));
    for (at, &byte) in right.iter().enumerate() {
        let free = places[usize::from(byte)] & window & !in_left;
        in_left |= free & free.wrapping_neg();
        in_right |= u64::from(free != 0) << at;
        window = window << 1 | u64::from(at < reach);
    }
    let (mut found, mut moved) = (0, 0);
    while in_right != 0 {
        let (at, place) = (in_right.trailing_zeros() as usize, in_left & in_left.wrapping_neg());
        moved += usize::from(places[usize::from(right[at])] & place == 0);
        found += 1;
        in_right &= in_right - 1;
        in_left ^= place;
    }
    (found, moved)
}

/// Whether so many letters in common, in order, reach a similarity.
fn may_reach([left, right]: [usize; 2], common: usize, least: f64) -> bool {
    let (left, right, common) = (real(left), real(right), real(common));
    common > 0.0 && (common / left + common / right + 1.0) / 3.0 >= least
}

/// With how many bytes two texts start alike.
fn common_start(left: &[u8], right: &[u8]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

/// A small number.
fn real(number: usize) -> f64 {
    u32::try_from(number).unwrap_or(u32::MAX).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_figures_are_those_of_rapidfuzz_to_the_last_bit(
            left in "[a-d]{0,9}|[a-z0-9@. ]{0,70}",
            right in "[a-d]{0,9}|[a-z0-9@. ]{0,70}",
            edit in "[a-d]{0,3}",
            is_near in any::<bool>(),
            least in 0.0_f64..1.1,
        ) {
            let near = || format!("{}{edit}{}", &left[..left.len() / 2], &left[left.len() / 3..]);
            let right = if is_near { near() } else { right };
            let args = rapidfuzz_of::Args::default().score_cutoff(least);
            let expected = rapidfuzz_of::similarity_with_args(left.bytes(), right.bytes(), &args);
            let found = jaro_winkler(left.as_bytes(), right.as_bytes(), least);
            prop_assert_eq!(Some(found).filter(|&found| found >= least), expected);
            let expected = rapidfuzz_of::similarity(left.bytes(), right.bytes());
            let found = jaro_winkler(left.as_bytes(), right.as_bytes(), 0.0);
            prop_assert_eq!(found.to_bits(), expected.to_bits());
        }
    }
}
