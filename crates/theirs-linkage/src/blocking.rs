//! Which pairs of records are worth comparing.
//!
//! A blocking rule gives each record a key; records of equal key form a block. A block larger than
//! the bound is split by the rule's further keys, one after the other, and what is still too large
//! is set aside and reported. So a small data set is searched widely and a large one narrowly,
//! and the number of pairs grows in proportion to the number of records. The blocks of all rules
//! lie in one list, and each record knows its places in it: its candidates are the records behind
//! those places, each once, so that no pair is kept and none is met twice.

mod custom;
mod frozen;
mod rule;
mod sample;
mod sort;

use std::ops::Range;

use crate::dictionary::Cell;
use crate::layout::Layout;
use crate::records::Table;
use crate::report::SetAside;
pub(crate) use frozen::{Blocking, Keys};
use frozen::{Common, Frozen};
use rule::{Key, Rule, either, extended, joint};
pub(crate) use sample::Sample;
use sort::{Keyed, sort};

/// A rule may always give so many pairs,
const PAIRS_OF_A_RULE: usize = 200_000;
/// and one more for so many records.
const RECORDS_OF_A_PAIR: usize = 10;
/// Blocks of this size are never too large.
const LEAST_BOUND: usize = 4;
/// Marks the last record of a block.
const LAST: u32 = 1 << 31;

/// All blocks of all rules.
pub(crate) struct Blocks {
    /// The records of the blocks, block after block, ascending; the last of each is marked.
    members: Vec<u32>,
    /// Record by record, `width` places in `members`, plus one; 0 is none.
    places: Vec<u32>,
    width: usize,
    records: u32,
    count: u64,
}

impl Blocks {
    /// Blocks a table by every rule that its layout allows, and keeps what was decided.
    pub(crate) fn new(
        layout: &Layout,
        table: &Table,
        max_block: usize,
        mut sample: Option<&mut Sample>,
        set_aside: &mut Vec<SetAside>,
    ) -> (Self, Blocking) {
        let rules = rule::rules(layout);
        let mut blocking = Blocking::new(&rules);
        let mut parts = Parts::new(table, Lone::LeftOut);
        let mut blocks = Self::none(&rules, table);
        let max_block = max_block.max(2);
        let (mut keyed, mut spare, mut first) = (Vec::new(), Vec::new(), 0);
        for rule in &rules {
            parts.key(rule, &mut keyed);
            sort(&mut keyed, &mut spare);
            keyed.dedup();
            if let Some(sample) = sample.as_deref_mut() {
                parts.split_chosen(&keyed, rule, max_block, sample);
            }
            let bound =
                if rule.is_near_unique { max_block } else { bound(&keyed, max_block, table.len) };
            let places = first..first + rule.alternatives.len();
            let mut common = Vec::new();
            for block in keyed.chunk_by_mut(|left, right| left.key() == right.key()) {
                parts.split(block, &rule.further, Bound::Size(bound), &mut |found| match found {
                    Found::Block(block) => blocks.keep(block, &places),
                    Found::Common(key) => common.push(key),
                    Found::TooLarge(size) => SetAside::note(set_aside, &rule.name, size),
                });
            }
            blocking.push(bound, common);
            first = places.end;
        }
        (blocks, blocking)
    }

    /// Blocks a table by keys that were decided on before.
    pub(crate) fn frozen(keys: &Keys, table: &Table, set_aside: &mut Vec<SetAside>) -> Self {
        let mut parts = Parts::new(table, Lone::Kept);
        let mut blocks = Self::none(&keys.rules, table);
        let (mut keyed, mut spare, mut first) = (Vec::new(), Vec::new(), 0);
        for (rule, frozen) in keys.rules.iter().zip(&keys.frozen) {
            parts.key(rule, &mut keyed);
            sort(&mut keyed, &mut spare);
            keyed.dedup();
            let places = first..first + rule.alternatives.len();
            for block in parts.final_keys(&mut keyed, rule, frozen) {
                match block.len() {
                    size if size > frozen.most() => SetAside::note(set_aside, &rule.name, size),
                    _ => blocks.keep(block, &places),
                }
            }
            first = places.end;
        }
        blocks
    }

