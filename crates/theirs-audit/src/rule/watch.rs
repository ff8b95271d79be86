//! Watching: more than a purpose needs, through people's own devices, or to catch them at the moment.
//!
//! What is sensed is judged, not who senses it: eyes, keys, screens and hearts watched all the time are
//! one thing. A yes under a notice does not mend what nobody would expect.

use super::{Keys, Law, Rule};
use crate::flow::{Basis, Channel, Datum, Flow, Grain, Offered, Origin, People, Source};

/// What people came for: being watched for it is what they asked.
const NEEDED: [&str; 3] = ["service.", "legal.", "security."];
/// What happens before people's eyes without a word of theirs.
const SEEN: [&str; 4] =
    ["behaviour.browsing", "behaviour.engagement", "location", "behaviour.location_store"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "watched.continuous",
        title: "People are watched all the time, beyond what it is for",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P11", "P31"],
        gives_way_to: &["location.tracked", "staff.private_lives", "biometric.taken"],
        applies: |flow| {
            let all_the_time =
                |d: &Datum| d.grain == Grain::Continuous && !d.is(&["location.precise"]);
            let is_needed = flow.is_for(&NEEDED) && !flow.leaves();
            flow.has(all_the_time) && !is_needed && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "How closely people are watched must be in proportion to what they get for it (GDPR Art. \
             5(1)(c)); a yes under a notice does not mend that."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.grain == Grain::Continuous);
            format!("records {what} without a pause.")
        },
        instead: &[
            "Note what happened (a page, an order, an answer) instead of every movement.",
            "Watch a few who knowingly said yes, for some days, and delete it then.",
            "Count in groups.",
        ],
    },
    Rule {
        name: "watched.elsewhere",
        title: "What people do elsewhere is watched",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P30", "P28"],
        gives_way_to: &["browsing.sold", "watched.continuous"],
        applies: |flow| {
            let elsewhere = |d: &Datum| d.is(&["behaviour.browsing_other"]) && d.is_of_one();
            flow.has(elsewhere) && !flow.is_for(&NEEDED) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "What people read and buy elsewhere is nobody's business but theirs; it needs a yes of people who \
             were each told of it (GDPR Art. 6(1)(a), ePrivacy Directive Art. 5(3))."
                .to_owned()
        },
        line: |flow| format!("watches what {} do on the pages of others.", flow.people_in_words()),
        instead: &["Use what people look at on your own pages.", "Ask them what they like."],
    },
    Rule {
        name: "device.without_yes",
        title: "People are told apart by their devices, and nobody asked",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P53", "P20"],
        gives_way_to: &["basis.missing_for_ads", "adplatform.upload"],
        applies: |flow| {
            let told_apart = |d: &Datum| d.is(&["id.device", "id.ip"]) && d.is_of_one();
            let for_itself = flow.is_marketing()
                || flow.is_for(&["measure.", "analytics.", "identity.", "improve.", "train."]);
            for_itself && flow.has(told_apart) && flow.offered() != Offered::OptIn
        },
        asks: |_| {
            "Reading what a device gives of itself (a cookie, an advertising number, fonts and screens \
             alike) needs a yes unless people asked for the service (ePrivacy Directive Art. 5(3))."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.is(&["id.device", "id.ip"]));
            format!("tells {} apart by {what} without asking.", flow.people_in_words())
        },
        instead: &[
            "Count visits, and tell nobody apart.",
            "Ask first, with a no as easy as a yes.",
            "Recognise those who signed in, by their account.",
        ],
    },
    Rule {
        name: "strangers.watched",
        title: "People who never dealt with the shop are noted one by one",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P55", "P11"],
        gives_way_to: &["biometric.taken", "location.precise.shared", "scraped", "auction.kept"],
        applies: |flow| {
            let noted = |d: &Datum| {
                d.is_of_one() && d.origin() != Origin::Stated
                    || d.is(&["id.device", "id.ip", "contact", "identity"]) && d.is_of_one()
            };
            // A yes under a notice is nobody's who never came: somebody else said it for them.
            let asked = flow.offered() == Offered::OptIn && flow.is_knowingly_agreed();
            flow.is_of(&[People::Strangers])
                && flow.has(noted)
                && !asked
                && !flow.is_for(&["legal.", "security."])
                && !is_named_by_a_client(flow)
        },
        asks: |_| {
            "Who never dealt with a firm expects nothing of it: they cannot find a notice, and cannot say no \
             (GDPR Art. 6(1)(f) and recital 47)."
                .to_owned()
        },
        line: |flow| {
            format!(
                "has people who never dealt with it on file with {}.",
                flow.data_in_words(Datum::is_of_one)
            )
        },
        instead: &[
            "Count heads at the door, and note no device and no face.",
            "Let those who want it join, and note nothing of the others.",
        ],
    },
    Rule {
        name: "nudged.unasked",
        title: "People are interrupted because of what they were seen or guessed to do",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P15", "P46"],
        gives_way_to: &["message.unasked", "location.tracked", "children.targeted"],
        applies: |flow| {
            let interrupts =
                matches!(flow.channel, Some(Channel::Push | Channel::Sms | Channel::Phone));
            let seen = |d: &Datum| d.tells(&SEEN) || d.is(&["inferred"]) && d.is_worked_out();
            let sells = flow.is_for(&["marketing.", "personalise.", "advertise.", "enrich."]);
            interrupts && sells && flow.has(seen) && flow.offered() != Offered::OptIn
        },
        asks: |_| {
            "Calling on people at the moment they were seen or guessed to be weak is direct marketing by a \
             profile: it needs a yes to that channel (ePrivacy Directive Art. 13), and a guess must not \
             exploit them (Directive 2005/29/EC, Art. 8 and 9)."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.tells(&SEEN) || d.is(&["inferred"]));
            let how = if flow.channel == Some(Channel::Phone) {
                "rings people up"
            } else {
                "messages people"
            };
            format!("{how} because of {what}.")
        },
        instead: &[
            "Put it on the page, or into the next letter that they asked for.",
            "Ask in which channel people want to hear of what.",
            "Leave alone whoever buys more than is good for them.",
        ],
    },
    Rule {
        name: "messages.turned",
        title: "What people asked for or wrote to be helped serves something else",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P15", "P56"],
        gives_way_to: &["purpose.changed"],
        applies: |flow| {
            let told = |d: &Datum| {
                (d.is(&["behaviour.service"]) || d.comes_from(&["behaviour.service"]))
                    && d.is_of_one()
            };
            let turned = flow.is_for(&[
                "marketing.",
                "advertise.",
                "enrich.",
                "share.",
                "train.",
                "personalise.",
            ]);
            turned
                && flow.purpose() != "advertise.suppress"
                && flow.has(told)
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "Whoever asks for help tells of illness, debts and quarrels; that was given to be helped, and for \
             nothing else (GDPR Art. 5(1)(b) and 6(4))."
                .to_owned()
        },
        line: |flow| {
            let what = if flow.is_for(&["train."]) { "train its models" } else { "sell" };
            format!("takes what people asked for or used, and uses it to {what}.")
        },
        instead: &[
            "Leave people with an open complaint out of offers until it is answered, and use nothing else of it.",
            "Count topics in groups.",
            "Train on texts that were written for training, or that their writers gave.",
        ],
    },
];

/// Whether a client named somebody for what they ordered: whom a parcel goes to, whom to ring. What names
/// and reaches them serves that one thing, and nobody uses it for ends of their own.
fn is_named_by_a_client(flow: &Flow) -> bool {
    let told = |d: &Datum| {
        d.is(&["identity.name", "contact"])
            && d.reveals.is_empty()
            && matches!(d.source(), Source::Person | Source::Us | Source::Partner)
    };
    flow.basis == Some(Basis::Contract)
        && flow.is_for(&["service."])
        && flow.data.iter().all(told)
        && !flow.leaves()
}
