//! The main job, end to end.

use std::fs;

use harbour_books::Source;

use crate::shop::Shop;

#[test]
fn several_sources_become_one_record_per_person() {
    let shop = Shop::open();
    let status = shop.json(&["status"]);
    let people = status["people"].as_u64().unwrap();
    assert!((1_950..2_080).contains(&people), "{people}");
    let maud = shop.json(&["show", &shop.maud(), "--as", "noor"]);
    let sources: Vec<&str> =
        maud["sources"].as_array().unwrap().iter().map(|s| s["source"].as_str().unwrap()).collect();
    for source in ["crm", "web_shop", "newsletter", "support", "lifestyle_broker"] {
        assert!(sources.contains(&source), "{source} is not in {sources:?}");
    }
    assert_eq!(maud["activities"].as_array().unwrap().len(), 6);
}

#[test]
fn mother_and_daughter_behind_one_address_stay_two_people() {
    let shop = Shop::open();
    let (mother, daughter) = &shop.sample.planted.shared_email;
    let id = |client: &harbour_books::Client| {
        let key = client.keys(Source::Crm).next().unwrap().to_owned();
        shop.json(&["show", &format!("crm:{key}"), "--as", "noor"])["person"].clone()
    };
    assert_ne!(id(mother), id(daughter));
}

#[test]
fn bad_rows_are_set_aside_with_their_place_and_without_their_values() {
    let shop = Shop::open();
    let text = shop.well(&["status", "--rejected"]);
    assert_eq!(
        shop.json(&["status", "--rejected"]).as_array().unwrap().len(),
        shop.sample.bad_rows.len()
    );
    for value in ["31/02/1990", "n/a", "C-99999", "2025-13-45"] {
        assert!(!text.contains(value), "{value}");
    }
}

#[test]
fn loading_again_changes_nothing_and_a_changed_row_changes_once() {
    let shop = Shop::open();
    let count = "select count(*) n from shop_figures.orders";
    let before = shop.sql(count)["rows"][0]["n"].clone();
    assert!(
        shop.well(&["load"]).contains("orders: shop.sqlite is the same as last time")
            || shop.well(&["load"]).contains("6,260 as before")
    );
    let opens = shop.path().join("newsletter_opens.csv");
    let text = fs::read_to_string(&opens).unwrap();
    let last = text.lines().last().unwrap().to_owned();
    fs::write(&opens, format!("{text}{last}\n")).unwrap();
    let again = shop.well(&["load", "newsletter_opens"]);
    assert!(again.contains("newsletter_opens: 1 new, 8,669 as before"), "{again}");
    assert_eq!(shop.sql(count)["rows"][0]["n"], before);
}

#[test]
fn an_amended_activity_replaces_the_old_one() {
    let shop = Shop::open();
    let sum = "select count(*) n, sum(price) s from shop_figures.order_lines";
    let before = shop.sql(sum);
    let database = rusqlite::Connection::open(shop.path().join("shop.sqlite")).unwrap();
    let line: String =
        database.query_row("select min(line_id) from order_lines", [], |row| row.get(0)).unwrap();
    database
        .execute("update order_lines set price = '1000.00' where line_id = ?1", [line])
        .unwrap();
    drop(database);
    let again = shop.well(&["load", "order_lines"]);
    assert!(again.contains("order_lines: 0 new, 1 changed, 14,653 as before"), "{again}");
    let after = shop.sql(sum);
    assert_eq!(after["rows"][0]["n"], before["rows"][0]["n"]);
    assert_ne!(after["rows"][0]["s"], before["rows"][0]["s"]);
}

#[test]
fn a_list_holds_only_permitted_columns_and_nobody_who_said_no() {
    let shop = Shop::open();
    let done = shop.json(&["decide", "birthday_offer", "--as", "ana"]);
    let list = fs::read_to_string(done["file"].as_str().unwrap()).unwrap();
    let head = list.lines().next().unwrap();
    assert_eq!(head, "given_name,family_name,street,city,postcode,reason,use_id,reference");
    assert_eq!(list.lines().count() as u64, done["chosen"].as_u64().unwrap() + 1);
    assert!(list.contains("Maud,Ellery-Finch"));
    let planted = &shop.sample.planted;
    for client in [&planted.objector, &planted.withdrawn] {
        let family = client.name.rsplit(' ').next().unwrap();
        assert!(!list.contains(family), "{family} said no");
    }
    let use_id = format!(",{},", done["use"].as_str().unwrap());
    assert!(list.lines().skip(1).all(|line| line.contains(&use_id)));
}

