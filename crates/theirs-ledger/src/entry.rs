//! The entry of a use: a fixed-size commitment to it, without anything personal in it.
//!
//! The 130 bytes, numbers big-endian: format (1), kind (1), time in microseconds (8), use id (16),
//! charter digest (32), number of people (8), digest of what is told (32), salted digest of the
//! members' bitmap (32). Every byte has exactly one meaning, so an entry has exactly one encoding;
//! the price is that a new field needs a new format byte.

use jiff::Timestamp;
use theirs_model::{Digest, UseId};

/// The format byte that this version writes and reads.
pub(crate) const FORMAT: u8 = 1;

/// The position of an entry in the log, counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafIndex(pub u64);

/// What an entry is about; the number is its byte on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EntryKind {
    /// Personal data is about to be used.
    Use = 1,
    /// The commitments to one line of an epoch, one per person: a [`Batch`](crate::Batch).
    Batch = 2,
    /// The heads of all people's chains at the close of an epoch: a [`Heads`](crate::Heads).
    Heads = 3,
    /// A charter was applied.
    Charter = 4,
    /// An act of administration, such as a change of principals.
    Admin = 5,
    /// Keys of people were destroyed: an [`Erase`](crate::Erase).
    Erase = 6,
}

impl EntryKind {
    pub(crate) fn from_byte(byte: u8) -> Result<Self, EntryError> {
        match byte {
            1 => Ok(Self::Use),
            2 => Ok(Self::Batch),
            3 => Ok(Self::Heads),
            4 => Ok(Self::Charter),
            5 => Ok(Self::Admin),
            6 => Ok(Self::Erase),
            _ => Err(EntryError::UnknownKind(byte)),
        }
    }
}

/// The fixed-size entry of a use, a charter or an act of administration; it holds commitments only, no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the entry is about.
    pub kind: EntryKind,
    /// When it happened; on disk in microseconds, anything finer is cut off.
    pub at: Timestamp,
    /// The random name of the use; for other kinds, a random name of the act.
    pub use_id: UseId,
    /// The digest of the charter that was in force.
    pub charter: Digest,
    /// How many people are concerned.
    pub people: u64,
    /// The SHA-256 digest of the canonical JSON of what is told.
    pub told: Digest,
    /// The salted digest of the bitmap of the people concerned.
    pub members: Digest,
}

impl Entry {
    /// The length of every encoded entry in bytes.
    pub const LENGTH: usize = 130;

    /// The one encoding of this entry.
    pub fn encode(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[0] = FORMAT;
        bytes[1] = self.kind as u8;
        bytes[2..10].copy_from_slice(&self.at.as_microsecond().to_be_bytes());
        bytes[10..26].copy_from_slice(&self.use_id.0);
        bytes[26..58].copy_from_slice(&self.charter.0);
        bytes[58..66].copy_from_slice(&self.people.to_be_bytes());
        bytes[66..98].copy_from_slice(&self.told.0);
        bytes[98..130].copy_from_slice(&self.members.0);
        bytes
    }

    /// The entry that `bytes` encode; anything [`Entry::encode`] would not write is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let bytes: &[u8; Self::LENGTH] =
            bytes.try_into().map_err(|_| EntryError::Length(bytes.len()))?;
        if bytes[0] != FORMAT {
            return Err(EntryError::Format(bytes[0]));
        }
        let kind = EntryKind::from_byte(bytes[1])?;
        if matches!(kind, EntryKind::Batch | EntryKind::Heads | EntryKind::Erase) {
            return Err(EntryError::NotAUse(bytes[1]));
        }
        Ok(Self {
            kind,
            at: time(bytes)?,
            use_id: UseId(part(bytes, 10)),
            charter: Digest(part(bytes, 26)),
            people: u64::from_be_bytes(part(bytes, 58)),
            told: Digest(part(bytes, 66)),
            members: Digest(part(bytes, 98)),
        })
    }
}

/// The time of any entry.
pub(crate) fn time(bytes: &[u8; Entry::LENGTH]) -> Result<Timestamp, EntryError> {
    let microseconds = i64::from_be_bytes(part(bytes, 2));
    Timestamp::from_microsecond(microseconds).map_err(|_| EntryError::Time(microseconds))
}

/// The `N` bytes of an entry from `start`; every caller stays within the entry's length.
pub(crate) fn part<const N: usize>(bytes: &[u8; Entry::LENGTH], start: usize) -> [u8; N] {
    std::array::from_fn(|at| bytes[start + at])
}

/// Why bytes are not an entry.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EntryError {
    /// The length is wrong.
    #[error("an entry has {expected} bytes, this has {0}", expected = Entry::LENGTH)]
    Length(usize),
    /// The format byte is another version's.
    #[error("entry format {0} is not known to this version, which reads format {FORMAT}")]
    Format(u8),
    /// The kind is not a use's.
    #[error("entry kind {0} (batch 2, heads 3, erase 6) is not that of a use")]
    NotAUse(u8),
    /// Bytes that mean nothing are not zero.
    #[error("the last bytes of this entry must be zero")]
    Padding,
    /// The kind is no kind at all.
    #[error("{0} is not an entry kind")]
    UnknownKind(u8),
    /// The time lies outside what a timestamp can hold.
    #[error("{0} microseconds is outside the range of a timestamp")]
    Time(i64),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Entry {
        Entry {
            kind: EntryKind::Use,
            at: Timestamp::from_microsecond(1_700_000_000_123_456).unwrap(),
            use_id: UseId([1; 16]),
            charter: Digest([2; 32]),
            people: 3,
            told: Digest([4; 32]),
            members: Digest([5; 32]),
        }
    }

    #[test]
    fn entry_round_trips() {
        for kind in [EntryKind::Use, EntryKind::Charter, EntryKind::Admin] {
            let entry = Entry { kind, ..example() };
            assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
        }
    }

    #[test]
    fn every_byte_of_an_entry_matters() {
        let bytes = example().encode();
        for at in 0..Entry::LENGTH {
            let mut other = bytes;
            other[at] ^= 1;
            if let Ok(entry) = Entry::decode(&other) {
                assert_ne!(entry, example());
                assert_eq!(entry.encode(), other);
            }
        }
    }

    #[test]
    fn wrong_length_format_kind_and_time_are_refused() {
        let bytes = example().encode();
        assert_eq!(Entry::decode(&bytes[1..]), Err(EntryError::Length(129)));
        assert_eq!(Entry::decode(&[&bytes[..], &[0]].concat()), Err(EntryError::Length(131)));
        let with = |at: usize, byte: u8| {
            let mut other = bytes;
            other[at] = byte;
            Entry::decode(&other)
        };
        assert_eq!(with(0, 0), Err(EntryError::Format(0)));
        assert_eq!(with(0, 2), Err(EntryError::Format(2)));
        assert_eq!(with(1, 0), Err(EntryError::UnknownKind(0)));
        assert_eq!(with(1, 7), Err(EntryError::UnknownKind(7)));
        assert!(matches!(with(2, 0x7f), Err(EntryError::Time(_))));
    }

    #[test]
    fn entries_of_other_kinds_are_no_uses() {
        for kind in [EntryKind::Batch, EntryKind::Heads, EntryKind::Erase] {
            let refused = Entry::decode(&Entry { kind, ..example() }.encode()).unwrap_err();
            assert_eq!(refused, EntryError::NotAUse(kind as u8));
        }
    }
}
