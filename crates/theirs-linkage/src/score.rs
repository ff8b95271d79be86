//! Scores pairs: the weight of their pattern, and what the rarity of the agreeing values adds.
//!
//! What a pattern can weigh at most is known once for all its pairs, and what codes and sketches
//! leave open is bounded before any text is read; most pairs end there.

mod bound;

use std::hint::black_box;
use std::ops::Range;

use crate::blocking::{Blocks, Candidates};
use crate::comparison::{Comparison, Outlook};
use crate::estimate::{Likelihood, Weights, probability};
use crate::frequency::{Frequency, MAX_BITS};
use crate::kin::{self, Kin, Kinship};
use crate::model::Model;
use crate::pattern::{Batch, ByPattern, Pattern, Patterns, walk};
use crate::records::Table;
use crate::resolve::Link;
use crate::safeguard::{MOST, Safeguard};
use bound::Bound;

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
    /// Per column: the bits of small counts, for as long as many pairs are scored.
    bits: Vec<Vec<f64>>,
}

/// The bits of smaller counts than this are taken once.
const SMALL_COUNT: u32 = 512;

/// What is known of all pairs of one pattern.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    pattern: Pattern,
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
    verdicts: Vec<Verdict>,
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
        let (verdicts, bits) = (Verdicts::default(), Vec::new());
        Self {
            comparisons,
            table,
            weights,
            frequencies,
            kinship,
            safeguard,
            counts,
            verdicts,
            bits,
        }
    }

    /// Takes the logarithms of small counts once; worth it where many pairs are scored.
    pub(crate) fn for_many(mut self) -> Self {
        let of_column = |frequency: &Frequency| {
            (0..SMALL_COUNT).map(|count| frequency.rarity_of(count)).collect()
        };
        self.bits = self.frequencies.iter().map(of_column).collect();
        self
    }

    /// Judges the patterns that were counted, once for all their pairs.
    pub(crate) fn knowing_patterns(mut self, patterns: &Patterns) -> Self {
        let mut verdicts = Verdicts::default();
        for &pattern in &patterns.distinct {
            verdicts.get_or_add(pattern, || self.verdict(pattern));
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
        let bound = Bound::new(self.comparisons, self.weights, self.kinship);
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
        match self.verdicts.get(pattern) {
            Some(verdict) => self.weigh(a, b, verdict),
            None => self.weigh(a, b, &self.verdict(pattern)),
        }
    }

    /// The same as a link, if it is one.
    pub(crate) fn link(&self, a: u32, b: u32) -> Option<Link> {
        self.score(a, b).filter(Scored::is_link).map(|scored| Link::new(a, b, scored))
    }

    /// Whether a pair gets as far as its texts.
    #[cfg(test)]
    pub(crate) fn may_matter(&self, a: u32, b: u32) -> bool {
        let bound = Bound::new(self.comparisons, self.weights, self.kinship);
        let (left, right) = (self.table.row(a), self.table.row(b));
        let outlook = |comparison: &Comparison| comparison.outlook(left, right);
        bound.may_matter(&self.comparisons.iter().map(outlook).collect::<Vec<_>>())
    }

    /// Whether the names of two records are two people's, and no birth date says otherwise.
    pub(crate) fn is_another_person(&self, a: u32, b: u32) -> bool {
        let pattern = Pattern::of(self.comparisons, self.table, a, b);
        self.safeguard.is_another_person(self.comparisons, pattern)
    }

    /// Scores a pair whose pattern was counted, by the number of the pattern.
    pub(crate) fn score_numbered(&self, a: u32, b: u32, number: u32) -> Option<Scored> {
        self.weigh(a, b, self.verdicts.verdicts.get(number as usize)?)
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
        let mut new = Verdicts::default();
        let mut batch = Batch::new(self.comparisons, self.table);
        let (mut kept, mut others) = (Kept::default(), Vec::new());
        let mut compared = Vec::new();
        let mut score = |batch: &mut Batch, kept: &mut Kept| {
            let passes = |outlooks: &[Outlook]| bound.may_matter(outlooks);
            batch.each(passes, |a, b, pattern| compared.push((a, b, pattern)));
            self.glance(&compared);
            for (a, b, pattern) in compared.drain(..) {
                let verdict = match self.verdicts.get(pattern) {
                    Some(verdict) => verdict,
                    None => new.get_or_add(pattern, || self.verdict(pattern)),
                };
                kept.take(a, b, self.weigh(a, b, verdict));
            }
        };
        for a in portion.clone() {
            candidates.of(a, &mut others);
            kept.pairs += others.len() as u64;
            if batch.extend(a, &others) {
                score(&mut batch, &mut kept);
            }
        }
        score(&mut batch, &mut kept);
        kept
    }

    /// Looks at the counts that the rarity of these pairs needs, so that they are at hand when the
    /// pairs are weighed.
    fn glance(&self, compared: &[(u32, u32, Pattern)]) {
        let mut seen = 0;
        for &(a, b, pattern) in compared {
            let (left, right) = (self.table.row(a), self.table.row(b));
            for (at, comparison) in self.comparisons.iter().enumerate() {
                for column in comparison.rare_columns(pattern.level(at)) {
                    let counts = &self.counts[column];
                    seen ^=
                        counts[left[column].code as usize] ^ counts[right[column].code as usize];
                }
            }
        }
        black_box(seen);
    }

    fn weigh(&self, a: u32, b: u32, verdict: &Verdict) -> Option<Scored> {
        if !verdict.may_matter {
            return None;
        }
        let bits = self.rarity(verdict.pattern, a, b);
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
        Verdict { pattern, likelihood, most, kin, may_matter: may_be_link || kin.is_some() }
    }

    /// The bits of all values on which a pair agrees.
    fn rarity(&self, pattern: Pattern, a: u32, b: u32) -> f64 {
        let bits = |column: usize, code: u32| {
            let count = self.counts[column][code as usize];
            let known = self.bits.get(column).and_then(|bits| bits.get(count as usize));
            known.copied().unwrap_or_else(|| self.frequencies[column].rarity_of(count))
        };
        let of_comparison = |(at, comparison): (usize, &Comparison)| {
            comparison.rarity(self.table, [a, b], pattern.level(at), bits)
        };
        self.comparisons.iter().enumerate().map(of_comparison).sum()
    }
}

impl Verdicts {
    fn get(&self, pattern: Pattern) -> Option<&Verdict> {
        self.numbers.get(&pattern).map(|&number| &self.verdicts[number as usize])
    }

    fn get_or_add(&mut self, pattern: Pattern, judge: impl FnOnce() -> Verdict) -> &Verdict {
        let next = u32::try_from(self.verdicts.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(pattern).or_insert(next);
        if number == next {
            self.verdicts.push(judge());
        }
        &self.verdicts[number as usize]
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
