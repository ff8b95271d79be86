//! What the charter says to others, from the command line.

use std::fs;

use crate::shop::Shop;

#[test]
fn the_notice_tells_what_was_really_done_and_the_same_in_every_form() {
    let shop = Shop::open();
    let before = shop.json(&["notice"]);
    shop.sql("select city, count(*) n from shop_figures.person group by city");
    let after = shop.json(&["notice"]);
    let uses = |notice: &serde_json::Value| {
        let purposes = notice["purposes"].as_array().unwrap();
        let one = purposes.iter().find(|one| one["name"] == "shop_figures").unwrap();
        one["done"]["uses"].as_u64().unwrap()
    };
    assert_eq!(uses(&after), uses(&before) + 1);
    assert!(shop.well(&["notice", "--language", "fr"]).contains("Vous pouvez dire non"));
    let file = shop.path().join("notice.html");
    shop.well(&["notice", "--output", file.to_str().unwrap()]);
    let page = fs::read_to_string(&file).unwrap();
    assert!(page.contains("You may say no to marketing at any time") && !page.contains("<script"));
    let (code, said) = shop.ill(&["notice", "--output", "notice.docx"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("html, md, json, jsonld or csv"), "{said}");
    assert!(shop.well(&["notice", "list"]).contains("Nobody had to be told"));
}

#[test]
fn a_draft_is_told_before_it_is_in_force_and_counts_nothing() {
    let shop = Shop::empty();
    let text = shop.well(&["notice", "--draft"]);
    assert!(text.contains("a draft that is not in force"), "{text}");
    assert!(!text.contains("Done so far"));
}

#[test]
fn what_a_new_version_changes_is_said_in_plain_words_with_its_clause() {
    let shop = Shop::open();
    let file = shop.path().join("charter.yaml");
    let old = fs::read_to_string(&file).unwrap();
    fs::write(&file, old.replacen("keep: 12 months", "keep: 5 years", 1)).unwrap();
    let said = shop.well(&["charter", "diff"]);
    assert!(said.contains("More is done with your data"), "{said}");
    assert!(said.contains("was kept for 12 months and is kept for 5 years now"), "{said}");
    assert!(said.contains("purposes.birthday_offer.keep"), "{said}");
    let (code, said) = shop.ill(&["charter", "diff", "abcdef0"]);
    assert_eq!(code, 2, "{said}");
    let first = shop.json(&["charter", "history"])[0]["digest"].as_str().unwrap()[..8].to_owned();
    assert!(shop.well(&["charter", "diff", &first, &first]).contains("the same"));
}

#[test]
fn departures_from_the_promise_fail_the_check_and_say_what_to_do() {
    let shop = Shop::open();
    shop.well(&["check", "--against-practice"]);
    let file = shop.path().join("crm.csv");
    let text = fs::read_to_string(&file).unwrap();
    let with = text
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line},{}\n", if at == 0 { "shoe_size" } else { "41" }));
    fs::write(&file, with.collect::<String>()).unwrap();
    let (code, said) = shop.ill(&["check", "--against-practice"]);
    assert_eq!(code, 1, "{said}");
    let found = shop.say(&["--json", "check", "--against-practice"]).out;
    assert!(found.contains("shoe_size") && found.contains("sources.crm.columns"), "{found}");
}

#[test]
fn a_published_copy_from_which_something_was_taken_is_a_departure() {
    let shop = Shop::open();
    let file = shop.path().join("published.json");
    let name = file.to_str().unwrap().to_owned();
    shop.well(&["notice", "--output", &name]);
    let check = ["check", "--against-practice", "--notice", name.as_str()];
    shop.well(&check);
    let mut copy: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    copy["recipients"] = serde_json::json!([]);
    copy["purposes"].as_array_mut().unwrap().truncate(2);
    fs::write(&file, copy.to_string()).unwrap();
    let (code, said) = shop.ill(&check);
    assert_eq!(code, 1, "{said}");
    let found = shop.say(&check).out;
    for told in ["does not tell of the recipient Royal Letters", "of the purpose answer_you"] {
        assert!(found.contains(told), "{told}: {found}");
    }
}

#[test]
fn the_record_of_processing_and_the_assessment_are_written() {
    let shop = Shop::open();
    let table = shop.well(&["ropa", "--format", "csv"]);
    assert!(table.lines().any(|line| line.starts_with("birthday_offer,")), "{table}");
    let draft = shop.well(&["assess", "reading_tips"]);
    for told in ["objected", "Say here:", "WP 248"] {
        assert!(draft.contains(told), "{told}: {draft}");
    }
    let (code, said) = shop.ill(&["assess", "reading_tip"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("did you mean \"reading_tips\"?"), "{said}");
}

#[test]
fn people_who_are_in_a_file_from_outside_and_were_not_told_in_time_are_a_departure() {
    let shop = Shop::open();
    let mut command = shop.command(&["check", "--against-practice"]);
    let said: crate::shop::Said =
        command.env("THEIRS_NOW", "2026-04-20T09:00:00Z").output().unwrap().into();
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("were not told that Glimpse Lifestyle Data"), "{}", said.out);
}
