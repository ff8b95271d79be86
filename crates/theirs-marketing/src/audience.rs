//! What an ad platform is given instead of an address: SHA-256 of it, written in one way.
//!
//! Platforms match such hashes against those of their own members. A hash is no anonymity: whoever has
//! the address finds it again, so a list of hashes is given like any other, by the same door. Price of
//! one way of writing: a phone number without its country matches nobody, and is left out.

use hex::encode;
use sha2::{Digest, Sha256};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contact {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

impl Contact {
    /// What a column of this category holds, if a platform can match it.
    pub(crate) fn of(category: &str) -> Option<Self> {
        match category {
            "contact.email" => Some(Self::Email),
            "contact.phone" => Some(Self::Phone),
            _ => None,
        }
    }

    /// The hash of an address as platforms write it; empty if there is none that they could match.
    pub(crate) fn hashed(self, value: &str) -> String {
        let is_hash = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if self == Self::Email && is_hash {
            return value.to_lowercase();
        }
        let written = match self {
            Self::Email => Some(value.trim().to_lowercase()).filter(|text| text.contains('@')),
            Self::Phone => number(value),
        };
        written.map_or_else(String::new, |text| encode(Sha256::digest(text.as_bytes())))
    }
}

/// A number with its country, in digits alone after the plus (E.164).
fn number(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let trimmed = value.trim();
    let with_country = trimmed.strip_prefix('+').map(|_| digits.clone());
    let with_country = with_country.or_else(|| digits.strip_prefix("00").map(str::to_owned));
    with_country
        .filter(|digits| (8..=15).contains(&digits.len()))
        .map(|digits| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_hash_however_it_is_written() {
        let hash = Contact::Email.hashed("ada@mail.example");
        assert_eq!(hash.len(), 64);
        assert_eq!(Contact::Email.hashed(" Ada@Mail.Example "), hash);
        assert_eq!(Contact::Email.hashed(&hash.to_uppercase()), hash, "it is one already");
        assert_eq!(Contact::Email.hashed("no address"), "");
        let phone = Contact::Phone.hashed("+44 20 7946 0123");
        assert_eq!(Contact::Phone.hashed("0044 (20) 7946-0123"), phone);
        assert_eq!(Contact::Phone.hashed("020 7946 0123"), "", "of which country?");
        // As `printf +442079460123 | sha256sum` says.
        assert_eq!(phone, encode(Sha256::digest(b"+442079460123")));
    }
}
