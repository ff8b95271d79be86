//! What should be known of a table before anything else.

use serde::Serialize;
use theirs_model::ColumnType;

use crate::finding::{Finding, ScannedColumn};
use crate::value::Inside;

/// Something that an organisation would not like to read in the newspaper.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Rows say where a person was, and when.
    Trail {
        /// The columns of the place, and of the time.
        columns: Vec<String>,
        /// The column of the person.
        person: String,
    },
    /// A column holds what the law protects specially, or what the vocabulary refuses unless argued.
    Special {
        /// The column.
        column: String,
        /// What it looks like.
        category: &'static str,
    },
    /// A column holds whole numbers of cards or accounts, with which money can be taken.
    Payment {
        /// The column.
        column: String,
        /// Of what, in words.
        what: &'static str,
    },
    /// Longer texts have something about people in them.
    Within {
        /// The column.
        column: String,
        /// What.
        what: Inside,
    },
    /// The table, or some of its columns, look bought.
    Bought {
        /// The columns that say so; none where the table's name does.
        columns: Vec<String>,
    },
}

impl Warning {
    /// The warning in words.
    pub fn plain(&self) -> String {
        match self {
            Self::Trail { columns, .. } => {
                format!("a trail of where people were: {}", columns.join(", "))
            }
            Self::Special { column, category } => {
                format!("{column} looks like {}", label(category))
            }
            Self::Payment { column, what } => {
                format!(
                    "{column} looks like {what}: money can be taken with them; keep the last digits at most"
                )
            }
            Self::Within { column, what } => {
                format!("{column} is free text with {} in it", what.words())
            }
            Self::Bought { columns } if columns.is_empty() => {
                "its name says that it was bought".to_owned()
            }
            Self::Bought { columns } => format!("looks bought: {}", columns.join(", ")),
        }
    }
}

/// What a category is called among colleagues.
pub fn label(category: &str) -> String {
    let label = theirs_charter::category(category).map_or(category, |known| known.label.as_str());
    let label = label.strip_prefix("Your ").unwrap_or(label);
    let mut letters = label.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// What is refused unless argued.
const REFUSED_TIER: u8 = 4;

/// The warnings of a table with these columns.
pub(crate) fn warnings(columns: &[ScannedColumn], is_bought_by_name: bool) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = trail(columns).into_iter().collect();
    for column in columns {
        let Some(best) = column.best() else { continue };
        let is_place = best.category == "location.precise" && !warnings.is_empty();
        if best.tier() >= REFUSED_TIER && best.category != "external.broker" && !is_place {
            warnings
                .push(Warning::Special { column: column.name.clone(), category: best.category });
        }
    }
    warnings.extend(columns.iter().filter_map(payment));
    for column in columns {
        let within = column
            .inside
            .iter()
            .map(|what| Warning::Within { column: column.name.clone(), what: *what });
        warnings.extend(within);
    }
    let bought: Vec<String> = columns
        .iter()
        .filter(|column| column.is("external.broker"))
        .map(|column| column.name.clone())
        .collect();
    if is_bought_by_name || !bought.is_empty() {
        warnings.push(Warning::Bought { columns: bought });
    }
    warnings
}

/// Whole numbers of cards or accounts; a brand, or the last digits, do no harm.
fn payment(column: &ScannedColumn) -> Option<Warning> {
    let best = column.best().filter(|best| best.category == "payment.instrument")?;
    let what = match best.part? {
        "card_number" => "whole card numbers",
        "iban" => "whole bank accounts",
        "security_code" => "security codes of cards, which nobody may keep",
        _ => return None,
    };
    Some(Warning::Payment { column: column.name.clone(), what })
}

/// A person, a place and a time in one row.
fn trail(columns: &[ScannedColumn]) -> Option<Warning> {
    let place: Vec<String> = columns
        .iter()
        .filter(|column| column.is("location.precise"))
        .map(|column| column.name.clone())
        .collect();
    let persons = ["id.customer", "id.device", "contact.email", "contact.phone", "gov.id"];
    let person = columns.iter().find(|column| {
        let could =
            |finding: &Finding| persons.contains(&finding.category) && finding.confidence >= 0.4;
        column.findings.iter().any(could)
    })?;
    let is_time = |column: &&ScannedColumn| {
        matches!(column.kind.of, ColumnType::Timestamp | ColumnType::Date)
            && !column.is("demo.birthdate")
    };
    let time = columns.iter().find(is_time)?;
    if place.is_empty() {
        return None;
    }
    let columns = place.into_iter().chain([time.name.clone()]).collect();
    Some(Warning::Trail { columns, person: person.name.clone() })
}
