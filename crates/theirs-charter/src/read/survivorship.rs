//! Reads which source is believed for what.

use super::column::attribute;
use super::fields::entries;
use super::found::Problems;
use super::scalar::{names, one_of};
use crate::charter::{Holds, Meaning, Source, Survivorship};
use crate::text::Node;

pub(super) fn survivorship(node: &Node, sources: &[Source], found: &Problems) -> Survivorship {
    let mut order = Vec::new();
    for (key, node) in entries(node, "\"survivorship\"", found).unwrap_or_default() {
        if key.text == "default" {
            one_of(node, "default", &[("latest", ())], found);
            continue;
        }
        let Some(attribute) = attribute(&key.text, key.place, found) else { continue };
        let feeds = |meaning: &Meaning| match meaning {
            Meaning::Attribute(fed) => {
                *fed == attribute
                    || (attribute.part.is_none() && fed.category == attribute.category)
            }
            Meaning::Consent(_) | Meaning::Objection(_) => false,
        };
        let known: Vec<&str> = sources
            .iter()
            .filter(|source| found.in_doubt() || says(source, feeds))
            .map(|source| source.name.as_str())
            .collect();
        let what = format!("source of {attribute}");
        order.push((key.text.clone(), names(node, &key.text, &what, &known, found)));
    }
    Survivorship { order }
}

fn says(source: &Source, feeds: impl Fn(&Meaning) -> bool) -> bool {
    match &source.holds {
        Holds::Identity(identity) => identity.columns.iter().any(|column| feeds(&column.meaning)),
        Holds::Activity(_) => false,
    }
}
