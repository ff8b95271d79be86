//! A campaign from its file to what it gained, on the sample.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use harbour_books::{Posted, SEED, TODAY};
use serde_json::Value;

use crate::shop::{Said, Shop};

const FILE: &str = "campaigns/spring_card.yaml";

fn decide(shop: &Shop) -> Value {
    shop.json(&["decide", "spring_card", "--as", "ana"])
}

/// Writes something else into the campaign.
fn edit(shop: &Shop, right: &str, wrong: &str) {
    let path = shop.path().join(FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(right), "{right}");
    std::fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
}

/// The same command some days later.
fn later(shop: &Shop, now: &str, arguments: &[&str]) -> String {
    let said: Said = shop.command(arguments).env("THEIRS_NOW", now).output().unwrap().into();
    assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
    said.out
}

fn list(decided: &Value, action: &str) -> (u64, PathBuf) {
    let lists = decided["lists"].as_array().unwrap();
    let found = lists.iter().find(|list| list["action"] == action).unwrap();
    (found["people"].as_u64().unwrap(), PathBuf::from(found["file"].as_str().unwrap()))
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(file).unwrap().deserialize().map(Result::unwrap).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn the_campaign_of_the_sample_is_sound_and_a_slip_in_it_is_named() {
    let shop = Shop::empty();
    let said = shop.well(&["campaign", "check", "spring_card"]);
    assert!(
        said.contains("2 actions for book_card (card, voucher, or none), 10 % control"),
        "{said}"
    );
    assert_eq!(shop.json(&["campaign", "list"])[0]["is_sound"], true);
    edit(&shop, "to: royal_letters", "to: royal_leters");
    let (code, said) = shop.ill(&["campaign", "check", "spring_card"]);
    assert_eq!(code, 2);
    assert!(said.starts_with(&format!("theirs: {FILE}:")), "{said}");
    assert!(said.contains("did you mean \"royal_letters\"?"), "{said}");
    let (code, said) = shop.ill(&["decide", "spring_card", "--as", "ana"]);
    assert!(code == 2 && said.contains("royal_leters"), "{said}");
    let (_, said) = shop.ill(&["campaign", "check", "sprig_card"]);
    assert!(said.contains("did you mean \"spring_card\"?"), "{said}");
}

#[test]
fn a_campaign_draws_by_lot_keeps_control_and_leaves_people_alone_after() {
    let shop = Shop::open();
    let odd = ["campaign", "spectrum", "spring_card", "--as", "ana", "--output", "chart.pdf"];
    let said = shop.say(&odd);
    assert!(said.code == 2 && said.out.is_empty(), "nothing is said before: {}", said.out);
    let plan = shop.json(&["campaign", "plan", "spring_card", "--as", "ana"])["plan"].clone();
    let decided = decide(&shop);
    let (cards, file) = list(&decided, "card");
    let (vouchers, _) = list(&decided, "voucher");
    let control = number(&decided["control"]);
    let all = cards + vouchers + control;
    assert!(all > 500 && control * 100 > all * 6 && control * 100 < all * 14, "{decided}");
    assert!(cards.abs_diff(vouchers) * 10 < all, "{decided}");
    assert_eq!((&plan["weeks"], number(&plan["audience"])), (&Value::from(4), all));
    let smallest = plan["smallest_profit"].as_f64().unwrap();
    assert!(smallest > 0.0 && smallest < 20.0, "{plan}");
    let listed = rows(&file);
    assert_eq!(listed.len() as u64, cards);
    let columns: Vec<&str> = listed[0].keys().map(String::as_str).collect();
    assert_eq!(
        columns,
        [
            "city",
            "family_name",
            "given_name",
            "postcode",
            "reason",
            "reference",
            "street",
            "use_id"
        ]
    );
    let store = shop.database();
    let chances: f64 = store
        .query_row("select sum(1 / propensity) / 3 from decision", [], |row| row.get(0))
        .unwrap();
    assert!(
        (chances / f64::from(u32::try_from(all).unwrap()) - 1.0).abs() < 0.05,
        "{chances} of {all}"
    );
    drop(store);
    let again = decide(&shop);
    assert_eq!(number(&again["resting"]), all, "control rests as those do who were written to");
    assert_eq!((number(&again["control"]), &again["use"]), (0, &Value::Null), "{again}");
    let plan = shop.json(&["campaign", "plan", "spring_card", "--as", "ana"])["plan"].clone();
    let groups = plan["groups"].as_array().unwrap();
    assert!(groups.iter().all(|group| group["people"] == 0), "nobody would be decided for: {plan}");
    assert_eq!(again["lists"].as_array().unwrap().len(), 0);
    shop.well(&["ledger", "verify"]);
}

/// The web account of somebody for whom the campaign decided, by action.
fn somebody(shop: &Shop, action: &str) -> String {
    let store = shop.database();
    let key: String = store
        .query_row(
            "select record.key from decision join assignment using (slot)
             join record on record.id = assignment.record join source on source.id = record.source
             where action = ?1 and source.name = 'web_shop' and confidence >= 0.9 limit 1",
            [action],
            |row| row.get(0),
        )
        .unwrap();
    format!("web_shop:{key}")
}

fn report(shop: &Shop, person: &str) -> Value {
    let file = shop.path().join("copy.json");
    shop.well(&["report", person, "--output", file.to_str().unwrap(), "--as", "noor"]);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn whoever_was_decided_for_is_told_what_and_why_and_nothing_is_left_of_whoever_goes() {
    let shop = Shop::open();
    decide(&shop);
    let (card, none) = (somebody(&shop, "card"), somebody(&shop, "none"));
    let told = &report(&shop, &card)["decisions"][0];
    assert_eq!(told["campaign"], "Our spring card");
    assert_eq!(told["chance"], 0.45);
    assert!(told["looked_at"]["orders"].as_f64().unwrap() >= 1.0, "{told}");
    let told = &report(&shop, &none)["decisions"][0];
    assert_eq!((&told["control"], &told["says"]), (&Value::Bool(true), &Value::Null));
    let page = shop.path().join("copy.html");
    shop.well(&["report", &none, "--output", page.to_str().unwrap(), "--as", "noor"]);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("one of those who get nothing") && page.contains("Of 100 people, 10"));
    let uses = shop.well(&["uses", &card, "--as", "noor"]);
    assert!(uses.contains("decided by a rule whether to send you something"), "{uses}");

    let count = || -> i64 {
        let store = shop.database();
        store.query_row("select count(*) from decision", [], |row| row.get(0)).unwrap()
    };
    let before = count();
    shop.well(&["erase", &card, "--at-their-request", "--as", "noor"]);
    assert_eq!(count(), before - 1);
    later(&shop, "2027-03-03T09:00:00Z", &["expire"]);
    assert_eq!(count(), 0, "the purpose keeps them for 12 months");
}

#[test]
fn what_a_campaign_gained_is_found_again_and_who_said_no_is_counted() {
    let shop = Shop::open();
    edit(&shop, "costs: 2.25", "costs: 0.25");
    let decided = decide(&shop);
    let early = shop.well(&["campaign", "result", "spring_card", "--as", "ana"]);
    assert!(early.contains("Nothing can be said yet"), "{early}");
    let voucher = somebody(&shop, "voucher");
    shop.well(&["object", &voucher, "--as", "noor"]);
    let (card, voucher) = (list(&decided, "card").1, list(&decided, "voucher").1);
    let posted = [
        Posted { list: &card, seldom: 0, often: 0 },
        Posted { list: &voucher, seldom: 700, often: 700 },
    ];
    harbour_books::write_responses(shop.path(), SEED, TODAY, &posted).unwrap();
    let then = "2026-04-02T09:00:00Z";
    later(&shop, then, &["load"]);
    let asked = ["--json", "campaign", "result", "spring_card", "--as", "ana"];
    let result: Value = serde_json::from_str(&later(&shop, then, &asked)).unwrap();
    assert_eq!(result["winner"], "voucher", "{result}");
    edit(&shop, "costs: 0.25", "costs: 900");
    let again: Value = serde_json::from_str(&later(&shop, then, &asked)).unwrap();
    assert_eq!(again["lifts"], result["lifts"], "past decisions keep what they cost");
    edit(&shop, "costs: 900", "costs: 0.25");
    let lift = |action: &str| {
        let lifts = result["lifts"].as_array().unwrap();
        lifts.iter().find(|lift| lift["action"] == action).unwrap().clone()
    };
    let more = &lift("voucher")["rows"];
    assert!(more["low"].as_f64().unwrap() > 0.2 && more["high"].as_f64().unwrap() < 0.6, "{more}");
    assert_eq!(lift("card")["verdict"], "loses", "it costs, and nobody answered it: {result}");
    let arms = result["arms"].as_array().unwrap();
    let gone: u64 = arms.iter().map(|arm| arm["gone"].as_u64().unwrap()).sum();
    assert_eq!(gone, 1, "{arms:?}");
    assert!(arms.iter().all(|arm| arm["people"] == arm["decisions"]), "{arms:?}");

    // Whoever moves the yardstick afterwards moves no figure, and it is said.
    edit(&shop, "within: 28 days, worth: 0.4", "within: 9 days, worth: 7");
    let checked = later(&shop, then, &["campaign", "check", "spring_card"]);
    assert!(checked.contains("700 % of the value"), "{checked}");
    let moved: Value = serde_json::from_str(&later(&shop, then, &asked)).unwrap();
    assert_eq!(moved["lifts"], result["lifts"], "what stood then judges");
    assert_eq!(moved["changed"][0]["decisions"], result["decisions"]);
    assert_eq!((&result["changed"], &result["unrecorded"]), (&serde_json::json!([]), &0.into()));
    let told = later(&shop, then, &["campaign", "result", "spring_card", "--as", "ana"]);
    assert!(told.contains("They are judged by what stood then"), "{told}");
    edit(&shop, "within: 9 days, worth: 7", "within: 28 days, worth: 0.4");
    edit(&shop, "  voucher:\n    says: a card", "  gift:\n    says: a card");
    edit(&shop, "      voucher:", "      gift:");
    let named = later(&shop, then, &["campaign", "result", "spring_card", "--as", "ana"]);
    assert!(named.contains("for \"voucher\" are in no figure"), "{named}");
    edit(&shop, "  gift:\n    says: a card", "  voucher:\n    says: a card");
    edit(&shop, "      gift:", "      voucher:");
    let told = later(&shop, then, &["campaign", "result", "spring_card", "--as", "ana"]);
    assert!(told.contains("Best: voucher."), "{told}");
}

#[test]
fn once_enough_is_known_scores_choose_and_say_why() {
    let shop = Shop::open();
    // Control is large, so that one run teaches enough.
    edit(&shop, "control: 10 %", "control: 34 %");
    edit(&shop, "at_most: 1 in 60 days\n", "");
    edit(&shop, "costs: 2.25", "costs: 0.25");
    let first = decide(&shop);
    let (card, voucher) = (list(&first, "card").1, list(&first, "voucher").1);
    let posted = [
        Posted { list: &card, seldom: 0, often: 0 },
        Posted { list: &voucher, seldom: 0, often: 900 },
    ];
    harbour_books::write_responses(shop.path(), SEED, TODAY, &posted).unwrap();
    let then = "2026-04-02T09:00:00Z";
    later(&shop, then, &["load"]);
    let next = later(&shop, then, &["--json", "decide", "spring_card", "--as", "ana"]);
    let next: Value = serde_json::from_str(&next).unwrap();
    assert_eq!(next["by_scores"], true, "{next}");
    let store = shop.database();
    let (because, change): (String, String) = store
        .query_row(
            "select because, would_change from decision
             where action = 'voucher' and because is not null and would_change is not null limit 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert!(because.contains(": "), "{because}");
    assert!(change.contains("it would have been: "), "{change}");
}

#[test]
fn deciding_again_and_again_changes_nothing_of_what_was_gained() {
    let shop = Shop::open();
    edit(&shop, "costs: 2.25", "costs: 0.25");
    let decided = decide(&shop);
    let (card, voucher) = (list(&decided, "card").1, list(&decided, "voucher").1);
    let posted = [
        Posted { list: &card, seldom: 0, often: 0 },
        Posted { list: &voucher, seldom: 700, often: 700 },
    ];
    harbour_books::write_responses(shop.path(), SEED, TODAY, &posted).unwrap();
    later(&shop, "2026-04-02T09:00:00Z", &["load"]);
    let asked = ["--json", "campaign", "result", "spring_card", "--as", "ana"];
    let result = |now: &str| -> Value { serde_json::from_str(&later(&shop, now, &asked)).unwrap() };
    let once = result("2026-04-02T09:00:00Z");
    // A season later, when nobody buys, and every day: only who came meanwhile is due before 60 days.
    let mut came = 0;
    for day in 2..=5 {
        let now = format!("2026-04-{day:02}T09:00:00Z");
        let said = later(&shop, &now, &["--json", "decide", "spring_card", "--as", "ana"]);
        let said: Value = serde_json::from_str(&said).unwrap();
        let number = |name: &str| said[name].as_u64().unwrap();
        assert!(number("resting") >= once["people"].as_u64().unwrap(), "{said}");
        came += number("considered") - number("resting");
    }
    assert!(came < 20, "{came}");
    let soon = result("2026-04-20T09:00:00Z");
    assert_eq!((&soon["lifts"], &soon["people"]), (&once["lifts"], &once["people"]));
    let after = result("2026-05-20T09:00:00Z");
    assert_eq!(after["people"], after["decisions"]);
    let more = after["people"].as_u64().unwrap() - once["people"].as_u64().unwrap();
    assert!(more <= came, "{more} of {came}");
}

#[test]
fn what_was_learnt_of_other_features_chooses_nothing() {
    let shop = Shop::open();
    edit(&shop, "control: 10 %", "control: 34 %");
    edit(&shop, "at_most: 1 in 60 days\n", "");
    let first = decide(&shop);
    assert_eq!(first["looks_anew"], false);
    let again = decide(&shop);
    assert_eq!(again["resting"], again["considered"], "as long as something may come of it");
    edit(&shop, "count(*) as orders", "count(*) as purchases");
    let then = "2026-04-02T09:00:00Z";
    let next = later(&shop, then, &["--json", "decide", "spring_card", "--as", "ana"]);
    let next: Value = serde_json::from_str(&next).unwrap();
    assert_eq!((&next["by_scores"], &next["looks_anew"]), (&false.into(), &true.into()), "{next}");
    let store = shop.database();
    let told: i64 = store
        .query_row("select count(*) from decision where because is not null", [], |row| row.get(0))
        .unwrap();
    assert_eq!(told, 0, "nobody is told a reason that was learnt of something else");
}

#[test]
fn a_campaign_whose_recipient_waits_for_keys_says_so() {
    let shop = Shop::empty();
    let said = shop.well(&["campaign", "check", "spring_card"]);
    assert!(!said.contains("cannot decide yet"), "{said}");
    crate::keys::edit(
        &shop,
        "country: GB\n    role: processor",
        "country: IE\n    role: processor",
    );
    shop.well(&["charter", "apply"]);
    let said = shop.well(&["campaign", "check", "spring_card"]);
    assert!(said.contains("It cannot decide yet: \"royal_letters\" waits for the keys"), "{said}");
    edit(&shop, "control: 10 %", "control: 10 %\nexplore: 0 %");
    let said = shop.well(&["campaign", "check", "spring_card"]);
    assert!(said.contains("\"explore\" is 0 %"), "{said}");
}
