//! What is on disk is encrypted, what was there before is not lost, and a wrong key is named.

use std::path::{Path, PathBuf};

use super::*;
use crate::at_rest::RestKey;

const CANARY: &str = "ann@reader.example";

fn store() -> Store {
    Store::in_memory().unwrap()
}

fn facts(range: std::ops::Range<u64>) -> Vec<Fact> {
    range.map(|n| (n, n.into(), n.cast_signed(), format!("{CANARY} {n}"))).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    found.sort();
    found
}

fn ends(file: &Path) -> [u8; 4] {
    let bytes = std::fs::read(file).unwrap();
    assert_eq!(bytes.first_chunk::<4>(), bytes.last_chunk());
    *bytes.last_chunk().unwrap()
}

#[test]
fn plain_files_are_read_beside_others_until_they_are_written_anew() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    load(&store, &Lake::plain(folder.path()), &facts(1..4));
    load(&store, &Lake::plain(folder.path()), &facts(3..6));
    let lake = Lake::new(folder.path(), &Keys::for_tests());
    load(&store, &lake, &facts(6..8));
    assert_eq!(lake.plain_files(&store).unwrap(), 2);
    let kinds: Vec<[u8; 4]> = files(folder.path()).iter().map(|file| ends(file)).collect();
    assert_eq!(kinds, [*b"PAR1", *b"PAR1", RestKey::MAGIC]);
    let seen = || {
        assert_eq!(scan(&store, &lake, |_| true), (7, 28));
        assert_eq!(read(&store, &lake, &[4]).len(), 1);
        assert_eq!(store.activity_counts().unwrap(), [("orders".to_owned(), 7)]);
    };
    seen();
    let turn = lake.turn();
    lake.compact_whole(&store, "orders", &Layout::default(), &turn).unwrap();
    drop(turn);
    seen();
    assert_eq!(lake.plain_files(&store).unwrap(), 0);
    assert!(files(folder.path()).iter().all(|file| ends(file) == RestKey::MAGIC));
    assert_eq!(lake.sweep(&store).unwrap(), 0);
}

#[test]
fn one_plain_file_alone_is_written_anew_too() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    load(&store, &Lake::plain(folder.path()), &facts(1..4));
    let lake = Lake::new(folder.path(), &Keys::for_tests());
    let turn = lake.turn();
    let whole = || lake.compact_whole(&store, "orders", &Layout::default(), &turn).unwrap();
    assert!(whole().is_some() && whole().is_none());
    assert_eq!(lake.plain_files(&store).unwrap(), 0);
}

#[test]
fn another_key_opens_no_file_and_says_so() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    load(&store, &Lake::new(folder.path(), &Keys::for_tests()), &facts(1..4));
    let other = tempfile::tempdir().unwrap();
    let lake = Lake::new(folder.path(), &Keys::open_or_create(other.path()).unwrap());
    let told = lake.known_keys(&store, "orders").unwrap_err().to_string();
    let name = files(folder.path())[0].file_name().unwrap().to_str().unwrap().to_owned();
    assert!(told.contains(&format!("data/lake/{name} cannot be read")), "{told}");
    assert!(told.contains("encrypted under another key than keys/master.key"), "{told}");
}

#[test]
fn nothing_else_can_be_laid_in_the_stead_of_a_file() {
    let (folder, plain, store) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), store());
    let lake = || Lake::new(folder.path(), &Keys::for_tests());
    load(&store, &lake(), &facts(1..4));
    load(&store, &lake(), &facts(5..8));
    load(&self::store(), &Lake::plain(plain.path()), &facts(1..4));
    let (ours, theirs) = (files(folder.path()), files(plain.path()));
    assert!(lake().known_keys(&store, "orders").is_ok());
    for instead in [&theirs[0], &ours[1]] {
        std::fs::copy(instead, &ours[0]).unwrap();
        let told = lake().known_keys(&store, "orders").unwrap_err().to_string();
        assert!(told.contains("it is not what was written"), "{told}");
    }
}

#[test]
fn no_changed_byte_of_a_file_makes_another_row_or_panics() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    let lake = || Lake::new(folder.path(), &Keys::for_tests());
    load(&store, &lake(), &facts(1..4));
    let file = files(folder.path()).remove(0);
    let whole = std::fs::read(&file).unwrap();
    let sound = read(&store, &lake(), &[1, 2, 3]);
    let mut unread = 0;
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= [0x01, 0x20, 0xff][at % 3];
        std::fs::write(&file, changed).unwrap();
        let (lake, ids) = (lake(), [1, 2, 3].map(RecordId));
        if lake.rows_of(&store, "orders", &ids).is_ok() {
            assert_eq!(read(&store, &lake, &[1, 2, 3]), sound, "{at}");
            unread += 1;
        }
    }
    // Whatever was changed, no other row came of it. What nobody has to read is the first four bytes,
    // the length before each page, which its header says too, and the indexes of pages: where one does
    // not open, all pages are read.
    assert!(unread * 4 < whole.len(), "{unread} of {}", whole.len());
}
