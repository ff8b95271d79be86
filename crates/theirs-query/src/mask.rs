//! Makes a column coarse, before anything else may read it.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use theirs_charter::Coarseness;
use theirs_model::ColumnType;

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
            let years = days(values, calendar, |day| i64::from(day.year()));
            Arc::new(years.collect::<Int64Array>())
        }
        Coarseness::Month => {
            text(days(values, calendar, |day| format!("{:04}-{:02}", day.year(), day.month())))
        }
        Coarseness::Day => text(days(values, calendar, |day| day.to_string())),
        Coarseness::Birthday => {
            text(days(values, calendar, |day| format!("{:02}-{:02}", day.month(), day.day())))
        }
        Coarseness::AgeBand => text(days(values, calendar, |born| age_band(born, calendar.today))),
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
    let strings = values.as_string_opt::<i32>();
    (0..values.len())
        .map(move |row| strings.filter(|s| s.is_valid(row)).map(|strings| strings.value(row)))
}

fn days<'v, T>(
    values: &'v ArrayRef,
    calendar: &'v Calendar,
    see: impl Fn(Date) -> T + 'v,
) -> impl Iterator<Item = Option<T>> + 'v {
    let dates = values.as_primitive_opt::<Date32Type>();
    let instants = values.as_primitive_opt::<TimestampMicrosecondType>();
    (0..values.len()).map(move |row| {
        if let Some(dates) = dates {
            return dates.is_valid(row).then(|| date(dates, row)).flatten().map(&see);
        }
        let instants = instants.filter(|instants| instants.is_valid(row))?;
        let instant = Timestamp::from_microsecond(instants.value(row)).ok()?;
        Some(see(instant.to_zoned(calendar.zone.clone()).date()))
    })
}

fn date(dates: &Date32Array, row: usize) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(dates.value(row).days()).ok()
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
        let array: Decimal128Array = decimals.iter().map(|cents| cents.map(near)).collect();
        return Arc::new(array.with_data_type(DataType::Decimal128(18, 2)));
    }
    if let Some(whole) = values.as_primitive_opt::<Int64Type>() {
        let step = i64::from(step);
        let near = |n: i64| n.saturating_add(step / 2).div_euclid(step).saturating_mul(step);
        return Arc::new(whole.iter().map(|n| n.map(near)).collect::<Int64Array>());
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
