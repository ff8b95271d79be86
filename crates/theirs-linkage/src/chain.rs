//! How a record came to a person through other records.
//!
//! Two records of one cluster need not have been compared with each other: A is linked with B, and
//! B with C. Of all ways from one to the other, the one whose weakest link is the strongest is
//! told: the way through the maximum spanning tree, which there is only one of.

use std::collections::{BTreeMap, VecDeque};

use theirs_words::Speech;

use crate::judgement::{Origin, RecordId};
use crate::waterfall::Waterfall;

/// A link between two records of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// The one record; in a chain, the one nearer to its start.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// The match weight in bits.
    pub weight: f64,
    /// The same as a probability.
    pub probability: f64,
    /// Who said so, for a judgement that joins. It goes before every probability.
    pub origin: Option<Origin>,
}

/// The surest way from one record to another over the links of their cluster, step by step.
///
/// Empty if no way leads there, or both are the same record. The order of the links does not
/// matter.
pub fn chain(links: &[Hop], from: RecordId, to: RecordId) -> Vec<Hop> {
    let tree = spanning_tree(links);
    let mut came: BTreeMap<RecordId, &Hop> = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(here) = queue.pop_front() {
        for &hop in tree.get(&here).into_iter().flatten() {
            let next = other_end(hop, here);
            if next != from && !came.contains_key(&next) {
                came.insert(next, hop);
                queue.push_back(next);
            }
        }
    }
    let (mut way, mut here) = (Vec::new(), to);
    while let Some(&hop) = came.get(&here) {
        let before = other_end(hop, here);
        way.push(Hop { a: before, b: here, ..hop.clone() });
        here = before;
    }
    way.reverse();
    way
}

/// Says why a record was taken as one person's with another: the explanations of a chain, in order.
pub fn told(explanations: &[Waterfall], speech: &Speech) -> String {
    let reasons = |waterfall: &Waterfall| match waterfall.plain_reasons(true, speech) {
        reasons if reasons.is_empty() => speech.say("link-enough"),
        reasons => reasons,
    };
    match explanations {
        [] => speech.say("link-alone"),
        [only] => only.for_client(speech),
        [first, second] => {
            speech.with_two("link-through-one", "first", reasons(first), "second", reasons(second))
        }
        steps => {
            let between = steps.len() - 1;
            let steps: Vec<String> = (1_usize..)
                .zip(steps)
                .map(|(number, step)| {
                    let number = number.to_string();
                    speech.with_two("link-step", "number", number, "reasons", reasons(step))
                })
                .collect();
            speech.with_two("link-through-many", "between", between, "steps", steps.join(" "))
        }
    }
}

fn other_end(hop: &Hop, here: RecordId) -> RecordId {
    if hop.a == here { hop.b } else { hop.a }
}

/// The surest links that connect everything, by their ends.
fn spanning_tree(links: &[Hop]) -> BTreeMap<RecordId, Vec<&Hop>> {
    let mut order: Vec<&Hop> = links.iter().collect();
    order.sort_by(|left, right| {
        let ends = |hop: &Hop| (hop.a.min(hop.b), hop.a.max(hop.b));
        let judged = |hop: &Hop| hop.origin.as_ref().map_or(u8::MAX, Origin::rank);
        judged(left)
            .cmp(&judged(right))
            .then(right.probability.total_cmp(&left.probability))
            .then(ends(left).cmp(&ends(right)))
    });
    let mut above: BTreeMap<RecordId, RecordId> = BTreeMap::new();
    let mut tree: BTreeMap<RecordId, Vec<&Hop>> = BTreeMap::new();
    for hop in order {
        let (a, b) = (root(&above, hop.a), root(&above, hop.b));
        if a != b {
            above.insert(a, b);
            tree.entry(hop.a).or_default().push(hop);
            tree.entry(hop.b).or_default().push(hop);
        }
    }
    tree
}

/// The first of the records that hang together with this one.
fn root(above: &BTreeMap<RecordId, RecordId>, mut record: RecordId) -> RecordId {
    while let Some(&next) = above.get(&record) {
        record = next;
    }
    record
}

#[cfg(test)]
mod tests;
