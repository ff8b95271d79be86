//! Makes a column coarse, before anything else may read it.

mod day;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Builder, StringArray,
    StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use theirs_charter::Coarseness;
use theirs_model::ColumnType;

use self::day::by_day;

/// What coarsening needs to know of the moment and the place.
#[derive(Clone)]
pub(crate) struct Calendar {
    /// The moment of the statement.
    pub(crate) now: Timestamp,
    /// Its day in the controller's zone.
    pub(crate) today: Date,
    /// The controller's zone, in which instants become days.
    pub(crate) zone: TimeZone,
}

impl Calendar {
    /// The calendar of a moment in a zone.
    pub(crate) fn at(now: Timestamp, zone: &TimeZone) -> Self {
        Self { now, today: now.to_zoned(zone.clone()).date(), zone: zone.clone() }
    }
}

/// The Arrow type of a column of this type.
pub(crate) fn arrow_type(kind: ColumnType) -> DataType {
    use datafusion::arrow::datatypes::TimeUnit;
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(18, 2),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

/// What a purpose may see of a column. An unreadable column is seen as empty, never as it is.
pub(crate) fn coarsen(values: &ArrayRef, coarseness: Coarseness, calendar: &Calendar) -> ArrayRef {
    match coarseness {
        Coarseness::Exact => Arc::clone(values),
        Coarseness::Known => known(values),
        Coarseness::Year => {
            let mut years = Int64Builder::with_capacity(values.len());
            by_day(
                values,
                calendar,
                |day| i64::from(day.year()),
                |year| {
                    years.append_option(year.copied());
                },
            );
            Arc::new(years.finish())
        }
        Coarseness::Month => {
            day_text(values, calendar, |day| format!("{:04}-{:02}", day.year(), day.month()))
        }
        Coarseness::Day => day_text(values, calendar, |day| day.to_string()),
        Coarseness::Birthday => {
            day_text(values, calendar, |day| format!("{:02}-{:02}", day.month(), day.day()))
        }
        Coarseness::AgeBand => day_text(values, calendar, |born| age_band(born, calendar.today)),
        Coarseness::Region => text(texts(values).map(|text| text.map(region))),
        Coarseness::Initial => {
            text(texts(values).map(|text| text.map(|text| text.chars().take(1).collect())))
        }
        Coarseness::Rounded(step) => rounded(values, step),
    }
}

fn text(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn known(values: &ArrayRef) -> ArrayRef {
    let flags = (0..values.len()).map(|row| values.is_valid(row).then_some("yes"));
    Arc::new(flags.collect::<StringArray>())
}

fn texts(values: &ArrayRef) -> impl Iterator<Item = Option<&str>> {
    let (strings, views) = (values.as_string_opt::<i32>(), values.as_string_view_opt());
    (0..values.len()).map(move |row| {
        let text = || strings.map(|s| s.value(row)).or_else(|| views.map(|v| v.value(row)));
        if values.is_null(row) { None } else { text() }
    })
}

fn day_text(values: &ArrayRef, calendar: &Calendar, see: impl Fn(Date) -> String) -> ArrayRef {
    let mut seen = StringBuilder::with_capacity(values.len(), values.len() * 8);
    by_day(values, calendar, see, |text| seen.append_option(text));
    Arc::new(seen.finish())
}

fn age_band(born: Date, today: Date) -> String {
    if born > today {
        return "unknown".to_owned();
    }
    let age = born.until((jiff::Unit::Year, today)).map_or(0, |span| span.get_years());
    match age {
        ..18 => "under 18".to_owned(),
        18..30 => "18-29".to_owned(),
        90.. => "90 or more".to_owned(),
        _ => format!("{}-{}", age / 10 * 10, age / 10 * 10 + 9),
    }
}

fn region(postcode: &str) -> String {
    match postcode.trim().split_once(' ') {
        Some((outward, _)) => outward.to_owned(),
        None => postcode.trim().chars().take(2).collect(),
    }
}

fn rounded(values: &ArrayRef, step: u32) -> ArrayRef {
    if let Some(decimals) = values.as_primitive_opt::<Decimal128Type>() {
        let step = i128::from(step) * 100;
        let near = |cents: i128| (cents + step / 2).div_euclid(step) * step;
        let array: Decimal128Array = decimals.unary(near);
        return Arc::new(array.with_data_type(DataType::Decimal128(18, 2)));
    }
    if let Some(whole) = values.as_primitive_opt::<Int64Type>() {
        let step = i64::from(step);
        let near = |n: i64| n.saturating_add(step / 2).div_euclid(step).saturating_mul(step);
        return Arc::new(whole.unary::<_, Int64Type>(near));
    }
    let step = f64::from(step);
    let numbers = values.as_primitive_opt::<Float64Type>();
    let near = (0..values.len()).map(|row| {
        let numbers = numbers.filter(|numbers| numbers.is_valid(row))?;
        Some((numbers.value(row) / step).round() * step)
    });
    Arc::new(near.collect::<Float64Array>())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Int64Array;

    use super::*;

    fn calendar() -> Calendar {
        let now = Date::constant(2026, 3, 2).to_zoned(TimeZone::UTC).unwrap().timestamp();
        Calendar::at(now, &TimeZone::UTC)
    }

    #[test]
    fn ages_are_bands_of_ten_years_on_the_day_itself() {
        let today = Date::constant(2026, 3, 2);
        assert_eq!(age_band(Date::constant(1996, 3, 2), today), "30-39");
        assert_eq!(age_band(Date::constant(1996, 3, 3), today), "18-29");
        assert_eq!(age_band(Date::constant(2027, 1, 1), today), "unknown");
    }

    #[test]
    fn a_region_is_the_outward_code_or_two_characters() {
        assert_eq!(region("SM21 4AB"), "SM21");
        assert_eq!(region("75011"), "75");
    }

    #[test]
    fn coarse_text_of_a_number_is_empty_rather_than_the_number() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![7]));
        assert!(coarsen(&numbers, Coarseness::Initial, &calendar()).is_null(0));
        assert!(coarsen(&numbers, Coarseness::Birthday, &calendar()).is_null(0));
    }
}
