//! What somebody types into a field of their page: as people write days and numbers in the language that
//! they read, and what is given back to them where it cannot be taken.

use jiff::civil::Date;
use theirs_model::ColumnType;
use theirs_words::Language;

/// A form that could not be carried out: the page shows it again, with what was typed.
pub(super) struct Slip {
    /// The field of the page, by its id there.
    pub(super) field: String,
    /// What was typed into it.
    pub(super) typed: String,
    /// What else of the form has to be kept: which of several was chosen.
    pub(super) chosen: String,
    /// What is wrong with it.
    pub(super) text: String,
}

impl Slip {
    /// A field of a value, by the letter before its column, and what is wrong with what was typed.
    pub(super) fn of(letter: char, column: &str, typed: &str, text: String) -> Self {
        let (field, typed) = (format!("{letter}-{column}"), typed.to_owned());
        Self { field, typed, chosen: String::new(), text }
    }
}

/// What was typed, in the form in which values are kept; as it is where it cannot be read, so that the
/// desk says what is wrong with it.
pub(super) fn plain(kind: ColumnType, language: Language, typed: &str) -> String {
    let typed = typed.trim();
    let read = match kind {
        ColumnType::Date => day(language, typed).map(|day| day.to_string()),
        ColumnType::Number | ColumnType::Decimal | ColumnType::Integer
            if language == Language::French =>
        {
            Some(typed.replace([' ', '\u{a0}', '\u{202f}'], "").replace(',', "."))
        }
        ColumnType::Boolean => match (language, typed.to_lowercase().as_str()) {
            (_, "yes") | (Language::French, "oui") => Some("yes".to_owned()),
            (_, "no") | (Language::French, "non") => Some("no".to_owned()),
            _ => None,
        },
        _ => None,
    };
    read.unwrap_or_else(|| typed.to_owned())
}

/// A day as it is written in a language, where that can be read in one way only: 03/04/1999 is two days
/// to those who read English.
fn day(language: Language, typed: &str) -> Option<Date> {
    let forms: &[&str] = match language {
        Language::English => &["%d %B %Y", "%d %b %Y", "%B %d, %Y"],
        Language::French => &["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"],
    };
    forms.iter().find_map(|form| Date::strptime(form, typed).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_the_reader_writes_it_and_never_two_ways() {
        let (en, fr) = (Language::English, Language::French);
        let day = |language, typed| plain(ColumnType::Date, language, typed);
        for typed in ["31/12/1999", "31.12.1999", " 31-12-1999 ", "1999-12-31"] {
            assert_eq!(day(fr, typed), "1999-12-31", "{typed}");
        }
        assert_eq!(day(en, "31 December 1999"), "1999-12-31");
        assert_eq!(day(en, "03/04/1999"), "03/04/1999", "is March or April");
        assert_eq!(day(fr, "31/13/1999"), "31/13/1999", "is told to be no day");
        assert_eq!(plain(ColumnType::Decimal, fr, "1 234,50"), "1234.50");
        assert_eq!(plain(ColumnType::Decimal, en, "1,234.50"), "1,234.50");
        assert_eq!(plain(ColumnType::Boolean, fr, "Oui"), "yes");
        assert_eq!(plain(ColumnType::Text, fr, " a,b "), "a,b");
    }
}
