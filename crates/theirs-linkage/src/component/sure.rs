//! How surely a record belongs to its person.
//!
//! The record that was there first is the person; the others are as sure as their mean probability
//! towards those that surely belong to it already, the surest of them first. So somebody who comes later,
//! or several who resemble each other, makes nobody of before less sure.

use theirs_model::SURE_ENOUGH;

use super::Component;
use crate::judgement::Verdict;

impl Component {
    /// How sure each member is, by the parts that links made; whoever only follows is left at 1.
    pub(super) fn confidence(&self, parts: &[u32], follows: &[bool]) -> Vec<f64> {
        let size = parts.len();
        let mut confidence = vec![1.0; size];
        let between = self.between();
        let mut is_settled = follows.to_vec();
        for first in 0..size {
            if is_settled[first] {
                continue;
            }
            let is_beside = |&at: &usize| parts[at] == parts[first] && !is_settled[at];
            let mut rest: Vec<(usize, f64)> = (first + 1..size)
                .filter(is_beside)
                .map(|at| (at, between[first * size + at]))
                .collect();
            for &(at, _) in &rest {
                is_settled[at] = true;
            }
            let mut sure = 1.0;
            while let Some(next) = surest(&rest)
                && rest[next].1 / sure >= SURE_ENOUGH
            {
                let (at, sum) = rest.remove(next);
                confidence[at] = sum / sure;
                sure += 1.0;
                for (other, sum) in &mut rest {
                    *sum += between[at * size + *other];
                }
            }
            for (at, sum) in rest {
                confidence[at] = sum / sure;
            }
        }
        confidence
    }

    /// The probability of each pair, row by row; what was judged to be one is certain.
    fn between(&self) -> Vec<f64> {
        let size = self.members.len();
        let mut between = vec![0.0; size * size];
        let mut note = |a: u32, b: u32, probability: f64| {
            between[a as usize * size + b as usize] = probability;
            between[b as usize * size + a as usize] = probability;
        };
        for link in &self.links {
            note(link.a, link.b, link.probability);
        }
        for bond in self.bonds.iter().filter(|bond| bond.verdict == Verdict::Same) {
            note(bond.a, bond.b, 1.0);
        }
        between
    }
}

/// The place of the greatest sum; of equal ones the first.
fn surest(rest: &[(usize, f64)]) -> Option<usize> {
    let greater = |best: usize, at: usize| if rest[at].1 > rest[best].1 { at } else { best };
    (0..rest.len()).reduce(greater)
}
