//! Checkpoints as signed notes, read strictly.
//!
//! C2SP signed-note and tlog-checkpoint. The libraries accept some notes that they would not write;
//! here a checkpoint must be byte for byte what we would write: one signature, by the log's key,
//! no extension lines. Witnesses' signatures stand beside it ([`Cosigned`](crate::Cosigned)).

use signed_note::{Note, Signer, StandardVerifier, Verifier, VerifierList};
use theirs_model::Digest;
use tlog_tiles::Checkpoint as Body;

use crate::digest::{from_hash, to_hash};

/// What a checkpoint claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
}

pub(crate) use Checkpoint as Claim;

/// Whether a text is the key of a log, `<name>+<hash>+<base64>` (C2SP signed-note).
pub fn is_key(vkey: &str) -> bool {
    StandardVerifier::new(vkey).is_ok()
}

impl Checkpoint {
    /// The claim of a signed note, if the verifier key `vkey` and nobody else signed it.
    pub fn open(note: &[u8], vkey: &str) -> Result<Self, NoteError> {
        let key = StandardVerifier::new(vkey).map_err(|_| NoteError::Key)?;
        Self::read(note, &key)
    }

    /// The signed note of this claim.
    pub(crate) fn sign(&self, signer: &dyn Signer) -> Result<String, NoteError> {
        let checkpoint = Body::new(&self.origin, self.size, to_hash(self.root), "")
            .map_err(|_| NoteError::Malformed)?;
        let mut note = Note::new(&checkpoint.to_bytes(), &[]).map_err(|_| NoteError::Malformed)?;
        note.add_sigs(&[signer]).map_err(|_| NoteError::Malformed)?;
        String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Malformed)
    }

    /// The claim of a signed note, if `key` and nobody else signed it.
    pub(crate) fn read(bytes: &[u8], key: &StandardVerifier) -> Result<Self, NoteError> {
        let note = Note::from_bytes(bytes).map_err(|_| NoteError::Malformed)?;
        let known = VerifierList::new(vec![Box::new(key.clone())]);
        let (_, unknown) = note.verify(&known).map_err(|_| NoteError::Signature)?;
        if note.to_bytes() != bytes || !unknown.is_empty() || signatures(bytes) != 1 {
            return Err(NoteError::Malformed);
        }
        let checkpoint = Body::from_bytes(note.text()).map_err(|_| NoteError::Malformed)?;
        if checkpoint.to_bytes() != note.text() || !checkpoint.extension().is_empty() {
            return Err(NoteError::Malformed);
        }
        if checkpoint.origin() != key.name() {
            return Err(NoteError::Origin);
        }
        Ok(Self {
            origin: checkpoint.origin().to_owned(),
            size: checkpoint.size(),
            root: from_hash(*checkpoint.hash()),
        })
    }
}

/// How many signature lines a note has; a repeated one is accepted by the library.
fn signatures(note: &[u8]) -> usize {
    String::from_utf8_lossy(note).lines().filter(|line| line.starts_with("— ")).count()
}

/// Why a checkpoint is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoteError {
    /// It is written otherwise than the log would.
    #[error("it is not a checkpoint in canonical form")]
    Malformed,
    /// The key did not sign it.
    #[error("it carries no valid signature by this key")]
    Signature,
    /// It is of another log.
    #[error("its first line is not the name of this key")]
    Origin,
    /// The key is none.
    #[error("the verifier key is not one: it should read <name>+<hash>+<base64>")]
    Key,
}
