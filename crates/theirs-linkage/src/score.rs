//! Scores pairs: the weight of their pattern, and what the rarity of the agreeing values adds.
//!
//! What a pattern can weigh at most is known once for all its pairs, and what codes and sketches
//! leave open is bounded before any text is read; most pairs end there.

mod bound;
mod rarity;
mod work;

use std::ops::Range;

use crate::blocking::{Blocks, Candidates};
use crate::comparison::Comparison;
use crate::estimate::{Likelihood, Weights, probability};
use crate::frequency::{Frequency, MAX_BITS};
use crate::kin::{self, Kin, Kinship};
use crate::model::Model;
use crate::pattern::{ByPattern, Pattern, Patterns, walk};
use crate::records::Table;
use crate::resolve::Link;
use crate::safeguard::{MOST, Safeguard};
pub(crate) use bound::Bound;
use rarity::Rare;
pub(crate) use rarity::Rarity;
use work::Work;

/// Pairs less probable than this count as surely different.
pub(crate) const FLOOR: f64 = 0.01;

/// What is kept of a compared pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scored {
    pub(crate) weight: f64,
    pub(crate) probability: f64,
    /// The probability that they are two people of one household; 0 below one half.
    pub(crate) kinship: f64,
}

impl Scored {
    /// Whether the pair counts in clusters, not only in households.
    pub(crate) fn is_link(&self) -> bool {
        self.probability >= FLOOR
    }

    fn is_kin(&self) -> bool {
        self.kinship >= kin::LEAST
    }
}

/// Scores pairs of one table by one model.
pub(crate) struct Scorer<'t> {
    comparisons: &'t [Comparison],
    table: &'t Table,
    weights: &'t Weights,
    frequencies: &'t [Frequency],
    kinship: &'t Kinship,
    safeguard: &'t Safeguard,
    /// Per column and code: how often it occurs.
    counts: &'t [Vec<u32>],
    /// The verdicts on patterns that were counted.
    verdicts: Verdicts,
    /// The bits of all values, for as long as many pairs are scored.
    all_bits: Option<&'t Rarity>,
}

/// What is known of all pairs of one pattern.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    likelihood: Likelihood,
    /// The most that such a pair may weigh.
    most: f64,
    /// How likely the pattern is among relatives, if such pairs could be kin.
    kin: Option<Likelihood>,
    /// Whether any such pair could be worth keeping.
    may_matter: bool,
}

/// Verdicts by their patterns; the map is small, so that it stays near the processor.
#[derive(Default)]
pub(crate) struct Verdicts {
    numbers: ByPattern<u32>,
    all: Vec<Verdict>,
    /// Per verdict: the values whose rarity counts.
    rare: Vec<Vec<Rare>>,
}

/// What scoring keeps of the pairs of all records, or of a portion: sorted, if the walk is.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) links: Vec<Link>,
    pub(crate) kin: Vec<Kin>,
    /// How many pairs there were.
    pub(crate) pairs: u64,
}

impl<'t> Scorer<'t> {
    pub(crate) fn new(
        model: &'t Model,
        weights: &'t Weights,
        kinship: &'t Kinship,
        comparisons: &'t [Comparison],
        table: &'t Table,
        counts: &'t [Vec<u32>],
    ) -> Self {
        let (frequencies, safeguard) = (model.frequencies(), &model.safeguard);
        let (verdicts, all_bits) = (Verdicts::default(), None);
        Self {
            comparisons,
            table,
            weights,
            frequencies,
            kinship,
            safeguard,
            counts,
            verdicts,
            all_bits,
        }
    }

    /// The same where many pairs are scored.
    pub(crate) fn for_many(mut self, rarity: &'t Rarity) -> Self {
        self.all_bits = Some(rarity);
        self
    }

    /// Judges the patterns that were counted, once for all their pairs.
    pub(crate) fn knowing_patterns(mut self, patterns: &Patterns) -> Self {
        let mut verdicts = Verdicts::default();
        for &pattern in &patterns.distinct {
            verdicts.number_or_add(pattern, &self);
        }
        self.verdicts = verdicts;
        self
    }

    /// Takes over verdicts by the same model.
    pub(crate) fn knowing(self, verdicts: Verdicts) -> Self {
        Self { verdicts, ..self }
    }

