//! Days of the controller's calendar, worked out once for each different day of a batch.
//!
//! Asking the calendar for each value takes longer than reading the value. So the offsets of the
//! zone are looked up once for the span of a batch, days are counted from them, and what is to be
//! seen of a day is made when the day first occurs.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Calendar;

const DAY_MICROS: i64 = 86_400_000_000;
/// The longest span of days for which what is seen is kept; beyond, it is made for each value.
const MOST_DAYS: usize = 1 << 16;

/// Hands over what is seen of the day of each value, in order; none for no day at all.
pub(super) fn by_day<T>(
    values: &ArrayRef,
    calendar: &Calendar,
    see: impl Fn(Date) -> T,
    mut hand_over: impl FnMut(Option<&T>),
) {
    let days = day_numbers(values, calendar);
    let see = |day: i64| date(day).map(&see);
    let known = || days.iter().flatten().copied();
    let (least, most) = (known().min().unwrap_or(0), known().max().unwrap_or(0));
    let span = usize::try_from(most - least).map_or(usize::MAX, |span| span.saturating_add(1));
    if span > MOST_DAYS {
        return days.iter().for_each(|day| hand_over(day.and_then(see).as_ref()));
    }
    let mut seen: Vec<Option<Option<T>>> = std::iter::repeat_with(|| None).take(span).collect();
    for day in &days {
        let slot = day.and_then(|day| seen.get_mut(usize::try_from(day - least).ok()?));
        hand_over(match (slot, day) {
            (Some(slot), Some(day)) => slot.get_or_insert_with(|| see(*day)).as_ref(),
            _ => None,
        });
    }
}

/// The days since 1970-01-01 in the controller's zone.
fn day_numbers(values: &ArrayRef, calendar: &Calendar) -> Vec<Option<i64>> {
    if let Some(dates) = values.as_primitive_opt::<Date32Type>() {
        return dates.iter().map(|day| day.map(i64::from)).collect();
    }
    match values.as_primitive_opt::<TimestampMicrosecondType>() {
        Some(instants) => local_days(instants, &calendar.zone),
        None => vec![None; values.len()],
    }
}

fn local_days(
    instants: &PrimitiveArray<TimestampMicrosecondType>,
    zone: &TimeZone,
) -> Vec<Option<i64>> {
    let known = || instants.iter().flatten();
    let Some((least, most)) = known().min().zip(known().max()) else {
        return vec![None; instants.len()];
    };
    let offsets = offsets(zone, least, most);
    let mut at = 0;
    let mut local = |instant: i64| {
        let (from, _) = offsets[at];
        if instant < from || offsets.get(at + 1).is_some_and(|(next, _)| instant >= *next) {
            at = offsets.partition_point(|(from, _)| *from <= instant).saturating_sub(1);
        }
        instant.saturating_add(offsets[at].1).div_euclid(DAY_MICROS)
    };
    instants.iter().map(|instant| instant.map(&mut local)).collect()
}

/// From when which offset holds, in microseconds, for a span of time.
fn offsets(zone: &TimeZone, earliest: i64, latest: i64) -> Vec<(i64, i64)> {
    let micros = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * 1_000_000;
    let instant = |micros: i64, beyond| Timestamp::from_microsecond(micros).unwrap_or(beyond);
    let (first, last) = (instant(earliest, Timestamp::MIN), instant(latest, Timestamp::MAX));
    let mut offsets = vec![(i64::MIN, micros(zone.to_offset(first)))];
    let changes = zone.following(first).take_while(|change| change.timestamp() <= last);
    offsets.extend(changes.map(|c| (c.timestamp().as_microsecond(), micros(c.offset()))));
    offsets
}

fn date(day: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().try_days(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Date32Array, TimestampMicrosecondArray};

    use super::*;

    /// What the calendar itself says of each instant.
    fn asked(instants: &[Option<i64>], zone: &TimeZone) -> Vec<Option<Date>> {
        let day = |micros| Timestamp::from_microsecond(micros).ok();
        let day = |micros| Some(day(micros)?.to_zoned(zone.clone()).date());
        instants.iter().map(|instant| instant.and_then(day)).collect()
    }

    fn seen(values: &ArrayRef, zone: &TimeZone) -> Vec<Option<Date>> {
        let calendar = Calendar::at(Timestamp::UNIX_EPOCH, zone);
        let mut days = Vec::new();
        by_day(values, &calendar, |day| day, |day| days.push(day.copied()));
        days
    }

    #[test]
    fn days_are_those_of_the_calendar_around_every_change_of_the_clock() {
        for name in ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"] {
            let zone = TimeZone::get(name).unwrap();
            let hours = (0..20_000).map(|hour| Some((hour - 4_000) * 8 * 3_600_000_000 + 7));
            let changes = zone.following(Timestamp::UNIX_EPOCH).take(120);
            let around = changes.flat_map(|change| {
                let at = change.timestamp().as_microsecond();
                [Some(at - 1), Some(at), Some(at + DAY_MICROS - 1), None]
            });
            let instants: Vec<Option<i64>> = hours.chain(around).collect();
            let array = TimestampMicrosecondArray::from(instants.clone()).with_timezone("UTC");
            assert_eq!(
                seen(&(Arc::new(array) as ArrayRef), &zone),
                asked(&instants, &zone),
                "{name}"
            );
        }
    }

    #[test]
    fn days_far_apart_and_days_that_are_none_are_seen_too() {
        let far = [Some(i64::MAX), Some(0), None, Some(-62_000_000_000_000_000), Some(i64::MIN)];
        let array = TimestampMicrosecondArray::from(far.to_vec()).with_timezone("UTC");
        let none = |micros: &Option<i64>| micros.filter(|m| m.unsigned_abs() < 1 << 60);
        let sane: Vec<Option<i64>> = far.iter().map(none).collect();
        assert_eq!(
            seen(&(Arc::new(array) as ArrayRef), &TimeZone::UTC),
            asked(&sane, &TimeZone::UTC)
        );
        let dates = Date32Array::from(vec![Some(0), Some(i32::MAX), None, Some(-1)]);
        let day = |year, month, day| Some(Date::constant(year, month, day));
        let expected = [day(1970, 1, 1), None, None, day(1969, 12, 31)];
        assert_eq!(seen(&(Arc::new(dates) as ArrayRef), &TimeZone::UTC), expected);
    }
}
