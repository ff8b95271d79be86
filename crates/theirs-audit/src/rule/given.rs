//! Clients' data that others are given for ends of their own, whatever the gain.

use super::{Keys, Law, Rule};
use crate::flow::{Basis, Datum, Flow, Told, Who};

/// The advertising trade.
const TRADE: [Who; 2] = [Who::AdPlatform, Who::AdPartner];
/// What people came for, or a law asks: there a recipient of its own is part of it (a carrier, a bank).
const NEEDED: [&str; 3] = ["service.", "legal.", "security."];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "given.for_their_ends",
        title: "Others are given it for ends of their own, and nobody asked first",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27", "P21"],
        gives_way_to: &[
            "sale.without_yes",
            "location.precise.shared",
            "sensitive.shared",
            "health.to_ads",
            "profiles.sold",
            "adplatform.upload",
            "children.shared",
            "notice.sharing_unclear",
            "basis.contract_for_ads",
            "basis.missing_for_ads",
        ],
        applies: |flow| {
            let unasked =
                if flow.is_behavioural() { !flow.is_knowingly_agreed() } else { !flow.is_agreed() };
            let is_part_of_it = flow.is_for(&NEEDED) && !reaches_too_far(flow);
            !is_part_of_it && flow.leaves() && !flow.pays() && unasked
        },
        asks: |_| {
            "Whoever may use it for ends of their own is nobody's processor: people must be asked, or \
             at least expect it."
                .to_owned()
        },
        line: |flow| {
            let to = flow.others_in_words();
            let what = flow.data_in_words(|_| true);
            let what = if what.is_empty() { "people's data".to_owned() } else { what };
            format!("passes {what} on to {to} for ends of their own.")
        },
        instead: &[
            "Bind the recipient to work for you alone, by contract.",
            "Put the other firm's offer into your own letter, and give them no list.",
            "Ask first.",
        ],
    },
    Rule {
        name: "sale.called_so",
        title: "The notice calls it selling, and no yes was asked for just that",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P31", "P21"],
        gives_way_to: &[
            "sale.undisclosed",
            "sale.exchange",
            "sale.without_yes",
            "given.for_their_ends",
            "sensitive.shared",
            "location.precise.shared",
            "profiles.sold",
            "browsing.sold",
            "enriched.sold",
        ],
        applies: |flow| flow.called_sale && !flow.is_knowingly_agreed(),
        asks: why_called,
        line: |flow| {
            let to = flow.others_in_words();
            format!(
                "says in its own notice that what it does counts as selling or sharing: people's data goes \
                 to {to}."
            )
        },
        instead: &[
            "Bind the recipient to work for you alone: in the charter, `role: processor`.",
            "Ask for a yes to this recipient alone, under a `consent` of its own.",
            "Give less: the address to whoever delivers, and nothing beside it.",
        ],
    },
    Rule {
        name: "adplatform.upload",
        title: "A list of clients goes to an advertising platform without their yes",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27", "P12"],
        gives_way_to: &[],
        applies: is_uploaded,
        asks: |flow| {
            let digest = if flow.has(|d| d.hashed) {
                " A digest of an address is still the address: the platform knows it too."
            } else {
                ""
            };
            format!(
                "What people gave for an order or a receipt is not given for advertising; they must be asked.{digest}"
            )
        },
        line: |flow| format!("tells {} who its clients are.", flow.those_in_words(&TRADE)),
        instead: &[
            "Ask for a yes to exactly this, at the place where the address is given.",
            "Advertise by page and region, without a list.",
            "Measure with a control group on your own machines.",
        ],
    },
    Rule {
        name: "guess.passed_on",
        title: "What people are taken for is passed on",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P60", "P32"],
        gives_way_to: &[
            "sensitive.shared",
            "profiles.sold",
            "children.shared",
            "location.precise.shared",
            "eligibility.marketing_data",
        ],
        applies: |flow| {
            let taken = |d: &Datum| d.is(&["inferred", "profile"]) && d.is_of_one();
            flow.has(taken) && flow.leaves() && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A score that others act on follows people where they cannot answer it; each must know of it, \
             and be able to contest it (GDPR Art. 5(1)(d), 15 and 22; the FCRA where it decides something)."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.is(&["inferred", "profile"]));
            format!("passes {what} on to {}.", flow.others_in_words())
        },
        instead: &[
            "Keep the guess at home, and let it end with the visit.",
            "Tell each person what was noted and to whom, before it counts against them.",
        ],
    },
    Rule {
        name: "state.unasked",
        title: "The state is given it and no law asks for it",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| {
            let bound =
                [Basis::LegalObligation, Basis::PublicTask, Basis::VitalInterests, Basis::Consent];
            let given = flow.others().any(|to| to.who == Who::Government);
            given && !flow.basis.is_some_and(|basis| bound.contains(&basis))
        },
        asks: |_| {
            "An authority names the law and the case, and is given what that covers (GDPR Art. 6(1)(c)); \
             a request without them may be refused."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|_| true);
            format!("hands {what} to the state, and names no law that asks for it.")
        },
        instead: &[
            "Answer orders that name a law and a person, one by one, and keep a list of them.",
        ],
    },
    Rule {
        name: "recipient.no_contract",
        title: "No contract binds whoever is given the data",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &["P22"],
        gives_way_to: &[],
        applies: |flow| flow.recipients.iter().any(|to| !to.contract),
        asks: |_| {
            "Whoever is given personal data must be bound by a contract to what it is for."
                .to_owned()
        },
        line: |_| "hands data out without even a contract.".to_owned(),
        instead: &["Stop until the contract is signed."],
    },
];

