//! Compares all pairs once and keeps only the number of each pair's pattern.
//!
//! A pattern is the levels of all comparisons, four bits each. There are few distinct ones, so
//! that estimating weights costs nothing against comparing. Pairs are not kept: a second walk over
//! the same blocks meets them in the same order, with the pattern number waiting.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::blocking::{Blocks, Portion};
use crate::comparison::{Comparison, Level};
use crate::records::Table;

/// The levels of all comparisons of one pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Pattern(u128);

impl Pattern {
    /// Compares two records in everything.
    pub(crate) fn of(comparisons: &[Comparison], table: &Table, a: u32, b: u32) -> Self {
        let mut bits = 0;
        for (at, comparison) in comparisons.iter().enumerate() {
            bits |= u128::from(comparison.compare(table, a, b)) << (4 * at);
        }
        Self(bits)
    }

    /// The level of one comparison.
    pub(crate) fn level(self, comparison: usize) -> Level {
        ((self.0 >> (4 * comparison)) & 15) as Level
    }

    /// Puts levels together.
    #[cfg(test)]
    pub(crate) fn from_levels(levels: &[Level]) -> Self {
        let place = |(at, &level): (usize, &Level)| u128::from(level) << (4 * at);
        Self(levels.iter().enumerate().map(place).sum())
    }
}

/// All distinct patterns with their counts, and the pattern number of every pair.
pub(crate) struct Patterns {
    pub(crate) distinct: Vec<Pattern>,
    pub(crate) counts: Vec<u64>,
    portions: Vec<Compared>,
}

/// A portion of blocks and the pattern numbers of its pairs, in the order of the walk.
struct Compared {
    portion: Portion,
    numbers: Vec<u32>,
}

/// Pairs in one piece of work.
const PORTION_PAIRS: usize = 20_000;

impl Patterns {
    /// Compares every pair of the blocks.
    pub(crate) fn new(
        blocks: &Blocks,
        comparisons: &[Comparison],
        table: &Table,
        threads: usize,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Self {
        let portions = blocks.portions(PORTION_PAIRS);
        let total = portions.len() as u64;
        let mut patterns = Self { distinct: Vec::new(), counts: Vec::new(), portions: Vec::new() };
        let mut known = HashMap::new();
        for batch in portions.chunks(64 * threads.max(1)) {
            let compared = in_parallel(batch, threads, |portion| {
                compare_portion(blocks, portion, comparisons, table)
            });
            for (portion, (local, numbers)) in batch.iter().zip(compared) {
                patterns.take(portion.clone(), &local, numbers, &mut known);
            }
            progress(patterns.portions.len() as u64, total);
        }
        patterns
    }

    /// The number of pairs compared.
    pub(crate) fn pairs(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Walks over all pairs again, keeping what `keep` makes of them, in the order of the walk.
    pub(crate) fn collect_pairs<T: Send>(
        &self,
        blocks: &Blocks,
        threads: usize,
        keep: impl Fn(u32, u32, usize) -> Option<T> + Sync,
    ) -> Vec<T> {
        let kept = in_parallel(&self.portions, threads, |compared| {
            let mut numbers = compared.numbers.iter();
            let mut kept = Vec::new();
            blocks.for_each_pair(&compared.portion, |a, b| {
                if let Some(&number) = numbers.next() {
                    kept.extend(keep(a, b, number as usize));
                }
            });
            kept
        });
        kept.into_iter().flatten().collect()
    }

    /// Joins a portion's own numbering with the common one.
    fn take(
        &mut self,
        portion: Portion,
        local: &[Pattern],
        mut numbers: Vec<u32>,
        known: &mut HashMap<Pattern, u32>,
    ) {
        let common: Vec<u32> = local
            .iter()
            .map(|&pattern| {
                *known.entry(pattern).or_insert_with(|| {
                    self.distinct.push(pattern);
                    self.counts.push(0);
                    u32::try_from(self.distinct.len() - 1).unwrap_or(u32::MAX)
                })
            })
            .collect();
        for number in &mut numbers {
            *number = common[*number as usize];
            self.counts[*number as usize] += 1;
        }
        self.portions.push(Compared { portion, numbers });
    }
}

fn compare_portion(
    blocks: &Blocks,
    portion: &Portion,
    comparisons: &[Comparison],
    table: &Table,
) -> (Vec<Pattern>, Vec<u32>) {
    let mut known: HashMap<Pattern, u32> = HashMap::new();
    let (mut local, mut numbers) = (Vec::new(), Vec::new());
    blocks.for_each_pair(portion, |a, b| {
        let pattern = Pattern::of(comparisons, table, a, b);
        let number = *known.entry(pattern).or_insert_with(|| {
            local.push(pattern);
            u32::try_from(local.len() - 1).unwrap_or(u32::MAX)
        });
        numbers.push(number);
    });
    (local, numbers)
}

/// Does independent pieces of work on several threads; results keep the order of the pieces.
pub(crate) fn in_parallel<P: Sync, T: Send>(
    pieces: &[P],
    threads: usize,
    work: impl Fn(&P) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        while let Some((at, piece)) = take_next(&next, pieces) {
            done.push((at, work(piece)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(pieces.len())).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take_next<'p, P>(next: &AtomicUsize, pieces: &'p [P]) -> Option<(usize, &'p P)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    pieces.get(at).map(|piece| (at, piece))
}
