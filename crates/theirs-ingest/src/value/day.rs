//! Calendar days.

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;
use theirs_model::Cell;

use crate::fault::Fault;

const SECONDS_PER_DAY: i64 = 86_400;

/// Reads a cell as a day, given in days since 1970-01-01.
///
/// A time of day of zero is left off, as programs without a type for days add it.
pub(crate) fn day(cell: &Cell<'_>, format: Option<&str>) -> Result<i32, Fault> {
    match (cell, format) {
        (Cell::Day(days), _) => Ok(*days),
        (Cell::Text(text), None) => {
            let date = civil_day(at_midnight(text).as_bytes()).ok_or(Fault::Unlike)?;
            days_since_epoch(date)
        }
        (Cell::Text(text), Some(format)) => written(text, format),
        (Cell::Integer(number), Some(format)) => written(&number.to_string(), format),
        _ => Err(Fault::Unlike),
    }
}

fn written(text: &str, format: &str) -> Result<i32, Fault> {
    let parsed = BrokenDownTime::parse(format, text).and_then(|parsed| parsed.to_date());
    days_since_epoch(parsed.map_err(|_| Fault::Unlike)?)
}

/// The text before a time of day of zero, or all of it.
fn at_midnight(text: &str) -> &str {
    let Some((date, time)) = text.split_once(['T', ' ']) else { return text };
    let fraction = time
        .strip_prefix("00:00:00")
        .and_then(|rest| if rest.is_empty() { Some("") } else { rest.strip_prefix('.') });
    let is_zero = fraction.is_some_and(|digits| digits.bytes().all(|digit| digit == b'0'));
    if is_zero { date } else { text }
}

/// Reads `YYYY-MM-DD`.
pub(super) fn civil_day(text: &[u8]) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let year = i16::from(two([y1, y2])?) * 100 + i16::from(two([y3, y4])?);
    Date::new(year, two([m1, m2])?, two([d1, d2])?).ok()
}

/// Reads a number of two digits.
pub(super) fn two(digits: [u8; 2]) -> Option<i8> {
    let [tens, ones] = digits.map(|digit| digit.wrapping_sub(b'0'));
    let value = (tens <= 9 && ones <= 9).then(|| tens * 10 + ones)?;
    i8::try_from(value).ok()
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The days from 1970-01-01 to `date`.
pub(crate) fn days_since_epoch(date: Date) -> Result<i32, Fault> {
    let seconds = date.duration_since(EPOCH).as_secs();
    i32::try_from(seconds / SECONDS_PER_DAY).map_err(|_| Fault::Range)
}

/// The date that lies `days` after 1970-01-01, within the years −9999 to 9999.
pub(crate) fn date_of(days: i32) -> Option<Date> {
    EPOCH.checked_add(SignedDuration::from_secs(i64::from(days) * SECONDS_PER_DAY)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &'static str, format: Option<&str>) -> Result<i32, Fault> {
        day(&Cell::Text(text.into()), format)
    }

    #[test]
    fn iso_days_are_read_and_impossible_ones_are_not() {
        assert_eq!(of("1970-01-02", None), Ok(1));
        assert_eq!(of("1969-12-31", None), Ok(-1));
        assert_eq!(of("2024-02-29", None), Ok(19_782));
        assert_eq!(of("9999-12-31", None), Ok(2_932_896));
        for text in ["2023-02-29", "2024-1-5", "05/01/2024", "2024-01-05x", "20240105", "é24-01-05"]
        {
            assert_eq!(of(text, None), Err(Fault::Unlike), "{text}");
        }
    }

    #[test]
    fn only_a_time_of_midnight_may_follow() {
        assert_eq!(of("1970-01-02 00:00:00", None), Ok(1));
        assert_eq!(of("1970-01-02T00:00:00.000", None), Ok(1));
        assert_eq!(of("1970-01-02 00:00:01", None), Err(Fault::Unlike));
        assert_eq!(of("1970-01-02 00:00:00Z", None), Err(Fault::Unlike));
    }

    #[test]
    fn a_format_is_followed_to_the_letter() {
        assert_eq!(of("02/01/1970", Some("%d/%m/%Y")), Ok(1));
        assert_eq!(of("1970-01-02", Some("%d/%m/%Y")), Err(Fault::Unlike));
        assert_eq!(day(&Cell::Integer(19_700_102), Some("%Y%m%d")), Ok(1));
    }

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for days in [-700_000, -1, 0, 1, 19_782, 2_900_000] {
            assert_eq!(date_of(days).map(days_since_epoch), Some(Ok(days)));
        }
        assert_eq!(date_of(i32::MAX), None);
    }
}
