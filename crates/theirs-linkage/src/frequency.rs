//! How common each value is, and which are too common to identify anybody.
//!
//! Agreement on a rare value says more than on a common one; the model keeps the frequencies under
//! the hash of the value, never as text, and only of values that occur twice or more. In a field
//! that should be near-unique, a value that goes with many different people's initials is a
//! placeholder (`na@na.com`, 1900-01-01) and counts as missing.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::digest::{ByNumber, digest};
use crate::estimate::kept;
use crate::field::Field;
use crate::layout::{Layout, Role};
use crate::records::Table;
use crate::report::Placeholders;

/// Initials of different people that make a value of a near-unique field a placeholder.
const MANY_PEOPLE: usize = 12;
/// The same for a birth date, which strangers share.
const MANY_PEOPLE_OF_A_DAY: usize = 25;
/// How many times more common than the tenth of the birth dates: where only the year is known,
/// many a 1 January is common, and none is a placeholder.
const FAR_ABOVE_TENTH: u32 = 4;
/// A value this common is a placeholder even where no names tell people apart.
const MANY_RECORDS: u32 = 60;
/// The most bits that rarity gives or takes.
pub(crate) const MAX_BITS: f64 = 6.0;

/// A count as a real number; counts of records and pairs stay far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "no count of records or pairs comes near 2^52")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// A sum of squares as a share of the square of the sum; exact until the end, so that the order of
/// the values does not matter.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
fn share(squares: u128, sum: u64) -> f64 {
    squares as f64 / (sum as f64 * sum as f64)
}

/// The frequencies of one column's values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frequency {
    /// Values present.
    total: u64,
    /// The chance that two random values agree.
    chance: f64,
    /// Hashes of values with their counts, for counts from two on, sorted.
    common: Vec<(u64, u32)>,
    /// Hashes of the placeholders.
    placeholders: BTreeSet<u64>,
}

impl Frequency {
    /// Takes the counts of a column; placeholders must be gone from it already.
    pub(crate) fn new(
        table: &Table,
        column: usize,
        counts: &[u32],
        placeholders: BTreeSet<u64>,
    ) -> Self {
        let total: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        let square = |&count: &u32| u128::from(count) * u128::from(count);
        let chance = kept(share(counts.iter().map(square).sum(), total.max(1)));
        let common = (1..).zip(&counts[1..]).filter(|&(_, &count)| count > 1);
        let hashed = |(code, &count)| (digest(table.text(column, code).as_bytes()), count);
        let mut common: Vec<(u64, u32)> = common.map(hashed).collect();
        common.sort_unstable();
        Self { total, chance, common, placeholders }
    }

    /// The bits that agreement on this value adds or takes, against agreement on a usual one.
    pub(crate) fn rarity(&self, text: &str) -> f64 {
        self.rarity_of(self.count(text))
    }

    /// How often the value occurred, as far as it occurred twice.
    pub(crate) fn count(&self, text: &str) -> u32 {
        let hash = digest(text.as_bytes());
        let found = self.common.binary_search_by_key(&hash, |(hash, _)| *hash);
        found.map_or(1, |at| self.common[at].1)
    }

    /// The same for a known count.
    pub(crate) fn rarity_of(&self, count: u32) -> f64 {
        if self.total == 0 || self.chance <= 0.0 {
            return 0.0;
        }
        let share = f64::from(count.max(1)) / real(self.total);
        (self.chance / share).log2().clamp(-MAX_BITS, MAX_BITS)
    }

    /// Forgets every value but those whose hash is known; says how many it forgot.
    pub(crate) fn forget_but(&mut self, known: &HashSet<u64>) -> usize {
        let before = self.common.len();
        self.common.retain(|(hash, _)| known.contains(hash));
        before - self.common.len()
    }

    /// Whether any value is a placeholder.
    pub(crate) fn has_placeholders(&self) -> bool {
        !self.placeholders.is_empty()
    }

    /// Whether the value is one of the placeholders.
    pub(crate) fn is_placeholder(&self, text: &str) -> bool {
        !self.placeholders.is_empty() && self.placeholders.contains(&digest(text.as_bytes()))
    }
}

