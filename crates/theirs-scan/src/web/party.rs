//! Whose a host is: the site's own, or somebody else's.

use serde::Serialize;

/// Whose a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The site's own.
    First,
    /// Somebody else's.
    Third,
}

impl Party {
    /// Whose `host` is on a page of `site`.
    ///
    /// Two hosts are of one party if the same part of both was registered (by the Public Suffix
    /// List). A firm's second domain therefore counts as a third party.
    pub(crate) fn of(host: &str, own: &str) -> Self {
        if site(host) == own { Self::First } else { Self::Third }
    }
}

/// The part of a host that somebody registered; the host itself where there is none.
pub(super) fn site(host: &str) -> String {
    let host = host.trim_start_matches('.').trim_end_matches('.');
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host.to_owned();
    }
    theirs_site::registered(host).unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_registered_name_are_one_party() {
        assert_eq!(Party::of("img.shop.co.uk", "shop.co.uk"), Party::First);
        assert_eq!(Party::of("other.co.uk", "shop.co.uk"), Party::Third);
        assert_eq!(Party::of(".shop.co.uk", "shop.co.uk"), Party::First);
        assert_eq!(site("tracker.localhost"), "tracker.localhost");
        assert_eq!(site("192.0.2.7"), "192.0.2.7");
    }
}
