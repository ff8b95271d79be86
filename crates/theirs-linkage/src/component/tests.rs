use proptest::prelude::*;

use super::*;
use crate::cluster::tests::{Oracle, edge, graphs};

fn unscored(_: u32, _: u32) -> Option<Link> {
    None
}

/// Settles all components and puts the clusters of all records together.
fn settled(
    records: u32,
    links: &[Link],
    bonds: &[Bond],
    score: impl Fn(u32, u32) -> Option<Link>,
) -> Vec<u32> {
    let mut cluster: Vec<u32> = (0..records).collect();
    for mut component in components(records as usize, links, bonds) {
        component.complete(0.5, &score);
        let members = component.members.clone();
        let found = component.settle(0.5, &|_| false);
        for (&member, &place) in members.iter().zip(&found.cluster) {
            cluster[member as usize] = members[place as usize];
        }
    }
    cluster
}

fn components(records: usize, links: &[Link], bonds: &[Bond]) -> Vec<Component> {
    let components = Components::new(records, links, bonds, 0.5);
    (0..components.len()).map(|at| components.component(at)).collect()
}

fn only(records: usize, links: &[Link], bonds: &[Bond]) -> Component {
    let mut components = components(records, links, bonds);
    assert_eq!(components.len(), 1, "one component");
    components.remove(0)
}

#[test]
fn weak_links_connect_nothing() {
    assert!(components(3, &[edge(0, 1, 0.4), edge(1, 2, 0.49)], &[]).is_empty());
}

#[test]
fn confidence_is_the_mean_towards_the_first_and_who_is_sure_and_judged_pairs_are_certain() {
    let links = [edge(0, 1, 1.0), edge(0, 2, 0.5), edge(1, 2, 0.75)];
    let found = only(3, &links, &[]).settle(0.5, &|_| false);
    assert_eq!(found.confidence, [1.0, 1.0, 0.625]);
    let joins = [Bond { a: 0, b: 1, verdict: Verdict::Same, rank: 0 }];
    let found = only(2, &[], &joins).settle(0.5, &|_| false);
    assert_eq!(found.confidence, [1.0, 1.0]);
}

#[test]
fn whoever_comes_later_makes_nobody_of_before_less_sure() {
    let core = [edge(0, 1, 0.99), edge(0, 2, 0.99), edge(1, 2, 0.99)];
    let late = [3, 4].map(|late| [0, 1, 2].map(|core| edge(core, late, 0.8))).concat();
    let mut links = [&core[..], &late, &[edge(3, 4, 0.99)]].concat();
    links.sort_by_key(|link| (link.a, link.b));
    let found = only(5, &links, &[]).settle(0.5, &|_| false);
    assert_eq!(found.cluster, [0; 5]);
    assert!(found.confidence[..3].iter().all(|sure| *sure >= 0.99), "{:?}", found.confidence);
    assert!(found.confidence[3..].iter().all(|sure| (sure - 0.8).abs() < 1e-9));
    let found = only(2, &[edge(0, 1, 0.8)], &[]).settle(0.5, &|_| false);
    assert_eq!(found.confidence, [1.0, 0.8], "the first is the person");
}

#[test]
fn whoever_only_follows_joins_no_two_others_and_goes_where_it_fits_best() {
    let links = [edge(0, 2, 0.95), edge(1, 2, 0.9)];
    let found = only(3, &links, &[]).settle(0.4, &|_| false);
    assert_eq!(found.cluster, [0; 3], "one that leads joins them");
    let found = only(3, &links, &[]).settle(0.5, &|member| member == 2);
    assert_eq!(found.cluster, [0, 1, 0]);
    assert_eq!(found.confidence, [1.0, 1.0, 0.95]);
    let found = only(3, &[edge(0, 1, 0.9), edge(0, 2, 0.9)], &[]).settle(0.5, &|at| at == 0);
    assert_eq!(found.cluster, [0, 0, 2], "a cluster is called by its smallest all the same");
    let numbers = [(0, 2), (1, 2)].map(|(a, b)| Bond {
        a,
        b,
        verdict: Verdict::Same,
        rank: crate::judgement::SHARED_NUMBER,
    });
    let found = only(3, &[], &numbers).settle(0.5, &|member| member == 2);
    assert_eq!(found.cluster, [0, 1, 0], "nor by a number that both carry");
}