/// Blanks the placeholders of a table, also in its counts, and returns their hashes per column.
pub(crate) fn blank_placeholders(
    layout: &Layout,
    fields: &[Field],
    table: &mut Table,
    counts: &mut [Vec<u32>],
    report: &mut Vec<Placeholders>,
) -> Vec<BTreeSet<u64>> {
    let mut hashes = vec![BTreeSet::new(); layout.columns.len()];
    let found = placeholders(layout, table, counts);
    let mut marked = Vec::new();
    for (at, codes) in &found {
        let mut is_found = vec![false; counts[*at].len()];
        for &code in codes {
            is_found[code as usize] = true;
        }
        let hash = |&code: &u32| digest(table.text(*at, code).as_bytes());
        let known: BTreeSet<u64> = codes.iter().map(hash).collect();
        for sibling in table.siblings(*at) {
            hashes[sibling].clone_from(&known);
            for &code in codes {
                counts[sibling][code as usize] = 0;
            }
            marked.push((sibling, is_found.clone()));
        }
    }
    let records = table.blank(&marked);
    for (at, codes) in found {
        let column = &layout.columns[at];
        if column.role != Role::Mailbox {
            let field = fields[column.field].name.clone();
            let of_attribute =
                |((sibling, _), _): &(&(usize, _), _)| layout.columns[*sibling].attribute == at;
            let records = marked.iter().zip(&records).filter(of_attribute).map(|(_, count)| count);
            report.push(Placeholders { field, values: codes.len() as u64, records: records.sum() });
        }
    }
    hashes
}

/// Per attribute that has any: the codes that go with too many people.
fn placeholders(layout: &Layout, table: &Table, counts: &[Vec<u32>]) -> Vec<(usize, Vec<u32>)> {
    let suspects = |at: usize| Suspects::of(layout, table, at, &counts[at]);
    let attributes = (0..layout.columns.len()).filter(|&at| layout.columns[at].attribute == at);
    let mut suspects: Vec<Suspects> = attributes.filter_map(suspects).collect();
    let records = 0..u32::try_from(table.len).unwrap_or(u32::MAX);
    for (record, row) in records.clone().zip(table.rows(records)) {
        for suspects in &mut suspects {
            for code in suspects.columns.iter().map(|&at| row[at].code) {
                if suspects.is_suspect[code as usize] {
                    let initials = suspects.initials.entry(code).or_default();
                    initials.extend(initials_of(layout, table, record));
                }
            }
        }
    }
    let is_named = layout.column(Role::Given).is_some();
    let found = |suspects: Suspects| {
        let Suspects { columns, initials, people, .. } = suspects;
        let is_placeholder = |(code, initials): &(u32, BTreeSet<[u8; 2]>)| {
            let is_of_many = counts[columns[0]][*code as usize] >= MANY_RECORDS;
            initials.len() >= people || (!is_named && is_of_many)
        };
        let codes: Vec<u32> =
            initials.into_iter().filter(is_placeholder).map(|(code, _)| code).collect();
        (!codes.is_empty()).then_some((columns[0], codes))
    };
    suspects.into_iter().filter_map(found).collect()
}

/// The values of an attribute that may go with too many people.
struct Suspects {
    columns: Vec<usize>,
    /// How many people are too many.
    people: usize,
    /// Per code.
    is_suspect: Vec<bool>,
    /// Whom the values go with, by code.
    initials: HashMap<u32, BTreeSet<[u8; 2]>, ByNumber>,
}

impl Suspects {
    /// The values of an attribute that are common enough; none if there is none.
    fn of(layout: &Layout, table: &Table, column: usize, counts: &[u32]) -> Option<Self> {
        let role = layout.columns[column].role;
        let people = match role {
            Role::Email | Role::Phone | Role::Identifier | Role::Mailbox => MANY_PEOPLE,
            Role::BirthDate => MANY_PEOPLE_OF_A_DAY,
            _ => return None,
        };
        let least = if role == Role::BirthDate { FAR_ABOVE_TENTH * tenth(counts) } else { 0 };
        let is_suspect = |&count: &u32| count > least && count as usize >= people;
        let is_suspect: Vec<bool> = counts.iter().map(is_suspect).collect();
        let columns = table.siblings(column);
        let has_any = is_suspect.contains(&true);
        has_any.then(|| Self { columns, people, is_suspect, initials: HashMap::default() })
    }
}

/// The count of the tenth most common value.
fn tenth(counts: &[u32]) -> u32 {
    if counts.len() < 10 {
        return 0;
    }
    let mut counts = counts.to_vec();
    *counts.select_nth_unstable_by(9, |left, right| right.cmp(left)).1
}

fn initials_of(layout: &Layout, table: &Table, record: u32) -> Option<[u8; 2]> {
    let given = layout.column(Role::Given)?;
    let initial = |column| table.text(column, table.code(column, record)).bytes().next();
    match (initial(given), initial(given + 1)) {
        (None, None) => None,
        (given, family) => {
            let (given, family) = (given.unwrap_or(b'?'), family.unwrap_or(b'?'));
            Some([given.min(family), given.max(family)])
        }
    }
}
