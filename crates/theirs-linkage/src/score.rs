//! Scores pairs: the weight of their pattern, and what the rarity of the agreeing values adds.

use crate::blocking::Blocks;
use crate::comparison::Comparison;
use crate::estimate::{Likelihood, Parameters, probability};
use crate::model::Model;
use crate::pattern::{Pattern, Patterns};
use crate::records::Table;
use crate::resolve::Link;
use crate::safeguard::guarded;

/// Pairs less probable than this count like pairs that were never compared.
const FLOOR: f64 = 0.01;

/// Scores pairs of one table by one model.
pub(crate) struct Scorer<'t> {
    comparisons: &'t [Comparison],
    table: &'t Table,
    parameters: &'t Parameters,
    prior: f64,
    /// Per column and code: bits of rarity.
    rarities: Vec<Vec<f64>>,
}

impl<'t> Scorer<'t> {
    pub(crate) fn new(model: &'t Model, comparisons: &'t [Comparison], table: &'t Table) -> Self {
        let parameters = &model.parameters;
        let (prior, rarities) = (parameters.prior_weight(), model.rarities(table));
        Self { comparisons, table, parameters, prior, rarities }
    }

    /// Scores every compared pair and keeps those that could matter, sorted.
    pub(crate) fn score_all(
        &self,
        blocks: &Blocks,
        patterns: &Patterns,
        threads: usize,
    ) -> Vec<Link> {
        let likelihoods: Vec<Likelihood> =
            patterns.distinct.iter().map(|&pattern| self.parameters.likelihood(pattern)).collect();
        let mut links = patterns.collect_pairs(blocks, threads, |a, b, number| {
            self.link(a, b, patterns.distinct[number], likelihoods[number])
        });
        links.sort_unstable_by_key(|link| (link.a, link.b));
        links
    }

    fn link(&self, a: u32, b: u32, pattern: Pattern, likelihood: Likelihood) -> Option<Link> {
        let likelihood = likelihood.with_rarity(self.rarity(pattern, a, b));
        let weight = guarded(self.comparisons, pattern, self.prior + likelihood.weight());
        let probability = probability(weight);
        (probability >= FLOOR).then_some(Link { a, b, weight, probability })
    }

    /// The bits of all values on which a pair agrees; of two that nearly agree, the commoner's.
    fn rarity(&self, pattern: Pattern, a: u32, b: u32) -> f64 {
        let mut bits = 0.0;
        for (at, comparison) in self.comparisons.iter().enumerate() {
            let Some(level) = usize::from(pattern.level(at)).checked_sub(1) else { continue };
            for offset in comparison.levels()[level].rarity {
                let column = comparison.column + offset;
                let of_record =
                    |record| self.rarities[column][self.table.code(column, record) as usize];
                bits += f64::min(of_record(a), of_record(b));
            }
        }
        bits
    }
}
