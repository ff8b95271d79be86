//! The learnt weights, kept to explain a link later and to compare two records again.
//!
//! A model is frozen: with it the same records and judgements give the same people, whichever came
//! first. It holds no text of any record: frequencies, placeholders and keys that are too common
//! are kept by hash. (A hash of a guessable value can be guessed, so a model is kept with the
//! data, not published.)

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::blocking::{Blocking, Keys};
use crate::comparison::{Comparison, Subject};
use crate::digest::digest;
use crate::estimate::{Likelihood, Parameters, probability};
use crate::field::Field;
use crate::frequency::Frequency;
use crate::judgement::Judgement;
use crate::layout::Layout;
use crate::overrides::Overrides;
use crate::pattern::Pattern;
use crate::records::{Records, Table};
use crate::safeguard::{self, MOST, Safeguard};
use crate::unfit::Unfit;
use crate::waterfall::{Plain, Step, Waterfall};

/// The form of a model. One of another form still explains, but resolves nothing.
pub(crate) const VERSION: u32 = 5;

/// The weights of a resolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    #[serde(default)]
    version: u32,
    fields: Vec<Field>,
    #[serde(default)]
    overrides: Overrides,
    pub(crate) parameters: Parameters,
    #[serde(default)]
    pub(crate) safeguard: Safeguard,
    frequencies: Vec<Frequency>,
    #[serde(default)]
    blocking: Blocking,
}

impl Model {
    pub(crate) fn new(
        records: &Records,
        (parameters, safeguard): (Parameters, Safeguard),
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
        Self {
            version: VERSION,
            fields: records.fields().to_vec(),
            overrides: records.overrides().clone(),
            parameters: parameters.kept(),
            safeguard,
            frequencies,
            blocking: Blocking::default(),
        }
    }

    /// Keeps what was decided for blocking.
    pub(crate) fn block_by(&mut self, blocking: Blocking) {
        self.blocking = blocking;
    }

    /// The fields whose values, in this order, `explain` takes.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What overrode what follows from the fields when the model was learnt.
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The form in which the model was kept.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Compares two records again and shows every step.
    pub fn explain(&self, a: &[Option<&str>], b: &[Option<&str>]) -> Waterfall {
        self.explain_with(a, b, &[])
    }

    /// The same with the judgements on these two records, which come last and settle it.
    pub fn explain_with(
        &self,
        a: &[Option<&str>],
        b: &[Option<&str>],
        judgements: &[Judgement],
    ) -> Waterfall {
        let mut records = Records::with(self.fields.clone(), self.overrides.clone());
        for (place, values) in [(0, a), (1, b)] {
            records.put(place, values, |column, text| self.is_placeholder(column, text));
        }
        self.waterfall(&records.layout, &records.table, [0, 1], judgements)
    }

    /// Compares two records of a table without placeholders.
    pub(crate) fn waterfall(
        &self,
        layout: &Layout,
        table: &Table,
        [a, b]: [u32; 2],
        judgements: &[Judgement],
    ) -> Waterfall {
        let comparisons = &layout.comparisons;
        let pattern = Pattern::of(comparisons, table, a, b);
        let mut likelihood = self.parameters.start();
        let mut steps = Vec::new();
        for at in explanation_order(comparisons) {
            steps.push(self.step(&comparisons[at], table, [a, b], (at, pattern), &mut likelihood));
        }
        let prior = self.parameters.prior_weight();
        let estimated = prior + likelihood.weight();
        let is_another = self.safeguard.is_another_person(comparisons, pattern);
        let weight = if is_another { estimated.min(MOST) } else { estimated };
        let (refuted, judgements): (Vec<&Judgement>, Vec<&Judgement>) =
            judgements.iter().partition(|judgement| is_another && judgement.joins_by_number());
        if weight < estimated || !refuted.is_empty() {
            steps.push(safeguard::step(estimated, weight));
        }
        Waterfall { prior, steps, weight, probability: probability(weight) }.judged(judgements)
    }

    /// Forgets every value that none of these records has, so that nothing is left here of whoever
    /// was erased; says how many values that were. Weights and what is known of other values stay.
    ///
    /// A model of other fields resolves nothing any more, and forgets all.
    pub fn forget_all_but(&mut self, records: &Records) -> usize {
        let fits = self.fields == records.fields() && self.overrides == *records.overrides();
        let mut forgotten = 0;
        for (column, frequency) in self.frequencies.iter_mut().enumerate() {
            let known: HashSet<u64> = if fits {
                texts(&records.table, column).map(|t| digest(t.as_bytes())).collect()
            } else {
                HashSet::new()
            };
            forgotten += frequency.forget_but(&known);
        }
        forgotten
    }

    /// The keys to block by, if this model can resolve these records.
    pub(crate) fn fit(&self, records: &Records) -> Result<Keys, Unfit> {
        if self.version != VERSION {
            return Err(Unfit::Version { found: self.version, expected: VERSION });
        }
        if self.fields != records.fields() {
            return Err(Unfit::Fields);
        }
        if self.overrides != *records.overrides() {
            return Err(Unfit::Overrides);
        }
        let layout = &records.layout;
        let levels = |comparison: &Comparison| comparison.levels().len();
        let levels: Vec<usize> = layout.comparisons.iter().map(levels).collect();
        let is_whole =
            self.frequencies.len() == layout.columns.len() && self.parameters.have_levels(&levels);
        if !is_whole {
            return Err(Unfit::Damaged);
        }
        self.blocking.keys(layout).ok_or(Unfit::Rules)
    }

