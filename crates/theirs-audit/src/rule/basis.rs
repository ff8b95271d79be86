//! What a flow rests on: the wrong ground, or a yes that is none.

use super::{Keys, Law, Rule};
use crate::flow::{AfterNo, Basis, Channel, Flaw, Flow, Offered, People, Proof};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "basis.contract_for_ads",
        title: "Advertising by behaviour rests on the contract",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P45"],
        gives_way_to: &[],
        applies: |flow| {
            let ads = flow.is_advertising() || flow.is_for(&["advertise.audience"]);
            ads && flow.is_behavioural() && flow.basis == Some(Basis::Contract)
        },
        asks: |_| {
            "Nobody orders advertising: it is not needed for the contract (GDPR Art. 6(1)(b))."
                .to_owned()
        },
        line: |_| "says that advertising by what people do is part of their contract.".to_owned(),
        instead: &[
            "Ask for a yes, and serve those who say no the same.",
            "Advertise by what the page is about.",
        ],
    },
    Rule {
        name: "basis.missing_for_ads",
        title: "Advertising by behaviour without a yes",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P47", "P46"],
        gives_way_to: &["basis.contract_for_ads"],
        applies: |flow| {
            flow.purpose() == "advertise.audience"
                && flow.is_behavioural()
                && flow.offered() != Offered::OptIn
        },
        asks: |_| {
            "Advertising on other platforms by what people do needs their yes first.".to_owned()
        },
        line: |flow| {
            format!(
                "shows {} advertisements by what they did, without asking.",
                flow.people_in_words()
            )
        },
        instead: &[
            "Ask for a yes.",
            "Advertise by what the page is about.",
            "Show offers on your own pages only.",
        ],
    },
    Rule {
        name: "basis.none",
        title: "Nothing allows it",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P46", "P47"],
        gives_way_to: &["basis.missing_for_ads", "biometric.taken", "location.precise.shared"],
        applies: |flow| flow.basis == Some(Basis::None),
        asks: |_| {
            "Whatever is done with personal data rests on one of six grounds (GDPR Art. 6(1))."
                .to_owned()
        },
        line: |flow| {
            format!("uses {} and cannot say what allows it.", flow.data_in_words(|_| true))
        },
        instead: &["Ask for a yes.", "Stop, and delete what was made."],
    },
    Rule {
        name: "consent.uninformed",
        title: "The yes is none: people could not know, or not choose",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P44"],
        gives_way_to: &[],
        applies: |flow| {
            let spoils = |flaw: &Flaw| *flaw != Flaw::Implied || flow.basis == Some(Basis::Consent);
            flow.offered() == Offered::OptIn && flow.choice.flaws.iter().any(spoils)
        },
        asks: |_| {
            "A yes counts if it is free, to one thing, and people knew to which (GDPR Art. 4(11) and 7).".to_owned()
        },
        line: |_| "counts a yes that nobody knowingly gave.".to_owned(),
        instead: &["One question for one thing, two buttons of the same size, nothing ticked."],
    },
    Rule {
        name: "consent.for_another",
        title: "The yes was asked for something else",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27", "P44"],
        gives_way_to: &[],
        applies: |flow| flow.offered() == Offered::OptIn && flow.choice.asked_for.is_some(),
        asks: |flow| {
            format!(
                "A yes counts for what it was asked for (GDPR Art. 4(11) and 7(2)); this one was asked for \
                 \"{}\".",
                flow.choice.asked_for.as_deref().unwrap_or_default()
            )
        },
        line: |flow| {
            let asked = flow.choice.asked_for.as_deref().unwrap_or_default();
            format!("takes people's yes to \"{asked}\" for a yes to something else.")
        },
        instead: &["Ask for this alone, in words that say who is given what."],
    },
    Rule {
        name: "consent.unproved",
        title: "Nobody can show who said yes",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P28"],
        gives_way_to: &[],
        applies: |flow| flow.offered() == Offered::OptIn && flow.choice.proof == Proof::Missing,
        asks: |_| {
            "Who relies on a yes must be able to show it, person by person (GDPR Art. 7(1))."
                .to_owned()
        },
        line: |_| "claims a yes that it cannot show.".to_owned(),
        instead: &["Keep who said yes to what, when and where; ask the others again."],
    },
    Rule {
        name: "consent.withdrawn",
        title: "A yes that was taken back still counts",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P28"],
        gives_way_to: &["location.after_no"],
        applies: |flow| {
            flow.offered() == Offered::OptIn
                && matches!(flow.choice.after_no, AfterNo::GoesOn | AfterNo::Broken)
        },
        asks: |_| {
            "Taking a yes back is as easy as giving it, and acts (GDPR Art. 7(3)).".to_owned()
        },
        line: |_| "does not stop when people take their yes back.".to_owned(),
        instead: &["Check the yes at the moment of every use."],
    },
    Rule {
        name: "consent.expired",
        title: "Some of those who said yes did so too long ago",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &["P58"],
        gives_way_to: &[],
        applies: |flow| flow.choice.expired > 0,
        asks: |flow| {
            format!(
                "{} yeses are older than they are let count here. Canada's law ends an implied one two \
                 years after the last purchase and six months after a question, and writing on is \
                 writing without one; elsewhere a yes has no fixed end, but must still be what people \
                 want.",
                flow.choice.expired
            )
        },
        line: |flow| format!("counts on {} yeses that people gave long ago.", flow.choice.expired),
        instead: &[
            "Ask them once whether they still want it, and stop where no answer comes.",
            "Let every purchase or click renew the question, never the yes.",
        ],
    },
    Rule {
        name: "message.unasked",
        title: "Messages go to people who did not ask for them",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P58"],
        gives_way_to: &["mailbox.unasked", "broker.consent_unchecked"],
        applies: is_unasked,
        asks: |_| {
            "E-mails, texts and calls that sell need a yes, or a client who bought the like and can say no in each.".to_owned()
        },
        line: |flow| {
            let people = flow.people_in_words();
            match flow.channel {
                Some(Channel::Phone) => format!("rings up {people}, who did not ask for it."),
                _ => format!("writes to {people}, who did not ask for it."),
            }
        },
        instead: &[
            "Ask at the till, with a box that is not ticked.",
            "Send a letter, or put the offer on your page.",
        ],
    },
    Rule {
        name: "mailbox.unasked",
        title: "Advertisements stand among people's own messages",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P52", "P53"],
        gives_way_to: &[],
        applies: |flow| flow.channel == Some(Channel::Mailbox) && flow.offered() != Offered::OptIn,
        asks: |_| {
            "An advertisement among messages is a message, and needs a yes as one does.".to_owned()
        },
        line: |_| "puts advertisements among people's own messages.".to_owned(),
        instead: &["Show them beside the messages, plainly marked.", "Ask first."],
    },
];

fn is_unasked(flow: &Flow) -> bool {
    let reaches = matches!(
        flow.channel,
        Some(Channel::Email | Channel::Sms | Channel::Phone | Channel::Push | Channel::Mailbox)
    );
    let sells = flow.is_for(&["marketing.", "personalise.", "advertise.", "share.", "enrich."]);
    let known = flow.of.iter().all(|people| *people == People::Clients);
    let asked = match flow.offered() {
        Offered::OptIn => !flow.choice.flaws.contains(&Flaw::PreTicked),
        Offered::OptOut => known,
        Offered::Nothing => false,
    };
    reaches && sells && !asked
}
