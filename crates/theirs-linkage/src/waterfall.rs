//! Why two records were, or were not, taken as one person: step by step, and in a sentence.
//!
//! A judgement is the last step. It settles the weight, so that what is explained is what was done.

mod client;

use serde::{Deserialize, Serialize};

use crate::estimate::probability;
use crate::judgement::{Judgement, Origin, Verdict};
use crate::overrides::Fixed;

/// The weights of one pair, from the prior down to the probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waterfall {
    /// The weight before anything was compared, in bits.
    pub prior: f64,
    /// One step for each comparison.
    pub steps: Vec<Step>,
    /// The sum of all, in bits.
    pub weight: f64,
    /// The same as a probability.
    pub probability: f64,
}

/// One comparison's share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What was compared.
    pub comparison: String,
    /// How it came out, as words that follow the comparison's name.
    pub level: String,
    /// How often matches come out so.
    pub m: f64,
    /// How often other candidate pairs come out so.
    pub u: f64,
    /// log2(m/u).
    pub weight: f64,
    /// What the rarity of the value adds or takes, in bits.
    pub tf_adjustment: f64,
    /// The same in the words of every day.
    #[serde(default)]
    pub plain: Plain,
    /// What of m and u was not learnt.
    #[serde(default, skip_serializing_if = "Fixed::is_none")]
    pub fixed: Fixed,
    /// Who says so, if this step is a judgement and no comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A step as a client reads it: `the e-mail` + `is the same`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plain {
    /// What was compared, without an article; empty for a judgement.
    pub subject: String,
    /// What follows it.
    pub words: String,
}

impl Step {
    pub(crate) fn missing(comparison: &str) -> Self {
        Self {
            comparison: comparison.to_owned(),
            level: "is missing in one".to_owned(),
            m: 1.0,
            u: 1.0,
            weight: 0.0,
            tf_adjustment: 0.0,
            plain: Plain::default(),
            fixed: Fixed::default(),
            origin: None,
        }
    }

    /// A step that takes the weight from one value to another.
    fn judgement(judgement: &Judgement, before: f64, after: f64) -> Self {
        let is_same = judgement.verdict == Verdict::Same;
        let (comparison, level) = match (&judgement.origin, is_same) {
            (Origin::Person, true) => ("your correction", "you said that these are both you"),
            (Origin::Person, false) => ("your correction", "you said that these are not both you"),
            (Origin::Colleague { .. }, true) => (
                "a colleague's correction",
                "a colleague said that these are one person, and the reason is kept",
            ),
            (Origin::Colleague { .. }, false) => (
                "a colleague's correction",
                "a colleague said that these are two people, and the reason is kept",
            ),
            (Origin::SharedNumber { .. }, true) => ("number", ""),
            (Origin::SharedNumber { .. }, false) => ("number", "the numbers of the two differ"),
        };
        let level = match &judgement.origin {
            Origin::SharedNumber { field } if is_same => {
                format!("the organisation gave both the same {}", field.replace('_', " "))
            }
            _ => level.to_owned(),
        };
        Self {
            plain: Plain { subject: String::new(), words: client::judged(judgement) },
            level,
            weight: after - before,
            origin: Some(judgement.origin.clone()),
            ..Self::missing(comparison)
        }
    }

    fn bits(&self) -> f64 {
        self.weight + self.tf_adjustment
    }
}

/// The weight of a judgement, in bits: beyond what any comparison could still change.
pub(crate) const CERTAIN: f64 = 100.0;

/// Below this a step is not worth a word.
const WORTH_TELLING_BITS: f64 = 0.5;

impl Waterfall {
    /// Adds the judgements on the two records. One that keeps apart outranks all that join, which
    /// are then shown without a weight.
    pub(crate) fn judged(mut self, mut judgements: Vec<&Judgement>) -> Self {
        judgements.sort_by_key(|judgement| (judgement.verdict, judgement.origin.rank()));
        let Some(first) = judgements.first() else { return self };
        let settled = match first.verdict {
            Verdict::Different => -CERTAIN,
            Verdict::Same => CERTAIN,
        };
        for judgement in judgements {
            self.steps.push(Step::judgement(judgement, self.weight, settled));
            self.weight = settled;
        }
        self.probability = probability(self.weight);
        self
    }

    /// Says it in one sentence, strongest reasons first.
    pub fn sentence(&self) -> String {
        let (fors, againsts) = (self.reasons(1.0), self.reasons(-1.0));
        let (opening, reasons, but) = if self.probability >= 0.5 {
            (self.opening(), fors, againsts)
        } else {
            (self.opening(), againsts, fors)
        };
        let join = if self.probability >= 0.5 { " because " } else { ": " };
        match (reasons.is_empty(), but.is_empty()) {
            (true, _) => format!("{opening}: nothing that both records have tells enough"),
            (false, true) => format!("{opening}{join}{}", listed(&reasons)),
            (false, false) => {
                format!("{opening}{join}{}, although {}", listed(&reasons), listed(&but))
            }
        }
    }

