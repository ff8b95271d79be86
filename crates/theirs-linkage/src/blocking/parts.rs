//! What each part of a key makes of each record: each distinct value is hashed once.
//!
//! The hashes stand part by part, so that the key of a record under a rule is a few loads and no
//! text is read.

use super::frozen::Frozen;
use super::rule::{Key, Rule, either, extended, joint};
use super::sort::{Keyed, sort_block};
use crate::dictionary::Cell;
use crate::records::Table;

/// The hash of what occurs nowhere else, and so joins nobody.
const ALONE: u32 = 1;
/// So many records are hashed in all parts before the next, so that their values stay at hand.
const AT_ONCE: u32 = 1_024;

/// What becomes of records whose value nobody else has. Leaving them out is faster; where keys
/// must be those of each record by itself, also if two of them collide, they are kept.
#[derive(Clone, Copy)]
pub(super) enum Lone<'c> {
    /// By the counts of each column and code.
    LeftOut(&'c [Vec<u32>]),
    Kept,
}

/// The hashes of all records, part by part; 0 is a missing value.
pub(super) struct Parts {
    parts: Vec<(Key, Vec<u32>)>,
    records: u32,
}

/// What splitting finds.
pub(super) enum Found<'b> {
    /// Records to be compared; perhaps one alone.
    Block(&'b [Keyed]),
    /// A key that is too common.
    Common(u32),
    /// As many records that no further key splits.
    TooLarge(usize),
}

impl Parts {
    /// Hashes all parts of these rules.
    pub(super) fn new(rules: &[Rule], table: &Table, lone: Lone<'_>) -> Self {
        let mut keys: Vec<Key> = Vec::new();
        for &key in
            rules.iter().flat_map(|rule| rule.alternatives.iter().flatten().chain(&rule.further))
        {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let records = u32::try_from(table.len).unwrap_or(u32::MAX);
        let values: Vec<Vec<u32>> = keys.iter().map(|&key| by_code(key, table, lone)).collect();
        let empty = |&key: &Key| (key, Vec::with_capacity(table.len));
        let mut parts: Vec<(Key, Vec<u32>)> = keys.iter().map(empty).collect();
        for start in (0..records).step_by(AT_ONCE as usize) {
            let rows = table.rows(start..start.saturating_add(AT_ONCE).min(records));
            for ((key, part), values) in parts.iter_mut().zip(&values) {
                let value = |row: &[Cell], column: usize| values[row[column].code as usize];
                match *key {
                    Key::Whole(column) | Key::Prefix(column, _) | Key::Sound(column) => {
                        part.extend(rows.clone().map(|row| value(row, column)));
                    }
                    Key::Pair(one, other) => {
                        part.extend(
                            rows.clone().map(|row| both(value(row, one), value(row, other))),
                        );
                    }
                }
            }
        }
        Self { parts, records }
    }

    /// Writes every record under its keys, in the order of the records.
    pub(super) fn key(&self, rule: &Rule, keyed: &mut Vec<Keyed>) {
        keyed.clear();
        let parts = |keys: &Vec<Key>| keys.iter().map(|key| self.part(*key)).collect();
        let alternatives: Vec<Vec<&[u32]>> = rule.alternatives.iter().map(parts).collect();
        if let [only] = alternatives.as_slice() {
            match only.as_slice() {
                [one] => return key_all(keyed, one.iter().map(|&one| [one])),
                [one, other] => {
                    let both = one.iter().zip(*other);
                    return key_all(keyed, both.map(|(&one, &other)| [one, other]));
                }
                _ => {}
            }
        }
        for record in 0..self.records {
            for parts in &alternatives {
                let told = |part: &&[u32]| Some(part[record as usize]).filter(|&hash| hash > ALONE);
                if let Some(key) = joint(parts.iter().map(told)) {
                    keyed.push(Keyed::new(key, record));
                }
            }
        }
    }

    /// Takes records of one key as a block, or splits them by the first of the further keys.
    pub(super) fn split(
        &self,
        block: &mut [Keyed],
        further: &[Key],
        bound: usize,
        take: &mut dyn FnMut(Found),
    ) {
        if block.len() <= bound {
            return take(Found::Block(block));
        }
        take(Found::Common(block[0].key()));
        let Some((first, further)) = further.split_first() else {
            return take(Found::TooLarge(block.len()));
        };
        let block = self.rekey(block, *first);
        for part in block.chunk_by_mut(|left, right| left.key() == right.key()) {
            self.split(part, further, bound, take);
        }
    }

    /// Puts the records of a block under their keys with one more part, sorted; those that are
    /// alone under theirs are left out.
    pub(super) fn rekey<'b>(&self, block: &'b mut [Keyed], with: Key) -> &'b mut [Keyed] {
        let part = self.part(with);
        rekey(block, |record| Some(part[record as usize]).filter(|&hash| hash != ALONE))
    }

    /// The same without records that surely stand beside none of the chosen ones.
    pub(super) fn rekey_beside<'b>(
        &self,
        block: &'b mut [Keyed],
        with: Key,
        is_chosen: impl Fn(u32) -> bool,
    ) -> &'b mut [Keyed] {
        let part = self.part(with);
        let mut seen = [false; 1 << 10];
        let place = |hash: u32| (hash >> 22) as usize;
        for record in block.iter().map(|keyed| keyed.record()).filter(|&record| is_chosen(record)) {
            seen[place(part[record as usize])] = true;
        }
        let is_beside = |hash: &u32| *hash != ALONE && seen[place(*hash)];
        rekey(block, |record| Some(part[record as usize]).filter(is_beside))
    }

    /// A record under its first key, from this one on, that is not too common, if there is one.
    pub(super) fn uncommon(&self, keyed: Keyed, further: &[Key], frozen: &Frozen) -> Option<Keyed> {
        let (mut key, mut further) = (keyed.key(), further.iter());
        if frozen.closed.contains(&key) {
            return None;
        }
        while frozen.common.contains(&key) {
            key = extended(key, self.part(*further.next()?)[keyed.record() as usize]);
        }
        Some(Keyed::new(key, keyed.record()))
    }

    /// The number of records.
    pub(super) fn records(&self) -> u32 {
        self.records
    }

    fn part(&self, key: Key) -> &[u32] {
        let part = self.parts.iter().find(|(known, _)| *known == key);
        part.map_or(&[], |(_, hashes)| hashes)
    }
}

