//! Logs and entries to test with.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::TempDir;
use theirs_model::{Digest, UseId};

use crate::{Entry, EntryKind, Leaf, Ledger, Verified, VerifyError, digest, verify};

pub(super) const ORIGIN: &str = "shop.example/ledger";

/// A new log in a folder of its own, with its key beside it.
pub(super) struct Log {
    pub home: TempDir,
    pub ledger: Ledger,
}

impl Log {
    pub(super) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("log");
        Ledger::make(&folder, ORIGIN, &key(&home)).unwrap();
        // Checkpoints are made by hand, so that nothing happens on the disk unasked.
        let ledger = Ledger::open_by_hand(&folder, &key(&home)).unwrap();
        Self { home, ledger }
    }

    /// A log of the entries `0..count`.
    pub(super) fn of(count: u64) -> Self {
        let log = Self::new();
        log.append(&entries(0..count));
        log
    }

    /// Appends and makes a checkpoint.
    pub(super) fn append(&self, entries: &[Entry]) -> Vec<crate::LeafIndex> {
        let places = self.ledger.append_all(entries).unwrap();
        self.ledger.settle().unwrap();
        places
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.home.path().join("log")
    }

    pub(super) fn verify(&self) -> Result<Verified, VerifyError> {
        verify(&self.folder(), &self.ledger.verifier_key(), &mut |_, _| Ok(()))
    }

    pub(super) fn reopen(self) -> Self {
        let Self { home, ledger } = self;
        drop(ledger);
        let ledger = Ledger::open_by_hand(&home.path().join("log"), &key(&home)).unwrap();
        Self { home, ledger }
    }
}

pub(super) fn key(home: &TempDir) -> PathBuf {
    home.path().join("key")
}

/// The entry number `n`, different from all others.
pub(super) fn entry(n: u64) -> Entry {
    Entry {
        kind: [EntryKind::Use, EntryKind::Charter, EntryKind::Admin]
            [usize::try_from(n % 3).unwrap()],
        at: Timestamp::from_microsecond(1_700_000_000_000_000 + i64::try_from(n).unwrap()).unwrap(),
        use_id: UseId(u128::from(n).to_be_bytes()),
        charter: digest(b"charter"),
        people: n,
        told: digest(&n.to_be_bytes()),
        members: Digest([7; 32]),
    }
}

/// The same as it is handed out by the verifier.
pub(super) fn leaf(n: u64) -> Leaf {
    entry(n).into()
}

pub(super) fn entries(numbers: std::ops::Range<u64>) -> Vec<Entry> {
    numbers.map(entry).collect()
}

/// Every file that a checkpoint claims, and the checkpoint, in order.
pub(super) fn claimed(folder: &Path) -> Vec<PathBuf> {
    let mut files = files(folder);
    files.retain(|file| !file.starts_with(folder.join("journal")));
    files
}

/// Every file below a folder, in order.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

/// The root of RFC 6962, section 2.1, written as its definition.
pub(super) fn root_by_definition(leaves: &[Entry]) -> Digest {
    match leaves {
        [] => digest(b""),
        [leaf] => digest(&[&[0][..], &leaf.encode()].concat()),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let (left, right) = (root_by_definition(left), root_by_definition(right));
            digest(&[&[1][..], &left.0, &right.0].concat())
        }
    }
}
