//! Answers in plain texts: views are for the way through the engine.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::error::Result;

/// The same columns, their texts plain.
pub(crate) fn schema(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8View => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
        _ => Arc::clone(field),
    };
    let fields: Vec<Arc<Field>> = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The same rows, their texts plain.
pub(crate) fn batch(batch: RecordBatch) -> Result<RecordBatch> {
    let is_view = |field: &Arc<Field>| *field.data_type() == DataType::Utf8View;
    if !batch.schema_ref().fields().iter().any(is_view) {
        return Ok(batch);
    }
    let schema = schema(batch.schema_ref());
    let plain = schema.fields().iter().zip(batch.columns());
    let columns = plain.map(|(field, column)| cast(column, field.data_type()));
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = columns.collect::<std::result::Result<_, _>>()?;
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}
