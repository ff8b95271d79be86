//! Clients' data that leaves for something in return, and what others do with it.

use super::{Keys, Law, Rule};
use crate::flow::{Datum, Gain};

const BROWSING: [&str; 1] = ["behaviour.browsing_other"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sale.undisclosed",
        title: "Data is sold and people are not told",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P20", "P06", "P30", "P21"],
        gives_way_to: &[],
        applies: |flow| flow.pays() && flow.is_hidden(),
        asks: |_| {
            "Data given for money, services or other data is sold, whatever it is called; people \
             must be told and be able to stop it."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|_| true);
            let what = if what.is_empty() { "people's data".to_owned() } else { what };
            format!("sells {what} to {} and does not say so.", flow.others_in_words())
        },
        instead: &[
            "Stop the exchange, or say it where people see it and let one click end it.",
            "Bind the recipient to work for you alone, by contract.",
        ],
    },
    Rule {
        name: "sale.exchange",
        title: "Client lists are swapped",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P21"],
        gives_way_to: &[],
        applies: |flow| {
            flow.others().any(|to| to.gain == Gain::Data) && !flow.is_knowingly_agreed()
        },
        asks: |_| "A list for a list is a sale, without any money.".to_owned(),
        line: |flow| {
            format!(
                "gives {} its clients' data in return for data of theirs.",
                flow.others_in_words()
            )
        },
        instead: &[
            "Put the other firm's offer into your own letter, and give them no list.",
            "Let clients pick which partners may write to them.",
        ],
    },
    Rule {
        name: "sale.without_yes",
        title: "Data leaves for something in return, and nobody asked first",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P31", "P32"],
        gives_way_to: &[
            "sale.undisclosed",
            "sale.exchange",
            "location.precise.shared",
            "sensitive.shared",
            "health.to_ads",
            "profiles.sold",
            "browsing.sold",
            "children.shared",
        ],
        applies: |flow| flow.pays() && !flow.is_knowingly_agreed(),
        asks: |_| {
            "Under some laws a way out is enough, under others only a yes before; people who find \
             out see no difference."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|_| true);
            let what = if what.is_empty() { "people's data".to_owned() } else { what };
            format!("sells {what} {}.", flow.how_asked())
        },
        instead: &["Ask first.", "Bind the recipient to work for you alone, by contract."],
    },
    Rule {
        name: "browsing.sold",
        title: "What people look at elsewhere is sold",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P30", "P31"],
        gives_way_to: &[],
        applies: |flow| flow.tells(&BROWSING) && flow.pays() && !flow.is_knowingly_agreed(),
        asks: |_| {
            "What somebody reads or watches elsewhere may not be sold without a yes.".to_owned()
        },
        line: |flow| format!("sells what people look at elsewhere to {}.", flow.others_in_words()),
        instead: &["Use what people look at on your own pages.", "Sell counts of groups."],
    },
    Rule {
        name: "enriched.sold",
        title: "Behaviour is sold together with what was bought about people",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P31"],
        gives_way_to: &[],
        applies: |flow| {
            let bought = |d: &Datum| {
                d.is_outside() && d.is(&["demo", "household", "finance", "inferred.income"])
            };
            let own = |d: &Datum| !d.is_outside() && d.is(&["behaviour", "purchase", "location"]);
            flow.pays() && flow.has(bought) && flow.has(own) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "Adding age, income and household to what somebody does needs a notice of its own and a yes.".to_owned()
        },
        line: |flow| {
            format!(
                "adds {} that others gave it to what people do, and sells both.",
                flow.data_in_words(Datum::is_outside)
            )
        },
        instead: &["Leave out what was bought.", "Report in groups."],
    },
];
