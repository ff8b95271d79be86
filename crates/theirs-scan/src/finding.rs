//! What a scan found, ranked: no value stands in it.

use serde::Serialize;
use theirs_charter::category;

use crate::kind::Kind;
use crate::setting::Setting;
use crate::sketch::Sketch;
use crate::table::Origin;
use crate::value::Inside;
use crate::warning::Warning;
use crate::yes::OldYeses;

/// What a column looks like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The data category, by its key in the vocabulary.
    pub category: &'static str,
    /// The part of it, where it has several.
    pub part: Option<&'static str>,
    /// From 0 to 1; not a probability.
    pub confidence: f64,
    /// Why, in words that quote no value.
    pub why: String,
}

/// How sure a finding is, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// Worth a look.
    Perhaps,
    /// More likely than not.
    Likely,
    /// Name and values agree, or one of them is plain.
    Sure,
}

impl Finding {
    /// A finding counts from here.
    pub const COUNTS_FROM: f64 = 0.5;

    /// How sure it is.
    pub fn sureness(&self) -> Sureness {
        match self.confidence {
            confidence if confidence >= 0.85 => Sureness::Sure,
            confidence if confidence >= 0.6 => Sureness::Likely,
            _ => Sureness::Perhaps,
        }
    }

    /// The category with its part, as a charter writes it.
    pub fn key(&self) -> String {
        match self.part {
            Some(part) => format!("{}.{part}", self.category),
            None => self.category.to_owned(),
        }
    }

    /// How private it is, from 0 (harmless) to 4 (refused unless argued).
    pub fn tier(&self) -> u8 {
        category(self.category).map_or(0, |category| category.tier)
    }
}

impl Sureness {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Perhaps => "perhaps",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// A column, and what it looks like.
#[derive(Debug, Clone, Serialize)]
pub struct ScannedColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// What it looks like, the likeliest first.
    pub findings: Vec<Finding>,
    /// What stands within longer texts.
    pub inside: Vec<Inside>,
    /// In how many rows it had a value.
    pub filled: u64,
    /// Whether every row that had a value had another one.
    pub is_unique: bool,
    #[serde(skip)]
    pub(crate) sketch: Sketch,
}

impl ScannedColumn {
    /// What it most likely is, if anything about a person.
    pub fn best(&self) -> Option<&Finding> {
        self.findings.first().filter(|finding| finding.confidence >= Finding::COUNTS_FROM)
    }

    /// Whether it most likely is of this category.
    pub fn is(&self, category: &str) -> bool {
        self.best().is_some_and(|best| best.category == category)
    }
}

/// A table, and what its columns look like.
#[derive(Debug, Clone, Serialize)]
pub struct ScannedTable {
    /// Where it was seen.
    pub origin: Origin,
    /// Its name.
    pub name: String,
    /// Its columns, in its order.
    pub columns: Vec<ScannedColumn>,
    /// Columns that could not be looked into, and why.
    pub unread: Vec<(String, String)>,
    /// How many rows were looked at.
    pub rows: u64,
    /// Whether those were all.
    pub is_whole: bool,
    /// Whether it looks bought.
    pub is_bought: bool,
    /// What should be known of it first.
    pub warnings: Vec<Warning>,
    /// Yeses in it that are older than two years.
    pub old_yeses: Vec<OldYeses>,
    #[serde(skip)]
    pub(crate) setting: Setting,
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sketch")
    }
}
