//! Rows that are asked for over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use super::House;

/// Answers as many requests as there are answers, and gives what was asked.
fn answering(answers: Vec<String>) -> (u16, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> =
                lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            asked.push(head.join("\n"));
            stream.write_all(answer.replace("PORT", &port.to_string()).as_bytes()).unwrap();
        }
        asked
    });
    (port, asked)
}

fn page(head: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{head}connection: close\r\n\r\n{body}")
}

fn charter(port: u16, next: &str) -> String {
    format!(
        "  crm: {{ kind: internal, acquired: You told us., url: \"http://127.0.0.1:{port}/clients?size=2\", \
         items: data.clients, {next} holds: identity, key: id, columns: {{ city: contact.address.city }} }}\n"
    )
}

#[test]
fn pages_are_followed_with_the_token_and_only_on_the_same_server() {
    let rows = |ids: &[u32]| {
        let rows: Vec<String> = ids
            .iter()
            .map(|id| format!("{{\"id\": {id}, \"city\": \"Ely\", \"tags\": []}}"))
            .collect();
        format!("{{\"data\": {{\"clients\": [{}]}}}}", rows.join(","))
    };
    let (port, asked) = answering(vec![
        page("link: </clients?size=2&after=2>; rel=\"next\"\r\n", &rows(&[1, 2])),
        page("", &rows(&[3])),
        page("link: <http://127.0.0.1:1/clients>; rel=\"next\"\r\n", &rows(&[1])),
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
    ]);
    let house = House::of(&charter(port, "next: link,"));
    let secret = house.path().join("crm.token");
    std::fs::write(&secret, "open-sesame\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(house.path().join("theirs.yaml"), "tokens:\n  crm: crm.token\n").unwrap();
    assert_eq!(house.load("crm"), [3, 0, 0, 0, 0]);
    let elsewhere = house.say(&["load", "crm"]);
    assert!(elsewhere.err.contains("its next page lies on another server"), "{}", elsewhere.err);
    let refused = house.say(&["load", "crm"]);
    assert!(refused.err.contains("/clients: it answered 401"), "{}", refused.err);
    assert!(!refused.err.contains("open-sesame"));
    let asked = asked.join().unwrap();
    assert!(asked[1].starts_with("GET /clients?size=2&after=2 HTTP/1.1"), "{}", asked[1]);
    assert!(asked.iter().all(|head| head.contains("authorization: Bearer open-sesame")));
    let left = std::fs::read_dir(house.path().join("data")).unwrap();
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("fetched-")), "{names:?}");
}

#[test]
fn nothing_is_asked_for_in_the_clear_elsewhere() {
    let house = House::of(&charter(1, "").replace("127.0.0.1:1", "shop.example"));
    let said = house.say(&["load", "crm"]);
    assert!(said.err.contains("leaves this machine without TLS"), "{}", said.err);
}
