//! Whoever changes a log is found out.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use signed_note::StandardSigner;

use super::fixture::{Log, ORIGIN, claimed, copy, entries, key};
use crate::{Ledger, Verified, VerifyError, bundle::STRIDE, edge::Edge, note::Claim, verify};

fn verify_at(folder: &Path, log: &Log) -> Result<Verified, VerifyError> {
    verify(folder, &log.ledger.verifier_key(), &mut |_, _| Ok(()))
}

/// The error of verifying with one file changed; the file is put back.
fn with_changed(log: &Log, file: &Path, bytes: &[u8]) -> VerifyError {
    let kept = fs::read(file).unwrap();
    fs::write(file, bytes).unwrap();
    let error = log.verify().unwrap_err();
    fs::write(file, kept).unwrap();
    error
}

#[test]
fn every_flipped_bit_is_found() {
    let log = Log::of(20);
    let all = claimed(&log.folder());
    assert_eq!(all.len(), 3);
    for path in all {
        let file = fs::File::options().write(true).open(&path).unwrap();
        for (at, byte) in fs::read(&path).unwrap().into_iter().enumerate() {
            // In place: to cut and write the file anew would flush it each time.
            let write = |byte: u8| file.write_all_at(&[byte], at as u64).unwrap();
            for bit in 0..8 {
                write(byte ^ 1 << bit);
                assert!(log.verify().is_err(), "bit {bit} of byte {at} of {}", path.display());
            }
            write(byte);
        }
    }
    log.verify().unwrap();
}

#[test]
fn deleted_shortened_and_lengthened_files_are_found_and_named() {
    let log = Log::of(600);
    for file in claimed(&log.folder()) {
        let bytes = fs::read(&file).unwrap();
        with_changed(&log, &file, &bytes[..bytes.len() - 1]);
        with_changed(&log, &file, &[]);
        with_changed(&log, &file, &[bytes.as_slice(), b"\n"].concat());
        with_changed(&log, &file, &[bytes.as_slice(), &bytes].concat());
        fs::remove_file(&file).unwrap();
        let error = log.verify().unwrap_err();
        assert!(matches!(&error, VerifyError::Unreadable { file: named, .. } if *named == file));
        fs::write(&file, bytes).unwrap();
    }
    log.verify().unwrap();
}

#[test]
fn extra_entry_in_a_claimed_bundle_is_found() {
    let log = Log::of(20);
    let file = log.folder().join("tile/entries/000.p/20");
    let bytes = fs::read(&file).unwrap();
    let longer = [bytes.as_slice(), &bytes[..STRIDE]].concat();
    let error = with_changed(&log, &file, &longer);
    assert!(error.to_string().contains("tile/entries/000.p/20"), "{error}");
    assert!(matches!(error, VerifyError::Bundle { .. }));
}

#[test]
fn swapped_entries_and_swapped_bundles_are_found() {
    let log = Log::of(600);
    let path = |name: &str| log.folder().join("tile/entries").join(name);
    let bytes = fs::read(path("000")).unwrap();
    let (first, rest) = bytes.split_at(STRIDE);
    let (second, rest) = rest.split_at(STRIDE);
    let error = with_changed(&log, &path("000"), &[second, first, rest].concat());
    assert!(matches!(error, VerifyError::Tile { file } if file.ends_with("tile/0/000")));
    let other = fs::read(path("001")).unwrap();
    fs::write(path("000"), other).unwrap();
    fs::write(path("001"), bytes).unwrap();
    log.verify().unwrap_err();
}

