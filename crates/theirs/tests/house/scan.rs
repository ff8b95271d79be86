//! Looking before there is a charter, and beside one.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::shop::{Said, Shop};

/// Scans in a folder that is no working folder.
fn scan(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
    command.current_dir(folder).arg("scan").args(arguments);
    command.env("THEIRS_NOW", "2026-03-02T09:00:00Z").env_remove("THEIRS_FOLDER");
    command.output().unwrap().into()
}

#[test]
fn a_draft_of_files_nobody_described_is_a_sound_charter() {
    let shop = Shop::empty();
    let folder = tempfile::tempdir().unwrap();
    for file in
        ["crm.csv", "newsletter.csv", "newsletter_opens.csv", "shop.sqlite", "locations.jsonl"]
    {
        fs::copy(shop.path().join(file), folder.path().join(file)).unwrap();
    }
    let said = scan(folder.path(), &[".", "--draft", "charter.yaml"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let trail = "locations.jsonl: a trail of where people were: latitude, longitude, at";
    let (first, second) = (said.out.lines().next(), said.out.lines().nth(1));
    assert_eq!(first, Some("Look at these first:"));
    assert!(second.is_some_and(|line| line.ends_with(trail)), "{}", said.out);
    let mut check = Command::new(env!("CARGO_BIN_EXE_theirs"));
    let checked: Said = check.arg("-C").arg(folder.path()).arg("check").output().unwrap().into();
    assert_eq!(checked.code, 0, "{}", checked.err);
    let again = scan(folder.path(), &["crm.csv", "--draft", "charter.yaml"]);
    assert_eq!(again.code, 2, "{}", again.out);
}

#[test]
fn no_value_of_a_person_is_said_for_people_or_for_programs() {
    let shop = Shop::empty();
    for arguments in [&["scan", "crm.csv"][..], &["--json", "scan", "crm.csv"][..]] {
        let mut command = shop.command(arguments);
        let said: Said = command.current_dir(shop.path()).output().unwrap().into();
        assert_eq!(said.code, 0, "{}", said.err);
        for value in ["Maud", "Ellery-Finch", "1961", "maud@ellery-finch.example", "HB-11156"] {
            assert!(!said.out.contains(value) && !said.err.contains(value), "{value}");
        }
    }
}

#[test]
fn in_a_working_folder_what_the_charter_in_force_leaves_out_is_told() {
    let shop = Shop::empty();
    let scan = |shop: &Shop| -> Said {
        shop.command(&["scan", "crm.csv"]).current_dir(shop.path()).output().unwrap().into()
    };
    let before = scan(&shop).out;
    assert!(
        before.contains("Nothing was found that the charter in force does not say."),
        "{before}"
    );
    let file = shop.path().join("crm.csv");
    let text = fs::read_to_string(&file).unwrap();
    let mut faiths = ["religion", "Catholic", "Hindu", "Jewish"].iter();
    let line = |line: &str| {
        let faith = faiths.next().unwrap_or(&"Muslim");
        format!("{line},{faith}\n")
    };
    fs::write(&file, text.lines().map(line).collect::<String>()).unwrap();
    let after = scan(&shop).out;
    let told = "crm has a column religion that the charter leaves out";
    assert!(after.contains(told), "{after}");
}

#[test]
fn what_is_no_source_is_said_with_the_right_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let missing = scan(folder.path(), &["nothing.csv"]);
    assert_eq!((missing.code, missing.out.as_str()), (1, ""));
    assert!(missing.err.contains("there is no file nothing.csv"), "{}", missing.err);
    let address = scan(folder.path(), &["postgres://ana:hidden-word@[x/shop"]);
    assert_eq!(address.code, 2);
    assert!(!address.err.contains("hidden-word"), "{}", address.err);
    assert_eq!(scan(folder.path(), &["https://"]).code, 2);
    assert_eq!(scan(folder.path(), &[]).code, 2);
}
