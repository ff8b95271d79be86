//! Tables for spreadsheets and programs, as CSV (RFC 4180).

use std::borrow::Cow;

use crate::failure::Failure;

/// A table with these heads.
pub(super) fn table<const N: usize>(
    heads: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<String, Failure> {
    let unsound = |error: csv::Error| Failure::Unsound(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heads).map_err(unsound)?;
    for row in rows {
        writer.write_record(&row).map_err(unsound)?;
    }
    let bytes = writer.into_inner().map_err(|error| Failure::Unsound(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Failure::Unsound(error.to_string()))
}

/// A value that a spreadsheet takes for a text: one that it would take for a formula is led by an
/// apostrophe. Numbers, of telephones too, stay as they are.
pub(super) fn inert(value: &str) -> Cow<'_, str> {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " .-()/".contains(c));
    let is_formula = match value.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number(&value[1..]),
        _ => false,
    };
    if is_formula { format!("'{value}").into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_a_formula_in_a_spreadsheet() {
        for formula in ["=1+1", "@sum(a1)", "-2+3+cmd|' /C calc'!A0", "+cmd", "\t=1"] {
            assert!(inert(formula).starts_with('\''), "{formula}");
        }
        for plain in ["+44 (1632) 960191", "-5.50", "Ada", "", "a=b"] {
            assert_eq!(inert(plain), plain);
        }
    }
}
