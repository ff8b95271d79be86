//! What a purpose's people are like, column by column, so that rules can be chosen from what there is.
//!
//! A value is offered only if several people have it: a form that lists the values of one person shows
//! that person. One statement looks at all columns, so one look is one use.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int64Type};
use serde::Serialize;
use theirs_query::{Asker, ColumnView, Door, LeftOut};

use super::{ask, named, text};
use crate::decide::DecideError;

/// The fewest people of whom a value is offered.
pub const FEWEST: i64 = 10;
/// The most values that are offered of a column, and the most columns.
const MOST_VALUES: usize = 12;
const MOST_COLUMNS: usize = 60;

/// A column that a rule can be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The column.
    pub column: String,
    /// What it holds, and how exactly.
    pub says: String,
    /// What can be chosen.
    pub offered: Offered,
}

/// What can be chosen of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offered {
    /// These values; of what few people have, only whether it is known.
    Values(Vec<Tally>),
    /// From a number or a day to another.
    Span,
}

/// A value, and how many people have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The value.
    pub value: String,
    /// How many people.
    pub people: i64,
}

/// What the people of a purpose are like: of all of them, or of those of whom a condition is true.
pub fn survey(
    door: &Door,
    asker: &Asker,
    purpose: &str,
    condition: &str,
) -> Result<(Vec<Offer>, Vec<LeftOut>), DecideError> {
    let columns = columns(door, asker, purpose)?;
    let counted: Vec<&ColumnView> = columns.iter().filter(|one| !is_span(&one.kind)).collect();
    let mut offers: Vec<Offer> = columns
        .iter()
        .map(|column| Offer {
            column: column.name.clone(),
            says: column.says.clone(),
            offered: if is_span(&column.kind) {
                Offered::Span
            } else {
                Offered::Values(Vec::new())
            },
        })
        .collect();
    if counted.is_empty() {
        return Ok((offers, Vec::new()));
    }
    let parts: Vec<String> = counted.iter().map(|column| part(&column.name, condition)).collect();
    let answer = ask(door, asker, purpose, parts.join("\nunion all\n"))?;
    for batch in &answer.batches {
        let [column, value] = [batch.column(0), batch.column(1)].map(|array| texts(array));
        let people = batch.column(2).as_primitive_opt::<Int64Type>().ok_or(DecideError::Shape)?;
        for row in 0..batch.num_rows() {
            let Some(offer) =
                offers.iter_mut().find(|one| Some(&one.column) == column[row].as_ref())
            else {
                continue;
            };
            if let (Offered::Values(list), Some(value)) = (&mut offer.offered, &value[row]) {
                list.push(Tally { value: value.clone(), people: people.value(row) });
            }
        }
    }
    for offer in &mut offers {
        if let Offered::Values(list) = &mut offer.offered {
            list.sort_by(|one, other| {
                other.people.cmp(&one.people).then_with(|| one.value.cmp(&other.value))
            });
        }
    }
    Ok((offers, answer.left_out))
}

/// The columns of a purpose's `person`, but its pseudonym.
fn columns(door: &Door, asker: &Asker, purpose: &str) -> Result<Vec<ColumnView>, DecideError> {
    door.permit(asker, purpose)?;
    let schema = door.catalogue(asker)?.into_iter().find(|schema| schema.name == purpose);
    let tables = schema.into_iter().flat_map(|schema| schema.tables);
    let person = tables.into_iter().find(|table| table.name == "person");
    let columns = person.into_iter().flat_map(|table| table.columns);
    Ok(columns.filter(|column| column.name != "person_id").take(MOST_COLUMNS).collect())
}

fn part(column: &str, condition: &str) -> String {
    let name = named(column);
    format!(
        "select * from (select {} as c, cast({name} as varchar) as v, count(*) as n from person \
         where {name} is not null and (\n{condition}\n) group by 2 having count(*) >= {FEWEST} \
         order by 3 desc, 2 limit {MOST_VALUES})",
        text(column)
    )
}

fn is_span(kind: &DataType) -> bool {
    kind.is_numeric() || matches!(kind, DataType::Date32 | DataType::Timestamp(..))
}

/// A column of texts, whichever way they are laid out.
fn texts(array: &dyn Array) -> Vec<Option<String>> {
    if let Some(list) = array.as_string_opt::<i32>() {
        return list.iter().map(|text| text.map(str::to_owned)).collect();
    }
    if let Some(list) = array.as_string_view_opt() {
        return list.iter().map(|text| text.map(str::to_owned)).collect();
    }
    vec![None; array.len()]
}
