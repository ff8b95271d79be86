//! Cursors: `DECLARE … CURSOR FOR`, `FETCH`, `CLOSE`. The rows of one are fetched when it is
//! declared, so that what it shows was on record before, and rest here until they are asked for.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    CloseCursor, Declare, FetchDirection, Statement as Sql, ValueWithSpan,
};
use pgwire::api::portal::Format;
use pgwire::api::results::Response;
use pgwire::error::PgWireResult;
use theirs_query::Asker;

use crate::answer::{done, rows};
use crate::connection::Connection;
use crate::fault::fault;

/// How many cursors one connection may leave open.
const MOST: usize = 8;

/// The cursors of one connection, by name.
#[derive(Default)]
pub(crate) struct Cursors(BTreeMap<String, Cursor>);

struct Cursor {
    batch: RecordBatch,
    /// How many rows were fetched.
    at: usize,
    /// Whether it outlasts its transaction.
    holds: bool,
}

/// Opens a cursor.
pub(crate) async fn declare(
    connection: &Connection,
    asker: &Asker,
    declared: &[Declare],
    parameters: Vec<ScalarValue>,
) -> PgWireResult<Response> {
    let [Declare { names, for_query: Some(query), hold, binary: None | Some(false), .. }] =
        declared
    else {
        return Err(fault(
            "0A000",
            "declare one cursor at a time: DECLARE name CURSOR FOR SELECT …",
        ));
    };
    let Some(name) = names.first().map(|name| name.value.clone()) else {
        return Err(fault("42601", "a cursor needs a name"));
    };
    if connection.cursors().0.contains_key(&name) {
        return Err(fault("42P03", format!("cursor \"{name}\" is open already")));
    }
    if connection.cursors().0.len() >= MOST {
        return Err(fault("54000", format!("at most {MOST} cursors may be open at once")));
    }
    let query = Sql::Query(query.clone());
    let (schema, batches) = connection.fetch(asker, &query, parameters).await?;
    let batch = concat_batches(&schema, &batches)
        .map_err(|_| fault("54000", "the rows of the cursor do not fit into memory"))?;
    let cursor = Cursor { batch, at: 0, holds: hold.unwrap_or(false) };
    connection.cursors().0.insert(name, cursor);
    Ok(done("DECLARE CURSOR"))
}

impl Cursors {
    /// The names of those that are open, and whether they outlast their transactions.
    pub(crate) fn open(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|(name, cursor)| (name.as_str(), cursor.holds))
    }

    /// The columns of a cursor.
    pub(crate) fn schema(&self, name: &str) -> PgWireResult<SchemaRef> {
        self.0.get(name).map(|cursor| cursor.batch.schema()).ok_or_else(|| unknown(name))
    }

    /// The next rows of a cursor.
    pub(crate) fn fetch(
        &mut self,
        name: &str,
        direction: &FetchDirection,
        format: &Format,
    ) -> PgWireResult<Response> {
        let cursor = self.0.get_mut(name).ok_or_else(|| unknown(name))?;
        let left = cursor.batch.num_rows() - cursor.at;
        let wanted = match direction {
            FetchDirection::Next | FetchDirection::Forward { limit: None } => 1,
            FetchDirection::All | FetchDirection::ForwardAll => left,
            FetchDirection::Count { limit } | FetchDirection::Forward { limit: Some(limit) } => {
                number(limit)?
            }
            _ => return Err(fault("55000", "a cursor goes forward only")),
        };
        let batch = cursor.batch.slice(cursor.at, wanted.min(left));
        cursor.at += batch.num_rows();
        let mut answer = rows(&batch.schema(), vec![batch], format)?;
        answer.set_command_tag("FETCH");
        Ok(Response::Query(answer))
    }

    /// Closes one cursor, or all.
    pub(crate) fn close(&mut self, which: &CloseCursor) -> PgWireResult<Response> {
        match which {
            CloseCursor::All => self.0.clear(),
            CloseCursor::Specific { name } => {
                self.0.remove(&name.value).ok_or_else(|| unknown(&name.value))?;
            }
        }
        Ok(done("CLOSE CURSOR"))
    }

    /// Closes every cursor that does not outlast its transaction.
    pub(crate) fn end_of_transaction(&mut self) {
        self.0.retain(|_, cursor| cursor.holds);
    }
}

fn unknown(name: &str) -> pgwire::error::PgWireError {
    fault("34000", format!("no cursor \"{name}\" is open"))
}

fn number(limit: &ValueWithSpan) -> PgWireResult<usize> {
    limit.to_string().parse().map_err(|_| fault("22023", "FETCH needs a number of rows"))
}