    fn none(rules: &[Rule], table: &Table) -> Self {
        let width = rules.iter().map(|rule| rule.alternatives.len()).sum();
        Self {
            members: Vec::new(),
            places: vec![0; table.len * width],
            width,
            records: u32::try_from(table.len).unwrap_or(u32::MAX),
            count: 0,
        }
    }

    /// The number of blocks with at least two records.
    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    /// The number of records.
    pub(crate) fn records(&self) -> u32 {
        self.records
    }

    /// Writes the records of larger index that share a block with this one, ascending.
    pub(crate) fn candidates(&self, record: u32, candidates: &mut Vec<u32>) {
        candidates.clear();
        let start = record as usize * self.width;
        for &place in self.places[start..start + self.width].iter().filter(|&&place| place > 0) {
            let mut at = place as usize - 1;
            while self.members[at] < LAST {
                at += 1;
                candidates.push(self.members[at] & !LAST);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
    }

    fn keep(&mut self, block: &[Keyed], places: &Range<usize>) {
        if block.len() < 2 {
            return;
        }
        for keyed in block {
            let record = keyed.record();
            self.members.push(record);
            let start = record as usize * self.width;
            let own = &mut self.places[start + places.start..start + places.end];
            if let Some(free) = own.iter_mut().find(|place| **place == 0) {
                *free = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
            }
        }
        if let Some(last) = self.members.last_mut() {
            *last |= LAST;
        }
        self.count += 1;
    }
}

/// The most records in a block such that the rule's blocks within it give few enough pairs.
fn bound(keyed: &[Keyed], max_block: usize, records: usize) -> usize {
    let mut blocks_of_size = vec![0; max_block + 1];
    for block in keyed.chunk_by(|left, right| left.key() == right.key()) {
        if let Some(blocks) = blocks_of_size.get_mut(block.len()) {
            *blocks += 1;
        }
    }
    let most = PAIRS_OF_A_RULE + records / RECORDS_OF_A_PAIR;
    let mut pairs = 0;
    let is_few = |(size, blocks): &(usize, usize)| {
        pairs += blocks * size * size.saturating_sub(1) / 2;
        pairs <= most
    };
    let sizes = blocks_of_size.into_iter().enumerate().take_while(is_few);
    sizes.count().saturating_sub(1).max(LEAST_BOUND)
}

/// What splitting finds.
enum Found<'b> {
    /// Records to be compared; perhaps one alone.
    Block(&'b [Keyed]),
    /// A key that is too common.
    Common(u32),
    /// As many records that no further key splits.
    TooLarge(usize),
}

/// What tells whether a block is split.
#[derive(Clone, Copy)]
enum Bound<'c> {
    /// The most records in a block.
    Size(usize),
    /// The keys that were too common when a model was learnt.
    Keys(&'c Common),
}

impl Bound<'_> {
    fn admits(self, block: &[Keyed]) -> bool {
        match self {
            Self::Size(most) => block.len() <= most,
            Self::Keys(common) => !common.contains(&block[0].key()),
        }
    }
}

/// What becomes of records whose key nobody else can have. Leaving them out is faster; where keys
/// must be those of each record by itself, also if two of them collide, they are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lone {
    LeftOut,
    Kept,
}

/// What each part of a key makes of each code, made once for all rules.
struct Parts<'t> {
    table: &'t Table,
    lone: Lone,
    /// Per part: its hash by code.
    known: Vec<(Key, Vec<u32>)>,
}