    /// Hands the verdicts on.
    pub(crate) fn into_verdicts(self) -> Verdicts {
        self.verdicts
    }

    /// Scores all pairs of the blocks and keeps those that could matter.
    pub(crate) fn score_all(
        &self,
        blocks: &Blocks,
        patterns: Option<&Patterns>,
        threads: usize,
    ) -> Kept {
        let numbers = patterns.and_then(|patterns| patterns.numbers.as_ref());
        let bound = self.bound();
        let mut all = Kept::default();
        walk(
            blocks,
            threads,
            |number, candidates, portion| match numbers {
                Some(numbers) => self.score_all_numbered(candidates, portion, &numbers[number]),
                None => self.score_portion(&bound, candidates, portion),
            },
            |_, portion| {
                all.links.extend(portion.links);
                all.kin.extend(portion.kin);
                all.pairs += portion.pairs;
            },
        );
        all
    }

    /// Compares and scores one pair, whether or not it shares a block; `None` if it cannot matter.
    pub(crate) fn score(&self, a: u32, b: u32) -> Option<Scored> {
        let pattern = Pattern::of(self.comparisons, self.table, a, b);
        match self.verdicts.number(pattern) {
            Some(number) => self.weigh_known(a, b, &self.verdicts, number),
            None => self.weigh(a, b, &self.verdict(pattern), || self.rarity(pattern, a, b)),
        }
    }

    /// The same as a link, if it is one.
    pub(crate) fn link(&self, a: u32, b: u32) -> Option<Link> {
        self.score(a, b).filter(Scored::is_link).map(|scored| Link::new(a, b, scored))
    }

    /// The most that pairs may weigh.
    pub(crate) fn bound(&self) -> Bound {
        Bound::new(self.comparisons, self.weights, self.kinship)
    }

    /// The links among some pairs, in their order, whether or not they share a block.
    pub(crate) fn links(&self, bound: &Bound, pairs: &[(u32, u32)]) -> Vec<Link> {
        let (mut kept, mut work) = (Kept::default(), Work::new(self, bound));
        for &(a, b) in pairs {
            work.take(a, &[b], &mut kept);
        }
        work.finish(&mut kept);
        kept.links
    }

    /// Whether a pair gets as far as its texts.
    #[cfg(test)]
    pub(crate) fn may_matter(&self, a: u32, b: u32) -> bool {
        let bound = self.bound();
        let mut may_matter = false;
        let mut batch = crate::pattern::Batch::new(self.comparisons, self.table);
        batch.extend(a, &[b]);
        batch.each(|all, any| bound.rule_out(all, any), |_, _, _| may_matter = true);
        may_matter
    }

    /// Whether the names of two records are two people's, and no birth date says otherwise.
    pub(crate) fn is_another_person(&self, a: u32, b: u32) -> bool {
        let pattern = Pattern::of(self.comparisons, self.table, a, b);
        self.safeguard.is_another_person(self.comparisons, pattern)
    }

    /// Scores a pair whose pattern was counted, by the number of the pattern.
    pub(crate) fn score_numbered(&self, a: u32, b: u32, number: u32) -> Option<Scored> {
        self.weigh_known(a, b, &self.verdicts, number)
    }

    /// Scores the pairs of a portion whose pattern numbers are known.
    fn score_all_numbered(
        &self,
        candidates: &Candidates,
        portion: &Range<u32>,
        numbers: &[u32],
    ) -> Kept {
        let mut left = numbers.iter();
        let mut kept = Kept { pairs: numbers.len() as u64, ..Kept::default() };
        let mut others = Vec::new();
        for a in portion.clone() {
            candidates.of(a, &mut others);
            for (&b, &number) in others.iter().zip(&mut left) {
                kept.take(a, b, self.score_numbered(a, b, number));
            }
        }
        kept
    }

    /// Compares and scores the pairs of a portion, as far as they could matter.
    fn score_portion(&self, bound: &Bound, candidates: &Candidates, portion: &Range<u32>) -> Kept {
        let (mut kept, mut work) = (Kept::default(), Work::new(self, bound));
        let mut others = Vec::new();
        for a in portion.clone() {
            candidates.of(a, &mut others);
            kept.pairs += others.len() as u64;
            work.take(a, &others, &mut kept);
        }
        work.finish(&mut kept);
        kept
    }

