//! Chance that repeats: the one source of randomness of the sample.
//!
//! Each file draws from a stream of its own (`ChaCha8`, which promises the same values on every
//! machine), so that a change to one file leaves the bytes of the others alone. Only whole
//! numbers are drawn; floating point would not be the same everywhere.

use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// What a stream of chance is used for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    People = 1,
    Mistakes,
    Crm,
    Customers,
    Newsletter,
    Support,
    Broker,
    Orders,
    Opens,
    Tickets,
    Events,
    Locations,
    NextCrm,
    Responses,
}

/// A stream of chance.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(stream as u64);
        Self(chance)
    }

    /// A number from 0 up to, and without, `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound.max(1))
    }

    /// A number from `first` to `last`, both included.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        self.0.random_range(first..=last.max(first))
    }

    /// True this many times in a thousand.
    pub(crate) fn chance(&mut self, per_thousand: u32) -> bool {
        self.0.random_range(0..1000) < per_thousand
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Picks with a slope: the head of the list comes up often, its tail seldom.
    pub(crate) fn pick_sloped<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let (first, second) = (self.below(list.len()), self.below(list.len()));
        &list[first.min(second)]
    }

    /// Picks one value by its weight; the weights need no particular sum.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(T, u32)]) -> T {
        let total: u32 = choices.iter().map(|(_, weight)| weight).sum();
        let mut left = self.0.random_range(0..total.max(1));
        for (value, weight) in choices {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        choices[choices.len() - 1].0
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(seed: u64, stream: Stream) -> Vec<usize> {
        let mut dice = Dice::new(seed, stream);
        (0..20).map(|_| dice.below(1000)).collect()
    }

    #[test]
    fn a_stream_repeats_and_differs_from_its_neighbour() {
        assert_eq!(draws(1, Stream::Crm), draws(1, Stream::Crm));
        assert_ne!(draws(1, Stream::Crm), draws(1, Stream::Orders));
        assert_ne!(draws(1, Stream::Crm), draws(2, Stream::Crm));
    }

    #[test]
    fn a_weight_of_nothing_is_never_picked() {
        let mut dice = Dice::new(1, Stream::People);
        assert!((0..200).all(|_| dice.weighted(&[('a', 0), ('b', 3), ('c', 0)]) == 'b'));
    }
}
