//! The people of the last uses: those of the next are mostly the same.

use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;
use theirs_store::Members;

/// How many sets are remembered.
const MOST: usize = 8;
/// Sets of fewer people are written anew as quickly as they are found.
const FEWEST: u64 = 64;

/// Whether two sets are the same; of large ones this is quicker than to compare people one by one.
fn are_same(one: &RoaringBitmap, other: &RoaringBitmap) -> bool {
    one.len() == other.len() && one.is_subset(other)
}

/// Sets of people that were logged last, the latest first.
#[derive(Default)]
pub(crate) struct LastMembers(Mutex<Vec<(RoaringBitmap, Arc<Members>)>>);

impl LastMembers {
    /// A set of people as uses keep it.
    pub(crate) fn of(&self, people: &RoaringBitmap) -> Arc<Members> {
        if people.len() < FEWEST {
            return Arc::new(Members::of(people));
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|(known, _)| are_same(known, people));
        let found = match at {
            Some(at) => known.remove(at),
            None => (people.clone(), Arc::new(Members::of(people))),
        };
        let members = Arc::clone(&found.1);
        known.insert(0, found);
        known.truncate(MOST);
        members
    }
}
