//! Two keys: what waits for them, who turns them, and what stops at once.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::shop::{Said, Shop};

/// The shop with somebody of IT, and a recipient that its first charter did not have.
fn waiting() -> Shop {
    let shop = Shop::open();
    shop.well(&["principal", "add", "ida", "--role", "it", "--save"]);
    edit(&shop, "country: GB\n    role: processor", "country: IE\n    role: processor");
    shop.well(&["charter", "apply"]);
    shop
}

pub fn edit(shop: &Shop, right: &str, wrong: &str) {
    let path = shop.path().join("charter.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(right), "{right}");
    std::fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
}

/// A command with the token of its asker on standard input.
pub fn anew(shop: &Shop, name: &str, arguments: &[&str]) -> Said {
    let token = std::fs::read(shop.path().join("tokens").join(name)).unwrap();
    with_input(shop, &token, &[arguments, &["--as", name]].concat())
}

fn with_input(shop: &Shop, input: &[u8], arguments: &[&str]) -> Said {
    let mut command = shop.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    running.stdin.take().unwrap().write_all(input).unwrap();
    running.wait_with_output().unwrap().into()
}

const POST: &str = "recipient:royal_letters";

fn approve(shop: &Shop, name: &str) -> Said {
    anew(shop, name, &["approve", POST, "--reason", "they moved"])
}

fn pending(shop: &Shop) -> Vec<String> {
    let Value::Array(all) = shop.json(&["pending"]) else { panic!("a list") };
    all.iter().map(|one| one["subject"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_recipient_that_changed_is_given_nothing_until_two_keys_are_turned() {
    let shop = waiting();
    assert!(pending(&shop).contains(&POST.to_owned()));
    let (code, message) = shop.ill(&["decide", "birthday_offer", "--as", "ana"]);
    assert_eq!(code, 3);
    assert!(
        message.contains(
            "waits for the keys of IT and of marketing (clause recipients.royal_letters)"
        ),
        "{message}"
    );
    assert_eq!(approve(&shop, "ida").code, 0);
    assert_eq!(shop.ill(&["decide", "birthday_offer", "--as", "ana"]).0, 3);
    let second = approve(&shop, "ana");
    assert_eq!(second.code, 0, "{}", second.err);
    assert!(!pending(&shop).contains(&POST.to_owned()));
    shop.well(&["decide", "birthday_offer", "--as", "ana"]);
    let told = shop.well(&["pending", "--all"]);
    assert!(told.contains("The key of IT was turned by ida"), "{told}");
    assert!(told.contains("they moved"), "{told}");

    let back =
        anew(&shop, "ida", &["approve", POST, "--withdraw", "--reason", "we were told more"]);
    assert_eq!(back.code, 0, "{}", back.err);
    assert_eq!(shop.ill(&["decide", "birthday_offer", "--as", "ana"]).0, 3);
    shop.well(&["ledger", "verify"]);
}

#[test]
fn an_unrelated_edit_leaves_an_approval_and_a_change_of_the_clause_ends_it() {
    let shop = waiting();
    assert_eq!((approve(&shop, "ida").code, approve(&shop, "ana").code), (0, 0));
    edit(&shop, "called: Our till", "called: Our tills");
    shop.well(&["charter", "apply"]);
    assert!(!pending(&shop).contains(&POST.to_owned()));
    edit(&shop, "does: prints and posts our cards", "does: prints, posts and keeps our cards");
    shop.well(&["charter", "apply"]);
    assert!(pending(&shop).contains(&POST.to_owned()));
}

#[test]
fn nobody_turns_two_keys_or_one_they_do_not_hold_and_a_kept_token_is_not_enough() {
    let shop = waiting();
    shop.well(&["principal", "add", "max", "--role", "it", "--role", "marketing", "--save"]);
    assert_eq!(approve(&shop, "max").code, 0);
    let again = approve(&shop, "max");
    assert_eq!(again.code, 3);
    assert!(again.err.contains("one person cannot turn both keys"), "{}", again.err);
    let officer = approve(&shop, "noor");
    assert_eq!(officer.code, 3);
    assert!(officer.err.contains("clause roles.privacy.key"), "{}", officer.err);
    let arguments = ["approve", POST, "--reason", "yes", "--as", "ana"];
    for input in ["", "theirs_guess\n"] {
        let said = with_input(&shop, input.as_bytes(), &arguments);
        assert_eq!(said.code, 4, "{input}: {}", said.err);
    }
    assert_eq!(shop.json(&["pending"])[2]["turned"].as_array().unwrap().len(), 1);
}

#[test]
fn a_veto_stops_a_purpose_at_once_and_another_word_in_it_does_not_help() {
    let shop = waiting();
    let select = "select city from shop_figures.person limit 1";
    shop.well(&["sql", "--as", "ana", select]);
    let veto = |more: &[&str]| {
        let words = ["veto", "purpose:shop_figures", "--reason", "we look at it first"];
        anew(&shop, "noor", &[&words[..], more].concat()).code
    };
    assert_eq!(anew(&shop, "ana", &["veto", "purpose:shop_figures", "--reason", "no"]).code, 3);
    assert_eq!(veto(&[]), 0);
    let (code, message) = shop.ill(&["sql", "--as", "ana", select]);
    assert_eq!(code, 3);
    assert!(
        message.contains("\"shop_figures\" is vetoed (clause purposes.shop_figures)"),
        "{message}"
    );
    edit(&shop, "so that we know what to stock.", "so that we know what we stock.");
    edit(&shop, "pour savoir quoi mettre en rayon.", "pour savoir quoi avoir en rayon.");
    shop.well(&["charter", "apply"]);
    assert_eq!(shop.ill(&["sql", "--as", "ana", select]).0, 3);
    assert_eq!(veto(&["--withdraw"]), 0);
    shop.well(&["sql", "--as", "ana", select]);
}

#[test]
fn a_row_that_was_edited_by_hand_opens_nothing() {
    let shop = waiting();
    assert_eq!(approve(&shop, "ida").code, 0);
    let database = shop.database();
    let forge = "insert into approval (subject, digest, word, key, principal, reason, at, use, mac)
        select subject, digest, word, 'marketing', 'ana', reason, at, use, mac from approval";
    database.execute_batch(forge).unwrap();
    drop(database);
    assert_eq!(shop.ill(&["decide", "birthday_offer", "--as", "ana"]).0, 3);
}

#[test]
fn what_is_not_there_is_named_with_the_nearest_and_a_digest_that_is_old_is_refused() {
    let shop = waiting();
    let said = anew(&shop, "ida", &["approve", "recipient:royal_leters", "--reason", "yes"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean \"recipient:royal_letters\"?"), "{}", said.err);
    let old = ["approve", POST, "--reason", "yes", "--digest", "0123456789ab"];
    let said = anew(&shop, "ida", &old);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("is not the digest of recipient:royal_letters"), "{}", said.err);
    assert_eq!(anew(&shop, "ida", &["approve", POST, "--reason", " "]).code, 2);
    let needless = anew(&shop, "ida", &["approve", "purpose:shop_figures", "--reason", "yes"]);
    assert!(needless.err.contains("needs no key"), "{}", needless.err);
}

#[test]
fn a_purpose_that_does_more_waits_for_two_keys_and_says_what_is_more() {
    let shop = Shop::open();
    shop.well(&["principal", "add", "ida", "--role", "it", "--save"]);
    // The same sentence, under another name for it: nobody could say no any more.
    edit(
        &shop,
        "    category: marketing.offer\n    basis: consent\n    consent: newsletter\n",
        "    category: service.message\n    basis: contract\n",
    );
    edit(&shop, "      due: days_until(birth_date) between 0 and 13\n", "      due: true\n");
    shop.well(&["charter", "apply"]);
    let (code, message) = shop.ill(&["decide", "birthday_offer", "--as", "ana"]);
    assert_eq!(code, 3);
    assert!(message.contains("waits for the keys of IT and of marketing"), "{message}");
    let why = shop.well(&["pending"]);
    for more in [
        "it is for service.message, and was for marketing.offer",
        "its basis is contract, and was consent",
        "it no longer waits for the same yes",
        "whom it picks, or what their list holds",
    ] {
        assert!(why.contains(more), "{more}: {why}");
    }
}

#[test]
fn better_words_and_less_data_need_no_key() {
    let shop = Shop::open();
    edit(&shop, "We suggest books like the ones you bought from us.", "We suggest books to you.");
    edit(
        &shop,
        "      - postcode: region\n      - birth_date: age_band\n    activities:\n      order_lines: [ordered_at: month, genre]",
        "      - birth_date: age_band\n    activities:\n      order_lines: [ordered_at: month, genre]",
    );
    shop.well(&["charter", "apply"]);
    shop.well(&["sql", "--as", "ana", "select count(*) from reading_tips.person"]);
}

#[test]
fn what_came_from_outside_cannot_be_called_anything_else() {
    let shop = Shop::open();
    edit(&shop, "    kind: broker\n", "    kind: internal\n");
    let (code, message) = shop.ill(&["charter", "apply"]);
    assert_eq!(code, 3);
    assert!(message.contains("clause sources.lifestyle_broker.kind"), "{message}");
    assert!(message.contains("another name"), "{message}");
}

#[test]
fn nobody_is_given_a_second_name_that_is_hardly_another() {
    let shop = Shop::empty();
    for name in ["Ana", "ana.", "ANA-"] {
        let (code, message) = shop.ill(&["principal", "add", name, "--role", "it"]);
        assert!(code == 2 && message.contains("hardly another name than \"ana\""), "{message}");
    }
    shop.well(&["principal", "add", "anna", "--role", "it"]);
    shop.well(&["principal", "remove", "anna"]);
    let (_, message) = shop.ill(&["principal", "add", "Anna", "--role", "marketing"]);
    assert!(message.contains("which is there or was"), "{message}");
    shop.well(&["principal", "add", "anna", "--role", "it"]);
}

/// A source that the charter calls ours, and that reads what the broker sold from another file.
const HABITS: &str = "  habits:
    kind: internal
    called: Habits
    acquired: We noted it.
    file: habits.csv
    holds: identity
    key: broker_ref
    columns:
      email: contact.email
      lifestyle: { category: preference.stated, part: favourite_genre }

  lifestyle_broker:
    kind: broker";

#[test]
fn what_was_bought_is_not_read_again_from_a_link_or_a_copy() {
    let shop = Shop::open();
    edit(&shop, "  lifestyle_broker:\n    kind: broker", HABITS);
    let french = "      lifestyle_broker:\n        called: Glimpse";
    let habits =
        format!("      habits:\n        called: Habitudes\n        acquired: Nous.\n{french}");
    edit(&shop, french, &habits);
    shop.well(&["charter", "apply"]);
    let told = shop.well(&["pending"]);
    assert!(told.contains("favourite_genre is also taken from lifestyle of habits"), "{told}");
    assert_eq!(shop.ill(&["sql", "--as", "ana", "select 1 from reading_tips.person"]).0, 3);
    let (bought, copy) = (shop.path().join("broker.csv"), shop.path().join("habits.csv"));
    let refused = || {
        let (code, message) = shop.ill(&["load", "habits"]);
        assert!(message.contains("is that of \"lifestyle_broker\", or a copy of it"), "{message}");
        assert_eq!(code, 1);
        std::fs::remove_file(&copy).unwrap();
    };
    std::os::unix::fs::symlink("broker.csv", &copy).unwrap();
    refused();
    std::fs::hard_link(&bought, &copy).unwrap();
    refused();
    std::fs::copy(&bought, &copy).unwrap();
    refused();
    // What was loaded is known by its bytes, also where the file is gone.
    std::fs::rename(&bought, &copy).unwrap();
    refused();
    std::fs::write(&copy, "broker_ref,email,lifestyle\nh1,ada@reader.example,poetry\n").unwrap();
    shop.well(&["load", "habits"]);
}

#[test]
fn who_applies_a_charter_gives_themselves_no_key_and_no_records() {
    let shop = waiting();
    edit(&shop, "    key: it\n", "    key: privacy\n    may_see_records: true\n");
    shop.well(&["charter", "apply"]);
    assert!(pending(&shop).contains(&"role:it".to_owned()));
    let told = shop.well(&["pending"]);
    assert!(told.contains("it may open whole records; it no longer holds the key of IT"), "{told}");
    assert_eq!(anew(&shop, "ida", &["veto", POST, "--reason", "no"]).code, 3);
    let approve = ["approve", "role:it", "--reason", "we talked about it"];
    assert_eq!(anew(&shop, "ida", &approve).code, 0);
    assert_eq!(anew(&shop, "ana", &approve).code, 0);
    assert_eq!(anew(&shop, "ida", &["veto", POST, "--reason", "no"]).code, 0);
}

#[test]
fn whoever_holds_a_key_is_written_to_once_when_something_waits_for_it() {
    let shop = Shop::open();
    let mails = || -> Vec<String> {
        let listed = std::fs::read_dir(shop.path().join("outbox/mail")).into_iter().flatten();
        let files = listed.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    };
    edit(&shop, "    key: it\n", "    key: it\n    email: it@harbour-books.example\n");
    edit(&shop, "country: GB\n    role: processor", "country: IE\n    role: processor");
    let said = shop.well(&["charter", "apply"]);
    assert!(said.contains("Written to 1 role"), "{said}");
    let mail = mails();
    assert_eq!(mail.len(), 1, "marketing has no address");
    assert!(mail[0].contains("To: it@harbour-books.example"), "{}", mail[0]);
    assert!(mail[0].contains(POST) && mail[0].contains("theirs pending"), "{}", mail[0]);
    assert!(shop.well(&["status"]).contains("wait for two people: `theirs pending`"));
    let waits = shop.json(&["status"])["waiting_for_keys"].to_string();
    assert!(waits.contains(POST), "{waits}");
    // The same again is no news; a key that is turned back is.
    edit(&shop, "says: our analysts", "says: our team of analysts");
    shop.well(&["charter", "apply"]);
    assert_eq!(mails().len(), 1);
    shop.well(&["principal", "add", "ida", "--role", "it", "--save"]);
    assert_eq!(approve(&shop, "ida").code, 0);
    assert_eq!(mails().len(), 1);
    let back = anew(&shop, "ida", &["approve", POST, "--withdraw", "--reason", "not yet"]);
    assert_eq!(back.code, 0, "{}", back.err);
    assert_eq!(mails().len(), 2);
}
