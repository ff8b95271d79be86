//! Records that links hold together, directly or through others, clustered component by component.
//!
//! Two clusters can only become one over a link that reaches the threshold, so each component of
//! such links is a small problem of its own. Inside it the pairs that share no block are scored
//! too: then a mean probability is that of all pairs, not only of those that happened to meet. In
//! a component too large for all its pairs, those that share a neighbour are scored.

mod groups;

use std::collections::HashSet;

use crate::cluster::{self, Edge};
use crate::pattern::in_parallel;
use crate::resolve::Link;
use crate::settings::Constraint;
use groups::Groups;

/// The largest component of which every pair is scored.
const ALL_PAIRS: usize = 64;
/// Components in one piece of work.
const PORTION: usize = 512;

/// The clusters of all records, and the links that were found on the way.
pub(crate) struct Clustered {
    /// Per record: the smallest record of its cluster.
    pub(crate) cluster: Vec<u32>,
    /// Links between records that share no block.
    pub(crate) further: Vec<Link>,
    /// Pairs scored beside those that share a block.
    pub(crate) scored: u64,
    /// Constraints that could not be honoured.
    pub(crate) refused: u64,
}

/// What became of some components.
#[derive(Default)]
struct Outcome {
    /// Records with the smallest of their cluster, where that is another.
    placed: Vec<(u32, u32)>,
    further: Vec<Link>,
    scored: u64,
    refused: u64,
}

/// What every component is clustered by.
struct Run<'r, S> {
    links: &'r [Link],
    components: &'r Groups,
    links_of: &'r Groups,
    constraints_of: &'r Groups,
    constraints: &'r [Constraint],
    threshold: f64,
    score: S,
}

/// Clusters records over their links, sorted; `score` scores a pair that shares no block.
pub(crate) fn cluster_components(
    records: usize,
    links: &[Link],
    constraints: &[Constraint],
    threshold: f64,
    threads: usize,
    score: impl Fn(u32, u32) -> Option<Link> + Sync,
) -> Clustered {
    let (known, unknown) = known(constraints, records);
    let joining = links.iter().filter(|link| link.probability >= threshold);
    let ties = joining.map(|link| (link.a, link.b));
    let must = known.iter().filter_map(|constraint| match *constraint {
        Constraint::MustLink(a, b) => Some((a, b)),
        Constraint::CannotLink(..) => None,
    });
    let (components, component_of) = groups::components(records, ties.chain(must));
    let inside = |a: u32, b: u32| {
        let component = component_of[a as usize];
        (component == component_of[b as usize]).then_some(component)?
    };
    let links_of = Groups::new(components.len(), links.iter().map(|link| inside(link.a, link.b)));
    let ends = known.iter().map(|constraint| {
        let (Constraint::MustLink(a, b) | Constraint::CannotLink(a, b)) = *constraint;
        inside(a, b)
    });
    let constraints_of = Groups::new(components.len(), ends);
    let run = Run {
        links,
        components: &components,
        links_of: &links_of,
        constraints_of: &constraints_of,
        constraints: &known,
        threshold,
        score,
    };
    let mut clustered = run.cluster_all(records, threads);
    clustered.refused += unknown;
    clustered
}

/// The constraints that name two records, and how many do not.
fn known(constraints: &[Constraint], records: usize) -> (Vec<Constraint>, u64) {
    let is_known = |constraint: &&Constraint| {
        let (Constraint::MustLink(a, b) | Constraint::CannotLink(a, b)) = **constraint;
        a != b && (a.max(b) as usize) < records
    };
    let known: Vec<Constraint> = constraints.iter().filter(is_known).copied().collect();
    let unknown = (constraints.len() - known.len()) as u64;
    (known, unknown)
}

