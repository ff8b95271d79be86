//! What laws protect specially, on grounds that do not carry it, and lives decided by what people are.

use super::{Keys, Law, Rule};
use crate::flow::words::SENSITIVE;
use crate::flow::{Basis, Datum, Decides, Flow, Grain, Origin, People};

/// What people are and did not choose, or believe, and by which nobody may decide about them.
const TRAITS: [&str; 7] = [
    "demo.gender",
    "demo.birthplace",
    "sensitive.ethnicity",
    "sensitive.religion",
    "sensitive.politics",
    "sensitive.sexuality",
    "sensitive.union",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "special.basis",
        title: "Specially protected data rests on a ground that does not carry it",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P29", "P40", "P15"],
        gives_way_to: &[],
        applies: |flow| {
            let grounds = [Basis::Contract, Basis::PublicTask, Basis::LegitimateInterest];
            let is_weak = flow.basis.is_some_and(|basis| grounds.contains(&basis));
            let special = |d: &Datum| d.tells(&SENSITIVE) && d.is_of_one();
            flow.purpose.is_some() && is_weak && flow.has(special) && !is_cared_for(flow)
        },
        asks: |flow| {
            let ground = match flow.basis {
                Some(Basis::Contract) => "A contract",
                Some(Basis::PublicTask) => "A public task",
                _ => "A fair reason of one's own",
            };
            format!(
                "{ground} allows no use of data about health, belief, origin, love, a union or bodies: it needs an \
                 express yes, or a law that says so for this case (GDPR Art. 9(2))."
            )
        },
        line: |flow| {
            let what = flow.told_in_words(&SENSITIVE);
            let whose = flow.people_in_words();
            format!(
                "uses the most private things about {whose} on a ground that does not carry it: {what}."
            )
        },
        instead: &[
            "Ask each of them for just this, and take no for an answer.",
            "Do the same without that column.",
            "Name the law that asks for just this, if there is one.",
        ],
    },
    Rule {
        name: "children.special",
        title: "Specially protected data of children",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P51"],
        gives_way_to: &[],
        applies: |flow| {
            flow.purpose.is_some()
                && flow.is_of(&[People::Children])
                && flow.tells(&SENSITIVE)
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A child's illness, belief or body is used only where each of the parents concerned was told of just \
             that and said yes (GDPR Art. 8 and 9, recital 38)."
                .to_owned()
        },
        line: |flow| {
            let what = flow.told_in_words(&SENSITIVE);
            format!("notes the most private things about children, such as {what}.")
        },
        instead: &[
            "Ask the parents, each for just this, and delete it when what it is for is over.",
            "Do the same without that column.",
        ],
    },
    Rule {
        name: "special.for_offers",
        title: "What laws protect specially serves to sell, on a yes under a notice",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P15", "P12"],
        gives_way_to: &[
            "health.to_ads",
            "health.inferred_from_purchases",
            "sensitive.inferred",
            "sensitive.shared",
            "sensitive.without_yes",
            "biometric.taken",
        ],
        applies: |flow| {
            let special = |d: &Datum| d.tells(&SENSITIVE) && d.is_of_one();
            flow.is_marketing()
                && flow.purpose() != "advertise.suppress"
                && flow.has(special)
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "Data of this kind needs an express yes to just that use (GDPR Art. 9(2)(a)); one under a notice is \
             none, and one that saves money is hardly free."
                .to_owned()
        },
        line: |flow| {
            let what = flow.told_in_words(&SENSITIVE);
            format!("makes its offers by what it knows of {}: {what}.", flow.people_in_words())
        },
        instead: &[
            "Make the same offer to everybody.",
            "Tell each of them what is noted and what it does to the price, and ask then.",
        ],
    },
    Rule {
        name: "decides.by_trait",
        title: "What people are decides about their lives",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| {
            let seen = |d: &Datum| is_seen_of_health(d) && !flow.is_knowingly_agreed();
            let sorts = |d: &Datum| d.is_of_one() && (is_trait(d) || seen(d));
            !flow.decides.is_empty() && flow.has(sorts) && !is_shown_for_less(flow)
        },
        asks: |_| {
            "Work, credit, cover, a home or a price may not hang on sex, origin, belief or love, nor on what stands \
             for them (Directives 2000/43/EC, 2000/78/EC and 2004/113/EC; the Equal Credit Opportunity Act), nor on what was \
             seen of their health without a knowing yes (GDPR Art. 9 and 22(4))."
                .to_owned()
        },
        line: |flow| {
            let by = flow.data_in_words(|d| is_trait(d) || is_seen_of_health(d));
            format!("decides about the lives of {} by {by}.", flow.people_in_words())
        },
        instead: &[
            "Decide without that column, and count whether the outcome still differs.",
            "Decide by what each of them did or has, which they can see and contest.",
        ],
    },
];

