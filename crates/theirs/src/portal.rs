//! The portal: a person's own page, reached by a one-time link.
//!
//! Rendered here, without script and without anything from a third party. A link is confirmed by a
//! POST, so that a mail scanner that follows it opens nothing; tokens are kept hashed and compared
//! as hashes; every form carries a token of its session against cross-site requests.

mod page;
mod security;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use theirs_store::Person;

use crate::failure::Failure;
use crate::workspace::Workspace;

use self::session::Sessions;

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// What every request shares.
pub struct Portal {
    workspace: Workspace,
    sessions: Sessions,
}

impl Portal {
    /// A portal over an open working folder.
    pub fn new(workspace: Workspace) -> Self {
        let sessions = Sessions::new(Arc::clone(&workspace.clock));
        Self { workspace, sessions }
    }

    /// Makes a link that opens a person's page once, within ten minutes; `base` is how the
    /// portal is reached.
    pub fn link(&self, person: &Person, base: &str) -> Result<String, Failure> {
        Ok(format!("{base}/open/{}", self.sessions.invite(person.clone())?))
    }

    /// The working folder.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }
}

/// The pages.
pub fn router(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/", get(page::welcome))
        .route("/style.css", get(page::style))
        .route("/open/{token}", get(page::knock).post(page::open))
        .route("/me", get(page::me))
        .route("/me/correct", post(page::correct))
        .route("/me/object", post(page::object))
        .route("/me/consent", post(page::consent))
        .route("/me/leave", post(page::leave))
        .fallback(page::nowhere)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::map_response(security::headers))
        .with_state(portal)
}

#[cfg(test)]
mod tests;
