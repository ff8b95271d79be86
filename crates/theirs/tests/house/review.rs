//! What is not sure enough, as a list for colleagues, from the command line.

use serde_json::Value;

use crate::shop::Shop;

fn matters(shop: &Shop) -> Vec<Value> {
    let listed = shop.json(&["review", "--as", "noor"]);
    listed["matters"].as_array().unwrap().clone()
}

fn of(matters: &[Value], doubt: &str) -> Value {
    matters.iter().find(|one| one["doubt"] == doubt).unwrap().clone()
}

#[test]
fn what_is_withheld_is_listed_without_a_value_opened_on_record_and_settled() {
    let shop = Shop::open();
    let (code, message) = shop.ill(&["review", "--as", "ana"]);
    assert!(code == 3 && message.contains("roles.marketing.may_see_records"), "{message}");
    let before = matters(&shop);
    let text = shop.well(&["review", "--as", "noor"]);
    assert!(text.contains("% sure") && !text.contains('@'), "{text}");
    let weak = of(&before, "withheld");
    let (number, person) = (weak["number"].to_string(), weak["people"][0].as_str().unwrap());
    let opened = shop.json(&["review", &number, "--as", "noor"]);
    let entries = opened["entries"].as_array().unwrap();
    assert!(entries.len() > 1 && entries[0]["record"] == weak["record"], "{opened}");
    assert!(entries.iter().all(|entry| entry["person"] == person));
    let doubtful = entries.iter().filter(|entry| entry["is_in_doubt"] == true);
    assert!(doubtful.eq([&entries[0]]), "{opened}");
    let text = shop.well(&["review", &number, "--as", "noor"]);
    let name = entries[0]["name"].as_str().unwrap();
    assert!(text.contains(&format!("In doubt is {name}")), "{text}");
    assert_eq!(text.matches("(in doubt)").count(), 1, "{text}");
    let uses = shop.well(&["uses", person, "--as", "noor"]);
    assert!(uses.contains("compared two entries"), "{uses}");
    let settle = |number: &str, rest: &[&str]| {
        let words = [&["review", number, "--as", "noor"][..], rest].concat();
        shop.say(&words)
    };
    assert_eq!(settle(&number, &["--decide", "theirs"]).code, 2, "a reason is asked for");
    assert_eq!(
        settle(&number, &["--decide", "not-theirs", "--reason", "another birthday"]).code,
        0
    );
    let name = entries[0]["name"].as_str().unwrap();
    let now = shop.json(&["show", name, "--as", "noor"])["person"].clone();
    assert_ne!(now, person, "it is somebody of its own");
    let after = matters(&shop);
    assert!(!after.iter().any(|one| one["number"] == weak["number"]));
    let other = of(&after, "withheld");
    assert!(before.contains(&other), "numbers stay");
    let number = other["number"].to_string();
    assert_eq!(settle(&number, &["--decide", "theirs", "--reason", "knew both numbers"]).code, 0);
    let shown = shop.json(&["show", other["people"][0].as_str().unwrap(), "--as", "noor"]);
    let sources = shown["sources"].as_array().unwrap();
    let settled = sources.iter().find(|one| one["record"] == other["record"]).unwrap();
    assert_eq!(settled["confidence"], 1.0);
    shop.well(&["resolve"]);
    let last = matters(&shop);
    assert!(!last.iter().any(|one| one["record"] == other["record"] && one["doubt"] == "withheld"));
    assert_eq!(settle("9999", &["--decide", "leave", "--reason", "no"]).code, 2);
}

#[test]
fn an_address_of_two_people_and_what_somebody_sent_away_wait_until_they_are_left_or_given_back() {
    let shop = Shop::open();
    let shared = of(&matters(&shop), "shared_address");
    assert!(shared["people"].as_array().unwrap().len() > 1, "{shared}");
    let number = shared["number"].to_string();
    assert!(!shop.well(&["review", &number, "--as", "noor"]).contains("n doubt"));
    let (code, message) =
        shop.ill(&["review", &number, "--decide", "not-theirs", "--reason", "no", "--as", "noor"]);
    assert!(code == 2 && message.contains("that does not settle it"), "{message}");
    let leave = ["review", &number, "--decide", "leave", "--reason", "a family", "--as", "noor"];
    shop.well(&leave);
    assert!(!matters(&shop).iter().any(|one| one["number"] == shared["number"]));

    let maud = shop.maud();
    let before = shop.json(&["show", &maud, "--as", "noor"])["person"].clone();
    let theirs = ["--reason", "she says so", "--at-their-request", "--as", "noor"];
    shop.well(&[&["split", &maud][..], &theirs].concat());
    let sent_away = of(&matters(&shop), "sent_away");
    let number = sent_away["number"].to_string();
    let (code, message) = shop.ill(&[
        "review",
        &number,
        "--decide",
        "theirs",
        "--reason",
        "I think so",
        "--as",
        "noor",
    ]);
    assert!(code == 3 && message.contains("cannot overrule"), "{message}");
    shop.well(&[&["review", &number, "--decide", "theirs"][..], &theirs].concat());
    assert_eq!(shop.json(&["show", &maud, "--as", "noor"])["person"], before);
    assert!(matters(&shop).iter().all(|one| one["doubt"] != "sent_away"));
}

#[test]
fn what_somebody_asked_for_stands_first() {
    let shop = Shop::open();
    let weak: Vec<Value> =
        matters(&shop).into_iter().filter(|one| one["doubt"] == "withheld").collect();
    let last = weak.last().unwrap();
    let person = last["people"][0].as_str().unwrap();
    shop.well(&["request", "add", "claim", "--of", person, "--as", "noor"]);
    let first = &matters(&shop)[0];
    assert_eq!((&first["people"][0], &first["request"]), (&last["people"][0], &1.into()));
    assert!(shop.well(&["review", "--as", "noor"]).contains("asked for (request 1)"));
}
