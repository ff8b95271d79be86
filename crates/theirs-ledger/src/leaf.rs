//! Whatever stands in the log: the entry of a use, or of the sealing of an epoch or an erasure.
//!
//! All have 130 bytes, the same first 26 (format, kind, time, a random name), and numbers big-endian.
//! * Batch: digest of its uses (32), people (8), root (32), epoch (8), line (8), uses (8), zeros (8).
//! * Heads: digest of the heads entry before it (32, zeros at first), people (8), root (32), epoch
//!   (8), first leaf covered (8), first leaf after them (8), commitments in the epoch's batches (8).
//! * Erase: charter digest (32), people (8), digest of their orphan hashes (32), last epoch (8),
//!   zeros (24).

use jiff::Timestamp;
use theirs_model::{Digest, UseId};

use crate::{
    Entry, EntryError, EntryKind,
    entry::{FORMAT, part, time},
};

/// One leaf of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// A use, a charter or an act of administration.
    Use(Entry),
    /// The commitments of one line of an epoch.
    Batch(Batch),
    /// The close of an epoch.
    Heads(Heads),
    /// An erasure.
    Erase(Erase),
}

/// The commitments to one line of an epoch, that is to uses which tell the same people the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// When the epoch was closed.
    pub at: Timestamp,
    /// A random name.
    pub id: UseId,
    /// The digest of the uses that the line stands for.
    pub uses_digest: Digest,
    /// How many people have a commitment.
    pub people: u64,
    /// The root of the tree over the sorted commitments.
    pub root: Digest,
    /// The number of the epoch, from one.
    pub epoch: u64,
    /// The number of the line within the epoch, from zero.
    pub line: u64,
    /// How many uses the line stands for.
    pub uses: u64,
}

/// The close of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// When the epoch was closed.
    pub at: Timestamp,
    /// A random name.
    pub id: UseId,
    /// The leaf hash of the heads entry before it, zeros for the first.
    pub previous: Digest,
    /// How many slots the heads tree has.
    pub people: u64,
    /// The root of the heads tree.
    pub root: Digest,
    /// The number of the epoch, from one.
    pub epoch: u64,
    /// The first leaf of the log that the epoch covers.
    pub first: u64,
    /// The first leaf after those.
    pub until: u64,
    /// How many commitments the batches of the epoch have together.
    pub commitments: u64,
}

/// The destruction of the keys of some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    /// When.
    pub at: Timestamp,
    /// A random name.
    pub id: UseId,
    /// The digest of the charter that was in force.
    pub charter: Digest,
    /// How many people.
    pub people: u64,
    /// The digest of the orphan hashes that were kept of them.
    pub orphans: Digest,
    /// The last epoch before it.
    pub epoch: u64,
}

impl Leaf {
    /// The one encoding of this leaf.
    pub fn encode(&self) -> [u8; Entry::LENGTH] {
        match self {
            Self::Use(entry) => entry.encode(),
            Self::Batch(batch) => batch.encode(),
            Self::Heads(heads) => heads.encode(),
            Self::Erase(erase) => erase.encode(),
        }
    }

    /// The leaf that `bytes` encode; anything [`Leaf::encode`] would not write is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let bytes: &[u8; Entry::LENGTH] =
            bytes.try_into().map_err(|_| EntryError::Length(bytes.len()))?;
        if bytes[0] != FORMAT {
            return Err(EntryError::Format(bytes[0]));
        }
        match EntryKind::from_byte(bytes[1])? {
            EntryKind::Batch => Batch::decode(bytes).map(Self::Batch),
            EntryKind::Heads => Heads::decode(bytes).map(Self::Heads),
            EntryKind::Erase => Erase::decode(bytes).map(Self::Erase),
            _ => Entry::decode(bytes).map(Self::Use),
        }
    }

    /// Its random name, by which the log knows it.
    pub fn id(&self) -> UseId {
        match self {
            Self::Use(entry) => entry.use_id,
            Self::Batch(batch) => batch.id,
            Self::Heads(heads) => heads.id,
            Self::Erase(erase) => erase.id,
        }
    }
}

impl From<Entry> for Leaf {
    fn from(entry: Entry) -> Self {
        Self::Use(entry)
    }
}

impl Batch {
    fn encode(&self) -> [u8; Entry::LENGTH] {
        let mut bytes = begin(EntryKind::Batch, self.at, self.id);
        bytes[26..58].copy_from_slice(&self.uses_digest.0);
        put(&mut bytes, 58, self.people);
        bytes[66..98].copy_from_slice(&self.root.0);
        put(&mut bytes, 98, self.epoch);
        put(&mut bytes, 106, self.line);
        put(&mut bytes, 114, self.uses);
        bytes
    }

    fn decode(bytes: &[u8; Entry::LENGTH]) -> Result<Self, EntryError> {
        padded(&bytes[122..])?;
        Ok(Self {
            at: time(bytes)?,
            id: UseId(part(bytes, 10)),
            uses_digest: Digest(part(bytes, 26)),
            people: number(bytes, 58),
            root: Digest(part(bytes, 66)),
            epoch: number(bytes, 98),
            line: number(bytes, 106),
            uses: number(bytes, 114),
        })
    }
}

