use proptest::prelude::*;

use super::*;

fn edge(a: u32, b: u32, probability: f64) -> Edge {
    Edge { a, b, probability }
}

fn clusters(records: usize, edges: &[Edge], constraints: &[Constraint]) -> Vec<u32> {
    cluster(records, edges, constraints, 0.5).cluster
}

/// Average linkage by definition: all pairs of clusters, all pairs of members, every time.
fn oracle(records: u32, edges: &[Edge], threshold: f64) -> Vec<u32> {
    let probability = |a: u32, b: u32| {
        let found = edges.iter().find(|edge| (edge.a, edge.b) == (a.min(b), a.max(b)));
        found.map_or(0.0, |edge| edge.probability)
    };
    let mut groups: Vec<Vec<u32>> = (0..records).map(|record| vec![record]).collect();
    loop {
        let mut best = (threshold, None);
        for left in 0..groups.len() {
            for right in left + 1..groups.len() {
                let pairs = groups[left]
                    .iter()
                    .flat_map(|&a| groups[right].iter().map(move |&b| probability(a, b)));
                let count = groups[left].len() * groups[right].len();
                let mean = pairs.sum::<f64>() / f64::from(u32::try_from(count).unwrap());
                if mean >= best.0 {
                    best = (mean, Some((left, right)));
                }
            }
        }
        let Some((left, right)) = best.1 else { break };
        let absorbed = groups.remove(right);
        groups[left].extend(absorbed);
    }
    let mut cluster = vec![0; records as usize];
    for group in groups {
        let name = *group.iter().min().unwrap();
        for record in group {
            cluster[record as usize] = name;
        }
    }
    cluster
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
fn cannot_link_outranks_the_surest_link_and_every_way_around() {
    let edges = [edge(0, 1, 1.0), edge(1, 2, 1.0), edge(0, 2, 1.0)];
    let found = clusters(3, &edges, &[Constraint::CannotLink(0, 2)]);
    assert_ne!(found[0], found[2]);
}

#[test]
fn must_link_joins_what_nothing_else_ties() {
    assert_eq!(clusters(3, &[], &[Constraint::MustLink(2, 0)]), [0, 1, 0]);
}

#[test]
fn a_must_link_against_a_cannot_link_is_refused_and_counted() {
    let constraints = [
        Constraint::MustLink(0, 1),
        Constraint::MustLink(1, 2),
        Constraint::CannotLink(0, 2),
        Constraint::MustLink(7, 9),
    ];
    let found = cluster(3, &[], &constraints, 0.5);
    assert_eq!(found.cluster, [0, 0, 2]);
    assert_eq!(found.refused, 2);
}

proptest! {
    #[test]
    fn agrees_with_average_linkage_by_definition(
        weights in proptest::collection::vec(0.0..1.0_f64, 28),
        present in proptest::collection::vec(proptest::bool::weighted(0.6), 28),
    ) {
        let pairs = (0..8_u32).flat_map(|a| (a + 1..8).map(move |b| (a, b)));
        let edges: Vec<Edge> = pairs
            .zip(weights.iter().zip(present))
            .filter(|(_, (_, present))| *present)
            .map(|((a, b), (&weight, _))| edge(a, b, weight))
            .collect();
        prop_assert_eq!(cluster(8, &edges, &[], 0.3).cluster, oracle(8, &edges, 0.3));
    }
}
