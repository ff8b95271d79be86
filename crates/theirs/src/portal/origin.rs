//! Where a request comes from: our own pages on this machine, or somewhere else.
//!
//! The attacks: a page elsewhere whose name is made to point at this machine (DNS rebinding), which
//! gives itself away by the `Host` that its browser sends; and a form elsewhere that posts here, also
//! to open somebody else's page in the victim's browser (login CSRF), which gives itself away by
//! `Sec-Fetch-Site` (Fetch Metadata) or `Origin` (RFC 6454). Every browser sends one of the two.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Portal;
use super::here::Here;
use super::message::said;

/// The names of this machine for itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Lets through what was asked of this machine, and forms only from its own pages.
pub(super) async fn guard(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let host = text(request.headers(), "host").map(str::to_owned).or(authority);
    let is_public = |host: &str| {
        portal.public_host().is_some_and(|own| {
            let host = host.strip_suffix(":443").unwrap_or(host);
            own.strip_suffix(":443").unwrap_or(own).eq_ignore_ascii_case(host)
        })
    };
    let Some(host) = host.filter(|host| is_public(host) || is_here(host, portal.port())) else {
        let here = Here::of(portal, request.headers());
        return said(&here, StatusCode::MISDIRECTED_REQUEST, "wrong-address");
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let scheme = if is_public(&host) { "https://" } else { "http://" };
    // What a browser never sends by itself needs no proof of where it comes from: the token of a
    // principal, or that of a message, which programs that show mail post for their reader.
    let path = request.uri().path();
    let is_form = path != super::decide::PATH && !path.starts_with(super::unsubscribe::PATH);
    if !reads && is_form && !is_own(request.headers(), scheme, &host) {
        let here = Here::of(portal, request.headers());
        return said(&here, StatusCode::FORBIDDEN, "foreign");
    }
    next.run(request).await
}

/// Whether a `Host` names this machine, and our port if it is known.
pub fn is_here(host: &str, port: Option<u16>) -> bool {
    let (name, given) = match host.rsplit_once(':') {
        Some((name, digits)) if !digits.ends_with(']') => match digits.parse() {
            Ok(given) => (name, given),
            Err(_) => return false,
        },
        _ => (host, 80),
    };
    LOOPBACK.iter().any(|own| own.eq_ignore_ascii_case(name))
        && port.is_none_or(|port| port == given)
}

/// Whether a browser says that a form came from a page of ours.
fn is_own(headers: &HeaderMap, scheme: &str, host: &str) -> bool {
    let origin = text(headers, header::ORIGIN.as_str());
    let is_ours = |origin: &str| {
        origin.strip_prefix(scheme).is_some_and(|rest| rest.eq_ignore_ascii_case(host))
    };
    match (text(headers, "sec-fetch-site"), origin) {
        (Some(site), None | Some("null")) => site == "same-origin",
        (Some(site), Some(origin)) => site == "same-origin" && is_ours(origin),
        (None, Some(origin)) => is_ours(origin),
        (None, None) => false,
    }
}

/// A header that is there once; none where it is missing, doubled or no text.
pub fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_loopback_names_and_the_own_port_are_here() {
        for host in ["localhost:8000", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000"] {
            assert!(is_here(host, Some(8000)) && is_here(host, None), "{host}");
            assert!(!is_here(host, Some(8001)), "{host}");
        }
        assert!(is_here("localhost", Some(80)) && is_here("[::1]", None));
        for host in ["evil.example:8000", "localhost.evil.example:8000", "127.0.0.2:8000", ""] {
            assert!(!is_here(host, None), "{host}");
        }
        assert!(!is_here("localhost:8000:8000", None) && !is_here("localhost:x", None));
    }

    #[test]
    fn a_form_must_come_from_a_page_of_ours() {
        let own = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, HeaderValue::from_static(value));
            }
            is_own(&headers, "http://", "localhost:8000")
        };
        assert!(own(&[("origin", "http://localhost:8000")]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!own(&[]));
        assert!(!own(&[("origin", "null")]));
        assert!(!own(&[("origin", "http://localhost:8001")]));
        assert!(!own(&[("origin", "https://evil.example")]));
        assert!(!own(&[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8000")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
        assert!(!own(&[("sec-fetch-site", "none")]));
        assert!(!own(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]));
        let doubled = [("origin", "http://localhost:8000"), ("origin", "https://evil.example")];
        assert!(!own(&doubled));
    }
}
