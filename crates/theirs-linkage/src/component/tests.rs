use proptest::prelude::*;

use super::*;
use crate::cluster::tests::{Oracle, edge, graphs};

/// Settles all components and puts the clusters of all records together.
fn settled(records: u32, edges: &[Edge], bonds: &[Bond]) -> Vec<u32> {
    let mut cluster: Vec<u32> = (0..records).collect();
    for component in components(records as usize, edges, bonds, 0.5) {
        let found = component.settle(0.5);
        for (&member, &place) in component.members.iter().zip(&found.cluster) {
            cluster[member as usize] = component.members[place as usize];
        }
    }
    cluster
}

#[test]
fn weak_links_connect_nothing() {
    assert!(components(3, &[edge(0, 1, 0.4), edge(1, 2, 0.49)], &[], 0.5).is_empty());
}

#[test]
fn confidence_is_the_mean_probability_and_judged_pairs_are_certain() {
    let edges = [edge(0, 1, 1.0), edge(0, 2, 0.5), edge(1, 2, 0.75)];
    let [component] = &components(3, &edges, &[], 0.5)[..] else { panic!("one component") };
    assert_eq!(component.settle(0.5).confidence, [0.75, 0.875, 0.625]);
    let joins = [Bond { a: 0, b: 1, verdict: Verdict::Same, rank: 0 }];
    let [component] = &components(2, &[], &joins, 0.5)[..] else { panic!("one component") };
    assert_eq!(component.settle(0.5).confidence, [1.0, 1.0]);
}

proptest! {
    #[test]
    fn settled_apart_is_settled_all_at_once((edges, bonds) in graphs(10)) {
        let bonds: Vec<Bond> = bonds.into_iter().filter(|bond| bond.a != bond.b).collect();
        let oracle = Oracle::run(10, &edges, &bonds, 0.5);
        prop_assert_eq!(settled(10, &edges, &bonds), oracle.cluster());
        let refused: Vec<u32> = components(10, &edges, &bonds, 0.5)
            .iter()
            .flat_map(|component| component.settle(0.5).refused)
            .collect();
        prop_assert_eq!(refused.len(), oracle.refused.len());
    }
}
