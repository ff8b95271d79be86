//! What a checkpoint that somebody else kept says of a log, for whoever has to know at least as much.

use std::path::Path;

use signed_note::{Note, StandardVerifier, VerifierList};
use theirs_model::Digest;
use tlog_tiles::Checkpoint;

use crate::{Leaf, LeafIndex, VerifyError, digest::from_hash, edge::Edge, verify};

/// The size and root of a checkpoint that the log with this key signed. Others may have signed it
/// too.
pub fn claimed(checkpoint: &str, vkey: &str) -> Result<(u64, Digest), VerifyError> {
    let refused = |reason: &str| VerifyError::Checkpoint {
        file: "the witnessed checkpoint".into(),
        reason: reason.to_owned(),
    };
    let key =
        StandardVerifier::new(vkey).map_err(|_| VerifyError::Key { vkey: vkey.to_owned() })?;
    let note = Note::from_bytes(checkpoint.as_bytes()).map_err(|_| refused("it is no note"))?;
    let known = VerifierList::new(vec![Box::new(key)]);
    let (signed, _) =
        note.verify(&known).map_err(|_| refused("it carries no valid signature by this log"))?;
    if signed.is_empty() {
        return Err(refused("it carries no valid signature by this log"));
    }
    let claim = Checkpoint::from_bytes(note.text()).map_err(|_| refused("it is no checkpoint"))?;
    Ok((claim.size(), from_hash(*claim.hash())))
}

/// The root of the first `size` entries of the log in `folder`, which is verified on the way.
pub fn root_at(folder: &Path, vkey: &str, size: u64) -> Result<Digest, VerifyError> {
    let mut edge = Edge::default();
    verify(folder, vkey, &mut |index: LeafIndex, leaf: &Leaf| {
        if index.0 < size {
            edge.push(&leaf.encode(), &mut |_| {});
        }
        Ok(())
    })?;
    Ok(edge.root())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use theirs_model::UseId;

    use super::*;
    use crate::{Entry, EntryKind, Ledger, digest};

    fn entry(n: u64) -> Entry {
        Entry {
            kind: EntryKind::Use,
            at: Timestamp::UNIX_EPOCH,
            use_id: UseId(u128::from(n).to_be_bytes()),
            charter: digest(b"charter"),
            people: n,
            told: digest(b"told"),
            members: digest(b"members"),
        }
    }

    #[test]
    fn an_earlier_checkpoint_agrees_with_the_log_as_it_was_then() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("log");
        let ledger =
            Ledger::create(&folder, "shop.example/ledger", &home.path().join("key")).unwrap();
        ledger.append_all(&(0..3).map(entry).collect::<Vec<_>>()).unwrap();
        ledger.settle().unwrap();
        let (early, vkey) = (ledger.checkpoint(), ledger.verifier_key());
        ledger.append_all(&(3..300).map(entry).collect::<Vec<_>>()).unwrap();
        ledger.settle().unwrap();
        let (size, root) = claimed(&early, &vkey).unwrap();
        assert_eq!(size, 3);
        assert_eq!(root_at(&folder, &vkey, size).unwrap(), root);
        assert_ne!(root_at(&folder, &vkey, 4).unwrap(), root);
        assert!(claimed(&early.replace("\n3\n", "\n4\n"), &vkey).is_err());
        assert!(claimed("", &vkey).is_err());
    }
}