/// A part of a key, ready to be read off a record.
enum Part<'p> {
    One(usize, &'p [u32]),
    Either([usize; 2], &'p [u32]),
}

/// The hash of what occurs nowhere else, and so joins nobody.
const ALONE: u32 = 1;

impl Part<'_> {
    /// The part of a key that puts a record together with others.
    fn of(&self, row: &[Cell]) -> Option<u32> {
        Some(self.hash(row)).filter(|&hash| hash > ALONE)
    }

    /// The hash of a record's part; 0 is none.
    fn hash(&self, row: &[Cell]) -> u32 {
        let part = |hashes: &[u32], column: usize| hashes[row[column].code as usize];
        match *self {
            Self::One(column, hashes) => part(hashes, column),
            Self::Either([one, other], hashes) => {
                let (one, other) = (part(hashes, one), part(hashes, other));
                if one.min(other) > ALONE { either(one, other) } else { one.min(other) }
            }
        }
    }
}

impl<'t> Parts<'t> {
    fn new(table: &'t Table, lone: Lone) -> Self {
        Self { table, lone, known: Vec::new() }
    }

    /// Writes every record under its keys.
    fn key(&mut self, rule: &Rule, keyed: &mut Vec<Keyed>) {
        keyed.clear();
        rule.alternatives.iter().flatten().chain(&rule.further).for_each(|key| self.learn(*key));
        let part = |key: &Key| self.part(*key);
        let parts = |keys: &Vec<Key>| keys.iter().map(part).collect::<Vec<_>>();
        let alternatives: Vec<Vec<Part>> = rule.alternatives.iter().map(parts).collect();
        for record in 0..u32::try_from(self.table.len).unwrap_or(u32::MAX) {
            let row = self.table.row(record);
            for parts in &alternatives {
                let key = joint(parts.iter().map(|part| part.of(row)));
                keyed.extend(key.map(|key| Keyed::new(key, record)));
            }
        }
    }

    /// Takes records of one key as a block, or splits them by the first of the further keys.
    fn split(
        &self,
        block: &mut [Keyed],
        further: &[Key],
        bound: Bound,
        take: &mut dyn FnMut(Found),
    ) {
        if bound.admits(block) {
            return take(Found::Block(block));
        }
        take(Found::Common(block[0].key()));
        let Some((first, further)) = further.split_first() else {
            return take(Found::TooLarge(block.len()));
        };
        let part = self.part(*first);
        let mut kept = 0;
        for at in 0..block.len() {
            let record = block[at].record();
            let hash = part.hash(self.table.row(record));
            if hash != ALONE {
                block[kept] = Keyed::new(extended(block[at].key(), hash), record);
                kept += 1;
            }
        }
        let block = &mut block[..kept];
        block.sort_unstable();
        for part in block.chunk_by_mut(|left, right| left.key() == right.key()) {
            self.split(part, further, bound, take);
        }
    }

