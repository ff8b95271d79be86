//! What is said of one person, so that nobody else can tell whom it is about.
//!
//! Everything is SHA-256. Texts of fixed length are joined without separators; each hash of our own
//! begins with a tag of its own, so that none can be taken for another. Each person's part is blinded
//! under a key of their own: without it, or the blind that their receipt shows them, nobody can test
//! a guess.

use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};
use theirs_model::{Digest, UseId};

const USES: &[u8] = b"theirs uses 1\n";
const COMMITMENT: &[u8] = b"theirs commitment 1\n";
const CHAIN: &[u8] = b"theirs chain 1\n";
const HEAD: &[u8] = b"theirs head 1\n";

/// A person's ledger key, prepared for use.
#[derive(Clone)]
pub struct PersonKey(Hmac<Sha256>);

impl PersonKey {
    /// Prepares a key of 32 random bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        // A key of 32 bytes is shorter than the block of 64, which HMAC pads with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(key);
        Self(Hmac::new(&block.into()))
    }

    /// What blinds the commitment to a line: HMAC of the id of its first use.
    pub fn blind(&self, first_use: UseId) -> Digest {
        let mut mac = self.0.clone();
        mac.update(&first_use.0);
        Digest(mac.finalize().into_bytes().into())
    }

    /// What blinds the head of the person's chain when it has `count` links.
    pub fn head_blind(&self, count: u64) -> Digest {
        let mut mac = self.0.clone();
        mac.update(HEAD);
        mac.update(&count.to_be_bytes());
        Digest(mac.finalize().into_bytes().into())
    }
}

/// The leaf hash of RFC 6962.
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    hash(&[&[0], bytes])
}

/// The digest of the uses for which a line stands, from the leaf hashes of their entries in order.
pub fn uses_digest(leaf_hashes: &[Digest]) -> Digest {
    let mut all = Sha256::new();
    all.update(USES);
    all.update((leaf_hashes.len() as u64).to_be_bytes());
    for hash in leaf_hashes {
        all.update(hash.0);
    }
    Digest(all.finalize().into())
}

/// The commitment to one line for one person. `told` is the digest of what is told to all, `one`
/// that of what is told to this person alone.
pub fn commitment(blind: Digest, uses: Digest, told: Digest, one: Digest) -> Digest {
    hash(&[COMMITMENT, &blind.0, &uses.0, &told.0, &one.0])
}

/// The chain over a person's commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chain {
    /// How many links it has.
    pub count: u64,
    /// The last link; zeros where there is none.
    pub head: [u8; 32],
}

impl Chain {
    /// Adds a commitment.
    pub fn push(&mut self, commitment: Digest) {
        self.head = hash(&[CHAIN, &self.head, &commitment.0]).0;
        self.count += 1;
    }
}

/// The bytes of a person's leaf in the heads tree.
pub fn head_leaf(blind: Digest, chain: Chain) -> [u8; 72] {
    let mut bytes = [0; 72];
    bytes[..32].copy_from_slice(&blind.0);
    bytes[32..40].copy_from_slice(&chain.count.to_be_bytes());
    bytes[40..].copy_from_slice(&chain.head);
    bytes
}

fn hash(parts: &[&[u8]]) -> Digest {
    let mut all = Sha256::new();
    for part in parts {
        all.update(part);
    }
    Digest(all.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `docs/ledger.md`, computed with Python's `hashlib` and `hmac`.
    #[test]
    fn hashes_are_those_of_the_specification() {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(0..).for_each(|(byte, value)| *byte = value);
        let key = PersonKey::new(&bytes);
        let blind = key.blind(UseId([0x11; 16]));
        let uses = uses_digest(&[leaf_hash(b"one"), leaf_hash(b"two")]);
        let (told, one) = (theirs_ledger::digest(b"{}"), theirs_ledger::digest(b""));
        let c = commitment(blind, uses, told, one);
        let mut chain = Chain::default();
        chain.push(c);
        chain.push(c);
        let leaf = leaf_hash(&head_leaf(key.head_blind(2), chain));
        let found = [blind, uses, c, Digest(chain.head), leaf].map(|digest| digest.to_string());
        assert_eq!(found, VECTORS);
    }

    const VECTORS: [&str; 5] = [
        "bb2475de79df6253f79472db9843da481e6c052d8867aa49841c2d268196831d",
        "5e80a66d8eb534059de309cbd7269f140f10908e93c29446dfcd712adc717e63",
        "cd9eedf6a94cd5dc1295b591ea526b38cb6b65336aa8575ebad4ed7fa4de2860",
        "ee158673004e8264bb03acc054401596151c4a8cd7deafec3adab9e7f7730262",
        "115c1cd7f2710526fdb87278b0a87792d80d7e8e60583b4a09b943d858a5a3c2",
    ];
}
