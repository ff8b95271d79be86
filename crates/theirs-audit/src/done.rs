//! What was really done, in counts that whoever owns the store fills in.
//!
//! A charter alone says what may be done. With this beside it the audit says what was: how many
//! people, how often, given to whom, and which yeses have grown old. It holds no value of anybody.

use std::collections::{BTreeMap, BTreeSet};

use crate::price::Price;

/// How old a yes may be before it counts as forgotten, in months: what Canada's law gives an implied
/// yes after the last purchase. A yes that was asked for lasts longer in law, and no longer in memory.
pub const YES_LASTS_MONTHS: u32 = 24;

/// What was really done, in counts.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// How many people are known.
    pub people: u64,
    /// How many records or rows each source holds.
    pub held: BTreeMap<String, u64>,
    /// Of how many people each source from outside says something, where somebody counted.
    pub concerned: BTreeMap<String, u64>,
    /// What was done for each purpose.
    pub purposes: BTreeMap<String, Practice>,
    /// Of how many people an idle column says something, by source and column (see [`crate::idle`]).
    pub spoken: BTreeMap<(String, String), u64>,
    /// What less data would cost in result, by purpose, where a campaign's frontier was measured.
    pub prices: BTreeMap<String, Vec<Price>>,
    /// The yeses on each topic.
    pub consents: BTreeMap<String, Yeses>,
}

/// What was done for a purpose.
#[derive(Debug, Clone, Default)]
pub struct Practice {
    /// How often it was used.
    pub uses: u64,
    /// How often something was given to somebody.
    pub shares: u64,
    /// The roles that used it.
    pub roles: BTreeSet<String>,
}

/// The yeses on a topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Yeses {
    /// How many people say yes now.
    pub given: u64,
    /// How many of them said so longer ago than [`YES_LASTS_MONTHS`], and did not renew it.
    pub too_old: u64,
}
