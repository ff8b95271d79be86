//! One Arrow array as the wanted type.
//!
//! Types that are alike are cast as a whole: the cast leaves a null where a value does not fit, and
//! a null that was none before is a fault. The rest goes the way of all other formats, cell by cell.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, TimeUnit, TimestampMicrosecondType,
};
use arrow::error::ArrowError;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use theirs_model::ColumnType;

use super::cells::by_cells;
use crate::Wanted;
use crate::fault::Fault;
use crate::shape::{DECIMAL, arrow_type};
use crate::value::{date_of, days_since_epoch, hundredths, local};

/// A column as wanted, with its rows at fault in order.
pub(super) struct Converted {
    pub(super) array: ArrayRef,
    pub(super) faults: Vec<(usize, Fault)>,
}

/// Converts `array`.
pub(super) fn convert(
    array: &ArrayRef,
    wanted: &Wanted,
    zone: Option<&TimeZone>,
) -> Result<Converted, ArrowError> {
    let array = &plain(array)?;
    let to = arrow_type(wanted.kind);
    let converted = match (wanted.kind, array.data_type()) {
        (ColumnType::Integer, from) if from.is_integer() => {
            compared(array, cast(array, &to)?, Fault::Range)
        }
        (ColumnType::Decimal, from) if from.is_integer() || from.is_decimal() => {
            compared(array, cast(array, &to)?, Fault::Range)
        }
        (ColumnType::Boolean, DataType::Boolean) => {
            compared(array, Arc::clone(array), Fault::Range)
        }
        (ColumnType::Number, from) if from.is_numeric() => numbers(array)?,
        (ColumnType::Decimal, from) if from.is_floating() => decimals(array)?,
        (ColumnType::Date, DataType::Date32 | DataType::Date64) => days(array)?,
        (ColumnType::Date, DataType::Timestamp(_, None)) => midnights(array)?,
        (ColumnType::Timestamp, DataType::Timestamp(_, Some(_))) => instants(array)?,
        (ColumnType::Timestamp, DataType::Timestamp(_, None)) => locals(array, zone)?,
        _ => return by_cells(array, wanted, zone),
    };
    Ok(if wanted.required { filled(converted) } else { converted })
}

/// The values that a dictionary stands for, and floating point numbers as they are widest.
fn plain(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Dictionary(_, values) => plain(&cast(array, values)?),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let wide = cast(array, &DataType::Float64)?;
            let numbers = wide.as_primitive::<Float64Type>();
            let known: PrimitiveArray<Float64Type> =
                numbers.unary_opt(|number| (!number.is_nan()).then_some(number));
            Ok(Arc::new(known))
        }
        _ => Ok(Arc::clone(array)),
    }
}

/// Finds the rows that hold a value before and none after.
fn compared(before: &ArrayRef, after: ArrayRef, fault: Fault) -> Converted {
    let mut faults = Vec::new();
    if before.null_count() < after.null_count() {
        let lost = |row: &usize| before.is_valid(*row) && after.is_null(*row);
        faults.extend((0..after.len()).filter(lost).map(|row| (row, fault)));
    }
    Converted { array: after, faults }
}

/// Adds as faults the rows of a required column that are null.
fn filled(mut converted: Converted) -> Converted {
    if converted.array.null_count() > converted.faults.len() {
        let empty = (0..converted.array.len()).filter(|row| converted.array.is_null(*row));
        converted.faults.extend(empty.map(|row| (row, Fault::Missing)));
        converted.faults.sort_by_key(|(row, _)| *row);
        converted.faults.dedup_by_key(|(row, _)| *row);
    }
    converted
}

fn numbers(array: &ArrayRef) -> Result<Converted, ArrowError> {
    let wide = cast(array, &DataType::Float64)?;
    let numbers = wide.as_primitive::<Float64Type>();
    let finite: PrimitiveArray<Float64Type> =
        numbers.unary_opt(|number| number.is_finite().then_some(number));
    Ok(compared(array, Arc::new(finite), Fault::Range))
}

fn decimals(array: &ArrayRef) -> Result<Converted, ArrowError> {
    let numbers = array.as_primitive::<Float64Type>();
    let decimals: PrimitiveArray<Decimal128Type> =
        numbers.unary_opt(|number| hundredths(number).ok());
    let decimals = decimals.with_precision_and_scale(DECIMAL.0, DECIMAL.1)?;
    Ok(compared(array, Arc::new(decimals), Fault::Range))
}

fn days(array: &ArrayRef) -> Result<Converted, ArrowError> {
    let days = cast(array, &DataType::Date32)?;
    let days = days.as_primitive::<Date32Type>();
    let days: PrimitiveArray<Date32Type> = days.unary_opt(|days| date_of(days).map(|_| days));
    Ok(compared(array, Arc::new(days), Fault::Range))
}

/// Days that a program without a type for them wrote as instants.
fn midnights(array: &ArrayRef) -> Result<Converted, ArrowError> {
    let clocks = microseconds(array)?;
    let days: PrimitiveArray<Date32Type> = clocks.unary_opt(|micros| {
        let civil = civil(micros)?;
        if civil.time() == Time::midnight() { days_since_epoch(civil.date()).ok() } else { None }
    });
    Ok(compared(array, Arc::new(days), Fault::Unlike))
}

fn instants(array: &ArrayRef) -> Result<Converted, ArrowError> {
    let instants: PrimitiveArray<TimestampMicrosecondType> = microseconds(array)?
        .unary_opt(|micros| Timestamp::from_microsecond(micros).ok().map(|_| micros));
    Ok(compared(array, Arc::new(instants.with_timezone("UTC")), Fault::Range))
}

/// Instants without an offset, as clocks in the zone show them.
fn locals(array: &ArrayRef, zone: Option<&TimeZone>) -> Result<Converted, ArrowError> {
    let instants: PrimitiveArray<TimestampMicrosecondType> = microseconds(array)?
        .unary_opt(|micros| Some(local(civil(micros)?, zone).ok()?.as_microsecond()));
    let fault = if zone.is_some() { Fault::Range } else { Fault::Zoneless };
    Ok(compared(array, Arc::new(instants.with_timezone("UTC")), fault))
}

/// The array in microseconds, whatever its unit.
pub(super) fn microseconds(
    array: &ArrayRef,
) -> Result<PrimitiveArray<TimestampMicrosecondType>, ArrowError> {
    let zone = match array.data_type() {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let array = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone))?;
    Ok(array.as_primitive::<TimestampMicrosecondType>().clone())
}

fn civil(micros: i64) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::from_microsecond(micros).ok()?))
}
