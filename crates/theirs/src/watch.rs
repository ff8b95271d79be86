//! The door of a witness: C2SP tlog-witness over HTTP, `add-checkpoint` and the checkpoint seen last.
//!
//! A request has a bound in bytes and in seconds. Whoever can reach it may ask: a request is worth
//! what the log's signature on it is worth.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use theirs_ledger::{Answer, LONGEST_REQUEST, Witness};
use theirs_model::Clock;

/// How long one request may take.
const LONGEST: Duration = Duration::from_secs(10);

const TEXT: &str = "text/plain; charset=utf-8";

/// A witness, and what time it is.
pub struct Watch {
    /// What it has seen.
    pub witness: Witness,
    /// Its clock, which its cosignatures state.
    pub clock: Arc<dyn Clock>,
}

/// What a witness answers to.
pub fn router(watch: Arc<Watch>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .layer(middleware::from_fn(in_time))
        .with_state(watch)
}

async fn in_time(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(LONGEST, next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

async fn add_checkpoint(State(watch): State<Arc<Watch>>, request: Bytes) -> Response {
    let asked = tokio::task::spawn_blocking(move || {
        watch.witness.add_checkpoint(&request, watch.clock.now())
    });
    let text = |status: StatusCode, kind: &str, text: String| {
        (status, [(CONTENT_TYPE, kind.to_owned())], text).into_response()
    };
    let told = |status, what: &str| text(status, TEXT, format!("{what}\n"));
    match asked.await.unwrap_or(Answer::Unsettled) {
        Answer::Cosigned(line) => text(StatusCode::OK, TEXT, line),
        Answer::Malformed(what) => told(StatusCode::BAD_REQUEST, what),
        Answer::Untrusted => told(StatusCode::FORBIDDEN, "no known key of the log signed this"),
        Answer::Unknown => told(StatusCode::NOT_FOUND, "this log is not watched here"),
        Answer::Conflict(size) => {
            text(StatusCode::CONFLICT, "text/x.tlog.size", format!("{size}\n"))
        }
        Answer::Inconsistent(what) => told(StatusCode::UNPROCESSABLE_ENTITY, what),
        Answer::Unsettled => {
            told(StatusCode::INTERNAL_SERVER_ERROR, "the disk failed: start the witness again")
        }
    }
}

async fn checkpoint(State(watch): State<Arc<Watch>>, Path(origin): Path<String>) -> Response {
    let found = watch.witness.checkpoint(&origin);
    found.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |note| ([(CONTENT_TYPE, TEXT)], note).into_response(),
    )
}
