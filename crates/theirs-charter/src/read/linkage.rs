//! Reads how records are joined, where that departs from what linkage does by itself.

use super::fields::Fields;
use super::found::Problems;
use super::scalar::{names, scalar};
use crate::charter::{Holds, Linkage, Meaning, Source};
use crate::problem::quoted;
use crate::text::Node;

/// The least and the greatest threshold that makes sense.
const THRESHOLDS: [f64; 2] = [0.05, 0.999];

pub(super) fn linkage(node: &Node, sources: &[Source], found: &Problems) -> Linkage {
    let known = &["threshold_match_probability", "leave_out"];
    let Some(mut fields) = Fields::open(node, "\"linkage\"", known, found) else {
        return Linkage::default();
    };
    let threshold = fields.optional(known[0]).and_then(|node| threshold(node, found));
    let columns = attributes(sources);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let leave_out = fields.optional(known[1]).map(|node| {
        if found.in_doubt() { Vec::new() } else { names(node, known[1], "column", &columns, found) }
    });
    fields.close();
    let threshold = threshold.unwrap_or(Linkage::default().threshold);
    Linkage { threshold, leave_out: leave_out.unwrap_or_default() }
}

fn threshold(node: &Node, found: &Problems) -> Option<f64> {
    let text = scalar(node, "threshold_match_probability", found)?;
    let [least, most] = THRESHOLDS;
    let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
    if number.is_none() {
        let message = format!("{} is not a probability from {least} to {most}", quoted(&text));
        found.add(node.place, message, "0.5 is what is used without it");
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
