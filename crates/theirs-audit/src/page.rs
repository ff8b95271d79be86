//! The page for a board: three risks in words, each finding as a card, a chart, and the treasure.
//!
//! It loads nothing and holds no value of anybody. It is read in light and dark, and prints.

mod chart;

use askama::Template;

use crate::finding::Finding;
use crate::report::{Report, grouped};
use crate::trust::Acceptance;

/// The page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The chart could not be drawn.
    #[error("the chart of the report could not be drawn")]
    Chart,
    /// The template could not be filled.
    #[error("the report could not be written: {0}")]
    Template(#[from] askama::Error),
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Page<'p> {
    report: &'p Report,
    summary: String,
    day: &'p str,
    chart: String,
    worst: Option<&'p Finding>,
    refused: usize,
    paid: Vec<String>,
}

impl Report {
    /// The page; `day` is said at its top.
    ///
    /// # Errors
    /// See [`PageError`].
    pub fn page(&self, day: &str) -> Result<String, PageError> {
        let refused = |one: &&Finding| one.trust.acceptance == Acceptance::Refused;
        let page = Page {
            report: self,
            summary: self.summary(),
            day,
            chart: chart::draw(&self.practices, &self.findings).map_err(|()| PageError::Chart)?,
            worst: self.findings.first(),
            refused: self.findings.iter().filter(refused).count(),
            paid: self.paid(),
        };
        Ok(page.render()?)
    }

    /// Who paid what for the nearest precedent of each finding, each once.
    fn paid(&self) -> Vec<String> {
        const MOST: usize = 4;
        let mut paid: Vec<String> = Vec::new();
        for one in self.findings.iter().filter_map(|finding| finding.regulatory.precedents.first())
        {
            let words = format!("{} ({}): {}", one.party, one.year, one.cost);
            if !paid.contains(&words) && paid.len() < MOST {
                paid.push(words);
            }
        }
        paid
    }
}

#[allow(
    clippy::unused_self,
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods"
)]
impl Page<'_> {
    fn people(&self, number: &u64) -> String {
        grouped(*number)
    }

    fn rows(&self, held: &Option<u64>) -> String {
        held.map(|held| format!("{} rows", grouped(held))).unwrap_or_default()
    }
}
