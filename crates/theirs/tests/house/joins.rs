//! "That is not me": a colleague's word on joins, and that it outlasts what linkage finds.

use crate::shop::Shop;

/// The keys of Maud's records, and her id.
fn maud(shop: &Shop) -> (String, Vec<String>) {
    let shown = shop.json(&["show", &shop.maud(), "--as", "noor"]);
    let person = shown["person"].as_str().unwrap().to_owned();
    let sources = shown["sources"].as_array().unwrap();
    (person, sources.iter().map(|s| s["source"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn a_record_that_was_split_off_stays_apart_after_every_later_run() {
    let shop = Shop::open();
    let (person, before) = maud(&shop);
    assert!(before.len() > 1, "{before:?}");
    shop.well(&["split", &shop.maud(), "--as", "noor", "--reason", "she rang us", "--json"]);
    assert_eq!(maud(&shop).1, ["crm"]);
    for _ in 0..2 {
        shop.well(&["resolve"]);
        assert_eq!(maud(&shop).1, ["crm"]);
    }
    let others = shop.json(&["show", &person, "--as", "noor"]);
    assert_eq!(others["sources"].as_array().unwrap().len(), before.len() - 1);
    shop.well(&["ledger", "verify"]);
}

#[test]
fn a_merge_is_believed_against_linkage_and_a_later_split_ends_it() {
    let shop = Shop::open();
    let stranger = shop.some_record_of_somebody_else();
    let (_, before) = maud(&shop);
    let say = ["merge", &shop.maud(), &stranger, "--as", "noor", "--reason", "seen her passport"];
    shop.well(&say);
    shop.well(&["resolve"]);
    assert!(maud(&shop).1.len() > before.len());
    shop.well(&["split", &stranger, "--as", "noor", "--reason", "a mistake of ours"]);
    shop.well(&["resolve"]);
    assert_eq!(maud(&shop).1, before);
}

#[test]
fn a_merge_of_two_people_is_undone_whole_and_each_has_their_own_again() {
    let shop = Shop::open();
    let stranger = shop.some_record_of_somebody_else();
    let person = |record: &str| {
        let shown = shop.json(&["show", record, "--as", "noor"]);
        (shown["person"].clone(), shown["sources"].as_array().unwrap().len())
    };
    let before = (person(&shop.maud()), person(&stranger));
    let uses = |record: &str| shop.json(&["uses", record, "--as", "noor"]);
    shop.well(&["correct", &stranger, "city", "Oldhaven", "--as", "noor"]);
    let theirs = uses(&stranger).as_array().unwrap().len();
    shop.well(&["merge", &shop.maud(), &stranger, "--as", "noor", "--reason", "a mistake"]);
    shop.well(&["object", &shop.maud(), "marketing", "--as", "noor"]);
    shop.well(&["split", &stranger, "--as", "noor", "--reason", "undone"]);
    shop.well(&["resolve"]);
    assert_eq!((person(&shop.maud()), person(&stranger)), before);
    assert!(uses(&stranger).as_array().unwrap().len() >= theirs, "the own history is kept");
    for record in [shop.maud(), stranger] {
        let shown = shop.json(&["show", &record, "--as", "noor"]);
        let offer = |purpose: &&serde_json::Value| purpose["name"] == "birthday_offer";
        let purposes = shown["purposes"].as_array().unwrap();
        assert_eq!(purposes.iter().find(offer).unwrap()["active"], false, "{record}");
    }
}

#[test]
fn why_tells_of_a_merge_and_who_may_undo_what_a_person_said() {
    let shop = Shop::open();
    let stranger = shop.some_record_of_somebody_else();
    let merge = ["merge", &shop.maud(), &stranger, "--as", "noor", "--reason", "seen her passport"];
    shop.well(&merge);
    let why = shop.well(&["why", &shop.maud(), &stranger, "--as", "noor"]);
    assert!(why.contains("a colleague said"), "{why}");
    let split = ["split", &stranger, "--as", "noor", "--reason", "she asked us"];
    shop.well(&[&split[..], &["--at-their-request"]].concat());
    let (code, message) = shop.ill(&merge);
    assert_eq!(code, 3);
    assert!(message.contains("--at-their-request"), "{message}");
    shop.well(&[&merge[..], &["--at-their-request"]].concat());
}

#[test]
fn no_link_is_made_by_a_record_that_may_be_somebody_elses() {
    let shop = Shop::open();
    let mut rows = csv::Reader::from_path(shop.path().join("newsletter.csv")).unwrap();
    let unsure = rows.records().map(|row| format!("newsletter:{}", &row.unwrap()[0])).find(|one| {
        let said = shop.say(&["--json", "show", one, "--as", "noor"]);
        let Ok(shown) = serde_json::from_str::<serde_json::Value>(&said.out) else { return false };
        let sources = shown["sources"].as_array().unwrap();
        let mut own = sources.iter().filter(|source| source["source"] == "newsletter");
        own.all(|source| source["confidence"].as_f64().unwrap() < 0.9)
    });
    let (code, message) =
        shop.ill(&["serve", "--port", "0", "--link", &unsure.unwrap(), "--as", "noor"]);
    assert_eq!(code, 2);
    assert!(message.contains("not sure enough"), "{message}");
}

#[test]
fn a_split_needs_leave_a_reason_and_something_to_split() {
    let shop = Shop::open();
    let split = |name: &str, reason: &str| {
        shop.ill(&["split", &shop.maud(), "--as", name, "--reason", reason])
    };
    assert_eq!(split("ana", "because").0, 3);
    let (code, message) = split("noor", "  ");
    assert_eq!(code, 2);
    assert!(message.contains("say why"), "{message}");
    shop.well(&["split", &shop.maud(), "--as", "noor", "--reason", "she rang us"]);
    let (code, message) = split("noor", "again");
    assert_eq!(code, 2);
    assert!(message.contains("nothing to split"), "{message}");
}

#[test]
fn the_weights_are_kept_until_they_are_learnt_anew() {
    let shop = Shop::open();
    let people = |arguments: &[&str]| shop.json(arguments)["people"].as_u64().unwrap();
    let first = people(&["resolve"]);
    assert_eq!(people(&["resolve"]), first);
    assert_eq!(people(&["resolve", "--refit"]), first);
}

#[test]
fn a_report_shows_the_weights_and_no_value_of_anybody() {
    let shop = Shop::open();
    let path = shop.path().join("report.html");
    let truth = shop.path().join("truth.csv");
    let (path_text, truth) = (path.to_str().unwrap(), truth.to_str().unwrap());
    shop.well(&["resolve", "--report", path_text, "--truth", truth]);
    let page = std::fs::read_to_string(path).unwrap();
    assert_eq!(page.matches("<svg").count(), 3, "three charts");
    assert!(page.contains("Against the truth"));
    for foreign in ["<script", "src=", "https://"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let mut rows = csv::Reader::from_path(shop.path().join("crm.csv")).unwrap();
    let at = rows.headers().unwrap().iter().position(|name| name == "email").unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        assert!(row[at].is_empty() || !page.contains(&row[at]), "an address is in the report");
    }
}

#[test]
fn households_are_told_beside_people_and_never_as_people() {
    let shop = Shop::open();
    let resolved = shop.json(&["resolve"]);
    assert!(resolved["households"].as_u64().unwrap() > 0, "{resolved}");
}
