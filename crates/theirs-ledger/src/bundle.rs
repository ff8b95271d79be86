//! Entry bundles: entries, each after its length as a big-endian `u16`.
//!
//! C2SP tlog-tiles, "Log entries". A bundle is read only as a whole: exactly as many entries as its
//! name claims, and not a byte after them, so that nothing can ride along unhashed.

use crate::{Entry, EntryError, Leaf};

/// The bytes of one entry in a bundle, its length included.
pub(crate) const STRIDE: usize = 2 + Entry::LENGTH;

/// The length prefix of every entry; entries are far shorter than a `u16` can count.
#[expect(clippy::cast_possible_truncation, reason = "130 fits a u16")]
const PREFIX: [u8; 2] = (Entry::LENGTH as u16).to_be_bytes();

/// Adds one entry to the end of a bundle.
pub(crate) fn push(bundle: &mut Vec<u8>, entry: &[u8; Entry::LENGTH]) {
    bundle.extend_from_slice(&PREFIX);
    bundle.extend_from_slice(entry);
}

/// The entries of a bundle of `width` entries, with the bytes of each.
pub(crate) fn read(
    bundle: &[u8],
    width: usize,
) -> Result<Vec<([u8; Entry::LENGTH], Leaf)>, BundleError> {
    if bundle.len() != width * STRIDE {
        return Err(BundleError::Length { expected: width * STRIDE, found: bundle.len() });
    }
    bundle.chunks_exact(STRIDE).enumerate().map(|(at, chunk)| read_one(at, chunk)).collect()
}

fn read_one(at: usize, chunk: &[u8]) -> Result<([u8; Entry::LENGTH], Leaf), BundleError> {
    let (prefix, bytes) = chunk.split_at(PREFIX.len());
    if prefix != PREFIX {
        return Err(BundleError::Prefix { at });
    }
    let leaf = Leaf::decode(bytes).map_err(|source| BundleError::Entry { at, source })?;
    Ok((leaf.encode(), leaf))
}

/// Why a file is not the bundle that its name claims.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum BundleError {
    #[error("it should have {expected} bytes and has {found}")]
    Length { expected: usize, found: usize },
    #[error("the length before entry {at} of the bundle is not {length}", length = Entry::LENGTH)]
    Prefix { at: usize },
    #[error("entry {at} of the bundle: {source}")]
    Entry { at: usize, source: EntryError },
}
