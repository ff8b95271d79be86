//! Records under their keys, sorted.
//!
//! Key and record share one number of 64 bits, the key above, so that a sort moves as little as
//! possible; a large list is sorted by radix, in three passes over the key. Keys are 32 bits: two
//! keys that collide give a few pairs that are compared in vain.

/// Below this a comparison sort is faster.
const FEW: usize = 2_048;
/// Bits of the key per pass; three passes cover it.
const DIGIT_BITS: u32 = 11;

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

    fn digit(self, pass: u32) -> usize {
        usize::try_from(self.0 >> (32 + pass * DIGIT_BITS)).unwrap_or_default()
            & ((1 << DIGIT_BITS) - 1)
    }
}

/// Sorts by key, then record; the records must be in order already.
pub(super) fn sort(keyed: &mut Vec<Keyed>, spare: &mut Vec<Keyed>) {
    if keyed.len() < FEW {
        return keyed.sort_unstable();
    }
    spare.resize(keyed.len(), Keyed(0));
    for (pass, mut next) in (0..).zip(starts(keyed)) {
        for &one in keyed.iter() {
            let at = &mut next[one.digit(pass)];
            spare[*at] = one;
            *at += 1;
        }
        std::mem::swap(keyed, spare);
    }
}

/// Where the run of each digit starts, pass by pass.
fn starts(keyed: &[Keyed]) -> [Vec<usize>; 3] {
    let mut counts = [(); 3].map(|()| vec![0; 1 << DIGIT_BITS]);
    for one in keyed {
        for (pass, counts) in (0..).zip(&mut counts) {
            counts[one.digit(pass)] += 1;
        }
    }
    for counts in &mut counts {
        let mut before = 0;
        for count in counts {
            before += std::mem::replace(count, before);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest;

    #[test]
    fn many_are_sorted_as_few_are() {
        let hash = |record: u32| digest(&record.to_le_bytes());
        let key = |record| u32::try_from(hash(record % 3_000) >> 32).unwrap();
        let mut keyed: Vec<Keyed> = (0..20_000).map(|at| Keyed::new(key(at), at)).collect();
        let mut expected = keyed.clone();
        expected.sort_unstable();
        sort(&mut keyed, &mut Vec::new());
        assert_eq!(keyed, expected);
        assert!(keyed.iter().all(|one| one.key() == key(one.record())));
    }
}
