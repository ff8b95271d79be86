//! What can go wrong with a ledger, by cause.

use std::io;
use std::path::PathBuf;

use theirs_model::UseId;

use crate::{EntryError, LeafIndex};

/// Why the ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The disk failed.
    #[error("could not {verb} {path}", path = path.display())]
    Disk {
        /// What was tried.
        verb: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The origin cannot stand on the first line of a checkpoint.
    #[error(
        "\"{origin}\" cannot name a log: use a name without spaces and plus signs, such as \
         shop.example/ledger"
    )]
    Origin {
        /// What was given.
        origin: String,
    },
    /// The key file holds no key.
    #[error(
        "{file} holds no signing key for a log: it should be one line that begins with \
         PRIVATE+KEY+; restore it from the backup of the keys",
        file = file.display()
    )]
    Key {
        /// The key file.
        file: PathBuf,
    },
    /// A key that a log is said to sign with is none.
    #[error(
        "\"{vkey}\" is no key of a log: it should read <name>+<hash>+<base64>, as `/ledger/key` shows it"
    )]
    LogKey {
        /// What was given.
        vkey: String,
    },
    /// What a witness answered is no cosignature of it.
    #[error(
        "what the witness {witness} answered is no cosignature by its key: compare the key in \
         theirs.yaml with the one that the witness prints"
    )]
    Cosignature {
        /// The witness.
        witness: String,
    },
    /// The key is for another log.
    #[error("the key in {file} is named for another log than {origin}: give another key file", file = file.display())]
    OtherKey {
        /// The key file.
        file: PathBuf,
        /// The log that was asked for.
        origin: String,
    },
    /// There is a log already.
    #[error("{folder} holds a log already: open it, or choose another folder", folder = folder.display())]
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// The log is open elsewhere; two writers would sign two histories.
    #[error("the log in {folder} is in use: only one process may write it", folder = folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The checkpoint is not one that this key signed.
    #[error(
        "{file} is refused: {reason}; restore the log from its backup, or give the key it was made \
         with",
        file = file.display()
    )]
    Checkpoint {
        /// The checkpoint's file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that the checkpoint claims is not as it was.
    #[error("{file} was changed: {reason}; restore it from the backup, then verify the log", file = file.display())]
    Changed {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The entry is none that this version may write.
    #[error("this entry cannot be written: {0}")]
    Entry(#[from] EntryError),
    /// Another entry bears the same use id.
    #[error("use {use_id} is in the log already, at {}, with other content: draw a new use id", .index.0)]
    Conflict {
        /// The use id.
        use_id: UseId,
        /// Where the other entry stands, or would have stood.
        index: LeafIndex,
    },
    /// There is no such entry.
    #[error("the log has {size} entries, so there is none at {}", .index.0)]
    NoSuchLeaf {
        /// What was asked for.
        index: LeafIndex,
        /// How many entries there are.
        size: u64,
    },
    /// An earlier append failed while the checkpoint was exchanged.
    #[error(
        "an earlier append to {folder} failed at the last step, so it is not known whether it \
         counts: close the log, see to the disk, open it and append again",
        folder = folder.display()
    )]
    Unsettled {
        /// The folder.
        folder: PathBuf,
    },
}
