//! SQL functions: those of the engine that may be called, and our own, which read the injected clock.

pub(crate) mod allowed;
mod bounded;
mod joined;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use jiff::Unit;
use jiff::civil::Date;

use crate::mask::Calendar;

pub(crate) use self::joined::Joining;

/// `days_until(birthday)`: days from today to the next such day of the year (`MM-DD`).
///
/// A whole date (`YYYY-MM-DD`) is as good as its birthday.
/// A birthday on 29 February falls on 1 March in other years.
pub(crate) fn days_until(today: Date) -> ScalarUDF {
    let call = move |given: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(given)?;
        let Some(texts) = arrays[0].as_string_opt::<i32>() else {
            return Err(DataFusionError::Execution("days_until needs a text MM-DD".to_owned()));
        };
        let days: Int64Array = (0..texts.len())
            .map(|row| texts.is_valid(row).then(|| until(texts.value(row), today)).flatten())
            .collect();
        Ok(ColumnarValue::Array(Arc::new(days) as ArrayRef))
    };
    let kind = vec![DataType::Utf8];
    create_udf("days_until", kind, DataType::Int64, Volatility::Stable, Arc::new(call))
}

/// The functions that read the clock, each with the moment of the statement: the engine's own would
/// read the machine's clock, which is not the one that is injected.
pub(crate) fn clocks(calendar: &Calendar) -> Vec<ScalarUDF> {
    let Calendar { now, today, zone } = calendar;
    let epoch = Date::constant(1970, 1, 1);
    let days = today.since((Unit::Day, epoch)).map_or(0, |span| span.get_days());
    let day = ScalarValue::Date32(Some(days));
    let zoned = now.to_zoned(zone.clone());
    let midnight = zoned.time().duration_since(jiff::civil::Time::midnight());
    let time = ScalarValue::Time64Nanosecond(i64::try_from(midnight.as_nanos()).ok());
    let utc = Some("UTC".into());
    let moment = ScalarValue::TimestampMicrosecond(Some(now.as_microsecond()), utc);
    [
        ("today", &day),
        ("current_date", &day),
        ("current_time", &time),
        ("now", &moment),
        ("current_timestamp", &moment),
    ]
    .map(|(name, value)| fixed(name, value.clone()))
    .into()
}

/// A function without arguments that gives one value.
fn fixed(name: &str, value: ScalarValue) -> ScalarUDF {
    let kind = value.data_type();
    let call = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(value.clone()));
    create_udf(name, vec![], kind, Volatility::Stable, Arc::new(call))
}

fn until(text: &str, today: Date) -> Option<i64> {
    let (rest, day) = text.rsplit_once('-')?;
    let month = rest.rsplit_once('-').map_or(rest, |(_year, month)| month);
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    (0..=8).find_map(|years| {
        let next = on(today.year() + years, month, day)?;
        let days = next.since((Unit::Day, today)).ok()?.get_days();
        (days >= 0).then_some(i64::from(days))
    })
}

fn on(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day)
        .ok()
        .or_else(|| (month == 2 && day == 29).then(|| Date::new(year, 3, 1).ok()).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_until_a_birthday_count_into_the_next_year() {
        let today = Date::constant(2026, 12, 30);
        assert_eq!(until("12-30", today), Some(0));
        assert_eq!(until("01-02", today), Some(3));
        assert_eq!(until("02-29", Date::constant(2026, 2, 28)), Some(1));
        assert_eq!(until("1985-01-02", today), Some(3));
        assert_eq!(until("1985-01", today), None);
        assert_eq!(until("nonsense", today), None);
    }
}
