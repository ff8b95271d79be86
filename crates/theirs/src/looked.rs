//! What was found when something was looked into, for as long as it is as it was then.
//!
//! A page that holds what is held against the promise looks into every source, which takes longer than a
//! page may. So what was found is kept by the state of what was looked into, and for an hour at most: a
//! change that the state does not show, such as of a single record, is seen then.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use theirs_model::Digest;
use theirs_notice::Drift;

/// How long what was found is believed.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// The state of something that is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The charter that it is held against.
    pub charter: Digest,
    /// How large it is: bytes of a file, records of the store.
    pub size: u64,
    /// When it last changed, as the clock that notes it counts.
    pub changed: Option<i128>,
}

/// What was found, by what was looked into, with its state then and when that was.
type Found = BTreeMap<String, (State, Timestamp, Vec<Drift>)>;

/// What was found in everything that was looked into.
#[derive(Default)]
pub struct Looked(Mutex<Found>);

impl Looked {
    /// What was found in something of this state, or what is found now.
    pub fn found<E>(
        &self,
        name: &str,
        state: State,
        now: Timestamp,
        look: impl FnOnce() -> Result<Vec<Drift>, E>,
    ) -> Result<Vec<Drift>, E> {
        let known = |kept: &Found| {
            let (then, at, found) = kept.get(name)?;
            let is_fresh = (*at..*at + FRESH).contains(&now);
            (*then == state && is_fresh).then(|| found.clone())
        };
        if let Some(found) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(found);
        }
        let found = look()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), (state, now, found.clone()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn what_is_as_it_was_is_looked_into_once_an_hour() {
        let (looked, times) = (Looked::default(), Cell::new(0));
        let state = |size| State { charter: Digest([1; 32]), size, changed: Some(7) };
        let ask = |name: &str, state: State, minute: i64| {
            let found =
                looked.found(name, state, Timestamp::from_second(minute * 60).unwrap(), || {
                    times.set(times.get() + 1);
                    Ok::<_, Infallible>(Vec::new())
                });
            found.unwrap();
            times.get()
        };
        assert_eq!((ask("crm", state(1), 0), ask("crm", state(1), 59)), (1, 1));
        assert_eq!(ask("crm", state(2), 59), 2, "it changed");
        assert_eq!(ask("orders", state(2), 59), 3, "another");
        assert_eq!(ask("crm", state(2), 119), 4, "an hour later");
        let other = State { charter: Digest([2; 32]), ..state(2) };
        assert_eq!(ask("crm", other, 119), 5, "under another charter");
    }
}
