//! Nothing slips past: a corpus of attacks, each of which succeeds against the engine as it comes
//! and none of which succeeds through the door.

pub mod corpus;
mod found;
mod fuzz;
pub mod judge;
mod unguarded;
mod verdict;

use std::collections::BTreeMap;

use self::corpus::{Aim, Attack};
use self::judge::{Doors, NoDoors};

/// The attacks for which something holds, as a person reads them.
fn told(attacks: &[(&Attack, String)]) -> String {
    let line = |(attack, what): &(&Attack, String)| format!("{attack:?}\n  {what}");
    attacks.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn there_are_at_least_five_hundred_attacks_and_none_says_what_it_wants() {
    let attacks = corpus::read();
    let mut families: BTreeMap<&str, usize> = BTreeMap::new();
    for attack in attacks.iter().filter(|attack| attack.counts) {
        *families.entry(&attack.family).or_default() += 1;
        let Aim::Gets(text) = &attack.aim else { continue };
        assert!(!attack.says(text), "{attack:?}");
    }
    let count: usize = families.values().sum();
    println!("{count} attacks that count, {} in all: {families:?}", attacks.len());
    assert!(count >= 500, "{count}");
}

#[test]
fn every_attack_of_the_corpus_succeeds_where_nothing_guards() {
    let worlds = NoDoors::new();
    let attacks = corpus::read();
    let vain = attacks.iter().filter(|attack| attack.counts && !worlds.fall_to(attack));
    let vain: Vec<_> = vain.map(|attack| (attack, "gets nothing".to_owned())).collect();
    assert!(vain.is_empty(), "{} show nothing:\n{}", vain.len(), told(&vain));
}

#[test]
fn no_attack_of_the_corpus_succeeds_through_the_door() {
    let doors = Doors::new();
    let attacks = corpus::read();
    found::write(&attacks);
    let half = attacks.len().div_ceil(2);
    let leaks: Vec<_> = std::thread::scope(|scope| {
        let ask = |half: &'_ [Attack]| {
            let leaks =
                half.iter().filter_map(|attack| Some((attack.clone(), doors.leak(attack)?)));
            leaks.collect::<Vec<_>>()
        };
        let halves: Vec<_> =
            attacks.chunks(half).map(|half| scope.spawn(move || ask(half))).collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    let leaks: Vec<_> = leaks.iter().map(|(attack, what)| (attack, what.clone())).collect();
    assert!(leaks.is_empty(), "{} leak:\n{}", leaks.len(), told(&leaks));
}
