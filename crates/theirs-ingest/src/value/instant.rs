//! Instants: RFC 3339, the same without an offset where the shape names a zone, or a format.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};
use theirs_model::Cell;

use super::day::{civil_day, two};
use super::text;
use crate::fault::Fault;

/// Reads a cell as an instant, given in microseconds since 1970-01-01T00:00:00Z.
pub(crate) fn instant(
    cell: &Cell<'_>,
    format: Option<&str>,
    zone: Option<&TimeZone>,
) -> Result<i64, Fault> {
    let instant = match (cell, format) {
        (Cell::Instant(micros), _) => return Ok(*micros),
        (Cell::Text(text), None) => iso(text, zone)?,
        (Cell::Text(_) | Cell::Integer(_) | Cell::Day(_), Some(format)) => {
            written(&text(cell)?, format, zone)?
        }
        _ => return Err(Fault::Unlike),
    };
    Ok(instant.as_microsecond())
}

/// The instant at which clocks in `zone` show `civil`.
pub(crate) fn local(civil: DateTime, zone: Option<&TimeZone>) -> Result<Timestamp, Fault> {
    zone.ok_or(Fault::Zoneless)?.to_timestamp(civil).map_err(|_| Fault::Range)
}

fn written(text: &str, format: &str, zone: Option<&TimeZone>) -> Result<Timestamp, Fault> {
    let parsed = BrokenDownTime::parse(format, text).map_err(|_| Fault::Unlike)?;
    if let Ok(instant) = parsed.to_timestamp() {
        return Ok(instant);
    }
    local(parsed.to_datetime().map_err(|_| Fault::Unlike)?, zone)
}

/// Reads `YYYY-MM-DDTHH:MM:SS`, a fraction, an offset; a space may stand for the T.
fn iso(text: &str, zone: Option<&TimeZone>) -> Result<Timestamp, Fault> {
    let (civil, offset) = civil_and_offset(text.as_bytes()).ok_or(Fault::Unlike)?;
    match offset {
        Some(offset) => offset.to_timestamp(civil).map_err(|_| Fault::Range),
        None => local(civil, zone),
    }
}

fn civil_and_offset(text: &[u8]) -> Option<(DateTime, Option<Offset>)> {
    let (date, rest) = text.split_at_checked(10)?;
    let (b'T' | b't' | b' ', rest) = rest.split_first()? else { return None };
    let (time, rest) = time_of_day(rest)?;
    Some((civil_day(date)?.to_datetime(time), offset(rest)?))
}

/// Reads `HH:MM:SS` and a fraction; a leap second is the second before it, as in POSIX.
fn time_of_day(text: &[u8]) -> Option<(Time, &[u8])> {
    let ([h1, h2, b':', m1, m2, b':', s1, s2], rest) = text.split_first_chunk()? else {
        return None;
    };
    let second = two([*s1, *s2]).filter(|second| *second <= 60)?.min(59);
    let (nanoseconds, rest) = match rest {
        [b'.', rest @ ..] => fraction(rest)?,
        _ => (0, rest),
    };
    Some((Time::new(two([*h1, *h2])?, two([*m1, *m2])?, second, nanoseconds).ok()?, rest))
}

/// Reads the digits after the point as nanoseconds; digits beyond the ninth are left off.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 {
        return None;
    }
    let digit = |at: usize| text[..length].get(at).map_or(0, |digit| i32::from(digit - b'0'));
    Some(((0..9).fold(0, |sum, at| sum * 10 + digit(at)), &text[length..]))
}

/// Reads what may follow the time; nothing at all is no offset.
#[expect(clippy::option_option, reason = "malformed, absent and given are three things")]
fn offset(text: &[u8]) -> Option<Option<Offset>> {
    let (sign, h, m) = match *text.trim_ascii_start() {
        [] => return Some(None),
        [b'Z' | b'z'] | [b'U', b'T', b'C'] => return Some(Some(Offset::UTC)),
        [sign, h1, h2] => (sign, [h1, h2], [b'0', b'0']),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (sign, [h1, h2], [m1, m2]),
        _ => return None,
    };
    let hours = two(h).filter(|hours| *hours < 24)?;
    let minutes = two(m).filter(|minutes| *minutes < 60)?;
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    let seconds = match sign {
        b'+' => seconds,
        b'-' => -seconds,
        _ => return None,
    };
    Offset::from_seconds(seconds).ok().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<i64, Fault> {
        instant(&Cell::Text(text.into()), None, None)
    }

    #[test]
    fn an_offset_says_which_instant_is_meant() {
        for text in [
            "1970-01-01T00:00:01.5Z",
            "1970-01-01 00:00:01.500000999+00",
            "1970-01-01T02:00:01.5+02:00",
            "1969-12-31T20:30:01.5-0330",
            "1970-01-01 00:00:01.5 UTC",
        ] {
            assert_eq!(of(text), Ok(1_500_000), "{text}");
        }
    }

    #[test]
    fn what_is_nearly_an_instant_is_refused() {
        for text in [
            "1970-01-01",
            "1970-01-01T",
            "1970-01-01T00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-02-30T00:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00+24:00",
            "1970-01-01T00:00:00*02:00",
            "1970-01-01T00:00:61Z",
            "1970-01-01T00:00:00[Europe/Berlin]",
            "0",
        ] {
            assert_eq!(of(text), Err(Fault::Unlike), "{text}");
        }
    }

    #[test]
    fn without_an_offset_the_zone_decides_and_without_a_zone_nobody_does() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let cell = Cell::Text("1970-01-01 02:00:00".into());
        assert_eq!(instant(&cell, None, Some(&zone)), Ok(0));
        assert_eq!(instant(&cell, None, None), Err(Fault::Zoneless));
    }

    #[test]
    fn a_format_may_hold_an_offset_a_time_or_only_a_day() {
        let utc = Some(&TimeZone::UTC);
        let of = |text: &str, format| instant(&Cell::Text(text.into()), Some(format), utc);
        assert_eq!(of("01.01.1970 02:00 +0200", "%d.%m.%Y %H:%M %z"), Ok(0));
        assert_eq!(of("01.01.1970 00:01", "%d.%m.%Y %H:%M"), Ok(60_000_000));
        assert_eq!(of("02.01.1970", "%d.%m.%Y"), Ok(86_400_000_000));
        assert_eq!(instant(&Cell::Integer(60), Some("%s"), None), Ok(60_000_000));
    }
}
