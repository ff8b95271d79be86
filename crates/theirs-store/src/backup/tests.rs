use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::record::IncomingRecord;

/// A folder with one record and one lake file that nothing names.
fn folder(root: &Path) -> (Folder, Keys, Store) {
    let folder = Folder::create(root).unwrap();
    let keys = Keys::create(&folder).unwrap();
    let store = Store::open(&folder.database(), &keys.database()).unwrap();
    let record =
        IncomingRecord { key: "1".into(), since: None, columns: std::collections::BTreeMap::new() };
    store.upsert_records("crm", &[record], Timestamp::UNIX_EPOCH).unwrap();
    std::fs::create_dir_all(folder.ledger().join("tile/0")).unwrap();
    std::fs::write(folder.ledger().join("tile/0/000"), "tile").unwrap();
    std::fs::write(folder.ledger().join("checkpoint"), "checkpoint").unwrap();
    std::fs::write(folder.lake().join("unnamed.parquet"), "").unwrap();
    (folder, keys, store)
}

fn head() -> Head {
    Head { size: 3, root: theirs_model::Digest([3; 32]) }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

const DAY: i64 = 86_400;

#[test]
fn what_is_backed_up_is_restored_and_what_counts_for_nothing_is_left() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys, store) = folder(&root.path().join("one"));
    let into = root.path().join("backup");
    let written = write_data(&folder, &keys, &into, at(5), &head).unwrap();
    let names: Vec<_> = written.files.iter().map(|file| file.path.display().to_string()).collect();
    assert_eq!(names, ["ledger/checkpoint", "ledger/tile/0/000", "store.sqlite"]);
    assert!(matches!(write_data(&folder, &keys, &into, at(5), &head), Err(BackupError::Exists(_))));
    let again = Folder::create(&root.path().join("two")).unwrap();
    assert_eq!(read_data(&into, &again).unwrap(), written);
    let restored = Store::open(&again.database(), &keys.database()).unwrap();
    assert_eq!(restored.sequence().unwrap(), store.sequence().unwrap());
    assert!(restored.record("crm", "1").unwrap().is_some());
}

#[test]
fn a_changed_a_missing_and_an_unfinished_backup_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys, _) = folder(&root.path().join("one"));
    let into = root.path().join("backup");
    write_data(&folder, &keys, &into, at(5), &head).unwrap();
    let target = |name: &str| Folder::create(&root.path().join(name)).unwrap();
    let checkpoint = into.join("ledger/checkpoint");
    std::fs::write(&checkpoint, "Checkpoint").unwrap();
    assert!(matches!(read_data(&into, &target("a")), Err(BackupError::Changed(_))));
    std::fs::remove_file(&checkpoint).unwrap();
    assert!(read_data(&into, &target("b")).is_err());
    let manifest = into.join(MANIFEST);
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("ledger/checkpoint", "../checkpoint")).unwrap();
    assert!(matches!(read_data(&into, &target("c")), Err(BackupError::NotWhole { .. })));
    std::fs::remove_file(&manifest).unwrap();
    assert!(matches!(read_data(&into, &target("d")), Err(BackupError::NotWhole { .. })));
}

#[test]
fn keys_are_for_their_owner_and_end() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys, _) = folder(&root.path().join("one"));
    let into = root.path().join("keys.json");
    let write = |days| KeysArtefact::write(&folder, &keys, &into, at(0), days, None);
    assert!(matches!(write(MOST_LIFE_DAYS + 1), Err(BackupError::TooLong)));
    write(LIFE_DAYS).unwrap();
    assert_eq!(into.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let artefact = KeysArtefact::read(&into).unwrap();
    let again = Folder::create(&root.path().join("two")).unwrap();
    let late = artefact.restore(&again, None, at(14 * DAY + 1));
    assert!(matches!(late, Err(BackupError::Expired(_))));
    artefact.restore(&again, None, at(14 * DAY)).unwrap();
    let restored = Keys::open_or_create(&again.keys()).unwrap();
    assert_eq!(restored.fingerprint(), keys.fingerprint());
    assert_eq!(artefact.keys, keys.fingerprint());
}

#[test]
fn sealed_keys_open_with_the_passphrase_and_cannot_be_prolonged() {
    let root = tempfile::tempdir().unwrap();
    let (folder, keys, _) = folder(&root.path().join("one"));
    let into = root.path().join("keys.json");
    let word = Passphrase("correct horse".to_owned());
    KeysArtefact::write(&folder, &keys, &into, at(0), 14, Some(&word)).unwrap();
    let text = std::fs::read_to_string(&into).unwrap();
    let master = std::fs::read(folder.keys().join("master.key")).unwrap();
    assert!(!text.contains(&hex::encode(hex::encode(master))));
    let again = Folder::create(&root.path().join("two")).unwrap();
    let artefact = KeysArtefact::read(&into).unwrap();
    assert!(matches!(artefact.restore(&again, None, at(1)), Err(BackupError::Sealed)));
    let wrong = Passphrase("wrong horse".to_owned());
    assert!(matches!(
        artefact.restore(&again, Some(&wrong), at(1)),
        Err(BackupError::OtherPassphrase)
    ));
    std::fs::write(&into, text.replace("1970-01-15", "1970-02-15")).unwrap();
    let longer = KeysArtefact::read(&into).unwrap().restore(&again, Some(&word), at(1));
    assert!(matches!(longer, Err(BackupError::OtherPassphrase)));
    artefact.restore(&again, Some(&word), at(1)).unwrap();
}
