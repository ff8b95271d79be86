//! Reads how records are joined, where that departs from what linkage does by itself.

mod blocking;
mod comparison;

use std::collections::BTreeMap;

use theirs_model::Attribute;

use super::fields::Fields;
use super::found::Problems;
use super::scalar::{names, scalar};
use crate::charter::{Compared, Holds, Linkage, Meaning, Source, comparable};
use crate::problem::quoted;
use crate::text::Node;

/// The least and the greatest threshold that makes sense.
const THRESHOLDS: [f64; 2] = [0.05, 0.999];
const THRESHOLD: &str = "threshold_match_probability";
const PRIOR: &str = "probability_two_random_records_match";
const LEAVE_OUT: &str = "leave_out";
/// The key of Splink, and its short form.
const BLOCKING: [&str; 2] = ["blocking_rules_to_generate_predictions", "blocking_rules"];
const COMPARISONS: &str = "comparisons";
const KNOWN: &[&str] = &[THRESHOLD, PRIOR, LEAVE_OUT, BLOCKING[0], BLOCKING[1], COMPARISONS];

/// The columns that are compared, and as what.
type Columns = [(String, Compared)];

pub(super) fn linkage(node: &Node, sources: &[Source], found: &Problems) -> Linkage {
    let Some(mut fields) = Fields::open(node, "\"linkage\"", KNOWN, found) else {
        return Linkage::default();
    };
    let mut linkage = Linkage::default();
    if let Some(node) = fields.optional(THRESHOLD) {
        linkage.threshold = threshold(node, found).unwrap_or(linkage.threshold);
    }
    let prior = fields.optional(PRIOR);
    linkage.probability_two_random_records_match =
        prior.and_then(|node| probability(node, PRIOR, found));
    let leave_out = fields.optional(LEAVE_OUT);
    let blocking_rules = match BLOCKING.map(|key| fields.optional(key)) {
        [Some(_), Some(second)] => {
            let message = format!("{} and {} are one field", quoted(BLOCKING[0]), BLOCKING[1]);
            found.add(second.place, message, "take one of the two out");
            None
        }
        [first, second] => first.or(second),
    };
    let comparisons = fields.optional(COMPARISONS);
    fields.close();
    if found.in_doubt() {
        return linkage;
    }
    if let Some(node) = leave_out {
        let known = attributes(sources);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        linkage.leave_out = names(node, LEAVE_OUT, "column", &known, found);
    }
    let all = comparable(sources);
    let columns = left(&all, &linkage.leave_out);
    if let Some(node) = leave_out.filter(|_| columns.is_empty() && !all.is_empty()) {
        let names: Vec<&str> = all.iter().map(|(attribute, ..)| attribute.column()).collect();
        let hint = format!("keep at least one of: {}", names.join(", "));
        found.add(node.place, "this leaves nothing to compare people by".to_owned(), &hint);
        return linkage;
    }
    let gone = Gone { sources, left_out: &linkage.leave_out };
    if let Some(node) = blocking_rules {
        linkage.blocking_rules = blocking::rules(node, &columns, &gone, found);
    }
    linkage.comparisons = comparisons
        .map_or_else(BTreeMap::new, |node| comparison::comparisons(node, &columns, &gone, found));
    linkage
}

/// Tells why a column that there is takes part in no comparison.
struct Gone<'c> {
    sources: &'c [Source],
    left_out: &'c [String],
}

impl Gone<'_> {
    /// Reports a column that is not compared.
    fn report(&self, node: crate::text::Place, given: &str, known: &[&str], found: &Problems) {
        if self.left_out.iter().any(|column| column == given) {
            let message = format!("{} is left out, and cannot be used here", quoted(given));
            found.add(node, message, "take it out of \"leave_out\", or out of here");
        } else if attributes(self.sources).iter().any(|column| column == given) {
            let message = format!("{} does not tell people apart", quoted(given));
            found.add(node, message, &format!("compared are: {}", known.join(", ")));
        } else {
            found.unknown(node, "column", given, known);
        }
    }
}

fn left(all: &[(Attribute, Compared, usize)], left_out: &[String]) -> Vec<(String, Compared)> {
    let columns = all.iter().map(|(attribute, kind, _)| (attribute.column().to_owned(), *kind));
    columns.filter(|(column, _)| !left_out.contains(column)).collect()
}

fn threshold(node: &Node, found: &Problems) -> Option<f64> {
    let text = scalar(node, THRESHOLD, found)?;
    let [least, most] = THRESHOLDS;
    let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
    if number.is_none() {
        let message = format!("{} is not a probability from {least} to {most}", quoted(&text));
        found.add(node.place, message, "0.5 is what is used without it");
    }
    number
}

/// A probability between zero and one; neither end can be learnt from or argued with.
fn probability(node: &Node, what: &str, found: &Problems) -> Option<f64> {
    let text = scalar(node, what, found)?;
    let number = text.parse::<f64>().ok().filter(|number| *number > 0.0 && *number < 1.0);
    if number.is_none() {
        let message = format!("{} is not a probability between 0 and 1", quoted(&text));
        found.add(node.place, message, "write a number such as 0.01; neither 0 nor 1 is one");
    }
    number
}

/// The columns of people that some source feeds.
fn attributes(sources: &[Source]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for source in sources {
        let Holds::Identity(identity) = &source.holds else { continue };
        for column in &identity.columns {
            if let Meaning::Attribute(attribute) = &column.meaning {
                columns.push(attribute.column().to_owned());
            }
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}
