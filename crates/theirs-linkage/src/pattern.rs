//! The levels of all comparisons of a pair, and how often each pattern of levels occurs.
//!
//! A pattern is the levels of all comparisons, four bits each. There are few distinct ones, so
//! that estimating weights costs nothing against comparing. They are counted over the pairs of all
//! records if those are few, else over a sample. Pairs are not kept: a later walk meets them in the
//! same order, and where all were counted their pattern numbers are waiting.

use std::collections::HashMap;
use std::hint::black_box;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::blocking::{Blocks, Candidates};
use crate::comparison::{Comparison, Level, Outlook};
use crate::dictionary::Cell;
use crate::digest::ByNumber;
use crate::records::Table;

/// The levels of all comparisons of one pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Pattern(u128);

impl Pattern {
    /// Compares two records in everything.
    pub(crate) fn of(comparisons: &[Comparison], table: &Table, a: u32, b: u32) -> Self {
        let (left, right) = (table.row(a), table.row(b));
        Self::from_levels(
            comparisons.iter().map(|comparison| comparison.compare(table, left, right)),
        )
    }

    /// The level of one comparison.
    pub(crate) fn level(self, comparison: usize) -> Level {
        ((self.0 >> (4 * comparison)) & 15) as Level
    }

    /// Puts levels together.
    pub(crate) fn from_levels(levels: impl IntoIterator<Item = Level>) -> Self {
        let place = |bits, (at, level): (usize, Level)| bits | u128::from(level) << (4 * at);
        Self(levels.into_iter().enumerate().fold(0, place))
    }
}

/// Pairs to be compared together.
///
/// A glance at all records, and at all texts, before any two are compared lets the processor fetch
/// several at once.
pub(crate) struct Batch<'t> {
    comparisons: &'t [Comparison],
    table: &'t Table,
    /// Per comparison and outlook: the level, if no other is open.
    settled: Vec<Vec<Option<Level>>>,
    pairs: Vec<(u32, u32)>,
    /// The pairs that pass.
    chosen: Vec<(u32, u32)>,
    /// What the chosen pairs may come out at, pair by pair.
    outlooks: Vec<Outlook>,
}

/// So many pairs are compared together.
const BATCH: usize = 256;

impl<'t> Batch<'t> {
    pub(crate) fn new(comparisons: &'t [Comparison], table: &'t Table) -> Self {
        let settled = comparisons.iter().map(Comparison::settled).collect();
        let (pairs, chosen, outlooks) = (Vec::new(), Vec::new(), Vec::new());
        Self { comparisons, table, settled, pairs, chosen, outlooks }
    }

    /// Adds the pairs of a record with others; tells whether it is time to compare them.
    pub(crate) fn extend(&mut self, a: u32, others: &[u32]) -> bool {
        self.pairs.extend(others.iter().map(|&b| (a, b)));
        self.pairs.len() >= BATCH
    }

    /// Gives the pattern of each pair whose outlooks pass a test, in order, and forgets them all.
    pub(crate) fn each(
        &mut self,
        passes: impl Fn(&[Outlook]) -> bool,
        mut take: impl FnMut(u32, u32, Pattern),
    ) {
        self.choose(passes);
        self.glance();
        for (&(a, b), outlooks) in self.chosen.iter().zip(self.outlooks_of_pairs()) {
            take(a, b, self.pattern(outlooks, self.table.row(a), self.table.row(b)));
        }
        self.pairs.clear();
    }

    /// Chooses the pairs that pass.
    fn choose(&mut self, passes: impl Fn(&[Outlook]) -> bool) {
        let Self { comparisons, table, pairs, chosen, outlooks, .. } = self;
        let ends = |&(_, b): &(u32, u32)| {
            let row = table.row(b);
            row.first().zip(row.last()).map_or(0, |(first, last)| first.code ^ last.code)
        };
        black_box(pairs.iter().map(ends).fold(0, |seen, code| seen ^ code));
        chosen.clear();
        outlooks.clear();
        for &(a, b) in pairs.iter() {
            let (left, right, start) = (table.row(a), table.row(b), outlooks.len());
            outlooks.extend(comparisons.iter().map(|comparison| comparison.outlook(left, right)));
            if passes(&outlooks[start..]) {
                chosen.push((a, b));
            } else {
                outlooks.truncate(start);
            }
        }
    }

    /// Looks at the texts that will be compared, so that they are at hand then.
    fn glance(&self) {
        let mut seen = 0;
        for (&(a, b), outlooks) in self.chosen.iter().zip(self.outlooks_of_pairs()) {
            let (left, right) = (self.table.row(a), self.table.row(b));
            for (comparison, level) in self.comparisons.iter().zip(self.levels(outlooks)) {
                if level.is_none() {
                    seen ^= self.table.glance(comparison.columns(), left, right);
                }
            }
        }
        black_box(seen);
    }

    fn outlooks_of_pairs(&self) -> impl Iterator<Item = &[Outlook]> {
        self.outlooks.chunks_exact(self.comparisons.len().max(1))
    }

    fn pattern(&self, outlooks: &[Outlook], left: &[Cell], right: &[Cell]) -> Pattern {
        let levels = self.comparisons.iter().zip(self.levels(outlooks));
        let level = |(comparison, level): (&Comparison, Option<Level>)| {
            level.unwrap_or_else(|| comparison.compare(self.table, left, right))
        };
        Pattern::from_levels(levels.map(level))
    }

    /// The levels that are settled without a look at the texts.
    fn levels(&self, outlooks: &[Outlook]) -> impl Iterator<Item = Option<Level>> {
        self.settled.iter().zip(outlooks).map(|(levels, &outlook)| levels[usize::from(outlook)])
    }
}

