//! What lies here: unused, finer than anything needs it, or within reach of too many.
//!
//! Each kind of data that would embarrass is a finding of its own, so that a heap is not told as one. No case
//! of the table is of data that only lay there, so what lies is a duty not kept, and costly for nobody yet;
//! exact positions alone have a case (see `location`).

use theirs_charter::category;

use super::{Keys, Law, Rule};
use crate::flow::{Datum, Flow, Grain};

/// The tier from which data that nobody uses is a finding, and below which it is a treasure.
const RISKY_TIER: u8 = 3;
/// The tier from which it matters that data is held more exactly than it is used.
const FINE_TIER: u8 = 2;

const HEALTH: [&str; 1] = ["sensitive.health"];
const BELIEF: [&str; 3] = ["sensitive.religion", "sensitive.politics", "sensitive.union"];
const ORIGIN: [&str; 2] = ["sensitive.ethnicity", "demo.birthplace"];
const LOVE: [&str; 1] = ["sensitive.sexuality"];
const BODY: [&str; 1] = ["sensitive.biometric"];
const NUMBERS: [&str; 1] = ["gov.id"];
const MONEY: [&str; 2] = ["finance.credit", "payment.instrument"];
const CHILDREN: [&str; 1] = ["household.children"];
const DEVICES: [&str; 2] = ["id.device", "id.ip"];
const BIRTH: [&str; 1] = ["demo.birthdate"];

/// The data that has a finding of its own below.
const NAMED: [&[&str]; 10] =
    [&HEALTH, &BELIEF, &ORIGIN, &LOVE, &BODY, &NUMBERS, &MONEY, &CHILDREN, &DEVICES, &BIRTH];

pub(super) const RULES: &[Rule] = &[
    held(
        ("held.health", "Something about health lies here and no purpose uses it"),
        |flow| lies(flow, &HEALTH),
        |flow| hoards(flow, &HEALTH),
    ),
    held(
        ("held.belief", "Belief, politics or a union lies here and no purpose uses it"),
        |flow| lies(flow, &BELIEF),
        |flow| hoards(flow, &BELIEF),
    ),
    held(
        ("held.origin", "Where people come from lies here and no purpose uses it"),
        |flow| lies(flow, &ORIGIN),
        |flow| hoards(flow, &ORIGIN),
    ),
    held(
        ("held.sexuality", "Whom people love lies here and no purpose uses it"),
        |flow| lies(flow, &LOVE),
        |flow| hoards(flow, &LOVE),
    ),
    held(
        ("held.biometric", "Faces, voices or bodies lie here and no purpose uses them"),
        |flow| lies(flow, &BODY),
        |flow| hoards(flow, &BODY),
    ),
    held(
        ("held.official_number", "Numbers that the state gave lie here and no purpose uses them"),
        |flow| lies(flow, &NUMBERS),
        |flow| hoards(flow, &NUMBERS),
    ),
    held(
        ("held.money", "Credit or payment data lies here and no purpose uses it"),
        |flow| lies(flow, &MONEY),
        |flow| hoards(flow, &MONEY),
    ),
    held(
        ("held.children", "Facts about children lie here and no purpose uses them"),
        |flow| {
            // What others say of families is a finding of its own.
            let own = |d: &Datum| d.tells(&CHILDREN) && !d.is_outside() && !d.is_worked_out();
            lies(flow, &CHILDREN) && flow.has(own)
        },
        |flow| hoards(flow, &CHILDREN),
    ),
    held(
        ("held.device", "Numbers of devices lie here and no purpose uses them"),
        |flow| lies(flow, &DEVICES),
        |flow| hoards(flow, &DEVICES),
    ),
    held(
        ("held.birth_dates", "Whole birth dates lie here and no purpose uses them"),
        |flow| flow.is_idle() && flow.has(|d| d.is(&BIRTH) && d.grain <= Grain::Exact),
        |flow| hoards(flow, &BIRTH),
    ),
    Rule {
        name: "held.risky_unused",
        title: "Private data lies here and no purpose uses it",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &["location.unused", "broker.consent_unchecked", "lifeevent.inferred"],
        applies: |flow| flow.is_idle() && flow.has(is_other_risk),
        asks: needless,
        line: |flow| {
            format!("keeps {}, and has not said what for.", flow.data_in_words(is_other_risk))
        },
        instead: LIGHTEN,
    },
    Rule {
        name: "held.finer_than_needed",
        title: "It is kept more exactly than anything uses it",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| flow.has(is_finer),
        asks: |_| {
            "Data is kept no more exactly than its purposes need (GDPR Art. 5(1)(c)).".to_owned()
        },
        line: |flow| {
            format!("keeps {} more exactly than it uses them.", flow.data_in_words(is_finer))
        },
        instead: &[
            "Keep what the purposes see: day and month for a birthday, ten years of age for figures.",
            "Ask new clients for the day and month alone, and say what for.",
        ],
    },
    Rule {
        name: "access.wide",
        title: "A role can come at more than its work needs",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &[],
        gives_way_to: &[],
        applies: |flow| flow.reach.wider_than_needed.is_some(),
        asks: |flow| {
            let why = flow.reach.wider_than_needed.clone().unwrap_or_default();
            format!("{why} Access goes with the work (GDPR Art. 25(2) and 32).")
        },
        line: |_| {
            "lets some of its staff reach more of people's data than their work seems to need."
                .to_owned()
        },
        instead: &[
            "Take out of the role what another role does already, and what it never used.",
            "Give it the groups (`output: aggregate`) instead of the people.",
        ],
    },
];

const LIGHTEN: &[&str] =
    &["Delete it.", "Give it a purpose that people would agree to, and ask them."];

/// A kind of data that lies here for nothing.
const fn held(
    (name, title): (&'static str, &'static str),
    applies: fn(&Flow) -> bool,
    line: fn(&Flow) -> String,
) -> Rule {
    Rule {
        name,
        title,
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &["staff.private_lives"],
        applies,
        asks: needless,
        line,
        instead: LIGHTEN,
    }
}

fn needless(_: &Flow) -> String {
    "What no purpose needs may not be kept (GDPR Art. 5(1)(c)); it can only be lost.".to_owned()
}

fn lies(flow: &Flow, kinds: &[&str]) -> bool {
    flow.is_idle() && flow.has(|datum| datum.tells(kinds) && datum.is_of_one())
}

fn hoards(flow: &Flow, kinds: &[&str]) -> String {
    format!(
        "has {} on file with {}, and has not said what for.",
        flow.people_in_words(),
        flow.told_in_words(kinds)
    )
}

fn tier(datum: &Datum) -> u8 {
    category(datum.category.key()).map_or(4, |known| known.tier)
}

/// Whether nobody should keep it for nothing.
pub(crate) fn is_risky(key: &str) -> bool {
    let Some(datum) = Datum::of(key) else { return true };
    NAMED.iter().any(|kinds| datum.is(kinds)) || tier(&datum) >= RISKY_TIER
}

/// Private, and no finding of its own.
fn is_other_risk(datum: &Datum) -> bool {
    let is_named = NAMED.iter().any(|kinds| datum.is(kinds));
    !is_named && tier(datum) >= RISKY_TIER
}

fn is_finer(datum: &Datum) -> bool {
    tier(datum) >= FINE_TIER && datum.needed.is_some_and(|needed| needed > datum.grain)
}