impl Heads {
    fn encode(&self) -> [u8; Entry::LENGTH] {
        let mut bytes = begin(EntryKind::Heads, self.at, self.id);
        bytes[26..58].copy_from_slice(&self.previous.0);
        put(&mut bytes, 58, self.people);
        bytes[66..98].copy_from_slice(&self.root.0);
        put(&mut bytes, 98, self.epoch);
        put(&mut bytes, 106, self.first);
        put(&mut bytes, 114, self.until);
        put(&mut bytes, 122, self.commitments);
        bytes
    }

    fn decode(bytes: &[u8; Entry::LENGTH]) -> Result<Self, EntryError> {
        Ok(Self {
            at: time(bytes)?,
            id: UseId(part(bytes, 10)),
            previous: Digest(part(bytes, 26)),
            people: number(bytes, 58),
            root: Digest(part(bytes, 66)),
            epoch: number(bytes, 98),
            first: number(bytes, 106),
            until: number(bytes, 114),
            commitments: number(bytes, 122),
        })
    }
}

impl Erase {
    fn encode(&self) -> [u8; Entry::LENGTH] {
        let mut bytes = begin(EntryKind::Erase, self.at, self.id);
        bytes[26..58].copy_from_slice(&self.charter.0);
        put(&mut bytes, 58, self.people);
        bytes[66..98].copy_from_slice(&self.orphans.0);
        put(&mut bytes, 98, self.epoch);
        bytes
    }

    fn decode(bytes: &[u8; Entry::LENGTH]) -> Result<Self, EntryError> {
        padded(&bytes[106..])?;
        Ok(Self {
            at: time(bytes)?,
            id: UseId(part(bytes, 10)),
            charter: Digest(part(bytes, 26)),
            people: number(bytes, 58),
            orphans: Digest(part(bytes, 66)),
            epoch: number(bytes, 98),
        })
    }
}

fn begin(kind: EntryKind, at: Timestamp, id: UseId) -> [u8; Entry::LENGTH] {
    let mut bytes = [0; Entry::LENGTH];
    bytes[0] = FORMAT;
    bytes[1] = kind as u8;
    bytes[2..10].copy_from_slice(&at.as_microsecond().to_be_bytes());
    bytes[10..26].copy_from_slice(&id.0);
    bytes
}

fn put(bytes: &mut [u8; Entry::LENGTH], at: usize, number: u64) {
    bytes[at..at + 8].copy_from_slice(&number.to_be_bytes());
}

fn number(bytes: &[u8; Entry::LENGTH], at: usize) -> u64 {
    u64::from_be_bytes(part(bytes, at))
}

fn padded(rest: &[u8]) -> Result<(), EntryError> {
    if rest.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(EntryError::Padding) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One leaf of each kind.
    pub(crate) fn examples() -> [Leaf; 4] {
        let at = Timestamp::from_microsecond(1_700_000_000_123_456).unwrap();
        let digest = |byte| Digest([byte; 32]);
        [
            Leaf::Use(Entry {
                kind: EntryKind::Use,
                at,
                use_id: UseId([1; 16]),
                charter: digest(2),
                people: 3,
                told: digest(4),
                members: digest(5),
            }),
            Leaf::Batch(Batch {
                at,
                id: UseId([2; 16]),
                uses_digest: digest(3),
                people: 4,
                root: digest(5),
                epoch: 6,
                line: 7,
                uses: 8,
            }),
            Leaf::Heads(Heads {
                at,
                id: UseId([3; 16]),
                previous: digest(4),
                people: 5,
                root: digest(6),
                epoch: 7,
                first: 8,
                until: 9,
                commitments: 10,
            }),
            Leaf::Erase(Erase {
                at,
                id: UseId([4; 16]),
                charter: digest(5),
                people: 6,
                orphans: digest(7),
                epoch: 8,
            }),
        ]
    }

    #[test]
    fn every_byte_of_every_kind_matters() {
        for leaf in examples() {
            let bytes = leaf.encode();
            assert_eq!(Leaf::decode(&bytes), Ok(leaf.clone()));
            for at in 0..Entry::LENGTH {
                for bit in 0..8 {
                    let mut other = bytes;
                    other[at] ^= 1 << bit;
                    if let Ok(found) = Leaf::decode(&other) {
                        assert_ne!(found, leaf);
                        assert_eq!(found.encode(), other);
                    }
                }
            }
            assert_eq!(Leaf::decode(&bytes[1..]), Err(EntryError::Length(129)));
        }
    }

    #[test]
    fn bytes_without_meaning_must_be_zero() {
        for (leaf, at) in [(1, 122), (3, 106), (3, 129)] {
            let mut bytes = examples()[leaf].encode();
            bytes[at] = 1;
            assert_eq!(Leaf::decode(&bytes), Err(EntryError::Padding));
        }
    }
}
