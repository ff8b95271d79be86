//! Addresses of web pages: of one's own, or of others.

use std::collections::BTreeSet;

use url::Url;

use super::{Found, Profile, of_values};

/// Pages of so many different sites are what somebody saw elsewhere.
const ELSEWHERE_SITES: usize = 3;

/// Sites on which people have pages of their own.
const SOCIAL: [&str; 9] = [
    "facebook.com",
    "instagram.com",
    "linkedin.com",
    "twitter.com",
    "x.com",
    "tiktok.com",
    "xing.com",
    "pinterest.com",
    "youtube.com",
];

pub(super) fn look(profile: &Profile<'_>, found: &mut Found) {
    let paths = profile.share(|value| value.starts_with('/') && !value.contains(' '));
    if paths >= 0.7 {
        let why = format!("{} are paths of pages", of_values(paths));
        found.see("behaviour.browsing_own", 0.6, why);
    }
    let links = profile.share(|value| host(value).is_some());
    if links < 0.6 {
        return;
    }
    let sites: Vec<String> = profile.looked.iter().filter_map(|value| site(value)).collect();
    let social = sites.iter().filter(|site| SOCIAL.contains(&site.as_str())).count();
    let different: BTreeSet<&String> = sites.iter().collect();
    let is_picture = profile.share(|value| {
        [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"].iter().any(|end| value.ends_with(end))
    });
    if is_picture > 0.5 {
        return;
    }
    if social * 10 >= sites.len() * 8
        && profile.column.variety() > 0.5
        && different.len() <= SOCIAL.len()
    {
        let why = "its values are pages on social networks".to_owned();
        found.see("social.media", 0.7, why);
    } else if different.len() >= ELSEWHERE_SITES {
        let why = format!("it holds pages of {} different sites", different.len());
        found.see("behaviour.browsing_other", 0.72, why);
    } else {
        let why = format!("{} are pages of one site or two", of_values(links));
        found.see("behaviour.browsing_own", 0.6, why);
    }
}

fn host(value: &str) -> Option<String> {
    let is_web = value.starts_with("http://") || value.starts_with("https://");
    let url = Url::parse(value).ok().filter(|_| is_web)?;
    url.host_str().map(str::to_owned)
}

/// The part of a host that somebody registered.
fn site(value: &str) -> Option<String> {
    let host = host(value)?;
    Some(theirs_site::registered(&host).map_or(host.clone(), str::to_owned))
}
