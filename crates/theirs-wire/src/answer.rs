//! Rows as the protocol sends them.

use std::sync::Arc;

use arrow_pg::datatypes::arrow_schema_to_pg_fields;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use futures::stream;
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::{DataRowEncoder, FieldFormat, FieldInfo, QueryResponse, Response, Tag};
use pgwire::error::PgWireResult;

use crate::line::Lines;

/// Rows of the engine.
pub(crate) fn rows(
    schema: &Schema,
    batches: Vec<RecordBatch>,
    format: &Format,
) -> PgWireResult<QueryResponse> {
    let fields = Arc::new(arrow_schema_to_pg_fields(schema, format, None)?);
    let told = Arc::clone(&fields);
    let lines = batches.into_iter().flat_map(move |batch| Lines::of(&batch, &told));
    Ok(QueryResponse::new(fields, stream::iter(lines)))
}

/// Rows of texts.
pub(crate) fn texts(
    names: &[&str],
    rows: &[Vec<&str>],
    format: &Format,
) -> PgWireResult<QueryResponse> {
    let fields = Arc::new(text_fields(names, format));
    let mut encoder = DataRowEncoder::new(Arc::clone(&fields));
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        for text in row {
            encoder.encode_field(text)?;
        }
        lines.push(Ok(encoder.take_row()));
    }
    Ok(QueryResponse::new(fields, stream::iter(lines)))
}

/// The columns of rows of texts.
pub(crate) fn text_fields(names: &[&str], format: &Format) -> Vec<FieldInfo> {
    let field = |(at, name): (usize, &&str)| {
        let format = match format {
            Format::Individual(formats) if at >= formats.len() => FieldFormat::Text,
            format => format.format_for(at),
        };
        FieldInfo::new((*name).to_owned(), None, None, Type::VARCHAR, format)
    };
    names.iter().enumerate().map(field).collect()
}

/// That it is done.
pub(crate) fn done(what: &str) -> Response {
    Response::Execution(Tag::new(what))
}
