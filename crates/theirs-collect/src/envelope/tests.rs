use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::*;

fn given(kind: Kind) -> Given<'static> {
    Given {
        kind,
        received: "2026-03-02T10:00:00Z".parse().unwrap(),
        gpc: false,
        peer: None,
        authorization: None,
        query: &[],
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_batch_is_unpacked_whatever_it_says_of_itself() {
    let body = json!({ "sentAt": "2026-03-02T09:00:00Z", "writeKey": "k", "batch": [
        { "type": "track", "event": "Seen", "userId": 7, "messageId": "m1",
          "timestamp": "2026-03-02T08:59:00Z" },
        { "type": "dance", "messageId": "m2" },
        "not an object",
    ] });
    let packed = gzip(body.to_string().as_bytes());
    let open = Envelope::open(&packed, &given(Kind::Batch)).unwrap();
    assert_eq!(open.key.as_deref(), Some("k"));
    let first = open.messages[0].as_ref().unwrap();
    assert_eq!((first.call, first.id.as_str()), (Call::Track, "m1"));
    assert_eq!((first.user.as_deref(), first.event()), (Some("7"), Some("Seen")));
    assert_eq!(first.at.to_string(), "2026-03-02T09:59:00Z");
    assert_eq!(open.messages[1].as_ref().unwrap_err(), &Unfit::UnknownCall);
    assert_eq!(open.messages[2].as_ref().unwrap_err(), &Unfit::NotAnObject);
}

#[test]
fn the_key_is_the_user_of_basic_then_the_bodys_then_the_addresss() {
    let query = [("writeKey".to_owned(), "address".to_owned())];
    let open = |authorization, body: Value| {
        let given = Given { authorization, query: &query, ..given(Kind::One(Call::Page)) };
        Envelope::open(body.to_string().as_bytes(), &given).unwrap().key
    };
    let basic = format!("Basic {}", STANDARD.encode("basic:"));
    assert_eq!(open(Some(&basic), json!({ "writeKey": "body" })).as_deref(), Some("basic"));
    assert_eq!(open(None, json!({ "writeKey": "body" })).as_deref(), Some("body"));
    assert_eq!(open(None, json!({})).as_deref(), Some("address"));
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let bomb = gzip(&vec![b' '; MOST_BYTES + 1]);
    assert!(bomb.len() < 100_000);
    let refused = Envelope::open(&bomb, &given(Kind::Batch)).err();
    assert_eq!(refused, Some(Unfit::TooLarge));
    let deep = "[".repeat(100_000);
    assert_eq!(Envelope::open(deep.as_bytes(), &given(Kind::Batch)).err(), Some(Unfit::NotJson));
    let large = json!({ "properties": { "text": "x".repeat(40_000) } }).to_string();
    let open = Envelope::open(large.as_bytes(), &given(Kind::One(Call::Track))).unwrap();
    assert_eq!(open.messages[0].as_ref().unwrap_err(), &Unfit::MessageTooLarge);
}

#[test]
fn a_picture_carries_a_message_in_its_address() {
    let data = STANDARD.encode(r#"{"writeKey":"k","userId":"u","event":"Opened"}"#);
    let query = [("data".to_owned(), data)];
    let given = Given { query: &query, ..given(Kind::One(Call::Track)) };
    let open = Envelope::pixel(&given).unwrap();
    assert_eq!(open.key.as_deref(), Some("k"));
    assert_eq!(open.messages[0].as_ref().unwrap().event(), Some("Opened"));
    let query = [("anonymousId", "a"), ("properties.total", "3"), ("event", "Opened")];
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let given = Given { query: &query, ..given };
    let open = Envelope::pixel(&given).unwrap();
    let message = open.messages[0].as_ref().unwrap();
    assert_eq!(message.body["properties"]["total"], json!("3"));
}

#[test]
fn half_an_emoji_in_one_message_leaves_it_and_the_others() {
    let body = r#"{"batch":[
        {"type":"track","event":"Bought a \ud83d","messageId":"m1","properties":{"n":1e999}},
        {"type":"track","event":"Seen","messageId":"m2"}]}"#;
    let open = Envelope::open(body.as_bytes(), &given(Kind::Batch)).unwrap();
    let events: Vec<_> = open.messages.iter().map(|m| m.as_ref().unwrap().event()).collect();
    assert_eq!(events, [Some("Bought a \u{fffd}"), Some("Seen")]);
}
