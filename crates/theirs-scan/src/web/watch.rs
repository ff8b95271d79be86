//! One visit: what is fetched, sent and kept, until the page falls quiet.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::Url;

use super::browser::Browser;
use super::party::site;
use super::{Kept, Seen, Visit, WebError};

/// So many hosts and keys are noted at most.
const MOST: usize = 2_000;

/// The page that is there before the one that is asked for.
const BEFORE: &str = "about:blank";

/// Frames of other sites, and workers, that are listened to at most.
const MOST_SESSIONS: usize = 200;

/// Opens the page and listens.
pub(super) fn watch(browser: &mut Browser, url: &Url, how: &Visit) -> Result<Seen, WebError> {
    let target = browser.ask(None, "Target.createTarget", &json!({ "url": BEFORE }))?;
    let attach = json!({ "targetId": target["targetId"], "flatten": true });
    let attached = browser.ask(None, "Target.attachToTarget", &attach)?;
    let Some(page) = attached["sessionId"].as_str().map(str::to_owned) else {
        return Err(WebError::Browser("it gave no page".to_owned()));
    };
    // Each is answered before the page is asked for: a page that is opened while the browser still
    // makes ready to listen does not tell of its first requests.
    for (method, parameters) in listening() {
        browser.ask(Some(&page), method, &parameters)?;
    }
    let mut watch =
        Watch { page: page.clone(), seen: Seen::default(), sessions: 1, is_loaded: false };
    let asked = Instant::now();
    let navigate = json!({ "url": url.as_str() });
    let answer = browser.ask(Some(&page), "Page.navigate", &navigate)?;
    if let Some(reason) = answer["errorText"].as_str() {
        let page = super::plain(url);
        return Err(WebError::Page { page, reason: reason.to_owned() });
    }
    let mut heard = Instant::now();
    loop {
        for message in std::mem::take(&mut browser.early) {
            watch.take(browser, &message)?;
        }
        let left = how.longest.saturating_sub(asked.elapsed());
        let quiet = how.quiet.saturating_sub(heard.elapsed());
        if left == Duration::ZERO {
            watch.seen.is_cut_short = true;
            break;
        }
        if watch.is_loaded && quiet == Duration::ZERO {
            break;
        }
        let wait = if watch.is_loaded { left.min(quiet) } else { left };
        if let Some(message) = browser.hear(wait)?
            && watch.take(browser, &message)?
        {
            heard = Instant::now();
        }
    }
    watch.keep(browser)?;
    Ok(watch.seen)
}