/// What is looked up by pattern.
pub(crate) type ByPattern<T> = HashMap<Pattern, T, ByNumber>;

/// Distinct patterns with their counts.
pub(crate) struct Patterns {
    pub(crate) distinct: Vec<Pattern>,
    pub(crate) counts: Vec<u64>,
    /// The pattern number of every pair, portion by portion, if all pairs were counted.
    pub(crate) numbers: Option<Vec<Vec<u32>>>,
}

/// Records in one piece of work.
const PORTION: usize = 1_024;

impl Patterns {
    /// Counts the patterns of all pairs of the blocks.
    pub(crate) fn new(
        blocks: &Blocks,
        comparisons: &[Comparison],
        table: &Table,
        threads: usize,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Self {
        let mut patterns = Self { distinct: Vec::new(), counts: Vec::new(), numbers: None };
        let (mut known, mut numbers) = (HashMap::default(), Vec::new());
        let count = |_, candidates: &Candidates, portion: &Range<u32>| {
            let mut others = Vec::new();
            let mut numbering = Numbering::new(comparisons, table);
            for a in portion.clone() {
                candidates.of(a, &mut others);
                numbering.take(a, &others);
            }
            numbering.finish()
        };
        walk(blocks, threads, count, |end, (local, portion)| {
            numbers.push(patterns.take(&local, portion, &mut known));
            progress(u64::from(end), table.len as u64);
        });
        patterns.numbers = Some(numbers);
        patterns
    }

    /// Counts the patterns of a sample of pairs, sorted, and tells the pattern number of each.
    pub(crate) fn of_sample(
        pairs: &[(u32, u32)],
        comparisons: &[Comparison],
        table: &Table,
        threads: usize,
    ) -> (Self, Vec<u32>) {
        let pieces: Vec<&[(u32, u32)]> = pairs.chunks(16 * PORTION).collect();
        let counted = in_parallel(&pieces, threads, |pairs| {
            let mut candidates = Vec::new();
            let mut numbering = Numbering::new(comparisons, table);
            for of_record in pairs.chunk_by(|left, right| left.0 == right.0) {
                candidates.clear();
                candidates.extend(of_record.iter().map(|(_, b)| *b));
                numbering.take(of_record[0].0, &candidates);
            }
            numbering.finish()
        });
        let mut patterns = Self { distinct: Vec::new(), counts: Vec::new(), numbers: None };
        let (mut known, mut all) = (HashMap::default(), Vec::with_capacity(pairs.len()));
        for (local, numbers) in counted {
            all.extend(patterns.take(&local, numbers, &mut known));
        }
        (patterns, all)
    }

    /// Joins a portion's own numbering with the common one.
    fn take(
        &mut self,
        local: &[Pattern],
        mut numbers: Vec<u32>,
        known: &mut ByPattern<u32>,
    ) -> Vec<u32> {
        let mut common = |&pattern: &Pattern| {
            *known.entry(pattern).or_insert_with(|| {
                self.distinct.push(pattern);
                self.counts.push(0);
                u32::try_from(self.distinct.len() - 1).unwrap_or(u32::MAX)
            })
        };
        let common: Vec<u32> = local.iter().map(&mut common).collect();
        for number in &mut numbers {
            *number = common[*number as usize];
            self.counts[*number as usize] += 1;
        }
        numbers
    }
}

/// Walks through all pairs, always in the same order: does a piece of work on each portion of the
/// records, which are numbered, on several threads, and hands over what comes of it with where the
/// portion ends.
pub(crate) fn walk<T: Send>(
    blocks: &Blocks,
    threads: usize,
    work: impl Fn(usize, &Candidates, &Range<u32>) -> T + Sync,
    mut take: impl FnMut(u32, T),
) {
    let mut number = 0;
    for span in blocks.spans() {
        let candidates = blocks.candidates(&span);
        let portions: Vec<(usize, Range<u32>)> = (number..).zip(portions(span)).collect();
        number += portions.len();
        let work = |(number, portion): &(usize, _)| work(*number, &candidates, portion);
        let done = in_parallel(&portions, threads, work);
        for ((_, portion), done) in portions.iter().zip(done) {
            take(portion.end, done);
        }
    }
}

/// Cuts records into portions of work.
fn portions(records: Range<u32>) -> Vec<Range<u32>> {
    let end = |start: u32| (start + u32::try_from(PORTION).unwrap_or(u32::MAX)).min(records.end);
    records.clone().step_by(PORTION).map(|start| start..end(start)).collect()
}

/// Gives the patterns of a piece of work numbers of its own.
struct Numbering<'t> {
    batch: Batch<'t>,
    known: ByPattern<u32>,
    local: Vec<Pattern>,
    numbers: Vec<u32>,
}

impl<'t> Numbering<'t> {
    fn new(comparisons: &'t [Comparison], table: &'t Table) -> Self {
        let batch = Batch::new(comparisons, table);
        Self { batch, known: HashMap::default(), local: Vec::new(), numbers: Vec::new() }
    }

    /// Compares a record with others, perhaps later.
    fn take(&mut self, a: u32, others: &[u32]) {
        if self.batch.extend(a, others) {
            self.compare();
        }
    }

    fn compare(&mut self) {
        let Self { batch, known, local, numbers } = self;
        batch.each(
            |_| true,
            |_, _, pattern| {
                let number = *known.entry(pattern).or_insert_with(|| {
                    local.push(pattern);
                    u32::try_from(local.len() - 1).unwrap_or(u32::MAX)
                });
                numbers.push(number);
            },
        );
    }

    /// The distinct patterns, and which each pair has.
    fn finish(mut self) -> (Vec<Pattern>, Vec<u32>) {
        self.compare();
        (self.local, self.numbers)
    }
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
