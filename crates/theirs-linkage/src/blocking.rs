//! Which pairs of records are worth comparing.
//!
//! A blocking rule gives each record a key; records of equal key form a block. A block larger than
//! the bound is split by the rule's further keys, one after the other, and what is still too large
//! is set aside and reported. So a small data set is searched widely and a large one narrowly,
//! and the number of pairs grows in proportion to the number of records. In a large one, what a
//! sample of pairs tells is not worth comparing is left out and reported too. The blocks of all rules
//! lie in one list; the candidates of a span of records are written out of it when they are needed,
//! so that no pair is kept and none is met twice.

mod candidates;
mod custom;
mod frozen;
mod gathered;
mod parts;
mod rule;
mod sample;
mod sort;
mod worth;

use std::collections::BTreeMap;

use crate::layout::Layout;
use crate::records::Table;
use crate::report::{Report, SetAside};
pub(crate) use candidates::Candidates;
use frozen::Frozen;
pub(crate) use frozen::{Blocking, Keys};
use gathered::Gathered;
use parts::{Found, Lone, Parts};
use rule::Rule;
pub(crate) use sample::Sample;
use sample::Widths;
use sort::{Keyed, each_piece};
pub(crate) use worth::Worth;

/// Marks the last record of a block.
const LAST: u32 = 1 << 31;

/// All blocks of all rules.
pub(crate) struct Blocks {
    /// The records of the blocks, block after block, ascending; the last of each is marked.
    members: Vec<u32>,
    /// Per record: how many records follow it in its blocks.
    following: Vec<u32>,
    count: u64,
}

/// All blocks of all rules, before any is split.
pub(crate) struct Search {
    rules: Vec<Rule>,
    parts: Parts,
    whole: Vec<Whole>,
}

/// The blocks of one rule.
struct Whole {
    /// Block after block, as in `Blocks`.
    members: Vec<u32>,
    /// The most records in a block that is not split.
    bound: usize,
    /// The keys of the blocks that are larger, in their order.
    keys: Vec<u32>,
}

impl Search {
    /// Puts records under the keys of every rule that their layout allows, and gives a sample of
    /// pairs.
    pub(crate) fn new(
        layout: &Layout,
        table: &Table,
        (max_block, counts): (usize, &[Vec<u32>]),
        mut sample: Option<&mut Sample>,
    ) -> Self {
        let rules = rule::rules(layout);
        let mut writer = Keyer::new(&rules, table, Lone::LeftOut(counts));
        let (most, mut whole) = (max_block.max(2), Vec::with_capacity(rules.len()));
        for (number, rule) in rules.iter().enumerate() {
            let mut found = Gathered::new(most, table.len);
            writer.key(rule, None, |piece| found.take(piece, sample.as_deref()));
            let bound = if rule.is_near_unique { most } else { found.bound(table.len) };
            if let Some(sample) = sample.as_deref_mut() {
                let widths = Widths { most, bound };
                let mut block = Vec::new();
                for met in &found.met {
                    block.clear();
                    block.extend(found.block(met));
                    let class = worth::class(block.len(), bound);
                    sample.take(&writer.parts, &mut block, &rule.further, widths, (number, class));
                }
            }
            whole.push(found.whole(bound));
        }
        Self { rules, parts: writer.parts, whole }
    }

    /// Tells what each rule is worth, by the pairs of a sample; `is_link` is asked in their order.
    pub(crate) fn worth(&self, sample: Sample, is_link: impl FnMut(u32, u32) -> bool) -> Worth {
        Worth::of(&self.rules, sample.met, is_link)
    }