#[test]
fn a_judgement_about_people_does_not_lower_the_confidence_of_either() {
    let inside = |base: u32| [(0, 1), (0, 2), (1, 2)].map(|(a, b)| edge(base + a, base + b, 0.75));
    let links = [inside(0), inside(3)].concat();
    let joins = [Bond { a: 0, b: 3, verdict: Verdict::Same, rank: 1 }];
    let found = only(6, &links, &joins).settle(0.5, &|_| false);
    assert_eq!(found.cluster, [0; 6]);
    assert_eq!(found.confidence, [1.0, 0.75, 0.75, 1.0, 0.75, 0.75]);
}

#[test]
fn a_pair_that_never_met_counts_as_what_it_is() {
    let links = [edge(0, 2, 0.9), edge(2, 4, 0.8)];
    assert_eq!(settled(6, &links, &[], unscored), [0, 1, 0, 3, 4, 5]);
    let alike = |a, b| Some(edge(a, b, 0.9));
    assert_eq!(settled(6, &links, &[], alike), [0, 1, 0, 3, 0, 5]);
    let mut component = only(6, &links, &[]);
    assert_eq!(component.complete(0.5, alike), 1);
    let found = component.settle(0.5, &|_| false);
    assert_eq!(found.links.len(), 3);
    assert!(found.links.contains(&edge(0, 4, 0.9)));
}

#[test]
fn in_a_large_component_pairs_with_a_common_neighbour_are_scored() {
    let links: Vec<Link> = (0..80).map(|at| edge(at, at + 1, 0.9)).collect();
    let mut chain = Connected::new(81, &links, &[], 0.5).component(0);
    assert_eq!(chain.complete(0.5, unscored), 79);
    let triangle = Component {
        members: (0..65).collect(),
        links: vec![edge(0, 1, 0.9), edge(0, 2, 0.9), edge(1, 2, 0.9)],
        ..Component::default()
    };
    assert_eq!(triangle.unmet(0.5), []);
}

#[test]
fn what_hangs_together_by_chance_is_taken_apart_at_its_weaker_links() {
    let people = 50;
    let mut links = Vec::new();
    for person in 0..people {
        let first = person * 3;
        links.extend([(0, 1), (0, 2), (1, 2)].map(|(a, b)| edge(first + a, first + b, 0.95)));
        links.extend((person + 1 < people).then(|| edge(first + 2, first + 3, 0.7)));
    }
    links.sort_by_key(|link| (link.a, link.b));
    let found = components(people as usize * 3, &links, &[]);
    assert_eq!(found.len(), people as usize);
    assert!(found.iter().all(|component| component.members.len() == 3));
}

#[test]
fn what_stays_too_large_is_settled_as_nobodys() {
    let records = u32::try_from(MOST_MEMBERS).unwrap() + 1;
    let links: Vec<Link> = (1..records).map(|at| edge(0, at, 1.0)).collect();
    assert!(components(records as usize, &links, &[]).is_empty());
    assert_eq!(components(records as usize, &links[1..], &[]).len(), 1);
}

proptest! {
    #[test]
    fn settled_apart_is_settled_all_at_once((links, bonds) in graphs(10)) {
        let bonds: Vec<Bond> = bonds.into_iter().filter(|bond| bond.a != bond.b).collect();
        let oracle = Oracle::run(10, &links, &bonds, 0.5);
        prop_assert_eq!(settled(10, &links, &bonds, unscored), oracle.cluster());
        let refused: Vec<u32> = components(10, &links, &bonds)
            .into_iter()
            .flat_map(|component| component.settle(0.5, &|_| false).refused)
            .collect();
        prop_assert_eq!(refused.len(), oracle.refused.len());
    }
}
