//! What each rule is worth: the links that it alone finds, against the pairs that they cost.
//!
//! The more common a key, the less do records have to do with each other that share it, even
//! after a split by further keys; and where a surer rule finds the same links, a wider one only
//! costs. How much, no rule knows of itself, so it is counted: over the pairs of the sample, by the
//! weights that were learnt from it, without any truth. From the widest rule to the surest, each
//! keeps the keys that are worth their pairs, up to one size of block, or is left out; what it
//! leaves is then counted for the next. Rules of near-unique values stay as they are. The price is
//! a few links; what was left out is told.

use super::rule::Rule;

/// A link is worth so many pairs that are compared for it,
const PAIRS_OF_A_LINK: f64 = 400.0;
/// and a pair that another rule finds too costs this part of one that must be compared.
const FOUND_TWICE: f64 = 0.125;

/// A pair of the sample that a rule finds.
#[derive(Clone, Copy)]
pub(super) struct Met {
    /// Both records, the first in the upper half.
    pair: u64,
    rule: u32,
    /// The class of the whole block behind it.
    class: u32,
}

impl Met {
    pub(super) fn new((a, b): (u32, u32), rule: usize, class: usize) -> Self {
        let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self { pair: u64::from(a) << 32 | u64::from(b), rule: small(rule), class: small(class) }
    }

    fn pair(&self) -> (u32, u32) {
        let half = |bits| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
        (half(self.pair >> 32), half(self.pair))
    }
}

/// What is worth searching of the blocks of each rule: those below a class.
pub(crate) struct Worth(Vec<usize>);

/// Blocks that need no splitting are of class 0, others of the logarithm of their size.
pub(super) fn class(size: usize, bound: usize) -> usize {
    if size <= bound { 0 } else { size.checked_ilog2().map_or(0, |log| log as usize) }
}

impl Worth {
    /// Counts what each rule finds; `is_link` tells of a pair whether it is one, and is asked in
    /// the order of the pairs.
    pub(super) fn of(
        rules: &[Rule],
        mut met: Vec<Met>,
        mut is_link: impl FnMut(u32, u32) -> bool,
    ) -> Self {
        met.sort_unstable_by_key(|met| met.pair);
        let mut pairs: Vec<Pair> = Vec::new();
        let mut by_rule = vec![Vec::new(); rules.len()];
        for of_pair in met.chunk_by_mut(|one, other| one.pair == other.pair) {
            of_pair.sort_unstable_by_key(|met| (met.rule, met.class));
            let (a, b) = of_pair[0].pair();
            let gain = if is_link(a, b) { PAIRS_OF_A_LINK } else { 0.0 };
            let mut finders = 0;
            for by_one in of_pair.chunk_by(|one, other| one.rule == other.rule) {
                by_rule[by_one[0].rule as usize].push((pairs.len(), by_one[0].class as usize));
                finders += 1;
            }
            pairs.push(Pair { finders, gain });
        }
        let mut below = vec![usize::MAX; rules.len()];
        let chosen = (0..rules.len()).rev().filter(|&number| !rules[number].is_near_unique);
        for number in chosen {
            let found = &by_rule[number];
            below[number] = worth_below(found, &pairs);
            for (pair, _) in found.iter().filter(|(_, class)| *class >= below[number]) {
                pairs[*pair].finders -= 1;
            }
        }
        Self(below)
    }

    /// Whatever is below these classes, rule by rule.
    #[cfg(test)]
    pub(super) fn below(classes: Vec<usize>) -> Self {
        Self(classes)
    }

    /// Whether the blocks of a class are worth their pairs.
    pub(super) fn of_class(&self, rule: usize, class: usize) -> bool {
        self.0.get(rule).is_none_or(|&below| class < below)
    }
}

/// What is known of a pair.
struct Pair {
    /// How many rules find it.
    finders: usize,
    gain: f64,
}

/// The class below which a rule gains the most; 0 if it gains nothing.
fn worth_below(found: &[(usize, usize)], pairs: &[Pair]) -> usize {
    let mut gains: Vec<f64> = Vec::new();
    for &(pair, class) in found {
        gains.resize(gains.len().max(class + 1), 0.0);
        let pair = &pairs[pair];
        gains[class] += if pair.finders == 1 { pair.gain - 1.0 } else { -FOUND_TWICE };
    }
    let (mut sum, mut best, mut below) = (0.0, 0.0, 0);
    for (class, gain) in gains.iter().enumerate() {
        sum += gain;
        if sum > best {
            (best, below) = (sum, class + 1);
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, is_near_unique: bool) -> Rule {
        let (name, alternatives, further) = (name.to_owned(), Vec::new(), Vec::new());
        Rule { name, alternatives, further, is_near_unique }
    }

    /// So many pairs of one rule and class; pairs of one start are the same pairs.
    fn met(start: u32, count: u32, rule: usize, class: usize) -> impl Iterator<Item = Met> {
        (start..start + count).map(move |a| Met::new((a, u32::MAX), rule, class))
    }

    #[test]
    fn a_rule_keeps_the_classes_that_find_links_of_their_own() {
        let rules = [rule("sure", true), rule("narrow", false), rule("wide", false)];
        let met = met(0, 10, 0, 0)
            .chain(met(1_000, 100, 1, 0))
            .chain(met(2_000, 100, 2, 0))
            .chain(met(3_000, 500, 2, 7))
            .chain(met(4_000, 5_000, 2, 9));
        let links = [1_000, 2_000, 3_000, 3_001, 4_000];
        let worth = Worth::of(&rules, met.collect(), |a, _| links.contains(&a));
        assert!(worth.of_class(0, 0) && worth.of_class(0, 30), "near-unique rules stay");
        assert!(worth.of_class(1, 0));
        assert!(worth.of_class(2, 0) && worth.of_class(2, 7));
        assert!(!worth.of_class(2, 9), "one link of 5,000 pairs");
    }

    #[test]
    fn of_two_rules_that_find_the_same_one_stays() {
        let rules = [rule("sure", false), rule("wide", false)];
        let same = met(0, 100, 0, 0).chain(met(0, 100, 1, 0));
        let worth = Worth::of(&rules, same.collect(), |_, _| true);
        assert!(worth.of_class(0, 0) && !worth.of_class(1, 0));
    }
}
