//! What data was given for and what it then decides: another purpose, a price, a life.

use super::{Keys, Law, Rule};
use crate::flow::{AfterNo, Datum, Decides, Flow, Offered, Origin, Who};

/// Who decides about work, credit and cover.
const DECIDERS: [Who; 3] = [Who::Employer, Who::Lender, Who::Insurer];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "purpose.changed",
        title: "Data given for one thing is used for marketing",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27"],
        gives_way_to: &["adplatform.upload"],
        applies: is_turned,
        asks: |_| {
            "What was given for one purpose is used for another only if people could expect it."
                .to_owned()
        },
        line: |flow| {
            format!(
                "takes {} for one thing and uses them for its marketing.",
                flow.data_in_words(|d| d.given_for.is_some())
            )
        },
        instead: &[
            "Ask when you take it, with a box that is not ticked.",
            "Use the address for what it was given for.",
        ],
    },
    Rule {
        name: "eligibility.marketing_data",
        title: "Marketing data decides about work, credit, insurance or a home",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P60"],
        gives_way_to: &[],
        applies: decides_lives,
        asks: |_| {
            "Whoever sells data by which people get work, credit, cover or a home is a reporting \
             agency, with its duties (FCRA); a decision by machine needs more still (GDPR Art. 22)."
                .to_owned()
        },
        line: |flow| {
            let over = match flow.decides.first() {
                Some(Decides::Employment) => "who gets work",
                Some(Decides::Credit) => "who gets credit",
                Some(Decides::Housing) => "who gets a home",
                _ if flow.goes_to(&[Who::Employer]) => "who gets work",
                _ if flow.goes_to(&[Who::Lender]) => "who gets credit",
                _ => "who is insured and for how much",
            };
            if flow.decides.is_empty() {
                let to = flow.those_in_words(&DECIDERS);
                return format!("gives {to} what people do, which can decide {over}.");
            }
            format!("lets what people do decide {over}.")
        },
        instead: &["Forbid such use by contract, and give nothing to those who could make it."],
    },
    Rule {
        name: "price.by_person",
        title: "Prices follow what people are taken for",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| {
            // Who shows a student's card to pay less asked for it.
            let is_shown = flow.data.iter().all(|d| d.origin() == Origin::Stated);
            let is_asked_for = is_shown && flow.is_agreed();
            // A price for all who are under 26 or over 65 stands on the list that everybody reads.
            let band = |d: &Datum| d.is(&["demo.age_range"]);
            let is_band = !flow.data.is_empty() && flow.data.iter().all(band);
            let is_listed = is_shown && is_band && !flow.is_hidden();
            let is_known = is_asked_for || is_listed || flow.is_knowingly_agreed();
            flow.decides.contains(&Decides::Price) && !is_known
        },
        asks: |_| {
            "No precedent of the table. In the European Union people must be told that a price was \
             made for them (Directive 2011/83/EU, Art. 6(1)(ea))."
                .to_owned()
        },
        line: |flow| format!("makes prices person by person, by {}.", flow.data_in_words(|_| true)),
        instead: &["One price for all, and vouchers that anybody can ask for."],
    },
];

/// Whether something is used for what it was not given for; the shop's own letters after an order are
/// what people expect, as long as they can end them.
fn is_turned(flow: &Flow) -> bool {
    let family = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let stops = flow.offered() == Offered::OptOut && flow.choice.after_no == AfterNo::Stops;
    let own_letters = stops && !flow.leaves() && flow.is_for(&["marketing.", "personalise."]);
    let turned = |datum: &Datum| {
        datum.given_for.as_ref().is_some_and(|given| {
            let asked = given.key();
            let (given, now) = (family(asked), family(flow.purpose()));
            // What people told a helper is not what they ordered.
            let ordered = asked == "service.order" || asked == "service.message";
            given != now && !(own_letters && ordered)
        })
    };
    flow.is_marketing() && flow.has(turned) && !flow.is_agreed()
}

fn decides_lives(flow: &Flow) -> bool {
    let lives = [Decides::Employment, Decides::Credit, Decides::Insurance, Decides::Housing];
    let decided = flow.decides.iter().any(|what| lives.contains(what));
    let given = flow.others().any(|to| DECIDERS.contains(&to.who));
    let marketing =
        ["behaviour", "purchase", "inferred", "profile", "social.media", "location", "external"];
    (decided || given) && flow.tells(&marketing)
}
