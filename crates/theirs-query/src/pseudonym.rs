//! The name of a person within one purpose: a keyed permutation of the slot.
//!
//! A Feistel network of six rounds over the 32 bits of the slot, whose round functions are random
//! tables drawn from the purpose's key (Luby and Rackoff, 1988). Two purposes have unrelated
//! permutations, so their pseudonyms cannot be joined; a lookup costs a few nanoseconds.

use ring::hmac;
use theirs_model::Slot;

const ROUNDS: usize = 6;
const SIZE: usize = 1 << 16;

/// The pseudonyms of one purpose.
pub(crate) struct Pseudonyms {
    rounds: Vec<u16>,
}

impl Pseudonyms {
    /// Draws the round tables from a key.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mut rounds = Vec::with_capacity(ROUNDS * SIZE);
        let mut block: u64 = 0;
        while rounds.len() < ROUNDS * SIZE {
            let bytes = hmac::sign(&key, &block.to_be_bytes());
            rounds.extend(bytes.as_ref().chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])));
            block += 1;
        }
        Self { rounds }
    }

    /// The pseudonym of a slot.
    pub(crate) fn name(&self, slot: Slot) -> i64 {
        let (mut left, mut right) = halves(slot.0);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.rounds[round * SIZE + usize::from(right)]);
        }
        i64::from(whole(left, right))
    }

    /// The slot behind a pseudonym.
    pub(crate) fn slot(&self, name: i64) -> Option<Slot> {
        let (mut left, mut right) = halves(u32::try_from(name).ok()?);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.rounds[round * SIZE + usize::from(left)], left);
        }
        Some(Slot(whole(left, right)))
    }
}

fn halves(number: u32) -> (u16, u16) {
    ((number >> 16) as u16, (number & 0xffff) as u16)
}

fn whole(left: u16, right: u16) -> u32 {
    u32::from(left) << 16 | u32::from(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudonyms_lead_back_and_differ_between_purposes() {
        let (one, two) = (Pseudonyms::new(&[1; 32]), Pseudonyms::new(&[2; 32]));
        for slot in (0..70_000).step_by(7).chain([u32::MAX]) {
            let slot = Slot(slot);
            assert_eq!(one.slot(one.name(slot)), Some(slot));
            assert_ne!(one.name(slot), two.name(slot));
        }
        assert_eq!(one.slot(-1), None);
    }
}