    /// Weighs a pair by the number of its verdict.
    fn weigh_known(&self, a: u32, b: u32, verdicts: &Verdicts, number: u32) -> Option<Scored> {
        let verdict = verdicts.all.get(number as usize)?;
        self.weigh(a, b, verdict, || self.rarity_of(&verdicts.rare[number as usize], a, b))
    }

    fn weigh(
        &self,
        a: u32,
        b: u32,
        verdict: &Verdict,
        rarity: impl FnOnce() -> f64,
    ) -> Option<Scored> {
        if !verdict.may_matter {
            return None;
        }
        let bits = rarity();
        let likelihood = verdict.likelihood.with_rarity(bits);
        let weight = (self.weights.prior + likelihood.weight()).min(verdict.most);
        let probability = probability(weight);
        let related = verdict.kin.map_or(0.0, |kin| kin.with_rarity(bits).related());
        let kinship = (1.0 - probability) * related;
        let is_kin = kinship >= kin::LEAST && self.kinship.share_a_contact(self.table, a, b);
        let kinship = if is_kin { kinship } else { 0.0 };
        let scored = Scored { weight, probability, kinship };
        (scored.is_link() || is_kin).then_some(scored)
    }

    fn verdict(&self, pattern: Pattern) -> Verdict {
        let likelihood = self.weights.likelihood(pattern);
        let is_another = self.safeguard.is_another_person(self.comparisons, pattern);
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
        let most_bits = f64::from(rare) * MAX_BITS;
        let best = likelihood.with_rarity(most_bits).weight();
        let kin = self.kinship.likelihood(pattern);
        let kin = kin.filter(|kin| kin.with_rarity(most_bits).related() >= kin::LEAST);
        let may_be_link = probability((self.weights.prior + best).min(most)) >= FLOOR;
        Verdict { likelihood, most, kin, may_matter: may_be_link || kin.is_some() }
    }

    /// The bits of all values on which a pair agrees.
    fn rarity(&self, pattern: Pattern, a: u32, b: u32) -> f64 {
        let of_comparison = |(at, comparison): (usize, &Comparison)| {
            let bits = |column, code| self.bits(column, code);
            comparison.rarity(self.table, [a, b], pattern.level(at), bits)
        };
        self.comparisons.iter().enumerate().map(of_comparison).sum()
    }

    /// The same, where it is known which values count.
    fn rarity_of(&self, rare: &[Rare], a: u32, b: u32) -> f64 {
        let bits = |column, code| self.bits(column, code);
        let rows = [self.table.row(a), self.table.row(b)];
        let of_comparison = |rare: &Rare| match *rare {
            Rare::Of(column) => rarity::of_single(rows, column, bits),
            Rare::OfBoth(one, other) => {
                rarity::of_single(rows, one, bits) + rarity::of_single(rows, other, bits)
            }
            Rare::OfSeveral(at, level) => {
                self.comparisons[at].rarity(self.table, [a, b], level, bits)
            }
        };
        rare.iter().map(of_comparison).sum()
    }

    fn bits(&self, column: usize, code: u32) -> f64 {
        let known = self.all_bits.and_then(|rarity| rarity.of(column, code));
        known.unwrap_or_else(|| {
            self.frequencies[column].rarity_of(self.counts[column][code as usize])
        })
    }
}

impl Verdicts {
    fn number(&self, pattern: Pattern) -> Option<u32> {
        self.numbers.get(&pattern).copied()
    }

    fn number_or_add(&mut self, pattern: Pattern, scorer: &Scorer<'_>) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(pattern).or_insert(next);
        if number == next {
            self.all.push(scorer.verdict(pattern));
            self.rare.push(Rare::values(scorer.comparisons, pattern));
        }
        number
    }
}

impl Kept {
    fn take(&mut self, a: u32, b: u32, scored: Option<Scored>) {
        let Some(scored) = scored else { return };
        if scored.is_link() {
            self.links.push(Link::new(a, b, scored));
        }
        if scored.is_kin() {
            self.kin.push(Kin { a, b, probability: scored.kinship });
        }
    }
}