    /// Splits what is too large, leaves out what is not worth its pairs, and keeps what was decided.
    pub(crate) fn blocks(self, worth: Option<&Worth>, report: &mut Report) -> (Blocks, Blocking) {
        let Self { rules, parts, whole } = self;
        let mut blocking = Blocking::new(&rules);
        let mut blocks = Blocks::none(parts.records());
        for ((number, rule), whole) in rules.iter().enumerate().zip(whole) {
            let is_worth = |class| worth.is_none_or(|worth| worth.of_class(number, class));
            if !is_worth(0) {
                report.left_out.extend(told(&rule.name, whole.blocks().map(<[u32]>::len)));
                blocking.push(0, Vec::new(), Vec::new());
                continue;
            }
            let (mut common, mut closed) = (Vec::new(), Vec::new());
            let (mut aside, mut left_out) = (Vec::new(), Vec::new());
            let (mut keys, mut keyed) = (whole.keys.iter(), Vec::new());
            for block in whole.blocks() {
                if block.len() <= whole.bound {
                    blocks.keep(block.iter().copied());
                    continue;
                }
                let key = keys.next().copied().unwrap_or_default();
                if !is_worth(worth::class(block.len(), whole.bound)) {
                    closed.push(key);
                    left_out.push(block.len());
                    continue;
                }
                keyed.clear();
                keyed.extend(block.iter().map(|&record| Keyed::new(key, record & !LAST)));
                parts.split(&mut keyed, &rule.further, whole.bound, &mut |found| match found {
                    Found::Block(block) => blocks.keep(block.iter().map(|one| one.record())),
                    Found::Common(key) => common.push(key),
                    Found::TooLarge(size) => aside.push(size),
                });
            }
            blocking.push(whole.bound, common, closed);
            report.set_aside.extend(told(&rule.name, aside.into_iter()));
            report.left_out.extend(told(&rule.name, left_out.into_iter()));
        }
        (blocks, blocking)
    }
}

impl Whole {
    fn blocks(&self) -> impl Iterator<Item = &[u32]> {
        self.members.chunk_by(|before, _| *before < LAST)
    }
}

/// What is told of the blocks of a rule that are not compared, by their sizes.
fn told(rule: &str, sizes: impl Iterator<Item = usize>) -> Vec<SetAside> {
    let mut by_size: BTreeMap<usize, u64> = BTreeMap::new();
    for size in sizes {
        *by_size.entry(size).or_default() += 1;
    }
    let aside = |(size, count)| SetAside { rule: rule.to_owned(), block_size: size as u64, count };
    by_size.into_iter().map(aside).collect()
}

fn mark_last(members: &mut [u32]) {
    if let Some(last) = members.last_mut() {
        *last |= LAST;
    }
}

impl Blocks {
    /// Blocks a table by keys that were decided on before.
    pub(crate) fn frozen(keys: &Keys, table: &Table, set_aside: &mut Vec<SetAside>) -> Self {
        let mut writer = Keyer::new(&keys.rules, table, Lone::Kept);
        let mut blocks = Self::none(writer.parts.records());
        let used = keys.rules.iter().zip(&keys.frozen).filter(|(_, frozen)| frozen.is_used());
        for (rule, frozen) in used {
            writer.key(rule, Some(frozen), |piece| {
                for block in piece.chunk_by(|left, right| left.key() == right.key()) {
                    match block.len() {
                        size if size > frozen.most() => SetAside::note(set_aside, &rule.name, size),
                        _ => blocks.keep(block.iter().map(|one| one.record())),
                    }
                }
            });
        }
        blocks
    }

    fn none(records: u32) -> Self {
        Self { members: Vec::new(), following: vec![0; records as usize], count: 0 }
    }

    /// The number of blocks with at least two records.
    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    /// The number of records.
    pub(crate) fn records(&self) -> u32 {
        u32::try_from(self.following.len()).unwrap_or(u32::MAX)
    }

    /// Keeps the records of a block, whether the last is marked or not.
    fn keep(&mut self, block: impl ExactSizeIterator<Item = u32>) {
        if block.len() < 2 {
            return;
        }
        let further = (0..u32::try_from(block.len()).unwrap_or(u32::MAX)).rev();
        for (record, further) in block.zip(further) {
            self.members.push(record);
            self.following[(record & !LAST) as usize] += further;
        }
        mark_last(&mut self.members);
        self.count += 1;
    }
}

