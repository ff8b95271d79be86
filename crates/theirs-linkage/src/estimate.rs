//! Estimates the shares of each comparison level among matches and others, without any labels.
//!
//! Expectation–maximisation over a mixture (Fellegi and Sunter 1969; Winkler 1988), estimated on
//! the candidate pairs: u taken from random pairs would not see that candidates already share
//! something. Non-matches are of two kinds, relatives and strangers: members of a household share
//! address, telephone and family name *together*, which a single class of non-matches takes for
//! independent coincidences, and so for a match. What is believed beforehand enters as a few
//! pseudo-pairs of every class; ceilings keep the classes from changing places. The pairs of a tiny
//! shop may all be matches, and only the pseudo-pairs of strangers tell that one e-mail address is
//! no coincidence. Without names there is nothing that tells a relative from the person, and only
//! two classes are estimated.

mod weights;

use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, LevelSpec, NULL, Subject};
use crate::frequency::real;
use crate::overrides::Fixed;
use crate::pattern::Pattern;
pub(crate) use weights::Weights;

/// The pseudo-pairs behind what is believed of a class.
pub(crate) const BELIEF_PAIRS: f64 = 30.0;
/// The pseudo-pairs that are believed to be matches, relatives and strangers: of few pairs hardly
/// any are one person's, unless they say so.
const BELIEVED_PAIRS: [f64; 3] = [2.0, 1.0, 27.0];
/// The part of what is believed of relatives that no data takes away. Without it the class of
/// matches learns to explain a family that shares one e-mail address.
const KEPT_BELIEF: f64 = 0.1;
/// The most of all strangers that are believed to share an identifier, whatever the candidates
/// seem to say: the organisation gave the number to one person. A number of many is a placeholder.
const STRANGERS_WITH_ONE_NUMBER: f64 = 0.01;
/// The parameters have converged when none moves more than this.
const TOLERANCE: f64 = 1e-4;
/// The shares of matches and relatives among candidates to begin with.
const FIRST_SHARES: [f64; 2] = [0.2, 0.1];
/// Between these a share of matches that is not learnt is kept.
const LEAST_PRIOR: f64 = 1e-9;
const MOST_PRIOR: f64 = 0.99;

/// Per comparison and level (from 1 on): its share in a class of pairs.
pub(crate) type Shares = Vec<Vec<f64>>;

/// The parameters of the mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameters {
    /// The share of matches among candidate pairs.
    pub(crate) prior: f64,
    /// The share of relatives among those that do not match.
    pub(crate) related: f64,
    pub(crate) matches: Shares,
    pub(crate) relatives: Shares,
    pub(crate) strangers: Shares,
}

/// How likely a pair's levels are in each class, in bits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Likelihood {
    pub(crate) matches: f64,
    pub(crate) relatives: f64,
    pub(crate) strangers: f64,
}

impl Parameters {
    /// The same in so many digits that they survive being written down and read.
    pub(crate) fn kept(mut self) -> Self {
        let classes = [&mut self.matches, &mut self.relatives, &mut self.strangers];
        classes.into_iter().flatten().flatten().for_each(|share| *share = kept(*share));
        Self { prior: kept(self.prior), related: kept(self.related), ..self }
    }

    /// Whether there is a share for each of these numbers of levels.
    pub(crate) fn have_levels(&self, levels: &[usize]) -> bool {
        let fit = |shares: &Shares| shares.iter().map(Vec::len).eq(levels.iter().copied());
        fit(&self.matches) && fit(&self.relatives) && fit(&self.strangers)
    }

