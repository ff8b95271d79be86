//! A paper: what is to be read, in one language, before it is a page, a text or a table.

use serde::Serialize;

/// Something to be read, with headings.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Paper {
    /// The code of its language (BCP 47).
    pub language: &'static str,
    /// Its title.
    pub title: String,
    /// What stands above everything.
    pub lead: Vec<String>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// What stands at its foot.
    pub foot: String,
}

/// A section of a paper.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Section {
    /// By what it is found within the paper; a word in lower case.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading within the section.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that stands out, for what must not be overlooked (GDPR Art. 21(4)).
    Strong(String),
    /// A paragraph that says more, for those who want it.
    Small(String),
    /// What was really done, beside what is promised.
    Count(String),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// Several things of one sort.
    List(Vec<String>),
    /// A table.
    Table {
        /// What it shows.
        caption: String,
        /// The heads of its columns.
        head: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<String>>,
    },
}

impl Section {
    /// A section with nothing in it yet.
    pub fn new(id: impl Into<String>, heading: String) -> Self {
        Self { id: id.into(), heading, blocks: Vec::new() }
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(text.into()));
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds a paragraph that stands out.
    pub fn strong(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Strong(text.into()));
    }

    /// Adds a paragraph that says more.
    pub fn small(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Small(text.into()));
    }

    /// Adds what was really done.
    pub fn count(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Count(text.into()));
    }
}
