//! `COPY (select …) TO STDOUT`, which `\copy … to` of psql and bulk readers use.

use std::sync::Arc;

use arrow_pg::datatypes::arrow_schema_to_pg_fields;
use arrow_pg::encoder::encode_value;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::sql::sqlparser::ast::{
    CopyLegacyCsvOption, CopyLegacyOption, CopyOption, CopySource, CopyTarget, Statement as Sql,
};
use futures::stream;
use pgwire::api::portal::Format;
use pgwire::api::results::{
    CopyCsvOptions, CopyEncoder, CopyResponse, CopyTextOptions, FieldInfo, Response,
};
use pgwire::error::PgWireResult;
use pgwire::messages::copy::CopyData;
use theirs_query::{Asker, statements};

use crate::connection::Connection;
use crate::fault::{fault, of_query};

/// How rows are written.
struct Manner {
    layout: Layout,
    header: bool,
    delimiter: Option<char>,
    null: Option<String>,
    quote: char,
    escape: Option<char>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Text,
    Csv,
    Binary,
}

/// Sends the rows of a query as a file.
pub(crate) async fn out(
    connection: &Connection,
    asker: &Asker,
    statement: &Sql,
) -> PgWireResult<Response> {
    let Sql::Copy { source, to: true, target: CopyTarget::Stdout, options, legacy_options, .. } =
        statement
    else {
        let message =
            "refused: only COPY (SELECT …) TO STDOUT; files of the server are out of reach";
        return Err(fault("42501", message));
    };
    let manner = Manner::read(options, legacy_options)?;
    let query = match source {
        CopySource::Query(query) => Sql::Query(query.clone()),
        CopySource::Table { table_name, columns } => {
            let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
            let columns = if columns.is_empty() { "*".to_owned() } else { columns.join(", ") };
            let query = format!("select {columns} from {table_name}");
            let mut read = statements(&query).map_err(|error| of_query(&error))?;
            read.pop().ok_or_else(|| fault("42601", "COPY needs a table or a query"))?
        }
    };
    let (schema, batches) = connection.fetch(asker, &query, Vec::new()).await?;
    let (rows, columns) = (manner.written(&schema, &batches)?, schema.fields().len());
    let format = i8::from(manner.layout == Layout::Binary);
    Ok(Response::CopyOut(CopyResponse::new(
        format,
        columns,
        stream::iter(rows.into_iter().map(Ok)),
    )))
}

impl Manner {
    fn read(options: &[CopyOption], legacy: &[CopyLegacyOption]) -> PgWireResult<Self> {
        let mut manner = Self {
            layout: Layout::Text,
            header: false,
            delimiter: None,
            null: None,
            quote: '"',
            escape: None,
        };
        for option in options {
            match option {
                CopyOption::Format(name) => manner.layout = layout(&name.value)?,
                CopyOption::Header(yes) => manner.header = *yes,
                CopyOption::Delimiter(delimiter) => manner.delimiter = Some(*delimiter),
                CopyOption::Null(text) => manner.null = Some(text.clone()),
                CopyOption::Quote(quote) => manner.quote = *quote,
                CopyOption::Escape(escape) => manner.escape = Some(*escape),
                CopyOption::Encoding(name) if name.to_lowercase().starts_with("utf") => {}
                other => return Err(unknown(&other.to_string())),
            }
        }
        for option in legacy {
            match option {
                CopyLegacyOption::Binary => manner.layout = Layout::Binary,
                CopyLegacyOption::Header => manner.header = true,
                CopyLegacyOption::Delimiter(delimiter) => manner.delimiter = Some(*delimiter),
                CopyLegacyOption::Null(text) => manner.null = Some(text.clone()),
                CopyLegacyOption::Csv(options) => {
                    manner.layout = Layout::Csv;
                    for option in options {
                        match option {
                            CopyLegacyCsvOption::Header => manner.header = true,
                            CopyLegacyCsvOption::Quote(quote) => manner.quote = *quote,
                            CopyLegacyCsvOption::Escape(escape) => manner.escape = Some(*escape),
                            other => return Err(unknown(&other.to_string())),
                        }
                    }
                }
                other => return Err(unknown(&other.to_string())),
            }
        }
        Ok(manner)
    }

    fn written(&self, schema: &Schema, batches: &[RecordBatch]) -> PgWireResult<Vec<CopyData>> {
        let format = match self.layout {
            Layout::Binary => Format::UnifiedBinary,
            Layout::Text | Layout::Csv => Format::UnifiedText,
        };
        let fields = Arc::new(arrow_schema_to_pg_fields(schema, &format, None)?);
        let mut encoder = self.encoder(&fields);
        let mut rows = Vec::new();
        for batch in batches {
            for row in 0..batch.num_rows() {
                for (at, field) in fields.iter().enumerate() {
                    encode_value(&mut encoder, batch.column(at), row, schema.field(at), field)?;
                }
                rows.push(encoder.take_copy());
            }
        }
        if self.header && self.layout != Layout::Binary {
            let header = self.header(schema)?;
            // The client counts messages as rows, so the header travels with the first.
            match rows.first_mut() {
                Some(first) => first.data = [header.data, first.data.clone()].concat().into(),
                None => rows.push(header),
            }
        }
        Ok(rows)
    }

    /// The names of the columns, written as a row of texts.
    fn header(&self, schema: &Schema) -> PgWireResult<CopyData> {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let fields = Arc::new(crate::answer::text_fields(&names, &Format::UnifiedText));
        let mut encoder = self.encoder(&fields);
        for name in names {
            encoder.encode_field(&name)?;
        }
        Ok(encoder.take_copy())
    }

    fn encoder(&self, fields: &Arc<Vec<FieldInfo>>) -> CopyEncoder {
        let fields = Arc::clone(fields);
        let text = |given: Option<char>, usual: char| given.unwrap_or(usual).to_string().into();
        match self.layout {
            Layout::Binary => CopyEncoder::new_binary(fields),
            Layout::Text => {
                let delimiter = text(self.delimiter, '\t');
                let null_string = self.null.as_deref().unwrap_or("\\N").into();
                CopyEncoder::new_text(fields, CopyTextOptions { delimiter, null_string })
            }
            Layout::Csv => {
                let options = CopyCsvOptions {
                    delimiter: text(self.delimiter, ','),
                    quote: self.quote.to_string().into(),
                    escape: text(self.escape, self.quote),
                    null_string: self.null.as_deref().unwrap_or_default().into(),
                    force_quote: Vec::new(),
                };
                CopyEncoder::new_csv(fields, options)
            }
        }
    }
}

fn layout(name: &str) -> PgWireResult<Layout> {
    match name.to_lowercase().as_str() {
        "text" => Ok(Layout::Text),
        "csv" => Ok(Layout::Csv),
        "binary" => Ok(Layout::Binary),
        _ => Err(fault("22023", "COPY writes text, csv or binary")),
    }
}

fn unknown(option: &str) -> pgwire::error::PgWireError {
    fault("0A000", format!("COPY does not know {option} here"))
}
