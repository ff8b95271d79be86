//! Records that may be one person's, and nobody else's: the unit in which clusters are settled.
//!
//! Two clusters become one only when the mean probability between them reaches the threshold, and
//! then at least one link between them does. So whatever is not connected by such links, or by
//! judgements that join, can be settled apart, with the same result as all at once. That is what
//! lets one record be added without looking at the others.

use crate::cluster::{Bond, Edge, cluster};
use crate::judgement::Verdict;

/// Some records with everything known between them.
///
/// Members are in the order of their ids; edges and bonds call them by their place in this list.
#[derive(Debug, Default)]
pub(crate) struct Component {
    pub(crate) members: Vec<u32>,
    /// Sorted by both ends.
    pub(crate) edges: Vec<Edge>,
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
    /// The caller's numbers of the bonds that were refused.
    pub(crate) refused: Vec<u32>,
}

impl Component {
    /// Forms the clusters of this component.
    pub(crate) fn settle(&self, threshold: f64) -> Settled {
        let found = cluster(self.members.len(), &self.edges, &self.bonds, threshold);
        let confidence = self.confidence(&found.cluster);
        let refused = found.refused.iter().map(|&at| self.bond_numbers[at]).collect();
        Settled { cluster: found.cluster, confidence, refused }
    }

    /// The mean probability towards the others of the cluster; what a judgement joins is certain.
    fn confidence(&self, cluster: &[u32]) -> Vec<f64> {
        let is_inside = |a: u32, b: u32| cluster[a as usize] == cluster[b as usize];
        let mut sizes = vec![0_u32; cluster.len()];
        for &name in cluster {
            sizes[name as usize] += 1;
        }
        let mut confidence = vec![0.0; cluster.len()];
        for edge in self.edges.iter().filter(|edge| is_inside(edge.a, edge.b)) {
            confidence[edge.a as usize] += edge.probability;
            confidence[edge.b as usize] += edge.probability;
        }
        for (confidence, &name) in confidence.iter_mut().zip(cluster) {
            match sizes[name as usize] {
                1 => *confidence = 1.0,
                size => *confidence /= f64::from(size - 1),
            }
        }
        let joins = self.bonds.iter().filter(|bond| bond.verdict == Verdict::Same);
        for bond in joins.filter(|bond| bond.a != bond.b && is_inside(bond.a, bond.b)) {
            (confidence[bond.a as usize], confidence[bond.b as usize]) = (1.0, 1.0);
        }
        confidence
    }
}

/// Splits records, in the order of their ids, into the components of two or more.
///
/// Edges must be sorted by both ends; bonds must name records that there are.
pub(crate) fn components(
    records: usize,
    edges: &[Edge],
    bonds: &[Bond],
    threshold: f64,
) -> Vec<Component> {
    let mut forest = Forest::new(records);
    for edge in edges.iter().filter(|edge| edge.probability >= threshold) {
        forest.join(edge.a, edge.b);
    }
    for bond in bonds.iter().filter(|bond| bond.verdict == Verdict::Same) {
        forest.join(bond.a, bond.b);
    }
    let (mut components, places) = forest.components();
    let home = |a: u32, b: u32| {
        let (left, right) = (places[a as usize], places[b as usize]);
        (left.component == right.component && left.component != ALONE).then_some((
            left.component as usize,
            left.place,
            right.place,
        ))
    };
    for edge in edges {
        if let Some((at, a, b)) = home(edge.a, edge.b) {
            components[at].edges.push(Edge { a, b, ..*edge });
        }
    }
    for (number, bond) in (0..).zip(bonds) {
        if let Some((at, a, b)) = home(bond.a, bond.b) {
            components[at].bonds.push(Bond { a, b, ..*bond });
            components[at].bond_numbers.push(number);
        }
    }
    components
}

/// The component of a record that nothing is connected with.
const ALONE: u32 = u32::MAX;

/// Where a record stands.
#[derive(Clone, Copy)]
struct Place {
    component: u32,
    place: u32,
}

/// Union–find; a tree is called by its smallest record.
pub(crate) struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    pub(crate) fn new(records: usize) -> Self {
        Self { parents: (0..u32::try_from(records).unwrap_or(u32::MAX)).collect() }
    }

    pub(crate) fn root(&mut self, mut record: u32) -> u32 {
        while self.parents[record as usize] != record {
            let above = self.parents[self.parents[record as usize] as usize];
            self.parents[record as usize] = above;
            record = above;
        }
        record
    }

    /// Joins two trees; returns whether they were two.
    pub(crate) fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
        a != b
    }

    /// Numbers the trees of two or more by their smallest records.
    fn components(&mut self) -> (Vec<Component>, Vec<Place>) {
        let records = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        let mut sizes = vec![0_u32; self.parents.len()];
        for record in 0..records {
            sizes[self.root(record) as usize] += 1;
        }
        let mut components: Vec<Component> = Vec::new();
        let mut places = vec![Place { component: ALONE, place: 0 }; self.parents.len()];
        for record in 0..records {
            let root = self.root(record) as usize;
            if sizes[root] < 2 {
                continue;
            }
            if root == record as usize {
                places[root].component = u32::try_from(components.len()).unwrap_or(u32::MAX);
                components.push(Component::default());
            }
            let component = places[root].component;
            let members = &mut components[component as usize].members;
            let place = u32::try_from(members.len()).unwrap_or(u32::MAX);
            places[record as usize] = Place { component, place };
            members.push(record);
        }
        (components, places)
    }
}

#[cfg(test)]
mod tests;
