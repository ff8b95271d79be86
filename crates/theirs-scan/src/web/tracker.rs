//! Firms that are often met on pages, and what they are there for.
//!
//! The list is our own, short, and written from what these firms say of their products. A host that
//! is not on it is listed without a word, never left out.

use std::sync::LazyLock;

/// A firm that is met on pages of others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tracker {
    site: &'static str,
    /// The firm.
    pub(super) company: &'static str,
    /// What it is there for.
    pub(super) does: &'static str,
}

static TRACKERS: LazyLock<Vec<Tracker>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut fields = line.splitn(3, ',');
        let (site, company) = (fields.next()?, fields.next()?);
        Some(Tracker { site, company, does: fields.next()?.trim_matches('"') })
    };
    include_str!("../../lexicon/trackers.csv").lines().skip(1).filter_map(row).collect()
});

/// The firm behind a host, if it is known; the longest name that fits counts.
pub(super) fn tracker(host: &str) -> Option<Tracker> {
    let host = host.trim_start_matches('.');
    let fits = |known: &&Tracker| {
        host == known.site
            || host.strip_suffix(known.site).is_some_and(|before| before.ends_with('.'))
    };
    TRACKERS.iter().filter(fits).max_by_key(|known| known.site.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firm_is_known_by_the_end_of_a_host_and_no_other_host_is_taken_for_it() {
        assert_eq!(tracker("www.google-analytics.com").map(|t| t.company), Some("Google"));
        assert_eq!(tracker("connect.facebook.net").map(|t| t.company), Some("Meta"));
        assert!(tracker("notfacebook.net").is_none());
        assert!(tracker("facebook.net.example").is_none());
        assert!(TRACKERS.len() > 100 && TRACKERS.iter().all(|t| !t.does.is_empty()));
    }
}
