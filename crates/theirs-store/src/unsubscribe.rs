//! Tokens by which somebody says no to a purpose without signing in, as in every message for it.
//!
//! A token is whom it stands for and the purpose, sealed (AES-256-GCM) under a key of its own: nobody
//! can make one or learn anything from one, and whether one is whole is found in constant time. It does
//! not end: who keeps a message for years may still say no by it. Price: with the master secret gone,
//! no message of before is of use.

use theirs_model::Slot;

use crate::keys::Keys;
use crate::store::StoreError;

/// What tokens are sealed under.
const LABEL: &str = "unsubscribe";
/// The longest name of a purpose, and with it the longest token, in bytes.
const LONGEST: usize = 256;

impl Keys {
    /// The token by which whoever had this slot says no to a purpose.
    pub fn unsubscribe(&self, slot: Slot, purpose: &str) -> Result<String, StoreError> {
        let said = [&slot.0.to_be_bytes()[..], purpose.as_bytes()].concat();
        Ok(hex::encode(self.seal(LABEL, &said)?))
    }

    /// Whom a token stands for, and the purpose; none if it is not one of ours.
    pub fn unsubscribed(&self, token: &str) -> Option<(Slot, String)> {
        if token.len() > 2 * LONGEST {
            return None;
        }
        let sealed = hex::decode(token).ok()?;
        let said = self.unseal(LABEL, &sealed).ok()?;
        let (slot, purpose) = said.split_first_chunk::<4>()?;
        Some((Slot(u32::from_be_bytes(*slot)), String::from_utf8(purpose.to_vec()).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_no_for_one_person_and_purpose_and_nobody_can_make_another() {
        let keys = Keys::for_tests();
        let token = keys.unsubscribe(Slot(7), "book_card").unwrap();
        assert_eq!(keys.unsubscribed(&token), Some((Slot(7), "book_card".to_owned())));
        assert!(!token.contains(&hex::encode("book_card")), "it tells nothing");
        assert_ne!(token, keys.unsubscribe(Slot(7), "book_card").unwrap(), "none is like another");
        for at in (0..token.len()).step_by(7) {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(keys.unsubscribed(&String::from_utf8(other).unwrap()), None, "{at}");
        }
        for odd in ["", "00", "zz", &token[2..], &"ab".repeat(600), "é"] {
            assert_eq!(keys.unsubscribed(odd), None, "{odd}");
        }
    }
}
