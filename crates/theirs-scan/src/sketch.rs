//! Which values a column has, in a few kilobytes: the smallest hashes of its values.
//!
//! Two columns that keep the smallest hashes keep the same ones of values that both have, so that
//! how many there are (Bar-Yossef and others, 2002) and whether one column's values are another's
//! keys (Broder, 1997) can be told without keeping a value. The price: both are estimates, right to
//! about a fortieth.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many hashes are kept.
const KEPT: usize = 2_048;

/// The smallest hashes of the values of a column.
#[derive(Clone, Default)]
pub(crate) struct Sketch {
    hashes: BTreeSet<u64>,
}

impl Sketch {
    /// Takes in a value.
    pub(crate) fn add(&mut self, value: &str) {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        if self.hashes.len() < KEPT || self.hashes.last().is_some_and(|last| hash < *last) {
            self.hashes.insert(hash);
            if self.hashes.len() > KEPT {
                self.hashes.pop_last();
            }
        }
    }

    /// About how many different values there were.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(crate) fn distinct(&self) -> f64 {
        let kept = self.hashes.len();
        match self.hashes.last() {
            Some(last) if kept == KEPT => (kept - 1) as f64 * (u64::MAX as f64 / *last as f64),
            _ => kept as f64,
        }
    }

    /// Whether that number is no estimate.
    pub(crate) fn is_exact(&self) -> bool {
        self.hashes.len() < KEPT
    }

    /// About which share of the values here are values there, from 0 to 1.
    pub(crate) fn share_in(&self, other: &Self) -> f64 {
        let limit = match other.hashes.last() {
            Some(last) if other.hashes.len() == KEPT => *last,
            _ => u64::MAX,
        };
        let compared = self.hashes.range(..=limit);
        let (mut all, mut both) = (0_u32, 0_u32);
        for hash in compared {
            all += 1;
            both += u32::from(other.hashes.contains(hash));
        }
        if all == 0 { 0.0 } else { f64::from(both) / f64::from(all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: impl Iterator<Item = u32>) -> Sketch {
        let mut sketch = Sketch::default();
        numbers.for_each(|number| sketch.add(&format!("C-{number}")));
        sketch
    }

    #[test]
    fn many_values_are_counted_to_a_tenth() {
        assert!((of(0..100).distinct() - 100.0).abs() < f64::EPSILON);
        let many = of((0..40_000).chain(0..40_000)).distinct();
        assert!((36_000.0..44_000.0).contains(&many), "{many}");
    }

    #[test]
    fn a_few_references_are_found_among_many_keys_and_strangers_are_not() {
        let keys = of(0..50_000);
        let within = of((0..50_000).filter(|number| number % 7 == 0));
        assert!(within.share_in(&keys) > 0.9, "{}", within.share_in(&keys));
        assert!(of(90_000..95_000).share_in(&keys) < 0.05);
    }
}
