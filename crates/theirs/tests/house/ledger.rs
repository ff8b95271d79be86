//! What a person takes home, and what an auditor sees.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

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
    let odd = [&as_noor[..], &[second.as_str(), "--page", "page.txt"]].concat();
    let (code, message) = shop.ill(&odd);
    assert!(code == 2 && message.contains("page.txt: the page of a receipt is written as .html"));
    assert!(!std::path::Path::new(&second).exists(), "nothing was made");
    assert!(shop.well(&["uses", &maud, "--as", "noor"]).contains("sealed in epoch 1"));
    shop.well(&[&as_noor[..], &[second.as_str(), "--page", page.as_str()]].concat());
    let key = shop.json(&["ledger", "verify"])["key"].as_str().unwrap().to_owned();
    let said = checked(&[&second, "--previous", &first, "--key", &key]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("Nothing that was sealed for place "), "{}", said.out);
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
    let database = shop.database();
    let change = "update usage set told = replace(told, 'our', 'own') where people > 1";
    assert!(database.execute(change, []).unwrap() > 0);
    let (code, message) = shop.ill(&["ledger", "check"]);
    assert_eq!(code, 1);
    assert!(message.contains("was changed after it was logged"), "{message}");
}

/// A witness that runs until it is dropped, and what it printed.
struct Witness {
    folder: tempfile::TempDir,
    process: Child,
    settings: String,
}

impl Witness {
    fn of(key: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
        command.arg("-C").arg(folder.path()).args(["witness", "--name", "dpo.example/witness"]);
        command.args(["--listen", "127.0.0.1:0", "--log", key]);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let settings = lines.by_ref().skip_while(|line| !line.contains("witnesses:")).take(3);
        let settings = settings.map(|line| line[2..].to_owned() + "\n").collect();
        Self { folder, process, settings }
    }

    fn key(&self) -> &str {
        self.settings.split("key: ").nth(1).unwrap().trim()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_witness_elsewhere_cosigns_receipts_and_is_missed_by_nobody_while_it_is_down() {
    let shop = Shop::open();
    let log = shop.json(&["ledger", "verify"])["key"].as_str().unwrap().to_owned();
    let witness = Witness::of(&log);
    std::fs::write(shop.path().join("theirs.yaml"), &witness.settings).unwrap();
    let file = shop.path().join("receipt.json").display().to_string();
    let receipt = ["receipt", &shop.maud(), "--as", "noor", "--output", &file];
    let said = shop.well(&receipt);
    assert!(said.contains("dpo.example/witness saw this state of the log too"), "{said}");
    let said = checked(&[&file, "--key", &log, "--witness", witness.key()]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("saw this state of the log too, on"), "{}", said.out);
    assert!(checked(&[&file]).out.contains("give it with --witness"));
    let verified = shop.json(&["ledger", "verify", "--witness", witness.key()]);
    assert!(verified["cosigned"][0]["entries"].as_u64().unwrap() > 1, "{verified}");
    assert!(shop.well(&["status"]).contains("dpo.example/witness cosigned"));
    // Another witness of the same name did not.
    let other = Witness::of(&log);
    let refused = checked(&[&file, "--key", &log, "--witness", other.key()]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("did not cosign this receipt's checkpoint"), "{}", refused.err);
    assert_eq!(shop.ill(&["ledger", "verify", "--witness", other.key()]).0, 1);
    // A folder beside the log is none of a witness.
    let (code, message) = shop.ill(&["witness", "--log", &log]);
    assert_eq!(code, 2);
    assert!(message.contains("give it a folder of its own"), "{message}");
    assert!(witness.folder.path().join("witness.key").exists());
    drop(witness);
    let said = shop.well(&receipt);
    assert!(said.contains("No witness has cosigned this state of the log"), "{said}");
    let refused = checked(&[&file, "--key", &log, "--witness", other.key()]);
    assert_eq!(refused.code, 1, "{}", refused.out);
    assert_eq!(checked(&[&file, "--key", &log]).code, 0);
}

#[test]
fn what_was_read_in_is_on_record_and_what_came_from_outside_is_told_apart() {
    let shop = Shop::open();
    let into = tempfile::tempdir().unwrap();
    shop.well(&["backup", &into.path().display().to_string()]);
    let database = shop.database();
    let mut query = database.prepare("select told, people from usage").unwrap();
    let told: Vec<(serde_json::Value, u64)> = query
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        .unwrap()
        .map(|row| {
            row.map(|(told, people)| (told.parse().unwrap(), people.unsigned_abs())).unwrap()
        })
        .collect();
    let of = |act: &str| -> Vec<String> {
        let acts = told.iter().filter(|(told, _)| told["act"] == act);
        acts.map(|(told, people)| {
            assert_eq!(*people, 0);
            told["reason"].as_str().unwrap().to_owned()
        })
        .collect()
    };
    let (own, outside) = (of("load"), of("enrichment"));
    assert!(own.iter().any(|load| load.contains("(crm)") && load.contains(" new, 0 changed")));
    let broker = |load: &String| load.contains("(lifestyle_broker)");
    assert!(outside.iter().any(broker) && !own.iter().any(broker), "{outside:?}");
    assert_eq!(of("backup"), ["data and keys"]);
    shop.well(&["load"]);
    shop.well(&["ledger", "verify"]);
}
