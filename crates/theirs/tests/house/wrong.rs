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
    assert!(said.out.contains("crm: 1,393 new"), "{}", said.out);
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
    assert_eq!(code, 2, "what does not exist anywhere is the command's fault");
    assert!(message.contains("did you mean \"birthday_offer\"?"), "{message}");
    assert_eq!(shop.ill(&["decide", "birthday_offr", "--as", "ana"]).0, 2);
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

/// A folder of its own with one source of identities, loaded from this text.
fn own(charter: impl Fn(&str) -> String, csv: &str) -> (tempfile::TempDir, Run) {
    let folder = tempfile::tempdir().unwrap();
    let run = Run(folder.path().to_owned());
    run.well(&["init"]);
    let path = folder.path().join("charter.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, charter(&text)).unwrap();
    fs::write(folder.path().join("customers.csv"), csv).unwrap();
    run.well(&["charter", "apply"]);
    run.well(&["load"]);
    (folder, run)
}

struct Run(std::path::PathBuf);

impl Run {
    fn say(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_theirs"));
        command.arg("-C").arg(&self.0).args(arguments);
        let output = command.env("THEIRS_NOW", "2026-03-02T09:00:00Z").output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn well(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.say(arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{err}");
        out
    }
}

fn with_birth_dates(text: &str) -> String {
    let email = "      email: contact.email\n";
    text.replace(email, &format!("{email}      born: demo.birthdate\n"))
}

#[test]
fn a_value_that_does_not_read_is_set_aside_and_its_record_is_kept() {
    let csv = "customer_id,first_name,last_name,email,born,city,newsletter\n\
               C1,Ada,Lin,ada@mail.example,31/02/1990,Saltmouth,yes\n\
               C2,Bo,Lin,bo@mail.example,1890-01-01,Saltmouth,yes\n\
               C3,Cy,Lin,cy@mail.example,2026-03-03,Saltmouth,yes\n\
               C4,Di,Lin,di@mail.example,1990-01-31,Saltmouth,perhaps\n\
               ,Ed,Lin,ed@mail.example,1990-01-31,Saltmouth,yes\n\
               C6,Flo,Lin,flo@mail.example,1990-01-31,Saltmouth,yes\n";
    let (_folder, run) = own(with_birth_dates, csv);
    let status = run.well(&["--json", "status"]);
    assert!(status.contains("\"customers\": 4"), "{status}");
    let rejected = run.well(&["status", "--rejected"]);
    for told in [
        "customers.csv:2  born         is not a date written as YYYY-MM-DD; the row is kept",
        "customers.csv:3  born         is a birth date before 1900; the row is kept without it",
        "customers.csv:4  born         is a birth date in the future; the row is kept without it",
        "customers.csv:5  newsletter   is not yes or no\n",
        "customers.csv:6  customer_id  is empty and must not be\n",
    ] {
        assert!(rejected.contains(told), "{told}: {rejected}");
    }
    for value in ["1890", "31/02", "2026-03-03", "perhaps", "mail.example"] {
        assert!(!rejected.contains(value), "{rejected}");
    }
}

#[test]
fn a_birth_date_that_cannot_be_right_is_no_correction() {
    let shop = Shop::open();
    for (date, reason) in [("1899-12-31", "before 1900"), ("2026-03-03", "in the future")] {
        let (code, message) =
            shop.ill(&["correct", &shop.maud(), "birth_date", date, "--as", "noor"]);
        assert_eq!(code, 2, "{message}");
        assert!(message.contains(&format!("is a birth date {reason}")), "{message}");
        assert!(!message.contains(date), "{message}");
    }
}

#[test]
fn a_charter_that_is_not_text_or_asks_for_nonsense_is_told_with_its_line() {
    let shop = Shop::empty();
    let path = shop.path().join("charter.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let mut bytes = text.replace("Harbour Books Ltd", "Harbour Books @").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
    bytes[at] = 0xe9;
    fs::write(&path, bytes).unwrap();
    let (code, message) = shop.ill(&["check"]);
    assert_eq!(code, 2);
    assert!(message.contains("charter.yaml:7:23: this is not UTF-8"), "{message}");
    let broken = text.replace("due: days_until(birth_date)", "due: days_untl(birth_date)");
    fs::write(&path, &broken).unwrap();
    let line = broken.lines().position(|line| line.contains("days_untl")).unwrap() + 1;
    for arguments in [&["check"][..], &["charter", "apply"]] {
        let (code, message) = shop.ill(arguments);
        assert_eq!(code, 2, "{message}");
        assert!(message.contains(&format!("charter.yaml:{line}:12: the condition")), "{message}");
    }
}

#[test]
fn an_unknown_source_is_answered_with_the_nearest_or_with_all() {
    let shop = Shop::empty();
    let (code, message) = shop.ill(&["load", "app"]);
    assert_eq!(code, 2);
    assert!(message.contains("did you mean \"app_locations\"?"), "{message}");
    let (_, message) = shop.ill(&["load", "zebra"]);
    assert!(message.contains("it has crm, web_shop"), "{message}");
}

#[test]
fn a_file_of_the_lake_that_is_gone_is_named_and_is_no_fault_of_the_command() {
    let shop = Shop::open();
    let lake = shop.path().join("data/lake");
    for file in fs::read_dir(&lake).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let sql = "select count(*) from shop_figures.orders";
    for arguments in [&["sql", "--as", "ana", sql][..], &["show", &shop.maud(), "--as", "noor"]] {
        let (code, message) = shop.ill(arguments);
        assert_eq!(code, 1, "{message}");
        assert!(message.contains("data/lake/order"), "{message}");
        assert!(message.contains("is missing; restore it from its backup"), "{message}");
    }
}

#[test]
fn a_column_that_the_charter_names_only_now_is_told_until_it_is_loaded() {
    let csv = "customer_id,first_name,last_name,email,born,city,newsletter\n\
               C1,Ada,Lin,ada@mail.example,1990-01-31,Saltmouth,yes\n";
    let (folder, run) = own(str::to_owned, csv);
    assert!(!run.well(&["status"]).contains("was loaded before"));
    let path = folder.path().join("charter.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, with_birth_dates(&text)).unwrap();
    let applied = run.well(&["charter", "apply"]);
    assert!(applied.contains("customers has new columns: born."), "{applied}");
    let status = run.well(&["status"]);
    assert!(status.contains("loaded before the charter named born: `theirs load customers`"));
    run.well(&["load"]);
    assert!(!run.well(&["status"]).contains("was loaded before"));
}

#[test]
fn what_is_mistyped_is_named_and_where_nothing_is_to_be_done_it_says_why() {
    let shop = Shop::open();
    let (code, said) = shop.ill(&["check", "--against-practice", "--input", "no/such/folder"]);
    assert!(code == 1 && said.contains("no/such/folder"), "{said}");
    let (code, said) = shop.ill(&["decide", "sprig_card", "--as", "ana"]);
    assert!(code == 2 && said.contains("did you mean \"spring_card\"?"), "{said}");
    let turned = |arguments: &[&str]| {
        let said = crate::keys::anew(&shop, "noor", arguments);
        (said.code, said.err)
    };
    let (code, said) = turned(&["approve", "source:crm", "--reason", "fine"]);
    assert!(code == 2 && said.contains("source:crm needs no key"), "{said}");
    let birthday = "purpose:birthday_offer";
    let (code, said) =
        turned(&["veto", birthday, "--digest", "0123456789abcdef", "--reason", "no"]);
    assert!(code == 2 && said.contains("is not the digest of purpose:birthday_offer"), "{said}");
    let (code, said) = turned(&["veto", birthday, "--digest", "0123", "--reason", "no"]);
    assert!(code == 2 && said.contains("12 digits or more"), "{said}");
    let page = "https://privacy.harbour-books.example";
    let (code, said) = shop.ill(&["inform", birthday, "--page", page, "--as", "noor"]);
    assert!(code == 2 && said.contains("it began on the first day"), "{said}");
}
