//! Scores pairs: the weight of their pattern, and what the rarity of the agreeing values adds.

use crate::blocking::Blocks;
use crate::comparison::Comparison;
use crate::estimate::{Likelihood, Parameters, probability};
use crate::kin::{self, Contacts, Kin};
use crate::layout::Layout;
use crate::model::Model;
use crate::pattern::{Pattern, Patterns};
use crate::records::Table;
use crate::resolve::Link;
use crate::safeguard::guarded;

/// Pairs less probable than this count like pairs that were never compared.
const FLOOR: f64 = 0.01;

/// What is kept of a compared pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scored {
    pub(crate) weight: f64,
    pub(crate) probability: f64,
    /// The probability that they are two people of one household.
    pub(crate) kinship: f64,
}

impl Scored {
    /// Weighs one pair by its pattern and the bits of its rarity; `None` if it could not matter.
    /// `related` tells how probably the two are relatives, if they are not one person.
    pub(crate) fn of(
        comparisons: &[Comparison],
        prior: f64,
        pattern: Pattern,
        likelihood: Likelihood,
        rarity: f64,
        related: impl FnOnce() -> f64,
    ) -> Option<Self> {
        let likelihood = likelihood.with_rarity(rarity);
        let weight = guarded(comparisons, pattern, prior + likelihood.weight());
        let probability = probability(weight);
        let is_other = 1.0 - probability >= kin::LEAST;
        let kinship = if is_other { (1.0 - probability) * related() } else { 0.0 };
        (probability >= FLOOR || kinship >= kin::LEAST).then_some(Self {
            weight,
            probability,
            kinship,
        })
    }

    /// Whether the pair counts in clusters, not only in households.
    pub(crate) fn is_link(&self) -> bool {
        self.probability >= FLOOR
    }
}

/// The bits of all values on which a pair agrees; of two that nearly agree, the commoner's.
/// `of_record` gives the bits of a record's value in a column.
pub(crate) fn rarity(
    comparisons: &[Comparison],
    pattern: Pattern,
    a: u32,
    b: u32,
    of_record: impl Fn(usize, u32) -> f64,
) -> f64 {
    let mut bits = 0.0;
    for (at, comparison) in comparisons.iter().enumerate() {
        let Some(level) = usize::from(pattern.level(at)).checked_sub(1) else { continue };
        for offset in comparison.levels()[level].rarity {
            let column = comparison.column + offset;
            bits += f64::min(of_record(column, a), of_record(column, b));
        }
    }
    bits
}

/// Scores pairs of one table by one model.
pub(crate) struct Scorer<'t> {
    comparisons: &'t [Comparison],
    contacts: Contacts,
    table: &'t Table,
    parameters: &'t Parameters,
    kin: Option<Parameters>,
    prior: f64,
    /// Per column and code: bits of rarity.
    rarities: &'t [Vec<f64>],
}

impl<'t> Scorer<'t> {
    pub(crate) fn new(
        model: &'t Model,
        layout: &'t Layout,
        table: &'t Table,
        rarities: &'t [Vec<f64>],
    ) -> Self {
        let (parameters, prior) = (&model.parameters, model.parameters.prior_weight());
        let Layout { comparisons, .. } = layout;
        let (contacts, kin) = (Contacts::of(layout), kin::parameters(comparisons, parameters));
        Self { comparisons, contacts, table, parameters, kin, prior, rarities }
    }

    /// Scores every compared pair and keeps those that could matter, sorted: first the links,
    /// then the pairs of relatives.
    pub(crate) fn score_all(
        &self,
        blocks: &Blocks,
        patterns: &Patterns,
        threads: usize,
    ) -> (Vec<Link>, Vec<Kin>) {
        let likelihoods: Vec<Likelihood> =
            patterns.distinct.iter().map(|&pattern| self.parameters.likelihood(pattern)).collect();
        let mut scored = patterns.collect_pairs(blocks, threads, |a, b, number| {
            let (pattern, likelihood) = (patterns.distinct[number], likelihoods[number]);
            Some((a, b, self.score(a, b, pattern, likelihood)?))
        });
        scored.sort_unstable_by_key(|&(a, b, _)| (a, b));
        let links = scored.iter().filter(|(.., scored)| scored.is_link());
        let kin = scored.iter().filter(|(.., scored)| scored.kinship >= kin::LEAST);
        (
            links.map(|&(a, b, scored)| Link::new(a, b, scored)).collect(),
            kin.map(|&(a, b, scored)| Kin { a, b, probability: scored.kinship }).collect(),
        )
    }

    /// Compares and scores one pair, whether or not it shares a block.
    pub(crate) fn link(&self, a: u32, b: u32) -> Option<Link> {
        let pattern = Pattern::of(self.comparisons, self.table, a, b);
        let scored = self.score(a, b, pattern, self.parameters.likelihood(pattern))?;
        scored.is_link().then_some(Link::new(a, b, scored))
    }

    fn score(&self, a: u32, b: u32, pattern: Pattern, likelihood: Likelihood) -> Option<Scored> {
        let bits = rarity(self.comparisons, pattern, a, b, |column, record| {
            self.rarities[column][self.table.code(column, record) as usize]
        });
        let related = || {
            let kin = self.kin.as_ref().filter(|_| self.contacts.are_shared(self.table, a, b));
            kin.map_or(0.0, |kin| kin.likelihood(pattern).with_rarity(bits).related())
        };
        Scored::of(self.comparisons, self.prior, pattern, likelihood, bits, related)
    }
}
