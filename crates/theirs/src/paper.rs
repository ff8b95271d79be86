//! A paper as a page that stands alone: nothing in it is fetched from anywhere.

use askama::Template;
use theirs_notice::{Block, Paper};
use theirs_words::{Language, Speech};

use crate::failure::Failure;

#[derive(Template)]
#[template(path = "paper.html")]
struct Page<'a> {
    paper: &'a Paper,
    /// What the list of sections is called.
    contents: String,
}

/// The paper as a page.
pub fn page(paper: &Paper) -> Result<String, Failure> {
    let language = Language::named(paper.language).unwrap_or(Language::English);
    let contents = Speech::plain(language).say("contents");
    Page { paper, contents }.render().map_err(|error| Failure::Unsound(error.to_string()))
}
