//! The weights of every level, their logarithms taken once.

use super::{Likelihood, Parameters};
use crate::comparison::Level;
use crate::pattern::Pattern;

/// What each level of each comparison adds, in bits.
pub(crate) struct Weights {
    /// The prior weight.
    pub(crate) prior: f64,
    start: Likelihood,
    levels: Vec<Vec<Likelihood>>,
}

impl Weights {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let of_level = |comparison: usize, at: usize| Likelihood {
            matches: parameters.matches[comparison][at].log2(),
            relatives: parameters.relatives[comparison][at].log2(),
            strangers: parameters.strangers[comparison][at].log2(),
        };
        let of_comparison = |(comparison, shares): (usize, &Vec<f64>)| {
            (0..shares.len()).map(|at| of_level(comparison, at)).collect()
        };
        let levels = parameters.matches.iter().enumerate().map(of_comparison).collect();
        Self { prior: parameters.prior_weight(), start: parameters.start(), levels }
    }

    /// What is known before anything was compared.
    pub(crate) fn start(&self) -> Likelihood {
        self.start
    }

    /// What one level of a comparison adds; missing tells nothing.
    pub(crate) fn of_level(&self, comparison: usize, level: Level) -> Likelihood {
        let number = usize::from(level).checked_sub(1);
        number.map_or_else(Likelihood::default, |number| self.levels[comparison][number])
    }

    /// The likelihood of a pattern, to the last bit as `Parameters` gives it.
    pub(crate) fn likelihood(&self, pattern: Pattern) -> Likelihood {
        let mut sum = self.start;
        for (at, levels) in self.levels.iter().enumerate() {
            let Some(level) = usize::from(pattern.level(at)).checked_sub(1) else { continue };
            sum.matches += levels[level].matches;
            sum.relatives += levels[level].relatives;
            sum.strangers += levels[level].strangers;
        }
        sum
    }
}
