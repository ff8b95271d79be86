//! The site that a host belongs to, by the [Public Suffix List](https://publicsuffix.org/).
//!
//! A crate of its own: `psl` is the list as two megabytes of inlined code, which would be compiled
//! again with each change of whatever calls it, and once more for its tests.

/// The part of a host that somebody registered: `shop.co.uk` of `img.shop.co.uk`. None where there
/// is none, as of `co.uk` or `localhost`.
#[must_use]
#[inline(never)]
pub fn registered(host: &str) -> Option<&str> {
    psl::domain_str(host)
}
