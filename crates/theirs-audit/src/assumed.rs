//! What a flow leaves out and was taken for granted: asked for, because silence must not read as leave.

use serde::Serialize;

use crate::flow::Flow;
use crate::flow::words::listed;

/// What was taken for granted of one flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assumed {
    /// The flow.
    pub flow: String,
    /// The line on which it stands.
    pub line: Option<usize>,
    /// The fields that nobody wrote.
    pub fields: Vec<&'static str>,
}

impl Assumed {
    /// What was taken for granted of a flow, if anything was.
    pub(crate) fn of(flow: &Flow) -> Option<Self> {
        let Flow { name, line, assumed, .. } = flow;
        let fields = assumed.clone();
        (!fields.is_empty()).then(|| Self { flow: name.clone(), line: *line, fields })
    }

    /// It in a sentence.
    pub fn in_words(&self) -> String {
        let taken: Vec<&str> = self.fields.iter().map(|field| taken(field)).collect();
        format!("{}: {}", self.flow, listed(&taken))
    }
}

/// What is believed of a field that nobody wrote.
pub(crate) fn taken(field: &str) -> &str {
    match field {
        "basis" => "that something allows it (basis)",
        "told" => "that a notice says so (told)",
        "choice" => "that people can say no, and it stops (choice)",
        "keep" => "that it ends in time (keep)",
        other => other,
    }
}
