//! Children and teenagers.

use super::{Keys, Law, Rule};
use crate::flow::{Flow, Offered, People, Settings};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "children.shared",
        title: "Children's data is given to others",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P51"],
        gives_way_to: &[],
        applies: |flow| {
            let about = is_young(flow) || flow.tells(&["household.children"]);
            about && flow.leaves() && (is_young(flow) || !flow.is_knowingly_agreed())
        },
        asks: |_| {
            "Children are owed more care than anybody (GDPR recital 38, Art. 25; under 16, CCPA \
             asks for a yes first)."
                .to_owned()
        },
        line: |flow| {
            let verb = if flow.pays() { "sells" } else { "gives away" };
            let whose = if is_young(flow) { flow.people_in_words() } else { "children".to_owned() };
            format!("{verb} the data of {whose}.")
        },
        instead: &[
            "Give it to nobody who does not do just the work that the parents asked for.",
            "Address the parents, who signed up themselves.",
        ],
    },
    Rule {
        name: "children.open_by_default",
        title: "What is the young person's is open to everybody at first",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P50", "P51"],
        gives_way_to: &[],
        applies: |flow| is_young(flow) && flow.settings == Settings::Public,
        asks: |_| "What belongs to a minor is closed until they open it (GDPR Art. 25).".to_owned(),
        line: |flow| {
            format!("shows {} to everybody until they change a setting.", flow.people_in_words())
        },
        instead: &["Begin closed, and ask in words a child understands before anything opens."],
    },
    Rule {
        name: "children.unasked",
        title: "A child's data is used and no parent was asked",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P51"],
        gives_way_to: &["children.shared", "children.targeted"],
        applies: |flow| {
            let needed = flow.is_for(&["service.", "legal.", "security."]);
            flow.is_of(&[People::Children]) && !needed && flow.offered() != Offered::OptIn
        },
        asks: |_| {
            "A child cannot agree; a parent is asked first (GDPR Art. 8, and COPPA under 13)."
                .to_owned()
        },
        line: |_| "uses children's data and does not ask their parents.".to_owned(),
        instead: &[
            "Ask the parent, at an address of the parent's.",
            "Do it without telling the child apart.",
        ],
    },
    Rule {
        name: "children.targeted",
        title: "Children are marketed to by what they do",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P51"],
        gives_way_to: &["children.shared"],
        applies: |flow| {
            is_young(flow)
                && flow.is_marketing()
                && (flow.is_behavioural() || flow.is_advertising())
        },
        asks: |_| "Nobody makes profiles of minors for marketing (GDPR recital 38).".to_owned(),
        line: |flow| format!("uses what it knows of {} to sell to them.", flow.people_in_words()),
        instead: &["Show the same to every young visitor.", "Address the parents."],
    },
];

fn is_young(flow: &Flow) -> bool {
    flow.is_of(&[People::Children, People::Teens])
}
