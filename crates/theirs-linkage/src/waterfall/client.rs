//! The same for the client, in words that a child of twelve reads without help.

use super::{Step, WORTH_TELLING_BITS, Waterfall, listed};
use crate::judgement::{Judgement, Origin, Verdict};

/// The most reasons in one sentence.
const MOST_REASONS: usize = 3;

impl Waterfall {
    /// Says in one sentence why these two entries were, or were not, taken as one person's.
    ///
    /// `These two entries were taken as yours because the e-mail is the same and the name nearly
    /// so.`
    pub fn for_client(&self) -> String {
        if let Some(step) = self.deciding() {
            let done = if self.probability >= 0.5 { "taken as yours" } else { "kept apart" };
            return format!("These two entries were {done} because {}.", step.plain.words);
        }
        let is_joined = self.probability >= 0.5;
        let reasons = self.plain_reasons(is_joined);
        match (self.probability, reasons.is_empty()) {
            (_, true) => "These two entries have too little in common to tell.".to_owned(),
            (0.95.., _) => format!("These two entries were taken as yours because {reasons}."),
            (0.5.., _) => format!("These two entries are probably both yours because {reasons}."),
            _ => format!("These two entries are probably not one person's because {reasons}."),
        }
    }

    /// The reasons alone, strongest first: `the e-mail is the same and the name nearly so`.
    pub(crate) fn plain_reasons(&self, is_joined: bool) -> String {
        if let Some(step) = self.deciding() {
            return step.plain.words.clone();
        }
        let sign = if is_joined { 1.0 } else { -1.0 };
        let mut steps: Vec<&Step> = self.steps.iter().filter(|step| is_told(step, sign)).collect();
        steps.sort_by(|left, right| (right.bits() * sign).total_cmp(&(left.bits() * sign)));
        steps.truncate(MOST_REASONS);
        joined(&steps)
    }

    /// The judgement that settled it, if one did.
    fn deciding(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.origin.is_some())
    }
}

fn is_told(step: &Step, sign: f64) -> bool {
    step.bits() * sign >= WORTH_TELLING_BITS && !step.plain.words.is_empty()
}

/// Puts what is the same first, then what is nearly so, then the rest.
fn joined(steps: &[&Step]) -> String {
    let of = |words: &str| -> Vec<String> {
        let with = steps.iter().filter(|step| step.plain.words == words);
        with.map(|step| format!("the {}", step.plain.subject)).collect()
    };
    let (same, nearly) = (of(SAME), of(NEARLY));
    let verb = |subjects: &[String]| if subjects.len() == 1 { "is" } else { "are" };
    let mut parts = Vec::new();
    if !same.is_empty() {
        parts.push(format!("{} {} the same", listed(&same), verb(&same)));
    }
    match (same.is_empty(), nearly.is_empty()) {
        (_, true) => {}
        (true, false) => {
            parts.push(format!("{} {} nearly the same", listed(&nearly), verb(&nearly)));
        }
        (false, false) => parts.push(format!("{} nearly so", listed(&nearly))),
    }
    let rest = steps.iter().filter(|step| ![SAME, NEARLY].contains(&step.plain.words.as_str()));
    parts.extend(rest.map(|step| format!("the {} {}", step.plain.subject, step.plain.words)));
    listed(&parts)
}

const SAME: &str = "is the same";
const NEARLY: &str = "is nearly the same";

/// A judgement as a reason.
pub(super) fn judged(judgement: &Judgement) -> String {
    let is_same = judgement.verdict == Verdict::Same;
    match (&judgement.origin, is_same) {
        (Origin::Person, true) => "you told us that both are yours".to_owned(),
        (Origin::Person, false) => "you told us that one of them is not yours".to_owned(),
        (Origin::Colleague { .. }, true) => {
            "one of our staff checked that they are one person's, and we keep the reason".to_owned()
        }
        (Origin::Colleague { .. }, false) => {
            "one of our staff checked that they are two people's, and we keep the reason".to_owned()
        }
        (Origin::SharedNumber { field }, true) => {
            format!("we gave both the same {}", field.replace('_', " "))
        }
        (Origin::SharedNumber { field }, false) => {
            format!("we gave them another {} each", field.replace('_', " "))
        }
    }
}
