//! The same for the client, in words that a child of twelve reads without help.

use theirs_words::Speech;

use super::{Step, WORTH_TELLING_BITS, Waterfall};
use crate::judgement::{Judgement, Origin, Verdict};

/// The most reasons in one sentence.
const MOST_REASONS: usize = 3;

impl Waterfall {
    /// Says in one sentence why these two entries were, or were not, taken as one person's.
    ///
    /// `These two entries were taken as yours because the e-mail is the same and the name nearly
    /// so.`
    pub fn for_client(&self, speech: &Speech) -> String {
        let is_joined = self.probability >= 0.5;
        if let Some(step) = self.deciding() {
            let name = if is_joined { "link-judged-joined" } else { "link-judged-apart" };
            return speech.with(name, "reason", said(step, speech));
        }
        let reasons = self.plain_reasons(is_joined, speech);
        let name = match (self.probability, reasons.is_empty()) {
            (_, true) => "link-none",
            (0.95.., _) => "link-sure",
            (0.5.., _) => "link-probable",
            _ => "link-unlikely",
        };
        speech.with(name, "reasons", reasons)
    }

    /// The reasons alone, strongest first: `the e-mail is the same and the name nearly so`.
    pub(crate) fn plain_reasons(&self, is_joined: bool, speech: &Speech) -> String {
        if let Some(step) = self.deciding() {
            return said(step, speech);
        }
        let sign = if is_joined { 1.0 } else { -1.0 };
        let mut steps: Vec<&Step> = self.steps.iter().filter(|step| is_told(step, sign)).collect();
        steps.sort_by(|left, right| (right.bits() * sign).total_cmp(&(left.bits() * sign)));
        steps.truncate(MOST_REASONS);
        joined(&steps, speech)
    }

    /// The judgement that settled it, if one did.
    fn deciding(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.origin.is_some())
    }
}

fn is_told(step: &Step, sign: f64) -> bool {
    step.bits() * sign >= WORTH_TELLING_BITS && !step.plain.words.is_empty()
}

/// A judgement as a reason.
fn said(step: &Step, speech: &Speech) -> String {
    speech.again(&step.plain.words)
}

/// Puts what is the same first, then what is nearly so, then the rest.
fn joined(steps: &[&Step], speech: &Speech) -> String {
    let of = |words: &str| -> Vec<String> {
        let with = steps.iter().filter(|step| step.plain.words == words);
        with.map(|step| {
            let [subject, kind] = subject(step, speech);
            speech.with_two("link-the", "subject", subject, "kind", kind)
        })
        .collect()
    };
    let of_all = |name: &str, subjects: &[String]| {
        let list = speech.list(subjects);
        speech.with_two(name, "subjects", list, "count", subjects.len())
    };
    let (same, nearly) = (of(SAME), of(NEARLY));
    let mut parts = Vec::new();
    if !same.is_empty() {
        parts.push(of_all("link-same", &same));
    }
    if !nearly.is_empty() {
        let name = if same.is_empty() { "link-nearly" } else { "link-nearly-so" };
        parts.push(of_all(name, &nearly));
    }
    let rest = steps.iter().filter(|step| ![SAME, NEARLY].contains(&step.plain.words.as_str()));
    parts.extend(rest.map(|step| {
        let words = speech.again(&step.plain.words);
        let [subject, kind] = subject(step, speech);
        let parts = [("subject", subject), ("kind", kind), ("words", words)];
        speech.fill("link-other", parts.map(|(variable, text)| (variable, text.into())))
    }));
    speech.list(&parts)
}

/// What was compared, in words and as one word, by which a language may choose an article.
fn subject(step: &Step, speech: &Speech) -> [String; 2] {
    let subject = &step.plain.subject;
    [speech.name(subject), subject.replace(' ', "-")]
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
