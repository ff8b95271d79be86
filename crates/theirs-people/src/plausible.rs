//! What cannot be right, whoever says so: a birth date before 1900 or in the future.
//!
//! Such a date is a slip of the keyboard or a placeholder ("01/01/1800"), and a wrong age does harm:
//! a card for somebody who is not there, a child taken for an adult. It is told at the edge, where a
//! source is loaded or a person corrects it, so that it is never believed.

use jiff::civil::Date;
use theirs_model::{Attribute, ColumnType};

/// The first year of a birth that may be right.
const FIRST_YEAR: i16 = 1900;

/// Why a value of an attribute cannot be right, worded to follow its name.
///
/// `content` is canonical text. Only columns of type date are looked at: a charter that reads birth
/// dates as text, as those of a historical register, keeps them all.
pub fn implausible(
    attribute: &Attribute,
    kind: ColumnType,
    content: &str,
    today: Date,
) -> Option<&'static str> {
    if attribute.category.0 != "demo.birthdate" || kind != ColumnType::Date {
        return None;
    }
    match content.parse::<Date>() {
        Ok(born) if born > today => Some("is a birth date in the future"),
        Ok(born) if born.year() < FIRST_YEAR => Some("is a birth date before 1900"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_lies_between_1900_and_today() {
        let today = Date::constant(2026, 3, 2);
        let born = Attribute::new("demo.birthdate", None);
        let said = |content| implausible(&born, ColumnType::Date, content, today);
        for content in ["1900-01-01", "1961-12-03", "2026-03-02"] {
            assert_eq!(said(content), None, "{content}");
        }
        assert_eq!(said("1899-12-31"), Some("is a birth date before 1900"));
        assert_eq!(said("0001-01-01"), Some("is a birth date before 1900"));
        assert_eq!(said("2026-03-03"), Some("is a birth date in the future"));
        assert_eq!(implausible(&born, ColumnType::Text, "1650-01-01", today), None);
        let other = Attribute::new("work.employer", None);
        assert_eq!(implausible(&other, ColumnType::Date, "1650-01-01", today), None);
    }
}
