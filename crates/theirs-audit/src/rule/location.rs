//! Where people were: it says where they sleep, pray and are treated.

use super::{Keys, Law, Rule};
use crate::flow::{AfterNo, Datum, Flow, Grain, Source, Told};

const PRECISE: [&str; 1] = ["location.precise"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "location.precise.shared",
        title: "Exact positions are given to others",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P01", "P02", "P06", "P07", "P04", "P05", "P29"],
        gives_way_to: &[],
        applies: |flow| flow.tells(&PRECISE) && flow.leaves() && !flow.is_knowingly_agreed(),
        asks: |_| {
            "Nobody may be given exact positions without an express yes to just that; whoever \
             supplies them must show such a yes, and people may ask who has theirs."
                .to_owned()
        },
        line: |flow| {
            let verb = if flow.pays() { "sells" } else { "gives" };
            let (people, to) = (flow.people_in_words(), flow.others_in_words());
            format!("{verb} the whereabouts of {people} to {to}.")
        },
        instead: &[
            "Use the town or the shop they visited, which a purchase says, instead of the position.",
            "Give others counts of groups, nobody alone.",
            "Ask for a yes to exactly this recipient, and stop at the first no.",
        ],
    },
    Rule {
        name: "location.audiences",
        title: "People are sorted by where they went",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P03", "P04", "P05", "P09"],
        gives_way_to: &[],
        applies: |flow| {
            let sorted =
                |datum: &Datum| datum.comes_from(&PRECISE) && datum.is(&["profile", "inferred"]);
            let advertised =
                flow.tells(&PRECISE) && flow.is_for(&["advertise.", "marketing.segment"]);
            (flow.has(sorted) || advertised) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A group made from positions is position data itself, and needs the same informed yes."
                .to_owned()
        },
        line: |flow| format!("sorts {} by where exactly they were.", flow.people_in_words()),
        instead: &[
            "Make groups from what people bought from you, which they know that you know.",
            "Let people pick the topics themselves.",
        ],
    },
    Rule {
        name: "location.supplier_unchecked",
        title: "Positions come from somebody whose leave nobody checked",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P04", "P01", "P05"],
        gives_way_to: &[],
        applies: |flow| {
            let bought = |datum: &Datum| datum.tells(&PRECISE) && is_unchecked(datum);
            flow.purpose.is_some() && flow.has(bought)
        },
        asks: |_| {
            "Whoever takes positions from a supplier answers for each person's yes to that supplier."
                .to_owned()
        },
        line: |flow| {
            format!(
                "gets the whereabouts of {} from others, and did not check whether they had agreed.",
                flow.people_in_words()
            )
        },
        instead: &[
            "Use what your own tills say of which shop people visit.",
            "Take such data only with each person's yes on record, and check a sample of them.",
        ],
    },
    Rule {
        name: "location.after_no",
        title: "Positions are kept after a no",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P08", "P09", "P10"],
        gives_way_to: &[],
        applies: |flow| {
            flow.tells(&["location"])
                && matches!(flow.choice.after_no, AfterNo::GoesOn | AfterNo::Broken)
        },
        asks: |_| {
            "When somebody turns their position off, every collector of it must stop, and so must \
             whatever is made of it."
                .to_owned()
        },
        line: |flow| format!("goes on with where {} are after their no.", flow.people_in_words()),
        instead: &[
            "Let one switch stop every collector, and delete what came in after it.",
            "Ask for the position at the moment it helps, and keep none.",
        ],
    },
    Rule {
        name: "location.tracked",
        title: "Positions are noted far beyond what the purpose needs",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P11"],
        gives_way_to: &[],
        applies: is_tracked,
        asks: |_| {
            "How exactly and how often a position is noted must be in proportion to what people \
             get for it; a yes does not mend that."
                .to_owned()
        },
        line: |flow| {
            let continuous = flow.has(|datum| datum.grain == Grain::Continuous);
            let when = if continuous { ", all the time" } else { "" };
            format!("notes where exactly {} are{when}.", flow.people_in_words())
        },
        instead: &[
            "Ask for the position at the moment it helps, and keep the town or nothing.",
            "Use the shop of the last purchase.",
        ],
    },
    Rule {
        name: "location.unused",
        title: "Exact positions lie here and nobody needs them",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P11"],
        gives_way_to: &[],
        applies: |flow| flow.is_idle() && flow.has(|d| d.tells(&PRECISE) && d.is_of_one()),
        asks: |_| {
            "No purpose needs these positions, so nothing allows keeping them; they say where \
             people sleep."
                .to_owned()
        },
        line: |flow| {
            format!(
                "keeps where exactly {} were, and has not said what for.",
                flow.people_in_words()
            )
        },
        instead: &[
            "Stop the collector, then delete the trail.",
            "If the nearest shop matters, keep which shop people bought in, and no position.",
        ],
    },
    Rule {
        name: "auction.kept",
        title: "What auctions of advertisements reveal is kept",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P05"],
        gives_way_to: &[],
        applies: |flow| flow.has(|datum| datum.source() == Source::Auction),
        asks: |_| {
            "What an auction tells its bidders is for bidding; collecting it for anything else was \
             banned."
                .to_owned()
        },
        line: |_| "keeps what advertising auctions told it of people.".to_owned(),
        instead: &[
            "Buy the place of an advertisement by what the page is about.",
            "Delete what was kept from auctions.",
        ],
    },
];

fn is_unchecked(datum: &Datum) -> bool {
    datum.is_outside() && datum.supplier != crate::flow::Supplier::Checked
}

fn is_tracked(flow: &Flow) -> bool {
    let precise = |datum: &Datum| datum.is(&PRECISE);
    let beyond = |datum: &Datum| datum.is(&PRECISE) && datum.grain == Grain::Continuous;
    let needless = flow.is_for(&["marketing.", "analytics.", "improve.", "train.", "measure."]);
    let guessed = flow.has(|datum| datum.comes_from(&PRECISE));
    let coarse = flow.has(|datum| precise(datum) && datum.grain < Grain::Coarse);
    (flow.has(beyond) && !is_while_served(flow))
        || (coarse && (needless || guessed) && !flow.is_knowingly_agreed())
}

/// Where something of ours is while somebody has it, who was told so: a bicycle on hire.
fn is_while_served(flow: &Flow) -> bool {
    flow.is_for(&["service."]) && flow.told == Told::Individually && !flow.leaves()
}
