//! A log nobody can rewrite, and proofs that anyone can check.
//!
//! One C2SP [tlog-tiles](https://c2sp.org/tlog-tiles) log in a folder: SHA-256 trees as in RFC 6962,
//! section 2, entry bundles, and one [checkpoint](https://c2sp.org/tlog-checkpoint) signed with
//! Ed25519 as a [signed note](https://c2sp.org/signed-note). Programs that nobody here wrote can
//! read it.
//!
//! Two decisions. What callers wait for is one flush of a journal, which they share; tiles and
//! checkpoint follow behind it. And the checkpoint is the only file that is ever replaced: all else
//! is written beyond what it claims, made durable, and only then claimed. So whatever step a crash
//! hits, the folder holds everything that was acknowledged, in its order. The price is that the
//! latest entries, of at most a second, are not signed yet.
//!
//! Trees, proofs and notes come from `tlog_tiles` and `signed_note` (ports of the Go originals).
//! Both bring `sha2`, so the digests here use `sha2` too and the whole proof rests on one hash
//! implementation. Where the libraries read leniently, decoding here is strict and canonical.
//!
//! Witnesses elsewhere may cosign checkpoints ([`Submission`]), and [`Witness`] is one.
//!
//! The log does not know what an entry means.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod behind;
mod bundle;
mod claimed;
mod cosignature;
mod digest;
mod edge;
mod entry;
mod error;
mod folder;
mod journal;
mod key;
mod leaf;
mod ledger;
mod mirror;
mod note;
mod proof;
mod queue;
mod recent;
mod recovery;
mod served;
mod tile;
mod turns;
mod verify;
mod witness;
mod witnessed;

pub use behind::Behind;
pub use claimed::{claimed, root_at};
pub use cosignature::{Cosignature, Cosigned, Cosigner};
pub use digest::{digest, salted_digest};
pub use entry::{Entry, EntryError, EntryKind, LeafIndex};
pub use error::LedgerError;
pub use journal::{Record, Replayed};
pub use leaf::{Batch, Erase, Heads, Leaf};
pub use ledger::Ledger;
pub use mirror::{files_between, superseded};
pub use note::{Checkpoint, NoteError, is_key};
pub use proof::{Prover, verify_growth, verify_inclusion};
pub use verify::{Verified, VerifyError, verify};
pub use witness::{Answer, LONGEST_REQUEST, Witness};
pub use witnessed::Submission;

#[cfg(test)]
mod tests;