/// Writes a whole new history over the log's, consistent in itself, with the old checkpoint.
fn rewrite(folder: &Path, count: u64) -> Edge {
    fs::remove_dir_all(folder.join("tile")).unwrap();
    let mut edge = Edge::default();
    let mut written = Vec::new();
    for mut entry in entries(0..count) {
        entry.people += u64::from(entry.people == 5);
        edge.push(&entry.encode(), &mut |file| written.push(file));
    }
    written.extend(edge.files());
    for (tile, bytes) in written {
        let path: PathBuf = folder.join(tile.path());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    edge
}

#[test]
fn history_rewritten_with_all_its_tiles_is_found() {
    let log = Log::of(300);
    rewrite(&log.folder(), 300);
    assert!(matches!(log.verify(), Err(VerifyError::Root { .. })));
}

#[test]
fn history_rewritten_and_signed_by_another_key_is_found() {
    let (log, other) = (Log::of(300), Log::new());
    let edge = rewrite(&log.folder(), 300);
    let secret = fs::read_to_string(key(&other.home)).unwrap();
    let claim = Claim { origin: ORIGIN.to_owned(), size: 300, root: edge.root() };
    let note = claim.sign(&StandardSigner::new(secret.trim_end()).unwrap()).unwrap();
    fs::write(log.folder().join("checkpoint"), &note).unwrap();
    let error = log.verify().unwrap_err();
    assert!(error.to_string().contains("no valid signature by this key"), "{error}");
    // The other key's holder is believed by whoever trusts the other key: it is sound otherwise.
    verify(&log.folder(), &other.ledger.verifier_key(), &mut |_, _| Ok(())).unwrap();
}

#[test]
fn checkpoint_is_read_in_canonical_form_only() {
    let log = Log::of(3);
    let file = log.folder().join("checkpoint");
    let note = fs::read_to_string(&file).unwrap();
    let (text, signature) = note.split_once("\n\n").unwrap();
    for changed in [
        format!("{note}{signature}"),
        format!("{note}\n"),
        format!("{text}\n\n{signature}— other.example AAAAAAAA\n"),
        format!("{text}\nan extension\n\n{signature}"),
        note.replace("\n3\n", "\n03\n"),
        note.replace("\n3\n", "\n2\n"),
        note.replace('\n', "\r\n"),
    ] {
        let error = with_changed(&log, &file, changed.as_bytes());
        assert!(matches!(error, VerifyError::Checkpoint { .. }), "{error}");
    }
}

#[test]
fn open_refuses_a_changed_edge() {
    for name in ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"] {
        let log = Log::of(300);
        let home = tempfile::tempdir().unwrap();
        copy(&log.folder(), home.path());
        let mut bytes = fs::read(home.path().join(name)).unwrap();
        bytes[20] ^= 1;
        fs::write(home.path().join(name), bytes).unwrap();
        Ledger::open_by_hand(home.path(), &key(&log.home)).unwrap_err();
        verify_at(home.path(), &log).unwrap_err();
    }
}

#[test]
fn refusal_by_the_caller_and_a_wrong_key_are_reported() {
    let log = Log::of(5);
    let refuse = &mut |index: crate::LeafIndex, _: &crate::Leaf| {
        if index.0 == 3 { Err("not this one".to_owned()) } else { Ok(()) }
    };
    let error = verify(&log.folder(), &log.ledger.verifier_key(), refuse).unwrap_err();
    assert_eq!(error.to_string(), "entry 3 is refused: not this one");
    let error = verify(&log.folder(), "no key", &mut |_, _| Ok(())).unwrap_err();
    assert!(matches!(error, VerifyError::Key { .. }));
}

#[test]
fn flipped_bits_of_a_log_of_several_bundles_are_found() {
    // Every bit in the long checks (THEIRS_FLIPS=1), one in so many here.
    let step = std::env::var("THEIRS_FLIPS").map_or(4_801, |step| step.parse().unwrap());
    let log = Log::of(600);
    let mut number = 0usize;
    for path in claimed(&log.folder()) {
        let file = fs::File::options().write(true).open(&path).unwrap();
        for (at, byte) in fs::read(&path).unwrap().into_iter().enumerate() {
            for bit in 0..8 {
                number += 1;
                if !number.is_multiple_of(step) {
                    continue;
                }
                file.write_all_at(&[byte ^ 1 << bit], at as u64).unwrap();
                assert!(log.verify().is_err(), "bit {bit} of byte {at} of {}", path.display());
                file.write_all_at(&[byte], at as u64).unwrap();
            }
        }
    }
    log.verify().unwrap();
}

#[test]
fn a_log_that_was_cut_to_an_older_size_is_found() {
    let log = Log::of(600);
    let note = fs::read(log.folder().join("checkpoint")).unwrap();
    let longer = crate::Checkpoint::open(&note, &log.ledger.verifier_key()).unwrap();
    let older = Log::new();
    for size in 1..600u64 {
        older.append(&entries(size - 1..size));
        if size % 53 > 0 && size != 599 {
            continue;
        }
        let cut = tempfile::tempdir().unwrap();
        copy(&older.folder(), cut.path());
        fs::write(cut.path().join("checkpoint"), &note).unwrap();
        assert!(verify_at(cut.path(), &log).is_err(), "{size}");
        // With a checkpoint of its own it is a sound log, which whoever saw the longer one refuses.
        let short = older.ledger.root();
        assert!(!crate::verify_growth(longer.size, longer.root, size, short, &[]), "{size}");
    }
}
