//! The learnt weights, kept to explain a link later and to compare two records again.
//!
//! A model holds no text of any record: frequencies and placeholders are kept by hash. (A hash of
//! a guessable value can be guessed, so a model is kept with the data, not published.)

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, Subject};
use crate::estimate::{Likelihood, Parameters, probability};
use crate::field::Field;
use crate::frequency::Frequency;
use crate::layout::Layout;
use crate::pattern::Pattern;
use crate::records::{Records, Table};
use crate::safeguard::{self, guarded};
use crate::waterfall::{Step, Waterfall};

/// The weights of a resolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    fields: Vec<Field>,
    pub(crate) parameters: Parameters,
    frequencies: Vec<Frequency>,
}

impl Model {
    pub(crate) fn new(
        fields: Vec<Field>,
        parameters: Parameters,
        table: &Table,
        counts: &[Vec<u32>],
        placeholders: Vec<BTreeSet<u64>>,
    ) -> Self {
        let frequencies = placeholders
            .into_iter()
            .enumerate()
            .map(|(column, placeholders)| {
                Frequency::new(table, column, &counts[column], placeholders)
            })
            .collect();
        Self { fields, parameters, frequencies }
    }

    /// The fields whose values, in this order, `explain` takes.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Compares two records again and shows every step.
    pub fn explain(&self, a: &[Option<&str>], b: &[Option<&str>]) -> Waterfall {
        let mut records = Records::new(self.fields.clone());
        records.push(a);
        records.push(b);
        self.blank_placeholders(&mut records.table);
        let comparisons = &records.layout.comparisons;
        let pattern = Pattern::of(comparisons, &records.table, 0, 1);
        let mut likelihood = self.parameters.start();
        let mut steps = Vec::new();
        for at in explanation_order(comparisons) {
            let level = pattern.level(at);
            steps.push(self.step(&records.layout, &records.table, at, level, &mut likelihood));
        }
        let prior = self.parameters.prior_weight();
        let estimated = prior + likelihood.weight();
        let weight = guarded(comparisons, pattern, estimated);
        steps.extend(safeguard::step(estimated, weight));
        Waterfall { prior, steps, weight, probability: probability(weight) }
    }

    /// How common the values are, column by column.
    pub(crate) fn frequencies(&self) -> &[Frequency] {
        &self.frequencies
    }

    /// One step by the chain rule: u is the share among other pairs that agree so far.
    fn step(
        &self,
        layout: &Layout,
        table: &Table,
        at: usize,
        level: u8,
        likelihood: &mut Likelihood,
    ) -> Step {
        let comparison = &layout.comparisons[at];
        let Some(number) = usize::from(level).checked_sub(1) else {
            return Step::missing(&comparison.name);
        };
        let spec = comparison.levels()[number];
        let rarity = comparison.rarity(table, [0, 1], level, |column, code| {
            self.frequencies[column].rarity(table.text(column, code))
        });
        let before = *likelihood;
        let compared = self.parameters.after(before, at, level);
        *likelihood = compared.with_rarity(rarity);
        Step {
            comparison: comparison.name.clone(),
            level: spec.words.to_owned(),
            m: (compared.matches - before.matches).exp2(),
            u: (compared.others() - before.others()).exp2(),
            weight: compared.weight() - before.weight(),
            tf_adjustment: likelihood.weight() - compared.weight(),
        }
    }

    fn blank_placeholders(&self, table: &mut Table) {
        for (column, frequency) in self.frequencies.iter().enumerate() {
            let dictionary = table.dictionary(column);
            let found: Vec<bool> = (0..)
                .take(dictionary.bound())
                .map(|code| frequency.is_placeholder(dictionary.text(code)))
                .collect();
            table.blank(column, |code| found[code as usize]);
        }
    }
}

/// Names come last: how much another given name says depends on what else is shared.
fn explanation_order(comparisons: &[Comparison]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..comparisons.len()).collect();
    order.sort_by_key(|&at| comparisons[at].subject == Subject::Name);
    order
}
