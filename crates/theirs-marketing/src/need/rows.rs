//! What a trial asks of people and of what they did, and the answers as columns.
//!
//! Of an activity that is seen with its exact time the rows until the cut are counted, and each number
//! of it is added up; one that is seen by the month alone could tell of what came after, and is left
//! out.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, concat_batches, take};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use jiff::Timestamp;
use theirs_charter::{ActivityGrant, Charter, Coarseness, Meaning, Purpose, Trial};
use theirs_measure::Column;
use theirs_model::ColumnType;

use crate::decide::DecideError;

/// What stands for everything of ours.
const INSIDE: &str = "inside";

/// The statement that gives the columns of people of which there is one value each.
pub(super) fn person(charter: &Charter, purpose: &Purpose) -> String {
    let several: Vec<&str> = charter
        .identities()
        .flat_map(|(_, identity)| &identity.columns)
        .filter(|column| column.many)
        .filter_map(|column| Some(column.attribute()?.column()))
        .collect();
    let columns = purpose.columns.iter().filter(|grant| !several.contains(&grant.column.as_str()));
    let listed: Vec<String> = columns.map(|grant| format!(", \"{}\"", grant.column)).collect();
    format!("select person_id{} from person order by person_id", listed.concat())
}

/// By source, the statement that sums up what people did until the cut.
pub(super) fn activities(
    charter: &Charter,
    purpose: &Purpose,
    cut: Timestamp,
) -> Vec<(String, String)> {
    let sum_up = |granted: &ActivityGrant| {
        let (_, activity) =
            charter.activities().find(|(source, _)| source.name == granted.source)?;
        let seen = |name: &str| granted.columns.iter().find(|grant| grant.column == name);
        seen(&activity.time).filter(|grant| grant.coarseness == Coarseness::Exact)?;
        let counts = |name: &str| {
            let known = activity.columns.iter().find(|column| column.name == name);
            known.is_some_and(|column| is_number(column.kind))
        };
        let source = &granted.source;
        let numbers = granted.columns.iter().filter(|grant| counts(&grant.column));
        let sums: Vec<String> = numbers
            .map(|grant| format!(", sum(\"{0}\") as \"{source}.{0}\"", grant.column))
            .collect();
        let sql = format!(
            "select person_id, count(*) as \"{source}.rows\"{} from \"{source}\" \
             where \"{}\" < timestamp '{cut}' group by person_id order by person_id",
            sums.concat(),
            activity.time
        );
        Some((source.clone(), sql))
    };
    purpose.activities.iter().filter_map(sum_up).collect()
}

/// An answer whose first column is the person.
pub(super) struct Table {
    rows: RecordBatch,
    at: HashMap<i64, u32>,
}

impl Table {
    pub(super) fn read(batches: &[RecordBatch]) -> Result<Self, DecideError> {
        let first = batches.first().ok_or(DecideError::Shape)?;
        let rows = concat_batches(&first.schema(), batches).map_err(|_| DecideError::Shape)?;
        let people = ids(&rows).ok_or(DecideError::Shape)?;
        let places = 0..u32::try_from(people.len()).map_err(|_| DecideError::Shape)?;
        let at = people.iter().copied().zip(places).collect();
        Ok(Self { rows, at })
    }

    /// Everybody in it, in its order.
    pub(super) fn people(&self) -> impl Iterator<Item = i64> {
        ids(&self.rows).unwrap_or_default().iter().copied()
    }

    /// Whether the source that is tested says something of a person here.
    pub(super) fn knows(&self, charter: &Charter, trial: &Trial, person: i64) -> bool {
        let Some(row) = self.at.get(&person) else { return false };
        let schema = self.rows.schema();
        let mut named = schema.fields().iter().zip(self.rows.columns()).skip(1);
        named.any(|(field, array)| {
            is_of(charter, trial, field.name())
                && usize::try_from(*row).is_ok_and(|row| array.is_valid(row))
        })
    }

    /// Its columns for these people, who may stand in it or not.
    pub(super) fn columns(
        &self,
        charter: &Charter,
        trial: &Trial,
        people: &[i64],
    ) -> Result<Vec<Column>, theirs_measure::Error> {
        let places: UInt32Array =
            people.iter().map(|person| self.at.get(person).copied()).collect();
        let schema = self.rows.schema();
        let named = schema.fields().iter().zip(self.rows.columns()).skip(1);
        named
            .map(|(field, array)| {
                let name = field.name();
                let block = if is_of(charter, trial, name) { &trial.source } else { INSIDE };
                let of_people = take(array, &places, None).map_err(|source| {
                    theirs_measure::Error::Arrow { column: name.clone(), source }
                })?;
                Column::from_array(name, block, &zeroed(name, &of_people))
            })
            .collect()
    }
}

/// Whoever is in no row of an activity did it no time.
fn zeroed(name: &str, array: &ArrayRef) -> ArrayRef {
    if !name.contains('.') {
        return std::sync::Arc::clone(array);
    }
    let numbers = cast(array, &DataType::Float64).unwrap_or_else(|_| std::sync::Arc::clone(array));
    let Some(numbers) = numbers.as_primitive_opt::<Float64Type>() else { return numbers };
    let whole = numbers.iter().map(|number| number.unwrap_or(0.0));
    std::sync::Arc::new(arrow::array::Float64Array::from_iter_values(whole))
}

fn ids(rows: &RecordBatch) -> Option<&[i64]> {
    Some(&rows.column(0).as_primitive_opt::<Int64Type>()?.values()[..])
}

/// Whether a column of an answer comes from the source that is tested, and from nobody else.
fn is_of(charter: &Charter, trial: &Trial, name: &str) -> bool {
    if let Some((source, _)) = name.split_once('.') {
        return source == trial.source;
    }
    let feeds = charter.identities().filter(|(_, identity)| {
        identity.columns.iter().any(|column| {
            matches!(&column.meaning, Meaning::Attribute(attribute) if attribute.column() == name)
        })
    });
    let names: Vec<&str> = feeds.map(|(source, _)| source.name.as_str()).collect();
    !names.is_empty() && names.iter().all(|source| *source == trial.source)
}

fn is_number(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Integer | ColumnType::Number | ColumnType::Decimal)
}
