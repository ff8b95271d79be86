//! Data from outside and new purposes: what is missing, and people who are told before it starts.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::keys::{anew, edit};
use crate::shop::Shop;

const PAGE: &str = "https://privacy.harbour-books.example";
const BROKER: &str = "source:lifestyle_broker";

fn outside(shop: &Shop) -> Value {
    let all = shop.json(&["outside"]);
    all.as_array().unwrap().iter().find(|one| one["source"] == BROKER).unwrap().clone()
}

fn inform(shop: &Shop, subject: &str, most: &str) -> Value {
    shop.json(&["inform", subject, "--page", PAGE, "--most", most, "--as", "noor"])
}

/// The names of the messages and letters that lie in the outbox.
fn laid(shop: &Shop) -> BTreeSet<String> {
    let names = ["mail", "letters"].map(|folder| {
        let listed = std::fs::read_dir(shop.path().join("outbox").join(folder));
        let listed = listed.into_iter().flatten().map(|entry| entry.unwrap());
        let files = listed.filter(|entry| entry.file_type().unwrap().is_file());
        files.map(|entry| entry.file_name().into_string().unwrap()).collect::<Vec<_>>()
    });
    names.concat().into_iter().collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn a_source_from_outside_is_admitted_to_nothing_and_each_condition_says_why() {
    let shop = Shop::open();
    let before = outside(&shop);
    assert_eq!(before["is_admitted"], false);
    assert_eq!(before["verdict"], "undecided");
    assert_eq!(before["missing"], serde_json::json!(["it", "marketing"]));
    assert_eq!(before["is_evident"], false);
    assert!(number(&before["people"]) > 100 && before["untold"] == before["people"]);
    assert_eq!(before["tell_by"], "2026-04-02");
    let told = shop.well(&["outside"]);
    assert!(told.contains("necessary  no   undecided"), "{told}");
    assert!(told.contains("the law wants it by 2 April 2026 (GDPR Art. 14(3))"), "{told}");

    let checked = shop.well(&["check"]);
    assert!(checked.contains("Outside: source:lifestyle_broker"), "{checked}");
    assert!(
        checked.contains("is admitted to nothing; missing: necessary (undecided)"),
        "{checked}"
    );
    assert_eq!(shop.json(&["check"])["outside"][0]["source"], BROKER);

    let evidence =
        "evidence: { says: a list of ticks from 2024, expires: 2026-03-03 }\n    file: broker.csv";
    edit(&shop, "file: broker.csv", evidence);
    shop.well(&["charter", "apply"]);
    assert_eq!(outside(&shop)["is_evident"], true);
    let later =
        shop.command(&["--json", "outside"]).env("THEIRS_NOW", "2026-03-03T00:00:00Z").output();
    let later: Value = serde_json::from_slice(&later.unwrap().stdout).unwrap();
    assert_eq!(later[0]["is_evident"], false);
    let checked = shop.command(&["check"]).env("THEIRS_NOW", "2026-03-03T00:00:00Z").output();
    let checked = String::from_utf8(checked.unwrap().stdout).unwrap();
    assert!(checked.contains("it counts no more since 3 March 2026"), "{checked}");
}

#[test]
fn everybody_is_told_once_run_by_run_and_it_is_on_record() {
    let shop = Shop::open();
    let people = number(&outside(&shop)["people"]);
    let first = inform(&shop, BROKER, "6");
    let lie = laid(&shop);
    assert_eq!(number(&first["left"]) + number(&first["unreachable"]), people - 6);
    assert_eq!(number(&first["by_mail"]) + number(&first["by_letter"]), 6);
    assert_eq!((lie.len(), number(&first["on_page"])), (6, 0));
    assert_eq!(number(&outside(&shop)["untold"]), people - lie.len() as u64);
    inform(&shop, BROKER, "6");
    assert!(laid(&shop).is_superset(&lie) && laid(&shop).len() == 12);

    let mail = lie
        .iter()
        .find(|name| name.split('.').next_back() == Some("eml"))
        .expect("somebody has an address");
    let text = std::fs::read_to_string(shop.path().join("outbox/mail").join(mail)).unwrap();
    let text = text.replace("=\r\n", "");
    let notice = format!("{PAGE}/notice");
    for part in [
        PAGE,
        "Glimpse Lifestyle Data",
        "have it deleted",
        "because we have a fair reason",
        "How long we keep it",
        notice.as_str(),
        "Personne ne s'en sert",
    ] {
        assert!(text.contains(part) || text.contains("base64"), "{part}: {text}");
    }
    shop.well(&["ledger", "verify"]);
}

/// A purpose that the first charter did not have, of the oldest clients alone.
fn with_new_purpose(shop: &Shop) {
    let purpose = "
  club_evening:
    category: personalise.recommend
    basis: legitimate interest
    interest: You meet other readers.
    says: We invite our oldest readers to an evening.
    minimum_age: 75
    columns: [given_name, city]
    keep: 3 months

roles:";
    edit(shop, "\nroles:", purpose);
    edit(
        shop,
        "purposes: [birthday_offer, book_card, reading_tips, shop_figures]",
        "purposes: [birthday_offer, book_card, reading_tips, shop_figures, club_evening]",
    );
    edit(
        shop,
        "      answer_you:\n        says: Nous",
        "      club_evening:\n        says: Nous invitons nos lecteurs les plus anciens à une soirée.\n        interest: Vous rencontrez des lecteurs.\n      answer_you:\n        says: Nous",
    );
    edit(
        shop,
        "      answer_you: réponse",
        "      club_evening: soirée du club\n      answer_you: réponse",
    );
    shop.well(&["charter", "apply"]);
}

#[test]
fn a_new_purpose_does_nothing_until_those_whom_it_concerns_were_told() {
    let shop = Shop::open();
    with_new_purpose(&shop);
    let select = "select count(*) n from club_evening.person";
    let (code, message) = shop.ill(&["sql", "--as", "ana", select]);
    assert_eq!(code, 3);
    assert!(message.contains("waits for the keys of IT and of marketing"), "{message}");
    shop.well(&["principal", "add", "ida", "--role", "it", "--save"]);
    for name in ["ida", "ana"] {
        let approve = ["approve", "purpose:club_evening", "--reason", "they asked for it"];
        assert_eq!(anew(&shop, name, &approve).code, 0);
    }
    let (code, message) = shop.ill(&["sql", "--as", "ana", select]);
    assert_eq!(code, 3);
    assert!(
        message.contains("\"club_evening\" is new, and the people it concerns were not told"),
        "{message}"
    );
    assert!(message.contains("theirs inform purpose:club_evening"), "{message}");
    let (code, message) = shop.ill(&[
        "inform",
        "purpose:club_evening",
        "--page",
        "http://shop.example",
        "--as",
        "ana",
    ]);
    assert_eq!(code, 2, "{message}");
    let told = inform(&shop, "purpose:club_evening", "10000");
    assert_eq!(told["is_done"], true);
    let seen = shop.sql(select);
    let count = number(&told["by_mail"]) + number(&told["by_letter"]) + number(&told["on_page"]);
    assert!(count > 0 && number(&seen["rows"][0]["n"]) == count, "{seen} {count}");
    let again = inform(&shop, "purpose:club_evening", "10000");
    assert_eq!(
        number(&again["by_mail"]) + number(&again["by_letter"]) + number(&again["on_page"]),
        0
    );
}

#[test]
fn a_message_that_a_crash_kept_from_being_laid_out_is_laid_out_under_the_same_use() {
    let shop = Shop::open();
    with_new_purpose(&shop);
    inform(&shop, "purpose:club_evening", "1");
    let database = shop.database();
    database.execute_batch("update informed set laid = null").unwrap();
    drop(database);
    let before = laid(&shop);
    for name in &before {
        let _ = std::fs::remove_file(shop.path().join("outbox/mail").join(name));
        let _ = std::fs::remove_file(shop.path().join("outbox/letters").join(name));
    }
    inform(&shop, "purpose:club_evening", "0");
    assert_eq!(laid(&shop), before);
}

#[test]
fn nobody_without_a_key_has_people_told_and_a_recipient_is_told_of_to_nobody() {
    let shop = Shop::promising(|text| text.replacen("    key: marketing\n", "", 1));
    let (code, message) = shop.ill(&["inform", BROKER, "--page", PAGE, "--as", "ana"]);
    assert_eq!(code, 3);
    assert!(message.contains("clause roles.marketing.key"), "{message}");
    let arguments = ["inform", "recipient:royal_letters", "--page", PAGE, "--as", "noor"];
    assert_eq!(shop.ill(&arguments).0, 2);
}