    /// The prior weight in bits.
    pub(crate) fn prior_weight(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).log2()
    }

    /// The likelihood before anything was compared.
    pub(crate) fn start(&self) -> Likelihood {
        Likelihood {
            matches: 0.0,
            relatives: self.related.log2(),
            strangers: (1.0 - self.related).log2(),
        }
    }

    /// The likelihood after one more comparison; missing tells nothing.
    pub(crate) fn after(&self, before: Likelihood, comparison: usize, level: u8) -> Likelihood {
        if level == NULL {
            return before;
        }
        let at = usize::from(level) - 1;
        Likelihood {
            matches: before.matches + self.matches[comparison][at].log2(),
            relatives: before.relatives + self.relatives[comparison][at].log2(),
            strangers: before.strangers + self.strangers[comparison][at].log2(),
        }
    }

    /// The likelihood of a whole pattern.
    pub(crate) fn likelihood(&self, pattern: Pattern) -> Likelihood {
        (0..self.matches.len())
            .fold(self.start(), |before, at| self.after(before, at, pattern.level(at)))
    }

    /// The same with the shares that are not learnt. Others share what these leave, whatever their
    /// ceilings: who fixes a share knows the data.
    fn held(mut self, comparisons: &[Comparison], prior: Option<f64>) -> Self {
        for (at, comparison) in comparisons.iter().enumerate() {
            let shares = |share: fn(&Fixed) -> Option<f64>| -> Vec<Option<f64>> {
                comparison.fixed().iter().map(share).collect()
            };
            let (m, u) = (shares(|fixed| fixed.m), shares(|fixed| fixed.u));
            hold(&mut self.matches[at], &m);
            hold(&mut self.relatives[at], &u);
            hold(&mut self.strangers[at], &u);
        }
        Self { prior: prior.unwrap_or(self.prior), ..self }
    }

    /// What is believed before any pair has been compared.
    fn believed(comparisons: &[Comparison]) -> Self {
        let mut shares: [Shares; 3] = Default::default();
        for comparison in comparisons {
            for (shares, believed) in shares.iter_mut().zip(comparison.believed()) {
                shares.push(normalised(believed.iter().copied()));
            }
        }
        let ([prior, related], [matches, relatives, strangers]) = (FIRST_SHARES, shares);
        let related = if knows_relatives(comparisons) { related } else { 0.0 };
        Self { prior, related, matches, relatives, strangers }
    }
}

impl Likelihood {
    /// How likely among pairs that do not match, in bits.
    pub(crate) fn others(self) -> f64 {
        let (low, high) = if self.relatives < self.strangers {
            (self.relatives, self.strangers)
        } else {
            (self.strangers, self.relatives)
        };
        high + (low - high).exp2().ln_1p() / std::f64::consts::LN_2
    }

    /// How probably two people are relatives rather than strangers.
    pub(crate) fn related(self) -> f64 {
        probability(self.relatives - self.strangers)
    }

    /// The evidence for a match in bits, without the prior.
    pub(crate) fn weight(self) -> f64 {
        self.matches - self.others()
    }

    /// The same when the agreeing values are rare: only strangers meet by chance.
    pub(crate) fn with_rarity(mut self, bits: f64) -> Self {
        self.strangers -= bits;
        self
    }
}

/// Rounds to twelve digits, which every reader of decimal numbers gives back as they were.
pub(crate) fn kept(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

/// Turns a weight in bits into a probability.
pub(crate) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// What the parameters are estimated from.
pub(crate) struct Observed<'p> {
    pub(crate) patterns: &'p [Pattern],
    /// How many pairs came out so, pattern by pattern.
    pub(crate) counts: &'p [u64],
    /// The share of matches among the pairs, where it is not learnt.
    pub(crate) prior: Option<f64>,
}

/// The share of matches among candidate pairs, if all matches are among them.
///
/// `probability` is that of two records taken at random.
pub(crate) fn prior_of_candidates(probability: f64, records: usize, candidates: u64) -> f64 {
    let records = records as u64;
    let pairs = real(records) * real(records.saturating_sub(1)) / 2.0;
    (probability * pairs / real(candidates.max(1))).clamp(LEAST_PRIOR, MOST_PRIOR)
}

/// Estimates the parameters; returns them with the number of rounds.
pub(crate) fn estimate(
    comparisons: &[Comparison],
    observed: &Observed<'_>,
    max_iterations: u32,
    progress: &mut dyn FnMut(u64, u64),
) -> (Parameters, u32) {
    let patterns = observed.patterns;
    let mut parameters = Parameters::believed(comparisons).held(comparisons, observed.prior);
    if patterns.is_empty() {
        return (parameters, 0);
    }
    let all_strangers = vec![[0.0, 0.0]; patterns.len()];
    parameters.strangers = maximise(comparisons, observed, &all_strangers).strangers;
    for round in 1..=max_iterations {
        let classes: Vec<[f64; 2]> =
            patterns.iter().map(|&pattern| expect(&parameters, pattern)).collect();
        let next = maximise(comparisons, observed, &classes);
        let moved = distance(&parameters, &next);
        parameters = next;
        progress(u64::from(round), u64::from(max_iterations));
        if moved < TOLERANCE {
            return (parameters, round);
        }
    }
    (parameters, max_iterations)
}

/// How far a pattern belongs to the matches and to the relatives.
fn expect(parameters: &Parameters, pattern: Pattern) -> [f64; 2] {
    let likelihood = parameters.likelihood(pattern);
    let matches = probability(parameters.prior_weight() + likelihood.weight());
    let related = probability(likelihood.relatives - likelihood.strangers);
    [matches, (1.0 - matches) * related]
}

