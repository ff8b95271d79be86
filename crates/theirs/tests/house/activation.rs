//! What a campaign sends: messages to people, lists that say why, and requests to a recipient.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ring::hmac;
use serde_json::Value;

use crate::keys::anew;
use crate::shop::Shop;

const CARD: &str = "    to: royal_letters
    columns: [given_name, family_name, street, city, postcode]
  voucher:";

const MAIL: &str = "    via: mail
    columns: [email, given_name]
    subject: Books for {{given_name}}
    body: |
      Dear {{given_name}},
      our spring books are here.
  voucher:";

const WEBHOOK: &str = "    to: royal_letters
    via: webhook
    columns: [given_name, city]
  voucher:";

/// The sample with this way for its card, everything loaded.
fn shop(card: &str, settings: &str, charter: impl FnOnce(String) -> String) -> Shop {
    let shop = Shop::promising(charter);
    let file = shop.path().join("campaigns/spring_card.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(CARD), "{text}");
    std::fs::write(&file, text.replacen(CARD, card, 1)).unwrap();
    std::fs::write(shop.path().join("theirs.yaml"), settings).unwrap();
    shop.well(&["load"]);
    shop.well(&["resolve"]);
    shop
}

/// The purpose sees addresses, too.
fn with_addresses(charter: &str) -> String {
    let columns = "columns: [given_name, family_name, street, city, postcode]\n    activities:\n      \
                   orders: [ordered_at, total]";
    assert!(charter.contains(columns));
    charter.replacen(columns, &columns.replacen('[', "[email, ", 1), 1)
}

fn list(decided: &Value, action: &str) -> Value {
    let lists = decided["lists"].as_array().unwrap();
    lists.iter().find(|list| list["action"] == action).unwrap().clone()
}

fn files(shop: &Shop, folder: &str) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(shop.path().join(folder)).into_iter().flatten();
    let files = listed.map(|file| file.unwrap().path()).filter(|path| path.is_file());
    files.collect()
}

#[test]
fn people_are_written_to_one_by_one_and_lists_say_where_to_read_why() {
    let public = "public: https://privacy.shop.example\n";
    let shop = shop(MAIL, public, |charter| with_addresses(&charter));
    let decided = shop.json(&["decide", "spring_card", "--as", "ana"]);
    let (card, voucher) = (list(&decided, "card"), list(&decided, "voucher"));
    let written = files(&shop, "outbox/mail");
    assert_eq!(card["people"].as_u64(), Some(written.len() as u64), "{card}");
    assert!(written.len() > 50 && card["file"].is_null() && card["recipient"].is_null());
    let why = format!("https://privacy.shop.example/why/{}", decided["use"].as_str().unwrap());
    for path in &written[..5] {
        let text = std::fs::read_to_string(path).unwrap().replace("=\r\n", "");
        assert!(text.contains(&why) && text.contains("List-Unsubscribe-Post: "), "{text}");
        assert!(text.contains("Pourquoi ai-je re") && !text.contains("{{"), "{text}");
    }
    let rows = std::fs::read_to_string(voucher["file"].as_str().unwrap()).unwrap();
    assert!(rows.lines().next().unwrap().ends_with("reference,why_me"), "{rows}");
    assert!(rows.lines().skip(1).all(|row| row.ends_with(&why)));

    let store = shop.database();
    let key: String = store
        .query_row(
            "select record.key from decision join assignment using (slot)
             join record on record.id = assignment.record join source on source.id = record.source
             where action = 'card' and source.name = 'web_shop' and confidence >= 0.9 limit 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    drop(store);
    let person = format!("web_shop:{key}");
    let uses = shop.well(&["uses", &person, "--as", "noor"]);
    assert!(uses.contains("wrote to you by e-mail, with your"), "{uses}");
    shop.well(&["object", &person, "book_card", "--as", "noor"]);
    assert_eq!(files(&shop, "outbox/mail").len(), written.len() - 1, "theirs is taken back");
    shop.well(&["ledger", "verify"]);
}

#[test]
fn a_list_of_a_purpose_that_is_vetoed_lies_there_no_more() {
    let shop = shop(CARD, "", |charter| charter);
    let decided = shop.json(&["decide", "spring_card", "--as", "ana"]);
    let file = PathBuf::from(list(&decided, "card")["file"].as_str().unwrap());
    assert!(file.exists());
    let veto = ["veto", "purpose:book_card", "--reason", "we look at it first"];
    let said = anew(&shop, "noor", &veto);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!file.exists(), "nobody serves, and it is gone all the same");
}

