//! A fixed 64-bit hash, the same on every run and machine.
//!
//! It serves blocking keys and the frequency table of a model; both need stability, neither needs
//! secrecy. A collision joins two blocks or two frequencies, never two values: equality is always
//! decided on the dictionary code.

/// Hashes bytes (FNV-1a with a strong finish).
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    finish(hash)
}

/// Joins two hashes; the order matters.
pub(crate) fn mix(left: u64, right: u64) -> u64 {
    finish(left.rotate_left(23) ^ right.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn finish(mut hash: u64) -> u64 {
    hash ^= hash >> 30;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^= hash >> 27;
    hash = hash.wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
