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

mod followers;
mod groups;
mod sure;

use std::collections::HashSet;

use crate::cluster::{Bond, cluster};
use crate::judgement::Verdict;
use crate::resolve::Link;
use groups::{Groups, NONE};

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
#[derive(Clone, Debug, Default)]
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
    /// How surely each belongs to the first of the cluster that links made, see [`sure`].
    pub(crate) confidence: Vec<f64>,
    /// All links inside clusters, between members, sorted by both ends.
    pub(crate) links: Vec<Link>,
    /// The caller's numbers of the bonds that were refused.
    pub(crate) refused: Vec<u32>,
}

impl Component {
    /// Scores the pairs of members that no link is kept of, and keeps the links that they make;
    /// returns how many there were.
    pub(crate) fn complete(
        &mut self,
        threshold: f64,
        mut score: impl FnMut(u32, u32) -> Option<Link>,
    ) -> u64 {
        let unmet = self.unmet(threshold);
        let scored = unmet.len() as u64;
        let met = self.links.len();
        for (a, b) in unmet {
            let link = score(self.members[a as usize], self.members[b as usize]);
            self.links.extend(link.map(|link| Link { a, b, ..link }));
        }
        if self.links.len() > met {
            self.links.sort_unstable_by_key(|link| (link.a, link.b));
        }
        scored
    }

    /// The records of the pairs that `complete` scores, in its order.
    pub(crate) fn unmet_records(&self, threshold: f64) -> impl Iterator<Item = (u32, u32)> {
        let record = |place: u32| self.members[place as usize];
        self.unmet(threshold).into_iter().map(move |(a, b)| (record(a), record(b)))
    }

    /// Forms the clusters of this component; those that only follow decide nothing about others.
    pub(crate) fn settle(mut self, threshold: f64, follows: &dyn Fn(u32) -> bool) -> Settled {
        let follows: Vec<bool> = self.members.iter().map(|&member| follows(member)).collect();
        let (found, followers) = if follows.contains(&true) {
            self.led(threshold, &follows)
        } else {
            let all = cluster(self.members.len(), &self.links, &self.bonds, threshold);
            (all, Vec::new())
        };
        let mut confidence = self.confidence(&found.parts, &follows);
        for (follower, sure) in followers {
            confidence[follower as usize] = sure;
        }
        let is_inside = |a: u32, b: u32| found.cluster[a as usize] == found.cluster[b as usize];
        self.links.retain(|link| is_inside(link.a, link.b));
        for bond in self.bonds.iter().filter(|bond| bond.verdict == Verdict::Same) {
            if is_inside(bond.a, bond.b) {
                (confidence[bond.a as usize], confidence[bond.b as usize]) = (1.0, 1.0);
            }
        }
        let refused = found.refused.iter().map(|&at| self.bond_numbers[at]).collect();
        for link in &mut self.links {
            (link.a, link.b) = (self.members[link.a as usize], self.members[link.b as usize]);
        }
        Settled { cluster: found.cluster, confidence, links: self.links, refused }
    }

    /// The pairs that no link was kept of, ascending: all, or those with a common neighbour.
    fn unmet(&self, threshold: f64) -> Vec<(u32, u32)> {
        let members = self.members.len();
        if self.links.len() * 2 == members * (members - 1) {
            return Vec::new();
        }
        if members > ALL_PAIRS {
            let mut pairs = self.two_steps_apart(threshold);
            pairs.truncate(MOST_FURTHER);
            return pairs;
        }
        let mut met = [0_u32; ALL_PAIRS];
        for link in &self.links {
            met[link.a as usize] |= 1 << link.b;
        }
        let members = u32::try_from(members).unwrap_or_default();
        let pairs = (0..members).flat_map(|a| (a + 1..members).map(move |b| (a, b)));
        pairs.filter(|&(a, b)| met[a as usize] >> b & 1 == 0).collect()
    }

    /// The pairs without a link that have a common neighbour, ascending.
    fn two_steps_apart(&self, threshold: f64) -> Vec<(u32, u32)> {
        let mut neighbours = vec![Vec::new(); self.members.len()];
        for link in self.links.iter().filter(|link| link.probability >= threshold) {
            neighbours[link.a as usize].push(link.b);
            neighbours[link.b as usize].push(link.a);
        }
        let met: HashSet<(u32, u32)> = self.links.iter().map(|link| (link.a, link.b)).collect();
        let mut pairs = Vec::new();
        for near in &mut neighbours {
            near.sort_unstable();
            for (at, &a) in near.iter().enumerate() {
                pairs.extend(near[at + 1..].iter().map(|&b| (a, b)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|pair| !met.contains(pair));
        pairs
    }
}

/// The components of two records or more that are settled.
pub(crate) struct Components<'l> {
    connected: Connected<'l>,
    /// Those of `connected` that are small enough, in the order of the ids.
    small: Vec<usize>,
    /// What the others were taken apart into.
    pieces: Vec<Component>,
}

/// What is connected by links of at least some probability, or by judgements that join.
struct Connected<'l> {
    links: &'l [Link],
    bonds: &'l [Bond],
    members: Groups,
    /// Per record: its component.
    component_of: Vec<u32>,
    /// Per record: where the links that start with it start, and the end of all.
    starts: Vec<u32>,
    bonds_of: Groups,
}

impl<'l> Components<'l> {
    /// Splits records, in the order of their ids.
    ///
    /// Links must be sorted by both ends; bonds must name two records that there are.
    pub(crate) fn new(
        records: usize,
        links: &'l [Link],
        bonds: &'l [Bond],
        threshold: f64,
    ) -> Self {
        let mut levels = levels(threshold);
        let connected = Connected::new(records, links, bonds, levels.next().unwrap_or(threshold));
        let (small, large): (Vec<usize>, Vec<usize>) =
            (0..connected.len()).partition(|&at| connected.members.of(at).len() <= MOST_MEMBERS);
        let mut large: Vec<Component> =
            large.into_iter().map(|at| connected.component(at)).collect();
        let mut pieces = Vec::new();
        for level in levels {
            let split = large.iter().flat_map(|component| component.pieces(level));
            let (more, rest) = split.partition(|piece| piece.members.len() <= MOST_MEMBERS);
            pieces.extend::<Vec<Component>>(more);
            large = rest;
        }
        Self { connected, small, pieces }
    }