#[test]
fn a_correction_changes_the_next_decision_and_survives_the_next_import() {
    let shop = Shop::open();
    let maud = shop.maud();
    let chosen =
        |shop: &Shop| shop.json(&["decide", "birthday_offer", "--as", "ana"])["chosen"].as_u64();
    let before = chosen(&shop);
    shop.well(&["correct", &maud, "birth_date", "1961-12-03", "--as", "noor"]);
    assert_eq!(chosen(&shop), before.map(|count| count - 1));
    harbour_books::write_next_crm(shop.path(), harbour_books::SEED, harbour_books::TODAY).unwrap();
    assert!(shop.well(&["load", "crm"]).contains("6 changed"));
    shop.well(&["resolve"]);
    assert_eq!(shop.believed(&maud, "birth_date"), "1961-12-03");
}

#[test]
fn the_ledger_tells_each_use_and_notices_a_change() {
    let shop = Shop::open();
    let maud = shop.maud();
    shop.sql("select city from shop_figures.person");
    let uses = shop.json(&["uses", &maud, "--as", "noor"]);
    let sentence = uses[0]["sentence"].as_str().unwrap();
    assert_eq!(sentence, "Our marketing team looked at your city among those of many people.");
    shop.well(&["ledger", "verify"]);
    let database = shop.database();
    database.execute("update usage set told = replace(told, 'city', 'name')", []).unwrap();
    drop(database);
    let (code, message) = shop.ill(&["ledger", "verify"]);
    assert_eq!(code, 1);
    assert!(message.contains("was changed after it was logged"), "{message}");
}

#[test]
fn people_keep_their_ids_when_resolved_again() {
    let shop = Shop::open();
    let maud = shop.maud();
    let id = || shop.json(&["show", &maud, "--as", "noor"])["person"].clone();
    let before = id();
    let again = shop.json(&["resolve"]);
    assert_eq!((&again["opened"], &again["closed"]), (&0.into(), &0.into()));
    assert_eq!(id(), before);
}

#[test]
fn programs_get_numbers_as_numbers() {
    let shop = Shop::open();
    let answer = shop.sql(
        "select count(*) n, sum(price) s, 0.5 f, true t, null z from shop_figures.order_lines",
    );
    let row = &answer["rows"][0];
    assert!(row["n"].is_u64() && row["s"].is_string() && row["f"].is_f64(), "{row}");
    assert!(row["t"].is_boolean() && row["z"].is_null(), "{row}");
}

#[test]
fn whom_only_outsiders_know_no_purpose_is_said_to_use() {
    let shop = Shop::open();
    let broker = std::fs::read_to_string(shop.path().join("broker.csv")).unwrap();
    let alone = broker.lines().skip(1).find_map(|line| {
        let person = format!("lifestyle_broker:{}", line.split(',').next().unwrap());
        let record = shop.json(&["show", &person, "--as", "noor"]);
        (record["sources"].as_array().unwrap().len() == 1).then_some(record)
    });
    let record = alone.expect("somebody whom only the broker knows");
    for purpose in record["purposes"].as_array().unwrap() {
        assert_eq!(purpose["active"], false, "{purpose}");
    }
    for entry in record["entries"].as_array().unwrap() {
        assert!(entry["used_for"].as_array().unwrap().is_empty(), "{entry}");
    }
}

#[test]
fn outside_data_is_shown_to_the_person_and_used_by_nobody() {
    let shop = Shop::open();
    let maud = shop.json(&["show", &shop.maud(), "--as", "noor"]);
    let entries = maud["entries"].as_array().unwrap();
    let income = entries.iter().find(|entry| entry["column"] == "income_band").unwrap();
    assert!(income["value"].is_null());
    assert_eq!(income["said"][0]["source"], "lifestyle_broker");
    let (code, message) =
        shop.ill(&["sql", "--as", "ana", "select income_band from reading_tips.person"]);
    assert_eq!(code, 3);
    assert!(message.contains("only from outside"), "{message}");
}

#[test]
fn the_demonstration_tells_the_whole_story() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_theirs"));
    let told = command.arg("-C").arg(folder.path()).args(["demo", "--no-serve"]).output().unwrap();
    let text = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    for part in ["refused:", "One fewer: Maud", "[corrected by the person]", "The ledger is sound"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn who_can_names_the_roles_their_last_use_and_what_to_take_away() {
    let shop = Shop::open();
    shop.sql("select city, count(*) n from shop_figures.person group by city");
    let ways = shop.json(&["who-can", "contact.address"]);
    let way = |role: &str, by: &str| {
        let all = ways.as_array().unwrap().iter();
        let mut own = all.filter(|way| way["role"] == role && way["by"] == by);
        own.find(|way| way["sees"].as_str().unwrap().contains("city")).cloned()
    };
    let counted = way("marketing", "shop_figures").unwrap();
    assert_eq!(counted["principals"][0], "ana");
    assert!(
        counted["last_use"].is_string() && counted["revoke"].as_str().unwrap().contains("city")
    );
    assert!(way("analyst", "shop_figures").unwrap()["last_use"].is_null());
    assert!(way("analyst", "fulfil_order").is_none());
    let (code, message) = shop.ill(&["who-can", "contact.emial"]);
    assert_eq!(code, 2);
    assert!(message.contains("did you mean \"contact.email\"?"), "{message}");
}
