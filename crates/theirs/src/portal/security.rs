//! Headers that keep a page to itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY,
};
use axum::response::Response;

use super::Portal;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// For a year no browser comes without TLS, to the host nor to any below it (RFC 6797).
const ALWAYS_TLS: &str = "max-age=31536000; includeSubDomains";

/// What a browser is to forget. Not its cookies: it would forget those of the whole domain, the
/// shop's own too.
const FORGET: &str = "\"cache\", \"storage\"";

/// Adds them to every response.
pub(super) async fn headers(State(portal): State<Arc<Portal>>, mut response: Response) -> Response {
    // What may be kept says so itself.
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let set: [(HeaderName, &'static str); 6] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        // Not `no-referrer`: under that a browser hides the origin of our own forms too.
        (HeaderName::from_static("referrer-policy"), "same-origin"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    for (name, value) in set {
        // The pages of passkeys have a policy of their own.
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    if portal.public_host().is_some() {
        let always = HeaderValue::from_static(ALWAYS_TLS);
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, always);
    }
    response
}

/// Has the browser forget what it kept of a visit that ended here.
pub(super) fn forget(mut response: Response) -> Response {
    let forget = HeaderValue::from_static(FORGET);
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), forget);
    response
}
