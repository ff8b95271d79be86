//! Of what type a column is, by its values: the type that a charter would say, and how dates are
//! written.

use jiff::civil::Date;
use jiff::fmt::strtime;
use serde::Serialize;
use theirs_model::ColumnType;

/// How many values are looked at.
const LOOKED_AT: usize = 400;

/// The share of values that must read as a type.
const SHARE: f64 = 0.95;

/// Of days fewer are enough: people mistype them.
const DAYS_SHARE: f64 = 0.85;

/// A type, and how its values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// The type.
    #[serde(rename = "type")]
    pub of: ColumnType,
    /// How dates and instants are written, if not as ISO 8601; in the directives of strtime.
    pub format: Option<&'static str>,
    /// Whether the days could as well be months: `03/04/2025`.
    pub is_ambiguous: bool,
    /// Whether instants are written without saying in which zone.
    pub needs_zone: bool,
}

/// Ways in which days are written; of two that fit, the earlier one is taken.
const DAYS: [&str; 8] =
    ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d/%m/%y", "%Y%m%d"];

/// Ways in which instants are written. The first four are read without being told.
const INSTANTS: [&str; 11] = [
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y %H:%M",
];

/// How many of [`INSTANTS`] need no word in a charter.
const CUSTOMARY_INSTANTS: usize = 4;

impl Kind {
    /// The type of a column with these values.
    pub(crate) fn of(values: &[String]) -> Self {
        let step = values.len().div_ceil(LOOKED_AT).max(1);
        let looked: Vec<&str> = values.iter().step_by(step).map(String::as_str).collect();
        let plain = |of| Self { of, format: None, is_ambiguous: false, needs_zone: false };
        if looked.is_empty() {
            return plain(ColumnType::Text);
        }
        let fit = |reads: &dyn Fn(&str) -> bool| share(&looked, reads) >= SHARE;
        let leads_with_zero =
            share(&looked, &|v| v.len() > 1 && v.starts_with('0') && whole(v)) > 0.02;
        if fit(&is_truth) {
            return plain(ColumnType::Boolean);
        }
        if let Some(dated) = written(&looked) {
            return dated;
        }
        if leads_with_zero {
            return plain(ColumnType::Text);
        }
        let is_number = |v: &str| v.parse::<f64>().is_ok_and(f64::is_finite);
        let found = if fit(&|v| whole(v) && v.len() <= 18) {
            ColumnType::Integer
        } else if fit(&|v| places(v).is_some_and(|places| places <= 2)) {
            ColumnType::Decimal
        } else if fit(&is_number) {
            ColumnType::Number
        } else {
            ColumnType::Text
        };
        plain(found)
    }
}

/// The type of dates or instants, and how they are written.
fn written(looked: &[&str]) -> Option<Kind> {
    if share(looked, &|v| v.len() >= 6 && v.starts_with(|c: char| c.is_ascii_digit())) < SHARE {
        return None;
    }
    let fit = |format: &str| share(looked, &|value| day(value, format).is_some()) >= SHARE;
    if let Some(at) = INSTANTS.iter().position(|format| fit(format)) {
        let format = (at >= CUSTOMARY_INSTANTS).then_some(INSTANTS[at]);
        let is_ambiguous = INSTANTS[at].starts_with("%d/%m") && fit("%m/%d/%Y %H:%M");
        let needs_zone = !INSTANTS[at].ends_with(['z', 'Z']);
        return Some(Kind { of: ColumnType::Timestamp, format, is_ambiguous, needs_zone });
    }
    let days = |format: &&str| share(looked, &|value| day(value, format).is_some()) >= DAYS_SHARE;
    let format = DAYS.iter().find(|format| days(format))?;
    let is_ambiguous = *format == "%d/%m/%Y" && fit("%m/%d/%Y");
    let format = (*format != DAYS[0]).then_some(*format);
    Some(Kind { of: ColumnType::Date, format, is_ambiguous, needs_zone: false })
}

/// The day of a value that is written so.
pub(crate) fn day(value: &str, format: &str) -> Option<Date> {
    if format == "%Y%m%d" && value.len() != 8 {
        return None;
    }
    let date = strtime::parse(format, value).ok()?.to_date().ok()?;
    (1850..2150).contains(&date.year()).then_some(date)
}

/// The days of a column of dates or instants.
pub(crate) fn days(values: &[String], kind: &Kind) -> Vec<Date> {
    let formats: &[&str] = match (kind.of, &kind.format) {
        (_, Some(format)) => std::slice::from_ref(format),
        (ColumnType::Date, None) => &DAYS[..1],
        (ColumnType::Timestamp, None) => &INSTANTS[..CUSTOMARY_INSTANTS],
        _ => return Vec::new(),
    };
    let read = |value: &String| formats.iter().find_map(|format| day(value, format));
    let step = values.len().div_ceil(LOOKED_AT).max(1);
    values.iter().step_by(step).filter_map(read).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred values")]
pub(crate) fn share(values: &[&str], is_so: &dyn Fn(&str) -> bool) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.iter().filter(|value| is_so(value)).count() as f64 / values.len() as f64
}

fn is_truth(value: &str) -> bool {
    ["true", "false", "yes", "no", "y", "n", "t", "f"].iter().any(|t| value.eq_ignore_ascii_case(t))
}

fn whole(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// How many digits stand behind the point of a decimal number.
pub(crate) fn places(value: &str) -> Option<usize> {
    let (before, behind) = value.split_once('.').unwrap_or((value, ""));
    let is_number = whole(before) && behind.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then_some(behind.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(values: &[&str]) -> Kind {
        Kind::of(&values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_type_is_told_by_the_values() {
        let of = |values: &[&str]| kind(values).of;
        assert_eq!(of(&["1", "-22", "3"]), ColumnType::Integer);
        assert_eq!(of(&["1.5", "2", "30.25"]), ColumnType::Decimal);
        assert_eq!(of(&["1.5001", "2"]), ColumnType::Number);
        assert_eq!(of(&["yes", "No"]), ColumnType::Boolean);
        assert_eq!(of(&["007", "042"]), ColumnType::Text);
        assert_eq!(of(&["2026-03-02", "1961-12-03"]), ColumnType::Date);
        assert_eq!(of(&["2026-03-02T09:30:00Z"]), ColumnType::Timestamp);
        assert_eq!(of(&[]), ColumnType::Text);
    }

    #[test]
    fn how_dates_are_written_is_told_and_doubt_is_said() {
        assert_eq!(kind(&["31/12/1961", "02/03/2026"]).format, Some("%d/%m/%Y"));
        assert_eq!(kind(&["12/31/1961", "02/03/2026"]).format, Some("%m/%d/%Y"));
        assert!(kind(&["02/03/2026", "01/01/1970"]).is_ambiguous);
        assert_eq!(kind(&["02.03.2026 09:30"]).format, Some("%d.%m.%Y %H:%M"));
        assert!(kind(&["2026-03-02 09:30:00"]).needs_zone);
        assert_eq!(kind(&["2026-03-02T09:30:00+01:00"]).format, None);
    }
}
