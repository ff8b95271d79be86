//! One line and one span for each request of the portal's port.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use ring::rand::{SecureRandom, SystemRandom};

use super::{Attribute, Event, Method, Route, Span};

/// Tells of a request once it is answered.
pub async fn told(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, route) = (Method::of(&request), Route::of(&request));
    let span = Span::of_request(method, &route, request.headers());
    let response = span.around(next.run(request)).await;
    let (status, bytes) = (response.status().as_u16(), response.body().size_hint().exact());
    span.note(Attribute::Status(status));
    if let Some(bytes) = bytes {
        span.note(Attribute::ResponseBytes(bytes));
    }
    let after = began.elapsed();
    Event::Answered { request: number(), method, route: &route, status, bytes, after }.tell();
    response
}

/// A number that no other request has, of this process nor, most likely, of another.
fn number() -> u64 {
    static FIRST: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let first = FIRST.get_or_init(|| {
        let mut bytes = [0; 8];
        // Without random bytes it is still a number of its own within the process.
        let _ = SystemRandom::new().fill(&mut bytes);
        u64::from_be_bytes(bytes)
    });
    first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
}
