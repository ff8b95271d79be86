use super::*;
use crate::waterfall::{Plain, Step};

fn hop(a: u64, b: u64, probability: f64) -> Hop {
    Hop { a: RecordId(a), b: RecordId(b), weight: 0.0, probability, origin: None }
}

fn ends(way: &[Hop]) -> Vec<(u64, u64)> {
    way.iter().map(|hop| (hop.a.0, hop.b.0)).collect()
}

fn way(links: &[Hop], from: u64, to: u64) -> Vec<(u64, u64)> {
    ends(&chain(links, RecordId(from), RecordId(to)))
}

#[test]
fn the_way_with_the_strongest_weakest_link_is_told() {
    let links = [hop(1, 4, 0.6), hop(1, 2, 0.9), hop(2, 3, 0.8), hop(3, 4, 0.95)];
    assert_eq!(way(&links, 4, 1), [(4, 3), (3, 2), (2, 1)]);
    assert_eq!(way(&links, 2, 3), [(2, 3)]);
}

#[test]
fn the_order_of_the_links_does_not_matter_even_among_equals() {
    let mut links = vec![hop(1, 2, 0.9), hop(2, 3, 0.9), hop(3, 4, 0.9), hop(1, 4, 0.9)];
    let forwards = way(&links, 1, 4);
    links.reverse();
    assert_eq!(way(&links, 1, 4), forwards);
}

#[test]
fn a_judgement_goes_before_every_probability() {
    let judged = Hop { origin: Some(Origin::Person), ..hop(1, 3, 1.0) };
    let links = [hop(1, 2, 1.0), hop(2, 3, 1.0), judged];
    assert_eq!(way(&links, 1, 3), [(1, 3)]);
}

#[test]
fn where_no_way_leads_there_is_none() {
    let links = [hop(1, 2, 0.9), hop(3, 4, 0.9)];
    assert_eq!(way(&links, 1, 4), []);
    assert_eq!(way(&links, 1, 1), []);
    assert_eq!(way(&[], 1, 2), []);
}

fn because(subject: &str) -> Waterfall {
    let plain = Plain { subject: subject.into(), words: "is the same".into() };
    let step = Step { plain, weight: 9.0, ..Step::missing(subject) };
    Waterfall { prior: 0.0, steps: vec![step], weight: 9.0, probability: 0.99 }
}

#[test]
fn a_chain_is_told_as_one_story() {
    insta::assert_snapshot!(told(&[], &Speech::default()), @"This entry stands on its own.");
    insta::assert_snapshot!(
        told(&[because("e-mail")], &Speech::default()),
        @"These two entries were taken as yours because the e-mail is the same."
    );
    insta::assert_snapshot!(
        told(&[because("e-mail"), because("phone number")], &Speech::default()),
        @"These two entries were taken as yours through a third entry. It goes with the first because the e-mail is the same, and with the second because the phone number is the same."
    );
    insta::assert_snapshot!(
        told(&[because("e-mail"), because("phone number"), because("name")], &Speech::default()),
        @"These two entries were taken as yours through 2 other entries. Step 1: the e-mail is the same. Step 2: the phone number is the same. Step 3: the name is the same."
    );
}
