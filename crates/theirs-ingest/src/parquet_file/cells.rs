//! One Arrow array read cell by cell, as all other formats are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use arrow::error::ArrowError;
use jiff::tz::TimeZone;
use theirs_model::Cell;

use super::convert::{Converted, microseconds};
use crate::Wanted;
use crate::column::Column;
use crate::fault::Fault;

/// Converts `array` through the cells of a column.
pub(super) fn by_cells(
    array: &ArrayRef,
    wanted: &Wanted,
    zone: Option<&TimeZone>,
) -> Result<Converted, ArrowError> {
    let readable = readable(array)?;
    let mut column = Column::new(wanted, zone);
    let mut faults = Vec::new();
    for row in 0..array.len() {
        let cell = match &readable {
            _ if array.is_null(row) => Ok(Cell::Empty),
            None => Err(Fault::Nested),
            Some(values) if values.is_null(row) => Err(Fault::Encoding),
            Some(values) => cell(values, row),
        };
        faults.extend(column.push(cell).err().map(|fault| (row, fault)));
    }
    Ok(Converted { array: column.take(), faults })
}

/// The array in one of the types that [`cell`] knows; none where its values are not single.
///
/// Bytes are taken for text, as old writers did not mark text; those that are not UTF-8 become
/// null.
fn readable(array: &ArrayRef) -> Result<Option<ArrayRef>, ArrowError> {
    let to = match array.data_type() {
        DataType::Boolean => DataType::Boolean,
        DataType::Float64 => DataType::Float64,
        DataType::Date32 | DataType::Date64 => DataType::Date32,
        DataType::Timestamp(_, Some(_)) => return Ok(Some(Arc::new(microseconds(array)?))),
        DataType::Timestamp(_, None) => {
            let clocks = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
            return cast(&clocks, &DataType::Utf8).map(Some);
        }
        DataType::UInt64 => DataType::Utf8,
        kind if kind.is_integer() => DataType::Int64,
        kind if kind.is_decimal() || kind.is_string() || is_bytes(kind) || is_time(kind) => {
            DataType::Utf8
        }
        _ => return Ok(None),
    };
    cast(array, &to).map(Some)
}

fn is_bytes(kind: &DataType) -> bool {
    matches!(kind, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

fn is_time(kind: &DataType) -> bool {
    matches!(kind, DataType::Time32(_) | DataType::Time64(_))
}

fn cell(array: &ArrayRef, row: usize) -> Result<Cell<'_>, Fault> {
    Ok(match array.data_type() {
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row).into()),
        DataType::Int64 => Cell::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Cell::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Boolean(array.as_boolean().value(row)),
        DataType::Date32 => Cell::Day(array.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(..) => {
            Cell::Instant(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        _ => return Err(Fault::Nested),
    })
}
