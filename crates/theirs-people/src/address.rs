//! When two e-mail addresses are one.

/// An address in the spelling in which addresses are compared: the letters A to Z count the same in
/// both cases, white space around it does not count.
///
/// No other letters do: a message goes to the address as it was typed, and a mailbox that only looks
/// the same (with the Kelvin sign for a k) may be somebody else's.
pub fn folded_address(address: &str) -> String {
    address.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_looks_the_same_is_another() {
        assert_eq!(folded_address(" Kate@Mail.example\n"), "kate@mail.example");
        assert_ne!(folded_address("\u{212a}ate@mail.example"), "kate@mail.example");
    }
}
