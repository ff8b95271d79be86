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

#[test]
fn the_use_of_one_value_is_stopped_and_allowed_again_from_the_command_line() {
    let shop = Shop::open();
    let maud = shop.maud();
    let towns = || {
        let sql = "select city from shop_figures.person where city is null";
        shop.sql(sql)["rows"].as_array().map_or(0, Vec::len)
    };
    let before = towns();
    let said = shop.well(&["restrict", &maud, "--column", "city", "--as", "noor"]);
    assert!(said.contains("city of") && said.contains("is used for nothing"), "{said}");
    assert_eq!(towns(), before + 1);
    let stopped = entry(&shop, "city");
    assert!(stopped["value"].is_string() && stopped["stopped"].is_string(), "{stopped}");
    assert!(shop.well(&["show", &maud, "--as", "noor"]).contains("the person stopped it"));
    let head = ["restrict", &maud, "--column", "city", "--lift", "--as", "noor"];
    assert_eq!(shop.ill(&head).0, 2, "a colleague who ends it says why");
    shop.well(&[&head[..], &["--reason", "she rang"]].concat());
    assert_eq!(towns(), before);
    let (code, message) = shop.ill(&["restrict", &maud, "--column", "cty", "--as", "noor"]);
    assert!(code == 2 && message.contains("did you mean \"city\"?"), "{message}");
}
