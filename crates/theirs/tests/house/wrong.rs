//! Wrong things, answered well.

use std::fs;

use crate::shop::Shop;

fn with_charter(change: impl Fn(&str) -> String) -> Shop {
    let shop = Shop::empty();
    let path = shop.path().join("charter.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(&text)).unwrap();
    shop
}

#[test]
fn a_missing_column_is_named_with_the_nearest() {
    let shop = with_charter(|text| text.replace("first_name: identity", "first_nam: identity"));
    shop.well(&["charter", "apply"]);
    let (code, message) = shop.ill(&["load", "crm"]);
    assert_eq!(code, 1);
    assert!(
        message.contains("crm.csv has no column \"first_nam\"; did you mean \"first_name\"?"),
        "{message}"
    );
}

#[test]
fn a_column_of_the_wrong_type_is_the_charters_fault_and_not_a_thousand_bad_rows() {
    let shop =
        with_charter(|text| text.replace("channel: { type: text }", "channel: { type: integer }"));
    shop.well(&["charter", "apply"]);
    let (_, message) = shop.ill(&["load", "orders"]);
    assert!(message.contains("channel") && message.contains("shop.sqlite"), "{message}");
}

#[test]
fn one_bad_source_does_not_keep_the_others_out() {
    let shop = with_charter(|text| text.replace("file: newsletter.csv", "file: newsleter.csv"));
    shop.well(&["charter", "apply"]);
    let said = shop.say(&["load"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("crm: 1,392 new"), "{}", said.out);
    assert!(said.err.contains("newsleter.csv"), "{}", said.err);
}

#[test]
fn two_sources_of_the_same_name_are_refused_with_both_places() {
    let shop = with_charter(|text| text.replace("\n  web_shop:\n", "\n  crm:\n"));
    let (code, message) = shop.ill(&["check"]);
    assert_eq!(code, 2);
    assert!(message.contains("crm") && message.contains("twice"), "{message}");
    assert!(message.contains("charter.yaml:"), "{message}");
}

#[test]
fn an_unknown_purpose_and_a_purpose_of_another_role_are_refused_by_clause() {
    let shop = Shop::open();
    let (code, message) = shop.ill(&["sql", "--as", "ana", "select 1 from birthday_offr.person"]);
    assert_eq!(code, 3);
    assert!(message.contains("did you mean \"birthday_offer\"?"), "{message}");
    let (code, message) = shop.ill(&["sql", "--as", "ana", "select 1 from answer_you.person"]);
    assert_eq!(code, 3);
    assert!(message.contains("clause roles.marketing.purposes"), "{message}");
    let (code, _) = shop.ill(&["decide", "answer_you", "--as", "ana"]);
    assert_eq!(code, 3);
    let (code, _) = shop.ill(&["sql", "--as", "noor", "select city from shop_figures.person"]);
    assert_eq!(code, 3);
}

#[test]
fn a_forbidden_column_and_a_statement_that_writes_are_refused() {
    let shop = Shop::open();
    let (code, message) =
        shop.ill(&["sql", "--as", "ana", "select email from shop_figures.person"]);
    assert_eq!(code, 3);
    assert!(message.contains("clause purposes.shop_figures.columns"), "{message}");
    for statement in [
        "drop table shop_figures.person",
        "create external table t stored as csv location '/etc/passwd'",
        "copy (select 1) to '/tmp/x'",
    ] {
        let (code, message) = shop.ill(&["sql", "--as", "ana", statement]);
        assert_eq!(code, 3, "{message}");
        assert!(message.contains("clause statements"), "{message}");
    }
}

#[test]
fn an_unknown_person_is_not_repeated_in_the_message() {
    let shop = Shop::open();
    let (code, message) = shop.ill(&["show", "newsletter:nobody@mail.example", "--as", "noor"]);
    assert_eq!(code, 2);
    assert!(!message.contains("nobody@mail.example"), "{message}");
    let (_, message) = shop.ill(&["show", "cmr:HB-1", "--as", "noor"]);
    assert!(message.contains("did you mean \"crm\"?"), "{message}");
    let (_, message) =
        shop.ill(&["correct", &shop.maud(), "brith_date", "1961-12-03", "--as", "noor"]);
    assert!(message.contains("did you mean \"birth_date\"?"), "{message}");
    let (_, message) =
        shop.ill(&["correct", &shop.maud(), "birth_date", "December", "--as", "noor"]);
    assert!(message.contains("written as 1984-03-09"), "{message}");
}

#[test]
fn without_a_right_token_nothing_personal_is_shown() {
    let shop = Shop::open();
    let (code, message) = shop.ill(&["show", &shop.maud(), "--as", "stranger"]);
    assert_eq!(code, 4);
    assert!(message.contains("THEIRS_TOKEN"), "{message}");
    let mut command = shop.command(&["show", &shop.maud(), "--as", "noor"]);
    let output = command.env("THEIRS_TOKEN", "theirs_wrong").output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let (code, _) = shop.ill(&["show", &shop.maud(), "--as", "ana"]);
    assert_eq!(code, 3);
    shop.well(&["principal", "remove", "noor"]);
    assert_eq!(shop.ill(&["show", &shop.maud(), "--as", "noor"]).0, 4);
}

#[test]
fn a_folder_that_is_none_and_a_charter_that_was_never_applied_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_theirs"));
        let output = command.arg("-C").arg(folder.path()).args(arguments).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert!(run(&["status"]).1.contains("theirs init"));
    assert_eq!(run(&["init"]).0, 0);
    assert_eq!(run(&["check"]).0, 0);
    let (code, message) = run(&["load"]);
    assert_eq!(code, 2);
    assert!(message.contains("theirs charter apply"), "{message}");
}
