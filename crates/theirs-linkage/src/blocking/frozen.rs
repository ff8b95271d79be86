//! Blocking by decisions that no longer change.
//!
//! Which keys are too common is decided once, when a model is learnt, and kept in it by hash.
//! From then on the keys of a record depend on that record alone, and whether two records are
//! compared depends on which records there are, never on the order in which they came. The price
//! is that a block may outgrow the bound: up to `GROWTH` times it is compared all the same, beyond
//! that it is set aside until the model is learnt again; both are counted.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::rule::{self, Rule};
use super::{Blocks, Keyed, RuleBlocks, joint_key};
use crate::digest::{digest, mix};
use crate::layout::Layout;
use crate::records::Table;
use crate::report::SetAside;

/// How many times larger than when the model was learnt a block may grow.
const GROWTH: usize = 4;

/// What a model keeps of blocking. Holds hashes only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Blocking {
    /// The most records in a block when the model was learnt.
    max_block: usize,
    /// A hash of the rules; keys made by other rules mean nothing here.
    rules: u64,
    /// Per rule: the keys whose block was too large and was split, sorted.
    oversized: Vec<Vec<u64>>,
}

/// Makes the blocking keys of records.
pub(crate) struct Keys {
    rules: Vec<Rule>,
    oversized: Vec<HashSet<u64>>,
    max_block: usize,
}

impl Blocking {
    /// Keeps what was decided when these blocks were made.
    pub(crate) fn new(layout: &Layout, max_block: usize, blocks: &mut Blocks) -> Self {
        let sorted = |blocks: &mut RuleBlocks| {
            let mut keys = std::mem::take(&mut blocks.oversized);
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let oversized = blocks.rules.iter_mut().map(sorted).collect();
        Self { max_block: max_block.max(2), rules: fingerprint(&rule::rules(layout)), oversized }
    }

    /// The keys to block by; `None` if they were learnt for other rules than there are now.
    pub(crate) fn keys(&self, layout: &Layout) -> Option<Keys> {
        let rules = rule::rules(layout);
        let is_ours = self.rules == fingerprint(&rules) && self.oversized.len() == rules.len();
        let oversized = self.oversized.iter().map(|keys| keys.iter().copied().collect()).collect();
        is_ours.then_some(Keys { rules, oversized, max_block: self.max_block })
    }
}

impl Keys {
    /// Calls back with every key of a record, as the number of its rule and a hash.
    pub(crate) fn for_each(&self, table: &Table, record: u32, mut visit: impl FnMut(usize, u64)) {
        for (at, rule) in self.rules.iter().enumerate() {
            if let Some(key) = self.key(at, rule, table, record) {
                visit(at, key);
            }
        }
    }

    /// All keys of a record, each with its rule in it.
    pub(crate) fn of(&self, table: &Table, record: u32) -> Vec<u64> {
        let mut keys = Vec::with_capacity(self.rules.len());
        self.for_each(table, record, |rule, key| keys.push(mix(rule as u64, key)));
        keys
    }

    /// Beyond so many records a block is larger than any was when the model was learnt.
    pub(crate) fn max_block(&self) -> usize {
        self.max_block
    }

    /// Beyond so many records a block is not compared.
    pub(crate) fn most(&self) -> usize {
        self.max_block.saturating_mul(GROWTH)
    }

    /// The first key of a rule that was not too common; `None` if all were, or a value is missing.
    fn key(&self, at: usize, rule: &Rule, table: &Table, record: u32) -> Option<u64> {
        let mut key = joint_key(&rule.keys, table, record)?;
        let mut further = rule.further.iter();
        while self.oversized[at].contains(&key) {
            key = mix(key, further.next()?.of(table, record).unwrap_or_default());
        }
        Some(key)
    }
}

impl Blocks {
    /// Blocks a table by frozen keys.
    pub(crate) fn frozen(keys: &Keys, table: &Table, set_aside: &mut Vec<SetAside>) -> Self {
        let rules = keys.rules.len();
        let mut blocks = Self { rules: Vec::new(), membership: vec![0; table.len * rules] };
        for (at, rule) in keys.rules.iter().enumerate() {
            let mut keyed: Vec<Keyed> = (0..u32::try_from(table.len).unwrap_or(u32::MAX))
                .filter_map(|record| Some((keys.key(at, rule, table, record)?, record)))
                .collect();
            keyed.sort_unstable();
            let mut rule_blocks = RuleBlocks::new();
            for run in keyed.chunk_by(|left, right| left.0 == right.0) {
                match run.len() {
                    0 | 1 => {}
                    size if size > keys.most() => SetAside::note(set_aside, &rule.name, size),
                    _ => rule_blocks.push(run),
                }
            }
            blocks.note_members(at, rules, &rule_blocks);
            blocks.rules.push(rule_blocks);
        }
        blocks
    }
}

fn fingerprint(rules: &[Rule]) -> u64 {
    rules.iter().fold(0, |hash, rule| {
        let words = format!("{} {:?} {:?}", rule.name, rule.keys, rule.further);
        mix(hash, digest(words.as_bytes()))
    })
}
