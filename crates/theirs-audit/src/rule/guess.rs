//! People sorted by what they are, models of who they are, and contracts that watch.

use super::{Keys, Law, Rule};
use crate::flow::{Basis, Datum, Flow, Grain, People, Period};

/// What people are, and did not choose.
const TRAITS: [&str; 2] = ["demo.gender", "demo.birthplace"];
const BORN: [&str; 1] = ["demo.birthplace"];
const SUSPECTED: [&str; 3] = ["demo.birthplace", "demo.gender", "demo.language"];
/// What nobody needs to deliver, answer or bill.
const WATCHED: [&str; 6] = [
    "behaviour.browsing_own",
    "behaviour.browsing_other",
    "behaviour.engagement",
    "inferred",
    "profile",
    "social.media",
];
/// By what somebody is named or found.
const NAMING: [&str; 3] = ["identity.name", "contact", "gov.id"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sorted.by_trait",
        title: "People are sorted by what they are",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P19", "P40"],
        gives_way_to: &[
            "sensitive.inferred",
            "health.inferred_from_purchases",
            "lifeevent.inferred",
        ],
        applies: |flow| {
            let sorted = |d: &Datum| {
                d.is(&["profile", "inferred"]) && d.comes_from(&TRAITS) && d.is_of_one()
            };
            let born =
                flow.is_for(&["marketing.", "advertise.", "personalise."]) && flow.tells(&BORN);
            // Whom one looks at harder; where a contract asks who is calling, it is a question to them.
            let suspected = flow.is_for(&["security."])
                && flow.basis != Some(Basis::Contract)
                && flow.tells(&SUSPECTED);
            (flow.has(sorted) || born || suspected) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "Whom an offer or a check reaches may not hang on sex or origin (Directives 2004/113/EC and 2000/43/EC); a \
             group made of sex, age and purchases also says who is expecting or ill."
                .to_owned()
        },
        line: |flow| {
            let made =
                flow.data.iter().flat_map(|d| d.from.iter().map(crate::flow::CategoryName::key));
            let held = flow.data.iter().map(|d| d.category.key());
            let named: Vec<&str> = made.chain(held).collect();
            let by = |key: &str| named.contains(&key);
            let what = match (by("demo.gender"), by("demo.birthplace"), by("demo.language")) {
                (true, true, _) => "sex and birthplace",
                (false, true, _) => "birthplace",
                (false, false, true) => "language",
                _ => "sex",
            };
            format!("sorts {} by {what}.", flow.people_in_words())
        },
        instead: &[
            "Offer by what people looked for or said they like.",
            "Make the same offer to everybody, and let them choose.",
        ],
    },
    Rule {
        name: "served.by_guess",
        title: "Who is served how follows from what they are taken for",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P46", "P60"],
        gives_way_to: &[
            "basis.contract_stretched",
            "sorted.by_trait",
            "staff.private_lives",
            "staff.measured",
            "guess.passed_on",
            "eligibility.marketing_data",
            "health.inferred_from_purchases",
            "sensitive.inferred",
            "lifeevent.inferred",
        ],
        applies: |flow| {
            let guessed = |d: &Datum| d.is(&["inferred"]) && d.is_guessed() && d.is_of_one();
            flow.is_for(&["service."]) && flow.has(guessed) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "Whoever asks for help or orders something is served by what they asked; a guess at their mood, \
             worth or patience is a profile they must be told of and can contest (GDPR Art. 5(1)(b), 13(2)(f) \
             and 21)."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.is(&["inferred"]));
            format!("serves {} by {what}.", flow.people_in_words())
        },
        instead: &[
            "Answer in the order in which people came, or by what they say is urgent.",
            "Ask whether it is urgent.",
        ],
    },
    Rule {
        name: "train.identified",
        title: "A model is trained on who people are",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| {
            let named = |d: &Datum| d.is(&NAMING) && d.grain <= Grain::Exact;
            flow.is_for(&["train."]) && flow.has(named) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A model learns nothing from a name or an address but whose they are; data is no more than the \
             purpose needs (GDPR Art. 5(1)(c) and 25)."
                .to_owned()
        },
        line: |flow| format!("trains its models on {}.", flow.data_in_words(|d| d.is(&NAMING))),
        instead: &["Train on what people bought or did, coarse, and without what names them."],
    },
    Rule {
        name: "basis.contract_stretched",
        title: "The contract is made to cover watching",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P45"],
        gives_way_to: &[
            "basis.contract_for_ads",
            "staff.private_lives",
            "eligibility.marketing_data",
        ],
        applies: |flow| {
            let kept = is_basket(flow);
            let watched = |d: &Datum| {
                d.is(&WATCHED) && d.is_of_one() && !(kept && d.is(&["behaviour.browsing_own"]))
            };
            flow.basis == Some(Basis::Contract)
                && flow.is_for(&["service."])
                && !flow.is_of(&[People::Employees])
                && flow.has(watched)
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A contract allows what is needed to do what people asked for (GDPR Art. 6(1)(b)); nobody orders to \
             be watched or guessed at."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.is(&WATCHED));
            format!("says that it must use {what} to serve people.")
        },
        instead: &[
            "Serve people without it.",
            "Rest it on a fair reason of its own, and let people object.",
        ],
    },
];

/// How long a basket is remembered, in days.
const BASKET_DAYS: u32 = 92;

/// Whether it is what people put into a basket, for as long as they might come back to it, of a browser
/// whose owner nobody names.
fn is_basket(flow: &Flow) -> bool {
    let is_short = |period: &Period| *period <= Period::Days(BASKET_DAYS);
    let own = |d: &Datum| !d.is_outside() && d.grain == Grain::Exact;
    flow.purpose() == "service.order"
        && flow.keep.promised.iter().chain(&flow.keep.really).all(is_short)
        && flow.data.iter().all(|d| d.is(&["id.device", "behaviour.browsing_own"]) && own(d))
        && flow.recipients.is_empty()
        && flow.decides.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::read;

    fn sorts(flow: &Flow) -> bool {
        RULES.iter().any(|rule| rule.name == "sorted.by_trait" && (rule.applies)(flow))
    }

    fn flow(data: &str) -> Flow {
        let text = format!("flows:\n- name: one\n  purpose: marketing.segment\n  data: [{data}]\n");
        read("flow.yaml", &text).expect("a flow").remove(0)
    }

    #[test]
    fn a_group_made_of_sex_is_sorted_and_a_size_that_people_told_is_not() {
        assert!(sorts(&flow(
            "{ category: profile.segment, from: [demo.gender, purchase.history] }"
        )));
        assert!(sorts(&flow("{ category: demo.birthplace }")));
        assert!(!sorts(&flow("{ category: demo.gender }, { category: preference.stated }")));
        assert!(!sorts(&flow("{ category: profile.segment, from: [purchase.history] }")));
    }
}
