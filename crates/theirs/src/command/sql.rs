//! `theirs sql`: a question to the governed view.

use std::time::Instant;

use arrow::array::Array;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Map, Number, Value, json};
use theirs_query::Answer;

use super::Output;
use super::words::{people, some};
use crate::failure::Failure;
use crate::telemetry::asked;
use crate::workspace::Workspace;

/// The most rows that are printed for people.
const MOST_ROWS: usize = 1_000;

pub(super) fn run(
    workspace: &Workspace,
    statement: &str,
    asker: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let asker = workspace.authenticate(asker)?;
    let began = Instant::now();
    let answer = workspace.door()?.ask(&asker, statement);
    asked(answer.as_ref(), began.elapsed());
    print(&answer?, out)
}

pub(super) fn print(answer: &Answer, out: &mut Output) -> Result<(), Failure> {
    let head: Vec<&str> = answer.schema.fields().iter().map(|f| f.name().as_str()).collect();
    let rows = texts(answer)?;
    out.data(&json!({
        "use": answer.use_id,
        "purpose": answer.purpose,
        "people": answer.people,
        "rows": objects(answer, &head, &rows),
    }))?;
    let shown: Vec<Vec<String>> = rows
        .iter()
        .take(MOST_ROWS)
        .map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect())
        .collect();
    out.table(&head, &shown)?;
    if rows.len() > MOST_ROWS {
        let more = some(rows.len() - MOST_ROWS, "more row");
        out.line(&format!("  … {more}; --json prints them all"))?;
    }
    out.line(&format!(
        "{} for {}, which may look at {}. Use {}.",
        some(rows.len(), "row"),
        answer.purpose.as_deref().unwrap_or("no purpose"),
        people(answer.people),
        answer.use_id
    ))?;
    Ok(())
}

/// The rows for programs: whole and floating point numbers and truth values are what JSON has for
/// them. A decimal stays text, so that no reader makes a binary fraction of it.
fn objects(answer: &Answer, head: &[&str], rows: &[Vec<Option<String>>]) -> Vec<Value> {
    let kinds: Vec<&DataType> = answer.schema.fields().iter().map(|f| f.data_type()).collect();
    let object = |row: &Vec<Option<String>>| {
        let cells = row.iter().zip(&kinds).map(|(cell, kind)| json_of(cell.as_deref(), kind));
        let names = head.iter().map(|name| (*name).to_owned());
        Value::Object(names.zip(cells).collect::<Map<_, _>>())
    };
    rows.iter().map(object).collect()
}

/// One value for programs; a number that JSON does not have, as infinity, stays text.
fn json_of(cell: Option<&str>, kind: &DataType) -> Value {
    let Some(text) = cell else { return Value::Null };
    let typed = match kind {
        DataType::Boolean => text.parse().ok().map(Value::Bool),
        kind if kind.is_signed_integer() => text.parse::<i64>().ok().map(Value::from),
        kind if kind.is_unsigned_integer() => text.parse::<u64>().ok().map(Value::from),
        kind if kind.is_floating() => {
            text.parse().ok().and_then(Number::from_f64).map(Value::Number)
        }
        _ => None,
    };
    typed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn texts(answer: &Answer) -> Result<Vec<Vec<Option<String>>>, Failure> {
    let options = FormatOptions::default();
    let mut rows = Vec::with_capacity(answer.rows());
    for batch in &answer.batches {
        let formatters = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Failure::Unsound(error.to_string()))?;
        for row in 0..batch.num_rows() {
            let cells = formatters.iter().zip(batch.columns()).map(|(format, column)| {
                let nothing = column.is_null(row) || column.data_type().is_null();
                (!nothing).then(|| format.value(row).to_string())
            });
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_for_programs_what_its_type_says() {
        let said = |text, kind: &DataType| json_of(Some(text), kind).to_string();
        assert_eq!(said("7", &DataType::Int64), "7");
        assert_eq!(said("9007199254740993", &DataType::Int64), "9007199254740993");
        assert_eq!(said("18446744073709551615", &DataType::UInt64), "18446744073709551615");
        assert_eq!(said("0.5", &DataType::Float64), "0.5");
        assert_eq!(said("NaN", &DataType::Float64), "\"NaN\"");
        assert_eq!(said("true", &DataType::Boolean), "true");
        assert_eq!(said("12.50", &DataType::Decimal128(18, 2)), "\"12.50\"");
        assert_eq!(said("7", &DataType::Utf8), "\"7\"");
        assert_eq!(said("2026-03-02", &DataType::Date32), "\"2026-03-02\"");
        assert_eq!(json_of(None, &DataType::Int64), Value::Null);
    }
}