/// Writes the records that have all parts of a key and are not alone with any. Which do is hard to
/// foresee, so none is left out by a branch.
fn key_all<const PARTS: usize>(
    keyed: &mut Vec<Keyed>,
    parts: impl ExactSizeIterator<Item = [u32; PARTS]>,
) {
    keyed.resize(parts.len(), Keyed::new(0, 0));
    let mut kept = 0;
    for (record, parts) in (0..).zip(parts) {
        let key = joint(parts.into_iter().map(Some)).unwrap_or_default();
        keyed[kept] = Keyed::new(key, record);
        kept += usize::from(parts.iter().all(|&part| part > ALONE));
    }
    keyed.truncate(kept);
}

/// Puts records under their keys with a further part, sorted, those that have one.
fn rekey(block: &mut [Keyed], part: impl Fn(u32) -> Option<u32>) -> &mut [Keyed] {
    let mut kept = 0;
    for at in 0..block.len() {
        let record = block[at].record();
        if let Some(part) = part(record) {
            block[kept] = Keyed::new(extended(block[at].key(), part), record);
            kept += 1;
        }
    }
    let block = &mut block[..kept];
    sort_block(block);
    block
}

/// Joins two values in either order.
fn both(one: u32, other: u32) -> u32 {
    if one.min(other) > ALONE { either(one, other) } else { one.min(other) }
}

/// What a part of a key makes of each code.
fn by_code(key: Key, table: &Table, lone: Lone<'_>) -> Vec<u32> {
    let (column, is_whole) = match key {
        Key::Whole(column) | Key::Pair(column, _) => (column, true),
        Key::Prefix(column, _) | Key::Sound(column) => (column, false),
    };
    let dictionary = table.dictionary(column);
    let mut hashes = vec![0; dictionary.bound()];
    for (code, text) in dictionary.coded_from(1) {
        hashes[code as usize] = key.of_text(text.as_bytes()).unwrap_or_default();
    }
    if let (true, Lone::LeftOut(counts)) = (is_whole, lone) {
        let occurrences = table.occurrences(column, counts);
        for (hash, count) in hashes.iter_mut().zip(occurrences).skip(1) {
            if count < 2 {
                *hash = ALONE;
            }
        }
    }
    hashes
}