    /// Puts every record under the first key that was not too common, and tells the blocks.
    fn final_keys<'k>(
        &self,
        keyed: &'k mut Vec<Keyed>,
        rule: &Rule,
        frozen: &Frozen,
    ) -> impl Iterator<Item = &'k [Keyed]> + use<'k> {
        let mut settled = Vec::with_capacity(keyed.len());
        let bound = Bound::Keys(&frozen.common);
        for block in keyed.chunk_by_mut(|left, right| left.key() == right.key()) {
            self.split(block, &rule.further, bound, &mut |found| {
                if let Found::Block(block) = found {
                    settled.extend_from_slice(block);
                }
            });
        }
        *keyed = settled;
        keyed.sort();
        keyed.dedup();
        keyed.chunk_by(|left, right| left.key() == right.key())
    }

    /// Gives the sample the pairs of its records, in blocks as wide as they may be.
    fn split_chosen(&self, keyed: &[Keyed], rule: &Rule, max_block: usize, sample: &mut Sample) {
        let mut copy = Vec::new();
        let blocks = keyed.chunk_by(|left, right| left.key() == right.key());
        for block in blocks {
            if block.len() < 2 || !sample.touches(block) {
                continue;
            }
            copy.clear();
            copy.extend_from_slice(block);
            self.split(&mut copy, &rule.further, Bound::Size(max_block), &mut |found| {
                if let Found::Block(block) = found {
                    sample.take(block);
                }
            });
        }
    }

    fn part(&self, key: Key) -> Part<'_> {
        let hashes = |key| {
            let known = self.known.iter().find(|(known, _)| *known == key);
            known.map_or(&[][..], |(_, hashes)| hashes)
        };
        match key {
            Key::Whole(column) | Key::Prefix(column, _) | Key::Sound(column) => {
                Part::One(column, hashes(key))
            }
            Key::Pair(one, other) => Part::Either([one, other], hashes(Key::Whole(one))),
        }
    }

    /// Hashes every code once. A whole value that occurs once puts nobody into a block.
    fn learn(&mut self, key: Key) {
        let (key, column, least) = match key {
            Key::Whole(column) | Key::Pair(column, _) => (Key::Whole(column), column, 2),
            Key::Prefix(column, _) | Key::Sound(column) => (key, column, 1),
        };
        let least = if self.lone == Lone::Kept { 1 } else { least };
        if self.known.iter().any(|(known, _)| *known == key) {
            return;
        }
        let table = self.table;
        let hash = |(code, &count): (u32, &u32)| {
            let text = || table.text(column, code).as_bytes();
            if count < least { Some(ALONE) } else { key.of_text(text()) }
        };
        let counts = table.occurrences(column);
        let hashes = (1..).zip(&counts[1..]).map(|counted| hash(counted).unwrap_or_default());
        self.known.push((key, [0].into_iter().chain(hashes).collect()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Field, FieldKind};
    use crate::records::Records;

    fn records(rows: &[[&str; 3]]) -> Records {
        let field = |kind| Field::new("field", kind);
        let fields = [FieldKind::FullName, FieldKind::Email, FieldKind::Email].map(field);
        let mut records = Records::new(fields.to_vec());
        for row in rows {
            records.push(&row.map(|value| Some(value).filter(|value| !value.is_empty())));
        }
        records
    }

    fn blocks(records: &Records, max_block: usize) -> (Blocks, Vec<SetAside>) {
        let mut set_aside = Vec::new();
        let Records { layout, table, .. } = records;
        let (blocks, _) = Blocks::new(layout, table, max_block, None, &mut set_aside);
        (blocks, set_aside)
    }

    #[test]
    fn every_candidate_is_met_once_and_from_the_smaller_index() {
        let same = ["Ada Lovelace", "ada@a.org", ""];
        let (blocks, _) = blocks(&records(&[same, same, ["", "", ""], same]), 60);
        let mut found = Vec::new();
        let mut candidates_of = |record| {
            blocks.candidates(record, &mut found);
            found.clone()
        };
        assert_eq!(candidates_of(0), [1, 3]);
        assert_eq!(candidates_of(1), [3]);
        assert!(candidates_of(2).is_empty());
        assert!(candidates_of(3).is_empty());
    }

    #[test]
    fn any_of_several_values_may_meet_any_other() {
        let rows = [
            ["Ada Lovelace", "ada@a.org", "countess@b.org"],
            ["Augusta King", "countess@b.org", ""],
        ];
        let (blocks, _) = blocks(&records(&rows), 60);
        let mut found = Vec::new();
        blocks.candidates(0, &mut found);
        assert_eq!(found, [1]);
    }

    #[test]
    fn what_cannot_be_split_is_set_aside_and_told() {
        let rows = [["Ada Lovelace", "ada@a.org", ""]; 9];
        let (blocks, set_aside) = blocks(&records(&rows), 8);
        assert_eq!(blocks.len(), 0);
        assert!(set_aside.iter().any(|aside| aside.rule == "e-mail" && aside.block_size == 9));
    }

    #[test]
    fn a_rule_gives_one_record_the_key_that_the_blocks_are_made_of() {
        let records = records(&[["Ada Lovelace", "ada@a.org", "ada@b.org"]; 2]);
        let mut parts = Parts::new(&records.table, Lone::Kept);
        let mut keyed = Vec::new();
        for rule in rule::rules(&records.layout) {
            parts.key(&rule, &mut keyed);
            let of_first = keyed.iter().filter(|one| one.record() == 0).map(|one| one.key());
            assert!(of_first.eq(rule.keys_of(&records.table, 0)), "{}", rule.name);
        }
    }
}
