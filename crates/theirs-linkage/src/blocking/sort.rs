//! Records under their keys, sorted.
//!
//! Key and record share one number of 64 bits, the key above, so that a sort moves as little as
//! possible. A large list is cut by the first byte of the key into pieces that stay near the
//! processor, and each piece is sorted byte by byte. Keys are 32 bits: two keys that collide give a
//! few pairs that are compared in vain.

/// Below this a comparison sort is faster.
const FEW: usize = 256;

/// A record under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keyed(u64);

impl Keyed {
    pub(super) fn new(key: u32, record: u32) -> Self {
        Self(u64::from(key) << 32 | u64::from(record))
    }

    pub(super) fn key(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or_default()
    }

    pub(super) fn record(self) -> u32 {
        u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or_default()
    }

    /// A byte of the key, the last one first.
    fn byte(self, number: u32) -> usize {
        usize::from(u8::try_from(self.0 >> (32 + number * 8) & 255).unwrap_or_default())
    }
}

/// Hands over all records by key, then record, in pieces that hold all records of their keys, each
/// once under each key; the records must be in order already.
pub(super) fn each_piece(keyed: &[Keyed], spare: &mut Vec<Keyed>, mut take: impl FnMut(&[Keyed])) {
    spare.resize(keyed.len().max(spare.len()), Keyed(0));
    let pieces = &mut spare[..keyed.len()];
    let ends = by_byte(keyed, pieces, 3);
    let (mut start, mut room) = (0, Vec::new());
    for end in ends {
        let piece = &mut pieces[start..end];
        start = end;
        if piece.len() < FEW {
            piece.sort_unstable();
            take(distinct(piece));
            continue;
        }
        room.resize(piece.len().max(room.len()), Keyed(0));
        let room = &mut room[..piece.len()];
        by_byte(piece, room, 0);
        by_byte(room, piece, 1);
        by_byte(piece, room, 2);
        take(distinct(room));
    }
}

/// Moves each of a sorted list to the front, once.
fn distinct(sorted: &mut [Keyed]) -> &[Keyed] {
    let mut kept = sorted.len().min(1);
    for at in 1..sorted.len() {
        let is_new = sorted[at] != sorted[kept - 1];
        sorted[kept] = sorted[at];
        kept += usize::from(is_new);
    }
    &sorted[..kept]
}

/// Sorts by key; the records must be in order already.
pub(super) fn sort_block(block: &mut [Keyed]) {
    if block.len() < FEW {
        return block.sort_unstable();
    }
    let mut room = vec![Keyed(0); block.len()];
    for number in [0, 2] {
        by_byte(block, &mut room, number);
        by_byte(&room, block, number + 1);
    }
}

/// Writes a list in the order of one byte of the keys, else as it was; tells where each ends.
fn by_byte(from: &[Keyed], to: &mut [Keyed], number: u32) -> [usize; 256] {
    let mut next = [0; 256];
    for one in from {
        next[one.byte(number)] += 1;
    }
    let mut before = 0;
    for count in &mut next {
        before += std::mem::replace(count, before);
    }
    for &one in from {
        let at = &mut next[one.byte(number)];
        to[*at] = one;
        *at += 1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest;

    fn keyed(records: u32, keys: u32) -> Vec<Keyed> {
        let hash = |record: u32| digest(&(record % keys).to_le_bytes());
        let key = |record| u32::try_from(hash(record) >> 32).unwrap();
        (0..records).map(|record| Keyed::new(key(record), record)).collect()
    }

    fn sorted(keyed: &[Keyed], spare: &mut Vec<Keyed>) -> Vec<Keyed> {
        let mut sorted = Vec::new();
        each_piece(keyed, spare, |piece| sorted.extend_from_slice(piece));
        sorted
    }

    #[test]
    fn many_are_sorted_as_few_are() {
        for (records, keys) in [(200_000, 3_000), (20_000, 300), (100, 7)] {
            let keyed = keyed(records, keys);
            let mut expected = keyed.clone();
            expected.sort_unstable();
            assert_eq!(sorted(&keyed, &mut Vec::new()), expected);
        }
    }

    #[test]
    fn a_large_block_is_sorted_as_a_small_one_is() {
        let mut keyed = keyed(5_000, 40);
        let mut expected = keyed.clone();
        expected.sort_unstable();
        sort_block(&mut keyed);
        assert_eq!(keyed, expected);
    }

    #[test]
    fn nobody_is_there_twice_under_one_key() {
        let mut keyed = keyed(1_000, 900);
        let mut expected = keyed.clone();
        expected.sort_unstable();
        keyed.insert(500, keyed[500]);
        assert_eq!(sorted(&keyed, &mut vec![Keyed(7); 5_000]), expected);
    }
}
