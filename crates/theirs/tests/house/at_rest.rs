//! The database is encrypted, and its keys may lie elsewhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::shop::{Said, Shop, holds};

#[test]
fn no_byte_of_the_database_or_of_its_backup_tells_of_anybody() {
    let shop = Shop::open();
    let maud = shop.maud();
    // Long ones: four letters stand somewhere in millions of random bytes now and then.
    let names = ["email", "street", "city"].map(|column| shop.believed(&maud, column));
    let data = shop.path().join("data");
    assert!(data.join("store.sqlite-wal").metadata().unwrap().len() > 0, "its log is searched too");
    let here = tempfile::tempdir().unwrap();
    let copies = here.path().join("copies");
    fs::create_dir(&copies).unwrap();
    for end in ["", "-wal", "-shm"] {
        let name = format!("store.sqlite{end}");
        fs::copy(data.join(&name), copies.join(name)).unwrap();
    }
    let backups = here.path().join("backups").display().to_string();
    let made = shop.json(&["backup", &backups]);
    let backup = Path::new(made["data"]["folder"].as_str().unwrap()).join("store.sqlite");
    fs::copy(backup, copies.join("backup.sqlite")).unwrap();
    for name in names {
        assert!(shop.holds(&name), "{name} is there");
        assert!(!holds(&copies, &name), "{name} is in no copy");
    }
    for table in ["create table", "newsletter", "SQLite format"] {
        assert!(!holds(&copies, table), "{table}");
    }
}

#[test]
fn a_wrong_or_a_missing_key_is_told_and_none_is_made_anew() {
    let shop = Shop::empty();
    let key = shop.path().join("data/keys/master.key");
    let kept = fs::read(&key).unwrap();
    fs::write(&key, [8; 32]).unwrap();
    let (code, message) = shop.ill(&["status"]);
    assert_eq!(code, 1);
    let said = "data/store.sqlite cannot be opened with";
    assert!(message.contains(said) && message.contains("data/keys/master.key"), "{message}");
    assert!(!message.contains("hmac") && message.lines().count() == 1, "{message}");
    fs::remove_file(&key).unwrap();
    for verb in ["status", "init", "load"] {
        let (code, message) = shop.ill(&[verb]);
        assert!(code == 1 && message.contains("data/keys/master.key is missing"), "{message}");
        assert!(!key.exists(), "{verb}");
    }
    fs::write(&key, kept).unwrap();
    shop.well(&["status"]);
}

/// The command line with its keys in a place that the environment names, or not.
fn run(folder: &Path, keys: Option<&Path>, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
    command.arg("-C").arg(folder).args(arguments).env_remove("THEIRS_KEYS");
    if let Some(keys) = keys {
        command.env("THEIRS_KEYS", keys);
    }
    command.output().unwrap().into()
}

#[test]
fn keys_that_lie_elsewhere_are_made_there_and_needed_from_there() {
    let here = tempfile::tempdir().unwrap();
    let (folder, keys) = (here.path().join("shop"), here.path().join("keys"));
    let well = |keys: Option<&Path>, arguments: &[&str]| {
        let said = run(&folder, keys, arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    };
    well(Some(&keys), &["init"]);
    let files = |folder: &Path| -> Vec<String> {
        let found = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            found.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(files(&keys), ["ledger.key", "master.key"]);
    assert_eq!(files(&folder.join("data/keys")), [""; 0]);
    assert_eq!(keys.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let said = run(&folder, None, &["status"]);
    assert!(said.code == 1 && said.err.contains("master.key is missing"), "{}", said.err);
    assert!(said.err.contains("THEIRS_KEYS"), "{}", said.err);
    assert_eq!(run(&folder, None, &["init"]).code, 1, "none is made over a database");
    well(Some(&keys), &["status"]);
    // The file says it too; the environment is over it.
    fs::write(folder.join("theirs.yaml"), "keys: ../keys\n").unwrap();
    well(None, &["status"]);
    assert_eq!(run(&folder, Some(here.path()), &["status"]).code, 1);
    let other = run(&here.path().join("other"), Some(&keys), &["init"]);
    assert!(other.code == 1 && other.err.contains("keys of another folder"), "{}", other.err);
}

#[test]
fn a_restore_puts_the_keys_where_they_lie_or_finds_them_there() {
    let shop = Shop::empty();
    let backups = shop.path().join("backups");
    let made = shop.json(&["backup", &backups.display().to_string()]);
    let (data, artefact) = (&made["data"]["folder"], &made["keys"]["file"]);
    let (data, artefact) = (data.as_str().unwrap(), artefact.as_str().unwrap());
    let lost = shop.path().join("lost");
    fs::rename(shop.path().join("data"), &lost).unwrap();
    let log = lost.display().to_string();
    let restore = ["restore", data, "--keys", artefact, "--log", &log];
    fs::write(shop.path().join("theirs.yaml"), "keys: elsewhere\n").unwrap();
    let place = shop.path().join("elsewhere");
    // Keys of another folder there are left alone.
    fs::create_dir(&place).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).unwrap();
    let master = place.join("master.key");
    fs::write(&master, [9; 32]).unwrap();
    fs::set_permissions(&master, fs::Permissions::from_mode(0o600)).unwrap();
    let (code, message) = shop.ill(&restore);
    assert!(code == 1 && message.contains("keys of another folder"), "{message}");
    assert_eq!(fs::read(&master).unwrap(), [9; 32]);
    fs::remove_file(&master).unwrap();
    shop.well(&restore);
    assert_eq!(fs::read(&master).unwrap(), [7; 32]);
    assert!(!shop.path().join("data/keys/master.key").exists());
    shop.well(&["ledger", "verify"]);
    // The next one finds its own.
    fs::remove_dir_all(shop.path().join("data")).unwrap();
    shop.well(&restore);
    shop.well(&["ledger", "verify"]);
}
