//! When two e-mail addresses are one.

/// An address in the spelling in which addresses are compared: the letters A to Z count the same in
/// both cases, white space around it does not count.
///
/// No other letters do: a message goes to the address as it was typed, and a mailbox that only looks
/// the same (with the Kelvin sign for a k) may be somebody else's.
pub fn folded_address(address: &str) -> String {
    address.trim().to_ascii_lowercase()
}

/// Whether a text can be an e-mail address that a message goes to (RFC 5321, without quoted names).
pub fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "\"(),:;<>@[\\]".contains(c);
    let is_dotted = |part: &str| part.split('.').all(|label| !label.is_empty());
    (1..=64).contains(&name.len())
        && text.len() <= 254
        && !name.contains(is_odd)
        && !host.contains(is_odd)
        && is_dotted(name)
        && is_dotted(host)
        && host.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_looks_the_same_is_another() {
        assert_eq!(folded_address(" Kate@Mail.example\n"), "kate@mail.example");
        assert_ne!(folded_address("\u{212a}ate@mail.example"), "kate@mail.example");
    }

    #[test]
    fn what_no_message_can_go_to_is_no_address() {
        for right in ["ada@mail.example", "o'neil+shop@mail.example", "zoë@mail.example"] {
            assert!(is_address(right), "{right}");
        }
        let long = format!("{}@mail.example", "x".repeat(65));
        for wrong in [
            "garbage",
            "x@y",
            "a@b.example, c@d.example",
            "\"<b>\"@x.example",
            "a@b@c.example",
            "a..b@c.example",
            "a@.example",
            "@x.example",
            "a@b.example\r\nBcc: c",
            &long,
        ] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
