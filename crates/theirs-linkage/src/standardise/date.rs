//! Birth dates as `yyyymmdd`, or `yyyymm` or `yyyy` when no more is known.
//!
//! A date that cannot be read is kept as its digits, so that the same mistake still compares; it
//! is not corrected.

use crate::similarity::Sketch;

/// Takes ISO text (also with a time behind it, or without hyphens), or day, month and year.
pub(crate) fn birth_date(raw: &str, out: &mut String) {
    out.clear();
    let raw = super::clip(raw).trim();
    let date = raw.split(['T', ' ']).next().unwrap_or_default();
    let mut groups = date.split(|c: char| !c.is_ascii_digit());
    let parts = [groups.next(), groups.next(), groups.next(), groups.next()];
    match parts {
        [Some(year), Some(month), Some(day), None] if year.len() == 4 => {
            write(out, [year, month, day]);
        }
        [Some(year), Some(month), None, None] if year.len() == 4 => write(out, [year, month, ""]),
        [Some(day), Some(month), Some(year), None] if year.len() == 4 => {
            let [day, month] = in_order(day, month);
            write(out, [year, month, day]);
        }
        _ => out.extend(date.bytes().filter(u8::is_ascii_digit).map(char::from)),
    }
    if out.len() < 4 || out.bytes().all(|digit| digit == b'0') {
        out.clear();
    }
    out.truncate(8);
}

/// A whole date as a number, in place of a sketch; 0 for a partial one.
pub(crate) fn packed_date(date: &[u8]) -> Sketch {
    let digits = std::str::from_utf8(date).ok().filter(|digits| digits.len() == 8);
    Sketch::of_number(digits.and_then(|digits| digits.parse().ok()).unwrap_or_default())
}

/// Writes year, month and day, each of the last two with two digits if it is there.
fn write(out: &mut String, [year, month, day]: [&str; 3]) {
    out.push_str(year);
    for part in [month, day].into_iter().filter(|part| !part.is_empty()) {
        if part.len() == 1 {
            out.push('0');
        }
        out.push_str(part);
    }
}

/// Day before month, unless what stands in the month's place cannot be one.
fn in_order<'d>(day: &'d str, month: &'d str) -> [&'d str; 2] {
    let exceeds_months = |part: &str| part.parse::<u32>().is_ok_and(|number| number > 12);
    if exceeds_months(month) && !exceeds_months(day) { [month, day] } else { [day, month] }
}

#[cfg(test)]
mod tests {
    use super::super::made;
    use super::*;

    #[test]
    fn iso_dates_whole_and_partial() {
        assert_eq!(made(birth_date, "1815-12-10"), "18151210");
        assert_eq!(made(birth_date, "1815-12-10T00:00:00Z"), "18151210");
        assert_eq!(made(birth_date, "18151210"), "18151210");
        assert_eq!(made(birth_date, "1815-12"), "181512");
        assert_eq!(made(birth_date, "1815"), "1815");
        assert_eq!(made(birth_date, "0000-00-00"), "");
        assert_eq!(made(birth_date, "unknown"), "");
    }

    #[test]
    fn the_year_may_come_last() {
        assert_eq!(made(birth_date, "10.12.1815"), "18151210");
        assert_eq!(made(birth_date, "12/25/1815"), "18151225");
        assert_eq!(made(birth_date, "5.1.1815"), "18150105");
    }
}
