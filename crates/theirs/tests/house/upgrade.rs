//! A folder of the first version that landed is brought to this one, and back.

use std::fs;
use std::path::Path;

use ring::digest::{SHA256, digest};
use rusqlite::Connection;
use theirs_store::{Folder, Keys};

use crate::shop::Shop;

/// The first layout, with invented people.
const FIRST: &str = include_str!("../../../theirs-store/src/upgrade/tests/first.sql");

const CHARTER: &str = "charter: 1
time_zone: Europe/London
controller: { name: Harbour Books, email: hi@harbour.example, privacy_contact: dpo@harbour.example }
sources:
  crm: { kind: internal, acquired: You told us., file: crm.csv, holds: identity, key: id, columns: { name: identity.name.given, email: contact.email } }
  news: { kind: internal, acquired: You signed up., file: news.csv, holds: identity, key: email, columns: { name: identity.name.given, email: contact.email } }
purposes:
  service: { category: service.order, basis: contract, says: We send your order., columns: [email], keep: 12 months }
roles:
  marketing: { says: our marketing team, purposes: [service] }
  privacy: { says: our privacy officer, purposes: [service], may_see_records: true }
";

/// A folder as the first version left it: its database of layout 1, in plain, beside keys and a ledger.
fn first() -> Shop {
    let shop = Shop::promising(|_| CHARTER.to_owned());
    let plain = shop.path().join("plain.sqlite");
    let folder = Folder::create(shop.path()).unwrap();
    let key = Keys::of(&folder).unwrap().database();
    key.write_plain(&folder.database(), &plain).unwrap();
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(shop.path().join(format!("data/store.sqlite{end}")));
    }
    let old = Connection::open(folder.database()).unwrap();
    old.execute_batch("pragma journal_mode = wal").unwrap();
    old.execute_batch(FIRST).unwrap();
    old.execute("attach ?1 as now", [plain.to_str().unwrap()]).unwrap();
    let columns = "id, sequence, at, told, people, members, salt, entry, leaf";
    old.execute_batch(&format!(
        "insert into charter select digest, text, applied, sequence from now.charter;
         insert into usage select {columns} from now.usage; delete from principal;
         insert into principal select name, role, token, added, active
         from now.principal join now.principal_role on principal = name; detach now;"
    ))
    .unwrap();
    drop(old);
    fs::remove_file(plain).unwrap();
    shop
}

