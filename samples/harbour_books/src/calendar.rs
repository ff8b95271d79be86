//! Dates and moments of the sample, all counted from the day it is written for.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};

use crate::dice::Dice;

/// How many days the birthday offer looks ahead, today included.
const OFFER_DAYS: i64 = 14;

pub(crate) fn days_after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// A waking moment between two numbers of days before today.
pub(crate) fn moment(dice: &mut Dice, today: Date, oldest: i64, newest: i64) -> DateTime {
    let day = days_after(today, -dice.between(newest, oldest));
    day.at(7, 0, 0, 0).saturating_add(dice.between(0, 15 * 3600 - 1).seconds())
}

/// RFC 3339 in universal time.
pub(crate) fn stamp(moment: DateTime) -> String {
    format!("{moment}Z")
}

/// As the till writes a date: dd/mm/yyyy.
pub(crate) fn british(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// Completed years of age.
pub(crate) fn age(born: Date, today: Date) -> i16 {
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    today.year() - born.year() - i16::from(before_birthday)
}

/// Whether a birthday falls within the days that the birthday offer looks ahead.
pub(crate) fn birthday_due(born: Date, today: Date) -> bool {
    (0..OFFER_DAYS)
        .map(|days| days_after(today, days))
        .any(|day| (day.month(), day.day()) == (born.month(), born.day()))
}

/// Somebody's birth date, moved to the month and day of another date.
pub(crate) fn with_birthday(year: i16, on: Date) -> Date {
    Date::new(year, on.month(), on.day()).or_else(|_| Date::new(year, on.month(), 28)).unwrap_or(on)
}

/// The birth date with day and month exchanged, where that makes another valid date.
pub(crate) fn swapped(born: Date) -> Option<Date> {
    let swapped = Date::new(born.year(), born.day(), born.month()).ok()?;
    (swapped != born).then_some(swapped)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn swapping_needs_a_day_that_could_be_a_month() {
        assert_eq!(swapped(date(1961, 12, 3)), Some(date(1961, 3, 12)));
        assert_eq!(swapped(date(1961, 12, 13)), None);
        assert_eq!(swapped(date(1961, 5, 5)), None);
    }

    #[test]
    fn the_fourteenth_day_is_due_and_the_fifteenth_is_not() {
        let today = date(2026, 12, 25);
        assert!(birthday_due(date(1950, 12, 25), today));
        assert!(birthday_due(date(1950, 1, 7), today));
        assert!(!birthday_due(date(1950, 1, 8), today));
    }

    #[test]
    fn age_counts_completed_years() {
        assert_eq!(age(date(1990, 3, 3), date(2026, 3, 2)), 35);
        assert_eq!(age(date(1990, 3, 2), date(2026, 3, 2)), 36);
    }
}
