//! Opens a page as a visitor would, and lists whom it contacts and what it leaves behind.
//!
//! Nothing is clicked: whatever is seen happened before the visitor agreed to anything. A headless
//! Chromium does the looking, in a profile that is thrown away; it is driven over a pipe by a few
//! messages of its debugging protocol. The crates that speak all of that protocol were looked at and
//! not taken: they bring tens of thousands of generated lines for the dozen messages used here.

mod browser;
mod party;
mod tracker;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;
use url::Url;

use self::browser::Browser;
pub use self::party::Party;
use self::party::site;
use self::tracker::tracker;

/// How a page is visited.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The browser; one is looked for by its usual names if none is given.
    pub chromium: Option<PathBuf>,
    /// The visit ends after so long at the latest.
    pub longest: Duration,
    /// It ends once nothing was fetched for so long.
    pub quiet: Duration,
}

impl Default for Visit {
    fn default() -> Self {
        let (longest, quiet) = (Duration::from_secs(30), Duration::from_secs(3));
        Self { chromium: None, longest, quiet }
    }
}

/// What a page did.
#[derive(Debug, Clone, Serialize)]
pub struct PageScan {
    /// The page that was asked for.
    pub asked: String,
    /// The page that came, without what stands behind a `?`.
    pub came: String,
    /// The part of its host that somebody registered.
    pub site: String,
    /// Every host that was contacted, third parties first.
    pub hosts: Vec<Host>,
    /// Every cookie that was left, or would have been.
    pub cookies: Vec<Cookie>,
    /// Everything else that was kept in the browser.
    pub storage: Vec<Kept>,
    /// Whether the page was still fetching when time was up.
    pub is_cut_short: bool,
}

/// A host that was contacted.
#[derive(Debug, Clone, Serialize)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub party: Party,
    /// The company behind it, if it is on our list.
    pub company: Option<&'static str>,
    /// What it does, in words.
    pub does: Option<&'static str>,
    /// What was fetched or sent: script, image, font, beacon and so on.
    pub kinds: BTreeSet<String>,
    /// How often.
    pub requests: u32,
}

/// A cookie, without its value.
#[derive(Debug, Clone, Serialize)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// The host that gets it back.
    pub host: String,
    /// Whose that is.
    pub party: Party,
    /// How many days it lasts; none if only until the browser closes.
    pub days: Option<u32>,
    /// The company behind it, if it is on our list.
    pub company: Option<&'static str>,
    /// Whether the browser refused it because it is a third party's. Others take it.
    pub is_refused: bool,
}

/// Something kept in the browser, without its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Kept {
    /// The site whose scripts can read it.
    pub site: String,
    /// Its key.
    pub key: String,
    /// Whether it stays when the browser closes.
    pub stays: bool,
}

/// Why a page was not looked at.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address is none.
    #[error("{0:?} is no address of a page: write https://HOST/PATH")]
    Address(String),
    /// There is no browser.
    #[error("no Chromium was found: install chromium, or say in THEIRS_CHROMIUM where it is")]
    NoBrowser,
    /// The browser did not start, or went away.
    #[error("Chromium did not answer: {0}")]
    Browser(String),
    /// The page did not come.
    #[error("{page} did not come: {reason}")]
    Page {
        /// The page.
        page: String,
        /// What the browser said.
        reason: String,
    },
}

/// What was seen of a visit, before it is put in order.
#[derive(Debug, Default)]
struct Seen {
    came: Option<String>,
    hosts: BTreeMap<String, (BTreeSet<String>, u32)>,
    /// By name and host: how many days it lasts, and whether it was refused.
    cookies: BTreeMap<(String, String), (Option<u32>, bool)>,
    storage: BTreeSet<Kept>,
    is_cut_short: bool,
}

/// Visits a page.
pub fn visit(address: &str, how: &Visit) -> Result<PageScan, WebError> {
    let url = Url::parse(address).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some()
            && url.password().is_none()
    });
    let Some(url) = url else { return Err(WebError::Address(address.to_owned())) };
    let mut browser = Browser::start(how.chromium.as_deref())?;
    let seen = watch::watch(&mut browser, &url, how)?;
    Ok(in_order(&url, seen))
}

fn in_order(url: &Url, seen: Seen) -> PageScan {
    let came =
        seen.came.as_deref().and_then(|came| Url::parse(came).ok()).unwrap_or_else(|| url.clone());
    let own = site(came.host_str().unwrap_or_default());
    let mut hosts: Vec<Host> = seen
        .hosts
        .into_iter()
        .map(|(name, (kinds, requests))| {
            let known = tracker(&name);
            let party = Party::of(&name, &own);
            let (company, does) = (known.map(|t| t.company), known.map(|t| t.does));
            Host { name, party, company, does, kinds, requests }
        })
        .collect();
    hosts.sort_by(|one, other| (other.party, &one.name).cmp(&(one.party, &other.name)));
    let cookies = seen.cookies.into_iter().map(|((name, host), (days, is_refused))| {
        let company = tracker(&host).map(|known| known.company);
        Cookie { name, party: Party::of(&host, &own), host, days, company, is_refused }
    });
    let mut cookies: Vec<Cookie> = cookies.collect();
    cookies.sort_by(|one, other| {
        (other.party, &one.host, &one.name).cmp(&(one.party, &other.host, &other.name))
    });
    PageScan {
        asked: plain(url),
        came: plain(&came),
        site: own,
        hosts,
        cookies,
        storage: seen.storage.into_iter().collect(),
        is_cut_short: seen.is_cut_short,
    }
}

/// An address without what may name a visitor.
fn plain(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests;
