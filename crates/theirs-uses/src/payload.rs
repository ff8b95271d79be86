//! What the journal keeps of a use beside its entry: salt (32), length of what is told (4), what is
//! told, the bitmap of the people.

use std::sync::Arc;

use roaring::RoaringBitmap;
use theirs_ledger::{Entry, LeafIndex};
use theirs_store::{Members, NewUse};

/// The bytes of a use that its entry only commits to.
pub(crate) fn write(new: &NewUse) -> Vec<u8> {
    let told = new.told.as_bytes();
    let length = u32::try_from(told.len()).unwrap_or(u32::MAX);
    [&new.salt[..], &length.to_be_bytes(), told, new.members.bytes()].concat()
}

/// The use of an entry with these bytes, if they are such.
pub(crate) fn read(entry: &Entry, index: LeafIndex, bytes: &[u8]) -> Option<NewUse> {
    let salt = bytes.get(..32)?.try_into().ok()?;
    let length = u32::from_be_bytes(bytes.get(32..36)?.try_into().ok()?);
    let (told, members) = bytes[36..].split_at_checked(usize::try_from(length).ok()?)?;
    Some(NewUse {
        id: entry.use_id,
        at: entry.at,
        told: String::from_utf8(told.to_vec()).ok()?,
        members: Arc::new(Members::of(&RoaringBitmap::deserialize_from(members).ok()?)),
        salt,
        entry: entry.encode().to_vec(),
        leaf: Some(index.0),
    })
}
