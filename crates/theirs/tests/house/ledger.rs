//! What a person takes home, and what an auditor sees.

use std::process::Command;

use crate::shop::{Said, Shop};

/// Checks a receipt as its owner would: far from the folder that it came from.
fn checked(arguments: &[&str]) -> Said {
    let away = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
    command.current_dir(away.path()).args(["ledger", "verify"]).args(arguments);
    command.output().unwrap().into()
}

#[test]
fn a_receipt_is_checked_anywhere_and_any_change_to_it_is_found() {
    let shop = Shop::open();
    let maud = shop.maud();
    shop.sql("select count(*) n from shop_figures.person");
    shop.sql("select count(*) n from shop_figures.person");
    assert!(shop.well(&["uses", &maud, "--as", "noor"]).contains("not sealed yet"));
    let file = |name: &str| shop.path().join(name).display().to_string();
    let (first, second, page) = (file("first.json"), file("second.json"), file("page.html"));
    let as_noor = ["receipt", &maud, "--as", "noor", "--output"];
    shop.well(&[&as_noor[..], &[first.as_str()]].concat());
    assert!(shop.well(&["uses", &maud, "--as", "noor"]).contains("sealed in epoch 1"));
    shop.well(&[&as_noor[..], &[second.as_str(), "--page", page.as_str()]].concat());
    let key = shop.json(&["ledger", "verify"])["key"].as_str().unwrap().to_owned();
    let said = checked(&[&second, "--previous", &first, "--key", &key]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("Nothing that was sealed for this person was left out."));
    assert!(said.out.contains("the log only grew since"), "{}", said.out);
    assert_eq!(checked(&[&first, "--previous", &second]).code, 1);
    let text = std::fs::read_to_string(&second).unwrap();
    std::fs::write(&second, text.replacen("look", "took", 1).replacen("our ", "own ", 1)).unwrap();
    let refused = checked(&[&second]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("is not what was logged"), "{}", refused.err);
    let page = std::fs::read_to_string(&page).unwrap();
    assert!(page.contains("2 times; entry") && !page.contains("<script"), "{page}");
}

#[test]
fn an_auditor_computes_everything_again_and_finds_a_changed_row() {
    let shop = Shop::open();
    shop.sql("select count(*) n from shop_figures.person");
    assert!(shop.well(&["status"]).contains("more to be sealed"));
    assert!(shop.well(&["ledger", "close"]).contains("Epoch 1 is closed"));
    assert!(shop.well(&["ledger", "close"]).contains("nothing to seal"));
    let audit = shop.json(&["ledger", "check"]);
    assert_eq!((audit["epochs"].as_u64(), audit["unsealed_uses"].as_u64()), (Some(1), Some(0)));
    assert!(audit["commitments"].as_u64().unwrap() > 1_000);
    let database = rusqlite::Connection::open(shop.path().join("data/store.sqlite")).unwrap();
    let change = "update usage set told = replace(told, 'our', 'own') where people > 1";
    assert!(database.execute(change, []).unwrap() > 0);
    let (code, message) = shop.ill(&["ledger", "check"]);
    assert_eq!(code, 1);
    assert!(message.contains("was changed after it was logged"), "{message}");
}
