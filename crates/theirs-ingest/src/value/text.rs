//! Text as it stands, and the canonical text of every other type.

use std::borrow::Cow;

use jiff::Timestamp;
use theirs_model::Cell;

use super::{EXACT, date_of};
use crate::fault::{Fault, TEXT_LIMIT_BYTES};

/// Reads a cell as text.
///
/// A floating point number so large that its last digits may have been lost is out of range: an
/// account number of twenty digits must not change on the way.
pub(crate) fn text<'a>(cell: &'a Cell<'_>) -> Result<Cow<'a, str>, Fault> {
    let text: Cow<'a, str> = match cell {
        Cell::Empty => "".into(),
        Cell::Text(text) => Cow::Borrowed(text.as_ref()),
        Cell::Integer(number) => number.to_string().into(),
        Cell::Number(number) if number.abs() >= EXACT => return Err(Fault::Range),
        Cell::Number(number) => number.to_string().into(),
        Cell::Boolean(truth) => if *truth { "true" } else { "false" }.into(),
        Cell::Instant(micros) => {
            Timestamp::from_microsecond(*micros).map_err(|_| Fault::Range)?.to_string().into()
        }
        Cell::Day(days) => date_of(*days).ok_or(Fault::Range)?.to_string().into(),
    };
    if text.len() > TEXT_LIMIT_BYTES {
        return Err(Fault::Long);
    }
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Err(Fault::Nul);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_one_canonical_text() {
        let of = |cell: Cell| text(&cell).map(Cow::into_owned);
        assert_eq!(of(Cell::Integer(-7)).as_deref(), Ok("-7"));
        assert_eq!(of(Cell::Number(12.0)).as_deref(), Ok("12"));
        assert_eq!(of(Cell::Boolean(true)).as_deref(), Ok("true"));
        assert_eq!(of(Cell::Day(-1)).as_deref(), Ok("1969-12-31"));
        assert_eq!(of(Cell::Instant(1_500_000)).as_deref(), Ok("1970-01-01T00:00:01.5Z"));
    }

    #[test]
    fn a_number_that_may_have_lost_digits_is_no_text() {
        assert_eq!(text(&Cell::Number(12_345_678_901_234_567_000.0)), Err(Fault::Range));
    }

    #[test]
    fn overlong_text_and_nul_are_refused() {
        let of = |text_of: String| text(&Cell::Text(text_of.into())).map(Cow::into_owned);
        assert!(of("a".repeat(TEXT_LIMIT_BYTES)).is_ok());
        assert_eq!(of("a".repeat(TEXT_LIMIT_BYTES + 1)), Err(Fault::Long));
        assert_eq!(of("a\0b".into()), Err(Fault::Nul));
    }
}
