//! How often wrong links and tokens may be tried, and messages asked for.
//!
//! A link has 256 random bits and a token 192, so this is no lock but a brake: it keeps a guesser
//! from loading the machine and filling the log. It counts for everybody together ([`Tries`]) or, of
//! messages, for each by the hour ([`Hourly`]). It runs on the clock of the machine, which no setting
//! holds still: otherwise it would never open again.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many wrong tries there may be within a minute, unless it is told otherwise.
const MOST: usize = 20;
/// How long a wrong try counts.
const COUNTS: Duration = Duration::from_mins(1);

const HOUR: Duration = Duration::from_hours(1);

/// The wrong tries of the last minute, the oldest first.
pub struct Tries {
    most: usize,
    wrong: Mutex<VecDeque<Instant>>,
}

impl Default for Tries {
    fn default() -> Self {
        Self::at_most(MOST)
    }
}

impl Tries {
    /// A brake that lets so many through within a minute.
    pub fn at_most(most: usize) -> Self {
        Self { most, wrong: Mutex::default() }
    }

    /// How many seconds to wait before the next try; none if it may be now.
    pub fn wait(&self, now: Instant) -> Option<u64> {
        let mut wrong = self.lock();
        while wrong.front().is_some_and(|at| now.duration_since(*at) >= COUNTS) {
            wrong.pop_front();
        }
        let first = wrong.front().filter(|_| wrong.len() >= self.most)?;
        Some((COUNTS.saturating_sub(now.duration_since(*first))).as_secs() + 1)
    }

    /// Notes a wrong try.
    pub fn note(&self, now: Instant) {
        let mut wrong = self.lock();
        if wrong.len() < self.most {
            wrong.push_back(now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Instant>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often something was done for each of many within the last hour.
pub struct Hourly<K> {
    most: usize,
    keys: usize,
    done: HashMap<K, Vec<Instant>>,
}

impl<K: Eq + Hash> Hourly<K> {
    /// So often for each, and so many of whom it is remembered.
    pub fn at_most(most: usize, keys: usize) -> Self {
        Self { most, keys, done: HashMap::new() }
    }

    /// Whether it may be done once more for this one; then it counts. Nobody new while too many are
    /// remembered.
    pub fn take(&mut self, key: K, now: Instant) -> bool {
        let counts = |at: &Instant| now.duration_since(*at) < HOUR;
        if self.done.len() >= self.keys {
            self.done.retain(|_, at| at.iter().any(counts));
        }
        if self.done.len() >= self.keys && !self.done.contains_key(&key) {
            return false;
        }
        let at = self.done.entry(key).or_default();
        at.retain(counts);
        let may = at.len() < self.most;
        if may {
            at.push(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_twenty_wrong_tries_one_waits_until_the_first_is_a_minute_old() {
        let (tries, start) = (Tries::default(), Instant::now());
        for second in 0..20 {
            let now = start + Duration::from_secs(second);
            assert_eq!(tries.wait(now), None);
            tries.note(now);
        }
        assert_eq!(tries.wait(start + Duration::from_secs(20)), Some(41));
        assert_eq!(tries.wait(start + COUNTS), None);
    }
}
