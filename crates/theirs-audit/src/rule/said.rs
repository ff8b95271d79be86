//! What a practice says of itself in words and leaves out of its fields.

use super::{Keys, Law, Rule};
use crate::flow::words::listed;

pub(super) const RULES: &[Rule] = &[Rule {
    name: "said.undeclared",
    title: "Its own words say more than its fields",
    law: Law::Costly,
    keys: Keys::Two,
    precedents: &[],
    gives_way_to: &[
        "staff.private_lives",
        "children.unasked",
        "biometric.taken",
        "health.inferred_from_purchases",
        "sensitive.inferred",
        "sale.called_so",
        "sale.exchange",
        "given.for_their_ends",
    ],
    applies: |flow| flow.purpose.is_some() && !flow.undeclared().is_empty(),
    asks: |flow| {
        let topics: Vec<&str> = flow.undeclared().iter().map(|(what, _)| *what).collect();
        format!(
            "The sentence speaks of {}, and nothing else here does. What is done must be said in full (GDPR Art. \
             5(1)(a) and 13), and is judged by what it is.",
            listed(&topics)
        )
    },
    line: |flow| {
        let words: Vec<&str> = flow.undeclared().iter().map(|(_, sentence)| *sentence).collect();
        let first = words.first().map_or("", |sentence| sentence.trim().trim_end_matches('.'));
        format!("says of itself: \u{201c}{first}\u{201d}.")
    },
    instead: &[
        "Say in the fields what is done (`decides`, `reveals`, `of`), and read what is asked then.",
        "Say it otherwise, if it is not meant so.",
    ],
}];