/// Whether clients are named to the advertising trade; keeping people out of advertisements is not,
/// as long as nobody else may use the list. With what they bought or did beside their names, a yes
/// counts only if each was told: the platform finds strangers like them.
fn is_uploaded(flow: &Flow) -> bool {
    let keeps_out = flow.purpose() == "advertise.suppress" && !flow.leaves();
    let is_agreed =
        if flow.is_behavioural() { flow.is_knowingly_agreed() } else { flow.is_agreed() };
    flow.goes_to(&TRADE)
        && flow.tells(&["contact", "identity", "purchase", "behaviour", "id.device"])
        && !keeps_out
        && !is_agreed
}

/// Whether what serves people, or keeps them safe, also reaches somebody who decides about their lives, or
/// deals in data: a carrier is part of an order, an employer or the whole street is not.
fn reaches_too_far(flow: &Flow) -> bool {
    let far = [
        Who::Public,
        Who::Employer,
        Who::Insurer,
        Who::Lender,
        Who::Campaign,
        Who::DataBroker,
        Who::AdPlatform,
        Who::AdPartner,
    ];
    let bound = [Basis::LegalObligation, Basis::PublicTask, Basis::VitalInterests];
    let is_bound = flow.basis.is_some_and(|basis| bound.contains(&basis));
    let is_told = flow.told == Told::Individually;
    !is_bound
        && !is_told
        && flow.has(Datum::is_of_one)
        && flow.others().any(|to| far.contains(&to.who))
}

fn why_called(flow: &Flow) -> String {
    let why = match flow.basis {
        _ if flow.choice.asked_for.is_some() => {
            let asked = flow.choice.asked_for.as_deref().unwrap_or_default();
            return format!(
                "Its yes was asked for \"{asked}\", which says nothing of selling or sharing; the notice must \
                 call it a sale (CCPA 1798.140(ad))."
            );
        }
        Some(Basis::Contract) => {
            "It rests on a contract, and nobody orders that others get their data for ends of their own"
        }
        Some(Basis::LegalObligation) => {
            "It rests on a law: name the law that asks for just this, or stop"
        }
        Some(Basis::Consent) => "It rests on a yes: each must be told to whom, before they say it",
        _ => "People can only say no, and no yes is asked for",
    };
    format!(
        "{why}. Given to somebody with ends of their own, or for advertising elsewhere, data is sold \
             or shared in the words of the CCPA (1798.140(ad) and (ah)), whatever is paid."
    )
}
