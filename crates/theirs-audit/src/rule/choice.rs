//! A no that is hard to say, or that does little.

use super::{Keys, Law, Rule};
use crate::flow::{AfterNo, Basis, Channel, Flow, Hurdle, Offered, PassedOn, Signal};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "optout.friction",
        title: "Saying no is made hard",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P22", "P26", "P23"],
        gives_way_to: &[],
        applies: |flow| {
            let hard = |hurdle: &Hurdle| *hurdle != Hurdle::Hidden || !is_message(flow);
            flow.choice.hurdles.iter().any(hard)
        },
        asks: |_| "A no needs no proof, no account and no more steps than a yes.".to_owned(),
        line: |flow| format!("lets people out only after they {}.", hurdles(flow)),
        instead: &["One button, for whoever asks; believe the no, check nothing."],
    },
    Rule {
        name: "optout.broken",
        title: "The way to say no does not work",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P23", "P24"],
        gives_way_to: &["unsubscribe.broken", "location.after_no", "consent.withdrawn"],
        applies: |flow| flow.choice.after_no == AfterNo::Broken,
        asks: |_| {
            "Who offers a way out must see that it works, from the button to the last recipient."
                .to_owned()
        },
        line: |_| "offers a way to say no that does not work.".to_owned(),
        instead: &["Stop until it works, and test it every day with a person made up for that."],
    },
    Rule {
        name: "optout.ignored",
        title: "It goes on after a no",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P14", "P24"],
        gives_way_to: &["location.after_no", "consent.withdrawn"],
        applies: |flow| flow.choice.after_no == AfterNo::GoesOn,
        asks: |_| {
            "A no to marketing ends it, at once and everywhere (GDPR Art. 21(3), CCPA).".to_owned()
        },
        line: |_| "goes on when people say no.".to_owned(),
        instead: &[
            "Check for a no at the moment of every use, and once more before anything leaves.",
        ],
    },
    Rule {
        name: "optout.one_device",
        title: "A no counts on one device only",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P25"],
        gives_way_to: &[],
        applies: |flow| flow.choice.after_no == AfterNo::OneDevice,
        asks: |_| {
            "A no is a person's, not a device's: where one knows who it is, it counts everywhere."
                .to_owned()
        },
        line: |_| "lets a no count on one device only.".to_owned(),
        instead: &["Bind the no to the person, and to every record that is joined to them."],
    },
    Rule {
        name: "optout.signal_ignored",
        title: "The browser's own no is ignored",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P20", "P24"],
        gives_way_to: &[],
        applies: |flow| flow.choice.signal == Signal::Ignored,
        asks: |_| {
            "Global Privacy Control is a no to selling and sharing, in the law of California and others.".to_owned()
        },
        line: |_| "ignores people whose browser says no for them.".to_owned(),
        instead: &["Take the signal as an objection to sale."],
    },
    Rule {
        name: "no.asked_again",
        title: "People are picked for a message by their no",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P58", "P14"],
        gives_way_to: &["unsubscribe.broken", "optout.ignored"],
        applies: |flow| {
            // A receipt of what somebody chose is owed to them; a letter of the shop's own interest is not.
            let is_own = flow.basis.is_none_or(|basis| basis == Basis::LegitimateInterest);
            let is_letter = flow.is_for(&["service.", "marketing.", "personalise."]);
            is_letter && is_own && is_sent(flow) && flow.tells(&["preference.consent"])
        },
        asks: |_| {
            "A message that asks people who said no whether they meant it is marketing to people who said no \
             (ePrivacy Directive Art. 13; GDPR Art. 21(3))."
                .to_owned()
        },
        line: |_| "writes to people because they said no.".to_owned(),
        instead: &[
            "Let the no stand; show the choice where people look for it, on their own page.",
            "Confirm a choice once, at once, as a receipt that asks for nothing.",
        ],
    },
    Rule {
        name: "unsubscribe.broken",
        title: "The way out of the letters does not work",
        law: Law::Stop,
        keys: Keys::One,
        precedents: &["P58"],
        gives_way_to: &[],
        applies: |flow| {
            is_message(flow) && matches!(flow.choice.after_no, AfterNo::Broken | AfterNo::GoesOn)
        },
        asks: |_| {
            "Each message bears a way out that works (CASL s. 6 and 11: within ten business days)."
                .to_owned()
        },
        line: |_| "keeps writing to people who unsubscribed.".to_owned(),
        instead: &["Stop the letters until the link works; one click, no login."],
    },
    Rule {
        name: "unsubscribe.hidden",
        title: "The way out of the letters is hard to find",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P59"],
        gives_way_to: &[],
        applies: |flow| is_message(flow) && flow.choice.hurdles.contains(&Hurdle::Hidden),
        asks: |_| "The way out is plain to see and one click away.".to_owned(),
        line: |_| "hides the way out of its letters.".to_owned(),
        instead: &["Put it in the first and the last line, in letters of the same size."],
    },
    Rule {
        name: "marketing.no_way_out",
        title: "Marketing that nobody can refuse",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P24", "P58"],
        gives_way_to: &[
            "sale.undisclosed",
            "message.unasked",
            "mailbox.unasked",
            "basis.contract_for_ads",
            "basis.missing_for_ads",
            "optout.broken",
            "location.precise.shared",
            "sensitive.shared",
            "profiles.sold",
            "broker.consent_unchecked",
            "children.shared",
            "sale.without_yes",
        ],
        applies: |flow| {
            // Showing people what they came for is the service; they can leave it.
            let pushed = flow.is_for(&["marketing.", "advertise.", "share.", "enrich."]);
            pushed && flow.purpose() != "advertise.suppress" && flow.offered() == Offered::Nothing
        },
        asks: |_| {
            "Whoever is marketed to can object, without a reason and at once (GDPR Art. 21(2))."
                .to_owned()
        },
        line: |_| "gives people no way to say no.".to_owned(),
        instead: &["Let them object: in the charter, `may_object: true`."],
    },
    Rule {
        name: "recipients.not_told",
        title: "Recipients do not hear of a no or an erasure",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P25", "P06"],
        gives_way_to: &[],
        applies: |flow| flow.rights.passed_on == PassedOn::Untold,
        asks: |_| {
            "Whoever was given the data is told to stop and to delete (GDPR Art. 17(2) and 19, CCPA).".to_owned()
        },
        line: |_| {
            "does not tell those it gave data to when people say no or are deleted.".to_owned()
        },
        instead: &["Tell each recipient by a file, a mail or a webhook, and note who answered."],
    },
];

fn is_message(flow: &Flow) -> bool {
    is_sent(flow) && flow.is_for(&["marketing.", "personalise."])
}

fn is_sent(flow: &Flow) -> bool {
    matches!(
        flow.channel,
        Some(Channel::Email | Channel::Sms | Channel::Phone | Channel::Post | Channel::Push)
    )
}

fn hurdles(flow: &Flow) -> String {
    let words: Vec<&str> = flow
        .choice
        .hurdles
        .iter()
        .map(|hurdle| match hurdle {
            Hurdle::EmailVerification => "answer an e-mail",
            Hurdle::IdCopy => "show an identity card",
            Hurdle::ManyFields => "fill in a long form",
            Hurdle::Hidden => "find the page",
            Hurdle::MoreStepsThanYes => "click more often than for a yes",
            Hurdle::Account => "make an account",
            Hurdle::LetterOrCall => "write a letter or ring up",
        })
        .collect();
    crate::flow::words::listed(&words)
}
