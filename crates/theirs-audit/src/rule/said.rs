//! What a practice says of itself in words and leaves out of its fields.

use super::{Keys, Law, Rule};
use crate::flow::words::listed;
use crate::flow::{Flow, Stands};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sale.said",
        title: "Its own words say that people's data is sold or passed on",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P20", "P21", "P30"],
        gives_way_to: &[],
        applies: |flow| is_about_data(flow) && flow.says_it_sells().is_some(),
        asks: |flow| {
            let what = flow.says_it_sells().map_or("", |(what, _)| what);
            format!(
                "The sentence speaks of {what}, and no field says to whom, or for what in return. Data given for \
                 money, services or other data is sold, whatever it is called (CCPA 1798.140(ad)); people must be \
                 told who gets it and be able to stop it (GDPR Art. 13(1)(e))."
            )
        },
        line: |flow| {
            let sentence = flow.says_it_sells().map_or("", |(_, sentence)| sentence);
            format!("says of itself: \u{201c}{}\u{201d}.", quoted(sentence))
        },
        instead: &[
            "Say in the fields who gets it and what comes back (`recipients`, `gain`), and read what is asked then.",
            "Stop the sale, or ask people first, each for just that.",
            "Say it otherwise, if it is not meant so.",
        ],
    },
    Rule {
        name: "said.undeclared",
        title: "Its own words say more than its fields",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P43", "P42"],
        gives_way_to: &[
            "staff.private_lives",
            "children.unasked",
            "biometric.taken",
            "health.inferred_from_purchases",
            "sensitive.inferred",
        ],
        applies: |flow| is_of_somebody(flow) && !flow.undeclared().is_empty(),
        asks: |flow| {
            let topics: Vec<&str> = flow.undeclared().iter().map(|(what, _)| *what).collect();
            format!(
                "The sentence speaks of {}, and nothing else here does. What is done must be said in full (GDPR Art. \
                 5(1)(a) and 13), and is judged by what it is.",
                listed(&topics)
            )
        },
        line: |flow| {
            let words: Vec<&str> =
                flow.undeclared().iter().map(|(_, sentence)| *sentence).collect();
            let first = words.first().map_or("", |sentence| quoted(sentence));
            format!("says of itself: \u{201c}{first}\u{201d}.")
        },
        instead: &[
            "Say in the fields what is done (`decides`, `reveals`, `of`), and read what is asked then.",
            "Say it otherwise, if it is not meant so.",
        ],
    },
];

/// Whether somebody's own sentence stands in it: a purpose's, or that of a file. What is said of sources
/// that no purpose uses is put together from names of files and columns.
fn is_of_somebody(flow: &Flow) -> bool {
    flow.purpose.is_some() || flow.stands == Stands::File
}

/// Whether it is about data, and not about who may look; of what a source says only where a human said it.
fn is_about_data(flow: &Flow) -> bool {
    let is_drafted = flow.purpose.is_none() && flow.stands == Stands::Draft;
    flow.reach.wider_than_needed.is_none() && !is_drafted
}

/// A sentence without its end, to stand within another.
fn quoted(sentence: &str) -> &str {
    sentence.trim().trim_end_matches(['.', ';', '!', '?'])
}
