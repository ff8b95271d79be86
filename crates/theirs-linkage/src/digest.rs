//! A fixed 64-bit hash, the same on every run and machine.
//!
//! It serves dictionaries, blocking keys and the frequency table of a model; all need stability,
//! none needs secrecy. A collision joins two blocks or two frequencies, never two values: equality
//! is always decided on the text or its dictionary code.

use std::hash::{BuildHasherDefault, Hasher};

/// Hashes bytes, eight at a time.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    let start = (bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = words.iter().fold(start, |hash, word| stir(hash, u64::from_le_bytes(*word)));
    finish(stir(hash, rest(bytes)))
}

/// The bytes behind the last whole word as a number, the first one lowest. There is no loop in it,
/// because nobody foresees where that would end.
fn rest(bytes: &[u8]) -> u64 {
    let length = bytes.len() % 8;
    let unused = 64 - 8 * u32::try_from(length).unwrap_or_default();
    if let Some(word) = bytes.last_chunk::<8>() {
        return u64::from_le_bytes(*word).checked_shr(unused).unwrap_or_default();
    }
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(first), Some(last), _) => {
            let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
            first | last << 32 >> unused
        }
        (_, _, [one, .., last]) => {
            let middle = u64::from(bytes[length / 2]) << (8 * (length / 2));
            u64::from(*one) | middle | u64::from(*last) << (64 - unused - 8)
        }
        (_, _, [only]) => u64::from(*only),
        _ => 0,
    }
}

/// Joins two hashes; the order matters.
pub(crate) fn mix(left: u64, right: u64) -> u64 {
    finish(left.rotate_left(23) ^ right.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn stir(hash: u64, word: u64) -> u64 {
    let hash = (hash ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ hash >> 32
}

fn finish(mut hash: u64) -> u64 {
    hash ^= hash >> 30;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^= hash >> 27;
    hash = hash.wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Hashes keys that are numbers already; for maps inside one run.
#[derive(Clone, Copy, Default)]
pub(crate) struct NumberHasher(u64);

/// Makes a map's hasher.
pub(crate) type ByNumber = BuildHasherDefault<NumberHasher>;

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, digest(bytes));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = stir(self.0.rotate_left(23), number);
    }

    fn write_u128(&mut self, number: u128) {
        let bytes = number.to_le_bytes();
        let (words, _) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
    }

    fn finish(&self) -> u64 {
        finish(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_what_is_left_of_the_words() {
        let bytes: Vec<u8> = (1..40).collect();
        for length in 0..bytes.len() {
            let bytes = &bytes[..length];
            let (_, rest_of_words) = bytes.as_chunks::<8>();
            let expected =
                rest_of_words.iter().rev().fold(0, |rest, &byte| rest << 8 | u64::from(byte));
            assert_eq!(rest(bytes), expected, "{length}");
        }
    }

    #[test]
    fn every_byte_and_the_length_count() {
        let texts: [&[u8]; 6] = [b"", b"\0", b"a", b"12345678", b"123456789", b"12345678\0"];
        for (at, left) in texts.iter().enumerate() {
            assert!(texts[at + 1..].iter().all(|right| digest(left) != digest(right)));
        }
    }
}
