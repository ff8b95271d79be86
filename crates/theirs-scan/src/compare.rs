//! Holds what was found against what the charter says.

use serde::Serialize;
use theirs_charter::{Charter, Holds, Meaning, Source};

use crate::finding::{Finding, ScannedColumn, ScannedTable};
use crate::scan::Scan;
use crate::table::Origin;
use crate::value::Inside;
use crate::warning::label;

/// Something that the charter does not say, or says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// No source of the charter is this table, and it holds personal data.
    NoSource {
        /// Where it was seen.
        origin: String,
        /// What it looks to hold.
        categories: Vec<&'static str>,
    },
    /// A source leaves out a column that looks like personal data. It is never read; but it is held.
    LeftOut {
        /// The source.
        source: String,
        /// The column.
        column: String,
        /// What it looks like.
        finding: Finding,
    },
    /// A column looks like another category than the charter says.
    Otherwise {
        /// The source.
        source: String,
        /// The column.
        column: String,
        /// What the charter says.
        said: String,
        /// What it looks like.
        finding: Finding,
    },
    /// A column's texts have more in them than the charter says.
    Within {
        /// The source.
        source: String,
        /// The column.
        column: String,
        /// What the charter says.
        said: String,
        /// What is in them.
        what: Inside,
    },
    /// A source that the charter calls ours looks bought.
    LooksBought {
        /// The source.
        source: String,
        /// The columns that say so.
        columns: Vec<String>,
    },
}

impl Difference {
    /// The column that it is about, if it is about one.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::LeftOut { column, .. }
            | Self::Otherwise { column, .. }
            | Self::Within { column, .. } => Some(column),
            Self::NoSource { .. } | Self::LooksBought { .. } => None,
        }
    }

    /// The difference in words.
    pub fn plain(&self) -> String {
        match self {
            Self::NoSource { origin, categories } => {
                let held: Vec<String> = categories.iter().map(|category| label(category)).collect();
                format!(
                    "no source of the charter is {origin}, which looks to hold {}",
                    held.join("; ")
                )
            }
            Self::LeftOut { source, column, finding } => format!(
                "{source} has a column {column} that the charter leaves out: {} ({})",
                label(finding.category),
                finding.why
            ),
            Self::Otherwise { source, column, said, finding } => format!(
                "{source}.{column} is {said} in the charter and looks like {} ({})",
                label(finding.category),
                finding.why
            ),
            Self::Within { source, column, said, what } => {
                format!("{source}.{column} is {said} in the charter and has {} in it", what.words())
            }
            Self::LooksBought { source, columns } if columns.is_empty() => {
                format!("{source} is ours in the charter, and its name says that it was bought")
            }
            Self::LooksBought { source, columns } => {
                format!("{source} is ours in the charter, and looks bought: {}", columns.join(", "))
            }
        }
    }
}

/// A column that the charter leaves out counts from here; fainter ones would be noise.
const LEFT_OUT_FROM: f64 = 0.6;

/// A column that the charter explains looks like another from here.
const OTHERWISE_FROM: f64 = 0.8;

/// What the charter does not say of what was found.
pub fn compare(scan: &Scan, charter: &Charter) -> Vec<Difference> {
    let mut differences = Vec::new();
    for table in &scan.tables {
        match charter.sources.iter().find(|source| is_of(source, &table.origin)) {
            Some(source) => differences.extend(of_source(source, table)),
            None => differences.extend(unknown(table)),
        }
    }
    differences
}

/// What a source holds otherwise than the charter says, of a sample of what was loaded of it.
pub fn compare_loaded(source: &Source, table: &ScannedTable) -> Vec<Difference> {
    let mut found = of_source(source, table);
    // What is loaded is what the charter reads, so that nothing is left out.
    found.retain(|one| !matches!(one, Difference::NoSource { .. } | Difference::LeftOut { .. }));
    found
}

