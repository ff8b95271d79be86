//! Whole numbers, and numbers with a fraction.

use std::num::IntErrorKind;

use theirs_model::Cell;

use crate::fault::Fault;

/// Reads a cell as a whole number; "12.0", as some programs write it, is one.
pub(crate) fn integer(cell: &Cell<'_>) -> Result<i64, Fault> {
    match cell {
        Cell::Integer(number) => Ok(*number),
        Cell::Number(number) => whole(*number),
        Cell::Text(text) => integer_of_text(text),
        _ => Err(Fault::Unlike),
    }
}

fn integer_of_text(text: &str) -> Result<i64, Fault> {
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            digits
        }
        _ => text,
    };
    digits.parse().map_err(|error: std::num::ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => Fault::Range,
        _ => Fault::Unlike,
    })
}

/// Below it every whole floating point number stands for itself only: 2 to the 53rd.
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

/// The bound of whole numbers as a floating point number: 2 to the 63rd.
const BOUND: f64 = 9_223_372_036_854_775_808.0;

#[expect(clippy::cast_possible_truncation, reason = "the fraction and the bounds are checked")]
fn whole(number: f64) -> Result<i64, Fault> {
    if !(-BOUND..BOUND).contains(&number) {
        return Err(Fault::Range);
    }
    if number.fract() == 0.0 { Ok(number as i64) } else { Err(Fault::Unlike) }
}

/// Reads a cell as a finite number.
pub(crate) fn number(cell: &Cell<'_>) -> Result<f64, Fault> {
    let number = match cell {
        Cell::Number(number) => *number,
        Cell::Integer(number) => widened(*number),
        Cell::Text(text) if text.bytes().any(|byte| byte.is_ascii_digit()) => {
            text.parse().map_err(|_| Fault::Unlike)?
        }
        _ => return Err(Fault::Unlike),
    };
    if number.is_finite() { Ok(number) } else { Err(Fault::Range) }
}

#[expect(clippy::cast_precision_loss, reason = "the shape asks for a floating point number")]
fn widened(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_and_their_neighbours_are_not() {
        let of = |text: &'static str| integer(&Cell::Text(text.into()));
        assert_eq!(of("-12"), Ok(-12));
        assert_eq!(of("+12"), Ok(12));
        assert_eq!(of("12.00"), Ok(12));
        assert_eq!(of("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(of("9223372036854775808"), Err(Fault::Range));
        for text in ["12.5", "12.", ".0", "1 000", "1,000", "1e3", "x", "-"] {
            assert_eq!(of(text), Err(Fault::Unlike), "{text}");
        }
    }

    #[test]
    fn floating_point_numbers_are_whole_only_without_a_fraction() {
        assert_eq!(integer(&Cell::Number(12.0)), Ok(12));
        assert_eq!(integer(&Cell::Number(12.5)), Err(Fault::Unlike));
        assert_eq!(integer(&Cell::Number(BOUND)), Err(Fault::Range));
        assert_eq!(integer(&Cell::Number(-BOUND)), Ok(i64::MIN));
        assert_eq!(integer(&Cell::Number(f64::INFINITY)), Err(Fault::Range));
    }

    #[test]
    fn numbers_are_finite() {
        let of = |text: &'static str| number(&Cell::Text(text.into()));
        assert_eq!(of("1.5e3"), Ok(1500.0));
        assert_eq!(of("1e999"), Err(Fault::Range));
        for text in ["inf", "nan", "infinity", "1,5", "0x1p3"] {
            assert_eq!(of(text), Err(Fault::Unlike), "{text}");
        }
    }
}
