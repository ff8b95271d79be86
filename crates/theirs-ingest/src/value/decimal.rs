//! Decimals with two places, such as money, exact from text.
//!
//! More than two places are rounded half away from zero, as a till does: 0.125 is 0.13 and −0.125
//! is −0.13. A floating point number is rounded by the shortest text that names it.

use theirs_model::Cell;

use super::EXACT;
use crate::fault::Fault;

/// One more than the greatest number of hundredths that eighteen digits can hold.
const BOUND: i128 = 1_000_000_000_000_000_000;

/// Reads a cell as a decimal, given in hundredths.
pub(crate) fn decimal(cell: &Cell<'_>) -> Result<i128, Fault> {
    match cell {
        Cell::Integer(number) => bounded(i128::from(*number) * 100),
        Cell::Number(number) => hundredths(*number),
        Cell::Text(text) => hundredths_of_text(text),
        _ => Err(Fault::Unlike),
    }
}

/// The hundredths in a number that is not NaN.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
#[expect(clippy::float_cmp, reason = "equality is what shows the number to have two places")]
pub(crate) fn hundredths(number: f64) -> Result<i128, Fault> {
    let rounded = (number * 100.0).round();
    if rounded.abs() < EXACT && rounded / 100.0 == number {
        return Ok(rounded as i128);
    }
    if number.is_finite() { hundredths_of_plain(&number.to_string()) } else { Err(Fault::Range) }
}

fn hundredths_of_text(text: &str) -> Result<i128, Fault> {
    if !text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        return hundredths_of_plain(text);
    }
    let starts_as_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match text.parse::<f64>() {
        Ok(number) if starts_as_number && !number.is_nan() => hundredths(number),
        _ => Err(Fault::Unlike),
    }
}

/// Reads a sign, digits, a point and digits.
fn hundredths_of_plain(text: &str) -> Result<i128, Fault> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    let point = memchr::memchr(b'.', digits).unwrap_or(digits.len());
    let (whole, fraction) = (&digits[..point], digits.get(point + 1..).unwrap_or_default());
    let is_number = whole.iter().chain(fraction).all(u8::is_ascii_digit);
    if !is_number || (whole.is_empty() && fraction.is_empty()) {
        return Err(Fault::Unlike);
    }
    let place = |at: usize| fraction.get(at).map_or(0, |digit| i128::from(digit - b'0'));
    let round_up = i128::from(place(2) >= 5);
    let hundredths = whole_part(whole)? * 100 + place(0) * 10 + place(1) + round_up;
    bounded(sign * hundredths)
}

fn whole_part(digits: &[u8]) -> Result<i128, Fault> {
    digits.iter().try_fold(0, |sum: i128, digit| bounded(sum * 10 + i128::from(digit - b'0')))
}

fn bounded(hundredths: i128) -> Result<i128, Fault> {
    if hundredths.abs() < BOUND { Ok(hundredths) } else { Err(Fault::Range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &'static str) -> Result<i128, Fault> {
        decimal(&Cell::Text(text.into()))
    }

    #[test]
    fn text_is_read_exactly() {
        assert_eq!(of("12.5"), Ok(1250));
        assert_eq!(of("-0.07"), Ok(-7));
        assert_eq!(of(".5"), Ok(50));
        assert_eq!(of("5."), Ok(500));
        assert_eq!(of("9999999999999999.99"), Ok(BOUND - 1));
        assert_eq!(of("10000000000000000"), Err(Fault::Range));
        assert_eq!(of("1e3"), Ok(100_000));
        for text in ["", ".", "-", "1,5", "1.2.3", "€5", "+-5", "--5", "inf", "1e", "e3", "5 "] {
            assert_eq!(of(text), Err(Fault::Unlike), "{text}");
        }
    }

    #[test]
    fn further_places_are_rounded_half_away_from_zero() {
        assert_eq!(of("0.124999"), Ok(12));
        assert_eq!(of("0.125"), Ok(13));
        assert_eq!(of("-0.125"), Ok(-13));
        assert_eq!(of("0.995"), Ok(100));
    }

    #[test]
    fn a_floating_point_number_rounds_as_its_text_does() {
        for (number, text) in [(1.005, "1.005"), (0.29, "0.29"), (-2.675, "-2.675"), (1e15, "1e15")]
        {
            assert_eq!(hundredths(number), of(text), "{text}");
        }
        assert_eq!(hundredths(f64::INFINITY), Err(Fault::Range));
        assert_eq!(hundredths(f64::MAX), Err(Fault::Range));
    }
}
