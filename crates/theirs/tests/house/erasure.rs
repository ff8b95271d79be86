//! A person is erased from the command line; a folder is backed up, lost and restored.

use std::fs;

use crate::shop::Shop;

fn name_of(shop: &Shop, record: &str) -> String {
    let shown = shop.json(&["show", record, "--as", "noor"]);
    let entries = shown["entries"].as_array().unwrap();
    let email = entries.iter().find(|entry| entry["column"] == "email").unwrap();
    email["value"].as_str().unwrap().to_owned()
}

#[test]
fn an_erased_person_is_in_no_answer_no_file_and_no_later_load() {
    let shop = Shop::open();
    let maud = shop.maud();
    let before = shop.json(&["status"])["people"].as_u64().unwrap();
    let email = name_of(&shop, &maud);
    assert!(shop.holds(&email));
    let (code, message) = shop.ill(&["erase", &maud, "--at-their-request", "--as", "ana"]);
    assert_eq!(code, 3, "{message}");
    let (code, _) = shop.ill(&["erase", &maud, "--as", "noor"]);
    assert_eq!(code, 2, "a reason is asked for");
    let said = shop.well(&["erase", &maud, "--at-their-request", "--as", "noor"]);
    assert!(said.contains("because you asked for it"), "{said}");
    assert!(shop.well(&["status"]).contains("1 person still in the files"), "{said}");
    shop.ill(&["show", &maud, "--as", "noor"]);
    assert_eq!(shop.json(&["status"])["people"], before - 1);
    assert!(shop.well(&["sweep"]).contains("The files are free of 1 person"));
    assert!(!shop.holds(&email));
    assert!(shop.well(&["sweep"]).contains("Nothing waits"));
    shop.well(&["ledger", "verify"]);
    for file in ["crm.csv", "newsletter.csv"] {
        let path = shop.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
    }
    shop.well(&["load"]);
    let rejected = shop.well(&["status", "--rejected"]);
    assert!(rejected.contains("somebody who was erased") && !rejected.contains(&email));
    shop.ill(&["show", &maud, "--as", "noor"]);
    shop.well(&["resolve"]);
    assert!(!shop.holds(&email));
    let readmitted = format!("email={email}");
    assert_eq!(shop.ill(&["readmit", "email=nobody@mail.example", "--as", "noor"]).0, 2);
    shop.well(&["readmit", &readmitted, "--as", "noor"]);
    shop.well(&["load"]);
    shop.well(&["resolve"]);
    assert_eq!(name_of(&shop, &maud), email);
}

#[test]
fn a_deleted_value_is_in_no_answer_no_file_and_no_later_load() {
    let shop = Shop::open();
    let maud = shop.maud();
    let before = shop.json(&["show", &maud, "--as", "noor"]);
    let entries = before["entries"].as_array().unwrap();
    let phone = entries.iter().find(|entry| entry["column"] == "phone").unwrap();
    let said = phone["said"].as_array().unwrap().iter();
    let said: Vec<String> = said.map(|one| one["value"].as_str().unwrap().to_owned()).collect();
    assert!(said.iter().all(|number| shop.holds(number)), "{said:?}");
    let delete = ["delete", &maud, "phone", "--at-their-request", "--now", "--as", "noor"];
    assert_eq!(shop.ill(&["delete", &maud, "phone", "--as", "noor"]).0, 2, "a reason is asked for");
    let (code, message) = shop.ill(&[&delete[..6], &["ana"]].concat());
    assert!(code == 3 && message.contains("roles.marketing.may_see_records"), "{message}");
    let wrong = shop.ill(&["delete", &maud, "phones", "--at-their-request", "--as", "noor"]);
    assert!(wrong.1.contains("did you mean \"phone\"?"), "{}", wrong.1);
    let done = shop.json(&delete);
    assert_eq!(
        (&done["swept"]["values"], &done["deleted"]["column"]),
        (&1.into(), &"phone".into())
    );
    let is_held = || said.iter().any(|number| shop.holds(number));
    assert!(!is_held() && shop.believed(&maud, "phone").is_empty());
    for file in ["crm.csv", "newsletter.csv", "support.jsonl"] {
        let path = shop.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n")).unwrap();
    }
    assert!(shop.well(&["load"]).contains("value set aside"));
    let rejected = shop.well(&["status", "--rejected"]);
    assert!(rejected.contains("the person had this deleted"), "{rejected}");
    shop.well(&["resolve", "--refit"]);
    let after = shop.json(&["show", &maud, "--as", "noor"]);
    assert_eq!(
        after["sources"].as_array().unwrap().len(),
        before["sources"].as_array().unwrap().len()
    );
    assert!(!is_held() && after["person"] == before["person"]);
    let shown = shop.well(&["show", &maud, "--as", "noor"]);
    assert!(shown.contains("deleted on 2 March 2026"), "{shown}");
    shop.well(&["ledger", "verify"]);
    shop.well(&["correct", &maud, "phone", "01632 960 999", "--as", "noor"]);
    assert_eq!(shop.believed(&maud, "phone"), "01632 960 999");
}

