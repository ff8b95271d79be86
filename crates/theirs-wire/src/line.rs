//! Rows of the engine in the bytes of the protocol.
//!
//! The values that answers are mostly made of (texts, whole numbers, yes and no) are written here, by
//! what is known of a column once for all its rows; every other kind is written by the library of the
//! protocol, value by value. Both write the same bytes.

use std::fmt::Write;
use std::sync::Arc;

use arrow_pg::encoder::encode_value;
use bytes::{BufMut, BytesMut};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringViewArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use pgwire::api::Type;
use pgwire::api::results::{DataRowEncoder, FieldFormat, FieldInfo};
use pgwire::error::PgWireResult;
use pgwire::messages::data::DataRow;

use crate::fault::fault;

/// How many bytes are asked for at once.
const ROOM: usize = 64 * 1024;

/// The rows of a batch, one after the other.
pub(crate) struct Lines {
    columns: Vec<Column>,
    rows: usize,
    next: usize,
    buffer: BytesMut,
}

/// A column, and how its values are written.
enum Column {
    Text(StringArray),
    View(StringViewArray),
    Whole(Int64Array, FieldFormat),
    Truth(BooleanArray, FieldFormat),
    Other(Box<Other>),
}

/// A column that the library writes.
struct Other {
    values: ArrayRef,
    field: Arc<Field>,
    told: FieldInfo,
    encoder: DataRowEncoder,
}

impl Lines {
    /// The rows of a batch whose columns are told to the client so.
    pub(crate) fn of(batch: &RecordBatch, told: &[FieldInfo]) -> Self {
        let fields = batch.schema_ref().fields().iter();
        let columns = batch.columns().iter().zip(fields).zip(told);
        let columns =
            columns.map(|((values, field), told)| Column::of(values, field, told)).collect();
        Self { columns, rows: batch.num_rows(), next: 0, buffer: BytesMut::new() }
    }

    fn line(&mut self) -> PgWireResult<DataRow> {
        if self.buffer.capacity() < ROOM / 8 {
            self.buffer.reserve(ROOM);
        }
        for column in &mut self.columns {
            column.put(self.next, &mut self.buffer)?;
        }
        self.next += 1;
        let columns = i16::try_from(self.columns.len()).unwrap_or(i16::MAX);
        Ok(DataRow::new(self.buffer.split(), columns))
    }
}

impl Iterator for Lines {
    type Item = PgWireResult<DataRow>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.next < self.rows).then(|| self.line())
    }
}

impl Column {
    fn of(values: &ArrayRef, field: &Arc<Field>, told: &FieldInfo) -> Self {
        let (kind, format) = (told.datatype(), told.format());
        // What a field is marked with may change how it is written.
        let is_plain = field.metadata().is_empty();
        match values.data_type() {
            DataType::Utf8 if is_plain && is_text(kind) => {
                Self::Text(values.as_string::<i32>().clone())
            }
            DataType::Utf8View if is_plain && is_text(kind) => {
                Self::View(values.as_string_view().clone())
            }
            DataType::Int64 if is_plain && *kind == Type::INT8 => {
                Self::Whole(values.as_primitive::<Int64Type>().clone(), format)
            }
            DataType::Boolean if is_plain && *kind == Type::BOOL => {
                Self::Truth(values.as_boolean().clone(), format)
            }
            _ => Self::Other(Box::new(Other {
                values: Arc::clone(values),
                field: Arc::clone(field),
                told: told.clone(),
                encoder: DataRowEncoder::new(Arc::new(vec![told.clone()])),
            })),
        }
    }

