//! Records that may be one person's, and nobody else's: the unit in which clusters are settled.
//!
//! Two clusters become one only when the mean probability between them reaches the threshold, and
//! then at least one link between them does. So whatever is not connected by such links, or by
//! judgements that join, can be settled apart, with the same result as all at once. That is what
//! lets one record be added without looking at the others. Inside a component the pairs that share
//! no key are scored too: then a mean probability is that of all pairs, not only of those that
//! happened to meet. In a component too large for all its pairs, those with a common neighbour are.
//!
//! A component of more members than a person has records hangs together by chance. It is taken
//! apart at links that are less sure, step by step, until the pieces are small; what is still too
//! large then is settled as nobody's. So no record costs more than a bounded amount of work.

mod forest;

use std::collections::HashSet;

use crate::cluster::{Bond, cluster};
use crate::judgement::Verdict;
use crate::resolve::Link;
use forest::Forest;

/// The largest component of which every pair is scored.
const ALL_PAIRS: usize = 32;
/// The most pairs that are scored in a larger one.
const MOST_FURTHER: usize = 1_000;

/// The largest component that is settled as it is; small in tests, so that they go beyond it.
pub(crate) const MOST_MEMBERS: usize = if cfg!(test) { 10 } else { 128 };
/// The probabilities at which larger ones are taken apart, one after the other.
const SURER: [f64; 4] = [0.9, 0.99, 0.999, 0.9999];

/// The probabilities from which links connect: the threshold, then the surer ones.
pub(crate) fn levels(threshold: f64) -> impl Iterator<Item = f64> {
    std::iter::once(threshold).chain(SURER.into_iter().filter(move |&surer| surer > threshold))
}

/// Some records with everything known between them.
///
/// Members are in the order of their ids; links and bonds call them by their place in this list.
#[derive(Debug, Default)]
pub(crate) struct Component {
    pub(crate) members: Vec<u32>,
    /// Sorted by both ends.
    pub(crate) links: Vec<Link>,
    pub(crate) bonds: Vec<Bond>,
    /// Which bond of the caller's each bond is.
    pub(crate) bond_numbers: Vec<u32>,
}

/// What became of a component, member by member.
#[derive(Debug)]
pub(crate) struct Settled {
    /// The place of the first member of each member's cluster.
    pub(crate) cluster: Vec<u32>,
    /// The mean probability towards the others of the cluster.
    pub(crate) confidence: Vec<f64>,
    /// All links inside clusters, between members, sorted by both ends.
    pub(crate) links: Vec<Link>,
    /// The caller's numbers of the bonds that were refused.
    pub(crate) refused: Vec<u32>,
    /// How many pairs were scored that share no key.
    pub(crate) scored: u64,
}

impl Component {
    /// Forms the clusters of this component; `score` scores a pair of members that shares no key.
    pub(crate) fn settle(
        &self,
        threshold: f64,
        score: impl Fn(u32, u32) -> Option<Link>,
    ) -> Settled {
        let unmet = self.unmet(threshold);
        let scored = unmet.len() as u64;
        let further = unmet.into_iter().filter_map(|(a, b)| {
            let link = score(self.members[a as usize], self.members[b as usize])?;
            Some(Link { a, b, ..link })
        });
        let mut links: Vec<Link> = self.links.iter().copied().chain(further).collect();
        links.sort_unstable_by_key(|link| (link.a, link.b));
        let found = cluster(self.members.len(), &links, &self.bonds, threshold);
        let is_inside = |a: u32, b: u32| found.cluster[a as usize] == found.cluster[b as usize];
        links.retain(|link| is_inside(link.a, link.b));
        let confidence = self.confidence(&found.cluster, &links);
        let refused = found.refused.iter().map(|&at| self.bond_numbers[at]).collect();
        for link in &mut links {
            (link.a, link.b) = (self.members[link.a as usize], self.members[link.b as usize]);
        }
        Settled { cluster: found.cluster, confidence, links, refused, scored }
    }

