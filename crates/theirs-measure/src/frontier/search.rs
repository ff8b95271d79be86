//! The search for sets that keep the outcome at little risk.
//!
//! From all data downwards, each step gives up what saves most risk per money lost, by the exact
//! loss of a constrained fit; so the steps run from "everything" to "nothing" and every amount of
//! risk has its set. Then, at the tolerance, one category is made finer and another coarser as long
//! as that saves risk. Where there are few sets all are tried. Price: greedy may miss sets in which
//! two categories must go together.

use super::risk::{Risk, Scale};
use super::utility::{Fitted, Utility};
use super::{Kept, Question};
use crate::Error;
use crate::gram::{Gram, in_parallel};

/// A set that was tried.
#[derive(Clone, Debug)]
pub(super) struct Visited {
    pub kept: Kept,
    pub risk: Risk,
    pub utility: f64,
}

pub(super) struct Search<'a> {
    question: &'a Question<'a>,
    scale: &'a Scale,
    utility: Utility<'a>,
}

/// The most sets that are ever all tried.
const MOST: usize = 1 << 14;

/// How many rounds of swaps there are at most, and how many sets are fitted in each.
const ROUNDS: usize = 4;
const SWAPS: usize = 16;

impl<'a> Search<'a> {
    pub fn new(question: &'a Question<'a>, gram: &Gram, scale: &'a Scale) -> Result<Self, Error> {
        Ok(Self { question, scale, utility: Utility::new(question, gram)? })
    }

    /// The sets tried, and whether these are all.
    pub fn run(&self) -> Result<(Vec<Visited>, bool), Error> {
        let mut count = self.question.categories.iter().map(|category| category.levels.len() + 1);
        let few = self.question.exhaustive_up_to.min(MOST);
        if count.try_fold(1_usize, usize::checked_mul).is_some_and(|count| count <= few) {
            return Ok((self.exhaustive()?, true));
        }
        let mut visited = self.greedy()?;
        self.swapped(&mut visited)?;
        Ok((visited, false))
    }

    /// Every set there is.
    pub fn exhaustive(&self) -> Result<Vec<Visited>, Error> {
        let sizes: Vec<usize> =
            self.question.categories.iter().map(|category| category.levels.len() + 1).collect();
        let all: Vec<usize> = (0..sizes.iter().product()).collect();
        let one = |number: usize| {
            let mut rest = number;
            let level = |size: &usize| {
                let level = rest % size;
                rest /= size;
                level as u8
            };
            self.visit(sizes.iter().map(level).collect())
        };
        in_parallel(&all, one).into_iter().collect()
    }

    /// Step by step from all data to none.
    pub fn greedy(&self) -> Result<Vec<Visited>, Error> {
        let mut kept = vec![0_u8; self.question.categories.len()];
        let mut visited = Vec::new();
        loop {
            let fitted = self.utility.fitted(&kept)?;
            let risk = self.scale.exact(&kept);
            visited.push(Visited { kept: kept.clone(), risk, utility: fitted.utility });
            let Some((category, to)) = self.next(&kept, &fitted, risk) else { return Ok(visited) };
            kept[category] = to;
        }
    }

    /// The coarsening that loses least money per risk saved; of those that lose none, what saves most.
    fn next(&self, kept: &[u8], fitted: &Fitted, risk: Risk) -> Option<(usize, u8)> {
        let sum = self.scale.sum(kept);
        let moves = self.moves(kept);
        let priced = in_parallel(&moves, |(category, to)| {
            let saved = risk.total - self.scale.moved(&sum, kept, category, to).total;
            let lost = fitted.utility - self.utility.without(fitted, kept, category, to);
            (lost.max(0.0) / saved.max(1e-9), -saved)
        });
        let order = |one: &usize, other: &usize| {
            let (one, other) = (priced[*one], priced[*other]);
            one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
        };
        (0..moves.len()).min_by(order).map(|at| moves[at])
    }

    /// One level down, or out.
    fn moves(&self, kept: &[u8]) -> Vec<(usize, u8)> {
        let mut moves = Vec::new();
        for (category, level) in kept.iter().enumerate() {
            let last = self.question.categories[category].levels.len() as u8;
            if *level < last {
                moves.push((category, level + 1));
            }
            if level + 1 < last {
                moves.push((category, last));
            }
        }
        moves
    }

    /// Swaps at the tolerance: coarser here and perhaps finer there, as long as that saves risk.
    pub fn swapped(&self, visited: &mut Vec<Visited>) -> Result<(), Error> {
        let Some(budget) = self.budget(visited) else { return Ok(()) };
        for _ in 0..ROUNDS {
            let Some(best) = least_risky(visited, budget).cloned() else { return Ok(()) };
            let mut swaps = self.swaps(&best);
            swaps.truncate(SWAPS);
            let places: Vec<usize> = (0..swaps.len()).collect();
            let tried = in_parallel(&places, |at| self.visit(swaps[at].clone()));
            for one in tried {
                visited.push(one?);
            }
            if least_risky(visited, budget).is_none_or(|one| one.kept == best.kept) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The least risky set within the tolerance of what all data bring.
    pub fn choice<'v>(&self, visited: &'v [Visited]) -> Option<&'v Visited> {
        least_risky(visited, self.budget(visited)?)
    }

    fn budget(&self, visited: &[Visited]) -> Option<f64> {
        let full = visited.iter().find(|one| one.kept.iter().all(|level| *level == 0))?.utility;
        Some(full - self.question.tolerance * full.abs())
    }

    /// The swaps that save risk, those that keep most of the money first.
    fn swaps(&self, best: &Visited) -> Vec<Kept> {
        let Ok(fitted) = self.utility.fitted(&best.kept) else { return Vec::new() };
        let sum = self.scale.sum(&best.kept);
        let mut found: Vec<(f64, Kept)> = Vec::new();
        for (category, to) in self.moves(&best.kept) {
            let risk = self.scale.moved(&sum, &best.kept, category, to).total;
            let mut alone = best.kept.clone();
            alone[category] = to;
            let money = self.utility.without(&fitted, &best.kept, category, to);
            found.push((money, alone.clone()));
            for other in (0..best.kept.len()).filter(|other| *other != category) {
                let Some(finer) = best.kept[other].checked_sub(1) else { continue };
                let mut both = alone.clone();
                both[other] = finer;
                let back = self.scale.moved(&sum, &best.kept, other, finer).total;
                // What two moves cost is near enough the sum of both for an order of trial.
                if risk + back - 2.0 * best.risk.total < 0.0 {
                    found.push((money, both));
                }
            }
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        found.into_iter().map(|(_, kept)| kept).collect()
    }

    fn visit(&self, kept: Kept) -> Result<Visited, Error> {
        let utility = self.utility.fitted(&kept)?.utility;
        Ok(Visited { risk: self.scale.exact(&kept), kept, utility })
    }
}

/// The least risky set that brings so much.
pub(super) fn least_risky(visited: &[Visited], budget: f64) -> Option<&Visited> {
    let enough = visited.iter().filter(|one| one.utility >= budget);
    enough.min_by(|one, other| one.risk.total.total_cmp(&other.risk.total))
}
