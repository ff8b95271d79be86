//! What cannot be right, whoever says so: a birth date before 1900 or in the future; and what nobody
//! would write on purpose, as a telephone number without digits.
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

/// The fewest and the most digits of a telephone number (E.164 has at most 15).
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// Why a text that somebody types for themselves can be no value of a category, worded to follow its
/// name. What sources say is left to them: there such a text may be an old habit.
pub fn unfit(attribute: &Attribute, content: &str) -> Option<&'static str> {
    let category = attribute.category.0.as_str();
    let part = attribute.part.as_deref().unwrap_or_default();
    match category {
        "contact.phone" => (!is_telephone(content))
            .then_some("is no telephone number; it has 5 to 15 digits, as +44 20 7946 0000"),
        "identity.name" => (!content.chars().any(char::is_alphabetic))
            .then_some("is no name; it has at least one letter"),
        "contact.address" if part == "city" => (!content.chars().any(char::is_alphabetic))
            .then_some("is no town; it has at least one letter"),
        "contact.address" => (!content.chars().any(char::is_alphanumeric))
            .then_some("is no part of an address; it has letters or digits"),
        _ => None,
    }
}

/// Whether a text can be a telephone number as people write them, with an extension or without.
fn is_telephone(text: &str) -> bool {
    let lower = text.to_lowercase();
    let (number, extension) = match lower.split_once(['x', '#']) {
        Some((before, after)) => {
            (before.trim_end_matches('e'), Some(after.trim_start_matches('t')))
        }
        None => (lower.as_str(), None),
    };
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let is_written = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-.()/".contains(c);
    DIGITS.contains(&digits)
        && number.chars().all(is_written)
        && !number.trim_start_matches('+').contains('+')
        && extension.is_none_or(|digits| digits.chars().all(is_written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_for_a_category_is_something_of_its_kind() {
        let phone = Attribute::new("contact.phone", None);
        for right in ["+44 20 7946 0000", "020.7946.0000", "(01632) 960-001 ext 12", "01632 960001"]
        {
            assert_eq!(unfit(&phone, right), None, "{right}");
        }
        for wrong in ["abc", "1234", "+44 20 abc 0000", "1234567890123456", "44+2079460000", "5x"] {
            assert!(unfit(&phone, wrong).is_some(), "{wrong}");
        }
        let name = Attribute::new("identity.name", Some("family"));
        assert!(unfit(&name, "12345").is_some() && unfit(&name, "Ødegård 3rd").is_none());
        let city = Attribute::new("contact.address", Some("city"));
        assert!(unfit(&city, "123").is_some() && unfit(&city, "Saltmouth").is_none());
        let street = Attribute::new("contact.address", Some("street"));
        assert!(unfit(&street, "-").is_some() && unfit(&street, "12").is_none());
        assert_eq!(unfit(&Attribute::new("preference.stated", None), "-"), None);
    }

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
