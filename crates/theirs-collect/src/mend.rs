//! JSON that a client may write and that we cannot hold, mended as JavaScript itself carries it on.
//!
//! A text cut in the middle of an emoji (`"\ud83d"`), bytes that are no Unicode, a number without end
//! (`1e999`), or fields within fields without end would make a whole batch unreadable, with all its
//! good messages. So where a request does not read, half characters become U+FFFD, as where a browser
//! sends text; numbers that are too large become `null`, as `JSON.stringify(Infinity)` writes; what
//! lies too deep becomes `null`. The message is kept: its text was mostly cut by the shop's own
//! script, and what was ordered is no less true. What is no JSON at all stays so: nobody knows where
//! in it a message begins. Price: such a request is read twice.

use serde_json::Value;

/// How many levels are kept; `serde_json` reads 128.
const DEEPEST: usize = 120;

/// Reads JSON; what cannot be held in it is mended.
pub(crate) fn read(bytes: &[u8]) -> Option<Value> {
    let strict = serde_json::from_slice(bytes).ok();
    strict.or_else(|| serde_json::from_slice(&mended(bytes)).ok())
}

fn mended(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let from = at;
        at += 1;
        match byte {
            b'"' => {
                at = end_of_text(bytes, from);
                mend_text(&bytes[from..at], &mut out);
            }
            b'-' | b'0'..=b'9' => {
                at = end_of_number(bytes, from);
                let is_endless = text[from..at].parse::<f64>().is_ok_and(f64::is_infinite);
                out.extend_from_slice(if is_endless { b"null" } else { &bytes[from..at] });
            }
            b'[' | b'{' if depth == DEEPEST => {
                at = end_of_nested(bytes, from);
                out.extend_from_slice(b"null");
            }
            _ => {
                match byte {
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                out.push(byte);
            }
        }
    }
    out
}

/// The place after a text that begins at a quotation mark.
fn end_of_text(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_number(bytes: &[u8], from: usize) -> usize {
    let is_of_number = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
    from + bytes[from..].iter().take_while(|byte| is_of_number(byte)).count()
}

/// The place after a list or an object, with all that lies within.
fn end_of_nested(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_text(bytes, at);
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Writes a text whose escapes are halves of no character.
fn mend_text(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let length = match (byte, escaped(text, at)) {
            (_, Some(0xD800..=0xDBFF))
                if matches!(escaped(text, at + 6), Some(0xDC00..=0xDFFF)) =>
            {
                12
            }
            (_, Some(0xD800..=0xDFFF)) => {
                out.extend_from_slice(b"\\ufffd");
                at += 6;
                continue;
            }
            (b'\\', _) => 2,
            _ => 1,
        };
        out.extend(text.iter().skip(at).take(length));
        at += length;
    }
}

/// The unit of UTF-16 that is escaped at a place.
fn escaped(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn half_a_character_is_replaced_and_whole_ones_stay() {
        let text = r#"{"a":"x\ud83d","b":"\udE00y","c":"\ud83d\ude00","d":"\\ud83d","e\ud800":"\ud83d\u0041"}"#;
        let wanted = json!({
            "a": "x\u{fffd}", "b": "\u{fffd}y", "c": "\u{1f600}", "d": "\\ud83d",
            "e\u{fffd}": "\u{fffd}A",
        });
        assert_eq!(read(text.as_bytes()), Some(wanted));
        assert_eq!(read(b"{\"a\":\"caf\xe9\"}"), Some(json!({ "a": "caf\u{fffd}" })));
    }

    #[test]
    fn numbers_without_end_and_what_lies_too_deep_are_null() {
        let text = r#"[1e999, -1e999, 1.5e3, "1e999", {"n":12e400}]"#;
        let wanted = json!([null, null, 1500.0, "1e999", { "n": null }]);
        assert_eq!(read(text.as_bytes()), Some(wanted));
        let deep = format!(r#"[1,{}"]["{},2]"#, "[".repeat(500), "]".repeat(500));
        let read = read(deep.as_bytes()).unwrap();
        assert_eq!((&read[0], &read[2]), (&json!(1), &json!(2)));
    }

    #[test]
    fn what_is_no_json_stays_so() {
        for text in
            ["", "{", "[1,", r#"{"a":"#, r#""\ud83d"#, "[1e999", "[}", "]", r#"{"a" 1e999}"#]
        {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read("[".repeat(100_000).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn mending_changes_nothing_that_reads(
            text in r#"[\[\]{}":,a-c0-9eE.+\\u d\-]{0,40}"#,
            whole in "\\PC{0,20}",
        ) {
            let good = json!({ "text": whole, "list": [1, -2.5, null, true, { "": whole }] });
            prop_assert_eq!(mended(good.to_string().as_bytes()), good.to_string().into_bytes());
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                prop_assert_eq!(read(text.as_bytes()), Some(value));
            }
            // Whatever it is, it ends.
            let _ = mended(text.as_bytes());
        }
    }
}
