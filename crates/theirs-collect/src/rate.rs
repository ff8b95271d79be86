//! How much a key may bring in a time.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// A bound for each key, of events or of new ids, so that one that is stolen holds up no other.
pub struct Rates {
    quota: Quota,
    clock: DefaultClock,
    by_key: Mutex<HashMap<String, Arc<DefaultDirectRateLimiter>>>,
}

impl Rates {
    /// So many events in a second for each key, and ten times as many at once.
    pub fn per_second(events: NonZeroU32) -> Self {
        let burst = events.saturating_mul(NonZeroU32::MIN.saturating_add(9));
        Self {
            quota: Quota::per_second(events).allow_burst(burst),
            clock: DefaultClock::default(),
            by_key: Mutex::default(),
        }
    }

    /// So many in an hour for each key, and as many at once.
    pub fn per_hour(many: NonZeroU32) -> Self {
        let quota = Quota::per_hour(many);
        Self { quota, clock: DefaultClock::default(), by_key: Mutex::default() }
    }

    /// Takes so many of a key.
    ///
    /// # Errors
    /// They are too many now; says after how long they are not.
    pub fn take(&self, key: &str, many: NonZeroU32) -> Result<(), Duration> {
        let limiter = self.limiter(key);
        match limiter.check_n(many) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(later)) => Err(later.wait_time_from(self.clock.now())),
            Err(_) => Err(Duration::from_mins(1)),
        }
    }

    fn limiter(&self, key: &str) -> Arc<DefaultDirectRateLimiter> {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_key.get(key) {
            return Arc::clone(known);
        }
        let limiter = Arc::new(RateLimiter::direct(self.quota));
        by_key.insert(key.to_owned(), Arc::clone(&limiter));
        limiter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_does_not_hold_up_another() {
        let rates = Rates::per_second(NonZeroU32::new(10).unwrap());
        let hundred = NonZeroU32::new(100).unwrap();
        assert!(rates.take("a", hundred).is_ok());
        assert!(rates.take("a", hundred).unwrap_err() > Duration::from_secs(1));
        assert!(rates.take("b", hundred).is_ok());
    }
}