    /// How many components there are.
    pub(crate) fn len(&self) -> usize {
        self.small.len() + self.pieces.len()
    }

    /// The link of a component of two records that nobody judged, which is all there is to it.
    pub(crate) fn lone_link(&self, component: usize) -> Option<Link> {
        self.connected.lone_link(*self.small.get(component)?)
    }

    /// A component on its own.
    pub(crate) fn component(&self, component: usize) -> Component {
        match self.small.get(component) {
            Some(&at) => self.connected.component(at),
            None => self.pieces[component - self.small.len()].clone(),
        }
    }
}

impl Component {
    /// What is left connected by links of at least this probability.
    fn pieces(&self, least: f64) -> Vec<Self> {
        let connected = Connected::new(self.members.len(), &self.links, &self.bonds, least);
        let piece = |at| {
            let mut piece = connected.component(at);
            piece.members.iter_mut().for_each(|member| *member = self.members[*member as usize]);
            let numbers = piece.bond_numbers.iter_mut();
            numbers.for_each(|number| *number = self.bond_numbers[*number as usize]);
            piece
        };
        (0..connected.len()).map(piece).collect()
    }
}

impl<'l> Connected<'l> {
    fn new(records: usize, links: &'l [Link], bonds: &'l [Bond], least: f64) -> Self {
        let joining = links.iter().filter(|link| link.probability >= least);
        let ties = joining.map(|link| (link.a, link.b));
        let judged = bonds.iter().filter(|bond| bond.verdict == Verdict::Same);
        let ties = ties.chain(judged.map(|bond| (bond.a, bond.b)));
        let (members, component_of) = groups::components(records, ties);
        let inside = |bond: &Bond| {
            let component = component_of[bond.a as usize];
            let is_inside = component == component_of[bond.b as usize];
            Some(component).filter(|&component| is_inside && component != NONE)
        };
        let bonds_of = Groups::new(members.len(), bonds.iter().map(inside));
        let starts = starts(records, links);
        Self { links, bonds, members, component_of, starts, bonds_of }
    }

    /// The links that start with a record, to records of the same component.
    fn links_from(&self, record: u32) -> impl Iterator<Item = &'l Link> {
        let [start, end] = [0, 1].map(|next| self.starts[record as usize + next] as usize);
        let component = self.component_of[record as usize];
        let is_inside = move |link: &&Link| self.component_of[link.b as usize] == component;
        self.links[start..end].iter().filter(is_inside)
    }

    fn len(&self) -> usize {
        self.members.len()
    }

    fn lone_link(&self, component: usize) -> Option<Link> {
        let [a, _] = *self.members.of(component) else { return None };
        let is_judged = !self.bonds_of.of(component).is_empty();
        self.links_from(a).next().filter(|_| !is_judged).copied()
    }

    fn component(&self, component: usize) -> Component {
        let members = self.members.of(component);
        let place = |record: u32| {
            let at = members.binary_search(&record).unwrap_or_default();
            u32::try_from(at).unwrap_or_default()
        };
        let mut links = Vec::with_capacity(members.len() * (members.len() - 1) / 2);
        for (a, &member) in (0..).zip(members) {
            let from = self.links_from(member);
            links.extend(from.map(|link| Link { a, b: place(link.b), ..*link }));
        }
        let bond_numbers = self.bonds_of.of(component);
        let bonds = bond_numbers.iter().map(|&at| self.bonds[at as usize]);
        let bonds = bonds.map(|bond| Bond { a: place(bond.a), b: place(bond.b), ..bond });
        Component {
            links,
            bonds: bonds.collect(),
            bond_numbers: bond_numbers.to_vec(),
            members: members.to_vec(),
        }
    }
}

/// Where the links that start with each record start, and the end of all.
fn starts(records: usize, links: &[Link]) -> Vec<u32> {
    let mut starts = Vec::with_capacity(records + 1);
    for (at, link) in (0..).zip(links) {
        starts.resize(starts.len().max(link.a as usize + 1), at);
    }
    starts.resize(records + 1, u32::try_from(links.len()).unwrap_or(u32::MAX));
    starts
}

#[cfg(test)]
mod tests;
