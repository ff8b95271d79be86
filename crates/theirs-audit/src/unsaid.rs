//! What a draft leaves for a human to say: named, and never printed as if somebody had said it.

use serde::Serialize;
use theirs_charter::Charter;

use crate::practice::{is_unsaid, line};

/// Something that a draft only says must be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsaid {
    /// Where in the charter, such as `sources.crm.acquired`.
    pub path: String,
    /// The line of the charter.
    pub line: Option<usize>,
}

/// What a charter leaves for a human to say, in its order.
pub(crate) fn find(charter: &Charter) -> Vec<Unsaid> {
    let outline = charter.outline();
    let mut all = Vec::new();
    let mut note = |path: &[&str], text: &str| {
        if is_unsaid(text) {
            all.push(Unsaid { path: path.join("."), line: line(&outline, path) });
        }
    };
    note(&["controller", "name"], &charter.controller.name);
    for source in &charter.sources {
        note(&["sources", &source.name, "called"], &source.called);
        note(&["sources", &source.name, "acquired"], &source.acquired);
    }
    for purpose in &charter.purposes {
        note(&["purposes", &purpose.name, "says"], &purpose.says);
        note(&["purposes", &purpose.name, "interest"], purpose.interest.as_deref().unwrap_or(""));
    }
    all
}
