//! Events of sites and apps: what is kept, whose it is, and that nothing acknowledged is lost.

#[path = "collect/joining.rs"]
mod joining;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::shop::Said;

/// A shop that collects, and the server of its folder.
pub struct Site {
    pub folder: TempDir,
    server: Option<Child>,
    port: u16,
    key: String,
}

impl Site {
    pub fn new() -> Self {
        Self::promising(include_str!("collect.yaml"))
    }

    /// One whose first charter this is.
    pub fn promising(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("till.csv"),
            "account,name,email\nu1,Ann Reed,ann@reader.example\n",
        )
        .unwrap();
        let mut site = Self { folder, server: None, port: 0, key: String::new() };
        site.well(&["init"]);
        let charter = site.folder.path().join("charter.yaml");
        std::fs::write(charter, text).unwrap();
        site.well(&["charter", "apply"]);
        site.well(&["principal", "add", "ana", "--role", "marketing", "--save"]);
        site.well(&["principal", "add", "noor", "--role", "privacy", "--save"]);
        site.key = site.made_key(&[]);
        site
    }

    fn open() -> Self {
        let mut site = Self::new();
        site.well(&["load"]);
        site.serve();
        site
    }

    fn made_key(&self, more: &[&str]) -> String {
        let said = self.well(&[&["--json", "collect", "key", "add", "web"], more].concat());
        serde_json::from_str::<Value>(&said).unwrap()["key"].as_str().unwrap().to_owned()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_theirs"));
        command.arg("-C").arg(self.folder.path()).args(arguments).env_remove("THEIRS_TOKEN");
        command
    }

    pub fn well(&self, arguments: &[&str]) -> String {
        let said: Said = self.command(arguments).output().unwrap().into();
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    pub fn serve(&mut self) {
        let mut server = self.command(&["serve", "--port", "0", "--sql", "127.0.0.1:0"]);
        let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split("localhost:").nth(1).unwrap();
        let digits: String = port.chars().take_while(char::is_ascii_digit).collect();
        (self.port, self.server) = (digits.parse().unwrap(), Some(server));
    }

    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    fn send(&self, call: &str, body: &Value) -> (u16, String) {
        self.send_with(&self.key, call, body, "")
    }

    fn send_with(&self, key: &str, call: &str, body: &Value, header: &str) -> (u16, String) {
        let mut body = body.clone();
        body["writeKey"] = json!(key);
        post(self.port, &format!("/v1/{call}"), body.to_string().as_bytes(), header).unwrap()
    }

    pub fn sends(&self, call: &str, body: &Value) {
        assert_eq!(self.send(call, body), (200, r#"{"success":true}"#.to_owned()));
    }

    pub fn sql(&self, statement: &str) -> Vec<Value> {
        let said = self.well(&["--json", "sql", "--as", "ana", statement]);
        let said: Value = serde_json::from_str(&said).unwrap();
        said["rows"].as_array().unwrap().clone()
    }

    /// Waits until so many rows are there, at most for a while.
    pub fn until(&self, statement: &str, rows: usize) -> Vec<Value> {
        let since = Instant::now();
        loop {
            let found = self.sql(statement);
            if found.len() == rows || since.elapsed() > Duration::from_secs(20) {
                assert_eq!(found.len(), rows, "{found:?}");
                return found;
            }
        }
    }

    /// Waits until events came to this.
    fn came_to(&self, outcome: &str) {
        let since = Instant::now();
        loop {
            let said = self.well(&["collect", "status"]);
            if said.contains(outcome) {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "{outcome}: {said}");
        }
    }

    fn show(&self, record: &str) -> String {
        self.well(&["show", record, "--as", "noor"])
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.kill();
    }
}

/// One request on a connection of its own; none if it is cut off.
fn post(port: u16, path: &str, body: &[u8], header: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: events.quay.example\r\nconnection: close\r\n\
         content-type: text/plain\r\n{header}content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.get(9..12)?.parse().ok()?;
    Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
}

const EVENTS: &str = "select person_id, name, total from service.web_events order by name";

#[test]
fn what_a_browser_did_before_is_of_whoever_signs_in_there() {
    let site = Site::open();
    let seen = json!({ "anonymousId": "v1", "event": "A", "messageId": "m1",
        "properties": { "total": "12.50", "secret": "x" } });
    site.sends("track", &seen);
    site.sends(
        "identify",
        &json!({ "anonymousId": "v1", "userId": "u1",
        "traits": { "email": "ann@reader.example", "city": "Saltmouth" } }),
    );
    site.sends("t", &json!({ "userId": "u1", "event": "B", "messageId": "m2" }));
    site.sends("track", &seen);
    let rows = site.until(EVENTS, 2);
    assert_eq!(rows[0]["person_id"], rows[1]["person_id"]);
    let person = site.show("till:u1");
    assert!(person.contains("Ann Reed") && person.contains("Saltmouth"), "{person}");
    assert!(person.contains("web_events (2 entries)"), "{person}");
    assert!(!person.contains("$$"), "{person}");
    site.came_to("2  kept");
    site.came_to("1  came twice");
    site.well(&["resolve"]);
    assert_eq!(site.sql("select distinct person_id from service.web_events").len(), 1);
}

#[test]
fn a_browser_that_two_people_use_joins_neither() {
    let site = Site::open();
    let track = |visitor: Option<&str>, user: Option<&str>, name: &str| {
        site.sends(
            "track",
            &json!({ "anonymousId": visitor, "userId": user, "event": name, "messageId": name }),
        );
    };
    track(Some("family"), None, "A");
    track(Some("family"), Some("u1"), "B");
    site.until(EVENTS, 2);
    track(Some("family"), Some("u2"), "C");
    track(Some("family"), None, "D");
    let rows = site.until(EVENTS, 4);
    let person = |at: usize| rows[at]["person_id"].clone();
    assert!(person(1) != person(2), "two people who sign in are two");
    assert!(person(0) == person(3), "what nobody signed in for is the browser's own");
    assert!(person(0) != person(1) && person(0) != person(2));
    site.well(&["resolve"]);
    assert_eq!(site.sql("select distinct person_id from service.web_events").len(), 3);
    assert!(!site.show("web_accounts:u1").contains("web_visitors"));
}

#[test]
fn who_does_not_agree_leaves_nothing_behind_and_a_signal_is_an_objection() {
    let site = Site::open();
    let page = |id: &str, said: Option<bool>| {
        let context = match said {
            Some(said) => json!({ "consent": { "categoryPreferences": { "statistics": said } } }),
            None => json!({}),
        };
        json!({ "anonymousId": "v1", "messageId": id, "context": context,
            "properties": { "path": id } })
    };
    site.sends("page", &page("/unasked", None));
    site.sends("page", &page("/refused", Some(false)));
    site.sends("page", &page("/agreed", Some(true)));
    site.sends("page", &page("/later", None));
    let paths = "select path from figures.web_pages order by path";
    let kept = site.until(paths, 2);
    assert_eq!((&kept[0]["path"], &kept[1]["path"]), (&json!("/agreed"), &json!("/later")));
    site.came_to("2  refused: the person did not agree");
    site.sends("page", &page("/no", Some(false)));
    site.until(paths, 0);
    site.sends(
        "identify",
        &json!({ "anonymousId": "v1", "userId": "u7", "traits": { "genre": "X" } }),
    );
    site.until("select 1 from tips.person where genre = 'X'", 1);
    let (code, _) = site.send_with(
        &site.key,
        "track",
        &json!({ "anonymousId": "v1", "userId": "u7", "event": "A", "messageId": "a" }),
        "sec-gpc: 1\r\n",
    );
    assert_eq!(code, 200);
    site.until("select 1 from tips.person where genre = 'X'", 0);
}

#[test]
fn what_a_browser_says_of_itself_neither_overrules_nor_opens_anything() {
    let site = Site::open();
    site.sends(
        "identify",
        &json!({ "userId": "u1",
        "traits": { "email": "thief@elsewhere.example" } }),
    );
    site.until("select 1 from service.person", 1);
    let since = Instant::now();
    while !site.show("till:u1").contains("thief") {
        assert!(since.elapsed() < Duration::from_secs(20));
    }
    let rows = site.sql("select email from service.person");
    assert_eq!(rows[0]["email"], "ann@reader.example");
    let known = site.show("web_accounts:u1");
    assert!(known.contains("thief@elsewhere.example"), "it is shown, with who says so");
    let report = site.folder.path().join("copy.json");
    site.well(&["report", "till:u1", "--output", report.to_str().unwrap(), "--as", "noor"]);
    let copy = std::fs::read_to_string(report).unwrap();
    assert!(copy.contains("from your visit to our site or app"), "{copy}");
    assert!(!copy.contains("\"from you\""), "nobody knows that it was they: {copy}");
}

#[test]
fn a_browser_agrees_for_nobody_who_is_known_and_its_refusals_stay_with_whom_they_are_of() {
    let site = Site::open();
    let says = |yes: bool| json!({ "consent": { "categoryPreferences": { "statistics": yes } } });
    site.sends(
        "page",
        &json!({ "anonymousId": "thief", "userId": "u1", "context": says(true),
        "properties": { "path": "/forged" } }),
    );
    site.came_to("1  refused: the person did not agree");
    site.sends(
        "identify",
        &json!({ "anonymousId": "family", "userId": "u7",
        "traits": { "genre": "X" } }),
    );
    site.until("select 1 from tips.person where genre = 'X'", 1);
    let seen = |user: &str, id: &str| json!({ "anonymousId": "family", "userId": user, "event": "A", "messageId": id });
    site.send_with(&site.key, "track", &seen("u7", "1"), "sec-gpc: 1\r\n");
    site.until("select 1 from tips.person where genre = 'X'", 0);
    site.sends("track", &seen("u8", "2"));
    site.until(EVENTS, 2);
    assert!(site.sql("select 1 from tips.person where genre = 'X'").is_empty());
}

#[test]
fn who_was_erased_elsewhere_is_not_brought_back_under_the_same_number() {
    let site = Site::open();
    site.sends("track", &json!({ "userId": "u1", "event": "A", "messageId": "1" }));
    site.until(EVENTS, 1);
    site.well(&["erase", "till:u1", "--as", "noor", "--reason", "objected", "--now"]);
    site.sends("identify", &json!({ "userId": "u1", "traits": { "genre": "X" } }));
    site.sends("track", &json!({ "userId": "u1", "event": "B", "messageId": "2" }));
    site.came_to("of somebody who was erased");
    assert!(site.sql(EVENTS).is_empty());
    assert!(site.sql("select 1 from tips.person where genre = 'X'").is_empty());
}

#[test]
fn an_erased_person_is_not_brought_back_by_their_events() {
    let site = Site::open();
    site.sends("track", &json!({ "userId": "u9", "event": "A", "messageId": "1" }));
    site.until(EVENTS, 1);
    site.well(&["erase", "web_accounts:u9", "--as", "noor", "--reason", "objected", "--now"]);
    assert!(site.sql(EVENTS).is_empty());
    site.sends("track", &json!({ "userId": "u9", "event": "B", "messageId": "2" }));
    site.sends("track", &json!({ "userId": "u8", "event": "C", "messageId": "3" }));
    site.until(EVENTS, 1);
    site.came_to("of somebody who was erased");
}

#[test]
fn a_browsers_key_makes_up_so_many_people_and_those_who_are_known_go_on() {
    let mut site = Site::new();
    let settings = "collect:\n  new_visitors_per_hour: 3\n";
    std::fs::write(site.folder.path().join("theirs.yaml"), settings).unwrap();
    let server = site.made_key(&["--server"]);
    site.well(&["load"]);
    site.serve();
    let event =
        |visitor: &str, id: &str| json!({ "anonymousId": visitor, "event": "A", "messageId": id });
    for visitor in ["v1", "v2", "v3"] {
        site.sends("track", &event(visitor, visitor));
    }
    let (code, said) = site.send("track", &event("v4", "v4"));
    assert_eq!(code, 429, "{said}");
    assert!(said.contains("too_many_new") && said.contains("new_visitors_per_hour"), "{said}");
    site.sends("track", &event("v2", "again"));
    site.until(EVENTS, 4);
    assert_eq!(
        site.send_with(&server, "track", &event("v5", "v5"), "").0,
        200,
        "a server is trusted"
    );
    site.until(EVENTS, 5);
    site.came_to("turned away: more new visitors than a key may bring in an hour");
    // After a start nobody is remembered; whoever the store knows goes on all the same.
    site.kill();
    site.serve();
    for visitor in ["v6", "v7", "v8", "v1", "v2", "v3", "v5"] {
        site.sends("track", &event(visitor, &format!("{visitor} later")));
    }
    assert_eq!(site.send("track", &event("v9", "v9")).0, 429);
    site.until(EVENTS, 12);
}

#[test]
fn what_cannot_be_read_is_refused_in_words_and_nothing_breaks() {
    let site = Site::open();
    let deep = "[".repeat(200_000);
    let long = "x".repeat(5 << 20);
    for (body, code) in [
        (&b"{"[..], 400),
        (b"", 400),
        (b"[]", 400),
        (b"\x1f\x8bnot gzip", 400),
        (b"\xff\xfe", 400),
        (deep.as_bytes(), 400),
        (long.as_bytes(), 413),
    ] {
        let Some((status, text)) = post(site.port, "/v1/batch", body, "") else { continue };
        assert_eq!(status, code, "{text}");
        let said: Value = serde_json::from_str(&text).unwrap();
        assert!(said["code"].is_string() && said["message"].is_string(), "{text}");
    }
    assert_eq!(site.send("batch", &json!({ "batch": [1, { "type": "dance" }] })).0, 200);
    assert_eq!(site.send("track", &json!({ "event": 7, "userId": { "a": [] } })).0, 200);
    assert_eq!(site.send_with("wrong", "track", &json!({ "userId": "u" }), "").0, 401);
    let key = site.made_key(&["--server"]);
    site.well(&["collect", "key", "revoke", &key[..10]]);
    let since = Instant::now();
    while site.send_with(&key, "track", &json!({ "userId": "u1" }), "").0 != 401 {
        assert!(since.elapsed() < Duration::from_secs(10));
    }
    site.came_to("not read: a message is not a JSON object");
    site.came_to("refused: it names nobody");
}

#[test]
fn wrong_calls_are_refused_in_the_form_that_clients_read_and_for_pages_of_any_site() {
    let site = Site::open();
    for (method, path, status) in [
        ("POST", "/v1/nothing", 404),
        ("GET", "/v1/nothing/at/all", 404),
        ("GET", "/v1/", 404),
        ("PUT", "/beacon/v1/nothing", 404),
        ("GET", "/pixel/v1/dance", 404),
        ("GET", "/v1/track", 405),
        ("DELETE", "/v1/batch", 405),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", site.port)).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: events.quay.example\r\nconnection: close\r\n\
             origin: https://quay.example\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{method} {path}: {head}");
        let said: Value = serde_json::from_str(body).unwrap();
        assert!(said["code"].is_string() && said["message"].is_string(), "{body}");
        assert!(head.contains("access-control-allow-origin: https://quay.example"), "{head}");
        assert_eq!(head.contains("allow: POST"), status == 405, "{head}");
    }
}

#[test]
fn half_an_emoji_in_one_message_loses_no_other() {
    let site = Site::open();
    let half = r#"{ "type": "track", "userId": "u1", "event": "Half \ud83d", "messageId": "h",
        "properties": { "total": 1e999 } }"#;
    let whole = r#"{ "type": "track", "userId": "u1", "event": "Whole", "messageId": "w" }"#;
    let body = format!(r#"{{ "writeKey": "{}", "batch": [{half}, {whole}] }}"#, site.key);
    assert_eq!(post(site.port, "/v1/batch", body.as_bytes(), "").unwrap().0, 200);
    let found = site.until(EVENTS, 2);
    assert_eq!(found[0]["name"], "Half \u{fffd}");
}

/// How many kills; the long run asks for more.
fn kills() -> u32 {
    std::env::var("THEIRS_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_whenever_the_process_dies() {
    const WRITERS: u32 = 8;
    let mut site = Site::new();
    let mut dice = ChaCha8Rng::seed_from_u64(5);
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..kills() {
        site.serve();
        let (port, key) = (site.port, site.key.clone());
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let key = key.clone();
                std::thread::spawn(move || written(port, &key, &format!("{round}-{writer}")))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(dice.random_range(20..900)));
        site.kill();
        for writer in writers {
            acknowledged.extend(writer.join().unwrap());
        }
    }
    site.serve();
    // Each is sent once more, as a client does that heard nothing.
    for some in acknowledged.chunks(500) {
        let batch: Vec<Value> = some.iter().map(|name| event(name)).collect();
        site.sends("batch", &json!({ "batch": batch }));
    }
    site.until(&format!("select name from service.web_events where name = '{LAST}'"), 0);
    site.sends("track", &event(LAST));
    site.until(&format!("select name from service.web_events where name = '{LAST}'"), 1);
    let found = site.sql("select name, count(*) n from service.web_events group by name");
    let doubled: Vec<&Value> = found.iter().filter(|row| row["n"] != 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    let names: std::collections::BTreeSet<&str> =
        found.iter().filter_map(|row| row["name"].as_str()).collect();
    let lost: Vec<&String> =
        acknowledged.iter().filter(|name| !names.contains(name.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} are lost", lost.len(), acknowledged.len());
    assert!(acknowledged.len() > 10, "{}", acknowledged.len());
}

const LAST: &str = "last";

fn event(name: &str) -> Value {
    // Everybody is new, half of them sign in.
    let user = name.ends_with(['0', '2', '4', '6', '8']).then(|| format!("u{name}"));
    json!({ "type": "track", "anonymousId": format!("v{name}"), "userId": user, "event": name,
        "messageId": name })
}

/// Sends until the connection breaks; gives what was acknowledged.
fn written(port: u16, key: &str, stem: &str) -> Vec<String> {
    let mut kept = Vec::new();
    for number in 0_u32.. {
        let name = format!("{stem}-{number}");
        let mut body = event(&name);
        body["writeKey"] = json!(key);
        match post(port, "/v1/track", body.to_string().as_bytes(), "") {
            Some((200, _)) => kept.push(name),
            Some((status, text)) => panic!("{status}: {text}"),
            None => break,
        }
    }
    kept
}
