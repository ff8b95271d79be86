//! Data that is bought, taken from registers or read off the web, and the trade in it.

use super::{Keys, Law, Rule};
use crate::flow::{Datum, Registered, Source, Supplier, Told};

/// What stands for bought data, where nothing of one's own is known that does.
pub(crate) const OWN: &str = "Use what your own sources say of the same.";
/// The same, where the report lists what that is.
pub(crate) const OWN_BELOW: &str =
    "Use what your own sources say of the same (see the treasure below).";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "broker.consent_unchecked",
        title: "Nobody checked what the people in a bought file agreed to",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P34", "P04"],
        gives_way_to: &[],
        applies: |flow| {
            let bought =
                |d: &Datum| d.source() == Source::Broker && d.supplier != Supplier::Checked;
            flow.has(bought)
        },
        asks: |_| {
            "Whoever uses bought data answers for the yes that the seller says to have; that the \
             seller warrants it is not enough."
                .to_owned()
        },
        line: |flow| {
            let bought = |d: &Datum| d.source() == Source::Broker;
            let named = |d: &Datum| bought(d) && !d.is(&["external.broker"]);
            let people = flow.people_in_words();
            match flow.data_in_words(named).as_str() {
                "" => format!("holds what data dealers say of {people}."),
                what => format!("holds what data dealers say of {people}: {what}."),
            }
        },
        instead: &[
            "Ask people themselves: a question on the account page, with the reason beside it.",
            OWN,
            "Have each person's yes shown by the seller, check a sample, and tell people at once.",
            "Delete the file, if nothing needs it.",
        ],
    },
    Rule {
        name: "broker.unregistered",
        title: "A data broker that is not registered",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P16", "P17", "P18"],
        gives_way_to: &[],
        applies: |flow| flow.rights.broker == Registered::Unregistered,
        asks: |_| {
            "Whoever sells data of people it does not deal with must register as a data broker \
             where a law says so (California's Delete Act), and answer its deletion requests."
                .to_owned()
        },
        line: |_| "deals in people's data and has not even registered for it.".to_owned(),
        instead: &["Register, or stop selling.", "Buy from nobody who is not in the register."],
    },
    Rule {
        name: "scraped",
        title: "Data is read off the web by machine",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P37", "P55"],
        gives_way_to: &["biometric.taken"],
        applies: |flow| flow.has(|datum| datum.source() == Source::Scraped),
        asks: |_| {
            "That people let others see something is no leave to collect it; each must be told \
             within a month where it is from, and can say no."
                .to_owned()
        },
        line: |flow| {
            format!(
                "collects {} off the web by machine.",
                flow.data_in_words(|d| d.source() == Source::Scraped)
            )
        },
        instead: &[
            "Let people come to you: a page where they ask to be contacted.",
            "Use the firm's general address, which is nobody's.",
        ],
    },
    Rule {
        name: "outside.untold",
        title: "People do not know that their data came from elsewhere",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P38", "P39", "P37"],
        gives_way_to: &[],
        applies: |flow| {
            let asked_for = flow.is_for(&["service.", "legal.", "security."]);
            flow.purpose.is_some()
                && !asked_for
                && flow.has(Datum::is_outside)
                && flow.told != Told::Individually
        },
        asks: |_| {
            "Whose data came from elsewhere must be told so, each of them and within a month \
             (GDPR Art. 14); a page that they would have to find is not enough."
                .to_owned()
        },
        line: |flow| {
            format!(
                "got {} from others and has not told each of them so.",
                flow.data_in_words(Datum::is_outside)
            )
        },
        instead: &[
            "Say in the first message where the data is from, and let one click end it.",
            "Use only people who dealt with you.",
        ],
    },
    Rule {
        name: "profiles.sold",
        title: "Profiles put together from several sources are sold",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P32", "P31"],
        gives_way_to: &[],
        applies: |flow| {
            let profile = ["profile", "inferred", "behaviour", "social.media", "external"];
            flow.leaves()
                && flow.has(Datum::is_outside)
                && flow.tells(&profile)
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A profile of somebody who never dealt with the seller has no basis that held so far."
                .to_owned()
        },
        line: |flow| {
            let verb = if flow.pays() { "sells" } else { "gives" };
            format!(
                "{verb} profiles of people, with what others say of them, to {}.",
                flow.others_in_words()
            )
        },
        instead: &["Sell counts of groups.", "Show advertisements by what a page is about."],
    },
    Rule {
        name: "forms.deceptive",
        title: "People were misled into giving it",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P35", "P34"],
        gives_way_to: &[],
        applies: |flow| {
            flow.choice.flaws.contains(&crate::flow::Flaw::Deceptive)
                || flow.has(|datum| datum.supplier == Supplier::Deceptive)
        },
        asks: |_| "A yes that a form got by misleading people is no yes.".to_owned(),
        line: |flow| {
            format!("uses {} that people were tricked into giving.", flow.data_in_words(|_| true))
        },
        instead: &["Ask anew, in one plain sentence with two buttons of the same size."],
    },
];
