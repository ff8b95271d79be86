//! Short forms of given names: Bob is Robert, and Pepe is José.
//!
//! Each line of the table is a name and its short forms. Two names of one line are alike. A pair is
//! looked up by the sketches of its two names, so that names in no line cost one look and no text is
//! read. A short form may belong to several names (Sam); that does not make the names alike.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Pair;
use crate::digest::ByNumber;
use crate::similarity::Sketch;

/// Per two sketches: the pairs of names that have them, in both orders.
type Alike = HashMap<u64, Vec<(&'static str, &'static str)>, ByNumber>;

static ALIKE: LazyLock<Alike> = LazyLock::new(|| {
    let mut alike = Alike::default();
    for line in include_str!("nicknames.txt").lines() {
        let names: Vec<&str> = line.split(' ').collect();
        for (at, &one) in names.iter().enumerate() {
            for &other in &names[at + 1..] {
                let sketches = [one, other].map(|name| Sketch::of(name.as_bytes()));
                let pairs = alike.entry(key(sketches)).or_default();
                pairs.extend([(one, other), (other, one)]);
            }
        }
    }
    alike
});

/// Whether two given names are one name, one of them or both in short.
pub(super) fn are_one_name(pair: Pair) -> bool {
    let (one, other) = pair.sketches();
    ALIKE.get(&key([one, other])).is_some_and(|pairs| pairs.contains(&pair.texts()))
}

/// Whether any two names with these sketches are one name.
pub(super) fn may_be_one_name(sketches: [Sketch; 2]) -> bool {
    ALIKE.contains_key(&key(sketches))
}

/// The same for two sketches in either order.
fn key([one, other]: [Sketch; 2]) -> u64 {
    let (one, other) = (u64::from(one.number()), u64::from(other.number()));
    one.min(other) << 32 | one.max(other)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_lower_case_and_every_line_says_something() {
        for line in include_str!("nicknames.txt").lines() {
            assert!(line.bytes().all(|byte| byte == b' ' || byte.is_ascii_lowercase()), "{line}");
            assert!(line.split(' ').count() > 1, "{line}");
        }
    }
}
