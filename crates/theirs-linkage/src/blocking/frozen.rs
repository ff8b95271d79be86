//! Blocking by decisions that no longer change.
//!
//! How large the blocks of each rule may be and which of its keys are too common is decided once,
//! when a model is learnt, and kept in it by hash. From then on the keys of a record depend on that
//! record alone, and whether two records are compared depends on which records there are, never on
//! the order in which they came. The price is that a block may outgrow the bound: up to `GROWTH`
//! times it is compared all the same, beyond that it is set aside until the model is learnt again;
//! both are counted. A rule that was found not to be worth its pairs is not used, and a key whose
//! parts were not stays set aside, also until the model is learnt again.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::rule::{self, Rule, extended};
use crate::digest::{ByNumber, digest, mix};
use crate::layout::Layout;
use crate::records::Table;

/// How many times larger than when the model was learnt a block may grow.
const GROWTH: usize = 4;

/// Keys that are too common.
pub(super) type Common = HashSet<u32, ByNumber>;

/// What a model keeps of blocking. Holds hashes only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Blocking {
    /// A hash of the rules; keys made by other rules mean nothing here.
    rules: u64,
    /// Per rule: the most records in a block when the model was learnt; 0 for a rule that is not
    /// worth its pairs.
    bounds: Vec<usize>,
    /// Per rule: the keys whose block was too large and was split, sorted.
    oversized: Vec<Vec<u32>>,
    /// Per rule: the keys so common that what is split from their block is not worth its pairs,
    /// sorted.
    #[serde(default)]
    closed: Vec<Vec<u32>>,
}

/// Makes the blocking keys of records.
pub(crate) struct Keys {
    pub(super) rules: Vec<Rule>,
    pub(super) frozen: Vec<Frozen>,
}

/// What was decided for the blocks of one rule.
pub(super) struct Frozen {
    bound: usize,
    pub(super) common: Common,
    pub(super) closed: Common,
}

impl Blocking {
    /// Starts with nothing decided for these rules.
    pub(super) fn new(rules: &[Rule]) -> Self {
        Self { rules: fingerprint(rules), ..Self::default() }
    }

    /// Keeps what was decided for the next rule.
    pub(super) fn push(&mut self, bound: usize, common: Vec<u32>, closed: Vec<u32>) {
        self.bounds.push(bound);
        self.oversized.push(in_order(common));
        self.closed.push(in_order(closed));
    }

    /// The keys to block by; `None` if they were learnt for other rules than there are now.
    pub(crate) fn keys(&self, layout: &Layout) -> Option<Keys> {
        let rules = rule::rules(layout);
        let known = [self.bounds.len(), self.oversized.len()];
        let is_ours = self.rules == fingerprint(&rules) && known == [rules.len(); 2];
        let of_rule = |lists: &[Vec<u32>], rule: usize| -> Common {
            lists.get(rule).into_iter().flatten().copied().collect()
        };
        let frozen = |(rule, &bound)| Frozen {
            bound,
            common: of_rule(&self.oversized, rule),
            closed: of_rule(&self.closed, rule),
        };
        let frozen = self.bounds.iter().enumerate().map(frozen).collect();
        is_ours.then_some(Keys { rules, frozen })
    }
}

impl Keys {
    /// All keys of a record, each once, with the number of its rule in the upper half.
    pub(crate) fn of(&self, table: &Table, record: u32) -> Vec<u64> {
        let mut keys = Vec::with_capacity(self.rules.len());
        for ((number, rule), frozen) in (0_u64..).zip(&self.rules).zip(&self.frozen) {
            if !frozen.is_used() {
                continue;
            }
            let uncommon = |key| uncommon(key, rule, frozen, table, record);
            let own = rule.keys_of(table, record).filter_map(uncommon);
            keys.extend(own.map(|key| number << 32 | u64::from(key)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Per rule: the bound beyond which a block has grown, and that beyond which it is not compared.
    pub(crate) fn bounds(&self) -> Vec<(usize, usize)> {
        self.frozen.iter().map(|frozen| (frozen.bound, frozen.most())).collect()
    }
}

impl Frozen {
    /// Whether the rule is worth its pairs.
    pub(super) fn is_used(&self) -> bool {
        self.bound > 0
    }

    /// Beyond so many records a block is not compared.
    pub(super) fn most(&self) -> usize {
        self.bound.saturating_mul(GROWTH)
    }
}

/// Sorted, each once.
fn in_order(mut keys: Vec<u32>) -> Vec<u32> {
    keys.sort_unstable();
    keys.dedup();
    keys.shrink_to_fit();
    keys
}

/// The first key that was not too common, from this one on; `None` if all were.
fn uncommon(key: u32, rule: &Rule, frozen: &Frozen, table: &Table, record: u32) -> Option<u32> {
    let (mut key, mut further) = (key, rule.further.iter());
    if frozen.closed.contains(&key) {
        return None;
    }
    while frozen.common.contains(&key) {
        key = extended(key, further.next()?.of(table, record).unwrap_or_default());
    }
    Some(key)
}

fn fingerprint(rules: &[Rule]) -> u64 {
    rules.iter().fold(0, |hash, rule| {
        let words = format!("{} {:?} {:?}", rule.name, rule.alternatives, rule.further);
        mix(hash, digest(words.as_bytes()))
    })
}