    /// Whether a column's value is known to identify nobody.
    pub(crate) fn is_placeholder(&self, column: usize, text: &str) -> bool {
        self.frequencies.get(column).is_some_and(|frequency| frequency.is_placeholder(text))
    }

    /// Takes the placeholders out of a table.
    pub(crate) fn blank_placeholders(&self, table: &mut Table) {
        let known = self.frequencies.iter().enumerate();
        let mark = |(column, frequency): (usize, &Frequency)| {
            let dictionary = table.dictionary(column);
            let mut found = vec![false; dictionary.bound()];
            for (code, text) in dictionary.coded_from(1) {
                found[code as usize] = frequency.is_placeholder(text);
            }
            (column, found)
        };
        let marked: Vec<(usize, Vec<bool>)> =
            known.filter(|(_, frequency)| frequency.has_placeholders()).map(mark).collect();
        table.blank(&marked);
    }

    /// How common the values are, column by column.
    pub(crate) fn frequencies(&self) -> &[Frequency] {
        &self.frequencies
    }

    /// How often each value of a table occurred when the model was learnt, by column and code.
    ///
    /// What is known already is only extended.
    pub(crate) fn note_counts(&self, table: &Table, known: &mut [Vec<u32>]) {
        for (column, (known, frequency)) in known.iter_mut().zip(&self.frequencies).enumerate() {
            let dictionary = table.dictionary(column);
            let first = u32::try_from(known.len()).unwrap_or(u32::MAX);
            known.resize(dictionary.bound(), 1);
            for (code, text) in dictionary.coded_from(first) {
                known[code as usize] = frequency.count(text);
            }
        }
    }

    /// One step by the chain rule: u is the share among other pairs that agree so far.
    fn step(
        &self,
        comparison: &Comparison,
        table: &Table,
        records: [u32; 2],
        (at, pattern): (usize, Pattern),
        likelihood: &mut Likelihood,
    ) -> Step {
        let level = pattern.level(at);
        let Some(number) = usize::from(level).checked_sub(1) else {
            return Step::missing(&comparison.name);
        };
        let (spec, fixed) = (&comparison.levels()[number], comparison.fixed()[number]);
        let rarity = comparison.rarity(table, records, level, |column, code| {
            self.frequencies[column].rarity(table.text(column, code))
        });
        let before = *likelihood;
        let compared = self.parameters.after(before, at, level);
        *likelihood = compared.with_rarity(rarity);
        Step {
            comparison: comparison.name.clone(),
            level: spec.words.to_string(),
            m: (compared.matches - before.matches).exp2(),
            u: (compared.others() - before.others()).exp2(),
            weight: compared.weight() - before.weight(),
            tf_adjustment: likelihood.weight() - compared.weight(),
            plain: plain(comparison, &spec.words),
            fixed,
            origin: None,
        }
    }
}

/// The values of a column.
fn texts(table: &Table, column: usize) -> impl Iterator<Item = &str> {
    table.dictionary(column).texts()
}

/// Names come last: how much another given name says depends on what else is shared.
fn explanation_order(comparisons: &[Comparison]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..comparisons.len()).collect();
    order.sort_by_key(|&at| comparisons[at].subject == Subject::Name);
    order
}

/// A comparison and its outcome in the words of every day.
fn plain(comparison: &Comparison, words: &str) -> Plain {
    let subject = match comparison.subject {
        Subject::Name => "name".to_owned(),
        Subject::Address => "address".to_owned(),
        Subject::BirthDate => "date of birth".to_owned(),
        Subject::Email => "e-mail".to_owned(),
        Subject::Phone => "phone number".to_owned(),
        Subject::Identifier | Subject::Other => comparison.name.replace('_', " "),
    };
    Plain { subject, words: words.split(" (").next().unwrap_or_default().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldKind;
    use crate::settings::Settings;

    fn records(names: &[&str]) -> Records {
        let mut records = Records::new(vec![Field::new("family_name", FieldKind::FamilyName)]);
        for name in names {
            records.push(&[Some(name)]);
        }
        records
    }

    #[test]
    fn a_model_forgets_whom_no_record_names_and_keeps_the_others() {
        let before = records(&["king", "king", "smith", "smith", "jones"]);
        let mut model = crate::resolve(&before, &[], &Settings::default(), &mut |_, _, _| {}).model;
        let known = |model: &Model| model.frequencies.iter().map(|f| f.count("king")).max();
        assert_eq!(known(&model), Some(2));
        assert!(model.forget_all_but(&records(&["smith", "smith", "jones"])) > 0);
        assert_eq!(known(&model), Some(1));
        assert_eq!(model.frequencies.iter().map(|f| f.count("smith")).max(), Some(2));
        assert_eq!(model.forget_all_but(&records(&["smith"])), 0);
    }
}
