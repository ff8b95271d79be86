//! What others did and what it cost them.
//!
//! The table is part of the binary. A row that is only remembered (`M`) is kept, so that nobody adds
//! it again, and never cited.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::flow::Flow;

/// A case that was decided, or that the press decided.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Precedent {
    /// Its id, such as `P01`.
    pub id: String,
    /// `S` where it was seen in the source named, `M` where it is remembered.
    #[serde(skip_serializing)]
    confidence: String,
    /// The year of the decision.
    pub year: u16,
    /// Who decided.
    pub authority: String,
    /// Under which law.
    pub law: String,
    /// Whose practice it was.
    pub party: String,
    /// What it was about: categories, by spaces.
    #[serde(skip_serializing)]
    about: String,
    /// What the party did, after its name.
    pub practice: String,
    /// What it cost.
    pub cost: String,
    /// Where that can be read.
    pub source: String,
}

static ALL: LazyLock<Vec<Precedent>> = LazyLock::new(|| {
    let text = include_str!("../precedents.csv");
    csv::Reader::from_reader(text.as_bytes()).deserialize().filter_map(Result::ok).collect()
});

impl Precedent {
    /// Whether it was seen in its source, so that it may be told as a fact.
    pub fn may_be_cited(&self) -> bool {
        self.confidence.starts_with('S')
    }

    /// How many of its subjects a flow shares.
    fn nearness(&self, flow: &Flow) -> usize {
        let told = |word: &str| {
            flow.data.iter().any(|datum| datum.tells(&[word]) || datum.comes_from(&[word]))
        };
        self.about.split(' ').filter(|word| told(word)).count()
    }
}

/// Every row, those that may not be cited too.
pub fn all() -> &'static [Precedent] {
    &ALL
}

/// The precedent with this id, if it may be cited.
pub(crate) fn cited(id: &str) -> Option<&'static Precedent> {
    ALL.iter().find(|one| one.id == id && one.may_be_cited())
}

/// Precedents of these ids, the nearest to a flow first, then in the order given.
pub(crate) fn nearest_first(ids: &[&str], flow: &Flow) -> Vec<&'static Precedent> {
    let mut list: Vec<&Precedent> = ids.iter().filter_map(|id| cited(id)).collect();
    list.sort_by_key(|one| std::cmp::Reverse(one.nearness(flow)));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_says_which_rows_may_be_cited() {
        assert_eq!(all().len(), 63);
        assert_eq!(all().iter().filter(|one| one.may_be_cited()).count(), 57);
    }

    #[test]
    fn a_row_that_is_only_remembered_is_never_cited() {
        assert!(cited("P33").is_none() && cited("P57").is_none());
        assert_eq!(cited("P15").map(|one| one.party.as_str()), Some("Easylife"));
    }
}