/// What has a page, frame or worker tell what it fetches and keeps, and its own frames with it.
fn listening() -> [(&'static str, Value); 5] {
    let auto = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
    [
        ("Network.enable", json!({})),
        ("Page.enable", json!({})),
        ("DOMStorage.enable", json!({})),
        ("Target.setAutoAttach", auto),
        ("Runtime.runIfWaitingForDebugger", json!({})),
    ]
}

struct Watch {
    page: String,
    seen: Seen,
    sessions: usize,
    is_loaded: bool,
}

impl Watch {
    /// Takes a message; whether it tells of something fetched or kept.
    fn take(&mut self, browser: &mut Browser, message: &Value) -> Result<bool, WebError> {
        let told = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let kind = told["type"].as_str().unwrap_or("other");
                self.request(told["request"]["url"].as_str(), kind);
            }
            "Network.responseReceivedExtraInfo" => self.refused(&told["blockedCookies"]),
            "Network.webSocketCreated" => self.request(told["url"].as_str(), "websocket"),
            "DOMStorage.domStorageItemAdded" | "DOMStorage.domStorageItemUpdated" => {
                let stays = told["storageId"]["isLocalStorage"].as_bool().unwrap_or_default();
                let origin = told["storageId"]["securityOrigin"].as_str();
                let key = told["storageId"]["storageKey"].as_str();
                self.kept(origin.or(key), told["key"].as_str(), stays);
            }
            "Page.loadEventFired" if message["sessionId"] == self.page.as_str() => {
                // The empty page that was there before also says that it is loaded.
                self.is_loaded = self.seen.came.as_deref().is_some_and(|came| came != BEFORE);
            }
            "Page.frameNavigated" if told["frame"]["parentId"].is_null() => {
                if message["sessionId"] == self.page.as_str() {
                    self.seen.came = told["frame"]["url"].as_str().map(str::to_owned);
                    self.is_loaded = false;
                }
                return Ok(false);
            }
            "Target.attachedToTarget" => {
                self.sessions += 1;
                if let Some(session) = told["sessionId"].as_str()
                    && self.sessions <= MOST_SESSIONS
                {
                    // It waits until the last of these.
                    for (method, parameters) in listening() {
                        browser.say(Some(session), method, &parameters)?;
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn request(&mut self, address: Option<&str>, kind: &str) {
        let url = address.and_then(|address| Url::parse(address).ok());
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https" | "ws" | "wss");
        let Some(url) = url.filter(is_web) else { return };
        let Some(host) = url.host_str() else { return };
        if self.seen.hosts.len() < MOST || self.seen.hosts.contains_key(host) {
            let (kinds, count) = self.seen.hosts.entry(host.to_owned()).or_default();
            kinds.insert(in_words(kind));
            *count += 1;
        }
    }

    fn kept(&mut self, origin: Option<&str>, key: Option<&str>, stays: bool) {
        let url = origin.and_then(|origin| Url::parse(origin).ok());
        let host = url.as_ref().and_then(|url| url.host_str());
        let (Some(host), Some(key)) = (host, key) else { return };
        if self.seen.storage.len() < MOST {
            self.seen.storage.insert(Kept { site: site(host), key: key.to_owned(), stays });
        }
    }

    /// Notes cookies that the browser did not take because they are a third party's.
    fn refused(&mut self, blocked: &Value) {
        const THIRD: [&str; 3] =
            ["UserPreferences", "ThirdPartyPhaseout", "ThirdPartyBlockedInFirstPartySet"];
        for blocked in blocked.as_array().into_iter().flatten() {
            let reasons = blocked["blockedReasons"].as_array().into_iter().flatten();
            if reasons.filter_map(Value::as_str).any(|reason| THIRD.contains(&reason)) {
                self.cookie(&blocked["cookie"], now(), true);
            }
        }
    }

    fn cookie(&mut self, cookie: &Value, now: f64, is_refused: bool) {
        let (Some(name), Some(host)) = (cookie["name"].as_str(), cookie["domain"].as_str()) else {
            return;
        };
        let ends = cookie["expires"].as_f64().filter(|ends| *ends > 0.0);
        let known = (name.to_owned(), host.trim_start_matches('.').to_owned());
        if self.seen.cookies.len() < MOST {
            self.seen.cookies.insert(known, (ends.map(|ends| days(ends - now)), is_refused));
        }
    }

    /// Asks for the cookies that there are now.
    fn keep(&mut self, browser: &mut Browser) -> Result<(), WebError> {
        let answer = browser.ask(None, "Storage.getCookies", &json!({}))?;
        let now = now();
        for cookie in answer["cookies"].as_array().into_iter().flatten().take(MOST) {
            self.cookie(cookie, now, false);
        }
        Ok(())
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0.0, |since| since.as_secs_f64())
}

/// Whole days, half ones rounded up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "browsers let no cookie last longer than 400 days"
)]
fn days(seconds: f64) -> u32 {
    (seconds / 86_400.0).round().clamp(0.0, 1e6) as u32
}

/// What was fetched, in a word for people.
fn in_words(kind: &str) -> String {
    match kind {
        "Document" => "page".to_owned(),
        "XHR" | "Fetch" | "EventSource" => "request".to_owned(),
        "Ping" | "CSPViolationReport" => "beacon".to_owned(),
        "Stylesheet" => "style".to_owned(),
        other => other.to_lowercase(),
    }
}
