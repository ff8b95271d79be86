//! Weighs what a name says against what the values say, and ranks the outcome.
//!
//! Two independent reasons for one category leave it in doubt only if both are wrong, so that its
//! confidence is 1 - (1 - name)(1 - values). Where the values deny what the name says, little of the
//! name is left. Confidences rank; they were not fitted to be probabilities.

use crate::finding::Finding;
use crate::lexicon::Meaning;
use crate::name::Hint;
use crate::setting::Setting;
use crate::value::{Evidence, Found};

/// Findings below this are not worth a word.
const KEPT_FROM: f64 = 0.2;

/// Values that speak as plainly as this outweigh a name that says something else.
const OUTWEIGHS: f64 = 0.8;

/// A name that is as plain as this outweighs values that only hint at something else.
const NAMED: f64 = 0.75;

/// Ranks what a column may be, the likeliest first.
pub(crate) fn weigh(
    hints: &[Hint],
    found: &Found,
    own_key: Option<(&'static str, f64)>,
    treated: Option<(&'static str, f64)>,
    setting: &Setting,
) -> Vec<Finding> {
    let says_nothing = hints.first().is_some_and(|hint| hint.meaning.is_none());
    let mut named: Vec<(Meaning, f64, String)> = Vec::new();
    for hint in hints {
        let Some(meaning) = &hint.meaning else { continue };
        let faint = if says_nothing { 0.4 } else { 1.0 };
        let weight = (hint.weight * setting.counts(hint) * faint).min(0.9);
        named.push((meaning.clone(), weight, format!("named \"{}\"", hint.words)));
    }
    if let Some((category, weight)) = hints.first().and_then(|hint| setting.bought(hint))
        && let Some(meaning) = Meaning::of(category)
    {
        named.push((meaning, weight, "said of something bought".to_owned()));
    }
    if let Some((category, weight)) = own_key.filter(|_| named.is_empty() || says_nothing)
        && let Some(meaning) = Meaning::of(category)
    {
        named.push((meaning, weight, "the number of each row".to_owned()));
    }
    if let Some((category, weight)) = treated.filter(|_| named.is_empty())
        && let Some(meaning) = Meaning::of(category)
    {
        named.push((meaning, weight, "said of somebody who is treated".to_owned()));
    }
    for (meaning, weight, _) in &mut named {
        if found.denied.contains(&meaning.category) {
            *weight *= 0.25;
        }
    }
    let plainest = |list: &[Evidence]| list.iter().map(|seen| seen.weight).fold(0.0, f64::max);
    let best_named = named.iter().map(|(_, weight, _)| *weight).fold(0.0, f64::max);
    let mut categories: Vec<&'static str> =
        named.iter().map(|(meaning, ..)| meaning.category).collect();
    categories.extend(found.seen.iter().map(|seen| seen.meaning.category));
    let mut different: Vec<&'static str> = Vec::new();
    categories.retain(|category| {
        !different.contains(category) && {
            different.push(category);
            true
        }
    });
    let loudest = plainest(&found.seen);
    let findings = categories.into_iter().map(|category| {
        let name = named.iter().find(|(meaning, ..)| meaning.category == category);
        let of_it = found.seen.iter().filter(|seen| seen.meaning.category == category);
        let seen = of_it.max_by(|one, other| one.weight.total_cmp(&other.weight));
        let mut by_name = name.map_or(0.0, |(_, weight, _)| *weight);
        let mut by_values = seen.map_or(0.0, |seen| seen.weight);
        if setting.is_of_things() {
            by_values *= 0.5;
        }
        if loudest >= OUTWEIGHS && by_values < loudest {
            by_name *= 0.6;
        }
        if by_name == 0.0 && by_values < OUTWEIGHS && (best_named >= NAMED || says_nothing) {
            by_values *= 0.5;
        }
        let confidence = 1.0 - (1.0 - by_name) * (1.0 - by_values);
        let named_part = name.and_then(|(meaning, ..)| meaning.part);
        let seen_part = seen.and_then(|seen| seen.meaning.part);
        let part =
            if by_values > by_name { seen_part.or(named_part) } else { named_part.or(seen_part) };
        let whys = name.map(|(.., why)| why.clone()).into_iter();
        let why = whys.chain(seen.map(|seen| seen.why.clone())).collect::<Vec<_>>().join("; ");
        Finding { category, part, confidence: (confidence * 100.0).round() / 100.0, why }
    });
    let mut findings: Vec<Finding> =
        findings.filter(|found| found.confidence >= KEPT_FROM).collect();
    findings.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    findings
}
