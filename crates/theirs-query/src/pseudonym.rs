//! The name of a person within one purpose: a keyed permutation of the slot.
//!
//! A Feistel network of six rounds whose round functions are random tables drawn from the purpose's
//! key (Luby and Rackoff, 1988). Two purposes have unrelated permutations, so their pseudonyms cannot
//! be joined. It permutes just as many numbers as there may be slots for a while, so that names lie
//! close together: a join by them needs no hashing, and the tables fit in the fastest memory. When
//! there are too many people for that, a wider permutation takes over, and everybody has another name
//! from then on. A name says how wide its permutation is, so that one of before is nobody's.

use ring::hmac;
use theirs_model::Slot;

const ROUNDS: usize = 6;
/// The widths of permutations, in bits.
const NARROWEST: u32 = 16;
const WIDEST: u32 = 32;

/// The pseudonyms of one purpose.
pub(crate) struct Pseudonyms {
    bits: u32,
    /// How many of the bits are in the lower half.
    low: u32,
    rounds: Vec<u16>,
}

impl Pseudonyms {
    /// How wide a permutation is that has room for so many slots, and some more.
    pub(crate) fn width_for(slots: u32) -> u32 {
        let has_room = |bits: &u32| u64::from(slots) <= (1 << bits) - (1 << (bits - 3));
        (NARROWEST..WIDEST).find(has_room).unwrap_or(WIDEST)
    }

    /// Draws the round tables of a permutation of this width from a key.
    pub(crate) fn new(key: &[u8; 32], bits: u32) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let low = bits.div_ceil(2);
        let entries = ROUNDS << low;
        let mut rounds = Vec::with_capacity(entries + 16);
        let mut block: u64 = 0;
        while rounds.len() < entries {
            let bytes = hmac::sign(&key, &[u64::from(bits), block].map(u64::to_be_bytes).concat());
            rounds.extend(bytes.as_ref().chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])));
            block += 1;
        }
        Self { bits, low, rounds }
    }

    /// Its width in bits.
    pub(crate) fn width(&self) -> u32 {
        self.bits
    }

    /// Whether a slot has a name.
    pub(crate) fn covers(&self, slot: Slot) -> bool {
        u64::from(slot.0) >> self.bits == 0
    }

    /// The pseudonym of a slot; -1, which is nobody's, for one that is not covered.
    pub(crate) fn name(&self, slot: Slot) -> i64 {
        if !self.covers(slot) {
            return -1;
        }
        let (mut high, mut low) = self.halves(slot.0);
        for round in 0..ROUNDS {
            self.turn(round, &mut high, &mut low);
        }
        i64::from(self.bits) << 32 | i64::from(self.whole(high, low))
    }

    /// The slot behind a pseudonym.
    pub(crate) fn slot(&self, name: i64) -> Option<Slot> {
        if name >> 32 != i64::from(self.bits) {
            return None;
        }
        let number = u32::try_from(name & i64::from(u32::MAX)).ok()?;
        if !self.covers(Slot(number)) {
            return None;
        }
        let (mut high, mut low) = self.halves(number);
        for round in (0..ROUNDS).rev() {
            self.turn(round, &mut high, &mut low);
        }
        Some(Slot(self.whole(high, low)))
    }

    /// One round, which is its own inverse: every second one changes the upper half.
    fn turn(&self, round: usize, high: &mut u16, low: &mut u16) {
        let table = &self.rounds[round << self.low..(round + 1) << self.low];
        if round.is_multiple_of(2) {
            *high ^= table[usize::from(*low)] & mask(self.bits - self.low);
        } else {
            *low ^= table[usize::from(*high)] & mask(self.low);
        }
    }

    fn halves(&self, number: u32) -> (u16, u16) {
        let half = |bits: u32| u16::try_from(bits).unwrap_or(u16::MAX);
        (half(number >> self.low), half(number & u32::from(mask(self.low))))
    }

    fn whole(&self, high: u16, low: u16) -> u32 {
        u32::from(high) << self.low | u32::from(low)
    }
}

/// So many bits, at most sixteen.
fn mask(bits: u32) -> u16 {
    u16::MAX >> (16 - bits)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn pseudonyms_lead_back_and_differ_between_purposes() {
        for bits in [16, 17, 21, 32] {
            let (one, two) = (Pseudonyms::new(&[1; 32], bits), Pseudonyms::new(&[2; 32], bits));
            let most = u32::MAX >> (32 - bits);
            let mut same = 0;
            for slot in (0..65_000).step_by(7).chain([most]) {
                let slot = Slot(slot);
                assert_eq!(one.slot(one.name(slot)), Some(slot));
                same += u32::from(one.name(slot) == two.name(slot));
            }
            assert!(same < 4, "{bits}: {same}");
            assert_eq!(one.slot(-1), None);
            assert_eq!(one.slot(one.name(Slot(5)) + (1 << 32)), None, "of another width");
        }
    }

    #[test]
    fn the_narrowest_permutation_uses_every_number_once() {
        let names = Pseudonyms::new(&[3; 32], NARROWEST);
        let all: BTreeSet<i64> = (0..1 << NARROWEST).map(|slot| names.name(Slot(slot))).collect();
        assert_eq!(all.len(), 1 << NARROWEST);
        assert_eq!(names.name(Slot(1 << NARROWEST)), -1);
        let in_order = (1..1000).filter(|at| names.name(Slot(*at)) == names.name(Slot(at - 1)) + 1);
        assert!(in_order.count() < 5);
    }

    #[test]
    fn a_permutation_has_room_for_more_people_than_there_are() {
        let widths = [0, 57_344, 57_345, 1_000_000, 3_000_000_000, u32::MAX];
        assert_eq!(widths.map(Pseudonyms::width_for), [16, 16, 17, 21, 32, 32]);
    }
}
