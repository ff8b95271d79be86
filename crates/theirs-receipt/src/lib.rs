//! What a person can check alone: that every use shown is in the log, and that none was left out.
//!
//! A receipt holds what was told to one person, the proofs, and the checkpoint of the log. Checking
//! one needs this crate and nothing of a working folder; `docs/ledger.md` says the format so
//! precisely that another can write it anew.
//!
//! The one decision: the operator commits, once per epoch and for each person, to a single chain
//! over all that was told to them, at the person's own place in one tree. So a receipt that leaves
//! something out gives another chain than the one that everybody's checkpoint covers. The price is
//! that what happened since the last epoch is shown and marked as not sealed yet.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod commitment;
mod receipt;
mod tree;
mod verify;

pub use commitment::{Chain, PersonKey, commitment, head_leaf, leaf_hash, uses_digest};
pub use receipt::{Before, Blob, Grown, History, Line, LogLeaf, Nodes, Receipt, Unsealed};
pub use tree::{Tree, root};
pub use verify::{
    ReceiptError, Verified, verify, verify_after, verify_checkpoint, verify_continuation,
    verify_witness,
};