impl<S: Fn(u32, u32) -> Option<Link> + Sync> Run<'_, S> {
    fn cluster_all(&self, records: usize, threads: usize) -> Clustered {
        let starts: Vec<usize> = (0..self.components.len()).step_by(PORTION).collect();
        let outcomes = in_parallel(&starts, threads, |&start| {
            let mut outcome = Outcome::default();
            for component in start..(start + PORTION).min(self.components.len()) {
                self.cluster_one(component, &mut outcome);
            }
            outcome
        });
        let cluster = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
        let mut all = Clustered { cluster, further: Vec::new(), scored: 0, refused: 0 };
        for outcome in outcomes {
            outcome.placed.iter().for_each(|&(record, name)| all.cluster[record as usize] = name);
            all.further.extend(outcome.further);
            all.scored += outcome.scored;
            all.refused += outcome.refused;
        }
        all
    }

    fn cluster_one(&self, component: usize, outcome: &mut Outcome) {
        let members = self.components.of(component);
        let constraints = self.constraints_of.of(component);
        let links = self.links_of.of(component);
        if let ([a, b], [link], []) = (members, links, constraints) {
            if self.links[*link as usize].probability >= self.threshold {
                outcome.placed.push((*b, *a));
            }
            return;
        }
        let local = |record: u32| {
            let at = members.binary_search(&record).unwrap_or_default();
            u32::try_from(at).unwrap_or_default()
        };
        let edge = |link: &Link| Edge {
            a: local(link.a),
            b: local(link.b),
            probability: link.probability,
        };
        let mut edges: Vec<Edge> =
            links.iter().map(|&link| edge(&self.links[link as usize])).collect();
        let first_further = outcome.further.len();
        for (a, b) in unmet(members.len(), &edges, self.threshold) {
            outcome.scored += 1;
            outcome.further.extend((self.score)(members[a as usize], members[b as usize]));
        }
        edges.extend(outcome.further[first_further..].iter().map(edge));
        let constraints: Vec<Constraint> = constraints
            .iter()
            .map(|&at| match self.constraints[at as usize] {
                Constraint::MustLink(a, b) => Constraint::MustLink(local(a), local(b)),
                Constraint::CannotLink(a, b) => Constraint::CannotLink(local(a), local(b)),
            })
            .collect();
        let found = cluster::cluster(members.len(), &edges, &constraints, self.threshold);
        let named = members.iter().zip(&found.cluster);
        let placed = named.map(|(&record, &name)| (record, members[name as usize]));
        outcome.placed.extend(placed.filter(|(record, name)| record != name));
        outcome.refused += found.refused;
    }
}

/// The pairs of a component that no link was kept of, ascending.
fn unmet(records: usize, edges: &[Edge], threshold: f64) -> Vec<(u32, u32)> {
    if records > ALL_PAIRS {
        return two_steps_apart(records, edges, threshold);
    }
    let mut met = vec![false; records * records];
    for edge in edges {
        met[edge.a as usize * records + edge.b as usize] = true;
    }
    let records = u32::try_from(records).unwrap_or_default();
    let is_met = |a: u32, b: u32| met[(a * records + b) as usize];
    let pairs = (0..records).flat_map(|a| (a + 1..records).map(move |b| (a, b)));
    pairs.filter(|&(a, b)| !is_met(a, b)).collect()
}

/// Pairs without a link that share a neighbour.
fn two_steps_apart(records: usize, edges: &[Edge], threshold: f64) -> Vec<(u32, u32)> {
    let mut neighbours = vec![Vec::new(); records];
    for edge in edges.iter().filter(|edge| edge.probability >= threshold) {
        neighbours[edge.a as usize].push(edge.b);
        neighbours[edge.b as usize].push(edge.a);
    }
    let met: HashSet<(u32, u32)> = edges.iter().map(|edge| (edge.a, edge.b)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn link(a: u32, b: u32, probability: f64) -> Link {
        Link { a, b, weight: 0.0, probability }
    }

    fn clusters(links: &[Link], constraints: &[Constraint], unmet: f64) -> Clustered {
        let score = |a, b| Some(link(a, b, unmet));
        cluster_components(6, links, constraints, 0.5, 1, score)
    }

    #[test]
    fn a_pair_that_never_met_counts_as_what_it_is() {
        let links = [link(0, 2, 0.9), link(2, 4, 0.8)];
        let apart = clusters(&links, &[], 0.0);
        assert_eq!(apart.cluster, [0, 1, 0, 3, 4, 5]);
        let together = clusters(&links, &[], 0.9);
        assert_eq!(together.cluster, [0, 1, 0, 3, 0, 5]);
        assert_eq!((together.further, together.scored), (vec![link(0, 4, 0.9)], 1));
    }

    #[test]
    fn constraints_reach_across_components() {
        let links = [link(0, 1, 0.9), link(2, 3, 0.9)];
        let tied = clusters(&links, &[Constraint::MustLink(1, 5)], 0.9);
        assert_eq!(tied.cluster, [0, 0, 2, 2, 4, 0]);
        let cut = clusters(&links, &[Constraint::CannotLink(2, 3)], 0.9);
        assert_eq!((cut.cluster, cut.refused), (vec![0, 0, 2, 3, 4, 5], 0));
        let unknown = [Constraint::CannotLink(0, 9), Constraint::MustLink(3, 3)];
        assert_eq!(clusters(&links, &unknown, 0.9).refused, 2);
    }

    #[test]
    fn in_a_large_component_pairs_with_a_common_neighbour_are_scored() {
        let edge = |a, b| Edge { a, b, probability: 0.9 };
        assert_eq!(
            two_steps_apart(4, &[edge(0, 1), edge(1, 2), edge(2, 3)], 0.5),
            [(0, 2), (1, 3)]
        );
        assert_eq!(two_steps_apart(3, &[edge(0, 1), edge(0, 2), edge(1, 2)], 0.5), []);
    }
}
