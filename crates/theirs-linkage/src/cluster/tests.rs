use proptest::prelude::*;

use super::*;

pub(crate) fn edge(a: u32, b: u32, probability: f64) -> Link {
    Link { a, b, weight: 0.0, probability }
}

fn same(a: u32, b: u32) -> Bond {
    Bond { a, b, verdict: Verdict::Same, rank: 0 }
}

fn different(a: u32, b: u32) -> Bond {
    Bond { a, b, verdict: Verdict::Different, rank: 0 }
}

fn clusters(records: usize, edges: &[Link], bonds: &[Bond]) -> Vec<u32> {
    cluster(records, edges, bonds, 0.5).cluster
}

/// Average linkage with judgements by definition: all pairs of groups, all pairs of members, in
/// every round. Slow, and without anything that is kept up to date.
pub(crate) struct Oracle {
    groups: Vec<Vec<u32>>,
    pub(crate) refused: Vec<usize>,
}

impl Oracle {
    pub(crate) fn run(records: u32, edges: &[Link], bonds: &[Bond], threshold: f64) -> Self {
        let groups = (0..records).map(|record| vec![record]).collect();
        let mut oracle = Self { groups, refused: Vec::new() };
        oracle.join_judged(records, bonds);
        while oracle.join_surest(edges, bonds, threshold) {}
        oracle
    }

    fn join_judged(&mut self, records: u32, bonds: &[Bond]) {
        let mut order: Vec<usize> = (0..bonds.len()).collect();
        order.sort_by_key(|&at| {
            (bonds[at].rank, bonds[at].a.min(bonds[at].b), bonds[at].a.max(bonds[at].b))
        });
        for at in order {
            let bond = bonds[at];
            if bond.a == bond.b || bond.a.max(bond.b) >= records {
                self.refused.push(at);
            } else if bond.verdict == Verdict::Same {
                let (left, right) = (self.group_of(bond.a), self.group_of(bond.b));
                if left != right && self.is_forbidden(left, right, bonds) {
                    self.refused.push(at);
                } else {
                    self.merge(left, right);
                }
            }
        }
        self.refused.sort_unstable();
    }

    fn join_surest(&mut self, edges: &[Link], bonds: &[Bond], threshold: f64) -> bool {
        let mut best: Option<(f64, (u32, u32), usize, usize)> = None;
        for left in 0..self.groups.len() {
            for right in left + 1..self.groups.len() {
                if self.is_forbidden(left, right, bonds) || !self.touch(left, right, edges) {
                    continue;
                }
                let mean = self.mean(left, right, edges);
                let smallest = |at: usize| *self.groups[at].iter().min().unwrap();
                let order =
                    (smallest(left).min(smallest(right)), smallest(left).max(smallest(right)));
                let is_better = best.is_none_or(|(most, first, ..)| {
                    mean > most || (mean.total_cmp(&most).is_eq() && order < first)
                });
                if mean >= threshold && is_better {
                    best = Some((mean, order, left, right));
                }
            }
        }
        let Some((_, _, left, right)) = best else { return false };
        self.merge(left, right);
        true
    }

    fn pairs(&self, left: usize, right: usize) -> impl Iterator<Item = (u32, u32)> {
        let (left, right) = (&self.groups[left], &self.groups[right]);
        left.iter().flat_map(move |&a| right.iter().map(move |&b| (a.min(b), a.max(b))))
    }

    fn mean(&self, left: usize, right: usize, edges: &[Link]) -> f64 {
        let probability = |pair: (u32, u32)| {
            let found = edges.iter().find(|edge| (edge.a, edge.b) == pair);
            found.map_or(0.0, |edge| edge.probability)
        };
        let count = self.groups[left].len() * self.groups[right].len();
        let sum: f64 = self.pairs(left, right).map(probability).sum();
        sum / f64::from(u32::try_from(count).unwrap())
    }

    fn touch(&self, left: usize, right: usize, edges: &[Link]) -> bool {
        self.pairs(left, right).any(|pair| edges.iter().any(|edge| (edge.a, edge.b) == pair))
    }

    fn is_forbidden(&self, left: usize, right: usize, bonds: &[Bond]) -> bool {
        self.pairs(left, right).any(|pair| {
            bonds.iter().any(|bond| {
                let ends = (bond.a.min(bond.b), bond.a.max(bond.b));
                bond.verdict == Verdict::Different && ends == pair
            })
        })
    }

    fn group_of(&self, record: u32) -> usize {
        self.groups.iter().position(|group| group.contains(&record)).unwrap()
    }

    fn merge(&mut self, left: usize, right: usize) {
        if left != right {
            let absorbed = std::mem::take(&mut self.groups[right]);
            self.groups[left].extend(absorbed);
            self.groups.retain(|group| !group.is_empty());
        }
    }

