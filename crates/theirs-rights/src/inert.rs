//! Texts that no spreadsheet takes for a formula: what others are handed as CSV may be opened in one.

use std::borrow::Cow;

/// A value that a spreadsheet takes for a text: one that it would take for a formula is led by an
/// apostrophe. Numbers, of telephones too, stay as they are.
pub fn inert(value: &str) -> Cow<'_, str> {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " .-()/".contains(c));
    let is_formula = match value.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number(&value[1..]),
        _ => false,
    };
    if is_formula { format!("'{value}").into() } else { value.into() }
}

/// A table whose every value is such.
pub fn inert_table(text: &str) -> Result<String, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers()?)?;
    for row in reader.records() {
        writer.write_record(row?.iter().map(|value| inert(value).into_owned()))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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

    #[test]
    fn a_table_keeps_its_head_and_its_other_values() {
        let table = "reference,value\na1,=1+1\na2,\"Ada, Countess\"\n";
        let told = "reference,value\na1,'=1+1\na2,\"Ada, Countess\"\n";
        assert_eq!(inert_table(table).unwrap(), told);
    }
}
