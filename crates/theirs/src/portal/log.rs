//! `/ledger/…`: the log for whoever wants to check it, as C2SP tlog-tiles asks.
//!
//! There is nothing personal in it: digests, counts and times. Tiles never change and may be kept
//! for ever; the checkpoint is asked for anew each time.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Portal;
use super::page::blocking;

const TEXT: &str = "text/plain; charset=utf-8";

/// The present checkpoint, with the cosignatures of witnesses.
pub(super) async fn checkpoint(State(portal): State<Arc<Portal>>) -> Response {
    let note = portal.workspace().ledger.published();
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-cache")], note).into_response()
}

/// The key that verifies it.
pub(super) async fn key(State(portal): State<Arc<Portal>>) -> Response {
    let key = format!("{}\n", portal.workspace().ledger.verifier_key());
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-cache")], key).into_response()
}

/// One tile or bundle.
pub(super) async fn tile(State(portal): State<Arc<Portal>>, Path(rest): Path<String>) -> Response {
    blocking(move || match portal.workspace().ledger.served(&format!("tile/{rest}")) {
        Ok(Some(bytes)) => {
            let kept = "public, max-age=31536000, immutable";
            let kind = "application/octet-stream";
            ([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    })
    .await
}
