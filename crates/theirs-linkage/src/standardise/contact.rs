//! E-mail addresses, telephone numbers and identifiers.

use super::{clip, settle};

/// Lower-case, without blanks; what has no `@` inside is no address.
pub(crate) fn email(raw: &str, out: &mut String) {
    out.clear();
    let raw = clip(raw);
    if raw.is_ascii() {
        out.push_str(raw);
        out.make_ascii_lowercase();
        if raw.bytes().any(|byte| byte.is_ascii_whitespace()) {
            out.retain(|c| !c.is_ascii_whitespace());
        }
    } else {
        out.extend(raw.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase));
    }
    let is_address = matches!(out.rsplit_once('@'), Some((local, domain))
        if !local.is_empty() && !domain.is_empty());
    if is_address {
        settle(out);
    } else {
        out.clear();
    }
}

/// The part before the `@`, without what follows a `+`; too short to mean anything is missing.
pub(crate) fn mailbox(email: &str) -> Option<&str> {
    let (local, _) = email.rsplit_once('@')?;
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    (local.len() >= 5).then_some(local)
}

/// The last nine digits: country codes and leading zeros come and go.
pub(crate) fn phone(raw: &str, out: &mut String) {
    out.clear();
    out.push_str(clip(raw));
    if !out.bytes().all(|byte| byte.is_ascii_digit()) {
        out.retain(|c| c.is_ascii_digit());
    }
    out.drain(..out.len().saturating_sub(9));
    let first = out.bytes().next();
    if out.len() < 6 || out.bytes().all(|digit| Some(digit) == first) {
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