    /// The mean probability towards the others of the cluster, whose links these are; what a
    /// judgement joins is certain.
    fn confidence(&self, cluster: &[u32], links: &[Link]) -> Vec<f64> {
        let mut sizes = vec![0_u32; cluster.len()];
        for &name in cluster {
            sizes[name as usize] += 1;
        }
        let mut confidence = vec![0.0; cluster.len()];
        for link in links {
            confidence[link.a as usize] += link.probability;
            confidence[link.b as usize] += link.probability;
        }
        for (confidence, &name) in confidence.iter_mut().zip(cluster) {
            match sizes[name as usize] {
                1 => *confidence = 1.0,
                size => *confidence /= f64::from(size - 1),
            }
        }
        for bond in self.bonds.iter().filter(|bond| bond.verdict == Verdict::Same) {
            if cluster[bond.a as usize] == cluster[bond.b as usize] {
                (confidence[bond.a as usize], confidence[bond.b as usize]) = (1.0, 1.0);
            }
        }
        confidence
    }

    /// The pairs that no link was kept of, ascending: all, or those with a common neighbour.
    fn unmet(&self, threshold: f64) -> Vec<(u32, u32)> {
        let members = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        if self.links.len() * 2 == self.members.len() * (self.members.len() - 1) {
            return Vec::new();
        }
        let met: HashSet<(u32, u32)> = self.links.iter().map(|link| (link.a, link.b)).collect();
        let mut pairs: Vec<(u32, u32)> = if self.members.len() <= ALL_PAIRS {
            (0..members).flat_map(|a| (a + 1..members).map(move |b| (a, b))).collect()
        } else {
            self.two_steps_apart(threshold)
        };
        pairs.retain(|pair| !met.contains(pair));
        pairs.truncate(MOST_FURTHER);
        pairs
    }

    /// The pairs with a common neighbour, ascending.
    fn two_steps_apart(&self, threshold: f64) -> Vec<(u32, u32)> {
        let mut neighbours = vec![Vec::new(); self.members.len()];
        for link in self.links.iter().filter(|link| link.probability >= threshold) {
            neighbours[link.a as usize].push(link.b);
            neighbours[link.b as usize].push(link.a);
        }
        let mut pairs = Vec::new();
        for near in &mut neighbours {
            near.sort_unstable();
            for (at, &a) in near.iter().enumerate() {
                pairs.extend(near[at + 1..].iter().map(|&b| (a, b)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

/// Splits records, in the order of their ids, into the components of two or more that are settled.
///
/// Links must be sorted by both ends; bonds must name two records that there are.
pub(crate) fn components(
    records: usize,
    links: &[Link],
    bonds: &[Bond],
    threshold: f64,
) -> Vec<Component> {
    let mut levels = levels(threshold);
    let first = levels.next().unwrap_or(threshold);
    let (mut small, mut large) = by_size(connected(records, links, bonds, first));
    for level in levels {
        let pieces = large.iter().flat_map(|component| component.pieces(level)).collect();
        let (more, rest) = by_size(pieces);
        small.extend(more);
        large = rest;
    }
    small
}

fn by_size(components: Vec<Component>) -> (Vec<Component>, Vec<Component>) {
    components.into_iter().partition(|component| component.members.len() <= MOST_MEMBERS)
}

impl Component {
    /// What is left connected by links of at least this probability.
    fn pieces(&self, least: f64) -> Vec<Self> {
        let mut pieces = connected(self.members.len(), &self.links, &self.bonds, least);
        for piece in &mut pieces {
            piece.members.iter_mut().for_each(|member| *member = self.members[*member as usize]);
            let numbers = piece.bond_numbers.iter_mut();
            numbers.for_each(|number| *number = self.bond_numbers[*number as usize]);
        }
        pieces
    }
}

/// What is connected by links of at least this probability, or by judgements that join.
fn connected(records: usize, links: &[Link], bonds: &[Bond], least: f64) -> Vec<Component> {
    let mut forest = Forest::new(records);
    for link in links.iter().filter(|link| link.probability >= least) {
        forest.join(link.a, link.b);
    }
    for bond in bonds.iter().filter(|bond| bond.verdict == Verdict::Same) {
        forest.join(bond.a, bond.b);
    }
    let trees = forest.trees();
    let mut components: Vec<Component> = trees
        .members
        .into_iter()
        .map(|members| Component { members, ..Component::default() })
        .collect();
    for link in links {
        if let Some((at, a, b)) = trees.places.common(link.a, link.b) {
            components[at].links.push(Link { a, b, ..*link });
        }
    }
    for (number, bond) in (0..).zip(bonds) {
        if let Some((at, a, b)) = trees.places.common(bond.a, bond.b) {
            components[at].bonds.push(Bond { a, b, ..*bond });
            components[at].bond_numbers.push(number);
        }
    }
    components
}

#[cfg(test)]
mod tests;
