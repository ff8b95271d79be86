//! By when the law wants an answer.
//!
//! Days are calendar days of the controller's time zone. A period that ends on a holiday or a weekend
//! is not prolonged, and holidays do not count as free of business: both only make us earlier.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use serde::Serialize;
use theirs_charter::Law;

/// By when a request is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The day by which the person is told that it came, where a law asks for that.
    pub confirm: Option<Date>,
    /// The last day of the answer.
    pub answer: Date,
    /// The law that asks for it by then; none where no law counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<&'static str>,
    /// The last day if more time is taken; none where it cannot be, or was.
    pub longest: Option<Date>,
}

/// A time in which the person was asked for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Its first day.
    pub from: Date,
    /// The day they answered.
    pub until: Option<Date>,
}

/// The time a law gives.
struct Time {
    /// Where the law says so.
    law: &'static str,
    answer: Span,
    /// Counted from the day the request came.
    longest: Option<Span>,
    confirm_business_days: Option<u8>,
    /// Whether it stands still while the person is asked for something.
    stops: bool,
}

fn time(law: Law) -> Time {
    let of = |law, answer, longest| Time {
        law,
        answer,
        longest,
        confirm_business_days: None,
        stops: false,
    };
    match law {
        // One month, and two more if it says so within the first.
        Law::Gdpr => of("GDPR Art. 12(3)", 1.month(), Some(3.months())),
        // The same, and the clock stops while it waits (Data (Use and Access) Act 2025 s. 76).
        Law::Uk => Time { stops: true, ..of("UK GDPR Art. 12(3)", 1.month(), Some(3.months())) },
        // 45 days and 45 more; confirmed in 10 business days (11 CCR 7021).
        Law::Ccpa => Time {
            confirm_business_days: Some(10),
            ..of("CCPA § 1798.130(a)(2)", 45.days(), Some(90.days()))
        },
        // 30 days, and 30 more (s. 8(4)).
        Law::Pipeda => of("PIPEDA s. 8(3)", 30.days(), Some(60.days())),
        // 30 days; silence is a refusal.
        Law::Quebec => of("Quebec P-39.1 s. 32", 30.days(), None),
    }
}

/// By when the strictest of these laws wants an answer to what came on a day.
pub(super) fn due(laws: &[Law], came: Date, waits: &[Wait], is_extended: bool) -> Due {
    let times: Vec<Time> = laws.iter().copied().map(time).collect();
    let on = |span: &Span, stops: bool| {
        let end = came.saturating_add(*span);
        if stops { later(end, waits) } else { end }
    };
    let longest = times
        .iter()
        .map(|time| Some((on(time.longest.as_ref()?, time.stops), time.law)))
        .collect::<Option<Vec<(Date, &'static str)>>>()
        .and_then(|days| days.into_iter().min_by_key(|(day, _)| *day));
    let answers = times.iter().map(|time| (on(&time.answer, time.stops), time.law));
    let soonest = answers.min_by_key(|(day, _)| *day);
    let counts = longest.filter(|_| is_extended).or(soonest);
    let confirm = times.iter().filter_map(|time| time.confirm_business_days).min();
    Due {
        confirm: confirm.map(|days| business_days_after(came, days)),
        answer: counts.map_or(came, |(day, _)| day),
        law: counts.map(|(_, law)| law),
        longest: longest.filter(|_| !is_extended).map(|(day, _)| day),
    }
}

/// A day moved on by the days waited before it. One who still waits moves it by what passed so far
/// at the end of it, so nothing is due before they answer.
fn later(end: Date, waits: &[Wait]) -> Date {
    waits.iter().fold(end, |end, wait| match wait.until {
        // What was late before is late still.
        _ if wait.from > end => end,
        Some(until) => {
            let days = wait.from.until(until).map_or(0, |span| span.get_days().max(0));
            end.saturating_add(days.days())
        }
        None => Date::MAX,
    })
}

fn business_days_after(day: Date, count: u8) -> Date {
    let mut at = day;
    let mut left = count;
    while left > 0 {
        at = at.saturating_add(1.day());
        if !matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn answer(laws: &[Law], came: Date) -> Date {
        due(laws, came, &[], false).answer
    }

    #[test]
    fn each_law_gives_its_time_and_the_shortest_counts() {
        let came = date(2026, 1, 31);
        assert_eq!(answer(&[Law::Gdpr], came), date(2026, 2, 28), "a month ends with the month");
        assert_eq!(answer(&[Law::Ccpa], came), date(2026, 3, 17));
        assert_eq!(answer(&[Law::Pipeda], came), date(2026, 3, 2));
        assert_eq!(answer(&Law::ALL.map(|known| known.1), came), date(2026, 2, 28));
        let july = date(2026, 7, 15);
        assert_eq!(answer(&Law::ALL.map(|known| known.1), july), date(2026, 8, 14));
        let named = due(&Law::ALL.map(|known| known.1), july, &[], false).law;
        assert_eq!(named, Some("PIPEDA s. 8(3)"), "which of them asks for it is said");
        assert_eq!(due(&[], july, &[], false).law, None);
    }

    #[test]
    fn more_time_is_there_only_where_every_law_gives_it() {
        let came = date(2026, 7, 15);
        let both = due(&[Law::Gdpr, Law::Ccpa], came, &[], false);
        assert_eq!(both.longest, Some(date(2026, 10, 13)), "90 days, before three months");
        assert_eq!(due(&[Law::Gdpr, Law::Ccpa], came, &[], true).answer, date(2026, 10, 13));
        assert_eq!(due(&[Law::Gdpr, Law::Quebec], came, &[], false).longest, None);
        assert_eq!(due(&[Law::Gdpr, Law::Quebec], came, &[], true).answer, date(2026, 8, 14));
    }

    #[test]
    fn the_clock_stops_in_the_united_kingdom_alone() {
        let came = date(2026, 7, 15);
        let wait = Wait { from: date(2026, 7, 20), until: Some(date(2026, 7, 30)) };
        assert_eq!(due(&[Law::Uk], came, &[wait], false).answer, date(2026, 8, 25));
        assert_eq!(due(&[Law::Gdpr], came, &[wait], false).answer, date(2026, 8, 15));
        assert_eq!(due(&[Law::Uk, Law::Gdpr], came, &[wait], false).answer, date(2026, 8, 15));
        let open = Wait { from: date(2026, 7, 20), until: None };
        assert_eq!(due(&[Law::Uk], came, &[open], false).answer, Date::MAX);
        let late = Wait { from: date(2026, 8, 20), until: None };
        assert_eq!(due(&[Law::Uk], came, &[late], false).answer, date(2026, 8, 15));
    }

    #[test]
    fn ten_business_days_leave_out_the_weekends() {
        let friday = date(2026, 11, 27);
        assert_eq!(due(&[Law::Ccpa], friday, &[], false).confirm, Some(date(2026, 12, 11)));
    }
}
