//! What lies here: unused, finer than anything needs it, or within reach of too many.

use theirs_charter::category;

use super::{Keys, Law, Rule};
use crate::flow::Datum;

/// The tier from which data that nobody uses is a finding, and below which it is a treasure.
pub(crate) const RISKY_TIER: u8 = 3;
/// The tier from which it matters that data is held more exactly than it is used.
const FINE_TIER: u8 = 2;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "held.risky_unused",
        title: "Private data lies here and no purpose uses it",
        law: Law::Duty,
        keys: Keys::Two,
        precedents: &[],
        gives_way_to: &["location.unused", "broker.consent_unchecked", "lifeevent.inferred"],
        applies: |flow| flow.is_idle() && flow.has(is_risky),
        asks: |_| {
            "What no purpose needs may not be kept (GDPR Art. 5(1)(c)); it can only be lost."
                .to_owned()
        },
        line: |flow| format!("hoards {} and cannot say what for.", flow.data_in_words(is_risky)),
        instead: &["Delete it.", "Give it a purpose that people would agree to, and ask them."],
    },
    Rule {
        name: "held.finer_than_needed",
        title: "It is kept more exactly than anything uses it",
        law: Law::Duty,
        keys: Keys::One,
        precedents: &["P11"],
        gives_way_to: &[],
        applies: |flow| flow.has(is_finer),
        asks: |_| {
            "Data is kept no more exactly than its purposes need (GDPR Art. 5(1)(c)).".to_owned()
        },
        line: |flow| format!("keeps {} though it needs far less.", flow.data_in_words(is_finer)),
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
        line: |flow| {
            let why = flow.reach.wider_than_needed.clone().unwrap_or_default();
            format!("says so in its own rules: {why}")
        },
        instead: &[
            "Take out of the role what another role does already, and what it never used.",
            "Give it the groups (`output: aggregate`) instead of the people.",
        ],
    },
];

fn tier(datum: &Datum) -> u8 {
    category(datum.category.key()).map_or(4, |known| known.tier)
}

fn is_risky(datum: &Datum) -> bool {
    tier(datum) >= RISKY_TIER
}

fn is_finer(datum: &Datum) -> bool {
    tier(datum) >= FINE_TIER && datum.needed.is_some_and(|needed| needed > datum.grain)
}
