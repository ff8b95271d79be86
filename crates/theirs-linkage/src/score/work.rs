//! Pairs on their way through comparing and weighing, a few hundred at a time.
//!
//! What does not matter is ruled out first; then all are compared, and the counts that their rarity
//! needs are looked at, before any is weighed: so the processor waits for many of them at once.

use std::hint::black_box;

use super::bound::Bound;
use super::{Kept, Scorer, Verdicts};
use crate::pattern::Batch;

/// Pairs on their way through comparing and weighing.
pub(super) struct Work<'s, 't> {
    scorer: &'s Scorer<'t>,
    bound: &'s Bound,
    batch: Batch<'t>,
    /// The verdicts on patterns that the scorer does not know.
    new: Verdicts,
    compared: Vec<(u32, u32, Numbered)>,
}

/// The number of a verdict that was known, or of one that is new.
#[derive(Clone, Copy)]
enum Numbered {
    Known(u32),
    New(u32),
}

impl<'s, 't> Work<'s, 't> {
    pub(super) fn new(scorer: &'s Scorer<'t>, bound: &'s Bound) -> Self {
        let batch = Batch::new(scorer.comparisons, scorer.table);
        Self { scorer, bound, batch, new: Verdicts::default(), compared: Vec::new() }
    }

    /// Scores a record with others, perhaps later.
    pub(super) fn take(&mut self, a: u32, others: &[u32], kept: &mut Kept) {
        if self.batch.extend(a, others) {
            self.finish(kept);
        }
    }

    /// Scores what is left.
    pub(super) fn finish(&mut self, kept: &mut Kept) {
        let Self { scorer, bound, batch, new, compared } = self;
        batch.each(
            |outlooks, may_matter| bound.rule_out(outlooks, may_matter),
            |a, b, pattern| {
                let numbered = match scorer.verdicts.number(pattern) {
                    Some(number) => Numbered::Known(number),
                    None => Numbered::New(new.number_or_add(pattern, scorer)),
                };
                compared.push((a, b, numbered));
            },
        );
        self.glance();
        for &(a, b, numbered) in &self.compared {
            let (verdicts, number) = self.verdicts(numbered);
            kept.take(a, b, self.scorer.weigh_known(a, b, verdicts, number));
        }
        self.compared.clear();
    }

    /// Looks at the counts that the rarity of these pairs needs, so that they are at hand when the
    /// pairs are weighed.
    fn glance(&self) {
        let Some(rarity) = self.scorer.all_bits else { return };
        let mut seen = 0;
        for &(a, b, numbered) in &self.compared {
            let (left, right) = (self.scorer.table.row(a), self.scorer.table.row(b));
            let (verdicts, number) = self.verdicts(numbered);
            for column in verdicts.rare[number as usize].iter().flat_map(|rare| rare.columns()) {
                seen ^= rarity.glance(column, left[column].code)
                    ^ rarity.glance(column, right[column].code);
            }
        }
        black_box(seen);
    }

    fn verdicts(&self, numbered: Numbered) -> (&Verdicts, u32) {
        match numbered {
            Numbered::Known(number) => (&self.scorer.verdicts, number),
            Numbered::New(number) => (&self.new, number),
        }
    }
}
