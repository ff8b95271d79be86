//! Which keys occur more than once: most records stand alone under most keys, and need no sorting.
//!
//! Two bits for each of eight times as many places as there are keys. Two keys of one place are
//! taken for the same; that costs a little time and changes nothing.

use super::sort::Keyed;

/// Places for each key.
const PLACES: usize = 8;
/// Places in a word.
const OF_A_WORD: u32 = 32;

/// Counts keys up to two.
pub(super) struct Repeated {
    /// Two bits for each place: whether a key was there, and whether another one came.
    bits: Vec<u64>,
    mask: u32,
}

impl Repeated {
    /// Makes room for so many keys.
    pub(super) fn new(keys: usize) -> Self {
        let places = keys.saturating_mul(PLACES).next_power_of_two().clamp(64, 1 << 31);
        let mask = u32::try_from(places - 1).unwrap_or(u32::MAX);
        Self { bits: vec![0; places / OF_A_WORD as usize], mask }
    }

    /// Forgets all keys.
    pub(super) fn clear(&mut self) {
        self.bits.fill(0);
    }

    /// Counts a key.
    pub(super) fn note(&mut self, key: u32) {
        let (word, once) = self.place(key);
        let word = &mut self.bits[word];
        *word |= once | (*word & once) << 1;
    }

    /// Leaves out the records whose key occurred once.
    pub(super) fn retain(&self, keyed: &mut Vec<Keyed>) {
        keyed.retain(|one| {
            let (word, once) = self.place(one.key());
            self.bits[word] & once << 1 != 0
        });
    }

    fn place(&self, key: u32) -> (usize, u64) {
        let place = key & self.mask;
        ((place / OF_A_WORD) as usize, 1 << (2 * (place % OF_A_WORD)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_occurs_twice_is_kept_and_most_else_is_not() {
        let hash = |number: u32| number.wrapping_mul(0x9e37_79b9);
        let mut keyed: Vec<Keyed> = (0..1_000).map(|at| Keyed::new(hash(at % 900), at)).collect();
        let mut repeated = Repeated::new(keyed.len());
        for one in &keyed {
            repeated.note(one.key());
        }
        repeated.retain(&mut keyed);
        let of_two = |record: u32| keyed.iter().any(|one| one.record() == record);
        assert!((0..100).all(|record| of_two(record) && of_two(record + 900)));
        assert!(keyed.len() < 500, "{}", keyed.len());
        repeated.clear();
        repeated.retain(&mut keyed);
        assert!(keyed.is_empty());
    }
}
