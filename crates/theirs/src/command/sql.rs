//! `theirs sql`: a question to the governed view.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Map, Value, json};
use theirs_query::Answer;

use super::Output;
use super::words::count;
use crate::failure::Failure;
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
    let answer = workspace.door()?.ask(&asker, statement)?;
    print(&answer, out)
}

pub(super) fn print(answer: &Answer, out: &mut Output) -> Result<(), Failure> {
    let head: Vec<&str> = answer.schema.fields().iter().map(|f| f.name().as_str()).collect();
    let rows = texts(answer)?;
    out.data(&json!({
        "use": answer.use_id,
        "purpose": answer.purpose,
        "people": answer.people,
        "rows": rows.iter().map(|row| object(&head, row)).collect::<Vec<_>>(),
    }))?;
    let shown: Vec<Vec<String>> = rows
        .iter()
        .take(MOST_ROWS)
        .map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect())
        .collect();
    out.table(&head, &shown)?;
    if rows.len() > MOST_ROWS {
        let more = count((rows.len() - MOST_ROWS) as u64);
        out.line(&format!("  … {more} more rows; --json prints them all"))?;
    }
    out.line(&format!(
        "{} rows for {}, which may look at {} people. Use {}.",
        count(rows.len() as u64),
        answer.purpose.as_deref().unwrap_or("no purpose"),
        count(answer.people),
        answer.use_id
    ))?;
    Ok(())
}

fn object(head: &[&str], row: &[Option<String>]) -> Value {
    let pair = |(name, cell): (&&str, &Option<String>)| {
        ((*name).to_owned(), cell.clone().map_or(Value::Null, Value::String))
    };
    Value::Object(head.iter().zip(row).map(pair).collect::<Map<_, _>>())
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
                (!arrow::array::Array::is_null(column, row)).then(|| format.value(row).to_string())
            });
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}