    fn opening(&self) -> &'static str {
        match self.probability {
            p if p >= 0.95 => "taken as yours",
            p if p >= 0.5 => "probably yours",
            _ => "probably not the same person",
        }
    }

    fn reasons(&self, sign: f64) -> Vec<String> {
        let mut steps: Vec<&Step> =
            self.steps.iter().filter(|step| step.bits() * sign >= WORTH_TELLING_BITS).collect();
        steps.sort_by(|left, right| (right.bits() * sign).total_cmp(&(left.bits() * sign)));
        let say = |step: &&Step| {
            let words = step.level.split(" (").next().unwrap_or_default();
            if step.origin.is_some() {
                return words.to_owned();
            }
            format!("the {} {words}", step.comparison.replace('_', " "))
        };
        steps.iter().take(3).map(say).collect()
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(reasons: &[String]) -> String {
    match reasons {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use theirs_words::Speech;

    use super::*;
    use crate::judgement::RecordId;

    fn step(comparison: &str, level: &str, weight: f64) -> Step {
        let level = level.to_owned();
        Step { level, weight, ..Step::missing(comparison) }
    }

    fn waterfall(probability: f64, steps: Vec<Step>) -> Waterfall {
        Waterfall { prior: 0.0, steps, weight: 0.0, probability }
    }

    #[test]
    fn a_sure_link_reads_as_a_reason() {
        let steps = vec![
            step("name", "is nearly the same (Jaro-Winkler ≥ 0.92)", 5.0),
            step("email_address", "is the same", 11.0),
            Step::missing("phone"),
        ];
        insta::assert_snapshot!(
            waterfall(0.99, steps).sentence(),
            @"taken as yours because the email address is the same and the name is nearly the same"
        );
    }

    #[test]
    fn a_weak_pair_says_what_stands_against_it() {
        let steps = vec![
            step("email address", "is the same", 6.0),
            step("name", "has the same family name, another given name", -8.0),
        ];
        insta::assert_snapshot!(
            waterfall(0.1, steps).sentence(),
            @"probably not the same person: the name has the same family name, another given name, although the email address is the same"
        );
    }

    #[test]
    fn nothing_to_compare_is_said_so() {
        insta::assert_snapshot!(
            waterfall(0.2, vec![Step::missing("name")]).sentence(),
            @"probably not the same person: nothing that both records have tells enough"
        );
    }

    fn judged(probability: f64, judgements: &[Judgement]) -> Waterfall {
        let steps = vec![step("name", "is different", -9.0)];
        Waterfall { weight: -9.0, ..waterfall(probability, steps) }
            .judged(judgements.iter().collect())
    }

    #[test]
    fn a_judgement_is_the_last_step_and_settles_the_weight() {
        let (a, b) = (RecordId(1), RecordId(2));
        let number = Origin::SharedNumber { field: "customer_number".into() };
        let found = judged(0.01, &[Judgement::same(a, b, number)]);
        assert!(found.probability > 0.99);
        let steps: f64 = found.steps.iter().map(Step::bits).sum();
        assert!((found.prior + steps - found.weight).abs() < 1e-9);
        insta::assert_snapshot!(
            found.sentence(),
            @"taken as yours because the organisation gave both the same customer number, although the name is different"
        );
        insta::assert_snapshot!(
            found.for_client(&Speech::default()),
            @"These two entries were taken as yours because we gave both the same customer number."
        );
    }

    #[test]
    fn of_judgements_that_contradict_the_one_that_keeps_apart_decides() {
        let (a, b) = (RecordId(1), RecordId(2));
        let colleague = Origin::Colleague { reason: "a phone call".into() };
        let found = judged(
            0.01,
            &[Judgement::same(a, b, colleague), Judgement::different(a, b, Origin::Person)],
        );
        assert!(found.probability < 0.01);
        assert_eq!(found.steps.len(), 3);
        insta::assert_snapshot!(
            found.sentence(),
            @"probably not the same person: you said that these are not both you and the name is different"
        );
        insta::assert_snapshot!(
            found.for_client(&Speech::default()),
            @"These two entries were kept apart because you told us that one of them is not yours."
        );
    }

    fn plain(subject: &str, words: &str, weight: f64) -> Step {
        let plain = Plain { subject: subject.into(), words: words.into() };
        Step { plain, ..step(subject, words, weight) }
    }

    #[test]
    fn a_client_reads_one_plain_sentence() {
        let same = plain("e-mail", "is the same", 9.0);
        let nearly = plain("name", "is nearly the same", 4.0);
        let street = plain("address", "is in the same town", 1.0);
        let against = plain("phone number", "is different", -2.0);
        insta::assert_snapshot!(
            waterfall(0.99, vec![nearly.clone(), same.clone()]).for_client(&Speech::default()),
            @"These two entries were taken as yours because the e-mail is the same and the name nearly so."
        );
        insta::assert_snapshot!(
            waterfall(0.7, vec![nearly, street, against.clone()]).for_client(&Speech::default()),
            @"These two entries are probably both yours because the name is nearly the same and the address is in the same town."
        );
        insta::assert_snapshot!(
            waterfall(0.1, vec![same, against]).for_client(&Speech::default()),
            @"These two entries are probably not one person's because the phone number is different."
        );
        insta::assert_snapshot!(
            waterfall(0.1, vec![]).for_client(&Speech::default()),
            @"These two entries have too little in common to tell."
        );
    }
}
