//! The portal: a person's own page, reached by a one-time link.
//!
//! Rendered here, without script and without anything from a third party. A link is confirmed by a
//! POST, so that a mail scanner that follows it opens nothing; tokens are kept hashed and compared
//! as hashes; a request must name this machine as its host, and a form must come from a page of ours
//! and carry a token of its session.

mod brand;
mod change;
mod erase;
mod form;
mod join;
mod log;
mod message;
mod origin;
mod page;
mod receipt;
mod security;
mod session;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use theirs_store::Person;

use crate::failure::Failure;
use crate::workspace::Workspace;

use self::session::Sessions;
use crate::tries::Tries;

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// What every request shares.
pub struct Portal {
    workspace: Workspace,
    sessions: Sessions,
    tries: Tries,
    port: OnceLock<u16>,
}

impl Portal {
    /// A portal over an open working folder.
    pub fn new(workspace: Workspace) -> Self {
        let sessions = Sessions::new(Arc::clone(&workspace.clock));
        Self { workspace, sessions, tries: Tries::default(), port: OnceLock::new() }
    }

    /// Makes a link that opens a person's page once, within ten minutes; `base` is how the
    /// portal is reached.
    ///
    /// From then on requests must name the port of `base`; before, there is no page to open.
    pub fn link(&self, person: &Person, base: &str) -> Result<String, Failure> {
        if let Some(port) = base.rsplit(':').next().and_then(|port| port.parse().ok()) {
            let _ = self.port.set(port);
        }
        Ok(format!("{base}/open/{}", self.sessions.invite(person.clone())?))
    }

    /// The port at which the portal is reached, if a link ever named it.
    fn port(&self) -> Option<u16> {
        self.port.get().copied()
    }

    /// The working folder.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }
}

/// The pages.
pub fn router(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/", get(message::welcome))
        .route("/style.css", get(brand::style))
        .route("/logo", get(brand::logo))
        .route("/open/{token}", get(page::knock).post(page::open))
        .route("/me", get(page::me))
        .route("/me/correct", post(change::correct))
        .route("/me/object", post(change::object))
        .route("/me/contest", post(change::contest))
        .route("/me/hold", post(change::hold))
        .route("/me/consent", post(change::consent))
        .route("/me/not-mine", post(join::not_mine))
        .route("/me/erase", post(erase::ask))
        .route("/me/erase/yes", post(erase::erase))
        .route("/me/leave", post(change::leave))
        .route("/me/receipt", get(receipt::file))
        .route("/me/receipt.html", get(receipt::page))
        .route("/ledger/checkpoint", get(log::checkpoint))
        .route("/ledger/key", get(log::key))
        .route("/ledger/tile/{*rest}", get(log::tile))
        .fallback(message::nowhere)
        .method_not_allowed_fallback(message::not_so)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(Arc::clone(&portal), origin::guard))
        .layer(middleware::map_response(security::headers))
        .with_state(portal)
}

#[cfg(test)]
mod tests;
