//! What could not be questioned: it is said as loudly as a finding, because silence reads as leave.

use serde::Serialize;

use crate::flow::Flow;
use crate::flow::words::{listed, noun};

/// Something that lies there and could not be questioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unquestioned {
    /// The file, table or flow.
    pub what: String,
    /// Why, in words.
    pub because: String,
    /// What it seems to hold, in words.
    pub seems: Vec<String>,
    /// The line on which it stands, if it stands in a text.
    pub line: Option<usize>,
}

impl Unquestioned {
    /// Something that could not be questioned; `holds` are its columns with what each looks like, as
    /// keys of the vocabulary.
    pub fn new(what: &str, because: &str, holds: &[(String, &str)]) -> Self {
        let seems = holds.iter().map(|(column, key)| format!("{column} ({})", noun(key))).collect();
        Self { what: what.to_owned(), because: because.to_owned(), seems, line: None }
    }

    /// A flow that names no data and raises nothing.
    pub(crate) fn silent(flow: &Flow) -> Self {
        let because = "it names no data, so nothing can be asked of it";
        Self { line: flow.line, ..Self::new(&flow.name, because, &[]) }
    }

    /// It in a sentence.
    pub fn in_words(&self) -> String {
        let seems: Vec<&str> = self.seems.iter().map(String::as_str).collect();
        let because = self.because.trim_end_matches('.');
        match listed(&seems).as_str() {
            "" => format!("Not questioned: {}, because {because}.", self.what),
            holds => {
                format!(
                    "Not questioned: {}, because {because}; what it seems to hold: {holds}.",
                    self.what
                )
            }
        }
    }
}
