//! Scores pairs: the weight of their pattern, and what the rarity of the agreeing values adds.
//!
//! What a pattern can weigh at most is known once for all its pairs; most pairs end there.

use std::collections::HashMap;
use std::ops::Range;

use crate::blocking::Blocks;
use crate::comparison::Comparison;
use crate::estimate::{Likelihood, Parameters, probability};
use crate::frequency::{Frequency, MAX_BITS};
use crate::model::Model;
use crate::pattern::{ByPattern, Comparer, Pattern, Patterns, in_parallel, portions};
use crate::records::Table;
use crate::resolve::Link;
use crate::safeguard::{MOST, is_another_person};

/// Pairs less probable than this count as surely different.
const FLOOR: f64 = 0.01;

/// Scores pairs of one table by one model.
pub(crate) struct Scorer<'t> {
    comparisons: &'t [Comparison],
    table: &'t Table,
    parameters: &'t Parameters,
    frequencies: &'t [Frequency],
    prior: f64,
    /// Per column and code: how often it occurs.
    counts: &'t [Vec<u32>],
    /// Those of the patterns that were counted.
    verdicts: Verdicts,
}

/// What is known of all pairs of one pattern.
#[derive(Clone, Copy)]
struct Verdict {
    pattern: Pattern,
    likelihood: Likelihood,
    /// The most that such a pair may weigh.
    most: f64,
    /// Whether any such pair could be worth keeping.
    may_matter: bool,
}

/// The verdicts of a portion of work, made as patterns turn up.
type Verdicts = ByPattern<Verdict>;

impl<'t> Scorer<'t> {
    pub(crate) fn new(
        model: &'t Model,
        comparisons: &'t [Comparison],
        table: &'t Table,
        counts: &'t [Vec<u32>],
        patterns: &Patterns,
    ) -> Self {
        let (parameters, frequencies) = (&model.parameters, model.frequencies());
        let prior = parameters.prior_weight();
        let verdicts = Verdicts::default();
        let mut scorer =
            Self { comparisons, table, parameters, frequencies, prior, counts, verdicts };
        let known = patterns.distinct.iter().map(|&pattern| (pattern, scorer.verdict(pattern)));
        scorer.verdicts = known.collect();
        scorer
    }

    /// Scores all pairs of the blocks; gives those that could matter, sorted, and how many there were.
    pub(crate) fn score_all(
        &self,
        blocks: &Blocks,
        patterns: &Patterns,
        threads: usize,
    ) -> (Vec<Link>, u64) {
        let verdicts: Vec<Verdict> =
            patterns.distinct.iter().map(|pattern| self.verdicts[pattern]).collect();
        let portions: Vec<(usize, Range<u32>)> =
            portions(blocks.records()).into_iter().enumerate().collect();
        let scored = in_parallel(&portions, threads, |(at, portion)| {
            let numbers = patterns.numbers.as_ref().map(|numbers| numbers[*at].as_slice());
            match numbers {
                Some(numbers) => self.score_numbered(blocks, portion, numbers, &verdicts),
                None => self.score_portion(blocks, portion),
            }
        });
        let pairs = scored.iter().map(|(_, pairs)| pairs).sum();
        let mut links = Vec::with_capacity(scored.iter().map(|(links, _)| links.len()).sum());
        for (portion, _) in scored {
            links.extend(portion);
        }
        (links, pairs)
    }

    /// Scores one pair, whether or not it shares a block; `None` if it cannot matter.
    pub(crate) fn score(&self, a: u32, b: u32) -> Option<Link> {
        let pattern = Pattern::of(self.comparisons, self.table, a, b);
        match self.verdicts.get(&pattern) {
            Some(verdict) => self.link(a, b, verdict),
            None => self.link(a, b, &self.verdict(pattern)),
        }
    }

    /// Scores the pairs of a portion whose pattern numbers are known.
    fn score_numbered(
        &self,
        blocks: &Blocks,
        portion: &Range<u32>,
        numbers: &[u32],
        verdicts: &[Verdict],
    ) -> (Vec<Link>, u64) {
        let mut left = numbers.iter();
        let (mut links, mut candidates) = (Vec::new(), Vec::new());
        for a in portion.clone() {
            blocks.candidates(a, &mut candidates);
            for (&b, &number) in candidates.iter().zip(&mut left) {
                links.extend(self.link(a, b, &verdicts[number as usize]));
            }
        }
        (links, numbers.len() as u64)
    }

    /// Compares and scores the pairs of a portion.
    fn score_portion(&self, blocks: &Blocks, portion: &Range<u32>) -> (Vec<Link>, u64) {
        let mut new: Verdicts = HashMap::default();
        let mut comparer = Comparer::new(self.comparisons, self.table);
        let (mut links, mut candidates, mut pairs) = (Vec::new(), Vec::new(), 0);
        for a in portion.clone() {
            blocks.candidates(a, &mut candidates);
            pairs += candidates.len() as u64;
            comparer.each(a, &candidates, |b, pattern| {
                let verdict = match self.verdicts.get(&pattern) {
                    Some(verdict) => verdict,
                    None => new.entry(pattern).or_insert_with(|| self.verdict(pattern)),
                };
                links.extend(self.link(a, b, verdict));
            });
        }
        (links, pairs)
    }

    fn link(&self, a: u32, b: u32, verdict: &Verdict) -> Option<Link> {
        if !verdict.may_matter {
            return None;
        }
        let weight = self.weight(a, b, verdict);
        let probability = probability(weight);
        (probability >= FLOOR).then_some(Link { a, b, weight, probability })
    }

    fn weight(&self, a: u32, b: u32, verdict: &Verdict) -> f64 {
        let likelihood = verdict.likelihood.with_rarity(self.rarity(verdict.pattern, a, b));
        (self.prior + likelihood.weight()).min(verdict.most)
    }

    fn verdict(&self, pattern: Pattern) -> Verdict {
        let likelihood = self.parameters.likelihood(pattern);
        let is_another = is_another_person(self.comparisons, pattern);
        let most = if is_another { MOST } else { f64::INFINITY };
        let rare = |(at, comparison): (usize, &Comparison)| {
            let level = usize::from(pattern.level(at)).checked_sub(1);
            level.map_or(0, |level| comparison.levels()[level].rarity.len())
        };
        let rare: u32 = (0..)
            .zip(self.comparisons)
            .map(rare)
            .map(|parts| u32::try_from(parts).unwrap_or_default())
            .sum();
        let best = likelihood.with_rarity(f64::from(rare) * MAX_BITS).weight();
        let may_matter = probability((self.prior + best).min(most)) >= FLOOR;
        Verdict { pattern, likelihood, most, may_matter }
    }

    /// The bits of all values on which a pair agrees.
    fn rarity(&self, pattern: Pattern, a: u32, b: u32) -> f64 {
        let bits = |column: usize, code: u32| {
            self.frequencies[column].rarity_of(self.counts[column][code as usize])
        };
        let of_comparison = |(at, comparison): (usize, &Comparison)| {
            comparison.rarity(self.table, [a, b], pattern.level(at), bits)
        };
        self.comparisons.iter().enumerate().map(of_comparison).sum()
    }
}