    /// Writes a value with its length before it; -1 for none.
    fn put(&mut self, row: usize, buffer: &mut BytesMut) -> PgWireResult<()> {
        match self {
            Self::Text(values) if values.is_valid(row) => put(buffer, values.value(row).as_bytes()),
            Self::View(values) if values.is_valid(row) => put(buffer, values.value(row).as_bytes()),
            Self::Whole(values, format) if values.is_valid(row) => {
                put_whole(buffer, values.value(row), *format)
            }
            Self::Truth(values, format) if values.is_valid(row) => {
                let told: &[u8] = match (format, values.value(row)) {
                    (FieldFormat::Text, true) => b"t",
                    (FieldFormat::Text, false) => b"f",
                    (FieldFormat::Binary, true) => &[1],
                    (FieldFormat::Binary, false) => &[0],
                };
                put(buffer, told)
            }
            Self::Other(other) => {
                let Other { values, field, told, encoder } = &mut **other;
                encode_value(encoder, values, row, field, told)?;
                buffer.put_slice(&encoder.take_row().data);
                Ok(())
            }
            _ => {
                buffer.put_i32(-1);
                Ok(())
            }
        }
    }
}

fn is_text(kind: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR].contains(kind)
}

fn put(buffer: &mut BytesMut, bytes: &[u8]) -> PgWireResult<()> {
    let Ok(length) = i32::try_from(bytes.len()) else {
        return Err(fault("54000", "a value is longer than the protocol can send"));
    };
    buffer.put_i32(length);
    buffer.put_slice(bytes);
    Ok(())
}

fn put_whole(buffer: &mut BytesMut, value: i64, format: FieldFormat) -> PgWireResult<()> {
    if format == FieldFormat::Binary {
        return put(buffer, &value.to_be_bytes());
    }
    let start = buffer.len();
    buffer.put_i32(0);
    // A buffer that grows takes whatever is written.
    let _ = write!(buffer, "{value}");
    let length = i32::try_from(buffer.len() - start - 4).unwrap_or(0);
    buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow_pg::datatypes::{arrow_schema_to_pg_fields, encode_recordbatch};
    use datafusion::arrow::array::{Date32Array, Decimal128Array, Float64Array};
    use pgwire::api::portal::Format;

    use super::*;

    fn batch() -> RecordBatch {
        let texts = [Some("Ada"), None, Some(""), Some("Zoë, \"x\"\n\\"), Some("  ")];
        let whole = [Some(0), Some(i64::MIN), None, Some(i64::MAX), Some(-7)];
        let yes = [Some(true), None, Some(false), Some(true), None];
        let amounts = [Some(-1_250_i128), None, Some(0), Some(7), Some(99_999)];
        let amounts = Decimal128Array::from(amounts.to_vec());
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("text", Arc::new(StringArray::from(texts.to_vec()))),
            ("view", Arc::new(StringViewArray::from(texts.to_vec()))),
            ("whole", Arc::new(Int64Array::from(whole.to_vec()))),
            ("yes", Arc::new(BooleanArray::from(yes.to_vec()))),
            ("amount", Arc::new(amounts.with_precision_and_scale(18, 2).unwrap())),
            ("number", Arc::new(Float64Array::from(vec![0.5, -1e300, 3.0, f64::NAN, 0.1]))),
            (
                "day",
                Arc::new(Date32Array::from(vec![Some(0), None, Some(-700), Some(20_000), None])),
            ),
        ];
        let nullable = columns.into_iter().map(|(name, values)| (name, values, true));
        RecordBatch::try_from_iter_with_nullable(nullable).unwrap()
    }

    #[test]
    fn lines_are_what_the_library_writes() {
        let whole = batch();
        for format in [Format::UnifiedText, Format::UnifiedBinary] {
            for batch in [whole.clone(), whole.slice(1, 3), whole.slice(5, 0)] {
                let told = arrow_schema_to_pg_fields(batch.schema_ref(), &format, None).unwrap();
                let told = Arc::new(told);
                let ours: Vec<_> = Lines::of(&batch, &told).map(|line| line.unwrap()).collect();
                let theirs = encode_recordbatch(Arc::clone(&told), batch.clone());
                let theirs: Vec<_> = theirs.map(|line| line.unwrap()).collect();
                assert_eq!(ours.len(), theirs.len());
                for (ours, theirs) in ours.iter().zip(&theirs) {
                    assert_eq!((&ours.data, ours.field_count), (&theirs.data, theirs.field_count));
                }
            }
        }
    }
}
