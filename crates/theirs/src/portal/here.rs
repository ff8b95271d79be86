//! The portal as one visitor has it before them: with the language that they read.

use std::convert::Infallible;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use serde::Deserialize;
use theirs_charter::Authority;
use theirs_words::{Language, Speech};

use super::Portal;
use super::form::Sent;
use super::message::unknown;
use super::page::host_cookie;

/// The cookie of whoever chose a language.
const COOKIE: &str = "__Host-theirs-language";

/// The portal, and how its visitor is spoken to.
pub(super) struct Here {
    portal: Arc<Portal>,
    /// Who may do what; none before any charter is in force.
    pub(super) authority: Option<Arc<Authority>>,
    pub(super) speech: Speech,
    /// The other languages that there are.
    pub(super) others: Vec<Language>,
}

impl Here {
    /// How a request is answered: in the language that was chosen, or that the browser asks for.
    pub(super) fn of(portal: Arc<Portal>, headers: &HeaderMap) -> Self {
        let here = Self::in_english(portal);
        let Some(charter) = here.authority.as_ref().map(|authority| authority.charter()) else {
            return here;
        };
        let offered = charter.languages();
        let jar = CookieJar::from_headers(headers);
        let chosen = jar.get(COOKIE).and_then(|cookie| Language::named(cookie.value()));
        let language = chosen.filter(|language| offered.contains(language)).unwrap_or_else(|| {
            let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            Language::wanted(asked.unwrap_or_default(), &offered)
        });
        let others = offered.into_iter().filter(|one| *one != language).collect();
        Self { speech: charter.speech(language), others, ..here }
    }

    /// The portal for colleagues, whose pages are in English alone.
    fn in_english(portal: Arc<Portal>) -> Self {
        let authority = portal.workspace().authority().ok();
        Self { portal, authority, speech: Speech::default(), others: Vec::new() }
    }

    /// A message.
    pub(super) fn say(&self, name: impl AsRef<str>) -> String {
        self.speech.say(name)
    }
}

impl Deref for Here {
    type Target = Portal;

    fn deref(&self) -> &Portal {
        &self.portal
    }
}

impl FromRequestParts<Arc<Portal>> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Infallible> {
        Ok(Self::of(Arc::clone(portal), &parts.headers))
    }
}

/// The portal for a colleague.
pub(super) struct Inside(pub(super) Here);

impl FromRequestParts<Arc<Portal>> for Inside {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, portal: &Arc<Portal>) -> Result<Self, Infallible> {
        Ok(Self(Here::in_english(Arc::clone(portal))))
    }
}

/// The form that chooses a language.
#[derive(Deserialize)]
pub(super) struct Chosen {
    to: String,
}

/// `POST /language`: from now on in this language, on the page where one was.
pub(super) async fn choose(
    here: Here,
    jar: CookieJar,
    headers: HeaderMap,
    Sent(form): Sent<Chosen>,
) -> Response {
    let mut offered = here.others.iter().copied().chain([here.speech.language()]);
    let Some(language) = offered.find(|language| language.code() == form.to) else {
        return unknown(&here);
    };
    // For a year.
    let cookie = host_cookie(COOKIE, language.code().to_owned());
    let Ok(cookie) = Cookie::parse(format!("{cookie}; Max-Age=31536000")) else {
        return unknown(&here);
    };
    (jar.add(cookie), Redirect::to(&came_from(&headers))).into_response()
}

/// The page on which a form stood, if one can go there; else the front page.
fn came_from(headers: &HeaderMap) -> String {
    let from = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let from: Option<Uri> = from.and_then(|text| text.parse().ok());
    let path = from.as_ref().and_then(Uri::path_and_query).map_or("/", |path| path.as_str());
    let is_page =
        ["/me/history", "/me/did/", "/me/why/", "/why/", "/no/", "/open/", "/notice", "/trust"]
            .iter()
            .any(|page| path.starts_with(page));
    match path {
        // Where a code is typed, a wrong one leads to the address of its form.
        "/ask/code" => "/ask".to_owned(),
        "/me" | "/me/passkeys" | "/passkey" | "/ask" => path.to_owned(),
        _ if is_page => path.to_owned(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_language_is_chosen_on_a_page_of_ours_and_leads_nowhere_else() {
        let from = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, HeaderValue::from_str(referer).unwrap());
            came_from(&headers)
        };
        for page in ["/me", "/me/passkeys", "/passkey", "/ask"] {
            let referer = format!("http://localhost:8000{page}");
            assert_eq!(from(&referer), page);
        }
        assert_eq!(from("http://localhost:8000/ask/code"), "/ask");
        assert_eq!(
            from("https://a.example/me/history?week=2026-11-23"),
            "/me/history?week=2026-11-23"
        );
        for other in ["https://a.example//evil.example/", "/me/erase", "javascript:alert(1)", "x"] {
            assert_eq!(from(other), "/", "{other}");
        }
    }
}