#[test]
fn a_letter_from_before_a_deletion_goes_with_it_or_at_the_next_opening() {
    let shop = Shop::open();
    let (maud, other) = (shop.maud(), shop.some_record_of_somebody_else());
    let letters = shop.path().join("outbox/letters");
    fs::create_dir_all(&letters).unwrap();
    let lay = |person: &str| {
        shop.well(&["show", person, "--as", "noor"]);
        let uses = shop.json(&["uses", person, "--as", "noor"]);
        let letter = letters.join(format!("{}.html", uses[0]["use_id"].as_str().unwrap()));
        fs::write(&letter, "<p>A code by post</p>").unwrap();
        letter
    };
    let (theirs, others) = (lay(&maud), lay(&other));
    shop.well(&["delete", &maud, "phone", "--at-their-request", "--as", "noor"]);
    assert!(!theirs.exists() && others.exists());
    fs::write(&theirs, "<p>A code by post</p>").unwrap();
    shop.well(&["status"]);
    assert!(!theirs.exists() && others.exists());
}

#[test]
fn an_entry_that_is_known_by_a_value_goes_whole_only_if_that_is_said() {
    let shop = Shop::open();
    let maud = shop.maud();
    let sources = || shop.json(&["show", &maud, "--as", "noor"])["sources"].clone();
    let before = sources();
    let delete = ["delete", &maud, "email", "--at-their-request", "--as", "noor"];
    let (code, message) = shop.ill(&delete);
    assert_eq!(code, 2);
    let said = "Our newsletter knows them by their email: that entry would go whole, with all that it \
                says, what they agreed to there and what hangs on it (Newsletters you opened: ";
    assert!(message.contains(said), "{message}");
    assert!(message.contains("); nothing was deleted. Say --whole-entry if it may"), "{message}");
    assert_eq!(sources(), before, "nothing was deleted");
    let done = shop.json(&[&delete[..], &["--whole-entry"]].concat());
    assert_eq!(done["deleted"]["gone"]["Our newsletter"], 1, "{done}");
    let path = shop.path().join("newsletter.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\n")).unwrap();
    shop.well(&["load"]);
    let rejected = shop.well(&["status", "--rejected"]);
    assert!(rejected.contains("the person had deleted what this entry is known by"), "{rejected}");
    assert!(!rejected.contains("erased"), "{rejected}");
}

#[test]
fn the_ledger_forgets_the_erased_and_nobody_else() {
    let shop = Shop::open();
    let (maud, other) = (shop.maud(), shop.some_record_of_somebody_else());
    let receipt = |name: &str, person: &str| {
        let file = shop.path().join(name).display().to_string();
        shop.well(&["receipt", person, "--output", &file, "--as", "noor"]);
        shop.well(&["ledger", "verify", &file]);
        file
    };
    let before = receipt("before.json", &other);
    let erased = ["erase", &maud, "--at-their-request", "--now", "--as", "noor"];
    let confirmation = shop.json(&erased)["confirmation"].as_str().unwrap().to_owned();
    shop.well(&["ledger", "verify", &confirmation.replace(".txt", ".receipt.json")]);
    let said = shop.well(&["ledger", "check"]);
    assert!(said.contains("of people who were erased"), "{said}");
    let after = receipt("after.json", &other);
    shop.well(&["ledger", "verify", &after, "--previous", &before]);
}

