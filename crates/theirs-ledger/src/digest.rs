//! SHA-256 digests, plain and salted, and the bridge between our digest type and the tree's.

use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};
use theirs_model::Digest;
use tlog_tiles::Hash;

/// The SHA-256 digest of `bytes`.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// The HMAC-SHA-256 (RFC 2104) of `bytes` under `salt`.
///
/// Without the salt nobody can test a guess at what was hashed.
pub fn salted_digest(salt: &[u8; 32], bytes: &[u8]) -> Digest {
    // A key of 32 bytes is shorter than the block of 64, which HMAC pads with zeros.
    let mut block = [0; 64];
    block[..32].copy_from_slice(salt);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(bytes);
    Digest(mac.finalize().into_bytes().into())
}

/// The tree's hash as a digest.
pub(crate) fn from_hash(hash: Hash) -> Digest {
    Digest(hash.0)
}

/// A digest as a hash of the tree.
pub(crate) fn to_hash(digest: Digest) -> Hash {
    Hash(digest.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_sha_256_of_fips_180() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(b"abc").to_string(), known);
    }

    #[test]
    fn salted_digest_is_hmac_sha_256() {
        // Computed with Python's `hmac`: key = bytes(range(32)), message = b"abc".
        let mut salt = [0; 32];
        salt.iter_mut().zip(0..).for_each(|(byte, value)| *byte = value);
        let known = "f0133729c4163dede81e21cd47839256da58171238c8a0d874397c73b14e1e47";
        assert_eq!(salted_digest(&salt, b"abc").to_string(), known);
        assert_ne!(salted_digest(&[9; 32], b"abc"), salted_digest(&salt, b"abc"));
    }
}
