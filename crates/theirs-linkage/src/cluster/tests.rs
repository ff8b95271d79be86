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
    /// The records that judgements alone make one.
    judged: Vec<Vec<u32>>,
    /// The clusters before the judgements about people joined them.
    parts: Vec<u32>,
    pub(crate) refused: Vec<usize>,
}

impl Oracle {
    pub(crate) fn run(records: u32, edges: &[Link], bonds: &[Bond], threshold: f64) -> Self {
        let alone: Vec<Vec<u32>> = (0..records).map(|record| vec![record]).collect();
        let (judged, parts, refused) = (alone.clone(), Vec::new(), Vec::new());
        let mut oracle = Self { groups: alone, judged, parts, refused };
        let taken = oracle.take_judged(records, bonds);
        for &at in taken.iter().filter(|&&at| bonds[at].rank >= SHARED_NUMBER) {
            merge(&mut oracle.groups, bonds[at].a, bonds[at].b);
        }
        while oracle.join_surest(edges, bonds, threshold) {}
        oracle.parts = oracle.cluster();
        for &at in taken.iter().filter(|&&at| bonds[at].rank < SHARED_NUMBER) {
            let [left, right] = [bonds[at].a, bonds[at].b].map(|end| place(&oracle.groups, end));
            if left != right && oracle.is_forbidden(left, right, bonds) {
                oracle.refused.push(at);
            } else {
                merge(&mut oracle.groups, bonds[at].a, bonds[at].b);
            }
        }
        oracle.refused.sort_unstable();
        oracle
    }