/// Puts records under their keys, rule by rule, with room that is used again.
struct Keyer {
    parts: Parts,
    keyed: Vec<Keyed>,
    spare: Vec<Keyed>,
}

impl Keyer {
    fn new(rules: &[Rule], table: &Table, lone: Lone<'_>) -> Self {
        let parts = Parts::new(rules, table, lone);
        Self { parts, keyed: Vec::new(), spare: Vec::new() }
    }

    /// Hands over the records sorted by their keys, in pieces; if that is decided, under the first
    /// key of each that is not too common.
    fn key(&mut self, rule: &Rule, frozen: Option<&Frozen>, take: impl FnMut(&[Keyed])) {
        let Self { parts, keyed, spare } = self;
        parts.key(rule, keyed);
        if let Some(frozen) = frozen {
            let uncommon = |&keyed: &Keyed| parts.uncommon(keyed, &rule.further, frozen);
            *keyed = keyed.iter().filter_map(uncommon).collect();
        }
        each_piece(keyed, spare, take);
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
        let Records { layout, table, .. } = records;
        let search = Search::new(layout, table, (max_block, &table.counts()), None);
        let mut report = Report::default();
        let (blocks, _) = search.blocks(None, &mut report);
        (blocks, report.set_aside)
    }

    #[test]
    fn every_candidate_is_met_once_and_from_the_smaller_index() {
        let same = ["Ada Lovelace", "ada@a.org", ""];
        let (blocks, _) = blocks(&records(&[same, same, ["", "", ""], same]), 60);
        let mut found = Vec::new();
        let candidates = blocks.candidates(&(0..4));
        let mut candidates_of = |record| {
            candidates.of(record, &mut found);
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
        blocks.candidates(&(0..1)).of(0, &mut found);
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
    fn what_is_not_worth_its_pairs_is_told_and_stays_out_once_it_is_frozen() {
        let mut rows: Vec<[String; 3]> = (0..20)
            .map(|at| ["Ada Lovelace".to_owned(), format!("{at}@a.org"), String::new()])
            .collect();
        rows.push(["Ada Byron".to_owned(), "7@a.org".to_owned(), String::new()]);
        let rows: Vec<[&str; 3]> = rows.iter().map(|row| row.each_ref().map(|s| &**s)).collect();
        let Records { layout, table, .. } = &records(&rows);
        let rules = rule::rules(layout);
        let used = |rule: &Rule, class: usize| if rule.is_near_unique { usize::MAX } else { class };
        for class in [0, 1] {
            let search = Search::new(layout, table, (8, &table.counts()), None);
            let below = rules.iter().map(|rule| used(rule, class)).collect();
            let mut report = Report::default();
            let (blocks, blocking) = search.blocks(Some(&Worth::below(below)), &mut report);
            assert_eq!(blocks.len(), 1, "that of the e-mail address");
            assert!(report.set_aside.is_empty());
            assert!(report.left_out.iter().any(|out| out.rule == "both names"));
            assert!(report.left_out.iter().all(|out| out.block_size >= 20));
            let frozen = blocking.keys(layout).unwrap();
            assert_eq!(Blocks::frozen(&frozen, table, &mut report.set_aside).len(), 1);
            assert!(report.set_aside.is_empty());
            assert_eq!(frozen.of(table, 7).len(), 1);
            assert_eq!(frozen.of(table, 20).len() > 1, class == 1);
        }
    }

    #[test]
    fn a_rule_gives_one_record_the_key_that_the_blocks_are_made_of() {
        let records = records(&[["Ada Lovelace", "ada@a.org", "ada@b.org"]; 2]);
        let rules = rule::rules(&records.layout);
        let parts = Parts::new(&rules, &records.table, Lone::Kept);
        for rule in rules {
            let mut keyed = Vec::new();
            parts.key(&rule, &mut keyed);
            let of_first = keyed.iter().filter(|one| one.record() == 0).map(|one| one.key());
            assert!(of_first.eq(rule.keys_of(&records.table, 0)), "{}", rule.name);
        }
    }
}
