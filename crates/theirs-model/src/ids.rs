//! Identifiers as types of their own, so that a slot is never taken for a record.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The permanent number of a person, dense from zero; bitmaps, the ledger and pseudonyms use it.
///
/// A merge closes one slot in favour of another, a split opens a new one; a number is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub u32);

/// The store's number of one source record; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub u64);

/// The position of a change in the one order of all changes to a working folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(pub u64);

/// The name by which people and programs address a person, such as `p-4f0c21b9a7d3`.
///
/// It says nothing about the person: it is drawn from a keyed hash of the slot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub String);

/// The random name of one logged use; it stands in every file and message that leaves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseId(pub [u8; 16]);

/// A SHA-256 digest, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The first twelve hexadecimal digits, enough for a person to compare.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

/// An identifier whose text is not the hexadecimal form it should have.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("\"{text}\" is not {length} hexadecimal digits")]
pub struct MalformedId {
    text: String,
    length: usize,
}

macro_rules! hexadecimal {
    ($name:ident, $bytes:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                let malformed = || MalformedId { text: text.to_owned(), length: $bytes * 2 };
                if text.len() != $bytes * 2 || !text.is_ascii() {
                    return Err(malformed());
                }
                let mut bytes = [0u8; $bytes];
                for (at, byte) in bytes.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16)
                        .map_err(|_| malformed())?;
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hexadecimal!(UseId, 16);
hexadecimal!(Digest, 32);

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_ids_round_trip_and_refuse_anything_else() {
        let id = UseId([0xab; 16]);
        assert_eq!(id.to_string().parse::<UseId>(), Ok(id));
        assert!("ab".parse::<UseId>().is_err());
        assert!("zz".repeat(16).parse::<UseId>().is_err());
        assert!("é".repeat(16).parse::<UseId>().is_err());
    }
}