/// Whether it says what people are, or was made of that.
fn is_trait(datum: &Datum) -> bool {
    datum.tells(&TRAITS) || datum.comes_from(&TRAITS)
}

/// Whether it was seen or worked out of their health: steps that a wrist band counts.
fn is_seen_of_health(datum: &Datum) -> bool {
    datum.tells(&["sensitive.health"]) && datum.origin() != Origin::Stated
}

/// Whether it is what people told to be served, or part of their care under a contract with who cares for
/// them (GDPR Art. 9(2)(h)): an allergy on an order, two medicines at a counter; not watching without a
/// pause, nor children, nor what decides about lives or leaves.
fn is_cared_for(flow: &Flow) -> bool {
    let told = |d: &Datum| d.origin() == Origin::Stated && d.given_for.is_none();
    let cared = |d: &Datum| {
        d.is(&["sensitive.health"]) && d.grain != Grain::Continuous && !d.is_worked_out()
    };
    let special = |d: &&Datum| d.tells(&SENSITIVE);
    flow.basis == Some(Basis::Contract)
        && flow.is_for(&["service."])
        && flow.data.iter().filter(special).all(|d| !d.is_outside() && (told(d) || cared(d)))
        && !flow.is_of(&[People::Children, People::Employees, People::Strangers])
        && flow.decides.is_empty()
        && !flow.leaves()
        && !flow.is_hidden()
}

/// Whether people show something themselves to pay less, and each can leave it.
fn is_shown_for_less(flow: &Flow) -> bool {
    let is_shown = flow.data.iter().all(|d| d.origin() == Origin::Stated);
    flow.decides == [Decides::Price] && is_shown && flow.is_agreed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::raised_of;

    /// The rules of this file that hold of a flow.
    fn raised(text: &str) -> Vec<&'static str> {
        raised_of(RULES, text)
    }

    #[test]
    fn a_contract_carries_what_people_told_and_no_film_of_them() {
        let told = "purpose: service.order\n  basis: contract\n  \
                    data: [{ category: sensitive.health, origin: stated }]";
        assert_eq!(raised(told), [""; 0]);
        let film = "purpose: service.order\n  basis: contract\n  \
                    data: [{ category: sensitive.health, origin: observed, grain: continuous }]";
        assert_eq!(raised(film), ["special.basis"]);
        let checks = "purpose: security.fraud\n  basis: public_task\n  told: individually\n  \
                      data: [{ category: sensitive.ethnicity }]";
        assert_eq!(raised(checks), ["special.basis"]);
    }

    #[test]
    fn children_are_asked_for_by_each_of_their_parents() {
        let weight = "purpose: service.order\n  of: [children]\n  basis: consent\n  \
                      data: [{ category: sensitive.health }]";
        assert_eq!(raised(weight), ["children.special"]);
        assert_eq!(raised(&format!("{weight}\n  told: individually")), [""; 0]);
    }

    #[test]
    fn sex_decides_about_no_credit_and_a_card_that_is_shown_about_a_price() {
        let credit = "purpose: service.order\n  basis: contract\n  decides: credit\n  \
                      data: [{ category: demo.gender }]";
        assert_eq!(raised(credit), ["decides.by_trait"]);
        let steps = "purpose: service.order\n  basis: consent\n  decides: insurance\n  \
                     data: [{ category: sensitive.health, origin: observed }]";
        assert_eq!(raised(steps), ["decides.by_trait"]);
        let shown = "purpose: marketing.offer\n  basis: consent\n  decides: price\n  told: individually\n  \
                     data: [{ category: sensitive.union, origin: stated }]";
        assert_eq!(raised(shown), [""; 0]);
    }
}
