//! When two e-mail addresses are one.

/// An address in the spelling in which addresses are compared: letters count the same in both cases,
/// white space around it does not count.
pub fn folded_address(address: &str) -> String {
    address.trim().to_lowercase()
}