#[test]
fn a_list_is_cut_and_its_recipient_is_told_by_reference() {
    let shop = Shop::open();
    let decided = shop.json(&["decide", "birthday_offer", "--as", "ana"]);
    let path = decided["file"].as_str().unwrap().to_owned();
    let rows = || fs::read_to_string(&path).unwrap().lines().count();
    let before = rows();
    let due = shop.json(&["uses", &shop.maud(), "--as", "noor"]);
    let is_shared = due.as_array().unwrap().iter().any(|used| used["act"] == "share");
    assert!(is_shared, "the followed person is on the list");
    let done = shop.json(&["erase", &shop.maud(), "--at-their-request", "--now", "--as", "noor"]);
    assert_eq!(done["erased"]["recipients"][0], "Royal Letters");
    assert_eq!(rows(), before - 1);
    let notices = shop.json(&["notice", "list"]);
    let notice = notices.as_array().unwrap().iter().find(|one| one["to"] == "royal_letters");
    let number = notice.unwrap()["number"].to_string();
    let outbox = || fs::read_dir(shop.path().join("outbox")).unwrap();
    let told = || {
        let names = outbox().map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("notice-royal_letters-")).count()
    };
    assert_eq!(told(), 1);
    shop.well(&["notice", "confirm", &number]);
    assert_eq!(told(), 0);
    assert_eq!(shop.ill(&["notice", "confirm", "999"]).0, 2);
}

#[test]
fn a_lost_folder_comes_back_from_its_backups_without_whoever_was_erased() {
    let shop = Shop::open();
    let maud = shop.maud();
    let email = name_of(&shop, &maud);
    let other = shop.some_record_of_somebody_else();
    let others = name_of(&shop, &other);
    let backups = shop.path().join("backups");
    let made = shop.json(&["backup", &backups.display().to_string()]);
    let (data, keys) = (&made["data"]["folder"], &made["keys"]["file"]);
    let (data, keys) = (data.as_str().unwrap(), keys.as_str().unwrap());
    shop.well(&["erase", &maud, "--at-their-request", "--now", "--as", "noor"]);
    shop.well(&["object", &other, "--as", "noor"]);
    shop.well(&["correct", &other, "city", "Greyport", "--as", "noor"]);
    let lost = shop.path().join("lost");
    let log = lost.display().to_string();
    let restore = ["restore", data, "--keys", keys, "--log", &log];
    let (code, message) = shop.ill(&restore);
    assert_eq!(code, 2, "{message}");
    fs::rename(shop.path().join("data"), &lost).unwrap();
    let (code, message) = shop.ill(&["restore", data, "--keys", keys]);
    assert_eq!(code, 2, "what happened since must be said: {message}");
    let checkpoint = lost.join("ledger/checkpoint").display().to_string();
    let (code, message) = shop.ill(&["restore", data, "--keys", keys, "--witnessed", &checkpoint]);
    assert!(code == 1 && message.contains("people may have been erased"), "{message}");
    let (journal, aside) = (lost.join("erasures"), lost.join("aside"));
    fs::rename(&journal, &aside).unwrap();
    let (code, message) = shop.ill(&restore);
    assert!(code == 1 && message.contains("has no erasures/"), "{message}");
    fs::rename(&aside, &journal).unwrap();
    let said = shop.well(&restore);
    assert!(said.contains("Erased again, because they were erased since: 1 person"), "{said}");
    assert!(said.contains("Refused again, because it was refused since: 2 acts"), "{said}");
    assert!(said.contains("Lost: 1 correction."), "{said}");
    let status = shop.well(&["status"]);
    assert!(status.contains("restored  on 2 March 2026, 09:00 from a backup, as of"), "{status}");
    let known = shop.json(&["show", &other, "--as", "noor"]);
    let entries = known["entries"].as_array().unwrap();
    let city = entries.iter().find(|entry| entry["column"] == "city").unwrap();
    assert!(city["value"].is_null() && city["contested"]["is_unused"] == true, "{city}");
    let purposes = known["purposes"].as_array().unwrap();
    let card = purposes.iter().find(|one| one["name"] == "birthday_offer").unwrap();
    assert_eq!((&card["active"], &card["objected"]), (&false.into(), &true.into()), "{card}");
    assert!(!shop.holds(&email));
    assert_eq!(name_of(&shop, &other), others);
    shop.ill(&["show", &maud, "--as", "noor"]);
    shop.well(&["ledger", "verify"]);
    let receipt = shop.path().join("receipt.json").display().to_string();
    shop.well(&["receipt", &other, "--output", &receipt, "--as", "noor"]);
    shop.well(&["ledger", "verify", &receipt]);
    shop.well(&["ledger", "check"]);
    assert!(shop.well(&["expire", "--dry-run"]).contains("Nothing is past its time"));
}
