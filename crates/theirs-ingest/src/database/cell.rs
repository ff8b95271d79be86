//! From the text of a server to a cell.

use jiff::tz::TimeZone;
use theirs_model::{Cell, ColumnType};

use super::Class;
use crate::fault::Fault;
use crate::value::{day, instant};

/// The cell of a column of this class, wanted as this type.
pub(super) fn cell<'r>(
    raw: Option<&'r [u8]>,
    class: Class,
    wanted: ColumnType,
    zone: Option<&TimeZone>,
) -> Result<Cell<'r>, Fault> {
    let Some(raw) = raw else { return Ok(Cell::Empty) };
    if class == Class::Opaque {
        return Err(Fault::Nested);
    }
    let text = std::str::from_utf8(raw).map_err(|_| Fault::Encoding)?;
    let as_text = || Cell::Text(text.into());
    Ok(match class {
        Class::Integer => text.parse().map_or_else(|_| as_text(), Cell::Integer),
        Class::Number => text.parse().map_or_else(|_| as_text(), Cell::Number),
        Class::Boolean => match text {
            "t" | "true" => Cell::Boolean(true),
            "f" | "false" => Cell::Boolean(false),
            _ => as_text(),
        },
        Class::Day => day(&as_text(), None).map(Cell::Day)?,
        Class::Instant => instant(&as_text(), None, Some(&TimeZone::UTC)).map(Cell::Instant)?,
        // What is wanted as text stays what it is; the zone counts only for an instant.
        Class::Civil => match wanted {
            ColumnType::Timestamp => instant(&as_text(), None, zone).map(Cell::Instant)?,
            ColumnType::Date => {
                Cell::Day(day(&Cell::Text(text.get(..10).unwrap_or(text).into()), None)?)
            }
            _ => as_text(),
        },
        Class::Text | Class::Exact | Class::Opaque => as_text(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, class: Class, wanted: ColumnType) -> Result<String, Fault> {
        cell(Some(text.as_bytes()), class, wanted, None).map(|cell| format!("{cell:?}"))
    }

    #[test]
    fn what_a_server_says_is_read_as_what_it_is() {
        let ok = |text: &str, class, wanted| of(text, class, wanted).unwrap();
        assert_eq!(ok("42", Class::Integer, ColumnType::Text), "Integer(42)");
        assert_eq!(
            ok("18446744073709551615", Class::Integer, ColumnType::Text),
            "Text(\"18446744073709551615\")"
        );
        assert_eq!(ok("1.005", Class::Exact, ColumnType::Decimal), "Text(\"1.005\")");
        assert_eq!(ok("true", Class::Boolean, ColumnType::Boolean), "Boolean(true)");
        assert_eq!(ok("1970-01-02", Class::Day, ColumnType::Date), "Day(1)");
        assert_eq!(
            ok("1970-01-01 00:00:01.5+00", Class::Instant, ColumnType::Timestamp),
            "Instant(1500000)"
        );
        assert_eq!(
            ok("1970-01-01 00:00:01", Class::Instant, ColumnType::Timestamp),
            "Instant(1000000)"
        );
        assert_eq!(ok("1970-01-02 10:00:00", Class::Civil, ColumnType::Date), "Day(1)");
    }

    #[test]
    fn what_is_no_single_value_or_says_no_zone_is_at_fault() {
        assert_eq!(of("", Class::Opaque, ColumnType::Text), Err(Fault::Nested));
        let zoneless = of("1970-01-01 00:00:01", Class::Civil, ColumnType::Timestamp);
        assert_eq!(zoneless, Err(Fault::Zoneless));
        assert_eq!(of("0000-00-00", Class::Day, ColumnType::Date), Err(Fault::Unlike));
        assert_eq!(of("infinity", Class::Instant, ColumnType::Timestamp), Err(Fault::Unlike));
        assert_eq!(cell(None, Class::Opaque, ColumnType::Text, None), Ok(Cell::Empty));
    }
}
