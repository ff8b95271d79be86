//! The languages, and which one somebody reads.

use fluent_langneg::accepted_languages::parse;
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// A language in which everything can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English, as in Britain.
    English,
    /// French.
    French,
}

impl Language {
    /// Every language with its code (BCP 47).
    pub const ALL: [(&'static str, Self); 2] = [("en", Self::English), ("fr", Self::French)];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The language of a code.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|known| known.0 == code).map(|known| known.1)
    }

    /// Its name, as those who read it call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// Of `offered`, the language that a browser asks for (`Accept-Language`, RFC 9110); the first
    /// one if it asks for none of them.
    pub fn wanted(asked: &str, offered: &[Self]) -> Self {
        let identifier = |language: &Self| language.code().parse::<LanguageIdentifier>().ok();
        let known: Vec<LanguageIdentifier> = offered.iter().filter_map(identifier).collect();
        let asked = parse(&liked_best(asked));
        let found = negotiate_languages(&asked, &known, None, NegotiationStrategy::Lookup);
        let code = found.first().map(|found| found.language.as_str());
        let found = code.and_then(Self::named);
        found.or_else(|| offered.first().copied()).unwrap_or(Self::English)
    }
}

/// What a browser asks for, what it likes best first, and nothing that it refuses.
fn liked_best(asked: &str) -> String {
    let mut all: Vec<(f32, &str)> = asked
        .split(',')
        .map(|one| {
            let (language, weight) = one.split_once(";q=").unwrap_or((one, "1"));
            (weight.trim().parse().unwrap_or(0.0), language.trim())
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    all.sort_by(|left, right| right.0.total_cmp(&left.0));
    all.into_iter().map(|(_, language)| language).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_it_likes_best_of_those_there_are() {
        let both = [Language::English, Language::French];
        for (asked, language) in [
            ("fr-CA,fr;q=0.9,en;q=0.5", Language::French),
            ("de, en-GB;q=0.8, fr;q=0.7", Language::English),
            ("de, fr;q=0.7, en;q=0.2", Language::French),
            ("de", Language::English),
            ("en;q=0.1, fr;q=0.9", Language::French),
            ("fr;q=0, de", Language::English),
            ("", Language::English),
            (";;q=x,,\u{0}", Language::English),
        ] {
            assert_eq!(Language::wanted(asked, &both), language, "{asked}");
        }
        assert_eq!(Language::wanted("en", &[Language::French]), Language::French);
    }
}
