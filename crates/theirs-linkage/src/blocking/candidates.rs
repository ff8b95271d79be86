//! The records that each record is compared with, written out for a span of records at a time.
//!
//! Blocks lie in no order of records. Written out record by record, the candidates of a record are
//! read in one piece; a span bounds what that takes, however many pairs there are.

use std::ops::Range;

use super::{Blocks, LAST};

/// Up to so many candidates are written out at once, four bytes each,
const AT_ONCE: usize = if cfg!(test) { 64 } else { 1 << 23 };
/// and more of them where there would be more spans than this: each goes through all blocks.
const FEW_SPANS: usize = 4;

/// The candidates of a span of records.
pub(crate) struct Candidates {
    /// The first record of the span.
    first: u32,
    /// Per record: where its candidates end; they start where those before end.
    ends: Vec<u32>,
    /// Records of larger index, perhaps several times.
    others: Vec<u32>,
}

impl Candidates {
    /// Writes the records of larger index that share a block with this one, ascending, each once.
    pub(crate) fn of(&self, record: u32, candidates: &mut Vec<u32>) {
        let at = (record - self.first) as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let others = &self.others[start as usize..self.ends[at] as usize];
        candidates.clear();
        if others.len() <= FEW {
            return sort_few(others, candidates);
        }
        candidates.extend_from_slice(others);
        candidates.sort_unstable();
        candidates.dedup();
    }
}

/// Up to so many candidates are put at their places by counting those before them.
const FEW: usize = 16;

/// Sorts a few records, each once. Their order is hard to foresee, so it takes no branch.
fn sort_few(others: &[u32], sorted: &mut Vec<u32>) {
    const NONE: u32 = u32::MAX;
    let (mut all, mut places) = ([NONE; FEW], [NONE; FEW]);
    all[..others.len()].copy_from_slice(others);
    for &one in others {
        let before: u32 = all.iter().map(|&other| u32::from(other < one)).sum();
        places[before as usize % FEW] = one;
    }
    // Of equal ones all stand at one place, and the places after it are empty.
    sorted.resize(others.len(), 0);
    let mut kept = 0;
    for &one in &places[..others.len()] {
        sorted[kept] = one;
        kept += usize::from(one != NONE);
    }
    sorted.truncate(kept);
}

impl Blocks {
    /// Cuts the records into spans whose candidates are written out at once.
    pub(crate) fn spans(&self) -> Vec<Range<u32>> {
        let all: usize = self.following.iter().map(|&following| following as usize).sum();
        let at_once = AT_ONCE.max(all / FEW_SPANS);
        let (mut spans, mut start, mut sum) = (Vec::new(), 0, 0);
        for (record, &following) in (0..).zip(&self.following) {
            sum += following as usize;
            if sum > at_once && record > start {
                spans.push(start..record);
                (start, sum) = (record, following as usize);
            }
        }
        spans.push(start..self.records());
        spans
    }

    /// Writes out the candidates of a span.
    pub(crate) fn candidates(&self, span: &Range<u32>) -> Candidates {
        let following = &self.following[span.start as usize..span.end as usize];
        let mut next = Vec::with_capacity(following.len());
        let mut sum = 0;
        for count in following {
            next.push(sum);
            sum += count;
        }
        let mut others = vec![0; sum as usize];
        // From behind, the end of a block is known; most are short, and a loop beats calls that copy.
        let mut end = self.members.len();
        for (at, &member) in self.members.iter().enumerate().rev() {
            if member >= LAST {
                end = at;
                continue;
            }
            let place = member.wrapping_sub(span.start) as usize;
            if let Some(next) = next.get_mut(place) {
                let further = &self.members[at + 1..=end];
                for (other, further) in others[*next as usize..].iter_mut().zip(further) {
                    *other = further & !LAST;
                }
                *next += u32::try_from(further.len()).unwrap_or_default();
            }
        }
        Candidates { first: span.start, ends: next, others }
    }
}
