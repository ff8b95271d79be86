//! When an activity happened.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use jiff::Timestamp;

/// When a row happened: an instant, or the begin of a day in UTC.
pub fn time_at(batch: &RecordBatch, column: &str, row: usize) -> Option<Timestamp> {
    let column = batch.column_by_name(column).filter(|column| column.is_valid(row))?;
    if let Some(instants) = column.as_primitive_opt::<TimestampMicrosecondType>() {
        return Timestamp::from_microsecond(instants.value(row)).ok();
    }
    let days = column.as_primitive_opt::<Date32Type>()?;
    Timestamp::from_second(i64::from(days.value(row)) * 86_400).ok()
}
