//! How exactly a purpose may see a column.

use std::fmt;

use theirs_model::ColumnType;

/// What is left of a value before a purpose sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coarseness {
    /// The value itself.
    Exact,
    /// Of a date or an instant, its year (`1984`).
    Year,
    /// Of a date or an instant, its year and month (`1984-03`).
    Month,
    /// Of an instant, its day (`1984-03-09`).
    Day,
    /// Of a birth date, month and day without the year (`03-09`).
    Birthday,
    /// Of a birth date, ten years of age (`40-49`).
    AgeBand,
    /// Of a postcode, the part before its space, else its first two characters.
    Region,
    /// Of a text, its first letter.
    Initial,
    /// Of a number, the nearest multiple of this step.
    Rounded(u32),
    /// Whether there is a value at all (`yes`), and nothing else.
    Known,
}

impl Coarseness {
    /// Every word a charter may use.
    pub const WORDS: [&'static str; 10] = [
        "exact", "year", "month", "day", "birthday", "age_band", "region", "initial", "rounded",
        "known",
    ];

    /// Reads `month`, `age_band`, `rounded 5` and the like.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "exact" => Self::Exact,
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            "birthday" => Self::Birthday,
            "age_band" => Self::AgeBand,
            "region" => Self::Region,
            "initial" => Self::Initial,
            "known" => Self::Known,
            _ => {
                let step = text.strip_prefix("rounded ")?.trim();
                // The number as it is shown again: no sign, no leading zero.
                let is_plain = step.starts_with(|digit: char| matches!(digit, '1'..='9'));
                return step.parse().ok().filter(|_| is_plain).map(Self::Rounded);
            }
        })
    }

    /// Whether a column of this type can be made coarse in this way.
    pub fn suits(self, kind: ColumnType) -> bool {
        use ColumnType::{Date, Decimal, Integer, Number, Text, Timestamp};
        match self {
            Self::Exact | Self::Known => true,
            Self::Year | Self::Month => matches!(kind, Date | Timestamp),
            Self::Day => kind == Timestamp,
            Self::Birthday | Self::AgeBand => kind == Date,
            Self::Region | Self::Initial => kind == Text,
            Self::Rounded(_) => matches!(kind, Integer | Number | Decimal),
        }
    }

    /// Every word that suits a column of this type.
    pub(crate) fn suited(kind: ColumnType) -> Vec<&'static str> {
        let suits = |word: &&str| {
            let example = if *word == "rounded" { "rounded 1" } else { word };
            Self::parse(example).is_some_and(|coarseness| coarseness.suits(kind))
        };
        Self::WORDS.into_iter().filter(suits).collect()
    }

    /// The type of the column as the purpose sees it.
    pub fn seen_as(self, kind: ColumnType) -> ColumnType {
        match self {
            Self::Exact | Self::Rounded(_) => kind,
            Self::Year => ColumnType::Integer,
            _ => ColumnType::Text,
        }
    }

    /// The words for the person whose data it is; empty for the value itself.
    pub fn in_words(self) -> String {
        match self {
            Self::Exact => String::new(),
            Self::Year => "only the year".into(),
            Self::Month => "only the month and year".into(),
            Self::Day => "only the day".into(),
            Self::Birthday => "only the day and month, not the year".into(),
            Self::AgeBand => "only as an age group of ten years".into(),
            Self::Region => "only the area, the first part".into(),
            Self::Initial => "only the first letter".into(),
            Self::Rounded(step) => format!("rounded to {step}"),
            Self::Known => "only whether we have it".into(),
        }
    }
}

impl fmt::Display for Coarseness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Birthday => "birthday",
            Self::AgeBand => "age_band",
            Self::Region => "region",
            Self::Initial => "initial",
            Self::Rounded(step) => return write!(f, "rounded {step}"),
            Self::Known => "known",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> impl Iterator<Item = Coarseness> {
        let example =
            |word: &str| if word == "rounded" { "rounded 5".into() } else { word.to_owned() };
        Coarseness::WORDS.into_iter().map(move |word| {
            Coarseness::parse(&example(word)).expect("each word of the list is read")
        })
    }

    #[test]
    fn every_word_reads_back_as_it_is_shown() {
        for coarseness in every() {
            assert_eq!(Coarseness::parse(&coarseness.to_string()), Some(coarseness));
        }
    }

    #[test]
    fn what_is_not_a_coarseness_is_not_read() {
        for text in [
            "",
            "Exact",
            "rounded",
            "rounded 0",
            "rounded -5",
            "rounded +5",
            "rounded5",
            "rounded 1.5",
            "rounded 99999999999",
        ] {
            assert_eq!(Coarseness::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_type_has_words_that_suit_it_and_words_that_do_not() {
        for (_, kind) in ColumnType::ALL {
            let suited = Coarseness::suited(kind);
            assert!(suited.starts_with(&["exact"]) && suited.ends_with(&["known"]));
            assert!(suited.len() < Coarseness::WORDS.len());
        }
        assert_eq!(Coarseness::suited(ColumnType::Decimal), ["exact", "rounded", "known"]);
        assert_eq!(Coarseness::suited(ColumnType::Boolean), ["exact", "known"]);
    }

    #[test]
    fn only_the_exact_value_needs_no_words() {
        for coarseness in every() {
            assert_eq!(coarseness.in_words().is_empty(), coarseness == Coarseness::Exact);
        }
    }
}
