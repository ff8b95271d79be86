//! E-mail addresses, telephone numbers and identifiers.

use super::{bounded, clip, says_nothing};

/// Lower-case, without blanks; what has no `@` inside is no address.
pub(crate) fn email(raw: &str) -> Option<String> {
    let text: String = clip(raw).chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| bounded(text))
}

/// The part before the `@`, without what follows a `+`; too short to mean anything is missing.
pub(crate) fn mailbox(email: &str) -> Option<&str> {
    let (local, _) = email.rsplit_once('@')?;
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    (local.len() >= 5).then_some(local)
}

/// The last nine digits: country codes and leading zeros come and go.
pub(crate) fn phone(raw: &str) -> Option<String> {
    let digits: Vec<char> = clip(raw).chars().filter(char::is_ascii_digit).collect();
    let tail = &digits[digits.len().saturating_sub(9)..];
    let varied = tail.iter().any(|digit| Some(digit) != tail.first());
    (tail.len() >= 6 && varied).then(|| tail.iter().collect())
}

/// Letters and digits only, upper case.
pub(crate) fn identifier(raw: &str) -> Option<String> {
    let text: String = clip(raw).chars().filter(|c| c.is_alphanumeric()).collect();
    (!says_nothing(&text.to_lowercase())).then(|| bounded(text.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_tolerate_country_codes_and_spelling() {
        let expected = phone("+44 20 7946 0958");
        assert_eq!(expected, Some("079460958".into()));
        assert_eq!(phone("(020) 7946-0958"), expected);
        assert_eq!(phone("0000000000"), None);
        assert_eq!(phone("12"), None);
    }

    #[test]
    fn emails_are_folded_and_checked() {
        assert_eq!(email(" Ada@Example.ORG "), Some("ada@example.org".into()));
        assert_eq!(email("n/a"), None);
        assert_eq!(mailbox("ada.king+shop@example.org"), Some("ada.king"));
        assert_eq!(mailbox("ada@example.org"), None);
    }

    #[test]
    fn identifiers_ignore_separators() {
        assert_eq!(identifier("ab-12 34"), identifier("AB1234"));
    }
}
