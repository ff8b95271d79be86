//! How often wrong links and tokens may be tried.
//!
//! A link has 256 random bits and a token 192, so this is no lock but a brake: it keeps a guesser
//! from loading the machine and filling the log. It counts for everybody together. It runs on the clock of
//! the machine, which no setting holds still: otherwise it would never open again.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many wrong tries there may be within a minute, unless it is told otherwise.
const MOST: usize = 20;
/// How long a wrong try counts.
const COUNTS: Duration = Duration::from_mins(1);

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
