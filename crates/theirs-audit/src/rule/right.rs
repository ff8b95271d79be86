//! What people get when they ask, where their data goes and how long it stays.

use super::{Keys, Law, Rule};
use crate::flow::{Flow, Hurdle, Identity, Lack, Period, Safeguard, Written};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "access.incomplete",
        title: "Copies leave things out",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P41", "P28", "P37"],
        gives_way_to: &[],
        applies: |flow| !flow.rights.copy_lacks.is_empty(),
        asks: |flow| format!("A copy says all that is held and {} (GDPR Art. 15).", lacks(flow)),
        line: |flow| format!("answers people who ask, but leaves out {}.", lacks(flow)),
        instead: &[
            "Write the copy from what is held and logged, by machine: `theirs report PERSON`.",
        ],
    },
    Rule {
        name: "identity.too_much",
        title: "Too much proof of identity is asked for",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P54", "P23"],
        gives_way_to: &[],
        applies: |flow| {
            flow.rights.identity != Identity::Proportionate
                || flow.choice.hurdles.contains(&Hurdle::IdCopy)
        },
        asks: |_| {
            "Proof of who asks is in proportion to what is given out (GDPR Art. 12(2) and (6))."
                .to_owned()
        },
        line: |flow| match flow.rights.identity {
            Identity::MoreThanHeld => {
                "wants to know more of people than it holds before it answers them.".to_owned()
            }
            _ => "wants a copy of people's identity card before it answers them.".to_owned(),
        },
        instead: &["A link to the address on record, or the login people already have."],
    },
    Rule {
        name: "rights.refused",
        title: "People who ask get no answer",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P55"],
        gives_way_to: &[],
        applies: |flow| flow.rights.refused,
        asks: |_| "Requests are answered within a month (GDPR Art. 12(3)).".to_owned(),
        line: |_| "does not answer people who ask what it has on them.".to_owned(),
        instead: &[
            "Answer by machine, and keep a queue with the last day of each: `theirs request list`.",
        ],
    },
    Rule {
        name: "rights.fee",
        title: "People pay to see their own data",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| flow.rights.fee,
        asks: |_| {
            "A copy of one's own data, a no and an erasure cost nothing (GDPR Art. 12(5))."
                .to_owned()
        },
        line: |_| "takes money from people who want to see what it has on them.".to_owned(),
        instead: &["Answer for nothing, by machine: `theirs report PERSON`."],
    },
    Rule {
        name: "record.wrong",
        title: "The record of processing is not what is done",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &["P35"],
        gives_way_to: &[],
        applies: |flow| flow.rights.record == Written::Wrong,
        asks: |_| "The record of processing says what is really done (GDPR Art. 30).".to_owned(),
        line: |_| "keeps its books on people's data wrong.".to_owned(),
        instead: &["Write it from the charter that is enforced."],
    },
    Rule {
        name: "transfer.no_safeguard",
        title: "Data goes abroad and nothing protects it there",
        law: Law::Stop,
        keys: Keys::Two,
        precedents: &["P48", "P49"],
        gives_way_to: &[],
        applies: |flow| flow.recipients.iter().any(|to| to.safeguard == Safeguard::Missing),
        asks: |_| {
            "Data leaves for a country without an equal law only under a safeguard (GDPR Art. 44 to 46).".to_owned()
        },
        line: |_| "sends people's data abroad with nothing to protect it there.".to_owned(),
        instead: &[
            "Take a recipient in the country or one with an equal law.",
            "Send a key that says nothing there, and keep the names at home.",
            "Sign standard clauses, and check that they can be kept.",
        ],
    },
    Rule {
        name: "kept.too_long",
        title: "Data is kept longer than it is needed",
        law: Law::Costly,
        keys: Keys::One,
        precedents: &["P37"],
        gives_way_to: &[],
        applies: |flow| {
            let keep = &flow.keep;
            let for_ever = [keep.promised, keep.really].contains(&Some(Period::ForEver));
            let longest = longest(flow);
            let too_long = |period: &Period| longest.is_some_and(|longest| *period > longest);
            keep.begins_again
                || keep.promised.iter().chain(&keep.really).any(too_long)
                || keep
                    .really
                    .zip(keep.promised)
                    .is_some_and(|(really, promised)| really > promised)
                || (for_ever && !flow.is_for(&["legal."]))
        },
        asks: |_| {
            "A time for keeping ends, and each update does not begin it again (GDPR Art. 5(1)(e))."
                .to_owned()
        },
        line: kept_in_words,
        instead: &[
            "Say a time for each source (`keep`), and let a machine hold it: `theirs expire`.",
        ],
    },
];

/// How long is too long, by what it is for: nobody's marketing needs more than ten years of a person,
/// and what serves people outlives no house that it could be about.
fn longest(flow: &Flow) -> Option<Period> {
    if flow.is_for(&["legal."]) {
        return None;
    }
    Some(Period::years(if flow.is_for(&["service.", "security."]) { 30 } else { 10 }))
}

fn kept_in_words(flow: &Flow) -> String {
    let keep = &flow.keep;
    let beyond = keep.really.zip(keep.promised).is_some_and(|(really, said)| really > said);
    let for_how_long = [keep.promised, keep.really].into_iter().flatten().max();
    match for_how_long {
        _ if beyond => "keeps people's data longer than it promised.".to_owned(),
        Some(Period::ForEver) => "keeps people's data for ever.".to_owned(),
        Some(period) if !keep.begins_again => {
            format!("keeps people's data for {}.", String::from(period))
        }
        _ => "begins the time for deleting people's data again at every update.".to_owned(),
    }
}

fn lacks(flow: &Flow) -> String {
    let words: Vec<&str> = flow
        .rights
        .copy_lacks
        .iter()
        .map(|lack| match lack {
            Lack::Data => "part of the data",
            Lack::Recipients => "who was given it",
            Lack::Sources => "where it is from",
            Lack::Retention => "how long it is kept",
            Lack::PlainWords => "words that a person understands",
        })
        .collect();
    crate::flow::words::listed(&words)
}
