//! The risk of holding data, on three axes, each from 0 (nothing) to 1.
//!
//! *Identifiability* is measured: the chance that a person's record, as it would be kept, is theirs
//! alone to a reader who knows its columns; that is the mean over people of one over the number of
//! people alike, which is the number of distinct records over that of people (Willenborg and de Waal
//! 2001). *Sensitivity* is what is declared of each category, as far as its entropy is kept.
//! *Source* is what is declared, whole as long as anything is kept. Price: while searching, distinct
//! records are counted by linear counting (Whang et al. 1990), right to a few parts in a thousand.

use serde::{Deserialize, Serialize};

use super::{Category, Weights};
use crate::sheet::Sheet;

/// The risk of a set of data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    /// The expected share of people who can be told from all others.
    pub identifiability: f64,
    /// The share of what is sensitive that is kept.
    pub sensitivity: f64,
    /// The share of what comes from elsewhere that is kept.
    pub source: f64,
    /// The mean by the weights given.
    pub total: f64,
}

/// What risk is measured on: per category and level a token for each row, and its shares.
pub(super) struct Scale {
    weights: Weights,
    /// Per category and level, per row a random number that stands for its bins.
    tokens: Vec<Vec<Vec<u64>>>,
    /// Per category and level, the share of the entropy that is kept.
    entropy: Vec<Vec<f64>>,
    sensitivity: Vec<f64>,
    source: Vec<f64>,
}

/// How many rows records are told apart on, and the bits of linear counting.
const MOST_ROWS: usize = 1 << 17;
const BITS: usize = 1 << 21;

impl Risk {
    /// The mean by other weights.
    pub fn weighed(&self, weights: Weights) -> f64 {
        let Weights { identifiability, sensitivity, source } = weights;
        let sum = self.identifiability * identifiability
            + self.sensitivity * sensitivity
            + self.source * source;
        sum / (identifiability + sensitivity + source)
    }
}

impl Scale {
    pub fn of(sheet: &Sheet, categories: &[Category], weights: Weights) -> Self {
        let every = sheet.rows().div_ceil(MOST_ROWS).max(1);
        let rows: Vec<u32> = (0..sheet.rows() as u32).step_by(every).collect();
        let some = sheet.only(&rows);
        let mut tokens = Vec::new();
        let mut entropy = Vec::new();
        for (place, category) in categories.iter().enumerate() {
            let levels = category.levels.iter().enumerate();
            let by_level: Vec<Vec<u64>> = levels
                .map(|(at, level)| tokens_at(&some, category, level.merges, (place, at)))
                .collect();
            let bits: Vec<f64> = by_level.iter().map(|tokens| entropy_of(tokens)).collect();
            let whole = bits.first().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE);
            entropy.push(bits.iter().map(|bits| (bits / whole).min(1.0)).collect());
            tokens.push(by_level);
        }
        Self {
            weights,
            tokens,
            entropy,
            sensitivity: categories.iter().map(|category| category.sensitivity).collect(),
            source: categories.iter().map(|category| category.source).collect(),
        }
    }

    /// The risk of a set, its distinct records counted exactly.
    pub fn exact(&self, kept: &[u8]) -> Risk {
        let mut records: Vec<u64> = self.sum(kept).into_iter().map(mixed).collect();
        let rows = records.len().max(1) as f64;
        records.sort_unstable();
        records.dedup();
        self.risk(kept, records.len() as f64 / rows)
    }

    /// The risk of a set that differs in one category from one whose records are given, its
    /// distinct records counted quickly.
    pub fn moved(&self, sum: &[u64], kept: &[u8], category: usize, to: u8) -> Risk {
        let mut marks = vec![0_u64; BITS / 64];
        let nothing = Vec::new();
        let tokens = |level: u8| self.tokens[category].get(usize::from(level)).unwrap_or(&nothing);
        let (old, new) = (tokens(kept[category]), tokens(to));
        for (row, record) in sum.iter().enumerate() {
            let less = old.get(row).copied().unwrap_or(0);
            let more = new.get(row).copied().unwrap_or(0);
            let bit = (mixed(record.wrapping_sub(less).wrapping_add(more)) >> 43) as usize;
            marks[bit / 64] |= 1 << (bit % 64);
        }
        let set: u32 = marks.iter().map(|mark| mark.count_ones()).sum();
        let clear = (BITS as f64 - f64::from(set)).max(1.0);
        let distinct = -(BITS as f64) * libm::log(clear / BITS as f64);
        let mut after = kept.to_vec();
        after[category] = to;
        self.risk(&after, (distinct / sum.len().max(1) as f64).min(1.0))
    }

    /// Per row one number that stands for its record.
    pub fn sum(&self, kept: &[u8]) -> Vec<u64> {
        let rows = self.tokens.first().and_then(|levels| levels.first()).map_or(0, Vec::len);
        let mut records = vec![0_u64; rows];
        for (levels, level) in self.tokens.iter().zip(kept) {
            let Some(tokens) = levels.get(usize::from(*level)) else { continue };
            let both = records.iter_mut().zip(tokens);
            both.for_each(|(record, token)| *record = record.wrapping_add(*token));
        }
        records
    }

    fn risk(&self, kept: &[u8], identifiability: f64) -> Risk {
        let level = |category: usize| self.entropy[category].get(usize::from(kept[category]));
        let share = |of: &[f64], part: &dyn Fn(f64) -> f64| {
            let kept = of.iter().enumerate();
            let kept: f64 =
                kept.map(|(at, value)| value * level(at).map_or(0.0, |bits| part(*bits))).sum();
            kept / of.iter().sum::<f64>().max(f64::MIN_POSITIVE)
        };
        let mut risk = Risk {
            identifiability,
            sensitivity: share(&self.sensitivity, &|bits| bits),
            source: share(&self.source, &|_| 1.0),
            total: 0.0,
        };
        risk.total = risk.weighed(self.weights);
        risk
    }
}

fn tokens_at(sheet: &Sheet, category: &Category, merges: u8, place: (usize, usize)) -> Vec<u64> {
    let mut tokens = vec![0_u64; sheet.rows()];
    for column in &category.columns {
        let coded = &sheet.columns()[*column];
        let (_, map) = coded.shape().coarser(merges);
        let salt = mixed((place.0 as u64) << 32 | (place.1 as u64) << 16 | *column as u64);
        for (token, code) in tokens.iter_mut().zip(coded.codes()) {
            *token = token.wrapping_add(mixed(salt ^ u64::from(map[usize::from(*code)])));
        }
    }
    tokens
}

/// The entropy of the values of a category, in nats.
fn entropy_of(tokens: &[u64]) -> f64 {
    let mut sorted = tokens.to_vec();
    sorted.sort_unstable();
    let rows = sorted.len().max(1) as f64;
    let share = |run: &[u64]| run.len() as f64 / rows;
    sorted.chunk_by(|one, other| one == other).map(share).map(|p| -p * libm::log(p)).sum()
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
pub(super) fn mixed(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
