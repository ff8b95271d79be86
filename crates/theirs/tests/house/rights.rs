//! A value that is contested, and a person whose data rests, from the command line.

use crate::shop::Shop;

fn entry(shop: &Shop, column: &str) -> serde_json::Value {
    let shown = shop.json(&["show", &shop.maud(), "--as", "noor"]);
    let entries = shown["entries"].as_array().unwrap().clone();
    entries.into_iter().find(|entry| entry["column"] == column).unwrap()
}

#[test]
fn a_contest_takes_a_value_out_of_use_and_its_decision_tells_why() {
    let shop = Shop::open();
    let maud = shop.maud();
    let say = |rest: &[&str]| {
        let head = ["contest", &maud, "city", "--as", "noor"];
        [&head[..], rest].concat().iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let ask = |rest: &[&str]| {
        let words = say(rest);
        shop.say(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let town = entry(&shop, "city")["value"].clone();
    assert_eq!(ask(&["--decide", "upheld", "--reason", "too early"]).code, 2);
    assert_eq!(ask(&[]).code, 0);
    let contested = entry(&shop, "city");
    assert!(contested["value"].is_null() && contested["used_for"].as_array().unwrap().is_empty());
    assert!(
        shop.well(&["show", &maud, "--as", "noor"]).contains("contested, waits for a decision")
    );
    assert_eq!(ask(&["--decide", "dismissed"]).code, 2, "a decision needs a reason");
    assert_eq!(ask(&["--decide", "dismissed", "--reason", "seen on her bill"]).code, 0);
    let decided = entry(&shop, "city");
    assert_eq!(decided["value"], town);
    assert_eq!(decided["contested"]["reason"], "seen on her bill");
    let uses = shop.well(&["uses", &maud, "--as", "noor"]);
    assert!(uses.contains("decided that your city is right"), "{uses}");
    let (code, message) = shop.ill(&["contest", &maud, "city", "--as", "ana"]);
    assert!(code == 3 && message.contains("roles.marketing.may_see_records"), "{message}");
}

#[test]
fn a_restriction_shows_among_those_whom_the_promise_leaves_out() {
    let shop = Shop::open();
    let before = shop.sql("select count(*) n from shop_figures.person")["people"].clone();
    shop.well(&["restrict", &shop.maud(), "--as", "noor", "--reason", "she asked for it"]);
    let after = shop.sql("select count(*) n from shop_figures.person")["people"].clone();
    assert_eq!(after.as_u64().unwrap() + 1, before.as_u64().unwrap());
    let list = shop.well(&["decide", "birthday_offer", "--as", "ana"]);
    assert!(list.contains("1 person who put it on hold (clause GDPR Art. 18)"), "{list}");
    assert_eq!(shop.ill(&["restrict", &shop.maud(), "--lift", "--as", "noor"]).0, 2);
    assert_eq!(shop.ill(&["restrict", &shop.maud(), "birthday", "--as", "noor"]).0, 2);
    let ending =
        ["restrict", &shop.maud(), "--lift", "--reason", "settled, told her", "--as", "noor"];
    shop.well(&ending);
    assert_eq!(shop.sql("select count(*) n from shop_figures.person")["people"], before);
}
