//! E-mail addresses, telephone numbers and identifiers.

use super::{clip, settle};

/// Lower-case, without blanks; what has no `@` inside is no address.
pub(crate) fn email(raw: &str, out: &mut String) {
    out.clear();
    let raw = clip(raw);
    let kinds = raw.bytes().fold(0, |kinds, byte| kinds | KINDS[usize::from(byte)]);
    if kinds & NO_ASCII == 0 {
        out.push_str(raw);
        if kinds & UPPER != 0 {
            out.make_ascii_lowercase();
        }
        if kinds & BLANK != 0 {
            out.retain(|c| !c.is_ascii_whitespace());
        }
    } else {
        out.extend(raw.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase));
    }
    if last_at(out).is_some_and(|at| at > 0 && at + 1 < out.len()) {
        settle(out);
    } else {
        out.clear();
    }
}

/// Bytes that an address should not hold as they are.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut at = 0;
    while at < kinds.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256 bytes")]
        let byte = at as u8;
        kinds[at] = match byte {
            128.. => NO_ASCII,
            b'A'..=b'Z' => UPPER,
            _ if byte.is_ascii_whitespace() => BLANK,
            _ => 0,
        };
        at += 1;
    }
    kinds
};
const NO_ASCII: u8 = 1;
const UPPER: u8 = 2;
const BLANK: u8 = 4;

/// The part before the `@`, without what follows a `+`; too short to mean anything is missing.
pub(crate) fn mailbox(email: &str) -> Option<&str> {
    let local = &email[..last_at(email)?];
    let local = &local[..local.bytes().position(|byte| byte == b'+').unwrap_or(local.len())];
    (local.len() >= 5).then_some(local)
}

/// Where the last `@` is.
fn last_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    while end > 0 {
        end -= 1;
        if bytes[end] == b'@' {
            return Some(end);
        }
    }
    None
}

/// The last nine digits: country codes and leading zeros come and go.
pub(crate) fn phone(raw: &str, out: &mut String) {
    out.clear();
    let raw = clip(raw);
    if raw.bytes().any(|byte| !byte.is_ascii_digit()) {
        out.extend(raw.chars().filter(char::is_ascii_digit));
        out.drain(..out.len().saturating_sub(9));
    } else {
        out.push_str(&raw[raw.len().saturating_sub(9)..]);
    }
    let first = out.bytes().next().unwrap_or_default();
    if out.len() < 6 || out.bytes().all(|digit| digit == first) {
        out.clear();
    }
}

/// Letters and digits only, upper case.
pub(crate) fn identifier(raw: &str, out: &mut String) {
    out.clear();
    out.extend(clip(raw).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    settle(out);
    let upper = if out.is_ascii() { None } else { Some(out.to_uppercase()) };
    match upper {
        Some(upper) => *out = upper,
        None => out.make_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::made;
    use super::*;

    #[test]
    fn phones_tolerate_country_codes_and_spelling() {
        assert_eq!(made(phone, "+44 20 7946 0958"), "079460958");
        assert_eq!(made(phone, "(020) 7946-0958"), "079460958");
        assert_eq!(made(phone, "0000000000"), "");
        assert_eq!(made(phone, "12"), "");
    }

    #[test]
    fn emails_are_folded_and_checked() {
        assert_eq!(made(email, " Ada@Example.ORG "), "ada@example.org");
        assert_eq!(made(email, "n/a"), "");
        assert_eq!(made(email, "@example.org"), "");
        assert_eq!(mailbox("ada.king+shop@example.org"), Some("ada.king"));
        assert_eq!(mailbox("ada@example.org"), None);
    }

    #[test]
    fn identifiers_ignore_separators() {
        assert_eq!(made(identifier, "ab-12 34"), made(identifier, "AB1234"));
        assert_eq!(made(identifier, "n/a"), "");
    }
}
