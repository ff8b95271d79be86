//! A correction is followed to whoever had the old value.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ring::hmac;

use crate::shop::Shop;

const SECRET: &str = "a secret of the shop and the printer";

/// A request, as its receiver had it.
struct Request {
    signature: String,
    body: String,
}

/// A receiver that fails twice before it takes anything.
fn receiver() -> (u16, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, received) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let stream = stream.unwrap();
            let request = read(&stream);
            let status = if number < 2 { "500 Not now" } else { "204 Taken" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            (&stream).write_all(answer.as_bytes()).unwrap();
            send.send(request).unwrap();
        }
    });
    (port, received)
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let (mut signature, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "theirs-signature" => value.clone_into(&mut signature),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Request { signature, body: String::from_utf8(body).unwrap() }
}

/// As docs/corrections.md tells a receiver to.
fn is_signed(request: &Request) -> bool {
    let (time, tag) = request.signature.split_once(",v1=").unwrap();
    let time = time.strip_prefix("t=").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let text = format!("{time}.{}", request.body);
    hmac::verify(&key, text.as_bytes(), &hex::decode(tag).unwrap()).is_ok()
}

/// A shop whose printer is told by requests to this port, and was given a list with Maud.
fn shop(port: u16) -> Shop {
    let contact = "contact: dpo@royal-letters.example";
    let tell = format!("{contact}\n    tell: {{ webhook: http://127.0.0.1:{port}/theirs }}");
    let shop = Shop::promising(|text| text.replace(contact, &tell));
    let secret = shop.path().join("printer.secret");
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let settings = "secrets:\n  recipients.royal_letters: printer.secret\n";
    std::fs::write(shop.path().join("theirs.yaml"), settings).unwrap();
    shop.well(&["load"]);
    shop.well(&["resolve"]);
    shop.well(&["decide", "birthday_offer", "--as", "ana"]);
    shop
}

#[test]
fn a_correction_reaches_the_recipient_signed_and_the_source_until_it_says_so_itself() {
    let (port, received) = receiver();
    let shop = shop(port);
    let maud = shop.maud();
    let log = shop.path().join("served.txt");
    let said = std::fs::File::create(&log).unwrap();
    let mut serve = shop.command(&["serve", "--port", "0", "--sql", "127.0.0.1:0"]);
    serve.stdout(said.try_clone().unwrap()).stderr(Stdio::from(said));
    let mut server = serve.spawn().unwrap();
    let socket = shop.path().join("data/theirs.sock");
    for _ in 0..1_000 {
        if socket.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    shop.well(&["correct", &maud, "city", "Oldhaven", "--as", "noor"]);
    let requests: Vec<Request> =
        (0..3).map(|_| received.recv_timeout(Duration::from_secs(30)).unwrap()).collect();
    assert!(requests.iter().all(|request| is_signed(request) && request.body == requests[0].body));
    let body: serde_json::Value = serde_json::from_str(&requests[2].body).unwrap();
    let row = &body["rows"][0];
    assert_eq!((&row["what"], &row["column"]), (&"correct".into(), &"city".into()));
    assert_eq!(row["value"], "Oldhaven");
    let list = format!("birthday_offer-{}.csv", row["list_use_id"].as_str().unwrap());
    let list = std::fs::read_to_string(shop.path().join("outbox").join(list)).unwrap();
    assert!(list.contains(row["reference"].as_str().unwrap()), "it is named as it knows her");

    let number = body["notice"].as_i64().unwrap();
    let confirmed = || {
        let notices = shop.json(&["notice", "list"]);
        let one = notices.as_array().unwrap().iter().find(|one| one["number"] == number).cloned();
        one.unwrap()["confirmed"].is_string()
    };
    assert!((0..200).any(|_| confirmed() || {
        std::thread::sleep(Duration::from_millis(20));
        false
    }));
    let page = shop.well(&["show", &maud, "--as", "noor"]);
    assert!(
        page.contains("Royal Letters had the old value; told on 2 March 2026, done on"),
        "{page}"
    );
    assert!(page.contains("Not yet changed in Our till"), "{page}");

    let crm = shop.path().join("crm.csv");
    let key = maud.strip_prefix("crm:").unwrap();
    let text = std::fs::read_to_string(&crm).unwrap();
    let row = text.lines().find(|line| line.starts_with(key)).unwrap();
    let city = shop.json(&["show", &maud, "--as", "noor"])["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["column"] == "city")
        .unwrap()["said"]
        .as_array()
        .unwrap()
        .iter()
        .find(|said| said["source"] == "crm")
        .unwrap()["value"]
        .as_str()
        .unwrap()
        .to_owned();
    std::fs::write(&crm, text.replace(row, &row.replace(&city, "Oldhaven"))).unwrap();
    shop.well(&["load", "crm"]);
    let page = shop.well(&["show", &maud, "--as", "noor"]);
    assert!(page.contains("Changed in Our till on 2 March 2026"), "{page}");
    server.kill().unwrap();
    server.wait().unwrap();
    let said = std::fs::read_to_string(log).unwrap();
    assert!(!said.contains("Oldhaven"), "{said}");
}
