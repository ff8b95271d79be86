//! A finding: three judgements on one practice, side by side, and what to do instead.

use std::borrow::Cow;

use serde::Serialize;

use crate::flow::{Datum, Flow};
use crate::precedent::{self, Precedent};
use crate::rule::{self, Keys, Law, Rule};
use crate::trust::{self, Trust};

/// One practice under one rule.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The rule, such as `location.precise.shared`.
    pub rule: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// The name of the flow: a purpose or a source of the charter, or that of a file.
    pub flow: String,
    /// What the flow does, in a sentence.
    pub does: String,
    /// The line on which it stands.
    pub line: Option<usize>,
    /// What the law says, and what it cost others.
    pub regulatory: Regulatory,
    /// What people accept.
    pub trust: Trust,
    /// What others could say.
    pub oppositional: Oppositional,
    /// Safer variants of the practice, the nearest to it first.
    pub instead: Vec<&'static str>,
    /// What they would cost in result, where that was measured or is plain.
    pub costs: Vec<String>,
    /// Whether it needs the agreement of two people before it runs.
    pub needs_two_keys: bool,
}

/// What the law says, and what it cost others.
#[derive(Debug, Clone, Serialize)]
pub struct Regulatory {
    /// Whether it stops here, whatever it would earn.
    pub weight: Weight,
    /// What is asked.
    pub says: String,
    /// Cases of the kind, the nearest first. None is a promise of what would happen here.
    pub precedents: Vec<&'static Precedent>,
}

/// How heavily the law weighs a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It stops here, whatever it would earn.
    HardStop,
    /// Others paid for it.
    Costly,
    /// A duty is not kept, and can be.
    Duty,
}

impl Weight {
    /// The words for it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::HardStop => "hard stop",
            Self::Costly => "costly for others",
            Self::Duty => "a duty not kept",
        }
    }
}

/// What others could say.
#[derive(Debug, Clone, Serialize)]
pub struct Oppositional {
    /// The sentence that a competitor could truthfully print.
    pub sentence: String,
}

impl Finding {
    /// Whether it stops here, whatever it would earn.
    pub fn is_hard_stop(&self) -> bool {
        self.regulatory.weight == Weight::HardStop
    }
}

/// Judges flows; `party` is the name of whoever does what they say. The worst comes first.
pub fn judge(flows: &[Flow], party: &str) -> Vec<Finding> {
    let of = |flow| rule::of(flow).into_iter().map(move |rule| finding(rule, flow, party));
    let mut all: Vec<Finding> = flows.iter().flat_map(of).collect();
    all.sort_by_key(|one| (one.regulatory.weight, one.trust.acceptance));
    all
}

fn finding(rule: &'static Rule, flow: &Flow, party: &str) -> Finding {
    let weight = match rule.law {
        Law::Stop => Weight::HardStop,
        Law::Costly => Weight::Costly,
        Law::Duty => Weight::Duty,
    };
    let precedents = precedent::nearest_first(rule.precedents, flow);
    Finding {
        rule: rule.name,
        title: rule.title,
        flow: flow.name.clone(),
        does: flow.does.clone(),
        line: flow.line,
        regulatory: Regulatory { weight, says: (rule.asks)(flow), precedents },
        trust: trust::judge(&concerned(rule, flow)),
        oppositional: Oppositional { sentence: format!("{party} {}", (rule.line)(flow)) },
        instead: rule.instead.to_vec(),
        costs: Vec::new(),
        needs_two_keys: rule.keys == Keys::Two,
    }
}

/// What a finding is about: of data that only lie there, those of one's own, where the rule holds of them alone.
/// That one column of a file was bought says nothing of the others.
fn concerned<'f>(rule: &Rule, flow: &'f Flow) -> Cow<'f, Flow> {
    let own: Vec<Datum> = flow.data.iter().filter(|datum| !datum.is_outside()).cloned().collect();
    if !flow.is_idle() || own.is_empty() || own.len() == flow.data.len() {
        return Cow::Borrowed(flow);
    }
    let alone = Flow { data: own, ..flow.clone() };
    if (rule.applies)(&alone) { Cow::Owned(alone) } else { Cow::Borrowed(flow) }
}

/// The flows that need two keys, by name, each with the rules that ask for them.
pub fn marks(findings: &[Finding]) -> Vec<(&str, Vec<&'static str>)> {
    let mut marks: Vec<(&str, Vec<&'static str>)> = Vec::new();
    for one in findings.iter().filter(|one| one.needs_two_keys) {
        match marks.iter_mut().find(|(flow, _)| *flow == one.flow) {
            Some((_, rules)) => rules.push(one.rule),
            None => marks.push((&one.flow, vec![one.rule])),
        }
    }
    marks
}
