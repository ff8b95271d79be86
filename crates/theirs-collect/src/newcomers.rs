//! How many people a browser's key may make up.
//!
//! Everybody can read such a key, and each id that nobody knows becomes somebody. So each key has a
//! bound on ids that were not seen before; those that were seen are known by their hashes and go on.
//! What this process has not seen counts as new, whether the store knows it or not, as looking each
//! one up would hold up the others; only who would be turned away is looked up. The price: after a
//! start, whoever comes again takes part of the bound once.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::rate::Rates;

/// How many ids are remembered; beyond that all are new again.
const MOST_REMEMBERED: usize = 1_000_000;

/// A bound on new ids for each key.
pub struct Newcomers {
    rates: Rates,
    hashing: RandomState,
    seen: Mutex<HashSet<u64>>,
}

impl Newcomers {
    /// So many new ids in an hour for each key, and as many at once.
    pub fn per_hour(ids: NonZeroU32) -> Self {
        let rates = Rates::per_hour(ids);
        Self { rates, hashing: RandomState::new(), seen: Mutex::default() }
    }

    /// Those of these ids, by source and key, that were not seen before, each once.
    pub fn unseen<'n>(
        &self,
        names: impl IntoIterator<Item = &'n (String, String)>,
    ) -> HashSet<&'n (String, String)> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        names.into_iter().filter(|name| !seen.contains(&self.hashing.hash_one(name))).collect()
    }

    /// Takes new ids of a key, and knows them from now on.
    ///
    /// # Errors
    /// They are too many now; says after how long they are not.
    pub fn take(&self, key: &str, unseen: &HashSet<&(String, String)>) -> Result<(), Duration> {
        let count = u32::try_from(unseen.len()).unwrap_or(u32::MAX);
        if let Ok(count) = NonZeroU32::try_from(count) {
            self.rates.take(key, count)?;
        }
        self.know(unseen.iter().copied());
        Ok(())
    }

    /// Knows ids from now on.
    pub fn know<'n>(&self, names: impl IntoIterator<Item = &'n (String, String)>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() > MOST_REMEMBERED {
            seen.clear();
        }
        seen.extend(names.into_iter().map(|name| self.hashing.hash_one(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(numbers: std::ops::Range<u32>) -> Vec<(String, String)> {
        numbers.map(|number| ("visitors".to_owned(), format!("v{number}"))).collect()
    }

    #[test]
    fn new_ids_are_bounded_for_each_key_and_known_ones_go_on() {
        let newcomers = Newcomers::per_hour(NonZeroU32::new(10).unwrap());
        let first = names(0..10);
        assert!(newcomers.take("a", &newcomers.unseen(&first)).is_ok());
        assert!(newcomers.unseen(&first).is_empty());
        let more = names(8..12);
        let unseen = newcomers.unseen(&more);
        assert_eq!(unseen.len(), 2, "two of them are known");
        let wait = newcomers.take("a", &unseen).unwrap_err();
        assert!(wait > Duration::from_mins(1), "six minutes for each: {wait:?}");
        assert_eq!(newcomers.unseen(&more).len(), 2, "whoever is turned away is not known");
        assert!(newcomers.take("b", &unseen).is_ok(), "another key has a bound of its own");
    }

    #[test]
    fn who_turns_out_to_be_known_is_not_new_again() {
        let newcomers = Newcomers::per_hour(NonZeroU32::MIN);
        let all = names(0..3);
        newcomers.know(&all);
        assert!(newcomers.unseen(&all).is_empty());
        assert!(newcomers.take("a", &HashSet::new()).is_ok());
    }
}