    pub(crate) fn cluster(&self) -> Vec<u32> {
        let records = self.groups.iter().map(Vec::len).sum();
        let mut cluster = vec![0; records];
        for group in &self.groups {
            for &record in group {
                cluster[record as usize] = *group.iter().min().unwrap();
            }
        }
        cluster
    }
}

/// A random graph with judgements; probabilities are quarters, so that ties abound and every sum
/// is exact.
pub(crate) fn graphs(records: u32) -> impl Strategy<Value = (Vec<Link>, Vec<Bond>)> {
    let pairs: Vec<(u32, u32)> =
        (0..records).flat_map(|a| (a + 1..records).map(move |b| (a, b))).collect();
    let quarters = proptest::collection::vec(0..8_u8, pairs.len());
    let bonds = proptest::collection::vec(
        (0..records, 0..records, proptest::bool::ANY, 0..3_u8).prop_map(|(a, b, is_same, rank)| {
            let verdict = if is_same { Verdict::Same } else { Verdict::Different };
            Bond { a, b, verdict, rank }
        }),
        0..5,
    );
    (quarters, bonds).prop_map(move |(quarters, bonds)| {
        let edges = pairs.iter().zip(quarters).filter(|(_, quarter)| (1..=4).contains(quarter));
        let edges = edges.map(|(&(a, b), quarter)| edge(a, b, f64::from(quarter) / 4.0));
        (edges.collect(), bonds)
    })
}

#[test]
fn one_wrong_link_does_not_join_two_people() {
    let mut edges = vec![edge(2, 3, 0.9)];
    for base in [0, 3] {
        edges.extend([(0, 1), (0, 2), (1, 2)].map(|(a, b)| edge(base + a, base + b, 0.99)));
    }
    assert_eq!(clusters(6, &edges, &[]), [0, 0, 0, 3, 3, 3]);
}

#[test]
fn a_chain_of_links_falls_apart_into_pairs() {
    let edges: Vec<Link> = (0..7).map(|at| edge(at, at + 1, 0.75)).collect();
    assert_eq!(clusters(8, &edges, &[]), [0, 0, 2, 2, 4, 4, 6, 6]);
}

#[test]
fn cannot_link_outranks_the_surest_link_and_every_way_around() {
    let edges = [edge(0, 1, 1.0), edge(1, 2, 1.0), edge(0, 2, 1.0)];
    let found = clusters(3, &edges, &[different(0, 2)]);
    assert_ne!(found[0], found[2]);
}

#[test]
fn must_link_joins_what_nothing_else_ties() {
    assert_eq!(clusters(3, &[], &[same(2, 0)]), [0, 1, 0]);
}

#[test]
fn a_must_link_against_a_cannot_link_is_refused_and_named() {
    let bonds = [same(0, 1), same(1, 2), different(0, 2), same(7, 9), same(1, 1)];
    let found = cluster(3, &[], &bonds, 0.5);
    assert_eq!(found.cluster, [0, 0, 2]);
    assert_eq!(found.refused, [1, 3, 4]);
}

#[test]
fn of_two_must_links_that_contradict_each_other_the_lower_rank_goes_first() {
    let weaker = Bond { rank: 2, ..same(0, 1) };
    let found = cluster(3, &[], &[weaker, same(1, 2), different(0, 2)], 0.5);
    assert_eq!(found.cluster, [0, 1, 1]);
    assert_eq!(found.refused, [0]);
}

proptest! {
    #[test]
    fn agrees_with_average_linkage_by_definition((edges, bonds) in graphs(8)) {
        let oracle = Oracle::run(8, &edges, &bonds, 0.5);
        let found = cluster(8, &edges, &bonds, 0.5);
        prop_assert_eq!(&found.cluster, &oracle.cluster());
        prop_assert_eq!(&found.refused, &oracle.refused);
    }

    #[test]
    fn the_order_of_edges_and_bonds_does_not_matter(
        (edges, bonds) in graphs(8),
        (mixed_edges, mixed_bonds) in graphs(8).prop_flat_map(|(edges, bonds)| {
            (Just(edges).prop_shuffle(), Just(bonds).prop_shuffle())
        }),
    ) {
        let (mut sorted_edges, mut sorted_bonds) = (mixed_edges.clone(), mixed_bonds.clone());
        sorted_edges.sort_by_key(|edge| (edge.a, edge.b));
        sorted_bonds.sort_by_key(|bond| (bond.b, bond.a, bond.rank));
        prop_assert_eq!(
            cluster(8, &mixed_edges, &mixed_bonds, 0.5).cluster,
            cluster(8, &sorted_edges, &sorted_bonds, 0.5).cluster
        );
        let mut backwards = (edges.clone(), bonds.clone());
        backwards.0.reverse();
        backwards.1.reverse();
        prop_assert_eq!(
            cluster(8, &edges, &bonds, 0.5).cluster,
            cluster(8, &backwards.0, &backwards.1, 0.5).cluster
        );
    }
}