#[test]
fn nobody_is_looked_at_for_messages_that_could_say_nothing_of_why() {
    let shop = shop(MAIL, "", |charter| with_addresses(&charter));
    let (code, said) = shop.ill(&["decide", "spring_card", "--as", "ana"]);
    assert!(code == 2 && said.contains("public: https://HOST"), "{said}");
    assert_eq!(shop.json(&["campaign", "list"])[0]["runs"], 0);
}

/// A recipient that takes requests: its first answer is 503.
fn recipient() -> (u16, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, taken) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut line) = (String::new(), String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                head.push_str(&line.to_lowercase());
                line.clear();
            }
            let length = head.split("content-length: ").nth(1).unwrap();
            let length = length.lines().next().unwrap().trim().parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = if number == 0 { "503 Not now" } else { "200 Taken" };
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if told.send((head, String::from_utf8(body).unwrap())).is_err() {
                return;
            }
        }
    });
    (port, taken)
}

fn header(head: &str, name: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap().trim().to_owned()
}

#[test]
fn a_recipient_is_sent_its_list_signed_and_again_until_it_takes_it() {
    let (port, taken) = recipient();
    let settings = "secrets:\n  recipients.royal_letters: letters.secret\n";
    let shop = shop(WEBHOOK, settings, |charter| {
        let does = "does: prints and posts our cards\n";
        let tell = format!("{does}    tell: {{ webhook: \"http://127.0.0.1:{port}/lists\" }}\n");
        charter.replacen(does, &tell, 1)
    });
    let (code, said) = shop.ill(&["decide", "spring_card", "--as", "ana"]);
    assert!(code == 2 && !said.contains("decided"), "without the secret nothing is asked: {said}");
    let secret = shop.path().join("letters.secret");
    std::fs::write(&secret, "key of the printer\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let decided = shop.json(&["decide", "spring_card", "--as", "ana"]);
    let card = list(&decided, "card");
    assert_eq!(files(&shop, "outbox/webhook").len(), 1, "it waits while nobody serves");

    let mut server = shop.command(&["serve", "--port", "0"]);
    let mut server = server.stdout(Stdio::null()).spawn().unwrap();
    let patience = Duration::from_mins(2);
    let (first, again) = (taken.recv_timeout(patience), taken.recv_timeout(patience));
    let waited = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        files(&shop, "outbox/webhook").is_empty()
    });
    server.kill().unwrap();
    server.wait().unwrap();
    let ((first, _), (head, body)) = (first.unwrap(), again.unwrap());
    assert!(waited, "what was taken waits no more");
    let key = header(&head, "idempotency-key");
    assert_eq!(key, format!("\"{}-1\"", card["use"].as_str().unwrap()));
    assert_eq!(header(&first, "idempotency-key"), key, "it may be told that it is the same");
    let signature = header(&head, "theirs-signature");
    let (at, tag) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let secret = hmac::Key::new(hmac::HMAC_SHA256, b"key of the printer");
    let tag = hex::decode(tag).unwrap();
    hmac::verify(&secret, format!("{at}.{body}").as_bytes(), &tag).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    let rows = body["rows"].as_array().unwrap();
    assert_eq!(card["people"].as_u64(), Some(rows.len() as u64));
    assert_eq!((&body["list"], &body["action"]), (&card["use"], &"card".into()));
    for row in rows {
        let values = row["values"].as_object().unwrap().keys().map(String::as_str);
        let mut values: Vec<&str> = values.collect();
        values.sort_unstable();
        assert_eq!(values, ["city", "given_name"]);
        assert!(row["reference"].is_string() && row["why_me"].is_null());
    }
}
