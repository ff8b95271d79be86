//! Hosts and what was registered of them.

use theirs_site::registered;

#[test]
fn what_was_registered_lies_below_a_public_suffix() {
    assert_eq!(registered("img.shop.co.uk"), Some("shop.co.uk"));
    assert_eq!(registered("shop.co.uk"), Some("shop.co.uk"));
    assert_eq!(registered("co.uk"), None);
}
