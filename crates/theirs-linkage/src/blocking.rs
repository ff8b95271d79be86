//! Which pairs of records are worth comparing.
//!
//! A blocking rule gives each record a key; records of equal key form a block. A block larger than
//! the bound is split by the rule's further keys, one after the other, and what is still too large
//! is set aside and reported. So a small data set is searched widely and a large one narrowly,
//! and the number of pairs grows in proportion to the number of records. A pair that shares
//! several blocks is produced by the first rule only.

mod frozen;
mod rule;

use std::ops::Range;

use crate::digest::mix;
use crate::layout::Layout;
use crate::records::Table;
use crate::report::SetAside;
pub(crate) use frozen::{Blocking, Keys};
use rule::{Key, Rule};

/// All blocks of all rules.
pub(crate) struct Blocks {
    rules: Vec<RuleBlocks>,
    /// Block number per record and rule, record by record; 0 is none.
    membership: Vec<u32>,
}

/// The blocks of one rule, as runs of one list of records.
struct RuleBlocks {
    records: Vec<u32>,
    starts: Vec<u32>,
    /// The keys whose records were too many.
    oversized: Vec<u64>,
}

/// Some consecutive blocks of one rule: a piece of work.
#[derive(Clone, Debug)]
pub(crate) struct Portion {
    rule: usize,
    blocks: Range<usize>,
}

impl Blocks {
    /// Blocks a table by every rule that its layout allows.
    pub(crate) fn new(
        layout: &Layout,
        table: &Table,
        max_block: usize,
        set_aside: &mut Vec<SetAside>,
    ) -> Self {
        let rules = rule::rules(layout);
        let mut blocks = Self { rules: Vec::new(), membership: vec![0; table.len * rules.len()] };
        for (at, rule) in rules.iter().enumerate() {
            let rule_blocks = block(rule, table, max_block.max(2), set_aside);
            blocks.note_members(at, rules.len(), &rule_blocks);
            blocks.rules.push(rule_blocks);
        }
        blocks
    }

    /// The number of blocks with at least two records.
    pub(crate) fn len(&self) -> usize {
        self.rules.iter().map(RuleBlocks::len).sum()
    }

    /// Cuts all blocks into portions of roughly this many pairs, in a fixed order.
    pub(crate) fn portions(&self, pairs: usize) -> Vec<Portion> {
        let mut portions = Vec::new();
        for (rule, blocks) in self.rules.iter().enumerate() {
            let (mut start, mut held) = (0, 0);
            for block in 0..blocks.len() {
                let size = blocks.block(block).len();
                held += size * (size - 1) / 2;
                if held >= pairs || block + 1 == blocks.len() {
                    portions.push(Portion { rule, blocks: start..block + 1 });
                    (start, held) = (block + 1, 0);
                }
            }
        }
        portions
    }

    /// Calls back for every pair of a portion that no earlier rule produced; smaller index first.
    pub(crate) fn for_each_pair(&self, portion: &Portion, mut visit: impl FnMut(u32, u32)) {
        let rules = &self.rules[portion.rule];
        for block in portion.blocks.clone() {
            let records = rules.block(block);
            for (at, &a) in records.iter().enumerate() {
                for &b in &records[at + 1..] {
                    if !self.meet_before(portion.rule, a, b) {
                        visit(a, b);
                    }
                }
            }
        }
    }

    /// Whether an earlier rule puts both records into one block.
    fn meet_before(&self, rule: usize, a: u32, b: u32) -> bool {
        let row = |record: u32| {
            let start = record as usize * self.rules.len();
            &self.membership[start..start + rule]
        };
        row(a).iter().zip(row(b)).any(|(left, right)| left == right && *left != 0)
    }

    fn note_members(&mut self, rule: usize, rules: usize, blocks: &RuleBlocks) {
        for block in 0..blocks.len() {
            let number = u32::try_from(block + 1).unwrap_or(u32::MAX);
            for &record in blocks.block(block) {
                self.membership[record as usize * rules + rule] = number;
            }
        }
    }
}

impl RuleBlocks {
    fn new() -> Self {
        Self { records: Vec::new(), starts: vec![0], oversized: Vec::new() }
    }

    fn push(&mut self, run: &[Keyed]) {
        self.records.extend(run.iter().map(|(_, record)| record));
        self.starts.push(u32::try_from(self.records.len()).unwrap_or(u32::MAX));
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn block(&self, at: usize) -> &[u32] {
        &self.records[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// A record under its key.
type Keyed = (u64, u32);

fn block(
    rule: &Rule,
    table: &Table,
    max_block: usize,
    set_aside: &mut Vec<SetAside>,
) -> RuleBlocks {
    let records = 0..u32::try_from(table.len).unwrap_or(u32::MAX);
    let mut keyed: Vec<Keyed> = records
        .filter_map(|record| Some((joint_key(&rule.keys, table, record)?, record)))
        .collect();
    keyed.sort_unstable();
    let mut blocks = RuleBlocks::new();
    for run in keyed.chunk_by_mut(|left, right| left.0 == right.0) {
        split(run, rule, 0, table, max_block, set_aside, &mut blocks);
    }
    blocks
}

/// Takes a run of equal keys as a block, or splits it by the rule's next further key.
fn split(
    run: &mut [Keyed],
    rule: &Rule,
    depth: usize,
    table: &Table,
    max_block: usize,
    set_aside: &mut Vec<SetAside>,
    blocks: &mut RuleBlocks,
) {
    if run.len() < 2 {
        return;
    }
    if run.len() <= max_block {
        return blocks.push(run);
    }
    blocks.oversized.push(run[0].0);
    let Some(further) = rule.further.get(depth) else {
        return SetAside::note(set_aside, &rule.name, run.len());
    };
    for keyed in run.iter_mut() {
        keyed.0 = mix(keyed.0, further.of(table, keyed.1).unwrap_or_default());
    }
    run.sort_unstable();
    for part in run.chunk_by_mut(|left, right| left.0 == right.0) {
        split(part, rule, depth + 1, table, max_block, set_aside, blocks);
    }
}

fn joint_key(keys: &[Key], table: &Table, record: u32) -> Option<u64> {
    keys.iter().try_fold(0, |joint, key| Some(mix(joint, key.of(table, record)?)))
}
