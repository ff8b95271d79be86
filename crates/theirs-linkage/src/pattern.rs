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

/// Pairs to be compared together, in one comparison after the other.
///
/// So each kind of value is compared by one tight loop, and the processor fetches several records,
/// or texts, at once.
pub(crate) struct Batch<'t> {
    comparisons: &'t [Comparison],
    table: &'t Table,
    /// Per comparison and outlook: the level, if no other is open.
    settled: Vec<Vec<Option<Level>>>,
    pairs: Vec<(u32, u32)>,
    rows: Vec<[&'t [Cell]; 2]>,
    /// Per comparison and pair.
    outlooks: Vec<Vec<Outlook>>,
    may_matter: Vec<bool>,
    patterns: Vec<Pattern>,
}

/// So many pairs are compared together.
const BATCH: usize = 256;

impl<'t> Batch<'t> {
    pub(crate) fn new(comparisons: &'t [Comparison], table: &'t Table) -> Self {
        Self {
            comparisons,
            table,
            settled: comparisons.iter().map(Comparison::settled).collect(),
            pairs: Vec::new(),
            rows: Vec::new(),
            outlooks: vec![Vec::new(); comparisons.len()],
            may_matter: Vec::new(),
            patterns: Vec::new(),
        }
    }

    /// Adds the pairs of a record with others; tells whether it is time to compare them.
    pub(crate) fn extend(&mut self, a: u32, others: &[u32]) -> bool {
        self.pairs.extend(others.iter().map(|&b| (a, b)));
        self.pairs.len() >= BATCH
    }

    /// Gives the pattern of each pair that may matter, in order, and forgets them all.
    ///
    /// By the outlooks of each comparison, `rule_out` tells which pairs do not.
    pub(crate) fn each(
        &mut self,
        rule_out: impl Fn(&[Vec<Outlook>], &mut [bool]),
        mut take: impl FnMut(u32, u32, Pattern),
    ) {
        self.look();
        rule_out(&self.outlooks, &mut self.may_matter);
        self.choose();
        self.compare();
        for (&(a, b), &pattern) in self.pairs.iter().zip(&self.patterns) {
            take(a, b, pattern);
        }
        self.pairs.clear();
    }

    /// Finds the outlooks of all pairs.
    fn look(&mut self) {
        let Self { comparisons, table, pairs, rows, outlooks, may_matter, .. } = self;
        rows.clear();
        rows.extend(pairs.iter().map(|&(a, b)| [table.row(a), table.row(b)]));
        let ends = |[_, row]: &[&[Cell]; 2]| {
            row.first().zip(row.last()).map_or(0, |(first, last)| first.code ^ last.code)
        };
        black_box(rows.iter().map(ends).fold(0, |seen, code| seen ^ code));
        for (comparison, outlooks) in comparisons.iter().zip(outlooks) {
            outlooks.clear();
            comparison.outlooks(rows, outlooks);
        }
        may_matter.clear();
        may_matter.resize(pairs.len(), true);
    }

    /// Forgets the pairs that do not matter.
    fn choose(&mut self) {
        let Self { pairs, rows, outlooks, may_matter, .. } = self;
        let mut chosen = Vec::with_capacity(pairs.len());
        chosen.extend(may_matter.iter().enumerate().filter(|(_, is)| **is).map(|(at, _)| at));
        if chosen.len() < pairs.len() {
            keep(pairs, &chosen);
            keep(rows, &chosen);
            for outlooks in outlooks {
                keep(outlooks, &chosen);
            }
        }
    }

    /// Compares in everything that is not settled.
    fn compare(&mut self) {
        let Self { comparisons, table, settled, rows, outlooks, patterns, .. } = self;
        patterns.clear();
        patterns.resize(rows.len(), Pattern::default());
        for (at, comparison) in comparisons.iter().enumerate() {
            let outlooks = outlooks[at].iter();
            let levels = || outlooks.clone().map(|&outlook| settled[at][usize::from(outlook)]);
            // A look at the texts, so that they are at hand then.
            let open = rows.iter().zip(levels()).filter(|(_, level)| level.is_none());
            let glance = |([left, right], _): (&[&[Cell]; 2], _)| {
                table.glance(comparison.columns(), left, right)
            };
            black_box(open.map(glance).fold(0, |seen, one| seen ^ one));
            for ((pattern, [left, right]), level) in patterns.iter_mut().zip(&*rows).zip(levels()) {
                let level = level.unwrap_or_else(|| comparison.compare(table, left, right));
                pattern.0 |= u128::from(level) << (4 * at);
            }
        }
    }
}

/// Keeps what stands at these places, in order.
fn keep<T: Copy>(all: &mut Vec<T>, places: &[usize]) {
    for (to, &from) in places.iter().enumerate() {
        all[to] = all[from];
    }
    all.truncate(places.len());
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
            |_, _| (),
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
