//! What was read once and stays true: bounded in bytes, the least used goes first.
//!
//! Files of the lake never change under a name, so nothing here is ever stale.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Values by key, of at most so many bytes together.
pub(crate) struct Cache<K, V> {
    most_bytes: usize,
    held: Mutex<Held<K, V>>,
}

struct Held<K, V> {
    values: HashMap<K, Kept<V>>,
    bytes: usize,
    turn: u64,
}

struct Kept<V> {
    value: Arc<V>,
    bytes: usize,
    used: u64,
}

impl<K: Hash + Eq + Clone, V> Cache<K, V> {
    pub(crate) fn new(most_bytes: usize) -> Self {
        let held = Held { values: HashMap::new(), bytes: 0, turn: 0 };
        Self { most_bytes, held: Mutex::new(held) }
    }

    pub(crate) fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.turn += 1;
        let turn = held.turn;
        let kept = held.values.get_mut(key)?;
        kept.used = turn;
        Some(Arc::clone(&kept.value))
    }

    /// Keeps a value, unless it alone is more than there is room for.
    pub(crate) fn put(&self, key: K, value: &Arc<V>, bytes: usize) {
        if bytes > self.most_bytes {
            return;
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.turn += 1;
        let kept = Kept { value: Arc::clone(value), bytes, used: held.turn };
        held.bytes += bytes;
        if let Some(old) = held.values.insert(key, kept) {
            held.bytes -= old.bytes;
        }
        while held.bytes > self.most_bytes {
            let oldest = held.values.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            if let Some(gone) = held.values.remove(&oldest) {
                held.bytes -= gone.bytes;
            }
        }
    }

    /// Forgets what is kept under the keys that a file had.
    pub(crate) fn forget(&self, is_gone: impl Fn(&K) -> bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut freed = 0;
        held.values.retain(|key, kept| {
            let gone = is_gone(key);
            freed += if gone { kept.bytes } else { 0 };
            !gone
        });
        held.bytes -= freed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_used_goes_first_and_the_bound_holds() {
        let cache = Cache::new(10);
        for key in 0..3_u32 {
            cache.put(key, &Arc::new(key), 4);
            cache.get(&0);
        }
        assert!(cache.get(&0).is_some() && cache.get(&2).is_some());
        assert!(cache.get(&1).is_none());
        cache.put(9, &Arc::new(9), 11);
        assert!(cache.get(&9).is_none());
        cache.forget(|key| *key == 0);
        assert!(cache.get(&0).is_none());
        cache.put(7, &Arc::new(7), 6);
        assert!(cache.get(&2).is_some() && cache.get(&7).is_some());
    }
}