/// The parameters that fit best, given each pattern's classes.
fn maximise(
    comparisons: &[Comparison],
    observed: &Observed<'_>,
    classes: &[[f64; 2]],
) -> Parameters {
    let mut next = Parameters::believed(comparisons);
    let beliefs = [&mut next.matches, &mut next.relatives, &mut next.strangers];
    beliefs.into_iter().flatten().flatten().for_each(|share| *share *= BELIEF_PAIRS);
    let mut sums = BELIEVED_PAIRS;
    let counted = observed.patterns.iter().zip(observed.counts);
    for ((pattern, &count), &[matched, related]) in counted.zip(classes) {
        let weights = [matched, related, 1.0 - matched - related].map(|part| part * real(count));
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += weight;
        }
        for at in 0..comparisons.len() {
            let Some(level) = usize::from(pattern.level(at)).checked_sub(1) else { continue };
            next.matches[at][level] += weights[0];
            next.relatives[at][level] += weights[1];
            next.strangers[at][level] += weights[2];
        }
    }
    for (at, comparison) in comparisons.iter().enumerate() {
        next.strangers[at] = normalised(next.strangers[at].iter().copied());
        if comparison.subject == Subject::Identifier {
            limit_first(&mut next.strangers[at], STRANGERS_WITH_ONE_NUMBER);
        }
        settle(&mut next.matches[at], comparison, |level| level.matches.ceiling);
        settle(&mut next.relatives[at], comparison, |level| level.relatives.ceiling);
        for (share, level) in next.relatives[at].iter_mut().zip(comparison.levels()) {
            *share += KEPT_BELIEF * (level.relatives.share - *share);
        }
    }
    next.prior = sums[0] / sums.iter().sum::<f64>();
    if knows_relatives(comparisons) {
        next.related = sums[1] / (sums[1] + sums[2]);
    }
    next.held(comparisons, observed.prior)
}

fn knows_relatives(comparisons: &[Comparison]) -> bool {
    comparisons.iter().any(|comparison| comparison.subject == Subject::Name)
}

/// Turns counts into shares under their ceilings; what is cut off goes to the other levels.
fn settle(counts: &mut Vec<f64>, comparison: &Comparison, ceiling: fn(&LevelSpec) -> f64) {
    *counts = normalised(counts.iter().copied());
    let ceilings: Vec<f64> = comparison.levels().iter().map(ceiling).collect();
    for _ in 0..comparison.levels().len() {
        let (mut cut, mut free) = (0.0, 0.0);
        for (share, &ceiling) in counts.iter_mut().zip(&ceilings) {
            if *share >= ceiling {
                cut += *share - ceiling;
                *share = ceiling;
            } else {
                free += *share;
            }
        }
        if cut <= 0.0 || free <= 0.0 {
            return;
        }
        for (share, &ceiling) in counts.iter_mut().zip(&ceilings) {
            if *share < ceiling {
                *share *= 1.0 + cut / free;
            }
        }
    }
}

/// Sets the shares that are fixed, and lets the others share the rest in proportion.
fn hold(shares: &mut [f64], fixed: &[Option<f64>]) {
    if fixed.iter().all(Option::is_none) {
        return;
    }
    let rest = 1.0 - fixed.iter().flatten().sum::<f64>();
    let free = shares.iter().zip(fixed).filter(|(_, fixed)| fixed.is_none());
    let free: f64 = free.map(|(share, _)| share).sum();
    for (share, fixed) in shares.iter_mut().zip(fixed) {
        *share = fixed.unwrap_or(*share * rest / free);
    }
}

/// Lowers the first share to a limit and raises the others in proportion.
fn limit_first(shares: &mut [f64], limit: f64) {
    if let [first, others @ ..] = shares
        && *first > limit
    {
        let factor = (1.0 - limit) / (1.0 - *first);
        *first = limit;
        for share in others {
            *share *= factor;
        }
    }
}

fn normalised(levels: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let sum: f64 = levels.clone().sum();
    levels.map(|level| level / sum).collect()
}

fn distance(left: &Parameters, right: &Parameters) -> f64 {
    let levels = |parameters: &Parameters| -> Vec<f64> {
        let shares = [&parameters.matches, &parameters.relatives, &parameters.strangers];
        shares.into_iter().flatten().flatten().copied().collect()
    };
    let moves = levels(left).into_iter().zip(levels(right)).map(|(left, right)| left - right);
    moves.map(f64::abs).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
