//! Health, belief, politics, sex, bodies: said, guessed or given away by something harmless.

use super::{Keys, Law, Rule};
use crate::flow::words::SENSITIVE;
use crate::flow::{Datum, Flow, Grain, Offered, People, Source, Told};

const HEALTH: [&str; 1] = ["sensitive.health"];
const FAMILY: [&str; 2] = ["inferred.lifeevent", "household"];
/// What is the private life of people who work here.
const STAFF: [&str; 5] =
    ["sensitive.", "household", "social.media", "inferred", "location.precise"];
/// What no yes under a notice gives away to sell by.
const NUMBERS: [&str; 1] = ["gov.id"];
const PRIVATE: [&str; 3] = ["gov.id", "finance.credit", "payment.instrument"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "health.to_ads",
        title: "Something about health reaches the advertising trade",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P12", "P13", "P14"],
        gives_way_to: &[],
        applies: |flow| flow.tells(&HEALTH) && flow.is_advertising() && !flow.is_knowingly_agreed(),
        asks: |_| {
            "That somebody uses a service for their health is health data, an address or a title \
             too; no advertising without an express yes."
                .to_owned()
        },
        line: |flow| {
            format!(
                "lets {} know about the health of {}.",
                advertisers(flow),
                flow.people_in_words()
            )
        },
        instead: &[
            "Advertise by what the page is about, not by who reads it.",
            "Measure in groups on your own machines, and give the platform no list.",
            "Leave everybody out whose purchase or page says something about health.",
        ],
    },
    Rule {
        name: "health.inferred_from_purchases",
        title: "Health is guessed from what people buy or do",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P15"],
        gives_way_to: &[],
        applies: |flow| {
            let guessed = |datum: &Datum| datum.tells(&HEALTH) && is_worked_out(datum);
            flow.has(guessed)
                && !flow.has(|datum| datum.comes_from(&["location"]))
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A guess at somebody's health is health data (GDPR Art. 9), however ordinary the \
             purchase that it was made from."
                .to_owned()
        },
        line: |flow| {
            let people = flow.people_in_words();
            let bought = flow.has(|d| d.tells(&HEALTH) && d.comes_from(&["purchase"]));
            if bought {
                format!("guesses who among {people} is ill by what they buy.")
            } else {
                format!("guesses at the health of {people}.")
            }
        },
        instead: &[
            "Offer by the product itself (who bought tea gets tea), and note no reason behind it.",
            "Ask people which subjects they want to hear of.",
        ],
    },
    Rule {
        name: "sensitive.inferred",
        title: "Belief, politics, sex or origin is guessed",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P40", "P15", "P04", "P05"],
        gives_way_to: &["health.inferred_from_purchases"],
        applies: |flow| {
            flow.has(|datum| datum.tells(&SENSITIVE) && is_worked_out(datum))
                && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "A guess about one person, from statistics too, is data about that person, and this \
             kind may not be used without an express yes (GDPR Art. 9)."
                .to_owned()
        },
        line: |flow| {
            let guessed = Flow {
                data: flow.data.iter().filter(|d| is_worked_out(d)).cloned().collect(),
                ..Flow::default()
            };
            let what = guessed.told_in_words(&SENSITIVE);
            format!("looks at {} and guesses {what}.", flow.people_in_words())
        },
        instead: &[
            "Work with places or groups, and attach nothing to a person.",
            "Ask, and say what for.",
        ],
    },
    Rule {
        name: "sensitive.shared",
        title: "Sensitive data is given to others",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P29", "P16", "P40", "P01", "P02"],
        gives_way_to: &["health.to_ads"],
        applies: |flow| flow.tells(&SENSITIVE) && flow.leaves() && !flow.is_knowingly_agreed(),
        asks: |_| {
            "Giving away who is ill, believes, loves or votes how needs an express yes to that \
             recipient; being a client can be enough to give it away."
                .to_owned()
        },
        line: |flow| {
            let verb = if flow.pays() { "sells" } else { "gives away" };
            let (people, to) = (flow.people_in_words(), flow.others_in_words());
            format!(
                "{verb} the most private things about {people} to {to}: {}.",
                flow.told_in_words(&SENSITIVE)
            )
        },
        instead: &[
            "Keep it inside, for what people gave it for.",
            "Give others nothing from which the kind of service can be told.",
        ],
    },
    Rule {
        name: "sensitive.without_yes",
        title: "Sensitive data is used without a yes",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P29", "P56"],
        gives_way_to: &[
            "health.to_ads",
            "health.inferred_from_purchases",
            "sensitive.inferred",
            "sensitive.shared",
            "staff.private_lives",
            "biometric.taken",
        ],
        applies: |flow| {
            let asked_for =
                flow.is_for(&["service."]) && !flow.leaves() && !flow.has(Datum::is_outside);
            let exempt = flow.is_for(&["legal.", "security."]) || asked_for;
            flow.purpose.is_some()
                && flow.tells(&SENSITIVE)
                && !exempt
                && flow.offered() != Offered::OptIn
        },
        asks: |_| "Data of this kind needs an express yes or a law (GDPR Art. 9).".to_owned(),
        line: |flow| {
            let what = flow.told_in_words(&SENSITIVE);
            format!("makes use of what it knows of {}: {what}.", flow.people_in_words())
        },
        instead: &["Ask first, and say what for.", "Do the same without that column."],
    },
    Rule {
        name: "private.for_marketing",
        title: "Identity numbers, credit, payment or family data serve marketing",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P27"],
        gives_way_to: &[],
        applies: |flow| {
            let family = flow.is_for(&["marketing."]) && flow.tells(&["household"]);
            let told = |d: &Datum| d.tells(&PRIVATE) || d.comes_from(&PRIVATE);
            let private = flow.is_marketing() && flow.has(told);
            let numbered =
                flow.is_marketing() && flow.tells(&NUMBERS) && !flow.is_knowingly_agreed();
            (private || family) && flow.offered() != Offered::OptIn || numbered
        },
        asks: |_| {
            "They are not needed to sell, and are kept for the one thing that they were given for \
             (GDPR Art. 5(1)(b); sensitive under the CCPA)."
                .to_owned()
        },
        line: |flow| {
            let private =
                |d: &Datum| d.is(&PRIVATE) || d.is(&["household"]) || d.comes_from(&PRIVATE);
            format!("uses {} for its marketing.", flow.data_in_words(private))
        },
        instead: &["Do the same without that column."],
    },
    Rule {
        name: "lifeevent.inferred",
        title: "Family and life events are guessed at",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P19"],
        gives_way_to: &[],
        applies: |flow| {
            let guessed =
                |datum: &Datum| datum.is(&FAMILY) && (is_worked_out(datum) || datum.is_outside());
            flow.has(guessed) && !flow.is_knowingly_agreed()
        },
        asks: |_| {
            "The best known case had no regulator: a guess at a pregnancy reached the family, and is \
             told to this day. Where such a guess shows health, GDPR Art. 9 applies."
                .to_owned()
        },
        line: |flow| {
            let from_outside = flow.has(|d| d.is(&FAMILY) && d.is_outside());
            let people = flow.people_in_words();
            if from_outside {
                format!("holds what others say of the families and lives of {people}.")
            } else {
                format!("works out what happens in the lives and families of {people}.")
            }
        },
        instead: &[
            "Ask: \"Is there a day you would like us to remember?\"",
            "Let people choose a list (baby, moving house) themselves, and leave it again.",
            "Show the offer to everybody on the page, and address nobody by it.",
        ],
    },
    Rule {
        name: "biometric.taken",
        title: "Faces or bodies are read without a yes",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P55"],
        gives_way_to: &[],
        applies: |flow| {
            let scraped = |d: &Datum| matches!(d.source(), Source::Scraped | Source::Public);
            let taken = |d: &Datum| {
                d.tells(&["sensitive.biometric"]) && (scraped(d) || !flow.is_knowingly_agreed())
            };
            flow.has(taken)
        },
        asks: |_| {
            "A face is read only with an express yes of whose it is; that a picture lies open is \
             none."
                .to_owned()
        },
        line: |flow| {
            format!(
                "measures the faces, voices or bodies of {}, who did not knowingly say yes.",
                flow.people_in_words()
            )
        },
        instead: &[
            "Let people show a card or a code.",
            "Count visitors without telling them apart.",
        ],
    },
    Rule {
        name: "staff.private_lives",
        title: "Private lives of staff are on file",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P56"],
        gives_way_to: &[],
        applies: |flow| {
            let watched = flow.has(|datum| datum.grain == Grain::Continuous);
            let noted = flow.tells(&STAFF) || watched;
            flow.is_of(&[People::Employees])
                && noted
                && !flow.is_for(&["legal."])
                && !is_own_route(flow, watched)
        },
        asks: |_| {
            "What is noted about staff must be needed for their work; notes in free text are \
             personal data."
                .to_owned()
        },
        line: |flow| {
            if flow.has(|datum| datum.grain == Grain::Continuous) {
                return "watches its own staff all the time.".to_owned();
            }
            format!("has its own staff on file with {}.", flow.data_in_words(|d| d.tells(&STAFF)))
        },
        instead: &["Note what was agreed about the work, in fixed fields, and nothing else."],
    },
    Rule {
        name: "staff.measured",
        title: "Staff are measured one by one",
        law: Law::Costly,
        keys: Keys::Two,
        precedents: &["P56", "P49"],
        gives_way_to: &["staff.private_lives", "biometric.taken"],
        applies: |flow| {
            let measured = |d: &Datum| {
                d.is(&["behaviour", "profile"]) && d.is_of_one() && d.grain < Grain::Coarse
            };
            let is_needed = flow.is_for(&["legal."]) || flow.told == Told::Individually;
            flow.is_of(&[People::Employees]) && flow.has(measured) && !is_needed
        },
        asks: |_| {
            "What people do at work is counted for all together, or of one person only as far as the work needs \
             it and each was told; every minute of it is too much (GDPR Art. 5(1)(c), 6(1)(f) and 88)."
                .to_owned()
        },
        line: |flow| {
            let what = flow.data_in_words(|d| d.is(&["behaviour", "profile"]));
            format!("measures its own staff one by one: {what}.")
        },
        instead: &[
            "Count for the whole shift or place, and nobody alone.",
            "Tell each of them what is counted and for how long, and agree it with those who speak for them.",
        ],
    },
];

/// Where staff are while they do the work, each of them told, and not beyond it.
fn is_own_route(flow: &Flow, watched: bool) -> bool {
    let else_private = ["sensitive.", "household", "social.media", "inferred"];
    flow.is_for(&["service."])
        && flow.told == Told::Individually
        && !watched
        && !flow.tells(&else_private)
        && !flow.leaves()
}

fn is_worked_out(datum: &Datum) -> bool {
    datum.is_worked_out()
}

fn advertisers(flow: &Flow) -> String {
    match flow.recipients.first() {
        Some(to) => to.name.clone().unwrap_or_else(|| to.who.in_words().to_owned()),
        None => "advertisers".to_owned(),
    }
}