    /// The joining bonds that contradict no other, in the order of the ranks.
    fn take_judged(&mut self, records: u32, bonds: &[Bond]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..bonds.len()).collect();
        order.sort_by_key(|&at| {
            (bonds[at].rank, bonds[at].a.min(bonds[at].b), bonds[at].a.max(bonds[at].b))
        });
        let mut taken = Vec::new();
        for at in order {
            let bond = bonds[at];
            if bond.a == bond.b || bond.a.max(bond.b) >= records {
                self.refused.push(at);
            } else if bond.verdict == Verdict::Same {
                if self.are_kept_apart(bond.a, bond.b, bonds) {
                    self.refused.push(at);
                } else {
                    merge(&mut self.judged, bond.a, bond.b);
                    taken.push(at);
                }
            }
        }
        taken
    }

    /// Whether judgements keep two records apart, or what they make one with them.
    fn are_kept_apart(&self, a: u32, b: u32, bonds: &[Bond]) -> bool {
        let judged = |record| &self.judged[place(&self.judged, record)];
        let (left, right) = (judged(a), judged(b));
        let crosses = |bond: &Bond| {
            (left.contains(&bond.a) && right.contains(&bond.b))
                || (left.contains(&bond.b) && right.contains(&bond.a))
        };
        left != right
            && bonds.iter().any(|bond| bond.verdict == Verdict::Different && crosses(bond))
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
        let (left, right) = (self.groups[left][0], self.groups[right][0]);
        merge(&mut self.groups, left, right);
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
        self.pairs(left, right).any(|(a, b)| self.are_kept_apart(a, b, bonds))
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

/// Where the group of a record is.
fn place(groups: &[Vec<u32>], record: u32) -> usize {
    groups.iter().position(|group| group.contains(&record)).unwrap()
}

fn merge(groups: &mut Vec<Vec<u32>>, a: u32, b: u32) {
    let (left, right) = (place(groups, a), place(groups, b));
    if left != right {
        let absorbed = std::mem::take(&mut groups[right]);
        groups[left].extend(absorbed);
        groups.retain(|group| !group.is_empty());
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
        0..7,
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

/// Two people of three records each, with nothing across.
fn two_people() -> Vec<Link> {
    let inside = |base: u32| [(0, 1), (0, 2), (1, 2)].map(|(a, b)| edge(base + a, base + b, 0.9));
    [inside(0), inside(3)].concat()
}

#[test]
fn a_judgement_about_people_joins_them_whole() {
    for rank in 0..SHARED_NUMBER {
        let joins = Bond { rank, ..same(0, 3) };
        let found = cluster(6, &two_people(), &[joins], 0.5);
        assert_eq!((found.cluster, found.refused), (vec![0; 6], vec![]));
        assert_eq!(found.parts, [0, 0, 0, 3, 3, 3]);
        let found = cluster(6, &two_people(), &[joins, different(1, 4)], 0.5);
        assert_eq!((found.cluster, found.refused), (vec![0, 0, 0, 3, 3, 3], vec![0]));
    }
}

#[test]
fn a_number_is_about_two_records_and_these_are_one_from_the_start() {
    let number = Bond { rank: SHARED_NUMBER, ..same(0, 3) };
    assert_eq!(clusters(6, &two_people(), &[number]), [0, 1, 1, 0, 4, 4]);
}

#[test]
fn what_a_judgement_implies_outranks_a_link() {
    let bonds = [same(0, 1), different(0, 2)];
    let found = cluster(3, &[edge(1, 2, 0.9)], &bonds, 0.5);
    assert_eq!((found.cluster, found.refused), (vec![0, 0, 2], vec![]));
}

/// Average linkage by `SciPy`, made by `oracle/clusters.py`.
const SCIPY: &str = include_str!("../../oracle/clusters.tsv");

#[test]
fn random_graphs_fall_into_the_clusters_that_scipy_finds() {
    let graphs = SCIPY.lines().filter(|line| !line.starts_with('#'));
    assert!(graphs.clone().count() > 20);
    for line in graphs {
        let [records, joined, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let link = |text: &str| {
            let [a, b, probability] = text.split('-').collect::<Vec<_>>()[..] else {
                panic!("{text}");
            };
            edge(a.parse().unwrap(), b.parse().unwrap(), probability.parse().unwrap())
        };
        let edges: Vec<Link> =
            joined.split(' ').filter(|text| !text.is_empty()).map(link).collect();
        let expected: Vec<u32> = expected.split(' ').map(|text| text.parse().unwrap()).collect();
        assert_eq!(clusters(records.parse().unwrap(), &edges, &[]), expected, "{line}");
    }
}

proptest! {
    #[test]
    fn agrees_with_average_linkage_by_definition((edges, bonds) in graphs(8)) {
        let oracle = Oracle::run(8, &edges, &bonds, 0.5);
        let found = cluster(8, &edges, &bonds, 0.5);
        prop_assert_eq!(&found.cluster, &oracle.cluster());
        prop_assert_eq!(&found.refused, &oracle.refused);
        prop_assert_eq!(&found.parts, &oracle.parts);
    }

    #[test]
    fn a_table_of_all_pairs_gives_what_the_graph_gives((edges, _) in graphs(9)) {
        for threshold in [0.3, 0.5] {
            let [table, graph] = [
                cluster(9, &edges, &[], threshold),
                cluster_graph(9, &edges, &[], threshold),
            ];
            prop_assert_eq!(table.cluster, graph.cluster);
            prop_assert_eq!(table.parts, graph.parts);
        }
    }

    #[test]
    fn what_is_kept_apart_is_never_together_and_what_is_honoured_is(
        (edges, bonds) in graphs(8),
    ) {
        let found = cluster(8, &edges, &bonds, 0.5);
        let honoured = (0..).zip(&bonds).filter(|(at, _)| !found.refused.contains(at));
        for (_, bond) in honoured {
            let is_one = found.cluster[bond.a as usize] == found.cluster[bond.b as usize];
            prop_assert_eq!(is_one, bond.verdict == Verdict::Same);
        }
        for &at in &found.refused {
            let Bond { a, b, verdict, .. } = bonds[at];
            let is_one = found.cluster[a as usize] == found.cluster[b as usize];
            prop_assert!(a == b || (verdict == Verdict::Same && !is_one));
        }
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