/// Whether a source is this table: the same file, wherever its folder lies, and the same table in it.
fn is_of(source: &Source, origin: &Origin) -> bool {
    let Origin::File { path, table } = origin else { return false };
    let Some(file) = &source.file else { return false };
    std::path::Path::new(path).ends_with(file) && source.table == *table
}

fn unknown(table: &ScannedTable) -> Option<Difference> {
    let mut categories: Vec<&'static str> = Vec::new();
    for best in table.columns.iter().filter_map(ScannedColumn::best) {
        if best.confidence >= LEFT_OUT_FROM && !categories.contains(&best.category) {
            categories.push(best.category);
        }
    }
    let names_somebody = categories.iter().any(|category| !category.starts_with("purchase."));
    names_somebody.then(|| Difference::NoSource { origin: table.origin.to_string(), categories })
}

/// What the charter says of a column.
enum Said {
    /// It is of this category.
    Category(String),
    /// It answers a question, names a row or a person, or says when.
    Used,
    /// Nothing.
    Nothing,
}

fn said(source: &Source, column: &str) -> Said {
    match &source.holds {
        Holds::Identity(identity) => {
            let found = identity.columns.iter().find(|known| known.name == column);
            match found.map(|known| &known.meaning) {
                Some(Meaning::Attribute(attribute)) => Said::Category(attribute.category.0.clone()),
                Some(_) => Said::Used,
                None if identity.key == column || identity.time.as_deref() == Some(column) => {
                    Said::Used
                }
                None => Said::Nothing,
            }
        }
        Holds::Activity(activity) => {
            let found = activity.columns.iter().find(|known| known.name == column);
            let is_used =
                activity.person.column == column || activity.key.as_deref() == Some(column);
            match found {
                _ if is_used || activity.time == column => Said::Used,
                Some(known) => Said::Category(known.category.clone()),
                None => Said::Nothing,
            }
        }
    }
}

fn of_source(source: &Source, table: &ScannedTable) -> Vec<Difference> {
    let mut differences = Vec::new();
    for column in &table.columns {
        let (name, from) = (column.name.clone(), source.name.clone());
        let said = said(source, &column.name);
        let best = column.best();
        match (&said, best) {
            (Said::Nothing, Some(best)) if best.confidence >= LEFT_OUT_FROM => {
                differences.push(Difference::LeftOut {
                    source: from,
                    column: name,
                    finding: best.clone(),
                });
            }
            (Said::Category(said), Some(best)) if differs(source, said, best, column) => {
                let (said, finding) = (said.clone(), best.clone());
                differences.push(Difference::Otherwise {
                    source: from,
                    column: name,
                    said,
                    finding,
                });
            }
            _ => {}
        }
        if let Said::Category(said) = &said {
            let more = column.inside.iter().filter(|what| what.category() != said);
            differences.extend(more.map(|what| Difference::Within {
                source: source.name.clone(),
                column: column.name.clone(),
                said: said.clone(),
                what: *what,
            }));
        }
    }
    let is_some_bought = table.columns.iter().any(|column| column.is("external.broker"));
    if (table.is_bought || is_some_bought) && !source.kind.is_outside() {
        let bought = table.columns.iter().filter(|column| column.is("external.broker"));
        let columns = bought.map(|column| column.name.clone()).collect();
        differences.push(Difference::LooksBought { source: source.name.clone(), columns });
    }
    differences
}

/// Whether a column plainly looks like something more private than what the charter says.
fn differs(source: &Source, said: &str, best: &Finding, column: &ScannedColumn) -> bool {
    if best.category == "external.broker" && source.kind.is_outside() {
        return false;
    }
    let tier_said = theirs_charter::category(said).map_or(0, |category| category.tier);
    let also =
        column.findings.iter().any(|finding| finding.category == said && finding.confidence >= 0.5);
    best.confidence >= OTHERWISE_FROM && best.category != said && !also && best.tier() > tier_said
}

#[cfg(test)]
mod tests;
