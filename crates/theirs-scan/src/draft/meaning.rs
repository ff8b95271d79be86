//! What each column of a source of people would mean in a charter.
//!
//! Columns of `person` are shared by all sources, and one column has one meaning and one type. So a
//! meaning whose column is spoken for is given a part of its own, named like the column in its file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use theirs_model::{Attribute, ColumnType};

use super::plan::{Holds, Planned};
use super::word::name_of;
use crate::Sureness;
use crate::finding::{Finding, ScannedColumn};

/// By what people are reached, and so looked up when they write.
const REACHED_BY: [&str; 4] =
    ["identity.name", "contact.email", "contact.phone", "contact.address"];

/// Which columns of `person` are spoken for.
#[derive(Default)]
pub(super) struct Meanings {
    /// By column: its attribute and type.
    columns: BTreeMap<String, (String, ColumnType)>,
    /// Columns by which people are reached, of sources that are not from outside.
    pub(super) reached: BTreeSet<String>,
}

impl Meanings {
    /// What a column of an identity means, and a word where it is unsure.
    ///
    /// `within` holds what other columns of the same source mean.
    pub(super) fn of(
        &mut self,
        planned: &Planned<'_>,
        column: &ScannedColumn,
        within: &mut BTreeSet<String>,
    ) -> Option<(String, String)> {
        let is_key = matches!(planned.holds, Holds::Identity { key } if key == column.name);
        let id =
            Finding { category: "id.customer", part: None, confidence: 1.0, why: String::new() };
        let found = match column.best() {
            Some(found) => found,
            None if is_key => &id,
            None => return None,
        };
        let doubt = |text: &str| format!("  # {text}");
        let unsure = match found.sureness() {
            Sureness::Perhaps => doubt("perhaps; look at it"),
            _ if found.category == "external.broker" => doubt("it looks bought"),
            _ => String::new(),
        };
        if found.category == "preference.consent" && !is_key {
            return choice(planned, column, within)
                .map(|meaning| (meaning, doubt("say what people agree or object to")));
        }
        let kind = column_type(column, found);
        let attribute = self.attribute(planned, column, found, kind, within);
        within.insert(attribute.to_string());
        let is_bought = planned.table.is_some_and(|table| table.is_bought);
        if !is_bought && REACHED_BY.contains(&found.category) {
            self.reached.insert(attribute.column().to_owned());
        }
        let plain = match attribute.category.0.as_str() {
            "demo.birthdate" => ColumnType::Date,
            _ => ColumnType::Text,
        };
        let format = column
            .kind
            .format
            .filter(|_| kind == ColumnType::Date || kind == ColumnType::Timestamp);
        let unsure = if column.kind.is_ambiguous {
            doubt("or %m/%d/%Y: no value tells day from month")
        } else {
            unsure
        };
        if kind == plain && format.is_none() {
            return Some((attribute.to_string(), unsure));
        }
        let mut fields = format!("category: {attribute}");
        if kind != plain {
            let _ = write!(fields, ", type: {}", kind.name());
        }
        if let Some(format) = format {
            let _ = write!(fields, ", format: \"{format}\"");
        }
        Some((format!("{{ {fields} }}"), unsure))
    }

    /// An attribute whose column of `person` is not another's.
    fn attribute(
        &mut self,
        planned: &Planned<'_>,
        column: &ScannedColumn,
        found: &Finding,
        kind: ColumnType,
        within: &BTreeSet<String>,
    ) -> Attribute {
        let own = name_of(&column.name);
        let of_source = name_of(&format!("{}_{own}", planned.name));
        let named = ["id.customer", "id.device", "gov.id", "demo.birthdate"];
        // A number means something in its own source; a birth date that is no date is another thing.
        let is_own = named.contains(&found.category)
            && (found.category != "demo.birthdate" || kind != ColumnType::Date);
        let parts = [
            found.part.map(str::to_owned).or_else(|| is_own.then(|| own.clone())),
            Some(own.clone()),
            Some(of_source.clone()),
        ];
        let numbered = (2..100).map(|number| Some(format!("{of_source}_{number}")));
        for part in parts.into_iter().chain(numbered) {
            let attribute = Attribute::new(found.category, part.as_deref());
            let (name, said) = (attribute.column().to_owned(), (attribute.to_string(), kind));
            let is_number = ["id.customer", "id.device"].contains(&found.category);
            let is_free = match self.columns.get(&name) {
                Some(other) => *other == said && !is_number && !within.contains(&said.0),
                None => name != "person_id",
            };
            if is_free {
                self.columns.insert(name, said);
                return attribute;
            }
        }
        Attribute::new(found.category, Some(&of_source))
    }
}

/// A yes or no to something.
fn choice(
    planned: &Planned<'_>,
    column: &ScannedColumn,
    within: &mut BTreeSet<String>,
) -> Option<String> {
    let is_truth = column.kind.of == ColumnType::Boolean
        || column.kind.of == ColumnType::Integer && column.sketch.distinct() <= 2.0;
    if !is_truth {
        return None;
    }
    let refuses = ["out", "no", "not", "unsubscribed", "unsubscribe", "suppressed", "keine"];
    let is_refusal =
        crate::name::tokens(&column.name).iter().any(|word| refuses.contains(&word.as_str()));
    let meaning = if is_refusal {
        "{ objection: marketing }".to_owned()
    } else {
        // A column that says no more than that somebody agrees is of what its table is of.
        let is_bare = ["consent", "opt_in", "optin", "subscribed"].contains(&column.name.as_str());
        let topic = if is_bare { planned.name.clone() } else { name_of(&column.name) };
        format!("{{ consent: {topic} }}")
    };
    within.insert(meaning.clone()).then_some(meaning)
}

fn column_type(column: &ScannedColumn, found: &Finding) -> ColumnType {
    match found.category {
        "demo.birthdate" => match column.kind.of {
            kind @ (ColumnType::Date | ColumnType::Integer) => kind,
            // A day that was written as an instant, or is none: kept as it stands.
            _ => ColumnType::Text,
        },
        "purchase.value" | "inferred.propensity" | "finance.credit" | "location.precise" => {
            column.kind.of
        }
        _ => ColumnType::Text,
    }
}
