//! A model as a chart shows it: every level of every comparison with its weight.

use serde::{Deserialize, Serialize};

use crate::layout::Layout;
use crate::model::Model;
use crate::overrides::Fixed;

/// The levels of one comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonChart {
    /// What is compared.
    pub comparison: String,
    /// Its levels, full agreement first; a missing value has none, because it weighs nothing.
    pub levels: Vec<LevelChart>,
}

/// One level of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelChart {
    /// How it reads after the comparison's name.
    pub words: String,
    /// How often matches come out so.
    pub m: f64,
    /// How often all other candidate pairs come out so, relatives and strangers together.
    pub u: f64,
    /// log2(m/u), before the rarity of a value adjusts it.
    pub weight: f64,
    /// What of m and u was not learnt.
    pub fixed: Fixed,
}

impl Model {
    /// The weight of a candidate pair before anything is compared, in bits.
    pub fn prior(&self) -> f64 {
        self.parameters.prior_weight()
    }

    /// What each level of each comparison weighs.
    ///
    /// A chart looks at one comparison at a time. In an explanation the same level may weigh less,
    /// because relatives share several things at once.
    pub fn chart(&self) -> Vec<ComparisonChart> {
        let layout = Layout::with(self.fields(), self.overrides());
        let comparisons = layout.comparisons.iter().enumerate();
        let chart = comparisons.map(|(at, comparison)| {
            let specs = comparison.levels().iter().enumerate();
            let levels = specs.filter_map(|(level, spec)| {
                let chart = self.level(at, level, &spec.words)?;
                Some(LevelChart { fixed: comparison.fixed()[level], ..chart })
            });
            ComparisonChart { comparison: comparison.name.clone(), levels: levels.collect() }
        });
        chart.collect()
    }

    /// `None` in a model whose parts do not belong together.
    fn level(&self, comparison: usize, level: usize, words: &str) -> Option<LevelChart> {
        let parameters = &self.parameters;
        let share = |class: &[Vec<f64>]| class.get(comparison)?.get(level).copied();
        let (relatives, strangers) = (share(&parameters.relatives)?, share(&parameters.strangers)?);
        let m = share(&parameters.matches)?;
        let u = parameters.related * relatives + (1.0 - parameters.related) * strangers;
        Some(LevelChart {
            words: words.to_owned(),
            m,
            u,
            weight: (m / u).log2(),
            fixed: Fixed::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Field, FieldKind, Records, Settings, resolve};

    /// A word that no other small number gives.
    fn word(number: usize) -> String {
        const SYLLABLES: [&str; 8] = ["ba", "den", "fi", "gor", "hu", "kal", "lis", "mov"];
        [number % 8, number / 8 % 8, number * 5 % 8].map(|at| SYLLABLES[at]).concat()
    }

    #[test]
    fn the_shares_of_a_comparison_add_up_and_agreement_outweighs_difference() {
        let kinds = [FieldKind::FullName, FieldKind::Email];
        let fields = kinds.map(|kind| Field::new(format!("{kind:?}"), kind)).to_vec();
        let mut records = Records::new(fields);
        for person in 0..40 {
            let family = word(person / 4);
            let name = format!("{} {family}", word(person + 20));
            let email = format!("{}@{family}.org", word(person));
            records.push(&[Some(&name), Some(&email)]);
            records.push(&[Some(&name), Some(&email)]);
        }
        let model = resolve(&records, &[], &Settings::default(), &mut |_, _, _| {}).model;
        assert!(model.prior().is_finite());
        let chart = model.chart();
        let names: Vec<&str> = chart.iter().map(|chart| chart.comparison.as_str()).collect();
        assert_eq!(names, ["name", "Email"]);
        for comparison in &chart {
            let sums = comparison.levels.iter().fold((0.0, 0.0), |(m, u), level| {
                assert!((level.weight - (level.m / level.u).log2()).abs() < 1e-9);
                (m + level.m, u + level.u)
            });
            assert!((sums.0 - 1.0).abs() < 1e-6 && (sums.1 - 1.0).abs() < 0.01, "{sums:?}");
            let [first, .., last] = &comparison.levels[..] else { panic!("two levels") };
            assert!(first.weight > last.weight, "{comparison:?}");
        }
    }
}