fn layout(shop: &Shop) -> i64 {
    let old = Connection::open(shop.path().join("data/store.sqlite")).unwrap();
    let count = "select count(*) from record where body like '%Ada Lovelace%'";
    assert_eq!(old.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    old.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn a_folder_of_the_first_version_is_refused_upgraded_read_rolled_back_and_upgraded_for_good() {
    let shop = first();
    for refused in [&["status"][..], &["load"], &["show", "crm:1", "--as", "noor"], &["init"]] {
        let (code, message) = shop.ill(refused);
        let says = ["layout 1 in plain", "this version works with layout", "`theirs upgrade`"];
        assert!(code == 1 && says.iter().all(|said| message.contains(said)), "{message}");
    }
    let before = fs::read(shop.path().join("data/store.sqlite")).unwrap();
    let plan = shop.well(&["upgrade", "--plan"]);
    assert!(plan.contains("layout 1, in plain") && plan.contains("one rename"), "{plan}");
    assert!(!shop.path().join("data/before-upgrade").exists());
    assert_eq!(fs::read(shop.path().join("data/store.sqlite")).unwrap(), before);
    assert_eq!(shop.ill(&["upgrade", "--back"]).0, 2, "nothing is kept yet");
    assert_eq!(shop.ill(&["upgrade", "--back", "--keep"]).0, 2);

    let said = shop.well(&["upgrade"]);
    assert!(
        said.contains("it had layout 1, in plain") && said.contains("before-upgrade"),
        "{said}"
    );
    let status = shop.json(&["status"]);
    assert_eq!((status["people"].as_u64(), status["records"]["crm"].as_u64()), (Some(2), Some(2)));
    shop.well(&["ledger", "verify"]);
    assert!(shop.well(&["upgrade"]).contains("nothing to do"));

    let said = shop.well(&["upgrade", "--back"]);
    assert!(said.contains("layout 1, in plain again"), "{said}");
    assert_eq!(layout(&shop), 1);
    assert_eq!(shop.ill(&["status"]).0, 1);

    assert_eq!(shop.json(&["upgrade"])["from"]["layout"], 1);
    let shown = shop.well(&["show", "crm:1", "--as", "noor"]);
    assert!(shown.contains("ada@mail.example"), "{shown}");
    let (code, message) = shop.ill(&["upgrade", "--back"]);
    assert!(code == 1 && message.contains("`theirs restore`"), "{message}");
    assert!(shop.path().join("data/before-upgrade").exists());
    let said = shop.well(&["erase", "crm:1", "--at-their-request", "--as", "noor"]);
    assert!(said.contains("The database of before the upgrade is removed too"), "{said}");
    assert!(!shop.path().join("data/before-upgrade").exists());
    shop.well(&["sweep"]);
    assert!(!shop.holds("Lovelace"));
    shop.well(&["ledger", "verify"]);
}

#[test]
fn what_is_kept_of_before_goes_when_asked() {
    let shop = first();
    shop.well(&["upgrade"]);
    assert!(shop.well(&["upgrade", "--keep"]).contains("The old database is removed"));
    assert!(!shop.path().join("data/before-upgrade").exists());
    assert_eq!(shop.json(&["upgrade", "--keep"])["removed"], false);
}

/// Writes the database of a folder in plain to a file, as a version that does not encrypt would.
fn in_plain(shop: &Shop, database: &Path) {
    let key = Keys::of(&Folder::create(shop.path()).unwrap()).unwrap().database();
    let plain = shop.path().join("plain.sqlite");
    key.write_plain(database, &plain).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", database.display()));
    }
    fs::rename(plain, database).unwrap();
}

#[test]
fn a_backup_of_before_is_restored_encrypted_without_whoever_was_erased_since() {
    let shop = Shop::open();
    let (maud, other) = (shop.maud(), shop.some_record_of_somebody_else());
    let email = shop.believed(&maud, "email");
    let backups = shop.path().join("backups");
    let made = shop.json(&["backup", &backups.display().to_string()]);
    let (data, keys) = (&made["data"]["folder"], &made["keys"]["file"]);
    let (data, keys) = (data.as_str().unwrap(), keys.as_str().unwrap());
    in_plain(&shop, &Path::new(data).join("store.sqlite"));
    let manifest = Path::new(data).join("manifest.json");
    let mut text: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    for file in text["files"].as_array_mut().unwrap() {
        if file["path"] == "store.sqlite" {
            let bytes = fs::read(Path::new(data).join("store.sqlite")).unwrap();
            file["bytes"] = bytes.len().into();
            file["sha256"] = hex(digest(&SHA256, &bytes).as_ref()).into();
        }
    }
    fs::write(&manifest, text.to_string()).unwrap();
    shop.well(&["erase", &maud, "--at-their-request", "--now", "--as", "noor"]);
    let lost = shop.path().join("lost");
    fs::rename(shop.path().join("data"), &lost).unwrap();
    let log = lost.display().to_string();
    let said = shop.well(&["restore", data, "--keys", keys, "--log", &log]);
    assert!(said.contains("brought to this version's, encrypted"), "{said}");
    assert!(said.contains("Erased again, because they were erased since: 1 person"), "{said}");
    assert!(!shop.holds(&email) && !shop.path().join("data/before-upgrade").exists());
    shop.well(&["show", &other, "--as", "noor"]);
    shop.ill(&["show", &maud, "--as", "noor"]);
    shop.well(&["ledger", "check"]);
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn a_killed_upgrade_leaves_the_old_or_the_new_and_the_next_one_ends_it() {
    let shop = Shop::open();
    let people = shop.json(&["status"])["people"].clone();
    let database = shop.path().join("data/store.sqlite");
    let mut before = 0;
    for round in 0..crate::crash::rounds() {
        in_plain(&shop, &database);
        let after = std::time::Duration::from_millis(u64::from(round * 29 % 240 + 1));
        crate::crash::run_and_kill(shop.command(&["upgrade"]), after);
        let is_plain = fs::read(&database).unwrap().starts_with(b"SQLite format 3");
        if is_plain {
            before += 1;
            let plain = Connection::open(&database).unwrap();
            let found: String =
                plain.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(found, "ok");
            drop(plain);
            shop.well(&["upgrade"]);
        }
        assert_eq!(shop.json(&["status"])["people"], people);
        let folder = Folder::create(shop.path()).unwrap();
        theirs_store::upgrade::forget(&folder).unwrap();
    }
    assert!(before > 0, "some were killed before the end");
    shop.well(&["ledger", "verify"]);
}
