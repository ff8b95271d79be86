//! What was just done, told at the top of the page that comes next: without it somebody who cannot see
//! the page change would have to look for what a button did.
//!
//! It is kept beside the visit, by the name of a message and of a column or purpose; never a value.

use axum::response::{IntoResponse, Redirect, Response};
use theirs_charter::Charter;

use super::here::Here;
use super::session::Visit;

/// What was done.
#[derive(Clone)]
pub(super) struct Happened {
    /// The message that tells it.
    pub(super) message: &'static str,
    /// To what: a column, a purpose, or a topic.
    pub(super) what: String,
    /// Where on the page that stands.
    pub(super) place: String,
}

impl Happened {
    /// Something done to a value.
    pub(super) fn to_value(message: &'static str, column: &str) -> Self {
        Self { message, what: column.to_owned(), place: format!("e-{column}") }
    }

    /// Something said about uses.
    pub(super) fn to_use(message: &'static str, topic: &str) -> Self {
        Self { message, what: topic.to_owned(), place: "used".to_owned() }
    }

    /// Something done in another part of the page.
    pub(super) fn in_part(message: &'static str, part: &str) -> Self {
        Self { message, what: String::new(), place: part.to_owned() }
    }

    /// It in a sentence: a purpose by what it does, all else by its name.
    pub(super) fn sentence(&self, portal: &Here, charter: &Charter) -> String {
        let t = &portal.speech;
        let what = match charter.purpose(&self.what) {
            Some(purpose) => t.again(&purpose.says),
            None => match self.what.as_str() {
                "all" | "sale" | "marketing" => t.topic(&self.what),
                name => t.title(name),
            },
        };
        t.with(self.message, "what", what)
    }
}

/// Notes what was done, and leads to the page that tells it.
pub(super) fn done(portal: &Here, visit: &Visit, happened: Happened) -> Response {
    portal.sessions.note(visit, happened);
    Redirect::to("/me#done").into_response()
}
