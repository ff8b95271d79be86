//! Values that are so large that one of them outweighs everything else: a slip of a till, no sale.
//!
//! Whether a value is one is told by all rows together, without regard to what was decided for whom, so
//! that setting it aside favours nobody. The price is that a true sale of that size is not counted; so it
//! is always said.

use serde::Serialize;

use super::Did;

/// How many rows there have to be to say what is usual, the share of them that may be set aside, and how
/// many times the median such a value is at least.
const LEAST_ROWS: usize = 50;
const MOST_SHARE: usize = 1_000;
const TIMES: f64 = 100.0;
/// So many may be set aside though that is a larger share.
const LEAST_ODD: usize = 3;

/// What was set aside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Odd {
    /// The source whose rows they are.
    pub source: String,
    /// How many.
    pub rows: usize,
    /// The value that is the farthest from nothing.
    pub greatest: f64,
}

/// Takes rows out whose value is no number, or outweighs that of all usual ones together.
pub(super) fn set_aside(did: &mut Did, source: &str) -> Option<Odd> {
    let all = || did.values().flatten().map(|(_, value)| *value);
    let mut sizes: Vec<f64> =
        all().filter(|value| value.is_finite() && *value != 0.0).map(f64::abs).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    let bound = bound(&sizes);
    let is_odd = |value: f64| !(value.is_finite() && value.abs() < bound);
    let (mut rows, mut greatest) = (0, 0.0_f64);
    for value in all().filter(|value| is_odd(*value)) {
        rows += 1;
        if value.abs() >= greatest.abs() {
            greatest = value;
        }
    }
    if rows == 0 {
        return None;
    }
    for own in did.values_mut() {
        own.retain(|(_, value)| !is_odd(*value));
    }
    Some(Odd { source: source.to_owned(), rows, greatest })
}

/// From what size on a value is odd, given all sizes in order.
fn bound(sizes: &[f64]) -> f64 {
    if sizes.len() < LEAST_ROWS {
        return f64::INFINITY;
    }
    let median = sizes[sizes.len() / 2];
    let most = (sizes.len() / MOST_SHARE).max(LEAST_ODD);
    let usual: f64 = sizes[..sizes.len() - most].iter().sum();
    let (mut below, mut bound) = (usual, f64::INFINITY);
    for size in &sizes[sizes.len() - most..] {
        // The first that outweighs all below it, and whatever is larger still.
        if *size > below && *size > TIMES * median {
            bound = *size;
            break;
        }
        below += size;
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(values: impl IntoIterator<Item = f64>) -> Did {
        (0..).zip(values).map(|(person, value)| (person, vec![(0, value)])).collect()
    }

    #[test]
    fn one_absurd_order_is_set_aside_and_a_large_one_is_not() {
        let usual = || (0..200_u32).map(|at| 10.0 + f64::from(at % 40));
        let mut plain = people(usual());
        assert_eq!(set_aside(&mut plain, "orders"), None);
        let mut large = people(usual().chain([2_000.0]));
        assert_eq!(set_aside(&mut large, "orders"), None, "many of them are as much together");
        let mut absurd = people(usual().chain([999_999_999_999_999.0]));
        let odd = set_aside(&mut absurd, "orders").unwrap();
        assert_eq!((odd.rows, odd.source.as_str()), (1, "orders"));
        assert!(odd.greatest > 9e14, "{odd:?}");
        assert!(absurd.values().flatten().all(|(_, value)| *value < 100.0));
        let mut nothing = people(usual().chain([f64::NAN]));
        assert_eq!(set_aside(&mut nothing, "orders").map(|odd| odd.rows), Some(1));
    }

    #[test]
    fn of_few_rows_nothing_is_odd() {
        let mut few = people([1.0, 1.0, 1e9]);
        assert_eq!(set_aside(&mut few, "orders"), None);
    }
}
